//! Adds one run after the other to a cell's totals, without allocating in the steady state.
//!
//! Absent on purpose: threads and cells; each worker has one of these and hands it over chunk by chunk.

use std::collections::BTreeMap;

use crate::check::{ByCounter, Counter, Hazard, Outcome, Verdict};
use crate::stats::{Histogram, Moments};
use crate::trace::Answer;

use super::totals::Totals;
use crate::check::ClientOutcome;

/// Joint outcomes of up to this many clients fit a word.
const PACKED: usize = 8;
/// Duels up to this length are counted in an array.
const SHORT_DUEL: usize = 64;

/// Count and sums of powers of small values, in single words: a chunk of runs does not overflow them.
#[derive(Clone, Copy, Debug, Default)]
struct Brief {
    n: u64,
    sum: u64,
    sum_squares: u64,
    sum_cubes: u64,
}

impl Brief {
    /// Values below this are small: the cubes of 2¹⁶ of them fit.
    const SMALL: u32 = 1 << 16;

    #[inline(always)]
    fn record(&mut self, value: u32, moments: &mut Moments) {
        if value < Brief::SMALL && self.n < 1 << 16 {
            let value = u64::from(value);
            self.n += 1;
            self.sum += value;
            let square = value * value;
            self.sum_squares += square;
            self.sum_cubes += square * value;
        } else {
            record_large(value, moments);
        }
    }

    fn moments(self) -> Moments {
        Moments {
            n: self.n,
            sum: self.sum.into(),
            sum_squares: self.sum_squares.into(),
            sum_cubes: self.sum_cubes.into(),
        }
    }
}

#[cold]
#[inline(never)]
fn record_large(value: u32, moments: &mut Moments) {
    moments.record(u64::from(value));
}

/// Times on their way into a histogram. Counted one by one, between two runs, each waits for three loads; together the loads of
/// one go on beside those of the next.
#[derive(Clone, Debug, Default)]
struct Batch(Vec<u64>);

impl Batch {
    /// Counted together.
    const SIZE: usize = 256;

    #[inline(always)]
    fn record(&mut self, value: u64, histogram: &mut Histogram) {
        self.0.push(value);
        if self.0.len() >= Batch::SIZE {
            self.count(histogram);
        }
    }

    #[inline(never)]
    fn count(&mut self, histogram: &mut Histogram) {
        self.0.drain(..).for_each(|value| histogram.record(value));
    }
}

/// The totals of the runs seen so far.
#[derive(Clone, Debug)]
pub(super) struct Gather {
    totals: Totals,
    briefs: ByCounter<Brief>,
    /// By length: those that ended in a choice, and those that did not.
    short_duels: [[u64; SHORT_DUEL]; 2],
    /// Each proposer's pre-emptions; runs without any are not looked at.
    preempted: Vec<Brief>,
    /// Joint outcome, a byte per client → runs; the frequent ones drift to the front.
    packed: Vec<(u64, u64)>,
    /// Times of the first choice.
    chosen_at: Batch,
    /// Times of each client's answers.
    answered_at: Vec<Batch>,
}

impl Gather {
    pub(super) fn new(proposers: usize) -> Self {
        Gather {
            totals: Totals::new(proposers),
            briefs: ByCounter::default(),
            short_duels: [[0; SHORT_DUEL]; 2],
            preempted: vec![Brief::default(); proposers],
            packed: Vec::new(),
            chosen_at: Batch::default(),
            answered_at: Vec::new(),
        }
    }

    /// Takes one run.
    #[inline]
    pub(super) fn add(&mut self, seed: u64, outcome: &Outcome) {
        let t = &mut self.totals;
        t.runs += 1;
        match (outcome.chosen_at_ns, outcome.winner) {
            (Some(at), winner) => {
                t.chosen_at.record(at);
                self.chosen_at.record(at, &mut t.chosen_at_histogram);
                if let Some(winner) = winner {
                    t.winners[usize::from(winner)] += 1;
                }
            }
            (None, _) => {
                t.undecided += 1;
                // A run that can never choose is no censored one: it is known to survive.
                if outcome.verdict == Verdict::Undecided {
                    t.censored_at_histogram.record(outcome.ended_at_ns);
                }
            }
        }
        t.verdicts[outcome.verdict as usize] += 1;
        t.ended_at.record(outcome.ended_at_ns);
        let counts = outcome.counts();
        for counter in Counter::SUMMED {
            self.briefs[counter].record(counts[counter], &mut t.counters[counter]);
        }
        if outcome.preemptions > 0 {
            let own = self.preempted.iter_mut().zip(&outcome.preempted).zip(&mut t.preempted);
            own.for_each(|((brief, &value), moments)| brief.record(value, moments));
        }
        let is_open = outcome.chosen_at_ns.is_none();
        match self.short_duels[usize::from(is_open)].get_mut(outcome.duel as usize) {
            Some(count) => *count += 1,
            None => *lengths_of(t, is_open).entry(outcome.duel).or_default() += 1,
        }
        for hazard in Hazard::ALL {
            t.hazards[hazard as usize] += u64::from(outcome.hazards[hazard as usize] > 0);
        }
        if !outcome.violated.is_empty() {
            self.add_violation(seed, outcome);
        }
        self.add_answers(outcome);
        self.add_joint_outcome(outcome);
    }

    /// When each client has its answer, or when a run ended that left it open.
    #[inline]
    fn add_answers(&mut self, outcome: &Outcome) {
        if self.answered_at.len() < outcome.clients.len() {
            self.answered_at.resize_with(outcome.clients.len(), Batch::default);
        }
        self.totals.grow_answers(outcome.clients.len());
        let of_clients = self.totals.answers.iter_mut().zip(&mut self.answered_at);
        for (client, (times, batch)) in outcome.clients.iter().zip(of_clients) {
            match client.answer {
                Some(_) => batch.record(client.at_ns, &mut times.at),
                None if outcome.verdict.leaves_clients_open() => times.cut_off.record(outcome.ended_at_ns),
                None => {}
            }
        }
    }

    #[cold]
    fn add_violation(&mut self, seed: u64, outcome: &Outcome) {
        let t = &mut self.totals;
        t.violations += 1;
        t.first_violation = Some(t.first_violation.map_or(seed, |first| first.min(seed)));
        for invariant in outcome.violated.iter() {
            t.violated[invariant as usize] += 1;
        }
    }

    #[inline]
    fn add_joint_outcome(&mut self, outcome: &Outcome) {
        if outcome.clients.len() > PACKED {
            return self.add_wide_outcome(outcome);
        }
        let mut key = 0;
        for client in &outcome.clients {
            key = key << 8 | u64::from(code(client.answer, client.submission));
        }
        match self.packed.iter().position(|&(known, _)| known == key) {
            Some(at) => {
                self.packed[at].1 += 1;
                if at > 0 && self.packed[at].1 > self.packed[at - 1].1 {
                    self.packed.swap(at - 1, at);
                }
            }
            None => self.packed.push((key, 1)),
        }
        // So many different ones that looking them up one by one would cost.
        if self.packed.len() > 64 {
            self.unpack(outcome.clients.len());
        }
    }

    #[cold]
    fn add_wide_outcome(&mut self, outcome: &Outcome) {
        let joint = outcome.clients.iter().map(|c| decode(code(c.answer, c.submission))).collect();
        *self.totals.outcomes.entry(joint).or_default() += 1;
    }

    #[cold]
    fn unpack(&mut self, clients: usize) {
        for (key, count) in self.packed.drain(..) {
            let joint = (0..clients).rev().map(|i| decode((key >> (8 * i)) as u8)).collect();
            *self.totals.outcomes.entry(joint).or_default() += count;
        }
    }

    /// Hands over what was gathered of runs with this many clients, and begins again.
    pub(super) fn take(&mut self, clients: usize) -> Totals {
        self.unpack(clients.min(PACKED));
        self.chosen_at.count(&mut self.totals.chosen_at_histogram);
        self.answered_at
            .iter_mut()
            .zip(&mut self.totals.answers)
            .for_each(|(batch, it)| batch.count(&mut it.at));
        for (short, is_open) in self.short_duels.iter_mut().zip([false, true]) {
            let seen = (0..).zip(std::mem::replace(short, [0; SHORT_DUEL])).filter(|&(_, count)| count > 0);
            lengths_of(&mut self.totals, is_open).extend(seen);
        }
        for (brief, moments) in self.briefs.0.iter_mut().zip(&mut self.totals.counters.0) {
            moments.merge(&std::mem::take(brief).moments());
        }
        let runs = self.totals.runs;
        for (brief, moments) in self.preempted.iter_mut().zip(&mut self.totals.preempted) {
            moments.merge(&std::mem::take(brief).moments());
            moments.n = runs;
        }
        let proposers = self.totals.winners.len();
        std::mem::replace(&mut self.totals, Totals::new(proposers))
    }
}

/// The duels that ended in a choice, or those that did not, by length.
fn lengths_of(totals: &mut Totals, is_open: bool) -> &mut BTreeMap<u32, u64> {
    if is_open { &mut totals.open_duels } else { &mut totals.duel_histogram }
}

/// What the clients of a run were told, in the order of the submissions.
pub(super) fn client_outcomes(outcome: &Outcome) -> Vec<ClientOutcome> {
    outcome.clients.iter().map(|c| decode(code(c.answer, c.submission))).collect()
}

/// A client's outcome in a byte.
#[inline(always)]
fn code(answer: Option<Answer>, submission: u16) -> u8 {
    match answer {
        Some(Answer::Succeeded { value }) => u8::from(value != submission),
        None => 2,
        Some(Answer::Failed { phase, count }) => 3 + 64 * u8::from(phase == 2) + count.min(63),
    }
}

fn decode(code: u8) -> ClientOutcome {
    match code {
        0 => ClientOutcome::Own,
        1 => ClientOutcome::Other,
        2 => ClientOutcome::None,
        _ => ClientOutcome::Failed { phase: 1 + (code - 3) / 64, count: (code - 3) % 64 },
    }
}
