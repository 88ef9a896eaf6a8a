//! Every state that can follow a packed one.
//!
//! Absent on purpose: what a step does (`step`).

use crate::paxos::Phase;

use super::super::moves::MoveCounts;
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

    #[inline(always)]
    fn add(&mut self, step: &Step<'_, W, N>) {
        if step.is_suspect {
            self.suspects.push(self.states.len());
        }
        self.moves.count(step.moves);
        self.states.push(step.packing.standing_for(step.state));
    }
}

impl Packing<'_> {
    /// Adds every state that can follow.
    #[inline(always)]
    pub(super) fn children<W: Word, const N: usize>(&self, state: &Packed<W, N>, out: &mut Children<W, N>) {
        for p in 0..self.proposers() {
            self.turns(state, p, out);
        }
        // What all requests to an acceptor find the same is read once for them all.
        let awaited = self.awaited(state.head);
        for (n, column) in state.columns.iter().enumerate() {
            let under_way = column.get(self.layout.all_requests);
            if under_way == 0 {
                continue;
            }
            let acceptor = self.acceptor(state.head, *column);
            for bit in bits(under_way) {
                let is_accept = bit >= self.layout.places();
                let slot = if is_accept { bit - self.layout.places() } else { bit };
                let mut step = Step::new(self, state);
                step.serve(n, (slot, is_accept), acceptor, awaited);
                out.add(&step);
            }
        }
        // What no acceptor has under way to a proposer need not be looked for at each.
        let any = state.columns.iter().fold(W::default(), |any, &column| any | column);
        for p in 0..self.proposers() {
            let phase = self.phase(state.head, p);
            if phase != Phase::Idle {
                self.rejections(state, any, p, out);
                self.quorums(state, any, (p, phase), out);
            }
        }
    }

    /// A proposer begins its next attempt, or gives up.
    #[inline(always)]
    fn turns<W: Word, const N: usize>(&self, state: &Packed<W, N>, p: usize, out: &mut Children<W, N>) {
        let (model, head) = (self.model, state.head);
        if model.conditions.is_down(model.plan.proposers[p].node) {
            return;
        }
        let is_idle = self.phase(head, p) == Phase::Idle;
        let is_last = self.is_last(head, p);
        if !self.is_answered(head, p) && !is_last && (is_idle || model.bounds.timeouts) {
            let mut step = Step::new(self, state);
            step.start(p);
            out.add(&step);
        }
        if is_last && !is_idle && model.conditions.gives_up {
            let mut step = Step::new(self, state);
            step.give_up(p);
            out.add(&step);
        }
    }

    #[inline(always)]
    fn rejections<W: Word, const N: usize>(
        &self,
        state: &Packed<W, N>,
        any: W,
        p: usize,
        out: &mut Children<W, N>,
    ) {
        if self.layout.rejections == Rejections::Never {
            return;
        }
        for of_accept in [false, true] {
            let field = self.layout.ear(p).rejections[usize::from(of_accept)];
            if any.get(field) == 0 {
                continue;
            }
            for (n, column) in state.columns.iter().enumerate() {
                for about in self.named(column.get(field)) {
                    let mut step = Step::new(self, state);
                    step.hear_rejection(p, n, of_accept, about);
                    out.add(&step);
                }
            }
        }
    }

    /// Every set of answers under way that completes this proposer's quorum.
    #[inline(always)]
    fn quorums<W: Word, const N: usize>(
        &self,
        state: &Packed<W, N>,
        any: W,
        (p, phase): (usize, Phase),
        out: &mut Children<W, N>,
    ) {
        let (ear, rules) = (self.layout.ear(p), &self.model.plan.rules);
        let (field, needed) = match phase {
            Phase::Accept => (ear.accepted, rules.accept_quorum),
            _ => (ear.promise, rules.prepare_quorum),
        };
        if any.get(field) == 0 {
            return;
        }
        let answered = |(n, column): (usize, &W)| u64::from(column.get(field) != 0) << n;
        let ready = state.columns.iter().enumerate().map(answered).fold(0, |set, bit| set | bit);
        let mut nodes = ready;
        while nodes != 0 {
            if nodes.count_ones() == u32::from(needed) {
                let mut step = Step::new(self, state);
                step.hear_quorum(p, nodes);
                out.add(&step);
            }
            nodes = (nodes - 1) & ready;
        }
    }
}
