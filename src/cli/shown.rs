//! The runs that a report shows one by one, run and drawn.
//!
//! Absent on purpose: the rule by which they are chosen (`sweep::notable`).

use super::exit::Failure;
use super::grid::Grid;
use super::load::unplanned;
use super::sweep::report_failure;
use crate::report::{Exhibit, RunView, ViewedRun, viewed};
use crate::run::{Record, explain_within};
use crate::sweep::notable;

/// Events that are played at most to find the critical deliveries of one run: the page is to be there at once.
const EXPLAINED: u64 = 400_000;

/// The first run of each kind of a sweep.
pub fn shown_runs(grid: &Grid) -> Result<Vec<ViewedRun>, Failure> {
    let mut runs = Vec::new();
    for (at, seed) in notable(&grid.jobs, grid.first_seed, grid.seeds) {
        let cell = &grid.cells[at];
        let record = Record::of(&cell.scenario, seed).map_err(|error| unplanned(&grid.document, error))?;
        // A scripted run has no seed that it could deviate from.
        let why = explain_within(&cell.scenario, &record, EXPLAINED).ok();
        runs.push((cell, grid.arguments_of(at), record, why));
    }
    let exhibits: Vec<Exhibit<'_>> = runs
        .iter()
        .map(|(cell, arguments, record, why)| Exhibit {
            cell: cell.index as u64,
            view: RunView { scenario: &cell.scenario, arguments, record },
            why: why.as_ref(),
        })
        .collect();
    viewed(&exhibits).map_err(report_failure)
}
