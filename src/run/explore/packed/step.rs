//! One step from a packed state: the acceptor or proposer that it concerns is unpacked, does what the protocol says, and
//! is packed again.
//!
//! Whether an invariant breaks is not decided here. A step is a suspect where one may, and the states as they are
//! (`act`) are asked. Absent on purpose: which steps there are (`children`), and what no longer matters behind them
//! (`settle`).

use crate::paxos::{Acceptor, Ballot, Effect, Failure, Node, NodeId, Phase, Proposer, Reply, Request, Value};
use crate::run::plan::Plan;
use crate::run::stage::Stage;
use crate::trace::Event;

use super::super::moves::{Move, Moves};
use super::glance::Glance;
use super::layout::Rejections;
use super::packing::{Packing, bits};
use super::word::{Packed, Word, one};

/// A state in the making.
pub(super) struct Step<'s, W, const N: usize, const CORRECT: bool> {
    pub packing: &'s Packing<'s>,
    pub state: &'s mut Packed<W, N>,
    /// Whether an invariant may be broken.
    pub is_suspect: bool,
    pub moves: Moves,
    /// The attempt that is being served or runs, as a place.
    slot: usize,
    /// The proposer that does something.
    seat: Proposer,
    /// The node that does something.
    node: Node,
    /// What it had promised before.
    promised: Ballot,
}

impl<'s, W: Word, const N: usize, const CORRECT: bool> Step<'s, W, N, CORRECT> {
    #[inline(always)]
    pub fn new(packing: &'s Packing<'s>, state: &'s mut Packed<W, N>) -> Self {
        Step {
            packing,
            state,
            is_suspect: false,
            moves: Moves::default(),
            slot: 0,
            seat: Proposer::default(),
            node: Node::default(),
            promised: Ballot::NONE,
        }
    }

    /// A request arrives at acceptor `n`, from 0, which is this one; `now` is what is known of the proposers.
    #[inline(always)]
    pub fn serve(&mut self, n: usize, (slot, is_accept): (usize, bool), acceptor: Acceptor, now: Glance) {
        let (packing, head) = (self.packing, self.state.head);
        let layout = &packing.layout;
        if !packing.model.bounds.duplicates {
            let field = layout.requests[usize::from(is_accept)];
            self.state.columns[n].remove(field, slot as u32);
        }
        let request = match (is_accept, packing.value(head, slot)) {
            (true, Some(value)) => Request::Accept(value),
            _ => Request::Prepare,
        };
        self.node.acceptor = acceptor;
        (self.slot, self.promised) = (slot, acceptor.promised);
        let ballot = packing.codes.ballot(packing.code(head, slot));
        let reply = self.take_request(n as NodeId + 1, ballot, request);
        let Acceptor { promised, vote } = self.node.acceptor;
        if acceptor != self.node.acceptor {
            let column = &mut self.state.columns[n];
            column.set(layout.promised, packing.codes.code(promised));
            column.set(layout.vote, packing.codes.code(vote.ballot));
        }
        if let Some(reply) = reply {
            self.answer(n, (slot, is_accept), reply, now);
        }
        self.settle_acceptor(n, slot, promised != acceptor.promised, now);
    }

    /// Puts an answer in flight, if its proposer still listens and the network carries it.
    #[inline(always)]
    fn answer(&mut self, n: usize, (slot, is_accept): (usize, bool), reply: Reply, now: Glance) {
        if now.running & one(slot) == 0 {
            return;
        }
        let packing = self.packing;
        let p = packing.layout.owner(slot);
        let accepts = now.accepting & one(slot) != 0;
        let ear = packing.layout.ear(p);
        let hears = |kind: usize| packing.hears[p][kind] & one(n) != 0;
        let column = &mut self.state.columns[n];
        match reply {
            Reply::Promise(vote) if !accepts && hears(0) => {
                column.set(ear.promise, 1 + packing.codes.code(vote.ballot));
            }
            Reply::Accepted if accepts && hears(1) => column.set(ear.accepted, 1),
            Reply::Reject(about) if packing.layout.rejections != Rejections::Never && hears(2) => {
                let about = packing.codes.code(about);
                let keeps = self.rejections_that_matter(p, is_accept);
                if keeps & one(about as usize) != 0 {
                    let field = ear.rejections[usize::from(is_accept)];
                    let column = &mut self.state.columns[n];
                    match packing.layout.rejections {
                        Rejections::Many => column.set(field, column.get(field) | one(about as usize - 1)),
                        _ => column.set(field, about),
                    }
                }
            }
            _ => {}
        }
    }

    /// A proposer begins its next attempt.
    #[inline(always)]
    pub fn start(&mut self, p: usize) {
        self.sit(p);
        self.node = self.packing.home(self.state, p);
        if self.seat.phase != Phase::Idle {
            self.seat.on_timeout();
        }
        self.state.clear(self.packing.layout.ear(p).all);
        let effect = self.begin_attempt(p);
        self.apply(p, effect);
        self.rise(p);
        self.settle_proposer(p, true);
    }

    /// The last attempt of a proposer takes too long.
    #[inline(always)]
    pub fn give_up(&mut self, p: usize) {
        self.sit(p);
        self.seat.on_timeout();
        self.rise(p);
        self.settle_proposer(p, false);
    }

    /// The answers of these acceptors complete a quorum.
    #[inline(always)]
    pub fn hear_quorum(&mut self, p: usize, nodes: u64) {
        self.sit(p);
        let (phase, ballot) = (self.seat.phase, self.seat.ballot);
        let ear = self.packing.layout.ear(p);
        for n in bits(nodes) {
            let column = self.state.columns[n];
            let reply = match phase {
                Phase::Accept => Reply::Accepted,
                _ => Reply::Promise(
                    self.packing.vote(self.state.head, column.get(ear.promise).saturating_sub(1)),
                ),
            };
            self.hear(p, n as NodeId + 1, (phase, ballot), reply);
        }
        self.state.clear(ear.promise);
        self.state.clear(ear.accepted);
        self.rise(p);
        self.settle_proposer(p, false);
    }

    /// Acceptor `n`, from 0, has refused a request of this phase: it has promised the ballot of this number.
    #[inline(always)]
    pub fn hear_rejection(&mut self, p: usize, n: usize, of_accept: bool, about: u64) {
        self.sit(p);
        let packing = self.packing;
        if !packing.model.bounds.duplicates {
            self.state.columns[n].set(packing.layout.ear(p).rejections[usize::from(of_accept)], 0);
        }
        let phase = if of_accept { Phase::Accept } else { Phase::Prepare };
        let reply = Reply::Reject(packing.codes.ballot(about));
        self.hear(p, n as NodeId + 1, (phase, self.seat.ballot), reply);
        self.rise(p);
        self.settle_proposer(p, false);
    }

    /// Unpacks a proposer.
    #[inline(always)]
    fn sit(&mut self, p: usize) {
        self.seat = self.packing.seat(self.state, p);
        self.slot = self.packing.latest(self.state.head, p).unwrap_or_default();
    }

    /// Packs it again.
    #[inline(always)]
    fn rise(&mut self, p: usize) {
        let packing = self.packing;
        let layout = &packing.layout;
        let fields = layout.seat(p);
        let Proposer { phase, seen, no, .. } = self.seat;
        self.state.head.set(fields.phase, phase as u64);
        if layout.rejections == Rejections::Never {
            return;
        }
        if !layout.fixed {
            self.state.head.set(fields.seen, seen.saturating_sub(packing.codes.base()));
        }
        for (n, column) in self.state.columns.iter_mut().enumerate() {
            column.set(layout.ear(p).no, u64::from(no.bits() & one(n + 1) != 0));
        }
    }

    /// Whether another value than this is proposed in a ballot that is chosen or above the one of this attempt.
    #[inline(always)]
    fn contradicts(&self, slot: usize, value: Value) -> bool {
        let (packing, head) = (self.packing, self.state.head);
        let (chosen, code) = (packing.chosen_slots(self.state), packing.code(head, slot));
        chosen & one(slot) != 0
            && (0..packing.layout.places()).any(|other| {
                packing.value(head, other).is_some_and(|it| it != value)
                    && (chosen & one(other) != 0 || packing.code(head, other) > code)
            })
    }

    /// Whether a value is chosen.
    #[inline(always)]
    fn is_chosen(&self, value: Value) -> bool {
        let packing = self.packing;
        bits(packing.chosen_slots(self.state)).any(|slot| packing.value(self.state.head, slot) == Some(value))
    }

    /// A value is proposed in the running attempt's ballot; whether that may break something.
    #[inline(always)]
    fn propose(&mut self, value: Value) -> bool {
        let (packing, slot) = (self.packing, self.slot);
        let code = packing.code(self.state.head, slot);
        let known = packing.value(self.state.head, slot);
        self.state.head.set(packing.layout.slot(slot).value, 1 + u64::from(value.0));
        let head = self.state.head;
        let is_against = |slot: usize| {
            packing.code(head, slot) < code && packing.value(head, slot).is_some_and(|it| it != value)
        };
        known.is_some() || bits(packing.chosen_slots(self.state)).any(is_against)
    }

    /// Whether a client was told another value than this.
    #[inline(always)]
    fn was_told_otherwise(&self, p: usize, value: Value) -> bool {
        let (packing, head) = (self.packing, self.state.head);
        (0..packing.proposers()).filter(|&other| other != p && packing.is_answered(head, other)).any(
            |other| packing.latest(head, other).and_then(|slot| packing.value(head, slot)) != Some(value),
        )
    }
}

impl<W: Word, const N: usize, const CORRECT: bool> Stage for Step<'_, W, N, CORRECT> {
    const PLAIN: bool = CORRECT;

    #[inline(always)]
    fn plan(&self) -> &Plan {
        self.packing.model.plan
    }

    #[inline(always)]
    fn paxos(&mut self, _p: usize) -> &mut Proposer {
        &mut self.seat
    }

    #[inline(always)]
    fn node(&mut self, _node: NodeId) -> &mut Node {
        &mut self.node
    }

    #[inline(always)]
    fn is_over(&self) -> bool {
        false
    }

    // Neither is packed. To say so here leaves out what is compiled for them.
    #[inline(always)]
    fn is_sequential(&self) -> bool {
        false
    }

    #[inline(always)]
    fn preempts(&self, _reply: Reply) -> bool {
        false
    }

    /// Packs what the history keeps, and looks whether an invariant may be broken by it.
    #[inline(always)]
    fn emit(&mut self, event: Event) {
        let (packing, slot) = (self.packing, self.slot);
        self.moves.see(&event);
        self.is_suspect |= match event {
            Event::Started { proposer, ballot, .. } => {
                let code = packing.codes.code(Ballot::from_bits(ballot.0));
                self.state
                    .head
                    .set(packing.layout.slot(slot).code, if packing.layout.fixed { 0 } else { code });
                let first = packing.layout.first(usize::from(proposer));
                (first..slot).any(|before| packing.code(self.state.head, before) >= code)
            }
            Event::Proposed { value, .. } => self.propose(Value(value)),
            Event::Promised { ballot, .. } => ballot.0 <= self.promised.to_bits(),
            Event::Voted { node, ballot, value } => {
                let column = &mut self.state.columns[usize::from(node) - 1];
                column.set(packing.layout.voters, column.get(packing.layout.voters) | one(slot));
                ballot.0 < self.promised.to_bits()
                    || packing.value(self.state.head, slot) != Some(Value(value))
                    || self.contradicts(slot, Value(value))
            }
            Event::Learned { value, .. } => !self.is_chosen(Value(value)),
            Event::Answered { proposer, .. } => {
                let told = packing.value(self.state.head, slot).unwrap_or_default();
                !self.is_chosen(told) || self.was_told_otherwise(usize::from(proposer), told)
            }
            _ => false,
        };
    }

    #[inline(always)]
    fn note_refusal(&mut self) {
        self.moves.add(Move::Refuses);
    }

    #[inline(always)]
    fn next_attempt(&mut self, p: usize) -> (u32, Value) {
        let attempts = self.packing.attempts(self.state.head, p) + 1;
        self.state.head.set(self.packing.layout.seat(p).attempts, attempts as u64);
        self.slot = self.packing.layout.first(p) + attempts - 1;
        (attempts as u32, Value(p as u16))
    }

    #[inline(always)]
    fn ask_all(&mut self, p: usize, request: Request) -> Effect {
        let phase = usize::from(request != Request::Prepare);
        let (field, reaches) = (self.packing.layout.requests[phase], self.packing.reaches[p][phase]);
        for (n, column) in self.state.columns.iter_mut().enumerate() {
            if reaches & one(n) != 0 {
                column.set(field, column.get(field) | one(self.slot));
            }
        }
        Effect::None
    }

    fn call(&mut self, _p: usize, _node: NodeId, _request: Request) -> Effect {
        Effect::None
    }

    #[inline(always)]
    fn succeed(&mut self, p: usize, value: Value) -> Effect {
        self.state.head.set(self.packing.layout.seat(p).answered, 1);
        let answer = crate::trace::Answer::Succeeded { value: value.0 };
        self.emit(Event::Answered { proposer: p as u8, submission: p as u16, answer, counter: 0 });
        Effect::None
    }

    #[inline(always)]
    fn fail(&mut self, _p: usize, _why: Failure, _phase: Phase, _count: u8) -> Effect {
        self.moves.add(Move::Fails);
        Effect::None
    }
}
