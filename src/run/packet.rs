//! A message in flight, in three words of memory.
//!
//! Absent on purpose: its arrival time and its scheduling number, which the agenda keeps.

use crate::paxos::{Ballot, NodeId, Phase, Reply, Request, Value, Vote};
use crate::sim::Slot;
use crate::trace::{BallotId, Kind, Message, MessageId};

/// A message on its way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Packet {
    pub ballot: Ballot,
    /// Request: the random word that is the fate of its reply, drawn with the request so that no later event has to
    /// find it again; or that fate, where it is the same for every answer: delay · 2 + whether it is lost. Promise: the ballot of the reported vote. Reject: the promised ballot.
    aux: u64,
    tag: Tag,
}

/// Which message it is, in one word, for a word is stored and loaded at once:
///
/// ```text
///   │ attempt (31) │ second (1) │ value (16) │ proposer (6) │ node (6) │ copy (1) │ what (3) │
/// ```
#[derive(Clone, Copy, Debug, Default)]
struct Tag(u64);

/// It, or the request that it answers, is a second copy.
const COPY: u64 = 1 << 3;
const NODE_SHIFT: u32 = 4;
const PROPOSER_SHIFT: u32 = 10;
const VALUE_SHIFT: u32 = 16;
/// It is itself a second copy.
const SECOND: u64 = 1 << 32;
/// A run has fewer events, and so fewer attempts, than 31 bits can count.
const ATTEMPT_SHIFT: u32 = 33;

/// Messages with their phase; replies are odd or above [`ANNOUNCE`].
const PREPARE: u64 = 0;
const PROMISE: u64 = 1;
const ACCEPT: u64 = 2;
const ACCEPTED: u64 = 3;
const ANNOUNCE: u64 = 4;
const REJECT_PREPARE: u64 = 5;
const REJECT_ACCEPT: u64 = 7;

impl Tag {
    #[inline(always)]
    fn new(proposer: u8, attempt: u32, node: NodeId, value: Value, what: u64) -> Tag {
        Tag(u64::from(attempt) << ATTEMPT_SHIFT
            | u64::from(value.0) << VALUE_SHIFT
            | u64::from(proposer) << PROPOSER_SHIFT
            | u64::from(node) << NODE_SHIFT
            | what)
    }

    #[inline(always)]
    fn what(self) -> u64 {
        self.0 & 7
    }
}

impl Packet {
    /// The request of an attempt, not yet addressed.
    #[inline(always)]
    pub fn request(proposer: u8, attempt: u32, ballot: Ballot, request: Request) -> Self {
        let (what, value) = match request {
            Request::Prepare => (PREPARE, Value::default()),
            Request::Accept(value) => (ACCEPT, value),
        };
        Packet { ballot, aux: 0, tag: Tag::new(proposer, attempt, 0, value, what) }
    }

    /// The same request to an acceptor, with the word that is the fate of its reply.
    #[inline(always)]
    pub fn to(mut self, node: NodeId, reply_word: u64) -> Self {
        self.tag.0 |= u64::from(node) << NODE_SHIFT;
        self.aux = reply_word;
        self
    }

    /// The same request to an acceptor, with the fate of its reply: a delay and whether it is lost. Found at the send it
    /// is one thing among many; between the request's arrival and the reply's departure everything would wait for it.
    #[inline(always)]
    pub fn to_be_answered(self, node: NodeId, (delay_ns, lost): (u64, bool)) -> Self {
        self.to(node, delay_ns << 1 | u64::from(lost))
    }

    /// The announcement of an attempt's value to a node's learner.
    pub fn announcement(proposer: u8, attempt: u32, ballot: Ballot, node: NodeId, value: Value) -> Self {
        Packet { ballot, aux: 0, tag: Tag::new(proposer, attempt, node, value, ANNOUNCE) }
    }

    /// What it is and between whom, apart from its attempt and the ballots that it names.
    pub fn outline(&self) -> u64 {
        self.tag.0 & ((1 << ATTEMPT_SHIFT) - 1)
    }

    /// All that it says, apart from the acceptor that it goes to or comes from.
    pub fn apart_from_node(&self) -> (Ballot, u64, u64) {
        (self.ballot, self.aux, self.tag.0 & !(63 << NODE_SHIFT))
    }

    /// The proposer on whose behalf it travels.
    #[inline(always)]
    pub fn proposer(&self) -> u8 {
        (self.tag.0 >> PROPOSER_SHIFT) as u8 & 63
    }

    /// The acceptor that it goes to or comes from.
    #[inline(always)]
    pub fn node(&self) -> NodeId {
        (self.tag.0 >> NODE_SHIFT) as u8 & 63
    }

    /// The proposer's attempt.
    #[inline(always)]
    pub fn attempt(&self) -> u32 {
        (self.tag.0 >> ATTEMPT_SHIFT) as u32
    }

    /// The value that it carries, if its kind carries one.
    #[inline(always)]
    pub fn value(&self) -> Value {
        Value((self.tag.0 >> VALUE_SHIFT) as u16)
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
            Kind::Announce,
            Kind::Reject,
            Kind::Announce,
            Kind::Reject,
        ];
        KINDS[self.tag.what() as usize]
    }

    /// Whether it is a prepare or an accept.
    #[inline(always)]
    pub fn is_request(&self) -> bool {
        self.tag.what() & 5 == 0
    }

    /// Whether it is an acceptor's answer.
    #[inline(always)]
    pub fn is_reply(&self) -> bool {
        self.tag.what() & 1 != 0
    }

    /// 1, 2; 3 for an announcement.
    #[inline(always)]
    pub fn phase(&self) -> u8 {
        let what = self.tag.what();
        if what == ANNOUNCE { 3 } else { 1 + (what >> 1 & 1) as u8 }
    }

    /// The phase as the protocol names it.
    #[inline(always)]
    pub fn protocol_phase(&self) -> Phase {
        if self.tag.what() >> 1 & 1 == 0 { Phase::Prepare } else { Phase::Accept }
    }

    /// The word of this message within its attempt.
    #[inline(always)]
    pub fn slot(&self) -> Slot {
        Slot::message(self.phase(), self.node(), self.is_reply())
    }

    /// Whether it is a second copy, made by the network, or the answer to one.
    pub fn is_copy(&self) -> bool {
        self.tag.0 & COPY != 0
    }

    /// Whether it is itself a second copy.
    pub fn is_second(&self) -> bool {
        self.tag.0 & SECOND != 0
    }

    /// A second copy of it; if it is a request, this word is the fate of the reply to the copy.
    pub fn copied(mut self, reply_word: u64) -> Packet {
        self.tag.0 |= COPY | SECOND;
        if self.is_request() {
            self.aux = reply_word;
        }
        self
    }

    /// The fate of the reply to this request.
    #[inline(always)]
    pub fn reply_word(&self) -> u64 {
        self.aux
    }

    /// The same, found ahead: the delay and whether it is lost.
    #[inline(always)]
    pub fn reply_fate(&self) -> (u64, bool) {
        (self.aux >> 1, self.aux & 1 != 0)
    }

    /// The kind of a yes to this request.
    #[inline(always)]
    pub fn kind_of_yes(&self) -> Kind {
        if self.tag.what() == PREPARE { Kind::Promise } else { Kind::Accepted }
    }

    /// The reply that it carries.
    #[inline(always)]
    pub fn as_reply(&self) -> Reply {
        let about = Ballot::from_bits(self.aux);
        match self.tag.what() {
            PROMISE => Reply::Promise(Vote { ballot: about, value: self.value() }),
            ACCEPTED => Reply::Accepted,
            _ => Reply::Reject(about),
        }
    }

    /// The request that it carries.
    #[inline(always)]
    pub fn as_request(&self) -> Request {
        if self.tag.what() == PREPARE { Request::Prepare } else { Request::Accept(self.value()) }
    }

    /// The packet that answers this request.
    #[inline(always)]
    pub fn answered(mut self, reply: Reply) -> Packet {
        const VALUE: u64 = 0xFFFF << VALUE_SHIFT;
        self.tag.0 &= !SECOND;
        match reply {
            Reply::Promise(vote) => {
                self.tag.0 = (self.tag.0 & !VALUE | u64::from(vote.value.0) << VALUE_SHIFT) + PROMISE;
                self.aux = vote.ballot.to_bits();
            }
            Reply::Accepted => {
                self.tag.0 += ACCEPTED - ACCEPT;
                self.aux = 0;
            }
            Reply::Reject(promised) => {
                self.tag.0 += REJECT_PREPARE - PREPARE;
                self.aux = promised.to_bits();
            }
        }
        self
    }

    /// As observers see it.
    #[inline(always)]
    pub fn message(&self) -> Message {
        let kind = self.kind();
        let about = if self.is_reply() { self.aux } else { 0 };
        let has_value = match kind {
            Kind::Accept | Kind::Announce => true,
            Kind::Promise => about != 0,
            _ => false,
        };
        Message {
            id: MessageId {
                proposer: self.proposer(),
                attempt: self.attempt(),
                phase: self.phase(),
                node: self.node(),
                reply: self.is_reply(),
            },
            kind,
            ballot: BallotId(self.ballot.to_bits()),
            about: BallotId(about),
            value: has_value.then_some(self.value().0),
        }
    }
}

// A rejection is its request, 5 up: the phase's bit stays.
const _: () = assert!(REJECT_ACCEPT - ACCEPT == REJECT_PREPARE - PREPARE);

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u32 = u32::MAX >> 1;

    #[test]
    fn a_request_and_its_answers_keep_their_names() {
        for (request, phase, yes) in [
            (Request::Prepare, 1, Reply::Promise(Vote { ballot: Ballot::new(7, 2), value: Value(65_535) })),
            (Request::Accept(Value(1063)), 2, Reply::Accepted),
        ] {
            let packet = Packet::request(63, MOST, Ballot::new(9, 63), request).to(63, 42);
            assert_eq!((packet.as_request(), packet.reply_word(), packet.phase()), (request, 42, phase));
            assert!(packet.is_request() && !packet.is_reply());
            let copy = packet.copied(43);
            assert_eq!((copy.as_request(), copy.reply_word(), copy.is_copy()), (request, 43, true));
            assert_eq!((copy.message(), packet.is_copy()), (packet.message(), false));
            assert!(copy.is_second() && !packet.is_second() && !copy.answered(yes).is_second());
            for reply in [yes, Reply::Reject(Ballot::new(8, 1))] {
                let answer = packet.answered(reply);
                assert!(!answer.is_copy() && copy.answered(reply).is_copy());
                assert_eq!(copy.answered(reply).message(), answer.message());
                assert_eq!((answer.as_reply(), answer.phase(), answer.ballot), (reply, phase, packet.ballot));
                assert_eq!((answer.proposer(), answer.attempt(), answer.node()), (63, MOST, 63));
                assert!(answer.is_reply() && !answer.is_request());
                assert_eq!(answer.kind() == Kind::Reject, reply != yes);
            }
        }
        let announcement = Packet::announcement(1, 2, Ballot::new(3, 4), 5, Value(6));
        assert_eq!((announcement.phase(), announcement.kind()), (3, Kind::Announce));
        assert!(!announcement.is_request() && !announcement.is_reply());
    }
}
