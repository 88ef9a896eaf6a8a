//! What a report is made from: the totals of each cell, and what a reader needs to reproduce and to judge them.
//!
//! Absent on purpose: times of day, hosts, paths and thread counts. Two people with the same scenario and the same
//! version hold the same `SweepReport`, and get the same bytes.

use std::sync::Arc;

use super::layout::Layout;
use super::lineup::Lineup;
use crate::check::ClientOutcome;
use crate::check::{Checks, Counter, Hazard, Verdict};
use crate::own::Provenance;
use crate::scenario::{Bases, Duration};
use crate::sweep::{Paired, Phase, Segment, Totals, Until};

/// A finished sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepReport {
    /// The scenario's title; may be empty.
    pub title: String,
    /// The scenario file, word for word, so that the report needs nothing beside it.
    pub scenario_text: String,
    /// What was simulated, key by key; may be empty.
    pub model: String,
    /// The scenario hash (docs/design.md, section 4) of the file without its axes.
    pub scenario_hash: String,
    /// The engine epoch.
    pub epoch: u32,
    /// The version of `synod`.
    pub version: String,
    /// The normalised command line that reproduces the data.
    pub command_line: String,
    /// The first seed of every cell.
    pub first_seed: u64,
    /// Seeds per cell; a cell that stopped early has fewer runs.
    pub seeds: u64,
    /// The width of interval at which a cell stopped, if any did by itself.
    pub until: Option<Until>,
    /// Up to where times of the first choice count, if not to each cell's horizon.
    pub bound: Option<Duration>,
    /// What every output is labelled with, such as `MUTANT accept-ignores-promise` or `UNSAFE QUORUMS`.
    pub labels: Vec<String>,
    /// What a reader of its figures had better know of the scenario, as sentences without their full stops.
    pub notes: Vec<String>,
    /// The names of all proposers that contend in some cell, in the order in which the cells bring them. What a number
    /// in a cell's totals stands for, its own [`CellReport::lineup`] tells.
    pub proposers: Vec<String>,
    /// The grid's cells, in ascending index.
    pub cells: Vec<CellReport>,
    /// Which cell each is compared with, if any can be.
    pub baseline: Option<Bases>,
    /// The phase diagram, if the scenario asks for one.
    pub phase: Option<Phase>,
    /// By when clients are to have their answers, if not by each cell's horizon.
    pub deadline: Option<Duration>,
    /// How its figures lay the cells out, and what it calls its axes.
    pub layout: Layout,
    /// What lets the data be held against a second run.
    pub proof: Proof,
}

/// What `synod verify` needs beside the scenario's text, and what was found when the sweep ran some of it again itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    /// How the command line names the scenario's file.
    pub name: String,
    /// Paths and values that were set over the file, in order.
    pub sets: Vec<(String, String)>,
    /// The samples that the scenario names by file; empty if there are none.
    pub samples: String,
    /// Whether the events of all runs are digested.
    pub digests_all: bool,
    /// Which invariants watched the runs.
    pub checks: Checks,
    /// Whose nodes ran, if they were not the built-in's.
    pub nodes: Option<Provenance>,
    /// How many of their runs were asked of two processes, which answered the same.
    pub twins: u64,
    /// The digests of each cell's seeds, piece by piece.
    pub segments: Vec<Segment>,
    /// How many segments were run twice by the sweep itself.
    pub ran_twice: u64,
    /// Of these, how many had the same digest.
    pub identical: u64,
}

/// One point of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct CellReport {
    /// Its number in the grid, from 0.
    pub index: u64,
    /// The axes' paths and the values here, in the order of the axes; the same paths in every cell.
    pub parameters: Vec<(String, String)>,
    /// Who contends here. May itself be an axis.
    pub lineup: Arc<Lineup>,
    /// Events later than this did not happen, ns. May itself be an axis.
    pub horizon_ns: u64,
    /// Times of the first choice count up to here, ns: the horizon, or an earlier time.
    pub until_ns: u64,
    /// Those of pairs, ns: the earlier of that and the baseline's.
    pub paired_until_ns: u64,
    /// The tie rule, `seeded` or `fifo`. May itself be an axis.
    pub ties: String,
    /// What its runs add up to.
    pub totals: Totals,
    /// The cell's digest.
    pub digest: String,
    /// What the digest covers, in words: which seeds, in which chunks.
    pub digest_coverage: String,
    /// The command that reproduces one of its runs.
    pub reproduce: String,
    /// Closed forms that apply here; may be empty.
    pub theory: Vec<Theory>,
    /// Its runs beside those of its baseline; none for a baseline, and where they cannot be paired.
    pub paired: Option<Paired>,
}

/// A closed form or an exact figure, to be printed beside what was simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Theory {
    /// The formula or its name, for people.
    pub label: String,
    /// Its value here: a share in [0, 1], or a mean in the quantity's unit.
    pub value: f64,
    /// Where it was reckoned and not written down as a formula: it is no further off than this.
    pub bound: Option<f64>,
    /// What it predicts.
    pub what: Quantity,
}

/// A figure of a cell that theory can predict.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// Share of the runs won by this proposer (its number in the cell's [`Lineup::proposers`]).
    Winner(usize),
    /// Share of the runs in which no value was chosen.
    NothingChosen,
    /// Share of the runs with this verdict.
    Verdict(Verdict),
    /// Share of the runs with this hazard.
    Hazard(Hazard),
    /// Share of the runs in which this client (its number in the cell's [`Lineup::clients`]) was told this.
    Client(usize, ClientOutcome),
    /// Mean time of the first choice, ns.
    MeanChosenAt,
    /// Mean of a counter that is summed.
    Mean(Counter),
}
