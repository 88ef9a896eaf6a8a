//! The runs that a report shows one by one, run and drawn.
//!
//! Absent on purpose: the rule by which they are chosen (`sweep::notable`).

use super::exit::{Failure, quote};
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
        let mut arguments = grid.arguments.clone();
        for (path, value) in &cell.parameters {
            arguments.push_str(" --set ");
            arguments.push_str(&quote(&format!("{path}={value}")));
        }
        runs.push((cell, arguments, record));
    }
    let views: Vec<(u64, RunView<'_>)> = runs
        .iter()
        .map(|(cell, arguments, record)| {
            (cell.index as u64, RunView { scenario: &cell.scenario, arguments, record })
        })
        .collect();
    viewed(&views).map_err(report_failure)
}
