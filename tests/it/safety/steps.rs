//! The checks of what a step rests on: a good history, and what is said when one event of it is changed.

use synod::check::{Audit, Invariant, Roles};
use synod::trace::{BallotId, Event, Kind, Message, MessageId, NodeId, Observer, ProposerId, SubmissionId};

use super::histories::{ballot, promised, started, submitted, voted};

const LOW: BallotId = BallotId(1 << 8 | 1);
const HIGH: BallotId = BallotId(2 << 8 | 3);
type Vote = Option<(BallotId, SubmissionId)>;

/// Proposer 0 lives on node 1, proposer 1 on node 3; each asks its own acceptor by a direct call.
fn audit() -> Audit {
    let (nodes, prepare_quorum, accept_quorum) = (3, 2, 2);
    Audit::new(Roles {
        nodes,
        prepare_quorum,
        accept_quorum,
        homes: vec![1, 3],
        own_instant: true,
        foreign: false,
        blocking: true,
    })
}

fn reply(proposer: ProposerId, phase: u8, node: NodeId, kind: Kind, about: Vote) -> Message {
    let id = MessageId { proposer, attempt: 1, phase, node, reply: true };
    let (about, value) = about.map_or((BallotId::NONE, None), |(ballot, value)| (ballot, Some(value)));
    Message { id, kind, ballot: if proposer == 0 { LOW } else { HIGH }, about, value }
}

fn promise(proposer: ProposerId, node: NodeId, vote: Vote) -> Message {
    reply(proposer, 1, node, Kind::Promise, vote)
}

fn accepted(proposer: ProposerId, node: NodeId) -> Message {
    reply(proposer, 2, node, Kind::Accepted, None)
}

fn reject(proposer: ProposerId, node: NodeId, about: BallotId) -> Message {
    Message { about, ..reply(proposer, 1, node, Kind::Reject, None) }
}

fn sent(message: Message) -> Event {
    Event::Sent { message, delay_ns: 1, lost: false }
}

fn heard(message: Message) -> Event {
    Event::Delivered { message }
}

fn proposed(proposer: ProposerId, ballot: BallotId, value: SubmissionId) -> Event {
    Event::Proposed { proposer, ballot, value }
}

/// A's value has a vote when B begins; B hears of it and adopts it; A's value is chosen in both ballots.
fn good() -> Vec<Event> {
    vec![
        submitted(0),
        submitted(1),
        started(0, 1, LOW),
        promised(1, LOW),
        promised(2, LOW),
        sent(promise(0, 2, None)),
        heard(promise(0, 2, None)),
        proposed(0, LOW, 0),
        voted(1, LOW, 0),
        started(1, 1, HIGH),
        promised(3, HIGH),
        promised(1, HIGH),
        sent(promise(1, 1, Some((LOW, 0)))),
        heard(promise(1, 1, Some((LOW, 0)))),
        proposed(1, HIGH, 0),
        voted(3, HIGH, 0),
        voted(2, LOW, 0),
        sent(accepted(0, 2)),
        heard(accepted(0, 2)),
        Event::Learned { proposer: 0, ballot: LOW, value: 0 },
        sent(reject(0, 3, HIGH)),
    ]
}

/// What is broken: by which event, and how.
fn broken(history: &[Event]) -> Vec<(Invariant, u64, String)> {
    let mut audit = audit();
    for run in 0..2 {
        // The second time it must know nothing of the first.
        audit.clear();
        for (at, event) in (0..).zip(history) {
            audit.on(at, event);
        }
        assert_eq!(audit.violated().is_empty(), audit.violations().is_empty(), "run {run}");
    }
    let one = |it: &synod::check::Violation| (it.invariant, it.at_ns, it.evidence.to_string());
    audit.violations().iter().map(one).collect()
}

/// What is broken where event `at` is another, or is missing.
fn with(at: usize, event: Option<Event>) -> Vec<(Invariant, u64, String)> {
    let mut history = good();
    match event {
        Some(event) => history[at] = event,
        None => _ = history.remove(at),
    }
    broken(&history)
}

#[test]
fn a_good_history_breaks_nothing() {
    assert_eq!(broken(&good()), []);
    // An acceptor may promise again the very ballot that it has promised, with its vote as it stands, or refuse it.
    for again in [promise(1, 3, Some((HIGH, 0))), reject(1, 3, HIGH)] {
        let mut history = good();
        history.push(sent(again));
        assert_eq!(broken(&history), []);
    }
}

#[test]
fn every_step_without_what_it_rests_on_is_seen() {
    use Invariant::{AdoptionRule, QuorumBehindStep, RepliesTrue, SafeAt, VoteWasProposed};
    let seen = |found: Vec<(Invariant, u64, String)>, expected: &[(Invariant, u64, &str)]| {
        let found: Vec<_> = found.iter().map(|(it, at, told)| (*it, *at, told.as_str())).collect();
        assert_eq!(found, expected);
    };
    seen(with(6, None), &[(QuorumBehindStep, 6, "proposer 0 goes on to phase 2 with 1 promises of 2")]);
    seen(with(18, None), &[(QuorumBehindStep, 18, "proposer 0 succeeds with 1 accepteds of 2")]);
    seen(
        with(4, None),
        &[
            (RepliesTrue, 4, "node 2 answers that it promises, and it has promised nothing"),
            (
                SafeAt,
                6,
                "value 0 is proposed, and 2 acceptors, enough to choose, are bound by no ballot as high",
            ),
        ],
    );
    seen(
        with(12, Some(sent(promise(1, 1, None)))),
        &[(RepliesTrue, 12, "node 1 reports no vote, and it has cast a vote in ballot 1.1 for value 0")],
    );
    seen(
        with(16, None),
        &[(RepliesTrue, 16, "node 2 answers accepted, and it has not voted in this ballot")],
    );
    seen(
        with(20, Some(sent(reject(0, 3, ballot(9, 1))))),
        &[(RepliesTrue, 20, "node 3 rejects by a promise of ballot 9.1, and it has promised ballot 2.3")],
    );
    seen(
        with(14, Some(proposed(1, HIGH, 1)))[..2].to_vec(),
        &[
            (
                AdoptionRule,
                14,
                "proposer 1 proposes value 1, and the highest vote that it has heard of, in ballot 1.1, is for value 0",
            ),
            (SafeAt, 14, "value 1 is proposed, and another can still be chosen in the lower ballot 1.1"),
        ],
    );
    seen(
        with(7, Some(proposed(0, LOW, 1)))[..1].to_vec(),
        &[(
            AdoptionRule,
            7,
            "proposer 0 proposes value 1, which no promise has reported and its client has not asked for",
        )],
    );
    let mut votes_alone = good();
    votes_alone.truncate(8);
    votes_alone.push(voted(1, LOW, 1));
    seen(
        broken(&votes_alone),
        &[(VoteWasProposed, 8, "node 1 votes for value 1, which nobody has proposed in this ballot")],
    );
    votes_alone[7] = voted(1, LOW, 0);
    votes_alone.truncate(8);
    seen(
        broken(&votes_alone),
        &[(VoteWasProposed, 7, "node 1 votes for value 0, which nobody has proposed in this ballot")],
    );
}

/// A blocking caller hears nothing of a call that has failed: what arrives of it later is no promise.
#[test]
fn what_answers_a_failed_call_is_not_heard() {
    let mut history = good();
    history.insert(6, Event::CallFailed { proposer: 0, node: 2, phase: 1 });
    assert_eq!(broken(&history)[0].0, Invariant::QuorumBehindStep);
    // A first answer ends a call as well.
    history[6] = heard(reject(0, 2, HIGH));
    assert_eq!(broken(&history)[0].0, Invariant::QuorumBehindStep);
    // Another phase's call is another.
    history[6] = Event::CallFailed { proposer: 0, node: 2, phase: 2 };
    assert_eq!(broken(&history), []);
}

/// Nothing is chosen yet, but the votes of a lower ballot can still become a quorum: far more than to compare with what is
/// chosen.
#[test]
fn a_proposal_is_safe_only_when_no_other_value_can_be_chosen_below() {
    let history = |value| {
        let mut history = good();
        history.truncate(14);
        history.push(proposed(1, HIGH, value));
        broken(&history).into_iter().map(|(it, ..)| it).collect::<Vec<_>>()
    };
    assert!(history(1).contains(&Invariant::SafeAt));
    assert_eq!(history(0), []);
    // Once node 2 has promised more, the vote of node 1 can never be one of a quorum.
    let mut closed = good();
    closed.truncate(14);
    closed.push(promised(2, HIGH));
    closed.push(proposed(1, HIGH, 1));
    assert!(broken(&closed).iter().all(|(it, ..)| *it != Invariant::SafeAt), "{:?}", broken(&closed));
}
