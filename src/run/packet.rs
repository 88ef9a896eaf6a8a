//! A message in flight, in a few words of memory.

use crate::paxos::{Ballot, NodeId, Phase, Reply, Request, Value, Vote};
use crate::sim::Slot;
use crate::trace::{BallotId, Kind, Message, MessageId};

/// A message on its way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packet {
    pub ballot: Ballot,
    /// Request: the random word that is the fate of its reply, drawn with the request so that no later event has to
    /// find it again. Promise: the ballot of the reported vote. Reject: the promised ballot.
    aux: u64,
    pub attempt: u32,
    pub value: Value,
    pub proposer: u8,
    /// The acceptor that it goes to or comes from.
    pub node: NodeId,
    pub kind: Kind,
    /// 1, 2; 3 for an announcement.
    pub phase: u8,
    pub reply: bool,
}

impl Packet {
    /// The phase as the protocol names it.
    #[inline(always)]
    pub fn protocol_phase(&self) -> Phase {
        if self.phase == 1 { Phase::Prepare } else { Phase::Accept }
    }

    /// The request of an attempt to an acceptor.
    #[inline(always)]
    pub fn request(proposer: u8, attempt: u32, ballot: Ballot, node: NodeId, request: Request, reply_word: u64) -> Self {
        let (kind, value, phase) = match request {
            Request::Prepare => (Kind::Prepare, Value::default(), 1),
            Request::Accept(value) => (Kind::Accept, value, 2),
        };
        Packet { ballot, aux: reply_word, attempt, value, proposer, node, kind, phase, reply: false }
    }

    /// The announcement of an attempt's value to a node's learner.
    pub fn announcement(proposer: u8, attempt: u32, ballot: Ballot, node: NodeId, value: Value) -> Self {
        Packet { ballot, aux: 0, attempt, value, proposer, node, kind: Kind::Announce, phase: 3, reply: false }
    }

    /// The fate of the reply to this request.
    #[inline(always)]
    pub fn reply_word(&self) -> u64 {
        self.aux
    }

    /// The word of this message within its attempt.
    #[inline(always)]
    pub fn slot(&self) -> Slot {
        Slot::message(self.phase, self.node, self.reply)
    }

    /// The reply that it carries.
    #[inline(always)]
    pub fn as_reply(&self) -> Reply {
        let about = Ballot::from_bits(self.aux);
        match self.kind {
            Kind::Promise => Reply::Promise(Vote { ballot: about, value: self.value }),
            Kind::Accepted => Reply::Accepted,
            _ => Reply::Reject(about),
        }
    }

    /// The request that it carries.
    #[inline(always)]
    pub fn as_request(&self) -> Request {
        if self.kind == Kind::Prepare { Request::Prepare } else { Request::Accept(self.value) }
    }

    /// The packet that answers this request.
    #[inline(always)]
    pub fn answered(mut self, reply: Reply) -> Packet {
        self.reply = true;
        let about;
        (self.kind, about, self.value) = match reply {
            Reply::Promise(vote) => (Kind::Promise, vote.ballot, vote.value),
            Reply::Accepted => (Kind::Accepted, Ballot::NONE, self.value),
            Reply::Reject(promised) => (Kind::Reject, promised, self.value),
        };
        self.aux = about.to_bits();
        self
    }

    /// As observers see it.
    #[inline(always)]
    pub fn message(&self) -> Message {
        let about = if self.reply { self.aux } else { 0 };
        let has_value = match self.kind {
            Kind::Accept | Kind::Announce => true,
            Kind::Promise => about != 0,
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
            kind: self.kind,
            ballot: BallotId(self.ballot.to_bits()),
            about: BallotId(about),
            value: has_value.then_some(self.value.0),
        }
    }
}
