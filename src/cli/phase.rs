//! The phase diagram of a sweep that asks for one.

use super::exit::Failure;
use super::grid::Grid;
use super::interrupt;
use super::load::{failure, unplanned};
use super::printer::Printer;
use super::progress::Bar;
use crate::many::Stopped;
use crate::scenario::{Plane, Sweep, SweepKind};
use crate::sweep::{CellResult, Crossing, Kind, Phase, PhaseError, phase};

/// Halvings, where the scenario does not say.
const HALVINGS: u32 = 6;

/// The diagram of a grid whose cells came to this, on the current pool; none if the scenario asks for none. An interrupt gives an
/// error without words.
pub fn diagram(
    grid: &Grid,
    results: &[CellResult],
    printer: &Printer,
) -> Result<Option<Phase>, Option<Failure>> {
    let is_wanted = |sweep: &&Sweep| sweep.kind == SweepKind::Phase && !grid.has_own_nodes();
    let Some(sweep) = grid.scenario.sweep.as_ref().filter(is_wanted) else {
        return Ok(None);
    };
    let plane =
        grid.document.cells().and_then(|cells| Plane::new(&cells)).map_err(|why| Some(failure(why)))?;
    let halvings = sweep.halvings.unwrap_or(HALVINGS);
    let kinds = kinds(results);
    let seeds = (grid.first_seed, grid.seeds);
    let bar = Bar::of("looking for the boundary", "runs", 0, printer);
    let made = phase(&plane, kinds, seeds, halvings, &bar, interrupt::flag());
    bar.clear();
    made.map(Some).map_err(|error| failed(grid, error))
}

/// The diagram of a grid whose boundary is known already; nothing is run.
pub fn diagram_again(
    grid: &Grid,
    results: &[CellResult],
    (crossings, halvings): (Vec<Crossing>, u32),
) -> Result<Phase, Failure> {
    let plane = grid.document.cells().and_then(|cells| Plane::new(&cells)).map_err(failure)?;
    let sweep = grid.scenario.sweep.as_ref();
    if halvings != sweep.and_then(|sweep| sweep.halvings).unwrap_or(HALVINGS) {
        return Err(Failure::Usage(PhaseError::Boundary.to_string()));
    }
    let made = Phase::of(&plane, kinds(results), crossings, halvings);
    // Nothing that is not run can be stopped.
    made.map_err(|error| failed(grid, error).unwrap_or_else(|| Failure::Usage("interrupted".to_owned())))
}

fn kinds(results: &[CellResult]) -> Vec<Kind> {
    results.iter().map(|result| Kind::from(&result.totals)).collect()
}

fn failed(grid: &Grid, error: PhaseError) -> Option<Failure> {
    match error {
        PhaseError::Stopped(Stopped::Interrupted) => None,
        PhaseError::Stopped(Stopped::BadRun(found)) => Some(Failure::Usage(found.to_string())),
        PhaseError::Scenario(why) => Some(failure(why)),
        PhaseError::Plan(why) => Some(unplanned(&grid.document, why)),
        PhaseError::Boundary => Some(Failure::Usage(error.to_string())),
    }
}
