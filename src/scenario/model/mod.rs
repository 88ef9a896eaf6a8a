//! The keys of a scenario file as plain data, as section 9 of docs/design.md has it.
//!
//! Absent on purpose: the defaults' reasons, parsing and validation (beside this folder), and anything that runs.
//! Every enum is externally tagged, so that an error's caret sits on the value.

mod baseline;
mod build;
mod delay;
mod expect;
mod fault;
mod figure;
mod network;
mod protocol;
mod run;
mod script;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::units::Duration;

pub use baseline::*;
pub use delay::*;
pub use expect::*;
pub use fault::*;
pub use figure::*;
pub use network::*;
pub use protocol::*;
pub use run::*;
pub use script::*;

/// One scenario: who contends, over which network, by which rules, and what is expected of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// One line for people, at most 200 characters; part of no hash.
    #[serde(default)]
    pub title: String,
    /// The file in which the lab's acceptors keep what they have voted for: a run's text then shows it as `cat` does. One line, at
    /// most 100 characters; part of no hash.
    #[serde(default)]
    pub file: String,
    /// The acceptors and their quorums.
    #[serde(default)]
    pub cluster: Cluster,
    /// The competing proposers, in the order in which reports name them; 1 to 64.
    pub proposer: Vec<Proposer>,
    /// Further submissions to a proposer.
    #[serde(default)]
    pub submit: Vec<Submit>,
    /// The protocol's knobs.
    #[serde(default)]
    pub protocol: Protocol,
    /// Delays and losses.
    #[serde(default)]
    pub network: Network,
    /// Exact deliveries in place of a network.
    #[serde(default)]
    pub script: Option<Script>,
    /// Faults at given times.
    #[serde(default)]
    pub fault: Vec<Fault>,
    /// Faults that are drawn.
    #[serde(default)]
    pub faults: Faults,
    /// `get_value` calls.
    #[serde(default)]
    pub read: Vec<Read>,
    /// When a run stops, and how ties are broken.
    #[serde(default)]
    pub run: Run,
    /// What `synod check` asserts.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// The grid of `synod sweep`.
    #[serde(default)]
    pub sweep: Option<Sweep>,
}

/// The acceptors and their quorums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Cluster {
    /// Number of nodes, each an acceptor; 1..=63.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 63)))]
    pub nodes: u8,
    /// How many acceptors a phase needs.
    pub quorum: Quorum,
    /// Allows quorums that need not intersect; every output is then labelled.
    #[serde(rename = "unsafe")]
    pub unsafe_: bool,
}

/// How many acceptors a phase needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Quorum {
    /// ⌊n/2⌋ + 1 in both phases.
    Majority,
    /// Separate sizes (flexible Paxos, Howard, Malkhi and Spiegelman 2016).
    Sizes(QuorumSizes),
}

/// Quorum sizes of flexible Paxos; they intersect when `prepare + accept > nodes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuorumSizes {
    /// Promises needed in phase 1; 1..=nodes.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 63)))]
    pub prepare: u8,
    /// Accepts needed in phase 2; 1..=nodes.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 63)))]
    pub accept: u8,
}

/// A proposer and the value that its client submits once at its start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Proposer {
    /// Unique name, as reports print it; 1 to 40 visible characters, no reserved word.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 40)))]
    pub name: String,
    /// The node it lives on, or 0 for none.
    #[cfg_attr(feature = "schema", schemars(range(max = 63)))]
    pub node: u8,
    /// The submitted text; absent: `Hello from client` and the name.
    #[serde(default)]
    pub value: Option<String>,
    /// The delay from time 0 to its submission; absent: none.
    #[serde(default = "Delay::zero")]
    pub start: Delay,
    /// The round its counter starts from, at most 2^31; its first ballot has at least the next one.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(range(max = 0x8000_0000u32)))]
    pub initial_round: u32,
}

/// A further submission, taken up when the proposer's earlier one has its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Submit {
    /// Name of the proposer.
    pub proposer: String,
    /// The submitted text.
    pub value: String,
    /// Virtual time of the submission.
    pub at: Duration,
}
