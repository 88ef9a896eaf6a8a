//! Reads at given times, and when a run stops.
//!
//! Absent on purpose: the schedule itself.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scenario::units::Duration;

/// A `get_value` call, once or periodically.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Read {
    /// The node that is asked; 1..=nodes.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 63)))]
    pub node: u8,
    /// When (first).
    pub at: Duration,
    /// Again after each such period, until the run ends; above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Duration>,
    /// What the node answers with.
    #[serde(default)]
    pub returns: ReadReturns,
}

/// What `get_value` answers with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReadReturns {
    /// The acceptor's accepted value, as in the lab.
    #[default]
    Accepted,
    /// The value that the node's learner has learned.
    Learned,
}

/// When a run stops, and how ties are broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case", default)]
pub struct Run {
    /// Events later than this do not happen; above 0.
    pub horizon: Duration,
    /// When a run is over.
    pub stop: Stop,
    /// How events of one instant are ordered.
    pub ties: Ties,
    /// Whether a recurring state ends the run as a proved livelock.
    pub livelock: Livelock,
    /// Maximum number of scheduled events of a run: starts, deliveries, time-outs and the like; each gives one or more events
    /// of its trace; 1 to 1,000,000,000.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1_000_000_000u32)))]
    pub max_events: u32,
}

/// When a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// At the first chosen value.
    Chosen,
    /// When every client has its answer.
    Answered,
    /// When nothing is scheduled any more.
    Quiescent,
}

/// How events of one instant are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// By an addressed draw of each event.
    Seeded,
    /// In the order in which they were scheduled.
    Fifo,
}

/// Whether a recurring state ends the run as a proved livelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Livelock {
    /// Yes.
    Prove,
    /// No: the run goes on to the horizon.
    Off,
}
