//! What pairs of runs with the same seed add up to: tables of four and integer sums, so that merging is associative.
//!
//! Absent on purpose: intervals, names and rendering. Memory does not grow with the number of pairs.

use super::times::Times;
use crate::check::{ByCounter, Counter, Outcome, Verdict};
use crate::scenario::Scenario;
use crate::stats::{Fourfold, Joint, Pairs};

/// Seeds with different winners that are kept, the lowest.
pub(super) const KEPT: usize = 5;

/// What a comparison needs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trimmed {
    winner: Option<u8>,
    verdict: Verdict,
    chosen_at_ns: Option<u64>,
    ended_at_ns: u64,
    /// Of [`Counter::COMPARED`], in that order.
    counts: [u32; Counter::COMPARED.len()],
    violated: bool,
    /// A bit for each submission whose client has its answer at the end of the run.
    answered: u64,
}

/// Clients of so many submissions are compared: each has a bit of a word.
const MOST_CLIENTS: usize = 64;

impl Trimmed {
    /// Of a finished run.
    pub fn of(outcome: &Outcome) -> Self {
        let counts = outcome.counts();
        let answered = outcome.clients.iter().take(MOST_CLIENTS).enumerate();
        Trimmed {
            answered: answered.fold(0, |bits, (i, client)| bits | u64::from(client.answer.is_some()) << i),
            winner: outcome.winner,
            verdict: outcome.verdict,
            chosen_at_ns: outcome.chosen_at_ns,
            ended_at_ns: outcome.ended_at_ns,
            counts: Counter::COMPARED.map(|counter| counts[counter]),
            violated: !outcome.violated.is_empty(),
        }
    }

    fn is_preempted(&self) -> bool {
        let mut counts = Counter::COMPARED.into_iter().zip(self.counts);
        counts.any(|(counter, count)| counter == Counter::Preemptions && count > 0)
    }

    /// The time until the first choice or until `horizon_ns`, whichever is first; none for a run that was cut off by its
    /// event budget before it. A run that can never choose survives to the horizon.
    fn until_choice(&self, horizon_ns: u64) -> Option<u64> {
        match self.chosen_at_ns {
            Some(at) => Some(at.min(horizon_ns)),
            None if self.verdict == Verdict::Undecided && self.ended_at_ns < horizon_ns => None,
            None => Some(horizon_ns),
        }
    }
}

/// How the runs of two scenarios go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    /// For each proposer of the second scenario, the number of the one of the same name in the first.
    names: Vec<u8>,
    /// Proposers.
    proposers: usize,
    /// For each submission of the second scenario, the number of the one of the same client in the first; none if these are not the
    /// same clients, or too many.
    clients: Vec<usize>,
    /// Times are compared up to here, ns.
    pub horizon_ns: u64,
    /// Whether the differences of times are counted one by one, as an interval at all times needs them.
    pub counts_differences: bool,
}

impl Matching {
    /// Proposers by their names, times up to the shorter of the horizons; none if the names are not the same.
    pub fn new(first: &Scenario, second: &Scenario) -> Option<Matching> {
        let number = |name: &str| first.proposer.iter().position(|p| p.name == name).map(|i| i as u8);
        let names = second.proposer.iter().map(|p| number(&p.name)).collect::<Option<Vec<u8>>>()?;
        (names.len() == first.proposer.len()).then(|| Matching {
            names,
            proposers: first.proposer.len(),
            clients: clients(first, second),
            horizon_ns: first.run.horizon.ns().min(second.run.horizon.ns()),
            counts_differences: false,
        })
    }

    /// Whether the proposers stand in the same order on both sides.
    pub(super) fn has_one_order(&self) -> bool {
        self.names.iter().enumerate().all(|(place, &number)| place == usize::from(number))
    }

    /// Who wins the runs of a pair, as numbers of the first scenario's proposers; one beyond them where nothing is chosen.
    #[inline]
    fn winners(&self, a: &Trimmed, b: &Trimmed) -> (usize, usize) {
        let second = |winner: u8| usize::from(self.names[usize::from(winner)]);
        (a.winner.map_or(self.proposers, usize::from), b.winner.map_or(self.proposers, second))
    }

    /// The same, with times compared up to a shorter horizon.
    pub fn until(mut self, horizon_ns: u64) -> Matching {
        self.horizon_ns = self.horizon_ns.min(horizon_ns);
        self
    }
}

/// The clients of the second scenario as numbers of the first's.
fn clients(first: &Scenario, second: &Scenario) -> Vec<usize> {
    let (known, own) = (first.client_names(), second.client_names());
    if known.len() != own.len() || known.len() > MOST_CLIENTS {
        return Vec::new();
    }
    let number = |name: &String| known.iter().position(|it| it == name);
    own.iter().map(number).collect::<Option<_>>().unwrap_or_default()
}

/// A seed whose runs have different winners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parted {
    /// The seed.
    pub seed: u64,
    /// Who wins the first run and who the second, as numbers of the first scenario's proposers; none: nothing is chosen.
    pub winners: [Option<u8>; 2],
}

/// Sums over pairs of runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// Pairs.
    pub pairs: u64,
    /// Runs won, by the first scenario's proposers; last, runs in which nothing was chosen.
    pub winners: Vec<Fourfold>,
    /// Runs by verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [Fourfold; Verdict::ALL.len()],
    /// Runs with a pre-emption.
    pub preempted: Fourfold,
    /// Runs in which a client has its answer by their end, by the first scenario's submissions; empty if the second has other ones.
    pub answered: Vec<Fourfold>,
    /// Time until the first choice or the horizon, ns, over the pairs of which both are known.
    pub first_choice: Pairs,
    /// The same, with the runs that do not choose by then told apart.
    pub times: Times,
    /// Pairs of which one is not known: cut off by the event budget before the horizon.
    pub cut: u64,
    /// Runs of each side in which nothing was chosen by the horizon: their time is the horizon.
    pub at_horizon: [u64; 2],
    /// Nothing for those that are not [`Counter::COMPARED`].
    pub counters: ByCounter<Pairs>,
    /// Pairs with different winners.
    pub parted: u64,
    /// The lowest seeds of them.
    pub first_parted: Vec<Parted>,
    /// Runs of each side with a safety violation.
    pub violations: [u64; 2],
    /// The lowest seed of them.
    pub first_violation: [Option<u64>; 2],
}

impl Paired {
    /// No pairs yet.
    pub fn new(matching: &Matching) -> Self {
        let tables = |n| vec![Fourfold::default(); n];
        Paired {
            winners: tables(matching.proposers + 1),
            answered: tables(matching.clients.len()),
            ..Paired::default()
        }
    }

    /// The pairs of some seeds in a row, column by column: a pair costs a few additions.
    pub fn of_chunk(matching: &Matching, first: u64, base: &[Trimmed], runs: &[Trimmed]) -> Self {
        let each = || base.iter().zip(runs);
        let winners = Joint::of(matching.proposers + 1, each().map(|(a, b)| matching.winners(a, b)));
        let verdicts = each().map(|(a, b)| (a.verdict as usize, b.verdict as usize));
        let preempted = each().map(|(a, b)| (usize::from(a.is_preempted()), usize::from(b.is_preempted())));
        let mut paired =
            Paired { pairs: each().count() as u64, winners: winners.tables().collect(), ..Paired::default() };
        for (i, counter) in Counter::COMPARED.into_iter().enumerate() {
            paired.counters[counter] = Pairs::of_counts(each().map(|(a, b)| (a.counts[i], b.counts[i])));
        }
        let verdicts = Joint::of(Verdict::ALL.len(), verdicts);
        paired.verdicts.iter_mut().zip(verdicts.tables()).for_each(|(table, of)| *table = of);
        paired.preempted = Joint::of(2, preempted).tables().nth(1).unwrap_or_default();
        paired.answered = vec![Fourfold::default(); matching.clients.len()];
        for (second, &first) in matching.clients.iter().enumerate() {
            let bit = |run: &Trimmed, client: usize| (run.answered >> client & 1) as usize;
            let told = each().map(|(a, b)| (bit(a, first), bit(b, second)));
            paired.answered[first] = Joint::of(2, told).tables().nth(1).unwrap_or_default();
        }
        for (seed, (a, b)) in (0..).map(|i| first.wrapping_add(i)).zip(each()) {
            paired.add_times(matching, seed, a, b);
            paired.add_rare(matching, seed, a, b);
        }
        paired
    }

    /// Adds pairs to what may have none yet.
    pub(super) fn join(mine: &mut Option<Paired>, theirs: Option<Paired>) {
        match (mine.as_mut(), theirs) {
            (_, None) => {}
            (None, theirs) => *mine = theirs,
            (Some(mine), Some(theirs)) => mine.merge(&theirs),
        }
    }

    /// Takes the times of a pair's first choices.
    #[inline]
    fn add_times(&mut self, matching: &Matching, seed: u64, a: &Trimmed, b: &Trimmed) {
        let horizon_ns = matching.horizon_ns;
        match (a.until_choice(horizon_ns), b.until_choice(horizon_ns)) {
            (Some(first), Some(second)) => {
                self.first_choice.record(first, second);
                let in_time = [a, b].map(|run| run.chosen_at_ns.filter(|at| *at <= horizon_ns));
                self.times.record(seed, horizon_ns, in_time, matching.counts_differences);
            }
            _ => self.cut += 1,
        }
        for (side, run) in [a, b].into_iter().enumerate() {
            self.at_horizon[side] += u64::from(run.chosen_at_ns.is_none_or(|at| at > horizon_ns));
        }
    }

    /// Takes what is told with its seed: a violation, different winners.
    #[inline]
    fn add_rare(&mut self, matching: &Matching, seed: u64, a: &Trimmed, b: &Trimmed) {
        for (side, run) in [a, b].into_iter().enumerate() {
            if run.violated {
                self.violations[side] += 1;
                let first = &mut self.first_violation[side];
                *first = [*first, Some(seed)].into_iter().flatten().min();
            }
        }
        let winners = matching.winners(a, b);
        if winners.0 != winners.1 {
            self.parted += 1;
            let winner = |won: usize| (won < matching.proposers).then_some(won as u8);
            self.keep(Parted { seed, winners: [winner(winners.0), winner(winners.1)] });
        }
    }

    fn keep(&mut self, parted: Parted) {
        let place = self.first_parted.partition_point(|kept| *kept < parted);
        if place < KEPT {
            self.first_parted.insert(place, parted);
            self.first_parted.truncate(KEPT);
        }
    }

    /// Adds other pairs of the same scenarios.
    pub fn merge(&mut self, other: &Paired) {
        self.pairs += other.pairs;
        self.winners.iter_mut().zip(&other.winners).for_each(|(a, b)| a.merge(b));
        self.verdicts.iter_mut().zip(&other.verdicts).for_each(|(a, b)| a.merge(b));
        self.preempted.merge(&other.preempted);
        self.answered.iter_mut().zip(&other.answered).for_each(|(a, b)| a.merge(b));
        self.first_choice.merge(&other.first_choice);
        self.times.merge(&other.times);
        self.cut += other.cut;
        self.counters.0.iter_mut().zip(&other.counters.0).for_each(|(a, b)| a.merge(b));
        self.parted += other.parted;
        other.first_parted.iter().for_each(|parted| self.keep(*parted));
        for side in 0..2 {
            self.at_horizon[side] += other.at_horizon[side];
            self.violations[side] += other.violations[side];
            let both = [self.first_violation[side], other.first_violation[side]];
            self.first_violation[side] = both.into_iter().flatten().min();
        }
    }
}
