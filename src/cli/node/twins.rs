//! Whether a sweep's nodes answer the same twice: some of its seeds by two more processes, and the first difference told.

use crate::cli::exit::{Exit, Failure};
use crate::cli::grid::Grid;
use crate::cli::interrupt;
use crate::cli::printer::Printer;
use crate::cli::progress::Bar;
use crate::report::split_text;
use crate::run::{OwnNodes, Plan, Twins, twins};

/// Of so many seeds one is asked for twice.
const ONE_OF: u64 = 16;
/// And in all so many at most, but for two of each cell.
const MOST: u64 = 64;

/// The seeds of each of so many cells that somebody's nodes are asked for by two processes.
pub fn seeds_of_twins(first: u64, seeds: u64, cells: usize) -> Vec<u64> {
    let share = (MOST / cells.max(1) as u64).max(2);
    let many = (seeds / ONE_OF).clamp(2, share).min(seeds);
    (0..many).map(|i| first.wrapping_add(i)).collect()
}

/// Plays some seeds of each cell of a finished sweep twice, if somebody's nodes ran in it; an exit if answers differ.
pub fn same_twice(grid: &Grid, printer: &Printer) -> Result<Result<(), Exit>, Failure> {
    if !grid.has_own_nodes() {
        return Ok(Ok(()));
    }
    let _bar = Bar::of("asking the nodes twice", "", 0, printer);
    let seeds = grid.twin_seeds();
    for (cell, job) in grid.jobs.iter().enumerate() {
        if let Err(exit) = compared(&job.plan, &seeds, &grid.arguments_of(cell), printer)? {
            return Ok(Err(exit));
        }
    }
    let nodes = grid.jobs.first().and_then(|job| job.plan.own_nodes());
    let closed = nodes.map_or(Ok(()), OwnNodes::close);
    closed.map(Ok).map_err(|trouble| Failure::Node(trouble.to_string()))
}

/// Plays these seeds twice; an exit if answers differ.
pub fn compared(
    plan: &Plan,
    seeds: &[u64],
    arguments: &str,
    printer: &Printer,
) -> Result<Result<u64, Exit>, Failure> {
    match twins(plan, seeds, interrupt::flag()) {
        Ok(Twins::Same(runs)) => Ok(Ok(runs)),
        Ok(Twins::Differ(split)) => {
            printer.error(&split_text(&split));
            printer.last_line(&format!("synod node talk {arguments} --seed {}", split.seed));
            Ok(Err(Exit::Mismatch))
        }
        Ok(Twins::Stopped) => {
            interrupt::caught();
            interrupt::say(printer);
            Ok(Err(Exit::Interrupted))
        }
        Err((seed, trouble)) => {
            printer.error(&format!("seed {seed}, asked a second time: {trouble}"));
            printer.last_line(&format!("synod run {arguments} --seed {seed}"));
            Ok(Err(if trouble.is_of_file() { Exit::Unfit } else { Exit::NodeFailed }))
        }
    }
}
