//! Stub: the data of a scenario and nothing else; defaults as DESIGN §5 and §9 name them.
pub mod model;
pub mod units;

use model::*;
use units::{Duration, Probability};

impl Delay {
    /// No delay.
    pub fn zero() -> Delay {
        Delay::Constant(Duration::from_ns(0))
    }
}

impl Default for Cluster {
    fn default() -> Self {
        Cluster { nodes: 3, quorum: Quorum::Majority, unsafe_: false }
    }
}

impl Default for Protocol {
    fn default() -> Self {
        Protocol {
            transport: Transport::Broadcast,
            ballots: Ballots::PastHighest,
            rejection: Rejection::Nack,
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
            mutant: Mutant::None,
        }
    }
}

impl Default for Network {
    fn default() -> Self {
        Network {
            delay: Delay::Constant(Duration::from_ns(250_000)),
            loss: Probability::default(),
            duplicate: Probability::default(),
            kind: Default::default(),
            link: Vec::new(),
        }
    }
}

impl Default for Run {
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
