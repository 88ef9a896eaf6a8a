//! Situations at the instant of a choice, and at the end of a run.

use super::history::History;
use super::{On, Situation};
use crate::trace::{BallotId, Event, SubmissionId};

/// The ballot and the value of the vote that has just completed a quorum.
fn choice(h: &History, event: &Event) -> Option<(BallotId, SubmissionId)> {
    match *event {
        Event::Voted { node, ballot, value } if h.is_choice(node, ballot) => Some((ballot, value)),
        _ => None,
    }
}

macro_rules! at_choice {
    ($name:literal $about:literal $h:ident $ballot:ident $value:ident $holds:expr) => {
        Situation {
            name: $name,
            about: $about,
            on: On::Voted,
            holds: |$h, _, event| choice($h, event).is_some_and(|($ballot, $value)| $holds),
        }
    };
}

pub(super) const ALL: &[Situation] = &[
    at_choice!("chosen-by-overwritten-vote" "a value is chosen by votes of which one has been overwritten since"
    h ballot _value h.proposal(ballot).is_some_and(|proposal| {
        let voted = |node: usize| proposal.voters >> node & 1 != 0;
        (1..h.votes.len()).any(|node| voted(node) && h.votes[node].is_some_and(|(vote, _)| vote > ballot))
    })),
    at_choice!("chosen-under-higher-promise" "a value is chosen while an acceptor has promised a higher ballot"
        h ballot _value h.promised.iter().any(|&promised| promised > ballot)),
    at_choice!("chosen-with-two-in-flight" "a value is chosen while two proposers are in phase 2"
        h _ballot _value h.chosen.is_none() && h.seats.iter().filter(|seat| seat.phase == 2).count() > 1),
    at_choice!("chosen-in-anothers-ballot" "a value is first chosen in a ballot of another client's proposer"
        h ballot value h.chosen.is_none() && h.proposal(ballot).is_some_and(|it| h.owner(value) != Some(it.proposer))),
    at_choice!("chosen-after-its-attempt" "a value is chosen in a ballot whose attempt has been given up"
    h ballot _value h.proposal(ballot).is_some_and(|it| {
        let seat = h.seat(it.proposer);
        seat.ballot != ballot || seat.phase == 0
    })),
    at_choice!("chosen-after-long-duel" "a value is first chosen after five pre-emptions"
        h _ballot _value h.chosen.is_none() && h.preemptions >= 5),
    at_choice!("chosen-again" "a quorum votes for the chosen value in another ballot"
        h ballot _value h.chosen.is_some_and(|(first, _)| first != ballot)),
    at_choice!("chosen-under-higher-vote" "a quorum is completed in a ballot while an acceptor has voted in a higher one"
        h ballot _value h.votes.iter().flatten().any(|&(vote, _)| vote > ballot)),
    Situation {
        name: "ends-with-votes-and-no-choice",
        about: "a run ends with votes, and none of them chosen",
        on: On::Stopped,
        holds: |h, _, _| h.chosen.is_none() && h.votes.iter().any(Option::is_some),
    },
    Situation {
        name: "ends-with-different-votes",
        about: "a run ends with acceptors whose last votes are for different values",
        on: On::Stopped,
        holds: |h, _, _| {
            let mut votes = h.votes.iter().flatten().map(|&(_, value)| value);
            votes.next().is_some_and(|first| votes.any(|value| value != first))
        },
    },
];
