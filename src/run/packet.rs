//! A message in flight, in a few words of memory.

use crate::paxos::{Ballot, NodeId, Phase, Reply, Request, Value, Vote};
use crate::sim::Slot;
use crate::trace::{BallotId, Kind, Message, MessageId};

/// What arrives: the kinds of messages in the order of [`Kind`], and the error in place of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Cargo {
    #[default]
    Prepare,
    Promise,
    Accept,
    Accepted,
    Reject,
    Announce,
    /// The error that a sequential caller gets in place of a lost request or reply.
    Error,
}

/// A message (or the error in its place) on its way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packet {
    pub ballot: Ballot,
    /// Promise: the ballot of the reported vote. Reject: the promised ballot.
    pub about: Ballot,
    /// The random word that is the fate of the reply to this request: drawn with the request, so that no later
    /// event has to find it again.
    pub reply_word: u64,
    /// Scheduling number.
    pub order: u64,
    pub attempt: u32,
    pub value: Value,
    pub proposer: u8,
    /// The acceptor that it goes to or comes from.
    pub node: NodeId,
    pub cargo: Cargo,
    /// 1, 2; 3 for an announcement.
    pub phase: u8,
    /// Whether it is (or stands for) a reply.
    pub reply: bool,
}

impl Packet {
    /// The phase as the protocol names it.
    #[inline(always)]
    pub fn protocol_phase(&self) -> Phase {
        if self.phase == 1 { Phase::Prepare } else { Phase::Accept }
    }

    /// What observers call it.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        // A table, for a branch on what comes next is one that no processor predicts.
        const KINDS: [Kind; 8] = [
            Kind::Prepare,
            Kind::Promise,
            Kind::Accept,
            Kind::Accepted,
            Kind::Reject,
            Kind::Announce,
            Kind::Reject,
            Kind::Reject,
        ];
        KINDS[self.cargo as usize % KINDS.len()]
    }

    /// The word of this message within its attempt.
    #[inline(always)]
    pub fn slot(&self) -> Slot {
        Slot::message(self.phase, self.node, self.reply)
    }

    /// The reply that it carries.
    #[inline(always)]
    pub fn as_reply(&self) -> Reply {
        match self.cargo {
            Cargo::Promise => Reply::Promise(Vote { ballot: self.about, value: self.value }),
            Cargo::Accepted => Reply::Accepted,
            _ => Reply::Reject(self.about),
        }
    }

    /// The request that it carries.
    #[inline(always)]
    pub fn as_request(&self) -> Request {
        if self.cargo == Cargo::Prepare { Request::Prepare } else { Request::Accept(self.value) }
    }

    /// The packet that answers this request.
    #[inline(always)]
    pub fn answered(mut self, reply: Reply) -> Packet {
        self.reply = true;
        (self.cargo, self.about) = match reply {
            Reply::Promise(vote) => {
                self.value = vote.value;
                (Cargo::Promise, vote.ballot)
            }
            Reply::Accepted => (Cargo::Accepted, Ballot::NONE),
            Reply::Reject(promised) => (Cargo::Reject, promised),
        };
        self
    }

    /// As observers see it.
    #[inline(always)]
    pub fn message(&self) -> Message {
        let has_value = match self.cargo {
            Cargo::Accept | Cargo::Announce => true,
            Cargo::Promise => self.about != Ballot::NONE,
            _ => false,
        };
        Message {
            id: MessageId {
                proposer: self.proposer,
                attempt: self.attempt,
                phase: self.phase,
                node: self.node,
                reply: self.reply,
            },
            kind: self.kind(),
            ballot: BallotId(self.ballot.to_bits()),
            about: BallotId(self.about.to_bits()),
            value: has_value.then_some(self.value.0),
        }
    }
}
