//! `synod report`: a report rendered again from what its folder holds.
//!
//! Absent on purpose: running the sweep again. The few runs that the page shows are run, for no picture is taken from a file.

use std::path::Path;

use super::args::ReportArgs;
use super::claim::{Claim, settle};
use super::exit::{Exit, Failure};
use super::interrupt;
use super::journal::{file_name, peek};
use super::manifest::manifest;
use super::printer::Printer;
use super::progress::Bar;
use super::rebuilt::{kept, kept_by};
use super::shown::shown_runs;
use super::sweep::report_failure;
use super::write::{Holds, left, shown};
use crate::report::render_with;
use crate::scenario::printable;
use crate::text::quote_path;

/// Renders a report again.
pub fn report(args: &ReportArgs, printer: &Printer) -> Result<Exit, Failure> {
    let folder = &args.folder;
    if left(folder)?.is_none() {
        settle(folder, printer)?;
        // What is no report is refused before anything is made there.
        manifest(folder)?;
    }
    let mut claim = Claim::known(folder, Holds::Report, printer)?;
    let stopped = left(folder)?;
    interrupt::keep("nothing was written", false);
    let reading = Bar::of("reading the report", "", 0, printer);
    let kept = match &stopped {
        Some(manifest) => kept_by(folder, manifest, None).map_err(|failure| or_go_on(folder, failure))?,
        None => kept(folder, None)?,
    };
    drop(reading);
    let kept = kept.again_by(&args.own)?;
    let rendering = Bar::of("rendering the report", "", 0, printer);
    let runs = shown_runs(&kept.grid)?;
    let files = render_with(&kept.report(), &runs).map_err(report_failure)?;
    drop(rendering);
    interrupt::keep("this command does it again", true);
    let writing = Bar::of("writing the report", "", 0, printer);
    claim.replace(&files, printer)?;
    drop(writing);
    if stopped.is_some() {
        printer
            .say(&format!("{}: a command was stopped while it wrote this; it is whole again", shown(folder)));
    }
    printer.say(&format!("rendered   {} files in {}", files.len(), shown(folder)));
    Ok(Exit::Ok)
}

/// Where a sweep was stopped while it wrote its report, its journal has all that is needed.
fn or_go_on(folder: &Path, failure: Failure) -> Failure {
    let journal = folder.join(file_name(None));
    match (failure, peek(&journal).ok().flatten()) {
        (Failure::Usage(_), Some(header)) => Failure::Usage(format!(
            "{}: has not all of its report yet; go on with the sweep by\n{} --out {}",
            shown(folder),
            printable(&header.command(&header.shard.to_string())),
            quote_path(folder)
        )),
        (failure, _) => failure,
    }
}
