//! What a scenario means where it says nothing, and why.
//!
//! Absent on purpose: defaults of single fields of lists, which stand beside the field in `model`.

use std::collections::BTreeMap;

use super::model::*;
use super::units::{Duration, Probability};

impl Default for Cluster {
    /// Three nodes, the smallest cluster in which a majority survives a stopped node.
    fn default() -> Self {
        Cluster { nodes: 3, quorum: Quorum::Majority, unsafe_: false }
    }
}

impl Default for Protocol {
    /// The textbook's protocol with what an implementer adds first: rejections that teach the ballot to pass.
    /// The defaults of `give_up` and `advance` are the same for both transports, so that a scenario that
    /// changes only `transport` compares only transports.
    fn default() -> Self {
        Protocol {
            transport: Transport::Broadcast,
            ballots: Ballots::PastHighest,
            rejection: Rejection::Nack,
            repeated: Repeated::Answer,
            give_up: GiveUp::QuorumImpossible,
            advance: Advance::Quorum,
            retry: Retry::None,
            max_attempts: None,
            phase_timeout: None,
            attempt_timeout: None,
            rpc_timeout: None,
            local_preemption: false,
            announce: false,
            own_messages: OwnMessages::Instant,
            handlers: Handlers::Atomic,
            mutant: Mutant::None,
        }
    }
}

impl Default for Network {
    /// Every message takes exactly 1 ms and arrives once: a network that adds no randomness of its own, so
    /// that what a scenario does not mention can't be what decided a run.
    fn default() -> Self {
        Network {
            delay: Delay::Constant(Duration::from_ns(1_000_000)),
            loss: Probability::ZERO,
            duplicate: Probability::ZERO,
            kind: BTreeMap::new(),
            node: Vec::new(),
            link: Vec::new(),
        }
    }
}

impl Default for Run {
    /// A minute of virtual time. Ties are drawn: with constant delays the order of insertion would decide
    /// who wins, and a reader would take it for the protocol's doing.
    fn default() -> Self {
        Run {
            horizon: Duration::from_ns(60_000_000_000),
            stop: Stop::Answered,
            ties: Ties::Seeded,
            livelock: Livelock::Prove,
            max_events: 1_000_000,
        }
    }
}

impl Delay {
    /// No delay at all: the default of a proposer's start.
    pub const fn zero() -> Self {
        Delay::Constant(Duration::from_ns(0))
    }
}

impl Proposer {
    /// The text it submits: its `value`, or `Hello from client` and its name, as in the lab.
    pub fn text(&self) -> String {
        self.value.clone().unwrap_or_else(|| format!("Hello from client{}", self.name))
    }
}

impl Cluster {
    /// Promises and accepts that a phase needs: (prepare, accept).
    pub const fn quorum_sizes(&self) -> (u8, u8) {
        match self.quorum {
            Quorum::Majority => (self.nodes / 2 + 1, self.nodes / 2 + 1),
            Quorum::Sizes(QuorumSizes { prepare, accept }) => (prepare, accept),
        }
    }
}
