//! A state of the exploration, and its fingerprint.
//!
//! Absent on purpose: how one state follows another (`act`).

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use crate::paxos::{Ballot, Node, NodeId, Proposer};
use crate::run::condition::Facts;
use crate::run::stage::public;
use crate::trace::{Answer, BallotId, ProposerId, SubmissionId};

use super::invariants::History;
use super::message::Message;

/// Everything that what happens next depends on, and what the invariants need beside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// By node number, with the homes of proposers on no node behind them.
    pub nodes: Vec<Node>,
    pub seats: Vec<Seat>,
    /// The messages in flight, in order: a set.
    pub flight: Vec<Message>,
    pub history: History,
    /// How often nodes have crashed and come back.
    pub restarts: u8,
}

/// A proposer and its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Seat {
    pub paxos: Proposer,
    /// Attempts begun.
    pub attempts: u8,
    /// Whether its client was told SUCCEEDED.
    pub answered: bool,
}

impl State {
    /// Puts a message in flight.
    pub fn send(&mut self, message: Message) {
        if let Err(place) = self.flight.binary_search(&message) {
            self.flight.insert(place, message);
        }
    }

    /// 64 bits that stand for the state. Of n states two share theirs by accident with probability n² / 2⁶⁵: one in
    /// 400,000 for ten million.
    pub fn fingerprint(&self, bytes: &mut Vec<u8>) -> u64 {
        bytes.clear();
        let mut collector = Collector(std::mem::take(bytes));
        self.hash(&mut collector);
        *bytes = collector.0;
        xxh3_64(bytes)
    }
}

impl Facts for State {
    fn winner(&self) -> Option<ProposerId> {
        self.history.chosen().map(|(_, value)| value as ProposerId)
    }

    fn answer(&self, p: usize) -> Option<Answer> {
        let seat = self.seats.get(p).filter(|seat| seat.answered)?;
        let value = self.history.told().unwrap_or(seat.paxos.own.0);
        Some(Answer::Succeeded { value })
    }

    fn attempts(&self) -> u64 {
        self.seats.iter().map(|seat| u64::from(seat.attempts)).sum()
    }

    fn vote(&self, node: NodeId) -> Option<(BallotId, SubmissionId)> {
        let vote = self.nodes.get(usize::from(node))?.acceptor.vote;
        vote.value().map(|value| (public(vote.ballot), value.0))
    }

    fn promised(&self, node: NodeId) -> Option<BallotId> {
        let promised = self.nodes.get(usize::from(node))?.acceptor.promised;
        (promised != Ballot::NONE).then(|| public(promised))
    }
}

/// Takes what `derive(Hash)` writes as bytes, to be hashed by a fixed algorithm.
struct Collector(Vec<u8>);

impl Hasher for Collector {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
    fn write_u64(&mut self, word: u64) {
        self.0.extend_from_slice(&word.to_le_bytes());
    }
    fn finish(&self) -> u64 {
        xxh3_64(&self.0)
    }
}
