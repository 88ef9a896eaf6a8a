//! What pairs of runs with the same seed add up to: tables of four and integer sums, so that merging is associative.
//!
//! Absent on purpose: intervals, names and rendering. Memory does not grow with the number of pairs.

use crate::check::{Outcome, Verdict};
use crate::scenario::Scenario;
use crate::stats::{Fourfold, Pairs};

/// Seeds with different winners that are kept, the lowest.
const KEPT: usize = 5;

/// What a comparison needs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trimmed {
    winner: Option<u8>,
    verdict: Verdict,
    chosen_at_ns: Option<u64>,
    ended_at_ns: u64,
    preemptions: u32,
    attempts: u32,
    messages: u32,
    violated: bool,
}

impl Trimmed {
    /// Of a finished run.
    pub fn of(outcome: &Outcome) -> Self {
        Trimmed {
            winner: outcome.winner,
            verdict: outcome.verdict,
            chosen_at_ns: outcome.chosen_at_ns,
            ended_at_ns: outcome.ended_at_ns,
            preemptions: outcome.preemptions,
            attempts: outcome.attempts,
            messages: outcome.messages_sent,
            violated: !outcome.violated.is_empty(),
        }
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
    /// Times are compared up to here, ns.
    pub horizon_ns: u64,
}

impl Matching {
    /// Proposers by their names, times up to the shorter of the horizons; none if the names are not the same.
    pub fn new(first: &Scenario, second: &Scenario) -> Option<Matching> {
        let number = |name: &str| first.proposer.iter().position(|p| p.name == name).map(|i| i as u8);
        let names = second.proposer.iter().map(|p| number(&p.name)).collect::<Option<Vec<u8>>>()?;
        (names.len() == first.proposer.len()).then(|| Matching {
            names,
            proposers: first.proposer.len(),
            horizon_ns: first.run.horizon.ns().min(second.run.horizon.ns()),
        })
    }

    /// The same, with times compared up to a shorter horizon.
    pub fn until(mut self, horizon_ns: u64) -> Matching {
        self.horizon_ns = self.horizon_ns.min(horizon_ns);
        self
    }
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
    /// Time until the first choice or the horizon, ns, over the pairs of which both are known.
    pub first_choice: Pairs,
    /// Pairs of which one is not known: cut off by the event budget before the horizon.
    pub cut: u64,
    /// Runs of each side in which nothing was chosen by the horizon: their time is the horizon.
    pub at_horizon: [u64; 2],
    /// Pre-emptions.
    pub preemptions: Pairs,
    /// Attempts.
    pub attempts: Pairs,
    /// Messages sent.
    pub messages: Pairs,
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
        Paired { winners: vec![Fourfold::default(); matching.proposers + 1], ..Paired::default() }
    }

    /// The pairs of some seeds in a row.
    pub fn of_chunk(matching: &Matching, first: u64, base: &[Trimmed], runs: &[Trimmed]) -> Self {
        let mut paired = Paired::new(matching);
        for (i, (a, b)) in base.iter().zip(runs).enumerate() {
            paired.add(matching, first.wrapping_add(i as u64), a, b);
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

    /// Whether these can be the sums over so many pairs, as far as counts tell.
    pub(super) fn can_be_of(&self, pairs: u64, proposers: usize) -> bool {
        let tables = || self.winners.iter().chain(&self.verdicts).chain([&self.preempted]);
        let fits = |t: &Fourfold| {
            let parts = [t.only_a, t.only_b].iter().try_fold(t.both, |sum, &n| sum.checked_add(n));
            t.n == pairs && parts.is_some_and(|sum| sum <= pairs)
        };
        let sums = [&self.preemptions, &self.attempts, &self.messages];
        self.pairs == pairs
            && self.winners.len() == proposers + 1
            && tables().all(fits)
            && sums.iter().all(|sum| (sum.a.n, sum.b.n) == (pairs, pairs))
            && self.first_choice.a.n == self.first_choice.b.n
            && self.first_choice.n().checked_add(self.cut) == Some(pairs)
            && self.parted <= pairs
            && self.first_parted.len() == KEPT.min(self.parted as usize)
            && self.at_horizon.iter().chain(&self.violations).all(|&n| n <= pairs)
    }

    /// Takes the two runs of one seed.
    pub fn add(&mut self, matching: &Matching, seed: u64, a: &Trimmed, b: &Trimmed) {
        self.pairs += 1;
        let winners = [a.winner, b.winner.map(|winner| matching.names[usize::from(winner)])];
        for (i, won) in self.winners.iter_mut().enumerate() {
            let holds = |winner: Option<u8>| winner.map_or(matching.proposers, usize::from) == i;
            won.record(holds(winners[0]), holds(winners[1]));
        }
        for (verdict, reached) in Verdict::ALL.into_iter().zip(&mut self.verdicts) {
            reached.record(a.verdict == verdict, b.verdict == verdict);
        }
        self.preempted.record(a.preemptions > 0, b.preemptions > 0);
        let horizon = matching.horizon_ns;
        match (a.until_choice(horizon), b.until_choice(horizon)) {
            (Some(a), Some(b)) => self.first_choice.record(a, b),
            _ => self.cut += 1,
        }
        for (side, run) in [a, b].into_iter().enumerate() {
            self.at_horizon[side] += u64::from(run.chosen_at_ns.is_none_or(|at| at > horizon));
            self.violations[side] += u64::from(run.violated);
            if run.violated {
                let first = &mut self.first_violation[side];
                *first = [*first, Some(seed)].into_iter().flatten().min();
            }
        }
        self.preemptions.record(a.preemptions.into(), b.preemptions.into());
        self.attempts.record(a.attempts.into(), b.attempts.into());
        self.messages.record(a.messages.into(), b.messages.into());
        if winners[0] != winners[1] {
            self.parted += 1;
            self.keep(Parted { seed, winners });
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
        self.first_choice.merge(&other.first_choice);
        self.cut += other.cut;
        self.preemptions.merge(&other.preemptions);
        self.attempts.merge(&other.attempts);
        self.messages.merge(&other.messages);
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
