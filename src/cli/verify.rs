//! `synod verify`: a report held against what synod writes for the same data, and a sample of its seeds run again, or all.
//!
//! Absent on purpose: trust in what the folder says. Whatever does not fit is named, and the exit code is 3.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::again::{Again, run_again};
use super::claim::settle;
use super::compared::compare;
use super::exit::{Exit, Failure};
use super::grid::Grid;
use super::interrupt;
use super::manifest::manifest;
use super::printer::Printer;
use super::progress::Bar;
use super::rebuilt::{Unfit, assembled, cell_digests, grid, phase, results, segments, totals, version};
use super::share_args::VerifyArgs;
use super::shown::shown_runs;
use super::sweep::report_failure;
use super::workers::workers;
use super::write::{MANIFEST, is_as_written, is_inside, shown};
use crate::report::{CHUNKS, SweepReport, differences, render_with};
use crate::scenario::printable;
use crate::sweep::{CHUNK, Part, Segment, differing, spread};
use crate::text::quote_path;
use crate::trace::Digest;

/// No file of a report is longer, bytes.
const LONGEST: u64 = 4 << 30;
/// Things that do not fit which are told; the others are counted.
const MOST: usize = 40;

/// Holds a report against itself and against runs.
pub fn verify(args: &VerifyArgs, printer: &Printer) -> Result<Exit, Failure> {
    let folder = &args.folder;
    settle(folder, printer)?;
    let manifest = manifest(folder)?;
    let mut wrong = Wrong::default();
    let (files, changed) = check_files(folder, &manifest, &mut wrong.0)?;
    check_version(&manifest, &mut wrong);
    let Some(grid) = wrong.keep(grid(&manifest))? else { return Ok(wrong.end(args, printer)) };
    let grid = match grid.again_by(&args.own) {
        Err(Failure::Refused(why)) => {
            wrong.add(why);
            return Ok(wrong.end(args, printer));
        }
        grid => grid?,
    };
    let Some(segments) = wrong.keep(segments(folder, &grid))? else { return Ok(wrong.end(args, printer)) };
    check_cell_digests(&manifest, &segments, &mut wrong);
    let kept = wrong.keep(totals(folder, &grid, &segments))?;
    let of = format!("{} chunks", segments.len());
    let runs = segments.iter().map(|segment| segment.runs).sum::<u64>();
    let covers = grid.coverage.describe();
    let it = Held { folder, manifest: &manifest, grid, segments, kept };
    let found = if args.all {
        it.against_all(args, printer, &mut wrong)?
    } else {
        // A table that was changed is not believed in any line.
        let chunks = if changed { u64::MAX } else { args.chunks };
        it.against_some(chunks, args, printer, &mut wrong)?
    };
    let (identical, ran) = match found {
        Found::Counts(identical, ran) => (identical, ran),
        Found::Exit(exit) => return Ok(exit),
    };
    printer.data(format!("determinism: {identical}/{ran} identical\n").as_bytes())?;
    if !wrong.0.is_empty() {
        return Ok(wrong.end(args, printer));
    }
    if args.all {
        printer.say(&format!(
            "checked    all {runs} runs again: every total, every digest, and all {files} files and the manifest, byte for byte\n\
             not proved who made this report, and when: whoever has this version of synod and this scenario can make the same"
        ));
    } else {
        printer.say(&format!(
            "checked    all {files} files and the manifest are, byte for byte, what synod writes for these totals, which agree among \
             themselves;\n           {ran} of {of} of seeds run again: {covers}\n\
             not proved that the totals are those of the runs (`--all` runs every seed again and compares them), and who made this report"
        ));
    }
    Ok(Exit::Ok)
}

/// What does not fit, each with its file or its cell.
#[derive(Debug, Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn add(&mut self, why: String) {
        self.0.push(why);
    }

    /// What was read, if it fits; a failure to read anything is the command's.
    fn keep<T>(&mut self, read: Result<T, Unfit>) -> Result<Option<T>, Failure> {
        match read {
            Ok(it) => Ok(Some(it)),
            Err(Unfit::Failed(failure)) => Err(failure),
            Err(Unfit::Wrong { file, why }) => {
                self.add(format!("{file}: {why}"));
                Ok(None)
            }
        }
    }

    /// Tells it all.
    fn end(&self, args: &VerifyArgs, printer: &Printer) -> Exit {
        for why in self.0.iter().take(MOST) {
            printer.error(&format!("{}: {}", shown(&args.folder), printable(why)));
        }
        if self.0.len() > MOST {
            printer.error(&format!("{}: and {} more things", shown(&args.folder), self.0.len() - MOST));
        }
        let all = if args.all { " --all" } else { "" };
        let node = args.own.words();
        printer.last_line(&format!("synod verify {}{node}{all}", quote_path(&args.folder)));
        Exit::Mismatch
    }
}

/// A report that is held against runs.
struct Held<'a> {
    folder: &'a Path,
    manifest: &'a Value,
    grid: Grid,
    segments: Vec<Segment>,
    /// Its totals, if they can be those of any runs.
    kept: Option<Vec<Part>>,
}

/// What came of it.
enum Found {
    /// How many segments came out the same, of how many.
    Counts(usize, usize),
    /// The command ends here.
    Exit(Exit),
}

impl Held<'_> {
    /// Runs some chunks again, and renders the report from its own totals.
    fn against_some(
        self,
        chunks: u64,
        args: &VerifyArgs,
        printer: &Printer,
        wrong: &mut Wrong,
    ) -> Result<Found, Failure> {
        let places = spread(self.segments.len() as u64, chunks);
        let sample: Vec<Segment> = places.into_iter().map(|i| self.segments[i as usize]).collect();
        let (grid, stop) = (&self.grid, interrupt::flag());
        let bar = Bar::of("running seeds again", "", 0, printer);
        let ran = workers(args.threads)?
            .on(|| differing(&grid.jobs, grid.first_seed, grid.coverage, &sample, stop));
        let Ok(different) = ran else {
            interrupt::caught();
            interrupt::say(printer);
            return Ok(Found::Exit(Exit::Interrupted));
        };
        drop(bar);
        let identical = sample.len() - different.len();
        for (segment, found) in &different {
            wrong.add(differs(segment, *found, grid.first_seed));
        }
        let Some(kept) = self.kept else { return Ok(Found::Counts(identical, sample.len())) };
        let results = results(kept, &self.segments);
        if let Some(phase) = wrong.keep(phase(self.folder, &self.grid, &results))? {
            let runs = shown_runs(&self.grid)?;
            let version = self.manifest["version"].as_str().unwrap_or_default();
            let report = assembled(self.grid, results, phase, self.segments, version);
            let files = render_with(&report, &runs).map_err(report_failure)?;
            compare(self.folder, self.manifest, &files, "these totals", &mut wrong.0)?;
        }
        Ok(Found::Counts(identical, sample.len()))
    }

    /// Runs every seed again, and renders the report from what comes out.
    fn against_all(self, args: &VerifyArgs, printer: &Printer, wrong: &mut Wrong) -> Result<Found, Failure> {
        let again = match workers(args.threads)?.on(|| run_again(&self.grid, printer))? {
            Again::Ran(again) => again,
            Again::Standstill(why) => {
                wrong.add(why);
                return Ok(Found::Exit(wrong.end(args, printer)));
            }
            Again::Interrupted => {
                printer.error("interrupted; the totals were not compared");
                return Ok(Found::Exit(Exit::Interrupted));
            }
        };
        let made: BTreeMap<_, _> = again.segments.iter().map(|it| ((it.cell, it.chunk), it)).collect();
        let mut identical = 0;
        for segment in &self.segments {
            match made.get(&(segment.cell, segment.chunk)) {
                Some(found) if *found == segment => identical += 1,
                Some(found) if found.runs == segment.runs => {
                    wrong.add(differs(segment, found.digest, self.grid.first_seed));
                }
                _ => wrong.add(format!(
                    "{CHUNKS}: cell {}: no sweep of it has {} runs from chunk {} on",
                    segment.cell, segment.runs, segment.chunk
                )),
            }
        }
        let (ran, runs) = (self.segments.len(), shown_runs(&self.grid)?);
        let made: Vec<Part> = again.results.iter().enumerate().map(part).collect();
        let version = self.manifest["version"].as_str().unwrap_or_default();
        let report = assembled(self.grid, again.results, again.phase, again.segments, version);
        for (cell, why) in totals_that_differ(self.kept.as_deref().unwrap_or_default(), &made, &report) {
            wrong.add(format!("cell {cell}: {why}"));
        }
        let files = render_with(&report, &runs).map_err(report_failure)?;
        compare(self.folder, self.manifest, &files, "the runs of this sweep", &mut wrong.0)?;
        Ok(Found::Counts(identical, ran))
    }
}

/// A result as `totals.bin` has it.
fn part((cell, result): (usize, &crate::sweep::CellResult)) -> Part {
    let (totals, paired) = (result.totals.clone(), result.paired.clone());
    Part { cell: cell as u64, totals, paired, ..Part::default() }
}

/// The cells whose totals are others when run again, and what differs.
fn totals_that_differ(kept: &[Part], again: &[Part], report: &SweepReport) -> Vec<(usize, String)> {
    let pairs = kept.iter().zip(again).enumerate();
    let one = |(cell, (kept, again)): (usize, (&Part, &Part))| {
        let lineup = &report.cells.get(cell)?.lineup;
        Some((cell, differences(&lineup.proposers, &lineup.clients, kept, again)?))
    };
    pairs.filter_map(one).collect()
}

/// A chunk that came out otherwise, with its seeds.
fn differs(segment: &Segment, found: Digest, first_seed: u64) -> String {
    let from = first_seed.wrapping_add(segment.chunk * CHUNK);
    let to = from.wrapping_add(segment.runs - 1);
    format!(
        "chunk {} of cell {} (seeds {from} to {to}): recorded as {}, and now it is {found}",
        segment.chunk, segment.cell, segment.digest
    )
}

/// What another version writes for the same data is not known to this one.
fn check_version(manifest: &Value, wrong: &mut Wrong) {
    let own = env!("CARGO_PKG_VERSION");
    match version(manifest) {
        Ok(version) if version == own => {}
        Ok(version) => wrong.add(format!(
            "{MANIFEST}: version: was made by synod {version}, and this is {own}; verify it with the version that made it"
        )),
        Err(Unfit::Wrong { file, why }) => wrong.add(format!("{file}: {why}")),
        Err(Unfit::Failed(failure)) => wrong.add(failure.message().to_owned()),
    }
}

/// Compares each cell's digest with that over its pieces.
fn check_cell_digests(manifest: &Value, segments: &[Segment], wrong: &mut Wrong) {
    let cells = manifest["cells"].as_array().map_or(&[][..], Vec::as_slice);
    for (cell, (says, digest)) in cells.iter().zip(cell_digests(segments)).enumerate() {
        if says["digest"] != digest.to_string() {
            wrong.add(format!("cell {cell}: its digest is not that of its chunks"));
        }
    }
}

/// The bytes of a regular file of a report.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_file(path, "no such file; is this a report?")
}

/// A regular file's bytes; what is said if there is none. A pipe would let us wait, and a device has no end.
pub fn read_file(path: &Path, missing: &str) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::Usage(format!("{}: {missing}", shown(path))),
        _ => Failure::io(&format!("read {}", shown(path)), &error),
    };
    let kind = path.metadata().map_err(failed)?;
    if !kind.is_file() {
        return Err(Failure::Usage(format!("{}: is no regular file", shown(path))));
    }
    let too_large = || Failure::Usage(format!("{}: is larger than {} MiB", shown(path), LONGEST >> 20));
    if kind.len() > LONGEST {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Compares each file with its fingerprint; how many there are, and whether the table of chunks is another now.
fn check_files(folder: &Path, manifest: &Value, wrong: &mut Vec<String>) -> Result<(usize, bool), Failure> {
    let listed = manifest["files"].as_array().map_or(&[][..], Vec::as_slice);
    let mut table_changed = true;
    for file in listed {
        let name = file["path"].as_str().unwrap_or_default();
        if !is_inside(Path::new(name)) {
            wrong.push(format!("{MANIFEST} lists `{name}`, which is no file of a report"));
            continue;
        }
        if !is_as_written(&folder.join(name), file)? {
            wrong.push(format!("{name}: is missing, or is not as it was written"));
        } else if name == CHUNKS {
            table_changed = false;
        }
    }
    Ok((listed.len(), table_changed))
}
