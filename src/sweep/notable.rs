//! Which runs of a sweep a report shows one by one: the first of each kind.
//!
//! The rule, which knows of no chance and no clock: cells in their order, in each the first seeds in theirs; a run is
//! taken if none before it, in any cell, had the same verdict, the same winner and told the clients the same. Runs that are
//! longer than [`LONGEST`] are one kind, and after [`MOST_PLAYED`] events no further run is looked at: what a report shows
//! beside its figures must not cost more than they do. Absent on purpose: a judgement which of them are interesting.

use std::collections::BTreeSet;

use crate::run::Simulator;
use crate::trace::{Blind, StopReason};

use super::gather::client_outcomes;
use super::job::Job;

/// Most runs that are taken.
pub const MOST_NOTABLE: usize = 8;
/// Runs that are looked at, shared evenly by the cells; but at least [`LEAST`] of each.
const LOOKED_AT: u64 = 10_000;
/// See [`LOOKED_AT`].
const LEAST: u64 = 4;
/// Events of one run that are looked at; a longer run is shown by its beginning.
pub const LONGEST: u32 = 50_000;
/// Events after which no further run is looked at: about a second of work, however long the runs are.
pub const MOST_PLAYED: u64 = 4_000_000;

/// How many of a cell's first seeds are looked at.
pub fn looked_at(cells: usize, seeds: u64) -> u64 {
    (LOOKED_AT / (cells as u64).max(1)).max(LEAST).min(seeds)
}

/// The cells (by their place in `jobs`) and seeds of the runs that a report shows.
pub fn notable(jobs: &[Job], first: u64, seeds: u64) -> Vec<(usize, u64)> {
    let (mut seen, mut taken, mut played) = (BTreeSet::new(), Vec::new(), 0);
    for (cell, job) in jobs.iter().enumerate() {
        let plan = job.plan.clone().with_most_events(LONGEST);
        let mut simulator = Simulator::new(&plan);
        for seed in (0..looked_at(jobs.len(), seeds)).map(|i| first.wrapping_add(i)) {
            let outcome = simulator.run(seed, &mut Blind);
            // Of a run that goes on it is not known what it comes to: it is of a kind of its own.
            let is_long = outcome.stopped == StopReason::MaxEvents && job.plan.max_events() > LONGEST;
            let kind = (!is_long).then(|| (outcome.verdict, outcome.winner, client_outcomes(outcome)));
            if seen.insert(kind) {
                taken.push((cell, seed));
            }
            played += u64::from(outcome.events);
            if taken.len() == MOST_NOTABLE || played >= MOST_PLAYED {
                return taken;
            }
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Plan, Record};
    use crate::scenario::{Scenario, hash, shipped};

    #[test]
    fn the_labs_outcomes_are_shown_once_each_by_their_first_seeds() {
        let text = shipped::find("lab2").map(|it| it.text).unwrap_or_default();
        let scenario = Scenario::parse(text, "lab2").unwrap();
        let job = Job { plan: Plan::new(&scenario).unwrap(), scenario_hash: hash(&scenario).0 };
        let taken = notable(std::slice::from_ref(&job), 0, 100_000);
        assert_eq!(taken, [(0, 0), (0, 1), (0, 567), (0, 3230), (0, 5615)]);
        assert_eq!(notable(&[job.clone(), job.clone()], 0, 100), [(0, 0), (0, 1)], "the same in two cells");
        assert_eq!(notable(&[job], 5615, 1), [(0, 5615)]);
        assert!(Record::of(&scenario, 5615).is_ok());
        assert_eq!((looked_at(1000, 50), looked_at(1, 7), looked_at(100_000, 9)), (10, 7, 4));
    }
}
