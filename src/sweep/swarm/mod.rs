//! The default swarm: from a number to a scenario, by drawing which knobs and faults are there at all, and how they
//! stand.
//!
//! A swarm finds what no single scenario finds, because each of its scenarios lacks something: what is there always
//! hides what its absence would show (Groce, Zhang, Eide, Chen and Regehr, "Swarm Testing", ISSTA 2012). Absent on
//! purpose: any knowledge of mutants, and the running (`gallery`).
//!
//! Run `i` of the swarm is seed `i` of the scenario of its block, `i / 32`: [`BLOCK`] runs share a scenario, so that
//! its compilation costs little beside its runs, and 20,000 runs still see 625 scenarios. Everything that a seed
//! decides (delays, losses, faults drawn from rates) differs from run to run. Every knob is drawn at an address of its
//! own: another knob changes no other.

mod draw;
mod network;
mod people;
mod rules;
mod weather;

use crate::scenario::{Cluster, Duration, Quorum, Scenario};
use draw::{Draw, Knob};

/// Runs that share a scenario.
pub const BLOCK: u64 = 32;

/// The scenario of the swarm's run `index`, which is that of its block.
pub fn swarm_scenario(index: u64) -> Scenario {
    let block = index / BLOCK;
    let mut draw = Draw::new(block);
    let nodes = draw.pick(Knob::Nodes, &[3, 3, 4, 5]);
    let mut scenario = Scenario {
        title: format!("Swarm, runs {} to {}", block * BLOCK, block * BLOCK + (BLOCK - 1)),
        cluster: Cluster { nodes, quorum: Quorum::Majority, unsafe_: false },
        ..Scenario::new([])
    };
    people::draw(&mut draw, &mut scenario);
    rules::draw(&mut draw, &mut scenario);
    network::draw(&mut draw, &mut scenario);
    weather::draw(&mut draw, &mut scenario);
    scenario
}

fn ms(ms: u64) -> Duration {
    Duration::from_ns(ms * 1_000_000)
}
