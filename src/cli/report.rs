//! `synod report`: a report rendered again from what its folder holds.
//!
//! Absent on purpose: running the sweep again. The few runs that the page shows are run, for no picture is taken from a file.

use super::args::ReportArgs;
use super::exit::{Exit, Failure};
use super::printer::Printer;
use super::rebuilt::kept;
use super::shown::shown_runs;
use super::sweep::report_failure;
use super::write::{shown, write_files};
use crate::report::render_with;

/// Renders a report again.
pub fn report(args: &ReportArgs, printer: &Printer) -> Result<Exit, Failure> {
    let kept = kept(&args.folder, None)?;
    let runs = shown_runs(&kept.grid)?;
    let files = render_with(&kept.report(), &runs).map_err(report_failure)?;
    write_files(&args.folder, &files)?;
    printer.say(&format!("rendered   {} files in {}", files.len(), shown(&args.folder)));
    Ok(Exit::Ok)
}
