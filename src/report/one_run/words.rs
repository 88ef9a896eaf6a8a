//! Messages and deviations as parts of sentences.
//!
//! Absent on purpose: the sentences. Names from a scenario are escaped for a terminal here.

use super::{RunView, ms};
use crate::run::{Change, Place, Subject};
use crate::scenario::printable;
use crate::trace::{BallotId, Event, Kind, Message, MessageId};

impl RunView<'_> {
    /// A proposer's name, for a terminal.
    pub(super) fn who(&self, proposer: u8) -> String {
        printable(self.name(proposer))
    }

    /// Who wins, as a sentence needs it.
    pub(super) fn winner(&self, winner: Option<u8>) -> String {
        winner.map_or_else(|| "nobody".to_owned(), |winner| self.who(winner))
    }

    /// `A's prepare 1.1`, `node 2's promise of 1.1 to A`.
    pub(super) fn phrase(&self, message: &Message) -> String {
        let (node, ballot) = (message.id.node, self.ballot(message.ballot));
        if message.kind == Kind::Other || message.id.phase > 3 {
            let (from, to) =
                message.id.ends(|p| self.scenario.proposer.get(usize::from(p)).map_or(0, |it| it.node));
            return format!("a message of node {from} to node {to}");
        }
        let who = self.who(message.id.proposer);
        match message.kind {
            Kind::Prepare => format!("{who}'s prepare {ballot}"),
            Kind::Accept => format!("{who}'s accept {ballot}"),
            Kind::Announce => format!("{who}'s announcement of {ballot}"),
            Kind::Promise => format!("node {node}'s promise of {ballot}"),
            Kind::Accepted => format!("node {node}'s vote in {ballot}"),
            Kind::Reject => format!("node {node}'s rejection of {ballot}"),
            Kind::Other => String::new(),
        }
    }

    /// Where a message goes: `node 2`, or the proposer.
    pub(super) fn destination(&self, id: MessageId) -> String {
        if id.reply && id.phase <= 3 { self.who(id.proposer) } else { self.place(id) }
    }

    /// Where a message is handled, with others that it can meet there.
    pub(super) fn place(&self, id: MessageId) -> String {
        match Place::of(self.scenario, id) {
            Place::Node(node) => format!("node {node}"),
            Place::Proposer(proposer) => self.who(proposer),
        }
    }

    /// The message of this name in the run, or what is known of it without.
    pub(super) fn named(&self, id: MessageId) -> String {
        let sent = self.record.events.iter().find_map(|(_, event)| match event {
            Event::Sent { message, .. } if message.id == id => Some(self.phrase(message)),
            _ => None,
        });
        let kind = match (id.phase, id.reply) {
            (1, false) => Kind::Prepare,
            (1, true) => Kind::Promise,
            (2, false) => Kind::Accept,
            (2, true) => Kind::Accepted,
            (3, _) => Kind::Announce,
            _ => Kind::Other,
        };
        let unsent = || {
            let message = Message { id, kind, ballot: BallotId::NONE, about: BallotId::NONE, value: None };
            self.phrase(&message).replace(&self.ballot(BallotId::NONE), &format!("attempt {}", id.attempt))
        };
        sent.unwrap_or_else(unsent)
    }

    /// A deviation as a sentence without its end.
    pub(super) fn told(&self, subject: Subject, change: Change) -> String {
        let times = |nth: u32| if nth > 1 { format!(", sent for the {nth}. time,") } else { String::new() };
        match (subject, change) {
            (Subject::Ties, _) => "ties are broken by the seed's draws".to_owned(),
            (Subject::Faults, _) => "the scenario's faults happen".to_owned(),
            (Subject::Start(p), Change::Takes(ns)) => format!("{} starts at {}", self.who(p), ms(ns)),
            (Subject::Wait(p, attempt), Change::Takes(ns)) => {
                format!("{} waits {} after its attempt {attempt}", self.who(p), ms(ns))
            }
            (Subject::Arrival(id, _), _) => {
                let (message, place) = (self.named(id), self.place(id));
                format!("{message} to {} is handled after the next message at {place}", self.destination(id))
            }
            (Subject::Copy(id, nth), Change::Takes(ns)) => {
                let to = self.destination(id);
                format!("{} to {to}{} is doubled; the copy takes {}", self.named(id), times(nth), ms(ns))
            }
            (Subject::Fate(id, nth), change) => {
                let head = format!("{} to {}{}", self.named(id), self.destination(id), times(nth));
                match change {
                    Change::Takes(ns) => format!("{head} takes {}", ms(ns)),
                    Change::Kept => format!("{head} is not lost"),
                    Change::LostAfter(ns) => format!("{head} is lost, which shows after {}", ms(ns)),
                    _ => format!("{head} is lost"),
                }
            }
            _ => String::new(),
        }
    }
}
