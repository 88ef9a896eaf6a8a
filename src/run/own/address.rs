//! Where the random words of somebody's nodes are found.
//!
//! A message whose meaning is known has the address that the built-in's message has: proposer, attempt, phase, node, request or
//! answer. So the same seed gives it the same fate, in whatever order a program sends. What is unknown is counted by link and
//! type, so that one message more shifts no other's.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::sim::{Address, OF_COPY, Rare, Region, Slot, Words, place};
use crate::trace::{MessageId, NodeId};

/// The words of one run.
#[derive(Debug)]
pub(super) struct Draws {
    words: Words,
    /// How often each name was sent.
    sent: BTreeMap<MessageId, u32>,
    /// How many of each type went over each link: sender, receiver, type.
    foreign: BTreeMap<(NodeId, NodeId, u8), u32>,
}

/// A word's place for one message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot {
    /// The n-th sending of a message that the built-in could send, from 1.
    Mapped(MessageId, u32),
    /// The answer to a second copy of one of these.
    OfCopy(MessageId),
    /// Another message to this node.
    Foreign(MessageId, NodeId),
}

/// The type of timers among foreign addresses.
const TIMERS: u8 = 255;

impl Draws {
    pub fn new(proposers: usize, nodes: u8) -> Draws {
        let words = Words::new(proposers, usize::from(nodes));
        Draws { words, sent: BTreeMap::new(), foreign: BTreeMap::new() }
    }

    pub fn begin_run(&mut self, seed: u64) {
        self.words.begin_run(seed);
        self.sent.clear();
        self.foreign.clear();
    }

    /// The words themselves, for faults that are drawn.
    pub fn words(&mut self) -> &mut Words {
        &mut self.words
    }

    /// The run's word.
    pub fn of_run(&mut self) -> u64 {
        self.words.rare(Address { region: Region::Own, caller: 0, attempt: 0 }, 0)
    }

    /// The word of an activation at a node.
    pub fn of_activation(&mut self, node: NodeId, cause: &str) -> u64 {
        let hash = xxh3_64(cause.as_bytes());
        let address = Address { region: Region::Own, caller: node, attempt: hash as u32 };
        self.words.rare(address, (hash >> 32) as usize % 8192)
    }

    /// A word of an attempt of a proposer.
    pub fn of_attempt(&mut self, proposer: u8, attempt: u32, slot: Slot) -> u64 {
        self.words.of_attempt(proposer, attempt.max(1), slot)
    }

    /// The tie key of a further submission, or of a read for the n-th time.
    pub fn agenda_tie(&mut self, kind: u8, number: u32, time: u32) -> u64 {
        let address = Address { region: Region::Agenda, caller: kind, attempt: number };
        self.words.rare(address, time as usize % 8192)
    }

    /// The place of a message whose name is known; each sending has its own.
    pub fn mapped(&mut self, id: MessageId) -> Spot {
        let sent = self.sent.entry(id).or_default();
        *sent += 1;
        Spot::Mapped(id, *sent)
    }

    /// The name and place of a message of which only its type is known.
    pub fn foreign(&mut self, from: NodeId, to: NodeId, kind: u8) -> Spot {
        let nth = self.foreign.entry((from, to, kind)).or_default();
        *nth += 1;
        let attempt = u32::from(kind) << 24 | (*nth & 0xFF_FFFF);
        Spot::Foreign(MessageId { proposer: from, attempt, phase: 4, node: to, reply: false }, to)
    }

    /// The word of a timer that a node sets for a time in a range, and its tie key.
    pub fn of_timer(&mut self, node: NodeId) -> (u64, u64) {
        let nth = self.foreign.entry((node, node, TIMERS)).or_default();
        *nth += 1;
        let attempt = u32::from(TIMERS) << 24 | (*nth & 0xFF_FFFF);
        let address = Address { region: Region::Foreign, caller: node, attempt };
        (self.words.rare(address, 0), self.words.rare(address, 1))
    }

    /// The word that is a message's delay and loss.
    pub fn fate(&mut self, spot: Spot) -> u64 {
        match spot {
            Spot::Mapped(id, 1) if id.phase == 3 => self.words.announcement(id.proposer, id.attempt, id.node),
            Spot::Mapped(id, 1) => self.words.of_attempt(id.proposer, id.attempt, slot(id)),
            Spot::Mapped(id, nth) => self.again(id, nth, 0),
            // It is found with the request, by whose place it goes.
            Spot::OfCopy(id) => self.rare(Rare::Duplicates, MessageId { reply: false, ..id }, OF_COPY),
            Spot::Foreign(id, to) => self.unknown(id, to, 0),
        }
    }

    /// A message's tie key.
    pub fn tie(&mut self, spot: Spot) -> u64 {
        match spot {
            Spot::Mapped(id, 1) if id.phase == 3 => {
                self.words.announcement_tie(id.proposer, id.attempt, id.node)
            }
            Spot::Mapped(id, 1) | Spot::OfCopy(id) => {
                self.words.message_tie(id.proposer, id.attempt, slot(id))
            }
            Spot::Mapped(id, nth) => self.again(id, nth, 1024),
            Spot::Foreign(id, to) => self.unknown(id, to, 1),
        }
    }

    /// The word for whether there is a second copy of a message, and its delay.
    pub fn copy(&mut self, spot: Spot) -> u64 {
        match spot {
            Spot::Mapped(id, 1) | Spot::OfCopy(id) => self.rare(Rare::Duplicates, id, 0),
            Spot::Mapped(id, nth) => self.again(id, nth, 2048),
            Spot::Foreign(id, to) => self.unknown(id, to, 2),
        }
    }

    /// The word for how long a slow node takes over a message.
    pub fn service(&mut self, spot: Spot) -> u64 {
        match spot {
            Spot::Mapped(id, 1) => self.rare(Rare::Service, id, 0),
            Spot::OfCopy(id) => self.rare(Rare::Service, id, OF_COPY),
            Spot::Mapped(id, nth) => self.again(id, nth, 4096),
            Spot::Foreign(id, to) => self.unknown(id, to, 3),
        }
    }

    fn rare(&mut self, what: Rare, id: MessageId, first: usize) -> u64 {
        self.words.of_rare(what, id.proposer, id.attempt, first + place(id.phase, id.node, id.reply))
    }

    fn again(&mut self, id: MessageId, nth: u32, first: usize) -> u64 {
        let attempt = nth.min(255) << 24 | (id.attempt & 0xFF_FFFF);
        let address = Address { region: Region::Again, caller: id.proposer, attempt };
        // Announcements have no slot of an attempt's: they stand behind those.
        let place =
            if id.phase == 3 { 512 + usize::from(id.node) } else { place(id.phase, id.node, id.reply) };
        self.words.rare(address, first + place)
    }

    fn unknown(&mut self, id: MessageId, to: NodeId, part: usize) -> u64 {
        let address = Address { region: Region::Foreign, caller: id.proposer, attempt: id.attempt };
        self.words.rare(address, 4 * usize::from(to) + part)
    }
}

fn slot(id: MessageId) -> Slot {
    Slot::message(id.phase, id.node, id.reply)
}
