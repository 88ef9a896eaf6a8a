//! `synod report`: a report rendered again from what its folder holds.
//!
//! Absent on purpose: running the sweep again. The few runs that the page shows are run, for no picture is taken from a file.

use super::args::ReportArgs;
use super::exit::{Exit, Failure};
use super::interrupt;
use super::printer::Printer;
use super::progress::Bar;
use super::rebuilt::kept;
use super::shown::shown_runs;
use super::sweep::report_failure;
use super::write::{shown, write_files};
use crate::report::render_with;

/// Renders a report again.
pub fn report(args: &ReportArgs, printer: &Printer) -> Result<Exit, Failure> {
    interrupt::keep("nothing was written", false);
    let reading = Bar::of("reading the report", "", 0, printer);
    let kept = kept(&args.folder, None)?;
    drop(reading);
    let rendering = Bar::of("rendering the report", "", 0, printer);
    let runs = shown_runs(&kept.grid)?;
    let files = render_with(&kept.report(), &runs).map_err(report_failure)?;
    drop(rendering);
    interrupt::keep("this command does it again", true);
    let writing = Bar::of("writing the report", "", 0, printer);
    write_files(&args.folder, &files)?;
    drop(writing);
    printer.say(&format!("rendered   {} files in {}", files.len(), shown(&args.folder)));
    Ok(Exit::Ok)
}
