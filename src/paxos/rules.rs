//! The knobs that the paper leaves open: how to send, when to give up, which ballot comes next.
//!
//! None of them touches safety; all of them move the numbers of a contention study.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Mutant;

/// What all roles of a cluster go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Number of acceptors, numbered 1 to this.
    pub nodes: u8,
    /// Promises that end phase 1.
    pub prepare_quorum: u8,
    /// Accepts that end phase 2.
    pub accept_quorum: u8,
    /// How a phase's requests travel.
    pub transport: Transport,
    /// What an acceptor says to a prepare of the ballot that it has promised already.
    pub repeated: Repeated,
    /// When an attempt is abandoned.
    pub give_up: GiveUp,
    /// When a sequential proposer leaves a phase.
    pub advance: Advance,
    /// Which ballot comes next.
    pub ballots: Ballots,
    /// A deliberate bug.
    pub mutant: Mutant,
    /// The values below 63 whose text is `None`, a bit each; only a mutant looks at it.
    pub none_values: u64,
}

/// How a phase's messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// To all acceptors at once.
    Broadcast,
    /// The own node first, then one blocking call per peer in ascending id. A call of which a message is lost fails when that would
    /// have arrived: the caller learns of it at once, and waits for no time-out.
    Sequential,
}

/// What an acceptor says to a prepare of the very ballot that it has promised. A rejection that names the proposer's own
/// ballot is no pre-emption and takes nothing from a quorum; under `give_up = "first-reject"` it ends the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Repeated {
    /// Promises again, with its vote as it stands: the paper's acceptor refuses only for a higher ballot.
    Answer,
    /// Refuses, naming that very ballot: a strict `>`, as the lab and many courses have it.
    Reject,
}

/// When a proposer abandons an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GiveUp {
    /// At any rejection of the current ballot, also a late one of phase 1.
    FirstReject,
    /// When more than n − q acceptors have refused in this phase for a higher ballot.
    QuorumImpossible,
    /// Only at a time-out.
    TimeoutOnly,
    /// When every peer has answered without a quorum (sequential only).
    AllReplies,
}

/// When a sequential proposer leaves a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Advance {
    /// As soon as a quorum has answered.
    Quorum,
    /// When every peer has answered (sequential only).
    AllReplies,
}

/// How the next ballot's round is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ballots {
    /// 1 + the highest of own, of rejections seen, of the own acceptor's promise.
    PastHighest,
    /// 1 + the highest of own and of rejections seen.
    PastSeen,
    /// Own counter × 10 + node id, learning nothing.
    Lab,
}
