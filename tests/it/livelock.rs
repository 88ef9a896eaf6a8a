//! Proofs of livelock against closed forms, against brute force, and against altered certificates.
//!
//! `SYNOD_RUNS` scales the shares (10,000 runs unless it is set); the points on closed forms are always all of them.

mod brute_force;
mod certificates;
mod fields;
pub mod forms;
mod scripts;
mod shares;
mod verdicts;

use crate::reference::anything::Points;
use synod::check::Outcome;
use synod::run::{Certificate, Plan, Simulator};
use synod::scenario::model::*;
use synod::trace::{Blind, StopReason};

/// One run, and the proof at which it stopped, if it did.
fn prove(s: &Scenario, seed: u64) -> (Outcome, Option<Certificate>) {
    let plan = Plan::new(s).expect("plans");
    let mut simulator = Simulator::new(&plan);
    let outcome = simulator.run(seed, &mut Blind).clone();
    let proof = simulator.livelock().cloned();
    assert_eq!(proof.is_some(), outcome.stopped == StopReason::Cycle, "{outcome:?}");
    (outcome, proof)
}

/// A point off any lattice: the ends of spans in ns are drawn one by one. Every fifth lies within 2 % of one of the
/// `lines` (all of them above 0), on either side, and never on it.
fn off_lattice(points: &mut Points, index: u64, width: u64, lines: &[u64]) -> u64 {
    if !index.is_multiple_of(5) {
        return 1 + points.below(width);
    }
    let line = lines[points.below(lines.len() as u64) as usize];
    let off = 1 + points.below((line / 50).max(1));
    if points.below(2) == 0 { line + off } else { line - off.min(line - 1) }
}
