//! Scenarios of the closed forms, built key by key so that no default is relied on silently.
//!
//! Absent on purpose: parsing; the crate's own is not to be trusted here.

use synod::scenario::model::*;
use synod::scenario::units::{Duration, Probability};

/// One millisecond, ns.
pub const MS: u64 = 1_000_000;

/// A span of time.
pub fn ns(ns: u64) -> Duration {
    Duration::from_ns(ns)
}

/// Always the same delay.
pub fn constant(at_ns: u64) -> Delay {
    Delay::Constant(ns(at_ns))
}

/// Uniform between the two, ns.
pub fn uniform(min_ns: u64, max_ns: u64) -> Delay {
    Delay::Uniform(UniformDelay { min: ns(min_ns), max: ns(max_ns) })
}

/// Exponential with that mean, ns.
pub fn exponential(mean_ns: u64) -> Delay {
    Delay::Exponential(ExponentialDelay { mean: ns(mean_ns) })
}

/// A probability.
pub fn probability(p: f64) -> Probability {
    serde_json::from_value(serde_json::json!(p)).expect("a number is a probability")
}

/// Proposers A, B, … on those nodes with those starts; broadcast, no losses, nobody retries.
pub fn contest(nodes: u8, proposers: &[(u8, Delay)], delay: Delay) -> Scenario {
    let mut s: Scenario =
        serde_json::from_value(serde_json::json!({ "proposer": [{ "name": "A", "node": 1 }] }))
            .expect("valid");
    s.proposer.clear();
    s.cluster.nodes = nodes;
    s.cluster.quorum = Quorum::Majority;
    for (name, (node, start)) in ('A'..).zip(proposers) {
        let (name, start) = (name.to_string(), start.clone());
        s.proposer.push(Proposer { name, node: *node, value: None, start, initial_round: 0 });
    }
    s.network.delay = delay;
    s.protocol.transport = Transport::Broadcast;
    s.protocol.ballots = Ballots::PastHighest;
    s.protocol.rejection = Rejection::Nack;
    s.protocol.give_up = GiveUp::QuorumImpossible;
    s.protocol.advance = Advance::Quorum;
    s.protocol.retry = Retry::None;
    s.protocol.local_preemption = false;
    s.protocol.own_messages = OwnMessages::Instant;
    s.run.horizon = ns(60_000 * MS);
    s.run.stop = Stop::Answered;
    s.run.ties = Ties::Seeded;
    s.run.max_events = 1_000_000;
    s
}

/// The lab: A at node 1, B at node 3, one blocking call after the other, nothing learnt, nothing retried.
pub fn lab(start: Delay, delay: Delay) -> Scenario {
    let mut s = contest(3, &[(1, start.clone()), (3, start)], delay);
    s.protocol.transport = Transport::Sequential;
    s.protocol.ballots = Ballots::Lab;
    s.protocol.repeated = Repeated::Reject;
    s.protocol.give_up = GiveUp::AllReplies;
    s.protocol.advance = Advance::AllReplies;
    s
}

/// Another delay for one kind of message.
pub fn delay_of(s: &mut Scenario, kind: Kind, delay: Delay) {
    s.network.kind.entry(kind).or_default().delay = Some(delay);
}

/// A fixed retry delay.
pub fn fixed(delay_ns: u64) -> Retry {
    Retry::Fixed(RetryFixed { delay: ns(delay_ns) })
}

/// A `[[submit]]`.
pub fn submit(proposer: &str, value: &str, at_ns: u64) -> Submit {
    Submit { proposer: proposer.into(), value: value.into(), at: ns(at_ns) }
}

/// Nodes that nobody can call from the beginning.
pub fn unreachable(nodes: &[u8]) -> Fault {
    Fault::unreachable(ns(0), nodes.to_vec())
}
