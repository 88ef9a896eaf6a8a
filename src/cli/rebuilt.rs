//! A report's data made again from as little of its folder as can be: the scenario, what was set and the seeds; the digests of
//! `chunks.csv`; the counts of `totals.bin`, held against each other; a phase diagram's boundary.
//!
//! Absent on purpose: everything else that the folder says. Titles, commands, figures and pages are made again, not read.

use std::path::Path;

use serde_json::Value;

use super::args::OwnArg;
use super::exit::Failure;
use super::grid::Grid;
use super::manifest::manifest;
use super::phase::diagram_again;
use super::verify::read;
use super::write::{MANIFEST, shown};
use crate::report::{CHUNKS, SweepReport, TOTALS, boundary, fingerprint, totals_of};
use crate::scenario::{Baseline, SweepKind, hash, printable};
use crate::sim::EPOCH;
use crate::sweep::journal::Header;
use crate::sweep::{CHUNK, CellResult, Part, Phase, Pieces, Segment, Shard, check_cells, few, fold, is_look};
use crate::trace::Digest;

/// The file that keeps a phase diagram's boundary.
const SUMMARY: &str = "summary.json";
/// The file that keeps the runs which the page shows.
const RUNS: &str = "runs.json";

/// Why a report's data cannot be made again.
#[derive(Debug)]
pub enum Unfit {
    /// A file cannot be read, or the folder is no report.
    Failed(Failure),
    /// A file does not say what a report's can.
    Wrong {
        /// Its name.
        file: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl From<Failure> for Unfit {
    fn from(failure: Failure) -> Unfit {
        Unfit::Failed(failure)
    }
}

impl Unfit {
    /// For a command that needs the data.
    pub fn refused(self, folder: &Path) -> Failure {
        match self {
            Unfit::Failed(failure) => failure,
            Unfit::Wrong { file, why } => {
                Failure::Usage(format!("{}: {}", shown(&folder.join(file)), printable(&why)))
            }
        }
    }
}

fn wrong(file: &'static str, why: impl Into<String>) -> Unfit {
    Unfit::Wrong { file, why: why.into() }
}

/// The sweep that a manifest describes; or why it is none that this version can run again.
pub fn grid(manifest: &Value) -> Result<Grid, Unfit> {
    let (epoch, verify) = (&manifest["epoch"], &manifest["verify"]);
    if *epoch != EPOCH {
        return Err(wrong(MANIFEST, format!("was made by engine epoch {epoch}, and this is epoch {EPOCH}")));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sets = serde_json::from_value(verify["sets"].clone());
    let header = Header {
        version: String::new(),
        epoch: EPOCH,
        arguments: String::new(),
        name: text(&verify["name"]),
        text: text(&manifest["scenario"]["text"]),
        sets: sets.map_err(|_| wrong(MANIFEST, "does not say what was set"))?,
        samples: text(&verify["samples"]),
        scenario_hash: text(&manifest["scenario"]["hash"]),
        cells: 0,
        cells_hash: String::new(),
        first_seed: manifest["seeds"]["first"].as_u64().unwrap_or_default(),
        seeds: manifest["seeds"]["count"].as_u64().unwrap_or_default(),
        digests_all: verify["digests_all"].as_bool().unwrap_or_default(),
        checks_all: verify["checks_all"].as_bool().unwrap_or_default(),
        baseline: Baseline::default(),
        until: text(&verify["until_width"]),
        horizon: text(&verify["horizon"]),
        nodes: match &verify["nodes"] {
            Value::Null => None,
            nodes => Some(
                serde_json::from_value(nodes.clone())
                    .map_err(|_| wrong(MANIFEST, "does not say whose nodes ran"))?,
            ),
        },
        chunk: CHUNK,
        shard: Shard::WHOLE,
    };
    let grid = Grid::of_header(&header)
        .map_err(|why| wrong(MANIFEST, format!("its scenario cannot be used: {}", why.message())))?;
    let found = hash(&grid.scenario).to_string();
    if found != header.scenario_hash {
        let says = header.scenario_hash;
        return Err(wrong(MANIFEST, format!("its scenario has the hash {found}, and it says {says}")));
    }
    Ok(grid)
}

/// The version that a manifest says made the report; it stands in texts, and is refused if it is no version.
pub fn version(manifest: &Value) -> Result<&str, Unfit> {
    let version = manifest["version"].as_str().unwrap_or_default();
    let is_one = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    if version.is_empty() || version.len() > 64 || !version.chars().all(is_one) {
        return Err(wrong(MANIFEST, format!("names no version of synod: {}", manifest["version"])));
    }
    Ok(version)
}

/// The lines of `chunks.csv`, which must be of this sweep: each cell's seeds from the first on, without a gap.
pub fn segments(folder: &Path, grid: &Grid) -> Result<Vec<Segment>, Unfit> {
    segments_of(&read(&folder.join(CHUNKS))?, grid).map_err(|why| wrong(CHUNKS, why))
}

fn segments_of(table: &[u8], grid: &Grid) -> Result<Vec<Segment>, String> {
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
        if !is_next
            || offset != begins
            || offset % CHUNK != 0
            || runs == 0
            || runs > grid.seeds.saturating_sub(offset)
        {
            return Err(bad());
        }
        segments.push(Segment { cell, chunk: offset / CHUNK, runs, digest: Digest(digest) });
    }
    for (cell, runs) in runs_of(&segments).into_iter().enumerate() {
        let seeds = grid.seeds;
        if grid.until.is_some() && !is_look(runs, seeds) {
            return Err(format!(
                "cell {cell} ends after {runs} seeds, where nobody asks whether it is to end"
            ));
        }
        if grid.until.is_none() && runs != seeds {
            return Err(format!("cell {cell} ends after {runs} of {seeds} seeds"));
        }
    }
    let known = runs_of(&segments).len();
    if known == grid.jobs.len() { Ok(segments) } else { Err("has not every cell of this sweep".to_owned()) }
}

/// How many runs each cell has.
fn runs_of(segments: &[Segment]) -> Vec<u64> {
    let cells = segments.chunk_by(|a, b| a.cell == b.cell);
    cells.map(|own| own.last().map_or(0, |last| last.chunk * CHUNK + last.runs)).collect()
}

/// The digest of each cell: that over its segments.
pub fn cell_digests(segments: &[Segment]) -> Vec<Digest> {
    let cells = segments.chunk_by(|a, b| a.cell == b.cell);
    cells.map(|own| fold(&own.iter().map(|segment| segment.digest).collect::<Vec<_>>())).collect()
}

/// What the cells came to as the folder has it: read, and held against themselves and the numbers of runs.
pub fn totals(folder: &Path, grid: &Grid, segments: &[Segment]) -> Result<Vec<Part>, Unfit> {
    let all = totals_of(&read(&folder.join(TOTALS))?, grid.cells.len());
    let all = all.ok_or_else(|| wrong(TOTALS, "does not hold the totals of these cells"))?;
    let (jobs, pairing) = (&grid.jobs, grid.pairing.as_ref());
    check_cells(jobs, pairing, grid.first_seed, &runs_of(segments), &all).map_err(|(cell, why)| {
        wrong(TOTALS, format!("cell {cell}: these are the totals of no runs: {why}"))
    })?;
    Ok(all)
}

/// The same as results, with the digests over these segments.
pub fn results(totals: Vec<Part>, segments: &[Segment]) -> Vec<CellResult> {
    let result = |(part, digest): (Part, Digest)| CellResult {
        totals: part.totals,
        digest,
        pieces: Pieces::default(),
        paired: part.paired,
    };
    totals.into_iter().zip(cell_digests(segments)).map(result).collect()
}

fn is_phase(grid: &Grid) -> bool {
    // What a boundary is, is known of the built-in alone.
    !grid.has_own_nodes() && grid.scenario.sweep.as_ref().is_some_and(|sweep| sweep.kind == SweepKind::Phase)
}

/// The phase diagram that the folder has, if the scenario asks for one: its boundary took further runs, of which no totals tell.
pub fn phase(folder: &Path, grid: &Grid, results: &[CellResult]) -> Result<Option<Phase>, Unfit> {
    if !is_phase(grid) {
        return Ok(None);
    }
    let found = boundary(&read(&folder.join(SUMMARY))?);
    let found = found.ok_or_else(|| wrong(SUMMARY, "does not hold the boundary of a phase diagram"))?;
    let made = diagram_again(grid, results, found);
    made.map(Some).map_err(|why| wrong(SUMMARY, why.message().to_owned()))
}

/// The data of the report on these results.
pub fn assembled(
    grid: Grid,
    results: Vec<CellResult>,
    phase: Option<Phase>,
    segments: Vec<Segment>,
    version: &str,
) -> SweepReport {
    // A finished report says that a few segments came out the same twice: a sweep that finds another writes none.
    let twice = few(&segments, grid.coverage);
    let mut report = grid.report(results);
    report.phase = phase;
    (report.proof.ran_twice, report.proof.identical) = (twice, twice);
    report.proof.segments = segments;
    report.version = version.to_owned();
    report
}

/// The grid of the report in a folder and its data, under another name of its scenario's file if one is given.
///
/// Refuses whatever does not fit, so that nothing is rendered from it.
pub fn kept(folder: &Path, named: Option<&str>) -> Result<Kept, Failure> {
    kept_by(folder, &manifest(folder)?, named)
}

/// The same, by a manifest that need not be in its place.
pub fn kept_by(folder: &Path, manifest: &Value, named: Option<&str>) -> Result<Kept, Failure> {
    unchanged(folder, manifest, CHUNKS)?;
    unchanged(folder, manifest, TOTALS)?;
    listed(manifest, RUNS).map_or(Ok(()), |_| unchanged(folder, manifest, RUNS))?;
    let made = || -> Result<Kept, Unfit> {
        let mut grid = grid(manifest)?;
        if let Some(named) = named {
            grid.rename(named);
        }
        let segments = segments(folder, &grid)?;
        let results = results(totals(folder, &grid, &segments)?, &segments);
        if is_phase(&grid) {
            unchanged(folder, manifest, SUMMARY)?;
        }
        let phase = phase(folder, &grid, &results)?;
        let version = version(manifest)?.to_owned();
        Ok(Kept { grid, results, phase, segments, version })
    };
    made().map_err(|unfit| unfit.refused(folder))
}

/// What a report is made from.
#[derive(Debug)]
pub struct Kept {
    /// The sweep.
    pub grid: Grid,
    results: Vec<CellResult>,
    phase: Option<Phase>,
    segments: Vec<Segment>,
    version: String,
}

impl Kept {
    /// The same, whose runs are made by the nodes of this file.
    pub fn again_by(self, own: &OwnArg) -> Result<Kept, Failure> {
        Ok(Kept { grid: self.grid.again_by(own)?, ..self })
    }

    /// The report's data.
    pub fn report(self) -> SweepReport {
        assembled(self.grid, self.results, self.phase, self.segments, &self.version)
    }
}

/// Refuses a file that was changed without its fingerprint: by accident, for nobody else leaves it so.
fn unchanged(folder: &Path, manifest: &Value, name: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    let found = fingerprint(&read(&path)?);
    if listed(manifest, name).is_some_and(|file| file["xxh3_128"] == found.as_str()) {
        return Ok(());
    }
    let why = "is not as it was written; sweep again, or restore the file";
    Err(Failure::Usage(format!("{}: {why}", shown(&path))))
}

fn listed<'a>(manifest: &'a Value, name: &str) -> Option<&'a Value> {
    manifest["files"].as_array()?.iter().find(|file| file["path"] == name)
}
