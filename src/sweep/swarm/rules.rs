//! The cluster's quorums and the protocol's knobs, time-outs below one round trip among them.

use super::draw::{Draw, Knob};
use super::ms;
use crate::scenario::{
    Advance, Ballots, GiveUp, OwnMessages, Quorum, QuorumSizes, Rejection, Repeated, Retry, RetryBackoff,
    RetryExponential, RetryFixed, RetryUniform, Run, Scenario, Stop, Ties, Transport,
};

pub(super) fn draw(draw: &mut Draw, scenario: &mut Scenario) {
    if draw.has(Knob::Quorum, 35) {
        scenario.cluster.quorum = Quorum::Sizes(quorums(draw, scenario.cluster.nodes));
    }
    let protocol = &mut scenario.protocol;
    let sequential = draw.has(Knob::Transport, 20);
    protocol.transport = if sequential { Transport::Sequential } else { Transport::Broadcast };
    protocol.ballots = draw.pick(Knob::Ballots, &[Ballots::PastHighest, Ballots::PastSeen, Ballots::Lab]);
    protocol.rejection = if draw.has(Knob::Rejection, 33) { Rejection::Silent } else { Rejection::Nack };
    protocol.repeated = if draw.has(Knob::Repeated, 33) { Repeated::Reject } else { Repeated::Answer };
    let ways = [GiveUp::FirstReject, GiveUp::QuorumImpossible, GiveUp::TimeoutOnly, GiveUp::AllReplies];
    protocol.give_up = draw.pick(Knob::GiveUp, &ways[..if sequential { 4 } else { 3 }]);
    if sequential && draw.has(Knob::Advance, 50) {
        protocol.advance = Advance::AllReplies;
    }
    protocol.retry = retry(draw);
    let limits = [Some(2), Some(4), Some(8), None];
    protocol.max_attempts = draw.pick(Knob::MaxAttempts, &limits);
    // A time-out must end what silence would leave waiting; without one the run would be over too soon.
    let is_mute = protocol.rejection == Rejection::Silent || protocol.give_up == GiveUp::TimeoutOnly;
    if draw.has(Knob::PhaseTimeout, if is_mute { 90 } else { 40 }) {
        protocol.phase_timeout = Some(ms(draw.one_of(Knob::PhaseTimeout, 1, &[1, 4, 12, 40])));
    }
    if draw.has(Knob::AttemptTimeout, 25) {
        protocol.attempt_timeout = Some(ms(draw.one_of(Knob::AttemptTimeout, 1, &[3, 15, 60])));
    }
    if sequential && draw.has(Knob::RpcTimeout, 60) {
        protocol.rpc_timeout = Some(ms(draw.one_of(Knob::RpcTimeout, 1, &[2, 10, 30])));
    }
    protocol.local_preemption = draw.has(Knob::LocalPreemption, 20);
    protocol.announce = draw.has(Knob::Announce, 40);
    if draw.has(Knob::OwnMessages, 30) {
        protocol.own_messages = OwnMessages::Network;
    }
    scenario.run = Run {
        horizon: ms(600),
        stop: draw.pick(Knob::Stop, &[Stop::Quiescent, Stop::Quiescent, Stop::Answered, Stop::Chosen]),
        ties: if draw.has(Knob::Ties, 30) { Ties::Fifo } else { Ties::Seeded },
        max_events: 400,
        ..Run::default()
    };
}

/// Sizes that just intersect, or by one more; small quorums of promises are as likely as all others together, for they
/// are where two proposers need not meet in phase 1.
fn quorums(draw: &mut Draw, nodes: u8) -> QuorumSizes {
    let most = if draw.flip(Knob::Quorum, 3) { nodes / 2 } else { nodes };
    let prepare = 1 + draw.below(Knob::Quorum, 1, u64::from(most)) as u8;
    let slack = draw.flip(Knob::Quorum, 2) as u8;
    QuorumSizes { prepare, accept: (nodes + 1 - prepare + slack).min(nodes) }
}

fn retry(draw: &mut Draw) -> Retry {
    match draw.below(Knob::Retry, 0, 8) {
        0 => Retry::None,
        1 => Retry::Fixed(RetryFixed { delay: ms(0) }),
        2 => Retry::Fixed(RetryFixed { delay: ms(5) }),
        3 | 4 => Retry::Uniform(RetryUniform { max: ms(draw.one_of(Knob::Retry, 1, &[5, 20])) }),
        5 => Retry::Exponential(RetryExponential { mean: ms(5) }),
        _ => Retry::Backoff(RetryBackoff { base: ms(2), cap: ms(40) }),
    }
}
