//! `synod sweep`: a grid of cells, many seeds each, and the report on them.

use std::path::Path;

use super::args::{DigestArg, Format, SweepArgs};
use super::exit::{Exit, Failure, quote};
use super::interrupt;
use super::load::{Loaded, failure, load, unplanned};
use super::phase::diagram;
use super::printer::Printer;
use super::progress::Bar;
use super::write::{check_folder, write_files};
use crate::report::{Run, SweepReport, assemble, render, summary_json, summary_text};
use crate::run::Plan;
use crate::scenario::{Cell, hash, printable};
use crate::sweep::{CellResult, Coverage, Job, sweep as run_sweep};

/// Seeds per cell, where neither the command nor the scenario says otherwise.
const SEEDS: u64 = 10_000;

/// Runs a sweep and writes its report.
pub fn sweep(args: &SweepArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load(&args.source)?;
    if let Some(folder) = &args.out {
        check_folder(folder)?;
    }
    let seeds = args.seeds.or(loaded.scenario.sweep.as_ref().and_then(|s| s.seeds)).unwrap_or(SEEDS);
    let coverage = if args.digest == DigestArg::All { Coverage::All } else { Coverage::Sample };
    let cells = cells(&loaded)?;
    check_size(seeds, cells.len() as u64)?;
    let jobs = jobs(&loaded, &cells)?;
    let Some(results) = run_all(args, &jobs, seeds, coverage, printer)? else {
        printer.error("interrupted; nothing was written");
        return Ok(Exit::Interrupted);
    };
    drop(jobs);
    let kinds = results.iter().map(|result| (&result.totals).into()).collect();
    let pool = pool(args.threads)?;
    let phase = match pool.install(|| diagram(&loaded, kinds, (args.first_seed, seeds), printer)) {
        Ok(phase) => phase,
        Err(Some(failure)) => return Err(failure),
        Err(None) => {
            printer.error("interrupted; nothing was written");
            return Ok(Exit::Interrupted);
        }
    };
    let run = Run { arguments: &loaded.arguments, first_seed: args.first_seed, seeds, coverage, quote };
    let cells = cells.into_iter().zip(results).collect();
    let mut report = assemble(&loaded.document, &loaded.scenario, &run, cells);
    report.phase = phase;
    finish(args, &loaded, &report, printer)
}

fn cells(loaded: &Loaded) -> Result<Vec<Cell>, Failure> {
    let grid = loaded.document.cells().map_err(failure)?;
    grid.iter().collect::<Result<_, _>>().map_err(failure)
}

fn jobs(loaded: &Loaded, cells: &[Cell]) -> Result<Vec<Job>, Failure> {
    let job = |cell: &Cell| {
        let plan = Plan::new(&cell.scenario).map_err(|error| unplanned(&loaded.document, error))?;
        Ok(Job { plan, scenario_hash: hash(&cell.scenario).0 })
    };
    cells.iter().map(job).collect()
}

/// Refuses what no machine would live to finish, before anything is allocated for it.
pub fn check_size(seeds: u64, cells: u64) -> Result<(), Failure> {
    const MOST_RUNS: u64 = 1_000_000_000_000;
    match seeds.checked_mul(cells) {
        Some(runs) if runs <= MOST_RUNS => Ok(()),
        _ => Err(Failure::Usage(format!(
            "{seeds} seeds of {cells} cells are more than {MOST_RUNS} runs; take fewer --seeds, and --first-seed for the next part"
        ))),
    }
}

/// Runs all cells; none if interrupted.
fn run_all(
    args: &SweepArgs,
    jobs: &[Job],
    seeds: u64,
    coverage: Coverage,
    printer: &Printer,
) -> Result<Option<Vec<CellResult>>, Failure> {
    let pool = pool(args.threads)?;
    let bar = Bar::new(seeds.saturating_mul(jobs.len() as u64), printer);
    let stop = interrupt::flag();
    let results = pool.install(|| run_sweep(jobs, args.first_seed, seeds, coverage, &bar, stop));
    bar.clear();
    Ok(results.ok())
}

/// Worker threads, one per core if nobody says how many.
pub fn pool(threads: Option<u64>) -> Result<rayon::ThreadPool, Failure> {
    const MOST_THREADS: u64 = 1024;
    let threads = threads.unwrap_or(0).min(MOST_THREADS) as usize;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Failure::Io(format!("failed to start {threads} threads: {error}")))
}

/// Writes the report, prints the summary, and says whether safety held.
fn finish(
    args: &SweepArgs,
    loaded: &Loaded,
    report: &SweepReport,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if let Some(folder) = &args.out {
        write_files(folder, &render(report).map_err(report_failure)?)?;
    }
    match args.format {
        Format::Text => printer.data(summary_text(report).as_bytes())?,
        Format::Json => printer.data(&summary_json(report).map_err(report_failure)?)?,
    }
    if let Some(folder) = &args.out {
        say_where(folder, printer);
    }
    let expected = loaded.scenario.expect.as_ref().and_then(|e| e.violations).is_some_and(|n| n > 0);
    let broken = report.cells.iter().find(|cell| cell.totals.first_violation.is_some());
    match broken {
        Some(cell) if !expected => {
            printer.error(&format!(
                "safety is violated in {} of {} runs of cell {}",
                cell.totals.violations, cell.totals.runs, cell.index
            ));
            printer.last_line(&cell.reproduce);
            Ok(Exit::Violation)
        }
        _ => Ok(Exit::Ok),
    }
}

/// Last on a terminal, where it is looked for.
fn say_where(folder: &Path, printer: &Printer) {
    let path = |name: &str| printable(&folder.join(name).to_string_lossy());
    printer.say(&format!("report     {} (open it in a browser)", path("report.html")));
    printer.say(&format!("figures    {} (SVG and PNG)", path("figures")));
    printer.say(&format!("numbers    {}, {}", path("summary.json"), path("cells.csv")));
}

pub fn report_failure(error: crate::report::ReportError) -> Failure {
    Failure::Io(format!("failed to render the report: {error}"))
}
