//! The exact column of a sweep: exact figures beside simulated ones, for every cell that is a small chain.
//!
//! Absent on purpose: asking for it. Where it costs little it is there.

use crate::check::Counter;
use crate::report::data::{Quantity, Theory};
use crate::run::{Exact, Limits, NotExact, exact};
use crate::scenario::Scenario;

/// Most states of a cell's chain.
const MOST_STATES: usize = 50_000;
/// Most states of all cells' chains together: about a second.
const MOST_IN_ALL: usize = 100_000;
/// Most that may be cut off: far below what a sweep can tell.
const MOST_CUT: f64 = 1e-9;

/// The exact figures of each cell; none of a cell that is no chain, or no small one. None of any where all together are many:
/// figures beside some cells of a grid alone would ask why.
pub fn exact_column<'s>(scenarios: impl Iterator<Item = &'s Scenario>) -> Vec<Vec<Theory>> {
    let (mut all, mut left) = (Vec::new(), MOST_IN_ALL);
    for scenario in scenarios {
        let states = MOST_STATES.min(left);
        let limits = Limits { states, cut: MOST_CUT, gap: None, by: Vec::new(), answers: false };
        let (figures, spent) = match exact(scenario, &limits, &mut |_| true) {
            Ok(found) => (theory(scenario, &found), found.extent.states),
            Err(NotExact::Plan(_) | NotExact::Outside { .. }) => (Vec::new(), 0),
            // What was reckoned in vain has cost as much.
            Err(_) => (Vec::new(), states),
        };
        left = left.saturating_sub(spent);
        all.push(figures);
    }
    if left == 0 {
        all.iter_mut().for_each(Vec::clear);
    }
    all
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
