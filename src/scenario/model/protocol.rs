//! The protocol's knobs: transport, ballots, giving up, retrying, deliberate bugs.
//!
//! Absent on purpose: what they do (the protocol's own room).

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::paxos::{Advance, Ballots, GiveUp, Mutant, Repeated, Role, Transport};
use crate::scenario::units::Duration;

/// The protocol's knobs (docs/design.md, section 5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case", default)]
pub struct Protocol {
    /// How a phase's messages travel.
    pub transport: Transport,
    /// How the next ballot is picked.
    pub ballots: Ballots,
    /// What an acceptor does when it refuses.
    pub rejection: Rejection,
    /// What an acceptor says to a prepare of the very ballot that it has promised: a copy, or one that its own accept
    /// overtook.
    pub repeated: Repeated,
    /// When a proposer abandons an attempt.
    pub give_up: GiveUp,
    /// When a sequential proposer leaves a phase.
    pub advance: Advance,
    /// What follows a failed attempt.
    pub retry: Retry,
    /// Attempts per submission, at least 1; absent: unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub max_attempts: Option<u32>,
    /// Longest phase, from its start; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase_timeout: Option<Duration>,
    /// Longest attempt, from its start; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt_timeout: Option<Duration>,
    /// Longest call of the sequential transport; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpc_timeout: Option<Duration>,
    /// Whether an acceptor that promises or accepts a higher ballot aborts its own node's proposer at once.
    pub local_preemption: bool,
    /// Whether the proposer that learns sends the value to all learners.
    pub announce: bool,
    /// How a proposer reaches the acceptor on its own node.
    pub own_messages: OwnMessages,
    /// Whether an acceptor's check and set are one step.
    pub handlers: Handlers,
    /// A deliberate bug; every output is labelled.
    pub mutant: Mutant,
}

/// What an acceptor does when it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Rejection {
    /// Answers with the ballot it has promised.
    Nack,
    /// Says nothing.
    Silent,
}

/// What follows a failed attempt; the delay is drawn at the k-th failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// The client is told FAILED.
    None,
    /// A fixed delay; 0 is legal.
    Fixed(RetryFixed),
    /// Uniform from 0 to `max`.
    Uniform(RetryUniform),
    /// Exponential with the given mean.
    Exponential(RetryExponential),
    /// Exponential back-off with full jitter: uniform from 0 to min(cap, base·2^(k−1)).
    Backoff(RetryBackoff),
}

/// A fixed retry delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RetryFixed {
    /// The delay.
    pub delay: Duration,
}

/// A uniform retry delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RetryUniform {
    /// Upper end; the lower one is 0.
    pub max: Duration,
}

/// An exponential retry delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RetryExponential {
    /// The mean.
    pub mean: Duration,
}

/// Exponential back-off with full jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RetryBackoff {
    /// Upper end after the first failure.
    pub base: Duration,
    /// Upper end that is never passed.
    pub cap: Duration,
}

/// How a proposer reaches the acceptor on its own node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OwnMessages {
    /// At once, never lost, before anything else of that instant.
    Instant,
    /// Like any other link.
    Network,
}

/// Whether an acceptor's check of a request (against its promise) and what follows from it (setting promise and vote, the
/// answer) are one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Handlers {
    /// They are.
    Atomic,
    /// They are two, for prepares and accepts, as in the lab's unlocked threads: a deliberate bug; every output is labelled.
    Split(SplitHandlers),
}

/// Handlers in two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SplitHandlers {
    /// From the check of a request to its set and answer, whether it came over the network or by the direct call of a
    /// proposer on the node, which waits for it. In between the node handles whatever else reaches it.
    pub gap: Duration,
}
