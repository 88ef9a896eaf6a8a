//! The progress check on histories made by hand: it refuses a bad one and passes its neighbours.

use synod::check::{Progress, Refused};
use synod::trace::{BallotId, Event, Kind, Message, MessageId, Observer, StopReason};

const LOW: BallotId = BallotId(1 << 8 | 1);
const HIGH: BallotId = BallotId(2 << 8 | 3);
const END: Event = Event::Stopped { reason: StopReason::Quiescent };

fn accept(node: u8, ballot: BallotId) -> Event {
    let id = MessageId { proposer: 0, attempt: 1, phase: 2, node, reply: false };
    let message = Message { id, kind: Kind::Accept, ballot, about: BallotId::NONE, value: Some(0) };
    Event::Delivered { message }
}

fn prepare(node: u8, ballot: BallotId) -> Event {
    let id = MessageId { proposer: 0, attempt: 1, phase: 1, node, reply: false };
    let message = Message { id, kind: Kind::Prepare, ballot, about: BallotId::NONE, value: None };
    Event::Delivered { message }
}

fn promised(node: u8, ballot: BallotId) -> Event {
    Event::Promised { node, ballot }
}

fn voted(node: u8, ballot: BallotId) -> Event {
    Event::Voted { node, ballot, value: 0 }
}

/// The history's event i happens at 10·(i + 1) ns.
fn judge(history: &[Event]) -> Option<Refused> {
    let mut progress = Progress::new(3);
    for (at_ns, event) in (10..).step_by(10).zip(history) {
        progress.on(at_ns, event);
    }
    progress.refused()
}

#[test]
fn an_accept_that_may_be_granted_must_be() {
    let refused = Some(Refused { kind: Kind::Accept, node: 2, ballot: LOW, at_ns: 20 });
    assert_eq!(
        judge(&[promised(2, LOW), accept(2, LOW), END]),
        refused,
        "the promise does not stand in its way"
    );
    assert_eq!(judge(&[promised(1, HIGH), accept(2, LOW), END]), refused, "nor does another node's");
    assert_eq!(judge(&[promised(2, LOW), accept(2, LOW), voted(1, LOW), END]), refused, "another node voted");
    assert_eq!(judge(&[promised(2, LOW), accept(2, LOW), voted(2, LOW), END]), None);
    assert_eq!(
        judge(&[END, accept(2, HIGH), promised(2, HIGH), voted(2, HIGH), END]),
        None,
        "it raises the promise"
    );
    assert_eq!(judge(&[promised(2, HIGH), accept(2, LOW), END]), None, "a higher promise is a reason");
    // The vote is there already: a second copy changes nothing.
    assert_eq!(judge(&[accept(2, LOW), voted(2, LOW), accept(2, LOW), END]), None);
}

#[test]
fn a_prepare_that_may_be_granted_must_be() {
    let same_round = BallotId(1 << 8 | 3);
    let refused = |ballot| Some(Refused { kind: Kind::Prepare, node: 2, ballot, at_ns: 20 });
    assert_eq!(
        judge(&[promised(2, LOW), prepare(2, same_round), END]),
        refused(same_round),
        "a higher node of the same round is a higher ballot"
    );
    assert_eq!(judge(&[END, prepare(2, LOW), promised(1, LOW), END]), refused(LOW), "another node promises");
    assert_eq!(judge(&[promised(2, LOW), prepare(2, HIGH), promised(2, HIGH), END]), None);
    assert_eq!(judge(&[promised(2, HIGH), prepare(2, LOW), END]), None, "a higher promise is a reason");
    // The very ballot that is promised may be promised again or refused: nothing changes in the acceptor.
    assert_eq!(judge(&[promised(2, LOW), prepare(2, LOW), END]), None);
    // An acceptor whose check and set are two steps answers later.
    let mut progress = Progress::of(3, &[Kind::Accept]);
    for event in [prepare(2, LOW), END, accept(3, LOW), END] {
        progress.on(5, &event);
    }
    assert_eq!(progress.refused().map(|it| it.kind), Some(Kind::Accept), "but accepts are held to it");
}

#[test]
fn a_cleared_check_knows_nothing_of_the_run_before() {
    let mut progress = Progress::new(3);
    for event in [promised(2, HIGH), accept(3, LOW), END] {
        progress.on(5, &event);
    }
    assert!(progress.refused().is_some());
    progress.clear();
    assert_eq!(progress.refused(), None);
    progress.on(5, &accept(2, LOW));
    progress.on(6, &END);
    assert_eq!(
        progress.refused(),
        Some(Refused { kind: Kind::Accept, node: 2, ballot: LOW, at_ns: 5 }),
        "the promise is forgotten"
    );
}
