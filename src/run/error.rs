//! Why a scenario cannot be run.

use crate::scenario::ScenarioError;
use crate::sim::DistributionError;

/// A scenario asks for what the engine cannot do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// It breaks a rule that every scenario keeps.
    #[error(transparent)]
    Invalid(ScenarioError),
    /// Parameters that make no distribution.
    #[error(transparent)]
    Distribution(#[from] DistributionError),
    /// A step of the script that cannot happen, or a schedule that cannot be read.
    #[error("`script.schedule`, byte {}: {why}", at.start + 1)]
    Script {
        /// Why.
        why: String,
        /// Where, in bytes of the schedule.
        at: std::ops::Range<usize>,
    },
    /// The samples of a delay were never read from their file.
    #[error("the samples of {0:?} were not read; load the scenario from a file, or give `samples`")]
    Unread(String),
    /// A delay without samples.
    #[error("an empirical delay has no samples")]
    NoSamples,
    /// Deviations of a scripted run.
    #[error(
        "a script says itself what is delivered when, so there is nothing to deviate from: change the script"
    )]
    Scripted,
    /// Deviations of what the scenario does not have.
    #[error("{0}")]
    Stranger(String),
    /// A submission to a proposer that does not exist.
    #[error("no proposer is named `{0}`")]
    NoSuchProposer(String),
}
