//! The mutants and the swarm: every planted bug is found, the correct protocol raises no alarm, and the swarm meets
//! what it must meet.
//!
//! `SYNOD_SWARM_RUNS` sets how many runs of the correct protocol are looked at (the claim is for 10⁷).

mod alarms;
mod commands;
mod kills;
mod swarm;
mod unsafe_quorums;

use std::sync::atomic::AtomicBool;

use synod::scenario::Mutant;
use synod::sweep::{Runs, Silent, Toll, run_swarm};

/// Part of the swarm.
fn toll(mutant: Mutant, first: u64, count: u64) -> Toll {
    run(Runs { mutant, first, count, situations: false })
}

fn run(runs: Runs) -> Toll {
    run_swarm(runs, &Silent, &AtomicBool::new(false)).unwrap_or_else(|error| panic!("{error}"))
}

/// The swarm from `first` on with a mutant, a part at a time, until what is asked for is there; the sum of the parts.
fn toll_until(mutant: Mutant, first: u64, most: u64, enough: impl Fn(&Toll) -> bool) -> Toll {
    const PART: u64 = 2_048;
    let mut sum = Toll::default();
    while sum.runs < most && !enough(&sum) {
        sum.merge(&toll(mutant, first + sum.runs, PART.min(most - sum.runs)));
    }
    sum
}
