//! Runs a sweep or part of one, in the order that it needs.

use std::sync::atomic::AtomicBool;

use super::execution::{Execution, Forget, Keeper, PartError, Request};
use super::job::{Coverage, Job};
use super::ledger::{CellResult, Ledger};
use super::looks::looks;
use super::rows::{AHEAD, Rows};
use super::waves::waves;
use crate::many::{Driver, Stopped};
use crate::run::Progress;

/// Runs seeds `first..first + count` of every job on the current threads.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set, or where time stands still in a run.
pub fn sweep(
    jobs: &[Job],
    first: u64,
    count: u64,
    coverage: Coverage,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Vec<CellResult>, Stopped> {
    let ledger = Ledger::new(jobs, count);
    let what = Request {
        jobs,
        first,
        coverage,
        tasks: 0..ledger.tasks(),
        pairing: None,
        until: None,
        bound_ns: None,
    };
    match sweep_part(&what, &ledger, progress, &Forget, stop) {
        Ok(()) => Ok(ledger.close()),
        Err(PartError::Stopped(why)) => Err(why),
        // Who keeps nothing loses nothing.
        Err(PartError::Lost(_) | PartError::Rows(_)) => Err(Stopped::Interrupted),
    }
}

/// Runs what the ledger does not know of these tasks, and enters it there. What is found goes to the keeper in parts,
/// also when the sweep is stopped: a chunk that came to its end is not lost.
///
/// # Errors
/// [`PartError::Stopped`] soon after `stop` is set, or where time stands still in a run; [`PartError::Lost`] as soon as
/// the keeper fails.
pub fn sweep_part(
    what: &Request,
    ledger: &Ledger,
    progress: &impl Progress,
    keeper: &impl Keeper,
    stop: &AtomicBool,
) -> Result<(), PartError> {
    sweep_part_with_rows(what, ledger, progress, keeper, None, stop)
}

/// The same, showing every run of these tasks: what the ledger knows is run again for its rows, and so is what is run
/// in waves for its pairs, for rows come in the order of cells.
///
/// # Errors
/// As for [`sweep_part`]; also [`PartError::Rows`] as soon as rows cannot be written.
pub fn sweep_part_with_rows(
    what: &Request,
    ledger: &Ledger,
    progress: &impl Progress,
    keeper: &impl Keeper,
    rows: Option<&dyn Rows>,
    stop: &AtomicBool,
) -> Result<(), PartError> {
    let part = Execution { what, ledger, keeper, driver: Driver { progress, stop } };
    part.by(|part| match (what.until, what.pairing) {
        (Some(until), _) => looks(part, until),
        (None, None) => turns(part, rows),
        (None, Some(pairing)) => {
            waves(part, pairing)?;
            if rows.is_some() { turns(part, rows) } else { Ok(()) }
        }
    })
}

/// Runs what is asked for, one cell after the other, and writes the rows of all of it.
fn turns(part: &Execution, rows: Option<&dyn Rows>) -> Result<(), PartError> {
    let ahead = rows.map_or(u64::MAX, |_| AHEAD);
    let write =
        |of_chunk: Vec<u8>| rows.map_or(Ok(()), |rows| rows.write(&of_chunk)).map_err(PartError::Rows);
    part.driver.in_order(part.what.tasks.clone(), ahead, |task| part.show(task, rows), write)
}
