//! `synod verify`: a report held against its own fingerprints, and a sample of its seeds run again.
//!
//! Absent on purpose: trust in what the folder says. Whatever does not fit is named, and the exit code is 3.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::claim::settle;
use super::exit::{Exit, Failure, quote};
use super::grid::Grid;
use super::interrupt;
use super::printer::Printer;
use super::share_args::VerifyArgs;
use super::sweep::pool;
use super::write::{Holds, MANIFEST, is_as_written, is_inside, shown};
use crate::report::CHUNKS;
use crate::scenario::{hash, printable};
use crate::sim::EPOCH;
use crate::sweep::journal::Header;
use crate::sweep::{CHUNK, Segment, Shard, differing, fold, is_look, spread};
use crate::trace::Digest;

/// No manifest and no table of chunks is longer, bytes.
const LONGEST: u64 = 4 << 30;

/// Runs part of a report again.
pub fn verify(args: &VerifyArgs, printer: &Printer) -> Result<Exit, Failure> {
    settle(&args.folder, printer)?;
    let manifest = manifest(&args.folder)?;
    let mut wrong = Vec::new();
    let (files, changed) = check_files(&args.folder, &manifest, &mut wrong)?;
    let grid = match grid(&manifest) {
        Ok(grid) => grid,
        Err(why) => return Ok(mismatch(args, &[why], printer)),
    };
    let table = read(&args.folder.join(CHUNKS))?;
    let segments = match segments(&table, &grid) {
        Ok(segments) => segments,
        Err(why) => return Ok(mismatch(args, &[format!("{CHUNKS}: {why}")], printer)),
    };
    cell_digests(&manifest, &segments, &mut wrong);
    // A table that was changed is not believed in any line.
    let all = args.all || changed;
    let count = if all { segments.len() as u64 } else { args.chunks };
    let sample: Vec<Segment> =
        spread(segments.len() as u64, count).into_iter().map(|i| segments[i as usize]).collect();
    let stop = interrupt::flag();
    let ran =
        pool(args.threads)?.install(|| differing(&grid.jobs, grid.first_seed, grid.coverage, &sample, stop));
    let Ok(different) = ran else {
        printer.error("interrupted");
        return Ok(Exit::Interrupted);
    };
    let identical = sample.len() - different.len();
    for (segment, found) in &different {
        let from = grid.first_seed.wrapping_add(segment.chunk * CHUNK);
        let to = from.wrapping_add(segment.runs - 1);
        wrong.push(format!(
            "chunk {} of cell {} (seeds {from} to {to}): recorded as {}, and now it is {found}",
            segment.chunk, segment.cell, segment.digest
        ));
    }
    let text = format!("determinism: {identical}/{} identical\n", sample.len());
    printer.data(text.as_bytes())?;
    if wrong.is_empty() {
        printer.say(&format!(
            "{files} files are as they were written; {} chunks of seeds in all",
            segments.len()
        ));
        return Ok(Exit::Ok);
    }
    Ok(mismatch(args, &wrong, printer))
}

fn mismatch(args: &VerifyArgs, wrong: &[String], printer: &Printer) -> Exit {
    for why in wrong {
        printer.error(&format!("{}: {}", shown(&args.folder), printable(why)));
    }
    printer.last_line(&format!("synod verify {}", quote(&args.folder.to_string_lossy())));
    Exit::Mismatch
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

pub fn manifest(folder: &Path) -> Result<Value, Failure> {
    let path = folder.join(MANIFEST);
    let manifest: Option<Value> = serde_json::from_slice(&read(&path)?).ok();
    manifest
        .filter(|manifest| Holds::of(manifest) == Some(Holds::Report))
        .ok_or_else(|| Failure::Usage(format!("{}: is no manifest of synod", shown(&path))))
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

/// The sweep that the manifest describes; or why it is none that this version can run again.
pub fn grid(manifest: &Value) -> Result<Grid, String> {
    let (epoch, verify) = (&manifest["epoch"], &manifest["verify"]);
    if *epoch != EPOCH {
        return Err(format!("was made by engine epoch {epoch}, and this is epoch {EPOCH}"));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sets = serde_json::from_value(verify["sets"].clone());
    let header = Header {
        version: text(&manifest["version"]),
        epoch: EPOCH,
        arguments: String::new(),
        name: text(&verify["name"]),
        text: text(&manifest["scenario"]["text"]),
        sets: sets.map_err(|_| format!("{MANIFEST} does not say what was set"))?,
        samples: text(&verify["samples"]),
        scenario_hash: text(&manifest["scenario"]["hash"]),
        cells: 0,
        cells_hash: String::new(),
        first_seed: manifest["seeds"]["first"].as_u64().unwrap_or_default(),
        seeds: manifest["seeds"]["count"].as_u64().unwrap_or_default(),
        digests_all: verify["digests_all"].as_bool().unwrap_or_default(),
        baseline: 0,
        until: text(&verify["until_width"]),
        chunk: CHUNK,
        shard: Shard::WHOLE,
    };
    let grid =
        Grid::of_header(&header).map_err(|why| format!("its scenario cannot be used: {}", why.message()))?;
    let found = hash(&grid.scenario).to_string();
    if found != header.scenario_hash {
        return Err(format!("its scenario has the hash {found}, and it says {}", header.scenario_hash));
    }
    Ok(grid)
}

/// The table's lines, which must be of this sweep: each cell's seeds from the first on, without a gap.
pub fn segments(table: &[u8], grid: &Grid) -> Result<Vec<Segment>, String> {
    let text = std::str::from_utf8(table).map_err(|_| "is no text".to_owned())?;
    let mut segments: Vec<Segment> = Vec::new();
    for (i, line) in text.lines().enumerate().skip(1) {
        let bad = || format!("line {}: is no line of this sweep", i + 1);
        let [cell, from, runs, digest] = line.split(',').collect::<Vec<_>>()[..] else { return Err(bad()) };
        let number = |text: &str| text.parse::<u64>().map_err(|_| bad());
        let (cell, offset, runs) =
            (number(cell)?, number(from)?.wrapping_sub(grid.first_seed), number(runs)?);
        let digest = u128::from_str_radix(digest, 16).map_err(|_| bad())?;
        let begins = match segments.last() {
            Some(last) if last.cell == cell => last.chunk * CHUNK + last.runs,
            _ => 0,
        };
        let is_next = cell < grid.jobs.len() as u64 && segments.last().is_none_or(|last| last.cell <= cell);
        if !is_next || offset != begins || runs == 0 || runs > grid.seeds.saturating_sub(offset) {
            return Err(bad());
        }
        segments.push(Segment { cell, chunk: offset / CHUNK, runs, digest: Digest(digest) });
    }
    for own in segments.chunk_by(|a, b| a.cell == b.cell) {
        let runs = own.last().map_or(0, |last| last.chunk * CHUNK + last.runs);
        if grid.until.is_some() && !is_look(runs, grid.seeds) {
            return Err(format!(
                "cell {} ends after {runs} seeds, where nobody asks whether it is to end",
                own[0].cell
            ));
        }
    }
    let known = segments.chunk_by(|a, b| a.cell == b.cell).count();
    if known == grid.jobs.len() { Ok(segments) } else { Err("has not every cell of this sweep".to_owned()) }
}

/// Compares each cell's digest with that over its pieces.
fn cell_digests(manifest: &Value, segments: &[Segment], wrong: &mut Vec<String>) {
    let cells = manifest["cells"].as_array().map_or(&[][..], Vec::as_slice);
    for (cell, own) in cells.iter().zip(segments.chunk_by(|a, b| a.cell == b.cell)) {
        let digests: Vec<Digest> = own.iter().map(|segment| segment.digest).collect();
        if cell["digest"] != fold(&digests).to_string() {
            wrong.push(format!("cell {}: its digest is not that of its chunks", own[0].cell));
        }
    }
}
