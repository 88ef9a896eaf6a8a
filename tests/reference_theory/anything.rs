//! Every knob at once, at random: nothing panics, safe quorums agree, and the counters add up.
//!
//! Absent on purpose: expected values; the combinations are what no closed form reaches.

use synod::scenario::model::*;

use super::livelock::Points;
use super::reference::build::*;
use super::reference::measure::runs;
use super::reference::{Outcome, Reply, Sampler, Verdict, simulate, unsupported};

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

fn anything(p: &mut Points) -> Scenario {
    let nodes = p.pick(&[1, 2, 3, 5]);
    let homes: Vec<_> =
        (0..1 + p.below(4)).map(|_| (p.below(u64::from(nodes) + 1) as u8, delay(p))).collect();
    let mut s = contest(nodes, &homes, delay(p));
    s.cluster.quorum = quorum(p, nodes);
    s.network.loss = probability(p.pick(&[0.0, 0.0, 0.1, 0.5]));
    let sequential = p.pick(&[true, false]);
    let k = &mut s.protocol;
    k.ballots = p.pick(&[Ballots::PastHighest, Ballots::PastSeen, Ballots::Lab]);
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
    k.rpc_timeout = maybe(p, 20 * MS);
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

/// What must hold of any outcome.
fn adds_up(s: &Scenario, o: &Outcome) {
    assert!(o.messages_lost <= o.messages_sent && o.duel <= o.preemptions, "{o:?} {s:?}");
    assert!(o.preemptions + o.timeouts <= o.attempts, "{o:?} {s:?}");
    assert!(o.events <= s.run.max_events && o.ended_at_ns <= s.run.horizon.ns(), "{o:?} {s:?}");
    assert_eq!(o.chosen.is_some(), o.chosen_at_ns.is_some());
    assert_eq!(o.chosen.is_some(), matches!(o.verdict, Verdict::Decided | Verdict::Starved), "{o:?} {s:?}");
    for (submission, client) in o.clients.iter().enumerate() {
        match client.reply {
            Reply::Own => assert_eq!(o.chosen, Some(submission), "{o:?} {s:?}"),
            Reply::Other(value) => assert_eq!(o.chosen, Some(value), "{o:?} {s:?}"),
            Reply::Failed { .. } | Reply::None => {}
        }
    }
}

#[test]
fn any_knobs_agree_and_add_up() {
    let mut points = Points(1);
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..runs(0.5) {
        let s = anything(&mut points);
        assert_eq!(unsupported(&s), None);
        let o = simulate(&s, &mut Sampler::new(&s, seed));
        assert_eq!(o.agreement_violations, 0, "{o:?} {s:?}");
        adds_up(&s, &o);
        assert_eq!(o, simulate(&s, &mut Sampler::new(&s, seed)), "a run is a function of its seed");
        seen.insert(o.verdict);
    }
    assert_eq!(seen.len(), 5, "every verdict is reached: {seen:?}");
}

/// The checker can fail: quorums that do not intersect choose two values.
#[test]
fn quorums_that_do_not_intersect_disagree() {
    let mut s = contest(3, &[(1, constant(0)), (3, constant(0))], constant(10 * MS));
    s.cluster.unsafe_ = true;
    s.cluster.quorum = Quorum::Sizes(QuorumSizes { prepare: 1, accept: 1 });
    let o = simulate(&s, &mut Sampler::new(&s, 0));
    assert_eq!((o.agreement_violations, o.chosen), (1, Some(0)));
}
