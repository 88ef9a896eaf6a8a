//! Every knob at once, at random: scenarios that no closed form reaches.
//!
//! Absent on purpose: what comes of them.

use synod::scenario::model::*;

use crate::support::build::*;

/// Random numbers for the points, apart from the runs' own.
pub struct Points(pub u64);

impl Points {
    pub fn below(&mut self, end: u64) -> u64 {
        // The constants of Knuth's MMIX; the high bits are good enough for picking points.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0) * u128::from(end)) >> 64) as u64
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// One of a few spans that like to coincide, 0 among them.
fn span(p: &mut Points) -> u64 {
    p.pick(&[0, 5, 10, 20, 45]) * MS
}

fn delay(p: &mut Points) -> Delay {
    let at = span(p);
    p.pick(&[0u8, 1, 2]).checked_sub(1).map_or(constant(at), |kind| match kind {
        0 => uniform(0, at + MS),
        _ => exponential(at + MS),
    })
}

fn maybe(p: &mut Points, at_ns: u64) -> Option<synod::scenario::units::Duration> {
    p.pick(&[None, Some(ns(at_ns))])
}

fn quorum(p: &mut Points, nodes: u8) -> Quorum {
    let accept = 1 + p.below(u64::from(nodes)) as u8;
    let prepare = nodes + 1 - accept;
    p.pick(&[Quorum::Majority, Quorum::Sizes(QuorumSizes { prepare, accept })])
}

pub fn anything(p: &mut Points) -> Scenario {
    let nodes = p.pick(&[1, 2, 3, 5]);
    let homes: Vec<_> =
        (0..1 + p.below(4)).map(|_| (p.below(u64::from(nodes) + 1) as u8, delay(p))).collect();
    let mut s = contest(nodes, &homes, delay(p));
    s.cluster.quorum = quorum(p, nodes);
    s.network.loss = probability(p.pick(&[0.0, 0.0, 0.1, 0.5]));
    let sequential = p.pick(&[true, false]);
    let k = &mut s.protocol;
    k.ballots = p.pick(&[Ballots::PastHighest, Ballots::PastSeen, Ballots::Lab]);
    k.repeated = p.pick(&[Repeated::Answer, Repeated::Reject]);
    k.rejection = p.pick(&[Rejection::Nack, Rejection::Nack, Rejection::Silent]);
    k.give_up = p.pick(&[GiveUp::FirstReject, GiveUp::QuorumImpossible, GiveUp::TimeoutOnly]);
    if sequential {
        k.transport = Transport::Sequential;
        k.give_up = p.pick(&[k.give_up, GiveUp::AllReplies]);
        k.advance = p.pick(&[Advance::Quorum, Advance::AllReplies]);
    }
    let b = RetryBackoff { base: ns(span(p)), cap: ns(100 * MS) };
    k.retry = p.pick(&[Retry::None, fixed(0), fixed(10 * MS), Retry::Backoff(b)]);
    k.max_attempts = p.pick(&[None, Some(1), Some(3)]);
    k.phase_timeout = maybe(p, 40 * MS);
    k.attempt_timeout = maybe(p, 60 * MS);
    k.rpc_timeout = maybe(p, 20 * MS).filter(|_| sequential);
    k.local_preemption = p.pick(&[true, false]);
    k.announce = p.pick(&[true, false]);
    k.own_messages = p.pick(&[OwnMessages::Instant, OwnMessages::Network]);
    s.run.stop = p.pick(&[Stop::Answered, Stop::Chosen, Stop::Quiescent]);
    s.run.ties = p.pick(&[Ties::Seeded, Ties::Fifo]);
    s.run.horizon = ns(1_000 * MS);
    s.run.max_events = p.pick(&[30, 3_000]);
    if p.pick(&[true, false]) {
        s.submit = vec![submit("A", "again", span(p)), submit("A", "and again", span(p))];
        s.read =
            vec![Read { node: 1, at: ns(span(p)), every: maybe(p, 7 * MS), returns: ReadReturns::Accepted }];
        s.fault = p.pick(&[true, false]).then(|| unreachable(&[nodes])).into_iter().collect();
    }
    s
}

/// Makes it one that may be run: `lab` ballots have ids up to 9.
pub fn allowed(mut s: Scenario) -> Scenario {
    let homeless = s.proposer.iter().filter(|proposer| proposer.node == 0).count();
    let highest = s.proposer.iter().map(|proposer| usize::from(proposer.node)).max().unwrap_or(0);
    let ids = if homeless > 0 { usize::from(s.cluster.nodes) + homeless } else { highest };
    if s.protocol.ballots == Ballots::Lab && ids > 9 {
        s.protocol.ballots = Ballots::PastSeen;
    }
    s
}
