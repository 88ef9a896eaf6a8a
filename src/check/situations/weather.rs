//! Situations that faults and duplicates make: who crashes when, and what still arrives.

use super::history::{History, Seat};
use super::{On, Situation};
use crate::trace::{Event, Loss, Message};

/// A message that has just arrived, and the proposer on whose behalf it travels.
fn met<'h>(h: &'h History, event: &'h Event) -> Option<(&'h Seat, &'h Message)> {
    let Event::Delivered { message } = event else { return None };
    Some((h.seat(message.id.proposer), message))
}

macro_rules! second_copy {
    ($on:ident $name:literal $about:literal $h:ident $seat:ident $m:ident $holds:expr) => {
        Situation {
            name: $name,
            about: $about,
            on: On::$on,
            holds: |$h, _, event| met($h, event).is_some_and(|($seat, $m)| $h.has_arrived($m.id) && $holds),
        }
    };
}

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
    second_copy!(Promise "duplicate-promise" "a promise arrives twice in its phase"
        _h seat m seat.ballot == m.ballot && seat.phase == 1),
    second_copy!(Accepted "duplicate-accepted" "an accepted arrives twice in its phase"
        _h seat m seat.ballot == m.ballot && seat.phase == 2),
    second_copy!(Accept "duplicate-accept-after-newer-promise" "a second copy of an accept comes after the acceptor has promised a higher ballot"
        h _seat m h.promise_of(m.id.node) > m.ballot),
    second_copy!(Prepare "duplicate-prepare-of-dead-attempt" "a second copy of a prepare comes after its attempt has ended"
        _h seat m seat.ballot != m.ballot || seat.phase == 0),
    when!(Crashed "crash-between-promise-and-accept" "an acceptor crashes that has promised a running attempt and not voted in it"
    h Event::Crashed { node } => {
        let promised = h.promise_of(node);
        let bare = h.vote_of(node).is_none_or(|(ballot, _)| ballot < promised);
        bare && h.seats.iter().any(|seat| seat.phase != 0 && seat.ballot == promised)
    }),
    when!(Crashed "crash-after-vote" "an acceptor crashes that has voted in a running attempt"
    h Event::Crashed { node } => h.vote_of(node).is_some_and(|(ballot, _)| {
        h.seats.iter().any(|seat| seat.phase != 0 && seat.ballot == ballot)
    })),
    when!(Crashed "majority-down" "half of the nodes or more are down at once"
        h Event::Crashed { node } => 2 * (h.down | 1 << node).count_ones() as usize >= h.votes.len() - 1),
    when!(Voted "vote-after-restart" "an acceptor that was down votes"
        h Event::Voted { node, .. } => h.restarted >> node & 1 != 0),
    when!(Promised "promise-after-restart" "an acceptor that was down and had voted promises"
        h Event::Promised { node, .. } => h.restarted >> node & 1 != 0 && h.vote_of(node).is_some()),
    when!(Aborted "proposer-crashes-in-phase-two" "a proposer crashes in phase 2"
        h Event::Aborted { proposer, .. } => h.seat(proposer).phase == 2),
    when!(Aborted "proposer-crashes-unaware" "a proposer crashes in phase 2 when its ballot has chosen its value"
    h Event::Aborted { proposer, .. } => {
        let seat = h.seat(proposer);
        seat.phase == 2 && h.chosen.is_some_and(|(ballot, _)| ballot == seat.ballot)
    }),
    when!(Proposed "proposal-after-restart" "a proposer that has crashed proposes again"
        h Event::Proposed { proposer, .. } => h.seat(proposer).has_crashed),
    when!(Dropped "accept-meets-crashed-node" "an accept reaches a node that is down"
        _h Event::Dropped { ref message, why: Loss::Down, .. } => message.kind == crate::trace::Kind::Accept),
    when!(Dropped "answer-meets-cut" "an answer meets a link that was cut while it was under way"
        _h Event::Dropped { ref message, why: Loss::Cut, .. } => message.id.reply),
    when!(Voted "choice-during-cut" "a value is chosen while links are cut"
        h Event::Voted { node, ballot, .. } => h.cut_senders != 0 && h.is_choice(node, ballot)),
    when!(Voted "choice-with-node-down" "a value is chosen while a node is down"
        h Event::Voted { node, ballot, .. } => h.down != 0 && h.is_choice(node, ballot)),
    when!(Queued "answer-waits" "an answer waits for a proposer whose node stands still or is busy"
        _h Event::Queued { ref message } => message.id.reply),
    when!(Queued "accept-waits" "an accept waits for a node that stands still or is busy"
        _h Event::Queued { ref message } => message.kind == crate::trace::Kind::Accept),
];
