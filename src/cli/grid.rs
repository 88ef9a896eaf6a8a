//! A sweep as it was asked for, whoever asks: the command line, a journal, or a report's manifest.
//!
//! Absent on purpose: running it, and where its results go.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::args::{DigestArg, OwnArg, SweepArgs};
use super::exit::{Failure, quote};
use super::load::{arguments, failure, load, unplanned};
use super::node::{Program, refuse_axes, refuse_knobs, seeds_of_twins};
use super::own_arg::preempt_words;
use super::size::{check_memory, check_runs};
use crate::check::Checks;
use crate::own::Provenance;
use crate::report::{Run, SweepReport, assemble};
use crate::run::{Plan, Setup};
use crate::scenario::{Baseline, Cell, Cells, Document, Duration, Scenario, hash};
use crate::sim::EPOCH;
use crate::sweep::journal::Header;
use crate::sweep::{CHUNK, CellResult, Coverage, Job, Ledger, Pairing, Progress, Shard, Silent, Until, fold};
use crate::text::{first_hidden, quote_path};
use crate::trace::Digest;

/// Memory of a cell, bytes: its counts, its histograms and its part of the report.
const CELL: u64 = 20_000;
/// Memory of a cell for each byte of its scenario: what is read, what is compiled.
const PER_BYTE: u64 = 10;
/// Memory of the table of a distribution, bytes; cells with the same one share it.
const TABLE: u64 = 70_000;
/// Seeds per cell, where neither the command nor the scenario says otherwise.
const SEEDS: u64 = 10_000;
/// The same where somebody's nodes run, each step of which goes through a pipe.
const OWN_SEEDS: u64 = 2_000;

/// A sweep, ready to run.
#[derive(Debug)]
pub struct Grid {
    /// The scenario file, with what was set.
    pub document: Document,
    /// The scenario without its axes.
    pub scenario: Scenario,
    /// How a command line names the scenario's file.
    pub named: String,
    /// The same with what was set.
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
    /// Which invariants watch its runs.
    pub checks: Checks,
    /// When a cell stops by itself.
    pub until: Option<Until>,
    /// Up to where times of the first choice count, if not to the scenario's horizon.
    pub bound: Option<Duration>,
    /// Whose nodes run in it, if they are not the built-in's.
    pub nodes: Option<Provenance>,
}

impl Grid {
    /// As the command line has it.
    pub fn of(args: &SweepArgs, progress: &dyn Progress) -> Result<Grid, Failure> {
        let mut loaded = load(&args.source)?;
        if args.source.cell.is_some() {
            // That cell alone, beside which there is no other.
            loaded.document.set("sweep.axes", "{}").map_err(failure)?;
            if loaded.scenario.sweep.as_ref().is_some_and(|sweep| sweep.baseline.is_some()) {
                loaded.document.set("sweep.baseline", "0").map_err(failure)?;
            }
            loaded.scenario = loaded.document.scenario().map_err(failure)?;
        }
        let seeds = args.seeds.or(loaded.scenario.sweep.as_ref().and_then(|s| s.seeds));
        let seeds = seeds.unwrap_or(if args.own.node.is_some() { OWN_SEEDS } else { SEEDS });
        let coverage = if args.digest == DigestArg::All { Coverage::All } else { Coverage::Sample };
        let grid = Grid::new(
            loaded.document,
            loaded.scenario,
            loaded.named,
            (args.first_seed, seeds),
            coverage,
            progress,
        )?;
        let mut grid = grid.until(args.until_width).up_to(args.horizon).watched_by(args.checks.into());
        grid.play_by(&args.own)?;
        Ok(grid)
    }

    /// From now on somebody's nodes run in it, if a file is given.
    fn play_by(&mut self, own: &OwnArg) -> Result<(), Failure> {
        let Some(file) = &own.node else { return Ok(()) };
        let program = Arc::new(Program::load(file, own.at_races())?);
        refuse_knobs(self.document.overrides())?;
        refuse_axes(self.cells.iter().flat_map(|cell| &cell.parameters))?;
        let mut nodes = program.nodes(&self.cells[0].scenario, program.processes())?;
        let (provenance, process) = program.begin()?;
        nodes = nodes.stocked(Box::new(process));
        for (job, cell) in self.jobs.iter_mut().zip(&self.cells) {
            job.plan = job.plan.clone().with_nodes(program.nodes_like(&nodes, &cell.scenario)?);
        }
        self.belong_to(provenance.held_up(own.at_races()));
        Ok(())
    }

    /// From now on it is told of as that of these nodes.
    fn belong_to(&mut self, nodes: Provenance) {
        self.arguments = self.arguments_for(&self.named, Some(&nodes));
        (self.checks, self.nodes) = (Checks::All, Some(nodes));
    }

    fn arguments_for(&self, named: &str, nodes: Option<&Provenance>) -> String {
        let node = nodes.map_or_else(String::new, node_words);
        arguments(named, self.document.overrides()) + &node
    }

    /// The same, run by the nodes of this file: those that it was run by before, as the folder says.
    pub fn again_by(mut self, own: &OwnArg) -> Result<Grid, Failure> {
        let Some(nodes) = self.nodes.take() else {
            return match &own.node {
                None => Ok(self),
                Some(_) => Err(Failure::Usage(
                    "--node: the built-in made this, and is needed to look at it; leave --node out"
                        .to_owned(),
                )),
            };
        };
        if own.node.is_none() {
            return Err(Failure::Usage(format!(
                "own nodes made this, and runs of theirs are needed to look at it; name their file: --node {}",
                quote_path(&nodes.file)
            )));
        }
        self.play_by(&own.as_held_up(&nodes))?;
        let found = self.nodes.as_ref().map(|found| found.identity.clone()).unwrap_or_default();
        if found != nodes.identity {
            return Err(Failure::Refused(format!(
                "--node: `files`, [map], [python] or `preempt` have changed: this was made by nodes {}, and these are {found}; \
                 give the files as they were",
                nodes.identity
            )));
        }
        // What is told is what was told, whoever runs it again.
        self.belong_to(nodes);
        Ok(self)
    }

    /// The seeds of each cell that somebody's nodes are asked for by two processes; none of the built-in's.
    pub fn twin_seeds(&self) -> Vec<u64> {
        let seeds = if self.has_own_nodes() { self.seeds } else { 0 };
        seeds_of_twins(self.first_seed, seeds, self.jobs.len())
    }

    /// Whether somebody's nodes run in it.
    pub fn has_own_nodes(&self) -> bool {
        self.nodes.is_some()
    }

    /// Who plays a cell.
    pub fn setup(&self, cell: usize) -> Setup<'_> {
        Setup { scenario: &self.cells[cell].scenario, nodes: self.jobs[cell].plan.own_nodes() }
    }

    /// The same, whose runs these checks watch.
    fn watched_by(mut self, checks: Checks) -> Grid {
        self.checks = checks;
        self.jobs =
            self.jobs.into_iter().map(|job| Job { plan: job.plan.watched_by(checks), ..job }).collect();
        self
    }

    /// The same, whose cells stop by themselves, if they are to: then they have other numbers of runs, and no pairs.
    fn until(mut self, until: Option<Until>) -> Grid {
        self.until = until;
        if until.is_some() {
            self.pairing = None;
        }
        self
    }

    /// The same, whose times of the first choice count up to here, if not to the scenario's horizon.
    fn up_to(mut self, bound: Option<Duration>) -> Grid {
        self.bound = bound;
        if let Some((pairing, bound)) = self.pairing.as_mut().zip(bound) {
            pairing.up_to(bound.ns());
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
        let grid = Grid::new(document, scenario, header.name.clone(), seeds, coverage, &Silent)?;
        let until = (!header.until.is_empty()).then(|| header.until.parse()).transpose();
        let grid = grid.watched_by(if header.checks_all { Checks::All } else { Checks::Always });
        let until = until.map_err(|_| Failure::Refused("its --until-width cannot be read".to_owned()))?;
        let bound = (!header.horizon.is_empty()).then(|| header.horizon.parse::<Duration>()).transpose();
        let bound = bound.ok().filter(|bound| bound.is_none_or(|bound| bound.ns() > 0));
        let bound = bound.ok_or_else(|| Failure::Refused("its --horizon cannot be read".to_owned()))?;
        let mut grid = grid.until(until).up_to(bound);
        if let Some(nodes) = &header.nodes {
            if !nodes.is_sound() {
                return Err(Failure::Refused("what it says of own nodes cannot be read".to_owned()));
            }
            grid.belong_to(nodes.clone());
        }
        Ok(grid)
    }

    fn new(
        document: Document,
        scenario: Scenario,
        named: String,
        (first_seed, seeds): (u64, u64),
        coverage: Coverage,
        progress: &dyn Progress,
    ) -> Result<Grid, Failure> {
        let grid = document.cells().map_err(failure)?;
        check_runs(seeds, grid.len() as u64)?;
        check_cells(&grid)?;
        progress.expect(grid.len() as u64);
        let job = |cell: &Cell| {
            let plan = Plan::new(&cell.scenario).map_err(|error| unplanned(&document, error))?;
            Ok(Job { plan, scenario_hash: hash(&cell.scenario).0 })
        };
        let (mut cells, mut jobs) = (Vec::new(), Vec::new());
        for cell in grid.iter() {
            let cell = cell.map_err(failure)?;
            jobs.push(job(&cell)?);
            cells.push(cell);
            progress.advance(1);
        }
        check_names(&cells)?;
        let bases = grid.bases(&asked_baseline(&scenario)).map_err(failure)?;
        let pairing = Pairing::new(&cells, bases);
        Ok(Grid {
            arguments: arguments(&named, document.overrides()),
            document,
            scenario,
            named,
            cells,
            jobs,
            pairing,
            first_seed,
            seeds,
            coverage,
            checks: Checks::Always,
            until: None,
            bound: None,
            nodes: None,
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

    /// The same sweep of a scenario's file that has another name.
    pub fn rename(&mut self, named: &str) {
        self.named = named.to_owned();
        self.arguments = self.arguments_for(named, self.nodes.as_ref());
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
            name: self.named.clone(),
            text: self.document.text().to_owned(),
            sets: self.document.overrides().to_vec(),
            samples: self.document.samples(),
            scenario_hash: hash(&self.scenario).to_string(),
            cells: self.jobs.len() as u64,
            cells_hash: fold(&hashes).to_string(),
            first_seed: self.first_seed,
            seeds: self.seeds,
            digests_all: self.coverage == Coverage::All,
            checks_all: self.checks == Checks::All,
            baseline: self.pairing.as_ref().map(|_| asked_baseline(&self.scenario)).unwrap_or_default(),
            until: self.until.map_or_else(String::new, |until| until.to_string()),
            horizon: self.bound.map_or_else(String::new, |bound| bound.to_string()),
            nodes: self.nodes.clone(),
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
            checks: self.checks,
            until: self.until,
            bound: self.bound,
            baseline: self.pairing.as_ref().map(|pairing| &pairing.bases),
            nodes: self.nodes.as_ref(),
        };
        let twins = self.twin_seeds().len() as u64 * self.jobs.len() as u64;
        // Nothing is run any more: their memory is the report's.
        drop(self.jobs);
        let cells = self.cells.into_iter().zip(results).collect();
        let mut report = assemble(&self.document, &self.scenario, &run, cells);
        report.proof.twins = twins;
        report.proof.name = self.named;
        report
    }
}

/// What the scenario's sweep is to be compared with.
fn asked_baseline(scenario: &Scenario) -> Baseline {
    scenario.sweep.as_ref().and_then(|sweep| sweep.baseline.clone()).unwrap_or_default()
}

/// How a command line names somebody's nodes.
fn node_words(nodes: &Provenance) -> String {
    format!(" --node {}{}", quote_path(&nodes.file), preempt_words(nodes.at_races()))
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

/// Refuses a grid whose cells have no room in memory, before they are made.
fn check_cells(grid: &Cells) -> Result<(), Failure> {
    let Some(first) = grid.get(0) else { return Ok(()) };
    let text = first.map_err(failure)?.scenario.to_toml().len() as u64;
    let each = CELL + PER_BYTE * text;
    let cells = grid.len() as u64;
    let is_drawn = |path: &str| ["delay", "start", "retry", "service"].iter().any(|word| path.contains(word));
    let drawn = grid
        .values()
        .iter()
        .filter(|(path, _)| is_drawn(path))
        .map(|(_, values)| values.len() as u64)
        .sum::<u64>();
    check_memory(
        cells.saturating_mul(each).saturating_add(drawn * TABLE),
        &format!("{cells} cells need, {} KB each,", each / 1000),
        "shorten an axis, or cut it into parts, each a sweep of its own",
    )
}

/// Whether the command that a journal names may be printed to be copied: it is the one that its own words make.
pub fn can_be_copied(header: &Header) -> bool {
    let is_until = |text: &str| text.parse::<Until>().is_ok_and(|until| until.to_string() == text);
    let node = header.nodes.as_ref().map_or_else(String::new, node_words);
    let is_time = |text: &str| text.parse::<Duration>().is_ok_and(|time| time.to_string() == text);
    header.arguments == arguments(&header.name, &header.sets) + &node
        && first_hidden(&header.arguments).is_none()
        && (header.until.is_empty() || is_until(&header.until))
        && (header.horizon.is_empty() || is_time(&header.horizon))
}
