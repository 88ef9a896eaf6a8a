//! The exact column of a sweep: exact figures beside simulated ones, for every cell that is a small chain.
//!
//! Absent on purpose: asking for it. Where it costs little it is there.

use crate::check::Counter;
use crate::report::data::{Quantity, Theory};
use crate::run::{Exact, Limits, exact};
use crate::scenario::Scenario;

/// Most states of a cell's chain.
const MOST_STATES: usize = 50_000;
/// Most states of all cells' chains together: some ten seconds.
const MOST_IN_ALL: usize = 1_000_000;
/// Most that may be cut off: far below what a sweep can tell.
const MOST_CUT: f64 = 1e-9;

/// Reckons cell by cell, until it has done enough.
#[derive(Debug)]
pub struct ExactColumn {
    left: usize,
}

impl ExactColumn {
    /// Has reckoned nothing yet.
    pub fn new() -> Self {
        ExactColumn { left: MOST_IN_ALL }
    }

    /// The exact figures of a cell; none where it is no chain, none that is small, or there were many before.
    pub fn of(&mut self, scenario: &Scenario) -> Vec<Theory> {
        let states = MOST_STATES.min(self.left);
        let limits = Limits { states, cut: MOST_CUT, gap: None, by: Vec::new(), answers: false };
        match exact(scenario, &limits, &mut |_| true) {
            Ok(found) if found.extent.states <= self.left => {
                self.left -= found.extent.states;
                theory(scenario, &found)
            }
            _ => Vec::new(),
        }
    }
}

fn theory(scenario: &Scenario, found: &Exact) -> Vec<Theory> {
    // A run that lasts beyond the horizon counts as one without a choice.
    let says = |label: String, value: f64, bound: f64, what: Quantity| Theory {
        label,
        value,
        bound: Some(bound + found.beyond),
        what,
    };
    let mut all = Vec::new();
    for (p, (proposer, it)) in scenario.proposer.iter().zip(&found.winners).enumerate() {
        all.push(says(format!("{} wins: exact", proposer.name), it.value, it.bound, Quantity::Winner(p)));
    }
    let nothing = &found.nothing;
    if nothing.value > nothing.bound {
        all.push(says("nothing chosen: exact".into(), nothing.value, nothing.bound, Quantity::NothingChosen));
    } else if let Some(first) = &found.first {
        let mean = &first.mean;
        all.push(says("mean first choice: exact".into(), mean.value, mean.bound, Quantity::MeanChosenAt));
    }
    let duel = &found.duel.mean;
    if duel.value > 0.0 {
        all.push(says("mean duel: exact".into(), duel.value, duel.bound, Quantity::Mean(Counter::Duel)));
    }
    all
}
