//! A sweep as it was asked for, whoever asks: the command line, a journal, or a report's manifest.
//!
//! Absent on purpose: running it, and where its results go.

use std::collections::BTreeSet;

use super::args::{DigestArg, SweepArgs};
use super::exit::{Failure, quote};
use super::load::{failure, load, unplanned};
use crate::report::{Run, SweepReport, assemble};
use crate::run::Plan;
use crate::scenario::{Cell, Document, Scenario, hash};
use crate::sim::EPOCH;
use crate::sweep::journal::Header;
use crate::sweep::{CHUNK, CellResult, Coverage, Job, Ledger, Pairing, Shard, Until, fold};
use crate::trace::Digest;

/// Seeds per cell, where neither the command nor the scenario says otherwise.
const SEEDS: u64 = 10_000;

/// A sweep, ready to run.
#[derive(Debug)]
pub struct Grid {
    /// The scenario file, with what was set.
    pub document: Document,
    /// The scenario without its axes.
    pub scenario: Scenario,
    /// How a command line names it.
    pub arguments: String,
    /// The points of the grid.
    pub cells: Vec<Cell>,
    /// The same, compiled.
    pub jobs: Vec<Job>,
    /// Which cells are compared with which.
    pub pairing: Option<Pairing>,
    /// The first seed.
    pub first_seed: u64,
    /// Seeds of each cell.
    pub seeds: u64,
    /// Which runs' events are digested.
    pub coverage: Coverage,
    /// When a cell stops by itself.
    pub until: Option<Until>,
}

impl Grid {
    /// As the command line has it.
    pub fn of(args: &SweepArgs) -> Result<Grid, Failure> {
        let loaded = load(&args.source)?;
        let seeds = args.seeds.or(loaded.scenario.sweep.as_ref().and_then(|s| s.seeds)).unwrap_or(SEEDS);
        let coverage = if args.digest == DigestArg::All { Coverage::All } else { Coverage::Sample };
        let grid = Grid::new(
            loaded.document,
            loaded.scenario,
            loaded.arguments,
            (args.first_seed, seeds),
            coverage,
        )?;
        Ok(grid.until(args.until_width))
    }

    /// The same, whose cells stop by themselves, if they are to: then they have other numbers of runs, and no pairs.
    fn until(mut self, until: Option<Until>) -> Grid {
        self.until = until;
        if until.is_some() {
            self.pairing = None;
        }
        self
    }

    /// As a journal has it: without the scenario's file.
    pub fn of_header(header: &Header) -> Result<Grid, Failure> {
        let mut document = Document::parse(&header.text, &header.name).map_err(failure)?;
        document
            .supply(&header.samples)
            .ok_or_else(|| Failure::Refused("its samples cannot be read".to_owned()))?;
        for (path, value) in &header.sets {
            document.set(path, value).map_err(failure)?;
        }
        let scenario = document.scenario().map_err(failure)?;
        let coverage = if header.digests_all { Coverage::All } else { Coverage::Sample };
        let seeds = (header.first_seed, header.seeds);
        let grid = Grid::new(document, scenario, header.arguments.clone(), seeds, coverage)?;
        let until = (!header.until.is_empty()).then(|| header.until.parse()).transpose();
        Ok(grid.until(until.map_err(|_| Failure::Refused("its --until-width cannot be read".to_owned()))?))
    }

    fn new(
        document: Document,
        scenario: Scenario,
        arguments: String,
        (first_seed, seeds): (u64, u64),
        coverage: Coverage,
    ) -> Result<Grid, Failure> {
        let grid = document.cells().map_err(failure)?;
        check_size(seeds, grid.len() as u64)?;
        let cells = grid.iter().collect::<Result<Vec<Cell>, _>>().map_err(failure)?;
        check_names(&cells)?;
        let job = |cell: &Cell| {
            let plan = Plan::new(&cell.scenario).map_err(|error| unplanned(&document, error))?;
            Ok(Job { plan, scenario_hash: hash(&cell.scenario).0 })
        };
        let jobs = cells.iter().map(job).collect::<Result<Vec<Job>, Failure>>()?;
        let baseline = scenario.sweep.as_ref().and_then(|sweep| sweep.baseline).unwrap_or(0);
        let pairing = Pairing::new(&cells, baseline as usize);
        Ok(Grid {
            document,
            scenario,
            arguments,
            cells,
            jobs,
            pairing,
            first_seed,
            seeds,
            coverage,
            until: None,
        })
    }

    /// How a command line names a cell.
    pub fn arguments_of(&self, cell: usize) -> String {
        let mut arguments = self.arguments.clone();
        for (path, value) in &self.cells[cell].parameters {
            arguments.push_str(" --set ");
            arguments.push_str(&quote(&format!("{path}={value}")));
        }
        arguments
    }

    /// A ledger in which nothing of it is known.
    pub fn ledger(&self) -> Ledger {
        Ledger::paired(&self.jobs, self.seeds, self.pairing.as_ref())
    }

    /// What a journal of it begins with.
    pub fn header(&self, shard: Shard) -> Header {
        let hashes: Vec<Digest> = self.jobs.iter().map(|job| Digest(job.scenario_hash)).collect();
        Header {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            epoch: EPOCH,
            arguments: self.arguments.clone(),
            name: self.document.file_name().to_owned(),
            text: self.document.text().to_owned(),
            sets: self.document.overrides().to_vec(),
            samples: self.document.samples(),
            scenario_hash: hash(&self.scenario).to_string(),
            cells: self.jobs.len() as u64,
            cells_hash: fold(&hashes).to_string(),
            first_seed: self.first_seed,
            seeds: self.seeds,
            digests_all: self.coverage == Coverage::All,
            baseline: self.pairing.as_ref().map_or(0, |pairing| pairing.baseline as u64),
            until: self.until.map_or_else(String::new, |until| until.to_string()),
            chunk: CHUNK,
            shard,
        }
    }

    /// The data of the report on what its cells came to.
    pub fn report(self, results: Vec<CellResult>) -> SweepReport {
        let run = Run {
            arguments: &self.arguments,
            first_seed: self.first_seed,
            seeds: self.seeds,
            coverage: self.coverage,
            until: self.until,
            baseline: self.pairing.as_ref().map(|pairing| pairing.baseline as u64),
            quote,
        };
        assemble(&self.document, &self.scenario, &run, self.cells.into_iter().zip(results).collect())
    }
}

/// Refuses a grid whose cells name so many proposers that no table could hold a column for each.
fn check_names(cells: &[Cell]) -> Result<(), Failure> {
    const MOST_NAMES: usize = 256;
    let mut names = BTreeSet::new();
    for cell in cells {
        names.extend(cell.scenario.proposer.iter().map(|proposer| proposer.name.as_str()));
        if names.len() > MOST_NAMES {
            return Err(Failure::Usage(format!(
                "the cells up to number {} have proposers of more than {MOST_NAMES} names, and reports have columns for each; \
                 give proposers that play the same part the same name, or sweep fewer lists of proposers at a time",
                cell.index
            )));
        }
    }
    Ok(())
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
