//! The runs that a report shows one by one, run and drawn.
//!
//! Absent on purpose: the rule by which they are chosen (`sweep::notable`).

use super::exit::Failure;
use super::grid::Grid;
use super::load::unplanned;
use super::sweep::report_failure;
use crate::report::{RunView, ViewedRun, viewed};
use crate::run::Record;
use crate::sweep::notable;

/// The first run of each kind of a sweep.
pub fn shown_runs(grid: &Grid) -> Result<Vec<ViewedRun>, Failure> {
    let mut runs = Vec::new();
    for (at, seed) in notable(&grid.jobs, grid.first_seed, grid.seeds) {
        let cell = &grid.cells[at];
        let record = Record::of(&cell.scenario, seed).map_err(|error| unplanned(&grid.document, error))?;
        runs.push((cell, grid.arguments_of(at), record));
    }
    let views: Vec<(u64, RunView<'_>)> = runs
        .iter()
        .map(|(cell, arguments, record)| {
            (cell.index as u64, RunView { scenario: &cell.scenario, arguments, record })
        })
        .collect();
    viewed(&views).map_err(report_failure)
}
