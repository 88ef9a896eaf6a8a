//! The exact column of a sweep: exact figures beside simulated ones, for every cell that is a small chain.
//!
//! Absent on purpose: asking for it. Where it costs little it is there.

use std::collections::BTreeMap;

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

/// The exact figures of each cell, none of a cell that is no chain or no small one; and what is to be said of the cells that have
/// none though they are chains, where another one has some: figures beside some cells alone ask why.
pub fn exact_column<'s>(scenarios: impl Iterator<Item = &'s Scenario>) -> (Vec<Vec<Theory>>, Vec<String>) {
    let (mut all, mut left) = (Vec::new(), MOST_IN_ALL);
    let mut missing: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (cell, scenario) in scenarios.enumerate() {
        let states = MOST_STATES.min(left);
        let limits = Limits { states, cut: MOST_CUT, gap: None, by: Vec::new(), answers: false };
        let (figures, spent) = match exact(scenario, &limits, &mut |_| true) {
            Ok(found) => (theory(scenario, &found), found.extent.states),
            Err(NotExact::Plan(_) | NotExact::Outside { .. }) => (Vec::new(), 0),
            // What was reckoned in vain has cost as much.
            Err(error) => {
                missing.entry(why_missing(&error, states)).or_default().push(cell);
                (Vec::new(), states)
            }
        };
        left = left.saturating_sub(spent);
        all.push(figures);
    }
    let has_some = all.iter().any(|figures| !figures.is_empty());
    let notes = missing.into_iter().map(|(why, cells)| format!("{} no exact figures: {why}", named(&cells)));
    let notes = if has_some { notes.collect() } else { Vec::new() };
    (all, notes)
}

/// Why a cell that is a chain has no exact figures, where so many states were left for it.
fn why_missing(error: &NotExact, states: usize) -> &'static str {
    match error {
        NotExact::TooLarge { .. } if states < MOST_STATES => {
            "the chains of the cells before have used up the 100,000 states that a sweep reckons with in all; `synod exact` with \
             `--cell N` reckons one cell alone"
        }
        NotExact::TooLarge { .. } => {
            "a sweep reckons with at most 50,000 states of a cell; `synod exact` with `--cell N` reckons with more"
        }
        NotExact::Cut { .. } => "more than a billionth of the probability would be cut off",
        _ => {
            "time stands still in some run, or attempts begin at one instant in an order that is no plain chance"
        }
    }
}

/// `Cells 3, 4 and 7 have`
fn named(cells: &[usize]) -> String {
    const MOST: usize = 12;
    match cells {
        [] => String::new(),
        [cell] => format!("Cell {cell} has"),
        _ if cells.len() > MOST => {
            let first: Vec<String> = cells[..MOST].iter().map(usize::to_string).collect();
            format!("Cells {} and {} more have", first.join(", "), cells.len() - MOST)
        }
        [before @ .., last] => {
            let before: Vec<String> = before.iter().map(usize::to_string).collect();
            format!("Cells {} and {last} have", before.join(", "))
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
