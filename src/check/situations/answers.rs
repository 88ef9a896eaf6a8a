//! Situations at proposers: what an answer finds.

use super::history::{History, Seat};
use super::{On, Situation};
use crate::trace::{Event, Message};

/// A message that has just arrived, and the proposer that it arrives at.
fn met<'h>(h: &'h History, event: &'h Event) -> Option<(&'h Seat, &'h Message)> {
    let Event::Delivered { message } = event else { return None };
    Some((h.seat(message.id.proposer), message))
}

macro_rules! at_proposer {
    ($on:ident $name:literal $about:literal $h:ident $seat:ident $m:ident $holds:expr) => {
        Situation {
            name: $name,
            about: $about,
            on: On::$on,
            holds: |$h, _, event| met($h, event).is_some_and(|($seat, $m)| $holds),
        }
    };
}

pub(super) const ALL: &[Situation] = &[
    at_proposer!(Promise "stale-promise" "a promise arrives after its proposer has begun a newer ballot"
        _h seat m seat.ballot > m.ballot),
    at_proposer!(Promise "stale-promise-in-phase-one" "a promise of an older ballot arrives while the newer one waits for promises"
        _h seat m seat.ballot > m.ballot && seat.phase == 1),
    at_proposer!(Promise "late-promise" "a promise arrives after phase 2 of its ballot has begun"
        _h seat m seat.ballot == m.ballot && seat.phase == 2),
    at_proposer!(Promise "late-promise-with-newer-vote" "a late promise reports a vote that would have changed the proposal"
        _h seat m seat.ballot == m.ballot && seat.phase == 2
            && m.value.is_some_and(|value| value != seat.proposal)
            && seat.reported.is_none_or(|(ballot, _)| m.about > ballot)),
    at_proposer!(Promise "promise-after-end" "a promise arrives after its attempt has ended and before the next"
        _h seat m seat.ballot == m.ballot && seat.phase == 0),
    at_proposer!(Promise "votes-differ" "two promises of one ballot report votes for different values"
        _h seat m seat.ballot == m.ballot && seat.phase == 1
            && seat.reported.is_some_and(|(_, value)| m.value.is_some_and(|other| other != value))),
    at_proposer!(Promise "lower-vote-comes-later" "a promise reports a lower vote for another value than one before it"
        _h seat m seat.ballot == m.ballot && seat.phase == 1
            && seat.reported.is_some_and(|(ballot, value)| m.about < ballot && m.value.is_some_and(|other| other != value))),
    at_proposer!(Promise "promise-reports-chosen" "a promise reports a vote in the ballot in which a value was chosen"
        h _seat m m.value.is_some() && h.chosen.is_some_and(|(ballot, _)| ballot == m.about)),
    at_proposer!(Accepted "stale-accepted" "an accepted arrives after its proposer has begun a newer ballot"
        _h seat m seat.ballot > m.ballot),
    at_proposer!(Accepted "stale-accepted-in-phase-two" "an accepted of an older ballot arrives while the newer one waits for accepteds"
        _h seat m seat.ballot > m.ballot && seat.phase == 2),
    at_proposer!(Accepted "accepted-after-end" "an accepted arrives after its attempt has ended and before the next"
        _h seat m seat.ballot == m.ballot && seat.phase == 0),
    at_proposer!(Reject "late-reject" "a rejection of phase 1 arrives in phase 2 of the same ballot"
        _h seat m seat.ballot == m.ballot && seat.phase == 2 && m.id.phase == 1),
    at_proposer!(Reject "stale-reject" "a rejection arrives after its proposer has begun a newer ballot"
        _h seat m seat.ballot > m.ballot),
    at_proposer!(Reject "reject-of-chosen-ballot" "a rejection of the ballot in which a value was chosen"
        h _seat m h.chosen.is_some_and(|(ballot, _)| ballot == m.ballot)),
];
