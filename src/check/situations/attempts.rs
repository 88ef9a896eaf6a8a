//! Situations of attempts and of clients: how they begin, what they propose, how they end.

use super::{On, Situation};
use crate::trace::{Answer, Event, Failure};

macro_rules! when {
    ($on:ident $name:literal $about:literal $h:ident $event:pat => $holds:expr) => {
        Situation {
            name: $name,
            about: $about,
            on: On::$on,
            holds: |$h, _, event| match *event {
                $event => $holds,
                _ => false,
            },
        }
    };
}

pub(super) const ALL: &[Situation] = &[
    when!(Started "same-round" "two proposers' current ballots have one round, and the node decides"
        h Event::Started { proposer, ballot, .. } =>
            h.seats.iter().zip(0..).any(|(seat, p)| p != proposer && seat.ballot.round() == ballot.round())),
    when!(Started "fifth-attempt" "a proposer begins its fifth attempt"
        _h Event::Started { attempt, .. } => attempt >= 5),
    when!(Started "attempt-after-choice" "an attempt begins after a value was chosen"
        h Event::Started { .. } => h.chosen.is_some()),
    when!(Started "attempt-into-phase-two" "an attempt begins while another proposer is in phase 2"
        h Event::Started { .. } => h.seats.iter().any(|seat| seat.phase == 2)),
    when!(Proposed "value-adopted" "a proposer proposes another client's value"
        h Event::Proposed { proposer, value, .. } => h.owner(value) != Some(proposer)),
    when!(Proposed "own-vote-found-again" "a proposer finds its own value among the votes reported"
        h Event::Proposed { proposer, value, .. } =>
            h.owner(value) == Some(proposer) && h.seat(proposer).reported.is_some_and(|(_, vote)| vote == value)),
    when!(Proposed "minority-vote-unseen" "a proposer proposes its own value while an acceptor outside its quorum has voted for another"
        h Event::Proposed { proposer, value, .. } =>
            h.seat(proposer).reported.is_none() && h.votes.iter().flatten().any(|&(_, vote)| vote != value)),
    when!(Proposed "two-proposals-in-flight" "two proposers ask for votes for different values at once"
        h Event::Proposed { proposer, value, .. } =>
            h.seats.iter().zip(0..).any(|(seat, p)| p != proposer && seat.phase == 2 && seat.proposal != value)),
    when!(Proposed "proposal-after-choice" "a value is proposed after one was chosen"
        h Event::Proposed { .. } => h.chosen.is_some()),
    when!(Failed "phase-one-times-out" "phase 1 takes too long"
        _h Event::Failed { why: Failure::TimedOut, phase: 1, .. } => true),
    when!(Failed "phase-two-times-out" "phase 2 takes too long"
        _h Event::Failed { why: Failure::TimedOut, phase: 2, .. } => true),
    when!(Failed "times-out-though-chosen" "an attempt is given up although its ballot has chosen its value"
        h Event::Failed { proposer, .. } => h.chosen.is_some_and(|(ballot, _)| ballot == h.seat(proposer).ballot)),
    when!(Failed "locally-preempted" "the own node's acceptor goes on to a higher ballot"
        _h Event::Failed { why: Failure::LocallyPreempted, .. } => true),
    when!(Failed "rejected-in-phase-two" "an attempt is rejected in phase 2"
        _h Event::Failed { why: Failure::Rejected, phase: 2, .. } => true),
    when!(CallFailed "call-fails-in-phase-two" "a call of phase 2 comes back with an error"
        _h Event::CallFailed { phase: 2, .. } => true),
    when!(Answered "told-failed-though-chosen" "a client is told FAILED although its value is chosen"
        h Event::Answered { submission, answer: Answer::Failed { .. }, .. } =>
            h.chosen.is_some_and(|(_, value)| value == submission)),
    when!(Answered "told-anothers-value" "a client is told SUCCEEDED with another client's value"
        _h Event::Answered { submission, answer: Answer::Succeeded { value }, .. } => value != submission),
    when!(Read "unchosen-read" "a read returns what was accepted and is not chosen"
        h Event::Read { value: Some(value), .. } => h.chosen.is_none_or(|(_, chosen)| chosen != value)),
    when!(Read "stale-read" "a read does not return what is chosen"
        h Event::Read { value, .. } => h.chosen.is_some_and(|(_, chosen)| value != Some(chosen))),
];
