//! What a sweep runs: cells, each a plan, in chunks of seeds.

use crate::run::{Plan, PlanError};
use crate::scenario::{Scenario, hash};

/// Seeds of a chunk, which one worker runs at a stretch; digests are kept per chunk.
pub const CHUNK: u64 = 4096;
/// Runs of a chunk whose every event is digested under [`Coverage::Sample`].
const SAMPLE: u64 = 64;

/// Which runs' events are digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// The first 64 of every 4096 seeds: costs nothing measurable.
    Sample,
    /// All.
    All,
}

impl Coverage {
    /// How many runs of a chunk are digested, the first of it.
    pub(super) fn runs(self) -> u64 {
        match self {
            Coverage::Sample => SAMPLE,
            Coverage::All => CHUNK,
        }
    }

    /// In words, for reports.
    pub fn describe(self) -> String {
        match self {
            Coverage::Sample => format!("every event of the first {SAMPLE} of every {CHUNK} seeds"),
            Coverage::All => "every event of every run".to_owned(),
        }
    }
}

/// One cell to run.
#[derive(Clone, Debug)]
pub struct Job {
    /// The compiled scenario.
    pub plan: Plan,
    /// The scenario's hash, part of every digest.
    pub scenario_hash: u128,
}

impl Job {
    /// A scenario, ready to be run.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn new(scenario: &Scenario) -> Result<Job, PlanError> {
        Ok(Job { plan: Plan::new(scenario)?, scenario_hash: hash(scenario).0 })
    }
}
