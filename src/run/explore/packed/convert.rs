//! From a state to its packed form and back.
//!
//! Absent on purpose: states that no safe run leads to; and what follows a state.

use crate::check::BallotList;
use crate::paxos::{Ballot, Node, NodeId, Phase, Reply, Request, Vote};
use crate::run::stage::public;
use crate::trace::{Answer, Event};

use super::super::invariants::History;
use super::super::message::Message;
use super::super::state::{Seat, State};
use super::layout::Rejections;
use super::packing::{Packing, bits};
use super::word::{Packed, Word};

impl Packing<'_> {
    /// Packs a state.
    pub(super) fn pack<W: Word, const N: usize>(&self, state: &State) -> Packed<W, N> {
        let mut packed = Packed::<W, N>::empty();
        let attempts = self.layout.attempts;
        for (p, seat) in state.seats.iter().enumerate() {
            let fields = self.layout.seat(p);
            packed.head.set(fields.phase, seat.paxos.phase as u64);
            packed.head.set(fields.attempts, u64::from(seat.attempts));
            packed.head.set(fields.answered, u64::from(seat.answered));
            packed.head.set(fields.seen, seat.paxos.seen.saturating_sub(self.codes.base()));
            for (n, column) in packed.columns.iter_mut().enumerate() {
                column.set(self.layout.ear(p).no, seat.paxos.no.bits() >> (n + 1) & 1);
            }
        }
        let ballots = self.ballots(state);
        for (slot, &ballot) in ballots.iter().enumerate() {
            let fields = *self.layout.slot(slot);
            if !self.layout.fixed {
                packed.head.set(fields.code, self.codes.code(ballot));
            }
            let is_begun = slot % attempts < usize::from(state.seats[slot / attempts].attempts);
            let proposed = if is_begun { state.history.proposed(public(ballot)) } else { None };
            packed.head.set(fields.value, proposed.map_or(0, |value| 1 + u64::from(value)));
            let voters = if is_begun { state.history.voters(public(ballot)) } else { 0 };
            for (n, column) in packed.columns.iter_mut().enumerate() {
                let field = self.layout.voters;
                column.set(field, column.get(field) | (voters >> (n + 1) & 1) << slot);
            }
        }
        for (n, column) in packed.columns.iter_mut().enumerate().take(self.nodes()) {
            let acceptor = &state.nodes[n + 1].acceptor;
            column.set(self.layout.promised, self.codes.code(acceptor.promised));
            column.set(self.layout.vote, self.codes.code(acceptor.vote.ballot));
        }
        for &message in &state.flight {
            self.put(&mut packed.columns[usize::from(message.node()) - 1], message);
        }
        packed
    }

    /// The ballots of all attempts, by place.
    fn ballots(&self, state: &State) -> Vec<Ballot> {
        let attempts = self.layout.attempts;
        let planned = &self.model.plan.proposers;
        let mut ballots: Vec<Ballot> =
            self.layout.slots().map(|slot| self.codes.ballot(slot.fixed)).collect();
        if self.layout.fixed {
            return ballots;
        }
        for (p, seat) in state.seats.iter().enumerate() {
            if let Some(last) = (p * attempts + usize::from(seat.attempts)).checked_sub(1)
                && seat.attempts > 0
            {
                let home = planned[p].home;
                ballots[last] = Ballot::new(state.nodes[usize::from(home)].round, home);
            }
        }
        for message in &state.flight {
            ballots[self.slot_of(*message)] = message.ballot();
        }
        // Of what is left, every ballot in which something was proposed is an earlier attempt's.
        for code in 1..=self.codes.highest() {
            let (ballot, first) = (self.codes.ballot(code), self.codes.owner(code) * attempts);
            let own = &mut ballots[first..first + attempts];
            if state.history.proposed(public(ballot)).is_some()
                && !own.contains(&ballot)
                && let Some(place) = own.iter_mut().find(|place| **place == Ballot::NONE)
            {
                *place = ballot;
            }
        }
        ballots
    }

    fn slot_of(&self, message: Message) -> usize {
        message.proposer() * self.layout.attempts + message.exchange().attempt as usize - 1
    }

    /// Puts a message in flight.
    fn put<W: Word>(&self, column: &mut W, message: Message) {
        let ear = self.layout.ear(message.proposer());
        let phase = usize::from(message.phase() == Phase::Accept);
        if message.is_request() {
            let field = self.layout.requests[phase];
            return column.set(field, column.get(field) | 1 << self.slot_of(message));
        }
        match message.as_reply() {
            Reply::Promise(vote) => column.set(ear.promise, 1 + self.codes.code(vote.ballot)),
            Reply::Accepted => column.set(ear.accepted, 1),
            Reply::Reject(about) => {
                let (field, code) = (ear.rejections[phase], self.codes.code(about));
                match self.layout.rejections {
                    Rejections::Many => column.set(field, column.get(field) | 1 << (code - 1)),
                    _ => column.set(field, code),
                }
            }
        }
    }

    /// The state that was packed.
    pub(super) fn unpack<W: Word, const N: usize>(&self, packed: &Packed<W, N>) -> State {
        let mut state = self.model.initial();
        let head = packed.head;
        for (p, seat) in state.seats.iter_mut().enumerate() {
            *seat = Seat {
                paxos: self.seat(packed, p),
                attempts: self.attempts(head, p) as u8,
                answered: self.is_answered(head, p),
            };
            let home = usize::from(self.model.plan.proposers[p].home);
            state.nodes[home] = Node { round: self.home(packed, p).round, ..state.nodes[home] };
        }
        for n in 0..self.nodes() {
            state.nodes[n + 1].acceptor = self.acceptor(head, packed.columns[n]);
            self.messages(packed, n, &mut state);
        }
        state.history = self.history(packed);
        state
    }

    /// Puts in flight what is under way to an acceptor and from it.
    fn messages<W: Word, const N: usize>(&self, packed: &Packed<W, N>, n: usize, state: &mut State) {
        let (head, column, attempts) = (packed.head, packed.columns[n], self.layout.attempts);
        let request = |slot: usize, phase: usize| {
            let request = match self.value(head, slot) {
                Some(value) if phase == 1 => Request::Accept(value),
                _ => Request::Prepare,
            };
            let ballot = self.codes.ballot(self.code(head, slot));
            let attempt = (slot % attempts + 1) as u8;
            Message::request(slot / attempts, attempt, n as NodeId + 1, ballot, request)
        };
        for phase in [0, 1] {
            for slot in bits(column.get(self.layout.requests[phase])) {
                state.send(request(slot, phase));
            }
        }
        for (p, ear) in (0..self.layout.proposers).map(|p| (p, self.layout.ear(p))) {
            let Some(slot) = self.latest(head, p) else { continue };
            if let Some(code) = column.get(ear.promise).checked_sub(1) {
                let vote: Vote = self.vote(head, code);
                state.send(request(slot, 0).answered(Reply::Promise(vote)));
            }
            if column.get(ear.accepted) != 0 {
                state.send(request(slot, 1).answered(Reply::Accepted));
            }
            for (phase, &field) in ear.rejections.iter().enumerate() {
                for code in self.named(column.get(field)) {
                    let about = self.codes.ballot(code);
                    state.send(request(slot, phase).answered(Reply::Reject(about)));
                }
            }
        }
    }

    /// What the invariants remember: the same events once more, in the order of their ballots.
    fn history<W: Word, const N: usize>(&self, packed: &Packed<W, N>) -> History {
        let plan = self.model.plan;
        let mut history = History::new(plan.rules.nodes, plan.choosing, BallotList::default());
        let head = packed.head;
        // Nothing breaks in a state that a search goes on from.
        let mut on = |event: Event| _ = history.on(&event, &mut |_, _, _| {});
        let ballot = |slot: usize| public(self.codes.ballot(self.code(head, slot)));
        for (p, proposer) in (0..self.proposers()).zip(0..) {
            if let Some(slot) = self.latest(head, p) {
                on(Event::Started { proposer, attempt: 1, ballot: ballot(slot) });
            }
        }
        let mut order: Vec<usize> = (0..self.layout.places()).collect();
        order.sort_by_key(|&slot| self.code(head, slot));
        for slot in order {
            let Some(value) = self.value(head, slot) else { continue };
            on(Event::Proposed { proposer: 0, ballot: ballot(slot), value: value.0 });
            for (column, node) in packed.columns.iter().zip(1..) {
                if column.has(self.layout.voters, slot as u32) {
                    on(Event::Voted { node, ballot: ballot(slot), value: value.0 });
                }
            }
        }
        for (column, node) in packed.columns.iter().zip(1..).take(self.nodes()) {
            let promised = column.get(self.layout.promised);
            if promised != 0 {
                on(Event::Promised { node, ballot: public(self.codes.ballot(promised)) });
            }
        }
        for (p, proposer) in (0..self.proposers()).zip(0..) {
            if let (true, Some(slot)) = (self.is_answered(head, p), self.latest(head, p)) {
                let value = self.value(head, slot).unwrap_or_default();
                let answer = Answer::Succeeded { value: value.0 };
                on(Event::Answered { proposer, submission: 0, answer, counter: 0 });
            }
        }
        history
    }
}
