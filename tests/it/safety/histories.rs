//! Bad histories, one for each way to break an invariant, with the good ones that differ from them in one event.
//!
//! Absent on purpose: any run; these are written by hand.

use synod::check::Invariant;
use synod::trace::{Answer, BallotId, Event, NodeId, SubmissionId};

/// A bad history and what is said of it.
pub struct Case {
    pub name: &'static str,
    /// What it breaks, and nothing else.
    pub invariant: Invariant,
    pub bad: Vec<Event>,
    /// The index of the event that breaks it.
    pub at: usize,
    /// The ballot that the violation names.
    pub ballot: BallotId,
    pub evidence: &'static str,
    pub good: Vec<Vec<Event>>,
}

pub fn ballot(round: u64, node: u8) -> BallotId {
    BallotId(round << 8 | u64::from(node))
}

/// Client i submits to proposer i.
pub fn submitted(submission: SubmissionId) -> Event {
    Event::Submitted { proposer: submission as u8, submission }
}

pub fn started(proposer: u8, attempt: u32, ballot: BallotId) -> Event {
    Event::Started { proposer, attempt, ballot }
}

pub fn proposed(ballot: BallotId, value: SubmissionId) -> Event {
    Event::Proposed { proposer: u8::from(ballot.node() == 3), ballot, value }
}

pub fn promised(node: NodeId, ballot: BallotId) -> Event {
    Event::Promised { node, ballot }
}

pub fn voted(node: NodeId, ballot: BallotId, value: SubmissionId) -> Event {
    Event::Voted { node, ballot, value }
}

fn learned(ballot: BallotId, value: SubmissionId) -> Event {
    Event::Learned { proposer: 0, ballot, value }
}

pub fn told(answer: Answer) -> Event {
    Event::Answered { proposer: 0, submission: 0, answer, counter: 1 }
}

/// The history with event `at` replaced.
fn with(history: &[Event], at: usize, event: Event) -> Vec<Event> {
    let mut history = history.to_vec();
    history[at] = event;
    history
}

/// The history without event `at`.
fn without(history: &[Event], at: usize) -> Vec<Event> {
    let mut history = history.to_vec();
    history.remove(at);
    history
}

/// In the order of reports.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![agreement(), never_submitted(), no_such_submission()];
    cases.extend(begun_twice());
    cases.extend(one_value_per_ballot());
    cases.extend(promises_kept());
    cases.push(proposal_safety());
    cases.extend(told_but_not_chosen());
    cases.extend(learned_but_not_chosen());
    cases
}

/// Ballot 1.1 is chosen for value 0, ballot 2.3 for value 1.
fn agreement() -> Case {
    let (low, high) = (ballot(1, 1), ballot(2, 3));
    let bad = vec![
        submitted(0),
        submitted(1),
        voted(1, low, 0),
        voted(2, low, 0),
        voted(2, high, 1),
        voted(3, high, 1),
    ];
    Case {
        name: "two ballots choose two values",
        invariant: Invariant::Agreement,
        at: 5,
        ballot: high,
        evidence: "value 1 is chosen, and value 0 was chosen in ballot 1.1",
        good: vec![
            without(&bad, 5),
            without(&bad, 2),
            with(&bad, 5, voted(3, ballot(3, 3), 1)),
            with(&bad, 5, voted(2, high, 1)),
        ],
        bad,
    }
}

fn never_submitted() -> Case {
    let one = ballot(1, 1);
    let bad = vec![submitted(0), voted(1, one, 1), voted(2, one, 1)];
    Case {
        name: "a value that nobody submitted",
        invariant: Invariant::Validity,
        at: 2,
        ballot: one,
        evidence: "value 1 is chosen and was never submitted",
        good: vec![with(&bad, 0, submitted(1)), without(&bad, 2)],
        bad,
    }
}

fn no_such_submission() -> Case {
    let one = ballot(1, 1);
    let bad = vec![submitted(0), voted(1, one, 7), voted(2, one, 7)];
    Case {
        name: "a value that nobody can submit",
        invariant: Invariant::Validity,
        at: 2,
        ballot: one,
        evidence: "value 7 is chosen and was never submitted",
        good: vec![without(&bad, 1)],
        bad,
    }
}

fn begun_twice() -> [Case; 2] {
    let (one, other) = (ballot(2, 1), ballot(1, 1));
    let case = |name, second, evidence| {
        let bad = vec![submitted(0), started(0, 1, one), second];
        Case {
            name,
            invariant: Invariant::BallotBegunOnce,
            at: 2,
            ballot: one,
            evidence,
            // A lower ballot is as good, if nobody has begun it.
            good: vec![
                with(&bad, 2, started(0, 2, other)),
                with(&bad, 1, started(1, 1, ballot(2, 3))),
                without(&bad, 1),
            ],
            bad,
        }
    };
    [
        case(
            "a proposer begins its ballot again",
            started(0, 2, one),
            "proposer 0 begins a ballot that was begun before",
        ),
        case(
            "two proposers begin one ballot",
            started(1, 1, one),
            "proposer 1 begins a ballot that was begun before",
        ),
    ]
}

fn one_value_per_ballot() -> [Case; 4] {
    let one = ballot(1, 1);
    let case = |name, second: Event, good: Event, evidence| {
        let bad = vec![submitted(0), submitted(1), proposed(one, 0), second];
        Case {
            name,
            invariant: Invariant::OneValuePerBallot,
            at: 3,
            ballot: one,
            evidence,
            good: vec![with(&bad, 3, good), without(&bad, 2)],
            bad,
        }
    };
    let vote_other = case(
        "a vote for another value than the ballot's",
        voted(2, one, 1),
        voted(2, one, 0),
        "value 1 beside value 0",
    );
    let propose_other = case(
        "a ballot that is proposed for two values",
        proposed(one, 1),
        proposed(ballot(1, 3), 1),
        "value 1 beside value 0",
    );
    let bad = vec![submitted(0), submitted(1), voted(1, one, 1), proposed(one, 0)];
    let voted_first = Case {
        name: "a proposal for another value than was voted for",
        invariant: Invariant::OneValuePerBallot,
        at: 3,
        ballot: one,
        evidence: "value 0 beside value 1",
        good: vec![with(&bad, 3, proposed(one, 1)), with(&bad, 2, voted(1, ballot(1, 3), 1))],
        bad,
    };
    let bad = vec![submitted(0), submitted(1), voted(1, one, 0), voted(2, one, 0), proposed(one, 1)];
    let chosen_already = Case {
        name: "a ballot that is proposed again once it has chosen",
        invariant: Invariant::OneValuePerBallot,
        at: 4,
        ballot: one,
        evidence: "value 1 beside value 0",
        good: vec![with(&bad, 4, proposed(one, 0)), without(&bad, 4)],
        bad,
    };
    [vote_other, propose_other, voted_first, chosen_already]
}

fn promises_kept() -> [Case; 3] {
    let (low, high) = (ballot(1, 1), ballot(2, 3));
    let case = |name, bad: Vec<Event>, ballot, evidence, good: &[Event]| Case {
        name,
        invariant: Invariant::PromisesKept,
        at: 1,
        ballot,
        evidence,
        good: good.iter().map(|&event| with(&bad, 1, event)).chain([without(&bad, 0)]).collect(),
        bad,
    };
    [
        case(
            "a promise that falls",
            vec![promised(1, high), promised(1, low)],
            low,
            "node 1 promises ballot 1.1 after ballot 2.3",
            &[promised(2, low), promised(1, ballot(3, 1))],
        ),
        case(
            "a promise given twice",
            vec![promised(1, high), promised(1, high)],
            high,
            "node 1 promises ballot 2.3 once more, by which it is bound already",
            &[promised(2, high)],
        ),
        case(
            "a vote below a promise",
            vec![promised(1, high), voted(1, low, 0)],
            low,
            "node 1 votes in ballot 1.1 after promising ballot 2.3",
            &[voted(2, low, 0), voted(1, high, 0), voted(1, ballot(3, 1), 0)],
        ),
    ]
}

/// Value 0 is chosen in ballot 2.1; a later ballot is proposed for value 1.
fn proposal_safety() -> Case {
    let (chosen, higher) = (ballot(2, 1), ballot(2, 3));
    let bad = vec![submitted(0), submitted(1), voted(1, chosen, 0), voted(2, chosen, 0), proposed(higher, 1)];
    Case {
        name: "a proposal against a chosen value",
        invariant: Invariant::ProposalSafety,
        at: 4,
        ballot: higher,
        evidence: "value 1 is proposed, and value 0 was chosen in ballot 2.1",
        good: vec![
            with(&bad, 4, proposed(higher, 0)),
            // Below the choice it contradicts nothing: no quorum can vote for it any more.
            with(&bad, 4, proposed(ballot(1, 3), 1)),
            without(&bad, 3),
        ],
        bad,
    }
}

fn told_but_not_chosen() -> [Case; 2] {
    let one = ballot(1, 1);
    let chosen = [submitted(0), submitted(1), voted(1, one, 0), voted(2, one, 0)];
    let case = |name, bad: Vec<Event>, evidence, good| Case {
        name,
        invariant: Invariant::ReportedImpliesChosen,
        at: bad.len() - 1,
        ballot: BallotId::NONE,
        evidence,
        good,
        bad,
    };
    let after = |history: &[Event], answer| [history, &[told(answer)]].concat();
    let right = after(&chosen, Answer::Succeeded { value: 0 });
    let failed = after(&chosen[..3], Answer::Failed { phase: 2, count: 1 });
    [
        case(
            "SUCCEEDED, one vote short of a quorum",
            after(&chosen[..3], Answer::Succeeded { value: 0 }),
            "a client is told that value 0 is chosen, and none is chosen",
            vec![right.clone(), failed],
        ),
        case(
            "SUCCEEDED with another value than is chosen",
            after(&chosen, Answer::Succeeded { value: 1 }),
            "a client is told that value 1 is chosen, and value 0 was chosen first",
            vec![right],
        ),
    ]
}

fn learned_but_not_chosen() -> [Case; 3] {
    let one = ballot(1, 1);
    let chosen = [submitted(0), submitted(1), voted(1, one, 0), voted(2, one, 0)];
    let case = |name, before: &[Event], event: Event, ballot, evidence, right: Event| Case {
        name,
        invariant: Invariant::LearnedImpliesChosen,
        bad: [before, &[event]].concat(),
        at: before.len(),
        ballot,
        evidence,
        good: vec![[&chosen[..], &[right]].concat()],
    };
    [
        case(
            "a proposer learns one vote too early",
            &chosen[..3],
            learned(one, 0),
            one,
            "value 0 is learned, and none is chosen",
            learned(one, 0),
        ),
        case(
            "a proposer learns another value",
            &chosen,
            learned(one, 1),
            one,
            "value 1 is learned, and value 0 was chosen first",
            learned(one, 0),
        ),
        case(
            "a node learns another value",
            &chosen,
            Event::NodeLearned { node: 2, value: 1 },
            BallotId::NONE,
            "value 1 is learned, and value 0 was chosen first",
            Event::NodeLearned { node: 2, value: 0 },
        ),
    ]
}
