//! Every seed of a report run again, as the sweep ran it: on all threads, with a bar, until ^C.
//!
//! Absent on purpose: what the results are compared with, and a journal; what is interrupted here begins anew.

use super::exit::Failure;
use super::grid::Grid;
use super::phase::diagram;
use super::printer::Printer;
use super::progress::Bar;
use super::sweep::{Work, run};
use crate::many::Stopped;
use crate::sweep::{CellResult, Forget, PartError, Phase, Segment, Shard, segments};

/// How it ended.
#[derive(Debug)]
pub enum Again {
    /// It came to its end.
    Ran(Box<Ran>),
    /// Time stands still in a run, so that no sweep of it comes to its end.
    Standstill(String),
    /// ^C or SIGTERM.
    Interrupted,
}

/// What the runs came to.
#[derive(Debug)]
pub struct Ran {
    /// Of each cell.
    pub results: Vec<CellResult>,
    /// The digests, piece by piece.
    pub segments: Vec<Segment>,
    /// The phase diagram, if the scenario asks for one.
    pub phase: Option<Phase>,
}

/// Runs it all, on the threads of whoever calls.
pub fn run_again(grid: &Grid, printer: &Printer) -> Result<Again, Failure> {
    let ledger = grid.ledger();
    let tasks = Shard::WHOLE.tasks(ledger.tasks());
    let bar = Bar::new(ledger.runs_known(tasks.clone()).1, printer);
    let ran = run(&Work { grid, tasks, ledger: &ledger, bar: &bar }, &Forget, None);
    bar.clear();
    match ran? {
        Ok(()) => {}
        Err(PartError::Stopped(Stopped::Interrupted)) => return Ok(Again::Interrupted),
        Err(PartError::Stopped(Stopped::BadRun(found))) => {
            return Ok(Again::Standstill(found.to_string()));
        }
        Err(PartError::Lost(error) | PartError::Rows(error)) => {
            return Err(Failure::io("run it again", &error));
        }
    }
    let results = ledger.close();
    let of = |(cell, result): (usize, &CellResult)| segments(cell as u64, result);
    let segments = results.iter().enumerate().flat_map(of).collect();
    let phase = match diagram(grid, &results, printer) {
        Ok(phase) => phase,
        Err(Some(failure)) => return Err(failure),
        Err(None) => return Ok(Again::Interrupted),
    };
    Ok(Again::Ran(Box::new(Ran { results, segments, phase })))
}
