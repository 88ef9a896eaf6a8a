//! A message in flight in one word: a state holds many, and most of the work is to copy and compare them.
//!
//! Absent on purpose: which of them matter (`state`).

use crate::paxos::{Ballot, NodeId, Phase, Reply, Request, Value, Vote};
use crate::scenario::script::Exchange;
use crate::trace::Kind;

/// Highest round that a message can carry.
pub(super) const HIGHEST_ROUND: u32 = 1 << ROUND_BITS;

/// ```text
///   │ proposer (4) │ attempt (8) │ phase (1) │ node (6) │ what (2) │ value (9) │ ballot (16) │ about (16) │
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Message(u64);

const ROUND_BITS: u32 = 10;
const NODE_BITS: u32 = 6;
const REQUEST: u64 = 0;
const YES: u64 = 1;
const NO: u64 = 2;
const LOW: u64 = 41;

fn pack(ballot: Ballot) -> u64 {
    ballot.round() << NODE_BITS | u64::from(ballot.node())
}

fn unpack(bits: u64) -> Ballot {
    Ballot::new(bits >> NODE_BITS & ((1 << ROUND_BITS) - 1), (bits & ((1 << NODE_BITS) - 1)) as u8)
}

impl Message {
    pub(super) fn request(
        proposer: usize,
        attempt: u8,
        node: NodeId,
        ballot: Ballot,
        request: Request,
    ) -> Self {
        let (phase, value) = match request {
            Request::Prepare => (0, 0),
            Request::Accept(value) => (1, u64::from(value.0)),
        };
        let name = (((proposer as u64) << 8 | u64::from(attempt)) << 1 | phase) << 6 | u64::from(node);
        Message((name << 2 | REQUEST) << LOW | value << 32 | pack(ballot) << 16)
    }

    /// The answer to this request.
    pub(super) fn answered(self, reply: Reply) -> Self {
        let bare = self.0 & !(0x1FF << 32);
        match reply {
            Reply::Promise(vote) => {
                Message(bare | YES << LOW | u64::from(vote.value.0) << 32 | pack(vote.ballot))
            }
            Reply::Accepted => Message(bare | YES << LOW),
            Reply::Reject(promised) => Message(bare | NO << LOW | pack(promised)),
        }
    }

    pub(super) fn is_request(self) -> bool {
        self.what() == REQUEST
    }

    pub(super) fn is_rejection(self) -> bool {
        self.what() == NO
    }

    fn what(self) -> u64 {
        self.0 >> LOW & 3
    }

    pub(super) fn proposer(self) -> usize {
        (self.0 >> (LOW + 17)) as usize & 15
    }

    pub(super) fn node(self) -> NodeId {
        (self.0 >> (LOW + 2)) as u8 & 63
    }

    pub(super) fn ballot(self) -> Ballot {
        unpack(self.0 >> 16)
    }

    /// Of a rejection: the ballot that was promised.
    pub(super) fn about(self) -> Ballot {
        unpack(self.0)
    }

    pub(super) fn phase(self) -> Phase {
        if self.0 >> (LOW + 8) & 1 == 0 { Phase::Prepare } else { Phase::Accept }
    }

    pub(super) fn kind(self) -> Kind {
        match (self.what(), self.phase()) {
            (NO, _) => Kind::Reject,
            (REQUEST, Phase::Prepare) => Kind::Prepare,
            (REQUEST, _) => Kind::Accept,
            (_, Phase::Prepare) => Kind::Promise,
            _ => Kind::Accepted,
        }
    }

    fn value(self) -> Value {
        Value((self.0 >> 32) as u16 & 0x1FF)
    }

    pub(super) fn as_request(self) -> Request {
        if self.phase() == Phase::Prepare { Request::Prepare } else { Request::Accept(self.value()) }
    }

    pub(super) fn as_reply(self) -> Reply {
        let about = unpack(self.0);
        match (self.what(), self.phase()) {
            (NO, _) => Reply::Reject(about),
            (_, Phase::Prepare) => Reply::Promise(Vote { ballot: about, value: self.value() }),
            _ => Reply::Accepted,
        }
    }

    /// Its name in the notation of scripts.
    pub(super) fn exchange(self) -> Exchange {
        Exchange {
            proposer: self.proposer() as u8,
            attempt: (self.0 >> (LOW + 9)) as u32 & 255,
            phase: if self.phase() == Phase::Prepare { 1 } else { 2 },
            node: self.node(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_back() {
        let ballot = Ballot::new(1023, 63);
        for (request, yes) in [
            (Request::Prepare, Reply::Promise(Vote { ballot: Ballot::new(1022, 62), value: Value(511) })),
            (Request::Accept(Value(511)), Reply::Accepted),
        ] {
            let message = Message::request(15, 255, 63, ballot, request);
            assert!(message.is_request() && message.as_request() == request);
            for reply in [yes, Reply::Reject(Ballot::new(1021, 61))] {
                let answer = message.answered(reply);
                assert_eq!((answer.as_reply(), answer.ballot(), answer.proposer()), (reply, ballot, 15));
                assert_eq!((answer.phase(), answer.exchange()), (message.phase(), message.exchange()));
                assert_eq!((answer.is_request(), answer.is_rejection()), (false, reply != yes));
            }
            assert_eq!((message.exchange().attempt, message.exchange().node), (255, 63));
        }
    }
}
