//! Every state that can follow a packed one.
//!
//! Absent on purpose: what a step does (`step`).

use crate::paxos::Phase;

use super::super::moves::MoveCounts;
use super::glance::Glance;
use super::layout::Rejections;
use super::packing::{Packing, bits};
use super::step::Step;
use super::word::{Packed, Word};

/// What follows from some states.
pub(super) struct Children<W, const N: usize> {
    pub states: Vec<Packed<W, N>>,
    /// Which of them an invariant may be broken on the way to.
    pub suspects: Vec<usize>,
    /// What happened in the steps that led to them, and to those before.
    pub moves: MoveCounts,
}

impl<W: Word, const N: usize> Children<W, N> {
    pub fn new() -> Self {
        Children { states: Vec::new(), suspects: Vec::new(), moves: MoveCounts::default() }
    }

    pub fn clear(&mut self) {
        self.states.clear();
        self.suspects.clear();
    }
}

/// A state that is being left.
struct Leaving<'s, W, const N: usize, const CORRECT: bool> {
    packing: &'s Packing<'s>,
    state: &'s Packed<W, N>,
    now: Glance,
    out: &'s mut Children<W, N>,
}

impl Packing<'_> {
    /// Adds every state that can follow.
    #[inline(always)]
    pub(super) fn children<W: Word, const N: usize>(&self, state: &Packed<W, N>, out: &mut Children<W, N>) {
        let (packing, now) = (self, self.glance(state.head));
        // Compiled twice, so that the correct protocol need not ask at every step which mutant it is.
        if self.is_correct {
            Leaving::<W, N, true> { packing, state, now, out }.leave();
        } else {
            Leaving::<W, N, false> { packing, state, now, out }.leave();
        }
    }
}

impl<W: Word, const N: usize, const CORRECT: bool> Leaving<'_, W, N, CORRECT> {
    fn leave(&mut self) {
        let (packing, head) = (self.packing, self.state.head);
        for p in 0..packing.proposers() {
            self.turns(p);
        }
        for n in 0..N {
            self.requests(n);
        }
        // What no acceptor has under way to a proposer need not be looked for at each.
        let any = self.state.columns.iter().fold(W::default(), |any, &column| any | column);
        for p in 0..packing.proposers() {
            let phase = packing.phase(head, p);
            if phase != Phase::Idle {
                self.rejections(any, p);
                self.quorums(any, p, phase);
            }
        }
    }

    /// Adds the state to which a step leads.
    #[inline(always)]
    fn add(&mut self, take: impl FnOnce(&mut Step<'_, W, N, CORRECT>)) {
        let Children { states, suspects, moves } = &mut *self.out;
        let at = states.len();
        // A step is taken where the state stays.
        states.push(*self.state);
        let mut step = Step::new(self.packing, &mut states[at]);
        take(&mut step);
        moves.count(step.moves);
        if step.is_suspect {
            suspects.push(at);
        }
        self.packing.stand_for(&mut states[at]);
    }

    /// A proposer begins its next attempt, or gives up.
    #[inline(always)]
    fn turns(&mut self, p: usize) {
        let (packing, head) = (self.packing, self.state.head);
        let model = packing.model;
        if model.conditions.is_down(model.plan.proposers[p].node) {
            return;
        }
        let is_idle = packing.phase(head, p) == Phase::Idle;
        let is_last = packing.is_last(head, p);
        if !packing.is_answered(head, p) && !is_last && (is_idle || model.bounds.timeouts) {
            self.add(|step| step.start(p));
        }
        if is_last && !is_idle && model.conditions.gives_up {
            self.add(|step| step.give_up(p));
        }
    }

    /// A request arrives at acceptor `n`, from 0.
    #[inline(always)]
    fn requests(&mut self, n: usize) {
        let (packing, column, now) = (self.packing, self.state.columns[n], self.now);
        let under_way = column.get(packing.layout.all_requests);
        if under_way == 0 {
            return;
        }
        // All of them find the same acceptor.
        let acceptor = packing.acceptor(self.state.head, column);
        for bit in bits(under_way) {
            let is_accept = bit >= packing.layout.places();
            let slot = if is_accept { bit - packing.layout.places() } else { bit };
            self.add(|step| step.serve(n, (slot, is_accept), acceptor, now));
        }
    }

    /// A rejection arrives.
    #[inline(always)]
    fn rejections(&mut self, any: W, p: usize) {
        let packing = self.packing;
        if packing.layout.rejections == Rejections::Never {
            return;
        }
        for of_accept in [false, true] {
            let field = packing.layout.ear(p).rejections[usize::from(of_accept)];
            if any.get(field) == 0 {
                continue;
            }
            for n in 0..N {
                for about in packing.named(self.state.columns[n].get(field)) {
                    self.add(|step| step.hear_rejection(p, n, of_accept, about));
                }
            }
        }
    }

    /// Answers under way complete a proposer's quorum: every set of them that does.
    #[inline(always)]
    fn quorums(&mut self, any: W, p: usize, phase: Phase) {
        let packing = self.packing;
        let ear = packing.layout.ear(p);
        let (field, quorums) = match phase {
            Phase::Accept => (ear.accepted, &packing.quorums[1]),
            _ => (ear.promise, &packing.quorums[0]),
        };
        if any.get(field) == 0 {
            return;
        }
        let answered = |(n, column): (usize, &W)| u64::from(column.get(field) != 0) << n;
        let ready = self.state.columns.iter().enumerate().map(answered).fold(0, |set, bit| set | bit);
        for &nodes in quorums {
            if nodes & !ready == 0 {
                self.add(|step| step.hear_quorum(p, nodes));
            }
        }
    }
}
