//! `synod report`: a report rendered again from what its folder holds.
//!
//! Absent on purpose: running anything. A folder whose totals are not as they were written is refused.

use std::path::Path;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::args::ReportArgs;
use super::claim::{Claim, settle};
use super::exit::{Exit, Failure, quote};
use super::journal::{file_name, peek};
use super::phase::diagram_again;
use super::printer::Printer;
use super::sweep::report_failure;
use super::verify::{grid, manifest, read, segments};
use super::write::{Holds, MANIFEST, left, shown};
use crate::report::{CHUNKS, SweepReport, TOTALS, ViewedRun, boundary, render_with, totals_of};
use crate::scenario::{SweepKind, printable};
use crate::sweep::{CellResult, Part, Pieces};
use crate::trace::Digest;

/// The file that keeps a phase diagram's boundary.
const SUMMARY: &str = "summary.json";
/// The file that keeps the runs which the page shows.
const RUNS: &str = "runs.json";

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
    let (report, runs) = match &stopped {
        Some(manifest) => kept_by(folder, manifest).map_err(|failure| or_go_on(folder, failure))?,
        None => kept(folder)?,
    };
    let files = render_with(&report, &runs).map_err(report_failure)?;
    claim.replace(&files, printer)?;
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
            quote(&folder.to_string_lossy())
        )),
        (failure, _) => failure,
    }
}

/// What a folder holds of a report: its data, and the runs that it shows.
pub fn kept(folder: &Path) -> Result<(SweepReport, Vec<ViewedRun>), Failure> {
    kept_by(folder, &manifest(folder)?)
}

/// The same, by a manifest that is not in its place.
fn kept_by(folder: &Path, manifest: &Value) -> Result<(SweepReport, Vec<ViewedRun>), Failure> {
    let refused = |name: &str, why: &str| Failure::Usage(format!("{}: {why}", shown(&folder.join(name))));
    let mut grid = grid(manifest).map_err(|why| refused(MANIFEST, &printable(&why)))?;
    grid.arguments = arguments(manifest).ok_or_else(|| refused(MANIFEST, "names no command line"))?;
    let table = unchanged(folder, CHUNKS, manifest)?;
    let segments = segments(&table, &grid).map_err(|why| refused(CHUNKS, &why))?;
    let totals = totals_of(&unchanged(folder, TOTALS, manifest)?);
    let totals = totals.filter(|all| all.len() == grid.cells.len());
    let totals = totals.ok_or_else(|| refused(TOTALS, "does not hold the totals of these cells"))?;
    let digests: Option<Vec<Digest>> = manifest["cells"]
        .as_array()
        .map(|cells| cells.iter().filter_map(|cell| digest(&cell["digest"])).collect());
    let digests = digests.filter(|all: &Vec<Digest>| all.len() == totals.len());
    let digests = digests.ok_or_else(|| refused(MANIFEST, "does not have a digest for each cell"))?;
    let result = |(part, digest): (Part, Digest)| CellResult {
        totals: part.totals,
        digest,
        pieces: Pieces::default(),
        paired: part.paired,
    };
    let results: Vec<CellResult> = totals.into_iter().zip(digests).map(result).collect();
    let phase = if grid.scenario.sweep.as_ref().is_some_and(|sweep| sweep.kind == SweepKind::Phase) {
        // Its boundary took further runs, of which no totals tell.
        let boundary = boundary(&unchanged(folder, SUMMARY, manifest)?);
        let boundary =
            boundary.ok_or_else(|| refused(SUMMARY, "does not hold the boundary of a phase diagram"))?;
        Some(diagram_again(&grid, &results, boundary)?)
    } else {
        None
    };
    let mut report = grid.report(results);
    report.phase = phase;
    report.proof.segments = segments;
    (report.proof.identical, report.proof.ran_twice) = proved(manifest).unwrap_or_default();
    report.version = manifest["version"].as_str().unwrap_or_default().to_owned();
    let runs = match listed(manifest, RUNS) {
        None => Vec::new(),
        Some(_) => serde_json::from_slice(&unchanged(folder, RUNS, manifest)?)
            .map_err(|_| refused(RUNS, "does not hold runs"))?,
    };
    Ok((report, runs))
}

/// How the command line names the scenario, with what it sets.
fn arguments(manifest: &Value) -> Option<String> {
    let line = manifest["command_line"].as_str()?.strip_prefix("synod sweep ")?;
    Some(line.rsplit_once(" --seeds ")?.0.to_owned())
}

/// `determinism: 4/4 identical` as numbers.
fn proved(manifest: &Value) -> Option<(u64, u64)> {
    let text = manifest["verify"]["determinism"].as_str()?;
    let (identical, all) = text.strip_prefix("determinism: ")?.strip_suffix(" identical")?.split_once('/')?;
    Some((identical.parse().ok()?, all.parse().ok()?))
}

fn digest(value: &Value) -> Option<Digest> {
    u128::from_str_radix(value.as_str()?, 16).ok().map(Digest)
}

fn listed<'a>(manifest: &'a Value, name: &str) -> Option<&'a Value> {
    manifest["files"].as_array()?.iter().find(|file| file["path"] == name)
}

/// A file's bytes, if they are those that the manifest lists.
fn unchanged(folder: &Path, name: &str, manifest: &Value) -> Result<Vec<u8>, Failure> {
    let bytes = read(&folder.join(name))?;
    let fingerprint = format!("{:032x}", xxh3_128(&bytes));
    if listed(manifest, name).is_some_and(|file| file["xxh3_128"] == fingerprint.as_str()) {
        return Ok(bytes);
    }
    let name = shown(&folder.join(name));
    Err(Failure::Usage(format!("{name}: is not as it was written; sweep again, or restore the file")))
}
