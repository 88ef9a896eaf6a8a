//! `synod sweep`: a grid of cells, many seeds each, and the report on them.

use std::ops::Range;
use std::path::Path;

use super::args::{Format, SweepArgs};
use super::claim::Claim;
use super::exit::{Exit, Failure, bad_run, command_line};
use super::grid::Grid;
use super::interrupt;
use super::journal::Journal;
use super::node::same_twice;
use super::outputs::{Outputs, row_format};
use super::phase::diagram;
use super::printer::Printer;
use super::progress::Bar;
use super::rows::RowFile;
use super::shown::shown_runs;
use super::workers::workers;
use super::write::{Holds, check_folder, former, shown};
use crate::many::Stopped;
use crate::report::{SweepReport, ViewedRun, render_with, summary_json, summary_text};
use crate::run::Threads;
use crate::scenario::printable;
use crate::sweep::{
    Forget, Keeper, Ledger, PartError, Request, Segment, Shard, differing, few, segments, spread, sweep_part,
    sweep_part_with_rows,
};

/// Runs a sweep and writes its report, or a share of one for the merge.
pub fn sweep(args: &SweepArgs, printer: &Printer) -> Result<Exit, Failure> {
    args.rows.as_deref().map_or(Ok(()), |path| row_format(path).map(|_| ()))?;
    let grid = Grid::of(args, &Bar::of("reading the cells", "cells", 0, printer))?;
    let mut reads = vec![Path::new(&args.source.scenario).to_owned()];
    reads.extend(grid.document.sample_files());
    Outputs { folder: args.out.as_deref(), rows: args.rows.as_deref(), reads }.check()?;
    let (ledger, pool) = (grid.ledger(), workers(args.threads)?);
    let claim = args.out.as_deref().map(|folder| claim(folder, args, printer)).transpose()?;
    let mut claim = claim.flatten();
    let journal =
        args.out.as_deref().map(|folder| journal(folder, args, &grid, &ledger, printer)).transpose()?;
    keeps("what was run is kept", journal.as_ref());
    let tasks = args.shard.unwrap_or(Shard::WHOLE).tasks(ledger.tasks());
    let (known, all) = ledger.runs_known(tasks.clone());
    if known > 0 {
        printer.say(&format!("going on: {known} of {all} runs are there"));
    }
    let rows = args.rows.as_deref().map(|path| RowFile::create(path, &grid.cells, printer)).transpose()?;
    let bar = Bar::new(all, printer);
    bar.go_on_from(known);
    let part = Work { grid: &grid, tasks: tasks.clone(), ledger: &ledger, bar: &bar };
    let ran = pool.on(|| match &journal {
        Some(journal) => run(&part, journal, rows.as_ref()),
        None => run(&part, &Forget, rows.as_ref()),
    });
    bar.clear();
    let ran = ran?;
    match ran {
        Ok(()) => {}
        Err(PartError::Stopped(Stopped::BadRun(found))) => {
            // No going on will bring this sweep to its end.
            journal.map_or(Ok(()), Journal::remove)?;
            return Ok(bad_run(&found, &grid.arguments_of(found.cell), printer));
        }
        Err(PartError::Stopped(Stopped::Interrupted)) => {
            return interrupted(journal.as_ref(), ledger.runs_known(tasks), printer);
        }
        Err(PartError::Lost(error) | PartError::Rows(error)) => {
            return Err(lost(&error, args.out.as_deref()));
        }
    }
    if let (Some(shard), Some(journal)) = (args.shard, &journal) {
        journal.sync()?;
        printer.say(&format!("shard {shard} is complete"));
        return Ok(Exit::Ok);
    }
    keeps("every run is kept", journal.as_ref());
    let ending = Ending::new(&grid, args.out.as_deref(), args.format, printer)?;
    let report = match prove(grid, ledger, &pool, printer)? {
        Ok(report) => report,
        Err(exit) => {
            journal.as_ref().map_or(Ok(()), Journal::sync)?;
            return Ok(exit);
        }
    };
    if let Err(failure) = ending.write(&report, claim.as_mut(), printer) {
        // Without its folder the sweep has nothing left but these words.
        if journal.as_ref().is_some_and(Journal::is_lost) {
            ending.summary(&report, printer)?;
        }
        return Err(failure);
    }
    journal.map_or(Ok(()), Journal::remove)?;
    interrupt::keep("the report is whole", false);
    ending.tell(&report, printer)
}

/// The right to write a report into the folder; a share writes none.
fn claim(folder: &Path, args: &SweepArgs, printer: &Printer) -> Result<Option<Claim>, Failure> {
    if args.shard.is_some() {
        return check_folder(folder, Holds::Report).map(|()| None);
    }
    Claim::of(folder, Holds::Report, printer).map(Some)
}

/// The journal in the folder, which must be ours.
fn journal(
    folder: &Path,
    args: &SweepArgs,
    grid: &Grid,
    ledger: &Ledger,
    printer: &Printer,
) -> Result<Journal, Failure> {
    let header = grid.header(args.shard.unwrap_or(Shard::WHOLE));
    if let Some(report) = former(folder)? {
        let (hash, seeds) = (&report["scenario"]["hash"], &report["seeds"]["count"]);
        if *hash != header.scenario_hash || *seeds != header.seeds {
            let cells = report["cells"].as_array().map_or(0, Vec::len);
            printer.say(&format!(
                "{} holds a report of {cells} × {} runs, and this one will replace it",
                shown(folder),
                seeds.as_u64().unwrap_or_default()
            ));
        }
    }
    let _bar = Bar::of("reading the journal", "", 0, printer);
    Journal::open(folder, args.shard, &header, ledger, args.fresh, printer)
}

/// What is to be run, and where it is entered.
pub struct Work<'a> {
    /// The sweep.
    pub grid: &'a Grid,
    /// Which part of it.
    pub tasks: Range<u64>,
    /// Where what is found is entered.
    pub ledger: &'a Ledger,
    /// What is told how far it is.
    pub bar: &'a Bar,
}

/// Runs what the ledger does not know of these tasks, on the pool that this is called in; all of them for their rows.
pub fn run(
    part: &Work,
    keeper: &impl Keeper,
    rows: Option<&RowFile>,
) -> Result<Result<(), PartError>, Failure> {
    let Work { grid, ledger, bar, .. } = *part;
    let what = Request {
        jobs: &grid.jobs,
        first: grid.first_seed,
        coverage: grid.coverage,
        tasks: part.tasks.clone(),
        pairing: grid.pairing.as_ref(),
        until: grid.until,
        bound_ns: grid.bound.map(|bound| bound.ns()),
    };
    let stop = interrupt::flag();
    let Some(rows) = rows else { return Ok(sweep_part(&what, ledger, bar, keeper, stop)) };
    match sweep_part_with_rows(&what, ledger, bar, keeper, Some(rows), stop) {
        Ok(()) => rows.keep().map(Ok),
        Err(PartError::Rows(error)) => Err(rows.failure(&error)),
        ran => Ok(ran),
    }
}

/// What is said to be kept if the sweep ends from now on.
fn keeps(what: &str, journal: Option<&Journal>) {
    match journal {
        None => interrupt::keep("nothing is kept, as there is no --out", false),
        Some(_) => interrupt::keep(format!("{what}, and this command goes on from there"), true),
    }
}

/// Says what is kept of an interrupted sweep, and last how to go on.
fn interrupted(
    journal: Option<&Journal>,
    (known, all): (u64, u64),
    printer: &Printer,
) -> Result<Exit, Failure> {
    interrupt::caught();
    match journal {
        None => printer.error("interrupted; nothing was kept, as there is no --out"),
        Some(journal) => {
            journal.sync()?;
            printer.error(&format!(
                "interrupted; {known} of {all} runs are kept, and this command goes on from there:"
            ));
            printer.last_line(&command_line());
        }
    }
    Ok(Exit::Interrupted)
}

fn lost(error: &std::io::Error, folder: Option<&Path>) -> Failure {
    let folder = folder.map_or_else(String::new, shown);
    let doing = format!("write the journal in {folder}");
    match Failure::io(&doing, error) {
        Failure::Io(why) => {
            Failure::Io(format!("{why}; what was kept before is there, and the same command goes on from it"))
        }
        other => other,
    }
}

/// The report of a finished sweep, of which a few chunks are run a second time first. An exit instead if
/// one of them came out otherwise, for then nothing of it can be believed, or if it was interrupted.
pub fn prove(
    grid: Grid,
    ledger: Ledger,
    pool: &Threads,
    printer: &Printer,
) -> Result<Result<SweepReport, Exit>, Failure> {
    let results = ledger.close();
    let all: Vec<Segment> =
        results.iter().enumerate().flat_map(|(cell, result)| segments(cell as u64, result)).collect();
    let count = few(&all, grid.coverage);
    let sample: Vec<Segment> = spread(all.len() as u64, count).into_iter().map(|i| all[i as usize]).collect();
    let bar = Bar::of("running some seeds again", "", 0, printer);
    let stop = interrupt::flag();
    let different = pool.on(|| differing(&grid.jobs, grid.first_seed, grid.coverage, &sample, stop));
    if different == Err(Stopped::Interrupted) {
        interrupt::caught();
        interrupt::say(printer);
        return Ok(Err(Exit::Interrupted));
    }
    drop(bar);
    if let Err(Stopped::BadRun(bad)) = &different {
        return Ok(Err(bad_run(bad, &grid.arguments_of(bad.cell), printer)));
    }
    let different = different.unwrap_or_default();
    if grid.has_own_nodes()
        && !different.is_empty()
        && let Err(exit) = same_twice(&grid, printer)?
    {
        return Ok(Err(exit));
    }
    for (segment, found) in &different {
        let (chunk, cell, digest) = (segment.chunk, segment.cell, segment.digest);
        let why = if grid.has_own_nodes() {
            "These nodes do not do the same when they are asked again; look for a real clock, and for what outlives a run:"
        } else {
            "This is a bug in synod or a fault of this machine's memory; the same command with --fresh tries again:"
        };
        printer.error(&format!(
            "chunk {chunk} of cell {cell} came out as {digest}, and run again as {found}; nothing was written.\n{why}"
        ));
    }
    if !different.is_empty() {
        printer.last_line(&command_line());
        return Ok(Err(Exit::Mismatch));
    }
    if let Err(exit) = same_twice(&grid, printer)? {
        return Ok(Err(exit));
    }
    let phase = match pool.on(|| diagram(&grid, &results, printer)) {
        Ok(phase) => phase,
        Err(Some(failure)) => return Err(failure),
        Err(None) => {
            interrupt::caught();
            interrupt::doing(Some("looking for the boundary"));
            interrupt::say(printer);
            return Ok(Err(Exit::Interrupted));
        }
    };
    let mut report = grid.report(results);
    report.phase = phase;
    (report.proof.ran_twice, report.proof.identical) = (count, count);
    Ok(Ok(report))
}

/// What is done with a finished sweep.
#[derive(Debug)]
pub struct Ending<'a> {
    out: Option<&'a Path>,
    /// The runs that the report shows one by one.
    shown: Vec<ViewedRun>,
    format: Format,
    /// Whether the scenario is there to show a violation.
    expected: bool,
}

impl<'a> Ending<'a> {
    /// For this sweep.
    pub fn new(
        grid: &Grid,
        out: Option<&'a Path>,
        format: Format,
        printer: &Printer,
    ) -> Result<Self, Failure> {
        let violations = grid.scenario.expect.as_ref().and_then(|e| e.violations);
        let _bar = Bar::of("drawing single runs", "", 0, printer);
        let shown = if out.is_some() { shown_runs(grid)? } else { Vec::new() };
        Ok(Ending { out, shown, format, expected: violations.is_some_and(|n| n > 0) })
    }

    /// Writes the report, if it has a folder.
    pub fn write(
        &self,
        report: &SweepReport,
        claim: Option<&mut Claim>,
        printer: &Printer,
    ) -> Result<(), Failure> {
        let Some(claim) = claim else { return Ok(()) };
        let rendering = Bar::of("rendering the report", "", 0, printer);
        let files = render_with(report, &self.shown).map_err(report_failure)?;
        drop(rendering);
        let _bar = Bar::of("writing the report", "", 0, printer);
        claim.replace(&files, printer)
    }

    /// Prints the summary.
    pub fn summary(&self, report: &SweepReport, printer: &Printer) -> Result<(), Failure> {
        match self.format {
            Format::Text => printer.data(summary_text(report, printer.width()).as_bytes()),
            Format::Json => printer.data(&summary_json(report).map_err(report_failure)?),
        }
    }

    /// Prints the summary, and says whether safety held.
    pub fn tell(&self, report: &SweepReport, printer: &Printer) -> Result<Exit, Failure> {
        self.summary(report, printer)?;
        if let Some(folder) = self.out {
            say_where(folder, printer);
        }
        let broken = report.cells.iter().find(|cell| cell.totals.first_violation.is_some());
        match broken {
            Some(cell) if !self.expected => {
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
}

/// Last on a terminal, where it is looked for.
fn say_where(folder: &Path, printer: &Printer) {
    let path = |name: &str| printable(&folder.join(name).to_string_lossy());
    printer.say(&format!("report     {} (open it in a browser)", path("report.html")));
    printer.say(&format!("figures    {} (SVG and PNG)", path("figures")));
    printer.say(&format!("numbers    {}, {}", path("summary.json"), path("cells.csv")));
}

/// A report that cannot be rendered.
pub fn report_failure(error: crate::report::ReportError) -> Failure {
    Failure::Io(format!("failed to render the report: {error}"))
}
