//! The runs that a report shows one by one, run and drawn.
//!
//! One after the other, and of each a bounded beginning: what is shown beside the figures must not cost more than they do,
//! and a long run must not keep a finished sweep from its report. Absent on purpose: the rule by which runs are chosen
//! (`sweep::notable`).

use super::exit::Failure;
use super::grid::Grid;
use super::load::unplanned;
use super::sweep::report_failure;
use crate::report::{Exhibit, RunView, ViewedRun, Viewing};
use crate::run::{Deviations, Record, explain_within};
use crate::sweep::{LONGEST, notable};

/// Events that are played at most to find the critical deliveries of one run: the page is to be there at once.
const EXPLAINED: u64 = 400_000;
/// Events of a trace that are kept of one run: a message is two, so this is what a run of [`LONGEST`] has.
const KEPT: usize = 4 * LONGEST as usize;

/// The first run of each kind of a sweep.
pub fn shown_runs(grid: &Grid) -> Result<Vec<ViewedRun>, Failure> {
    let mut shown = Viewing::default();
    for (at, seed) in notable(&grid.jobs, grid.first_seed, grid.seeds) {
        let (cell, arguments) = (&grid.cells[at], grid.arguments_of(at));
        let record = Record::beginning(grid.setup(at), seed, &Deviations::default(), (LONGEST, KEPT));
        let record = record.map_err(|error| unplanned(&grid.document, error))?;
        // A scripted run has no seed that it could deviate from.
        let why = (!record.is_cut).then(|| explain_within(grid.setup(at), &record, EXPLAINED));
        let why = why.and_then(|why| why.ok().flatten());
        let view = RunView { scenario: &cell.scenario, arguments: &arguments, record: &record };
        let exhibit = Exhibit { cell: cell.index as u64, view, why: why.as_ref() };
        if !shown.add(&exhibit).map_err(report_failure)? {
            break;
        }
    }
    Ok(shown.all)
}
