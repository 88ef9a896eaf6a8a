//! The keys of a scenario file as plain data, exactly as DESIGN §9 names them.
//!
//! Absent on purpose: defaults' reasons, parsing and validation (siblings), and anything that runs.
//! Every enum is externally tagged, so that an error's caret sits on the value.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::units::{Duration, Probability};

/// One scenario: who contends, over which network, by which rules, and what is expected of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// One line for people; part of no hash.
    #[serde(default)]
    pub title: String,
    /// The acceptors and their quorums.
    #[serde(default)]
    pub cluster: Cluster,
    /// The competing proposers, in the order in which reports name them.
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
    /// Faults at given times.
    #[serde(default)]
    pub fault: Vec<Fault>,
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Cluster {
    /// Number of nodes, each an acceptor; 1..=63.
    pub nodes: u8,
    /// How many acceptors a phase needs.
    pub quorum: Quorum,
    /// Allows quorums that need not intersect; every output is then labelled.
    #[serde(rename = "unsafe")]
    pub unsafe_: bool,
}

/// How many acceptors a phase needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quorum {
    /// ⌊n/2⌋ + 1 in both phases.
    Majority,
    /// Separate sizes (flexible Paxos, Howard, Malkhi and Spiegelman 2016).
    Sizes(QuorumSizes),
}

/// Quorum sizes of flexible Paxos; they intersect when `prepare + accept > nodes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuorumSizes {
    /// Promises needed in phase 1; 1..=nodes.
    pub prepare: u8,
    /// Accepts needed in phase 2; 1..=nodes.
    pub accept: u8,
}

/// A proposer and the value that its client submits once at its start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Proposer {
    /// Unique name, as reports print it.
    pub name: String,
    /// The node it lives on, or 0 for none.
    pub node: u8,
    /// The submitted text; absent: `Hello from client` and the name.
    #[serde(default)]
    pub value: Option<String>,
    /// The delay from time 0 to its submission.
    #[serde(default = "Delay::zero")]
    pub start: Delay,
    /// The round its counter starts from; its first ballot has at least the next one.
    #[serde(default)]
    pub initial_round: u32,
}

/// A further submission, taken up when the proposer's earlier one has its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Submit {
    /// Name of the proposer.
    pub proposer: String,
    /// The submitted text.
    pub value: String,
    /// Virtual time of the submission.
    pub at: Duration,
}

/// The protocol's knobs (DESIGN §5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case", default)]
pub struct Protocol {
    /// How a phase's messages travel.
    pub transport: Transport,
    /// How the next ballot is picked.
    pub ballots: Ballots,
    /// What an acceptor does when it refuses.
    pub rejection: Rejection,
    /// When a proposer abandons an attempt.
    pub give_up: GiveUp,
    /// When a sequential proposer leaves a phase.
    pub advance: Advance,
    /// What follows a failed attempt.
    pub retry: Retry,
    /// Attempts per submission; absent: unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
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
    /// A deliberate bug; every output is labelled.
    pub mutant: Mutant,
}

/// How a phase's messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// To all acceptors at once.
    Broadcast,
    /// The own node first, then one blocking call per peer in ascending id.
    Sequential,
}

/// How the next ballot's round is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ballots {
    /// 1 + the highest of own, of rejections seen, of the own acceptor's promise.
    PastHighest,
    /// 1 + the highest of own and of rejections seen.
    PastSeen,
    /// Own counter × 10 + node id, learning nothing.
    Lab,
}

/// What an acceptor does when it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rejection {
    /// Answers with the ballot it has promised.
    Nack,
    /// Says nothing.
    Silent,
}

/// When a proposer abandons an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GiveUp {
    /// At any rejection of the current ballot, also a late one of phase 1.
    FirstReject,
    /// At more than n − q rejections in this phase.
    QuorumImpossible,
    /// Only at a time-out.
    TimeoutOnly,
    /// When every peer has answered without a quorum (sequential only).
    AllReplies,
}

/// When a sequential proposer leaves a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Advance {
    /// As soon as a quorum has answered.
    Quorum,
    /// When every peer has answered (sequential only).
    AllReplies,
}

/// What follows a failed attempt; the delay is drawn at the k-th failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryFixed {
    /// The delay.
    pub delay: Duration,
}

/// A uniform retry delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryUniform {
    /// Upper end; the lower one is 0.
    pub max: Duration,
}

/// An exponential retry delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryExponential {
    /// The mean.
    pub mean: Duration,
}

/// Exponential back-off with full jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryBackoff {
    /// Upper end after the first failure.
    pub base: Duration,
    /// Upper end that is never passed.
    pub cap: Duration,
}

/// How a proposer reaches the acceptor on its own node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OwnMessages {
    /// At once, never lost, before anything else of that instant.
    Instant,
    /// Like any other link.
    Network,
}

/// A deliberate bug of the protocol, off by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mutant {
    /// The correct protocol.
    None,
    /// An acceptor accepts whatever it has promised.
    AcceptIgnoresPromise,
}

/// Delays, losses and duplicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Network {
    /// One-way delay of every message without an override.
    pub delay: Delay,
    /// Probability that a message is lost.
    pub loss: Probability,
    /// Probability that a message arrives twice.
    pub duplicate: Probability,
    /// Overrides per message kind.
    pub kind: BTreeMap<Kind, LinkFate>,
    /// Overrides per directed link; the last one that matches a message wins, key by key, over `kind`.
    pub link: Vec<Link>,
}

/// The kind of a protocol message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Phase 1a.
    Prepare,
    /// Phase 1b.
    Promise,
    /// Phase 2a.
    Accept,
    /// Phase 2b.
    Accepted,
    /// The refusal of either phase.
    Reject,
}

/// What may be overridden for a kind of message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LinkFate {
    /// One-way delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// Loss probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Probability>,
    /// Duplication probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Probability>,
}

/// An override for one directed link. `from` and `to` are node numbers or proposer names: a proposer on no
/// node has no node number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Link {
    /// The sender's node.
    pub from: u8,
    /// The receiver's node.
    pub to: u8,
    /// Only for this kind of message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// One-way delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// Loss probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Probability>,
    /// Duplication probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Probability>,
    /// Whether messages of this link may not overtake each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fifo: Option<bool>,
    /// In force from this time (inclusive).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_time: Option<Duration>,
    /// In force until this time (exclusive).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_time: Option<Duration>,
}

/// The distribution of a delay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delay {
    /// Always the same.
    Constant(Duration),
    /// Uniform on [min, max).
    Uniform(UniformDelay),
    /// Exponential.
    Exponential(ExponentialDelay),
    /// Lognormal.
    Lognormal(LognormalDelay),
    /// Pareto (type I).
    Pareto(ParetoDelay),
}

/// A uniform delay on [min, max).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UniformDelay {
    /// Lower end.
    pub min: Duration,
    /// Upper end.
    pub max: Duration,
}

/// An exponential delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExponentialDelay {
    /// The mean.
    pub mean: Duration,
}

/// A lognormal delay: median · exp(sigma · Z).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LognormalDelay {
    /// The median.
    pub median: Duration,
    /// Standard deviation of the logarithm; above 0, at most 10.
    pub sigma: f64,
}

/// A Pareto delay: min · U^(−1/alpha).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParetoDelay {
    /// The smallest delay.
    pub min: Duration,
    /// The tail index; at least 0.1.
    pub alpha: f64,
}

/// A fault at a given time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fault {
    /// When it begins.
    pub at: Duration,
    /// Nodes that nobody can call any more (wrong key, stopped server): calls fail at once with an error.
    pub unreachable: NodeList,
}

/// A set of nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeList {
    /// Node numbers.
    pub nodes: Vec<u8>,
}

/// A `get_value` call, once or periodically.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Read {
    /// The node that is asked.
    pub node: u8,
    /// When (first).
    pub at: Duration,
    /// Again after each such period, until the run ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Duration>,
    /// What the node answers with.
    #[serde(default)]
    pub returns: ReadReturns,
}

/// What `get_value` answers with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReadReturns {
    /// The acceptor's accepted value, as in the lab.
    #[default]
    Accepted,
    /// The value that the node's learner has learned.
    Learned,
}

/// When a run stops, and how ties are broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case", default)]
pub struct Run {
    /// Events later than this do not happen.
    pub horizon: Duration,
    /// When a run is over.
    pub stop: Stop,
    /// How events of one instant are ordered.
    pub ties: Ties,
    /// Whether a recurring state ends the run as a proved livelock.
    pub livelock: Livelock,
    /// Most events of a run.
    pub max_events: u32,
}

/// When a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// By an addressed draw of each event.
    Seeded,
    /// In the order in which they were scheduled.
    Fifo,
}

/// Whether a recurring state ends the run as a proved livelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Livelock {
    /// Yes.
    Prove,
    /// No: the run goes on to the horizon.
    Off,
}

/// What `synod check` asserts of a scenario's runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Expect {
    /// Seeds 0..seeds are run; absent: 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seeds: Option<u64>,
    /// Exact number of runs with a safety violation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violations: Option<u64>,
    /// Share of the runs that each proposer wins; also `undecided`.
    pub winner: BTreeMap<String, Bounds>,
    /// Share of the runs that end with each verdict.
    pub verdict: BTreeMap<String, Bounds>,
    /// Share of the runs with each hazard.
    pub hazard: BTreeMap<String, Bounds>,
    /// Share of the runs with each joint client outcome, as `A:failed/2/1 B:own`.
    pub outcome: BTreeMap<String, Bounds>,
    /// Mean of a quantity: `preemptions`, `duel`, `attempts`, `messages`, `chosen_at_ms`.
    pub mean: BTreeMap<String, Bounds>,
}

/// An inclusive range; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Smallest allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// The grid of `synod sweep`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Sweep {
    /// Runs per cell, seeds 0..seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seeds: Option<u64>,
    /// The product of these axes: path → values of that key's type.
    pub axes: BTreeMap<String, Vec<serde_json::Value>>,
    /// Lists in lock-step: path → values, all of one length.
    pub zip: BTreeMap<String, Vec<serde_json::Value>>,
}
