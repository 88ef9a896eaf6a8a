//! Reads proposers and acceptors out of a packed state.
//!
//! Absent on purpose: what they do (`step`), and whole states (`convert`).

use crate::paxos::{Acceptor, Ballot, Mutant, Node, NodeId, Phase, Proposer, Value, Vote};
use crate::trace::Kind;

use super::super::act::Model;
use super::codes::Codes;
use super::layout::{Layout, Rejections};
use super::word::{Field, Packed, Word, one};

/// A model whose states can be packed, and how.
pub(super) struct Packing<'m> {
    pub model: &'m Model<'m>,
    pub codes: Codes,
    pub layout: Layout,
    /// By proposer and phase: the acceptors, from 0, that its requests can reach, a bit each.
    pub reaches: Vec<[u64; 2]>,
    /// By proposer: the acceptors from which promises, accepteds and rejections can reach it.
    pub hears: Vec<[u64; 3]>,
    /// Whether a refusal can matter to an attempt, and to a last one.
    pub learns: [bool; 2],
    /// The sets of acceptors, from 0, of just as many as a quorum of each phase has, a bit each.
    pub quorums: [Vec<u64>; 2],
    /// Whether nobody deviates from the protocol.
    pub is_correct: bool,
    /// Whether a request can be left out that is awaited.
    pub drops: bool,
    /// Acceptors, from 0, that are alike, a list for each kind of which there are several.
    pub alike: Vec<Vec<usize>>,
}

impl<'m> Packing<'m> {
    /// Of the states of this model; none if they cannot be packed.
    pub fn new(model: &'m Model<'m>) -> Option<Self> {
        let codes = Codes::new(model)?;
        let layout = Layout::new(model, &codes)?;
        let rules = &model.plan.rules;
        let nodes = rules.nodes;
        let there = |p: usize, kind: Kind, is_answer: bool| {
            let own = model.initial().seats[p].paxos.node;
            let arrives = |&node: &NodeId| {
                let (from, to) = if is_answer { (node, own) } else { (own, node) };
                !model.conditions.is_lost(kind, from, to)
            };
            (1..=nodes).filter(arrives).fold(0, |set, node| set | 1 << (node - 1))
        };
        let proposers = 0..model.plan.proposers.len();
        let reaches = |p| [Kind::Prepare, Kind::Accept].map(|kind| there(p, kind, false));
        let hears = |p| [Kind::Promise, Kind::Accepted, Kind::Reject].map(|kind| there(p, kind, true));
        let mut packing = Packing {
            model,
            codes,
            layout,
            reaches: proposers.clone().map(reaches).collect(),
            hears: proposers.map(hears).collect(),
            learns: [false, true].map(|is_last| model.learns_from_refusals(is_last)),
            quorums: [rules.prepare_quorum, rules.accept_quorum].map(|size| sets_of(size, nodes)),
            is_correct: rules.mutant == Mutant::None,
            drops: false,
            alike: Vec::new(),
        };
        packing.drops = packing.learns.contains(&false);
        packing.alike = packing.alike();
        Some(packing)
    }

    pub fn proposers(&self) -> usize {
        self.layout.proposers
    }

    /// Bytes of a word.
    pub fn word_bytes(&self) -> usize {
        if self.layout.bits <= 64 { size_of::<u64>() } else { size_of::<u128>() }
    }

    pub fn nodes(&self) -> usize {
        usize::from(self.model.plan.rules.nodes)
    }

    #[inline(always)]
    pub fn phase<W: Word>(&self, head: W, p: usize) -> Phase {
        match head.get(self.layout.seat(p).phase) {
            0 => Phase::Idle,
            1 => Phase::Prepare,
            _ => Phase::Accept,
        }
    }

    #[inline(always)]
    pub fn attempts<W: Word>(&self, head: W, p: usize) -> usize {
        head.get(self.layout.seat(p).attempts) as usize
    }

    #[inline(always)]
    pub fn is_last<W: Word>(&self, head: W, p: usize) -> bool {
        self.attempts(head, p) == self.layout.attempts
    }

    #[inline(always)]
    pub fn is_answered<W: Word>(&self, head: W, p: usize) -> bool {
        head.get(self.layout.seat(p).answered) != 0
    }

    /// The place of a proposer's latest attempt.
    #[inline(always)]
    pub fn latest<W: Word>(&self, head: W, p: usize) -> Option<usize> {
        (self.layout.first(p) + self.attempts(head, p)).checked_sub(1).filter(|s| *s >= self.layout.first(p))
    }

    /// The number of an attempt's ballot; 0 where it has none or that is forgotten.
    #[inline(always)]
    pub fn code<W: Word>(&self, head: W, slot: usize) -> u64 {
        let slot = self.layout.slot(slot);
        slot.fixed | head.get(slot.code)
    }

    /// What is proposed in an attempt.
    #[inline(always)]
    pub fn value<W: Word>(&self, head: W, slot: usize) -> Option<Value> {
        head.get(self.layout.slot(slot).value).checked_sub(1).map(|value| Value(value as u16))
    }

    /// A vote in the ballot of this number: for what was proposed in it.
    #[inline(always)]
    pub fn vote<W: Word>(&self, head: W, code: u64) -> Vote {
        if code == 0 {
            return Vote::NONE;
        }
        let first = self.layout.first(self.codes.owner(code));
        let slot = (first..first + self.layout.attempts).find(|&slot| self.code(head, slot) == code);
        let value = slot.and_then(|slot| self.value(head, slot)).unwrap_or_default();
        Vote { ballot: self.codes.ballot(code), value }
    }

    #[inline(always)]
    pub fn acceptor<W: Word>(&self, head: W, column: W) -> Acceptor {
        Acceptor {
            promised: self.codes.ballot(column.get(self.layout.promised)),
            vote: self.vote(head, column.get(self.layout.vote)),
        }
    }

    /// The home of a proposer, as its next ballot sees it.
    #[inline(always)]
    pub fn home<W: Word, const N: usize>(&self, state: &Packed<W, N>, p: usize) -> Node {
        let planned = &self.model.plan.proposers[p];
        let round = match self.latest(state.head, p) {
            None => planned.initial_round,
            Some(slot) => self.codes.ballot(self.code(state.head, slot)).round(),
        };
        let place = usize::from(planned.home) - 1;
        let promised = match state.columns.get(place) {
            Some(column) if place < self.nodes() => self.codes.ballot(column.get(self.layout.promised)),
            _ => Ballot::NONE,
        };
        Node { round, acceptor: Acceptor { promised, vote: Vote::NONE }, ..Node::default() }
    }

    /// A proposer between two steps: a promise or an accepted is heard with those that complete its quorum, so what it has
    /// heard of them is nothing.
    #[inline(always)]
    pub fn seat<W: Word, const N: usize>(&self, state: &Packed<W, N>, p: usize) -> Proposer {
        let head = state.head;
        let planned = &self.model.plan.proposers[p];
        let phase = self.phase(head, p);
        let seen = match head.get(self.layout.seat(p).seen) {
            0 => 0,
            seen => self.codes.base() + seen,
        };
        let mut seat = Proposer { node: planned.node, phase, seen, ..Proposer::default() };
        if let (Some(slot), true) = (self.latest(head, p), phase != Phase::Idle) {
            seat.ballot = self.codes.ballot(self.code(head, slot));
            seat.own = Value(p as u16);
            if phase == Phase::Accept {
                seat.proposal = self.value(head, slot).unwrap_or_default();
            }
            let no = self.layout.ear(p).no;
            if no != Field::default() {
                for (n, column) in state.columns.iter().enumerate() {
                    if column.get(no) != 0 {
                        seat.no.insert(n as NodeId + 1);
                    }
                }
            }
        }
        seat
    }

    /// The numbers of the ballots that rejections under way name.
    #[inline(always)]
    pub fn named(&self, under_way: u64) -> impl Iterator<Item = u64> {
        let many = self.layout.rejections == Rejections::Many;
        let set = match (many, under_way) {
            (true, set) => set,
            (false, 0) => 0,
            (false, code) => one(code as usize - 1),
        };
        bits(set).map(|bit| bit as u64 + 1)
    }

    /// The attempts in whose ballots a quorum has voted, a bit each.
    #[inline(always)]
    pub fn chosen_slots<W: Word, const N: usize>(&self, state: &Packed<W, N>) -> u64 {
        let field = self.layout.voters;
        let quorum = self.model.plan.choosing;
        let voters = |n: usize| state.columns[n].get(field);
        if N == 3 && quorum == 2 {
            let (a, b, c) = (voters(0), voters(1), voters(2));
            return a & b | a & c | b & c;
        }
        if N == 5 && quorum == 3 {
            // Three of five: the sums of two full adders, and what they carry.
            let (a, b, c) = (voters(0), voters(1), voters(2));
            let (sum, carry) = (a ^ b ^ c, a & b | a & c | b & c);
            let (d, e) = (voters(3), voters(4));
            let (low, more) = (sum ^ d ^ e, sum & d | sum & e | d & e);
            return carry & more | (carry | more) & low;
        }
        // Counts all attempts at once: bit i of a plane belongs to attempt i.
        let mut planes = [0_u64; 4];
        for column in &state.columns {
            let mut carry = column.get(field);
            for plane in &mut planes {
                (*plane, carry) = (*plane ^ carry, *plane & carry);
            }
        }
        let (mut more, mut equal) = (0, field.mask);
        for (i, plane) in planes.iter().enumerate().rev() {
            if quorum >> i & 1 == 0 {
                more |= equal & plane;
                equal &= !plane;
            } else {
                equal &= plane;
            }
        }
        more | equal
    }

    /// Whose value is chosen: that of the lowest ballot in which one is.
    #[inline(always)]
    pub fn chosen<W: Word, const N: usize>(&self, state: &Packed<W, N>) -> Option<usize> {
        let lowest = bits(self.chosen_slots(state)).min_by_key(|&slot| self.code(state.head, slot))?;
        self.value(state.head, lowest).map(|value| usize::from(value.0))
    }
}

/// Every set of so many of these nodes, from 0, a bit each.
fn sets_of(size: u8, nodes: u8) -> Vec<u64> {
    (0..1_u64 << nodes).filter(|set| set.count_ones() == u32::from(size)).collect()
}

/// The bits that are set.
#[inline(always)]
pub(super) fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        next
    })
}
