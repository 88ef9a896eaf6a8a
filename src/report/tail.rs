//! How duels go on: whether their tail is geometric, and with which probability.
//!
//! Absent on purpose: one probability for a tail that has none.

use crate::stats::{Interval, Trial, Z95, equal_hazards, likelihood, share};
use crate::sweep::Totals;

/// The tail of the duels' lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// From this length on.
    pub from: u32,
    /// The probability, if a duel goes on with one probability at every length, of lengths that differ as much (χ²); none where
    /// there are too few to ask.
    pub p: Option<f64>,
    /// That probability; none where the test refutes that there is one.
    pub fit: Option<Fit>,
}

/// A geometric tail: each further pre-emption comes with the same probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Estimated probability that a duel of at least that length goes on.
    pub continues: f64,
    /// Its 95 % interval, by its likelihood.
    pub interval: Interval,
}

/// Too few runs in the tail say nothing about its shape.
const TAIL_RUNS: u64 = 100;

/// Below this a tail is not called geometric.
pub const LEAST_P: f64 = 0.01;

/// The tail starts where at most half of the runs are left. Runs in which nothing was chosen have no duel length,
/// only a lower bound of one, so there is no estimate when there are any.
pub fn tail(t: &Totals) -> Option<Tail> {
    if t.undecided > 0 {
        return None;
    }
    let at_least = |k: u32| t.duel_histogram.range(k..).map(|(_, n)| n).sum::<u64>();
    let from = *t.duel_histogram.keys().find(|k| **k >= 1 && at_least(**k).saturating_mul(2) <= t.runs)?;
    let runs = at_least(from);
    if runs < TAIL_RUNS {
        return None;
    }
    // Each run of length k ≥ from has gone on k − from times, and then stopped.
    let went_on =
        t.duel_histogram.range(from..).map(|(k, n)| u64::from(k - from).saturating_mul(*n)).sum::<u64>();
    let trials = went_on.saturating_add(runs);
    let p = equal_hazards(lengths(t, from, runs));
    let fit = Fit { continues: share(went_on, trials)?, interval: likelihood(went_on, trials, Z95) };
    Some(Tail { from, p, fit: p.is_none_or(|p| p >= LEAST_P).then_some(fit) })
}

/// How many duels came to each length from one on, and ended there; lengths at which none ended stand for themselves.
fn lengths(t: &Totals, from: u32, runs: u64) -> impl Iterator<Item = Trial> + Clone {
    let mut left = runs;
    let mut next = from;
    t.duel_histogram.range(from..).flat_map(move |(&length, &ended)| {
        let passed = u64::from(length - next);
        let before = Trial { at_risk: left.saturating_mul(passed), ended: 0 };
        let here = Trial { at_risk: left, ended };
        (left, next) = (left - ended, length + 1);
        [before, here].into_iter().filter(|trial| trial.at_risk > 0)
    })
}
