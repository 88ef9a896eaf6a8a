//! Single runs small enough to be worked out by hand, one for each rule that no closed form touches.
//!
//! Absent on purpose: randomness; every delay is constant, and no two events that matter meet.

use crate::reference::{Ballot, Outcome, Reply, Sampler, Stopped, Verdict, reply_text, simulate};
use crate::support::build::*;
use synod::scenario::model::*;

const D: u64 = 10 * MS;

fn only(s: &Scenario) -> Outcome {
    simulate(s, &mut Sampler::new(s, 0))
}

fn alone(node: u8) -> Scenario {
    contest(3, &[(node, constant(0))], constant(D))
}

/// A alone in the lab, at node 1.
fn lab_alone() -> Scenario {
    let mut s = lab(constant(0), constant(D));
    s.proposer.pop();
    s
}

#[test]
fn a_run_that_stops_at_chosen_sends_no_answer_to_the_deciding_accept() {
    let mut s = alone(1);
    let o = only(&s);
    assert_eq!((o.chosen_at_ns, o.ended_at_ns, o.messages_sent), (Some(3 * D), 4 * D, 8));
    s.run.stop = Stop::Chosen;
    let o = only(&s);
    assert_eq!((o.verdict, o.ended_at_ns, o.messages_sent), (Verdict::Decided, 3 * D, 6));
    assert_eq!(o.clients[0].reply, Reply::None);
}

#[test]
fn an_accept_quorum_of_one_decides_at_the_own_vote_after_the_peers_are_sent_to() {
    let mut s = alone(1);
    s.cluster.quorum = Quorum::Sizes(QuorumSizes { prepare: 3, accept: 1 });
    s.run.stop = Stop::Chosen;
    let o = only(&s);
    assert_eq!((o.chosen_at_ns, o.messages_sent), (Some(2 * D), 6));
}

#[test]
fn the_lab_answers_in_its_own_words() {
    let mut s = lab_alone();
    let o = only(&s);
    let told = "Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientA";
    assert_eq!(reply_text(&s, &o, 0).as_deref(), Some(told));
    assert_eq!((o.ended_at_ns, o.messages_sent), (8 * D, 8), "it calls both peers in both phases");
    s.fault.push(unreachable(&[2, 3]));
    let o = only(&s);
    let told = "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).";
    assert_eq!(reply_text(&s, &o, 0).as_deref(), Some(told));
    assert_eq!((o.ended_at_ns, o.messages_sent, o.messages_lost), (0, 2, 2));
    assert_eq!((o.verdict, o.preemptions, o.timeouts), (Verdict::GaveUp, 0, 0));
}

#[test]
fn a_stale_counter_leaves_b_without_any_promise() {
    let mut s = lab(constant(0), constant(D));
    s.proposer[1].start = constant(10_000 * MS);
    s.submit.push(submit("A", "second", 3_000 * MS));
    let o = only(&s);
    let told = "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).";
    assert_eq!(reply_text(&s, &o, 1).as_deref(), Some(told));
    assert_eq!(o.clients[2].reply, Reply::Other(0), "A's second submission adopts its first");
    assert_eq!(o.clients[2].counter, 2);
    assert_eq!((o.verdict, o.preemptions, o.duel), (Verdict::Decided, 1, 0));
}

#[test]
fn a_submission_that_arrives_before_the_start_goes_first() {
    let mut s = alone(1);
    s.proposer[0].start = constant(5 * MS);
    s.submit.push(submit("A", "early", 0));
    let o = only(&s);
    assert_eq!((o.chosen, o.clients[1].at_ns), (Some(1), Some(4 * D)));
    assert_eq!((o.clients[0].reply, o.clients[0].at_ns), (Reply::Other(1), Some(8 * D)));
}

#[test]
fn a_lost_call_is_an_error_when_it_would_have_arrived_or_at_the_limit() {
    let mut s = lab_alone();
    s.network.loss = probability(1.0);
    for (limit, ends) in [(None, 2 * D), (Some(5 * D), 2 * D), (Some(D / 2), D)] {
        s.protocol.rpc_timeout = limit.map(ns);
        let o = only(&s);
        assert_eq!((o.verdict, o.ended_at_ns, o.timeouts), (Verdict::GaveUp, ends, 0), "{limit:?}");
    }
}

#[test]
fn without_a_time_out_a_broadcaster_waits_for_ever() {
    let mut s = alone(1);
    s.network.loss = probability(1.0);
    s.read.push(Read { node: 1, at: ns(D), every: Some(ns(D)), returns: ReadReturns::Accepted });
    let o = only(&s);
    assert_eq!((o.verdict, o.stopped, o.ended_at_ns), (Verdict::Blocked, Stopped::Quiescent, D));
    s.protocol.phase_timeout = Some(ns(D));
    s.protocol.retry = fixed(D);
    s.protocol.max_attempts = Some(3);
    let o = only(&s);
    assert_eq!((o.verdict, o.timeouts, o.attempts, o.ended_at_ns), (Verdict::GaveUp, 3, 3, 5 * D));
}

#[test]
fn silence_blocks_a_caller_who_has_no_limit() {
    let mut s = lab(constant(0), constant(D));
    s.protocol.rejection = Rejection::Silent;
    let o = only(&s);
    assert_eq!(o.verdict, Verdict::Starved);
    assert_eq!((o.clients[0].reply, o.winner), (Reply::None, Some(1)));
}

#[test]
fn a_proposer_on_no_node_has_an_id_above_all_and_calls_everybody() {
    let o = only(&alone(0));
    assert_eq!(o.acceptors[0].promised, Some(Ballot { round: 1, id: 4 }));
    assert_eq!((o.messages_sent, o.chosen_at_ns), (12, Some(3 * D)));
}

#[test]
fn reads_see_votes_before_they_are_chosen() {
    let mut s = alone(1);
    s.protocol.announce = true;
    s.run.stop = Stop::Quiescent;
    let read = |node, at_ns, returns| Read { node, at: ns(at_ns), every: None, returns };
    s.read = vec![
        read(1, 5 * D / 2, ReadReturns::Accepted),
        read(1, 7 * D / 2, ReadReturns::Learned),
        read(2, 9 * D / 2, ReadReturns::Learned),
        read(1, 9 * D / 2, ReadReturns::Learned),
        read(2, 11 * D / 2, ReadReturns::Learned),
    ];
    let o = only(&s);
    assert_eq!((o.unchosen_reads, o.stale_reads), (1, 2));
    assert_eq!((o.messages_sent, o.ended_at_ns), (10, 11 * D / 2));
}

#[test]
fn local_preemption_ends_an_attempt_at_once() {
    let mut s = contest(3, &[(1, constant(0)), (3, constant(D / 2))], constant(D));
    s.protocol.local_preemption = true;
    let o = only(&s);
    assert_eq!(o.clients[0].reply, Reply::Failed { phase: 1, count: 1 });
    assert_eq!(o.clients[0].at_ns, Some(3 * D / 2));
}
