//! A state of the chain: all that what can come next depends on.
//!
//! Absent on purpose: how one state follows another (`step`), and what of it can no longer matter (`tidy`).

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::xxh3_128;

use crate::check::ClientOutcome;
use crate::paxos::{Ballot, Node, NodeId, Phase, Proposer, Reply, Request, Value, Vote};
use crate::trace::Kind;

/// Everything that what happens next depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// By node number, with the homes of proposers on no node behind them.
    pub nodes: Vec<Node>,
    pub seats: Vec<Seat>,
    /// The messages in flight, in order.
    pub flight: Vec<Message>,
    /// Of each ballot that can yet gain votes: how many it has.
    pub votes: Vec<(Ballot, u8)>,
    pub chosen: Option<Value>,
}

/// A proposer and its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Seat {
    pub stand: Stand,
    pub paxos: Proposer,
    /// Failed attempts, where their number is limited.
    pub failures: u32,
    pub told: ClientOutcome,
}

/// Where a proposer is between its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stand {
    /// It has not begun; so many stages of the wait for that are over.
    Starting(u8),
    /// Its next attempt comes after a wait, of which so many stages are over.
    Waiting(u8),
    /// Its next attempt begins at this very instant.
    Due,
    /// In an attempt.
    Running,
    /// Its client has an answer.
    Done,
}

/// A message in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Message {
    pub ballot: Ballot,
    pub proposer: u8,
    /// The acceptor that it goes to or comes from.
    pub node: NodeId,
    pub phase: Phase,
    pub what: What,
    /// How many stages of its way lie behind it.
    pub stage: u8,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    Prepare,
    Accept(Value),
    Promise(Ballot, Value),
    Accepted,
    Reject(Ballot),
    /// It is lost, and a blocking caller learns of that when it would have arrived: a message of this kind.
    Lost(u8),
}

impl Message {
    pub fn request(proposer: usize, node: NodeId, ballot: Ballot, request: Request) -> Message {
        let (phase, what) = match request {
            Request::Prepare => (Phase::Prepare, What::Prepare),
            Request::Accept(value) => (Phase::Accept, What::Accept(value)),
        };
        Message { ballot, proposer: proposer as u8, node, phase, what, stage: 0 }
    }

    /// The answer to this request.
    pub fn answered(self, reply: Reply) -> Message {
        let what = match reply {
            Reply::Promise(vote) => What::Promise(vote.ballot, vote.value),
            Reply::Accepted => What::Accepted,
            Reply::Reject(promised) => What::Reject(promised),
        };
        Message { what, stage: 0, ..self }
    }

    /// The same, lost on its way.
    pub fn lost(self) -> Message {
        Message { what: What::Lost(self.kind() as u8), ..self }
    }

    pub fn as_request(self) -> Option<Request> {
        match self.what {
            What::Prepare => Some(Request::Prepare),
            What::Accept(value) => Some(Request::Accept(value)),
            _ => None,
        }
    }

    pub fn as_reply(self) -> Option<Reply> {
        match self.what {
            What::Promise(ballot, value) => Some(Reply::Promise(Vote { ballot, value })),
            What::Accepted => Some(Reply::Accepted),
            What::Reject(promised) => Some(Reply::Reject(promised)),
            _ => None,
        }
    }

    pub fn kind(self) -> Kind {
        const KINDS: [Kind; 5] = [Kind::Prepare, Kind::Promise, Kind::Accept, Kind::Accepted, Kind::Reject];
        match self.what {
            What::Prepare => Kind::Prepare,
            What::Accept(_) => Kind::Accept,
            What::Promise(..) => Kind::Promise,
            What::Accepted => Kind::Accepted,
            What::Reject(_) => Kind::Reject,
            What::Lost(kind) => KINDS.into_iter().find(|it| *it as u8 == kind).unwrap_or(Kind::Reject),
        }
    }

    /// Whether it goes to an acceptor.
    pub fn goes_out(self) -> bool {
        matches!(self.kind(), Kind::Prepare | Kind::Accept)
    }
}

impl State {
    /// 128 bits that stand for the state. Of n states two share theirs by accident with probability n² / 2¹²⁹: 10⁻²⁵ for ten
    /// million.
    pub fn fingerprint(&self, bytes: &mut Vec<u8>) -> u128 {
        bytes.clear();
        let mut collector = Collector(std::mem::take(bytes));
        self.hash(&mut collector);
        *bytes = collector.0;
        xxh3_128(bytes)
    }
}

/// Takes what `derive(Hash)` writes as bytes.
struct Collector(Vec<u8>);

impl Hasher for Collector {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
    fn finish(&self) -> u64 {
        0
    }
}
