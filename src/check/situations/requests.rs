//! Situations at acceptors: what a prepare or an accept finds.

use super::history::History;
use super::{On, Situation};
use crate::trace::{BallotId, Event, Message};

/// A message that has just arrived.
fn arrived(event: &Event) -> Option<&Message> {
    if let Event::Delivered { message } = event { Some(message) } else { None }
}

macro_rules! at_acceptor {
    ($on:ident $name:literal $about:literal $h:ident $m:ident $holds:expr) => {
        Situation {
            name: $name,
            about: $about,
            on: On::$on,
            holds: |$h, _, event| arrived(event).is_some_and(|$m| $holds),
        }
    };
}

pub(super) const ALL: &[Situation] = &[
    at_acceptor!(Prepare "prepare-after-higher-promise" "a prepare finds a higher promise"
        h m h.promise_of(m.id.node) > m.ballot),
    at_acceptor!(Prepare "prepare-after-its-accept" "a prepare is overtaken by the accept of its own ballot"
        h m h.vote_of(m.id.node).is_some_and(|(ballot, _)| ballot == m.ballot)),
    at_acceptor!(Prepare "prepare-ends-bare-promise" "a prepare takes over an acceptor that promised and has not voted since"
        h m h.promise_of(m.id.node) < m.ballot && is_bare(h, m)),
    at_acceptor!(Prepare "prepare-meets-vote" "a prepare is promised by an acceptor that has voted"
        h m h.promise_of(m.id.node) < m.ballot && h.vote_of(m.id.node).is_some()),
    at_acceptor!(Prepare "prepare-after-choice" "a prepare is promised after a value was chosen"
        h m h.promise_of(m.id.node) < m.ballot && h.chosen.is_some()),
    at_acceptor!(Prepare "prepare-of-dead-attempt" "a prepare is promised though its attempt is over"
        h m h.promise_of(m.id.node) < m.ballot && is_over(h, m)),
    at_acceptor!(Accept "accept-after-higher-promise" "an accept finds a higher promise"
        h m h.promise_of(m.id.node) > m.ballot),
    at_acceptor!(Accept "accept-without-promise" "an accept reaches an acceptor that never promised its ballot"
        h m h.promise_of(m.id.node) < m.ballot),
    at_acceptor!(Accept "accept-after-newer-vote" "an accept reaches an acceptor that has voted in a higher ballot"
        h m h.vote_of(m.id.node).is_some_and(|(ballot, _)| ballot > m.ballot)),
    at_acceptor!(Accept "accept-of-dead-attempt" "an accept gets its vote though its attempt is over"
        h m h.promise_of(m.id.node) <= m.ballot && is_over(h, m)),
    at_acceptor!(Accept "accept-after-choice" "an accept gets its vote after a value was chosen in another ballot"
        h m h.promise_of(m.id.node) <= m.ballot && h.chosen.is_some_and(|(ballot, _)| ballot != m.ballot)),
    at_acceptor!(Accept "accept-renews-vote" "an accept finds a vote for the same value in a lower ballot"
        h m h.promise_of(m.id.node) <= m.ballot && h.vote_of(m.id.node).is_some_and(|(ballot, value)| ballot < m.ballot && Some(value) == m.value)),
    Situation {
        name: "minority-vote-overwritten",
        about: "an acceptor that has voted votes for another value",
        on: On::Voted,
        holds: |h, _, event| match *event {
            Event::Voted { node, value, .. } => h.vote_of(node).is_some_and(|(_, before)| before != value),
            _ => false,
        },
    },
    Situation {
        name: "tie",
        about: "accepts of two proposers, or an accept and something else, arrive in one instant",
        on: On::Accept,
        holds: |h, at_ns, event| {
            let other = |m: &Message| h.last_arrival.is_some_and(|(at, p)| at == at_ns && p != m.id.proposer);
            arrived(event).is_some_and(other)
        },
    },
    Situation {
        name: "tie-of-prepares",
        about: "a prepare arrives in one instant with a message of another proposer",
        on: On::Prepare,
        holds: |h, at_ns, event| {
            let other = |m: &Message| h.last_arrival.is_some_and(|(at, p)| at == at_ns && p != m.id.proposer);
            arrived(event).is_some_and(other)
        },
    },
    Situation {
        name: "accept-lost",
        about: "an accept is lost",
        on: On::Sent,
        holds: |_, _, event| matches!(event, Event::Sent { message, lost: true, .. } if message.kind == crate::trace::Kind::Accept),
    },
    Situation {
        name: "accepted-lost",
        about: "an acceptor has voted, and its accepted is lost",
        on: On::Sent,
        holds: |_, _, event| matches!(event, Event::Sent { message, lost: true, .. } if message.kind == crate::trace::Kind::Accepted),
    },
];

/// Whether the acceptor has promised something that it has not voted in.
fn is_bare(h: &History, m: &Message) -> bool {
    let promised = h.promise_of(m.id.node);
    promised != BallotId::NONE && h.vote_of(m.id.node).is_none_or(|(ballot, _)| ballot < promised)
}

/// Whether the attempt that sent the message has ended.
fn is_over(h: &History, m: &Message) -> bool {
    let seat = h.seat(m.id.proposer);
    seat.ballot != m.ballot || seat.phase == 0
}
