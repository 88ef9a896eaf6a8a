//! What a journal's sweep was asked for: enough to go on, to merge, and to refuse what is another sweep.
//!
//! Absent on purpose: threads, folders, hosts and times, which change no result.

use serde::{Deserialize, Serialize};

use crate::own::Provenance;
use crate::scenario::Baseline;
use crate::sweep::{CHUNK, Shard};

/// The first record of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The version of `synod`.
    pub version: String,
    /// The engine's epoch.
    pub epoch: u32,
    /// The scenario and its `--set`s, as a command line names them.
    pub arguments: String,
    /// How a command line names the scenario's file.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What was set, in order: path and value.
    pub sets: Vec<(String, String)>,
    /// The samples that it names by file: what was read from them, in their own notation.
    pub samples: String,
    /// The hash of the scenario without its axes.
    pub scenario_hash: String,
    /// How many cells its sweep has.
    pub cells: u64,
    /// The hash over the hashes of the cells' scenarios.
    pub cells_hash: String,
    /// The first seed.
    pub first_seed: u64,
    /// Seeds of each cell.
    pub seeds: u64,
    /// Whether every run's events are digested.
    pub digests_all: bool,
    /// Whether every invariant watches every run.
    #[serde(default)]
    pub checks_all: bool,
    /// The cell that the others are compared with.
    pub baseline: Baseline,
    /// The width at which a cell stops by itself, as a command line has it; empty if none does.
    #[serde(default)]
    pub until: String,
    /// Up to where times of the first choice count, as a command line has it; empty if up to the scenario's horizon.
    #[serde(default)]
    pub horizon: String,
    /// Whose nodes run, if they are not the built-in's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Provenance>,
    /// Seeds of a chunk.
    pub chunk: u64,
    /// Which share of the sweep this is.
    pub shard: Shard,
}

/// Where two sweeps differ: what it is called, and what it is in each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub what: &'static str,
    /// In the first.
    pub this: String,
    /// In the other.
    pub other: String,
}

impl Header {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// From bytes; none if they are no header that this version can use.
    pub fn from_bytes(bytes: &[u8]) -> Option<Header> {
        let header: Header = serde_json::from_slice(bytes).ok()?;
        (header.chunk == CHUNK && header.shard.is_valid()).then_some(header)
    }

    /// The command of a share of this sweep, `1/1` of all of it, without its folder.
    pub fn command(&self, shard: &str) -> String {
        let mut line = format!("synod sweep {} --seeds {}", self.arguments, self.seeds);
        if self.first_seed != 0 {
            line.push_str(&format!(" --first-seed {}", self.first_seed));
        }
        if !self.until.is_empty() {
            line.push_str(&format!(" --until-width {}", self.until));
        }
        if !self.horizon.is_empty() {
            line.push_str(&format!(" --horizon {}", self.horizon));
        }
        if self.digests_all {
            line.push_str(" --digest all");
        }
        if self.checks_all {
            line.push_str(" --checks all");
        }
        if shard != "1/1" {
            line.push_str(&format!(" --shard {shard}"));
        }
        line
    }

    /// The first difference that makes them other sweeps, or other shares of one; comments and the like do not.
    pub fn difference(&self, other: &Header) -> Option<Difference> {
        self.other_sweep(other).or_else(|| {
            let shown = |header: &Header| header.shard.to_string();
            (self.shard != other.shard).then(|| differ("shard", shown(self), shown(other)))
        })
    }

    /// The first difference that makes them other sweeps, whichever share of it each is.
    pub fn other_sweep(&self, other: &Header) -> Option<Difference> {
        let named = |header: &Header| format!("{} (hash {})", header.arguments, header.scenario_hash);
        let grid = |header: &Header| format!("{} cells (hash {})", header.cells, header.cells_hash);
        let seeds = |header: &Header| format!("{} from {}", header.seeds, header.first_seed);
        let coverage = |header: &Header| if header.digests_all { "all" } else { "sample" }.to_owned();
        let checks = |header: &Header| if header.checks_all { "all" } else { "always" }.to_owned();
        let nodes = |header: &Header| header.nodes.as_ref().map_or("none".to_owned(), |nodes| nodes.label());
        let identity = |header: &Header| header.nodes.as_ref().map(|nodes| nodes.identity.clone());
        let of = |what, say: &dyn Fn(&Header) -> String, is_same: bool| {
            (!is_same).then(|| differ(what, say(self), say(other)))
        };
        of("engine epoch", &|h| h.epoch.to_string(), self.epoch == other.epoch)
            .or_else(|| of("version", &|h| h.version.clone(), self.version == other.version))
            .or_else(|| of("scenario", &named, self.scenario_hash == other.scenario_hash))
            .or_else(|| of("grid", &grid, (self.cells, &self.cells_hash) == (other.cells, &other.cells_hash)))
            .or_else(|| of("own nodes", &nodes, identity(self) == identity(other)))
            .or_else(|| of("seeds", &seeds, (self.first_seed, self.seeds) == (other.first_seed, other.seeds)))
            .or_else(|| of("--until-width", &|h| h.until.clone(), self.until == other.until))
            .or_else(|| of("--horizon", &|h| h.horizon.clone(), self.horizon == other.horizon))
            .or_else(|| of("baseline", &|h| h.baseline.to_string(), self.baseline == other.baseline))
            .or_else(|| of("--digest", &coverage, self.digests_all == other.digests_all))
            .or_else(|| of("--checks", &checks, self.checks_all == other.checks_all))
    }
}

fn differ(what: &'static str, this: String, other: String) -> Difference {
    Difference { what, this, other }
}
