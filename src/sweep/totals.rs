//! What the runs of one cell add up to: integer counts, sums and histograms, so that merging is associative.
//!
//! Absent on purpose: intervals, means and names of proposers; whoever renders computes them.

use crate::check::{ByCounter, ClientOutcome, Hazard, Invariant, Verdict};
use crate::stats::{Histogram, Moments};
use std::collections::BTreeMap;

/// When one submission's client has its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerTimes {
    /// Time of the answer, ns, over the runs in which it has one.
    pub at: Histogram,
    /// End of the runs, ns, in which it has none and might have had one later. In the rest it waits for ever.
    pub cut_off: Histogram,
}

/// Integer totals over the runs of a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Runs.
    pub runs: u64,
    /// Runs won, by proposer.
    pub winners: Vec<u64>,
    /// Runs in which no value was chosen.
    pub undecided: u64,
    /// Runs by verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [u64; Verdict::ALL.len()],
    /// Runs with a safety violation.
    pub violations: u64,
    /// Runs that violated each invariant, in the order of [`Invariant::ALL`].
    pub violated: [u64; Invariant::ALL.len()],
    /// The first seed with a violation.
    pub first_violation: Option<u64>,
    /// Runs with each hazard, in the order of [`Hazard::ALL`].
    pub hazards: [u64; Hazard::ALL.len()],
    /// Runs by joint client outcome, one entry per submission in scenario order.
    pub outcomes: BTreeMap<Vec<ClientOutcome>, u64>,
    /// Time of the first choice, ns, over runs in which a value was chosen.
    pub chosen_at: Moments,
    /// Its histogram, ns.
    pub chosen_at_histogram: Histogram,
    /// End of the runs that were cut off undecided, ns: there they are censored.
    pub censored_at_histogram: Histogram,
    /// End of a run, ns, over all runs.
    pub ended_at: Moments,
    /// Runs in which a value was chosen, by duel length.
    pub duel_histogram: BTreeMap<u32, u64>,
    /// Runs in which nothing was chosen, by how many attempts had been pre-empted when they ended.
    pub open_duels: BTreeMap<u32, u64>,
    /// Over all runs, nothing for those that are not [`Counter::SUMMED`].
    pub counters: ByCounter<Moments>,
    /// Of the pre-emptions, each proposer's.
    pub preempted: Vec<Moments>,
    /// One per submission in scenario order; empty as long as there are no runs.
    pub answers: Vec<AnswerTimes>,
}

impl Totals {
    /// No runs yet, of this many proposers.
    pub fn new(proposers: usize) -> Self {
        let preempted = vec![Moments::default(); proposers];
        Totals { winners: vec![0; proposers], preempted, ..Totals::default() }
    }

    /// Adds the runs of another part of the same cell, if there are any: no runs have no proposers either.
    pub(super) fn add(&mut self, other: Totals) {
        match (self.runs, other.runs) {
            (_, 0) => {}
            (0, _) => *self = other,
            _ => self.merge(&other),
        }
    }

    /// Adds the runs of another part of the same cell.
    pub fn merge(&mut self, other: &Totals) {
        self.runs += other.runs;
        add_each(&mut self.winners, &other.winners);
        self.undecided += other.undecided;
        add_each(&mut self.verdicts, &other.verdicts);
        self.violations += other.violations;
        add_each(&mut self.violated, &other.violated);
        self.first_violation = match (self.first_violation, other.first_violation) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        add_each(&mut self.hazards, &other.hazards);
        for (outcome, count) in &other.outcomes {
            *self.outcomes.entry(outcome.clone()).or_default() += count;
        }
        add_lengths(&mut self.duel_histogram, &other.duel_histogram);
        add_lengths(&mut self.open_duels, &other.open_duels);
        self.chosen_at_histogram.merge(&other.chosen_at_histogram);
        self.censored_at_histogram.merge(&other.censored_at_histogram);
        self.chosen_at.merge(&other.chosen_at);
        self.ended_at.merge(&other.ended_at);
        let own = self.preempted.iter_mut().zip(&other.preempted);
        for (mine, theirs) in self.counters.0.iter_mut().zip(&other.counters.0).chain(own) {
            mine.merge(theirs);
        }
        self.grow_answers(other.answers.len());
        for (mine, theirs) in self.answers.iter_mut().zip(&other.answers) {
            mine.at.merge(&theirs.at);
            mine.cut_off.merge(&theirs.cut_off);
        }
    }

    /// Makes room for the answers of so many submissions.
    #[inline]
    pub(super) fn grow_answers(&mut self, submissions: usize) {
        if self.answers.len() < submissions {
            self.answers.resize_with(submissions, AnswerTimes::default);
        }
    }

    /// Runs by how many attempts were pre-empted before the first choice or, of runs without one, before their end.
    pub fn all_duels(&self) -> BTreeMap<u32, u64> {
        let mut all = self.duel_histogram.clone();
        add_lengths(&mut all, &self.open_duels);
        all
    }

    /// Of the duels that ended in a choice, their lengths.
    pub fn duels(&self) -> Moments {
        let mut lengths = Moments::default();
        self.duel_histogram.iter().for_each(|(&length, &runs)| lengths.record_n(length.into(), runs));
        lengths
    }
}

fn add_lengths(mine: &mut BTreeMap<u32, u64>, theirs: &BTreeMap<u32, u64>) {
    for (&length, count) in theirs {
        *mine.entry(length).or_default() += count;
    }
}

fn add_each(mine: &mut [u64], theirs: &[u64]) {
    for (a, b) in mine.iter_mut().zip(theirs) {
        *a += b;
    }
}
