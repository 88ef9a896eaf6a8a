//! Leaves out of a packed state what can no longer matter, as `reduce` does of a state: here only where a step has changed
//! what that depends on.
//!
//! Absent on purpose: why it cannot matter (`reduce`).

use crate::paxos::{Ballots, Phase};

use super::glance::Glance;
use super::layout::Rejections;
use super::packing::bits;
use super::step::Step;
use super::word::{Packed, Word, one};

impl<W: Word, const N: usize, const CORRECT: bool> Step<'_, W, N, CORRECT> {
    /// Behind a step of acceptor `n`, from 0.
    #[inline(always)]
    pub(super) fn settle_acceptor(&mut self, n: usize, slot: usize, has_promised: bool, now: Glance) {
        let mut is_less = now.latest & one(slot) == 0;
        if has_promised {
            is_less |= self.settle_requests(n, now.awaited);
            let plan = self.packing.model.plan;
            if plan.rules.ballots == Ballots::PastHighest
                && self.packing.layout.rejections != Rejections::Never
            {
                // Who lives there knows of a higher round.
                let node = n as u8 + 1;
                if let Some(p) = plan.proposers.iter().position(|it| it.home == node) {
                    self.settle_seen(p);
                }
            }
        }
        if is_less {
            self.settle_ballots();
        }
    }

    /// Behind a step of a proposer, of whose requests others may be awaited now, or none.
    #[inline(always)]
    pub(super) fn settle_proposer(&mut self, p: usize, has_begun: bool) {
        let is_idle = self.packing.phase(self.state.head, p) == Phase::Idle;
        if is_idle {
            self.state.clear(self.packing.layout.ear(p).all);
        }
        self.settle_seen(p);
        if !is_idle && !has_begun && !self.packing.drops {
            return;
        }
        let awaited = self.packing.glance(self.state.head).awaited;
        for n in 0..N {
            self.settle_requests(n, awaited);
        }
        self.settle_ballots();
    }

    /// Requests that will be refused, to a proposer that does not listen; whether there were any.
    #[inline(always)]
    fn settle_requests(&mut self, n: usize, awaited: u64) -> bool {
        let (packing, head) = (self.packing, self.state.head);
        let [prepare, accept] = packing.layout.requests;
        let column = &mut self.state.columns[n];
        let (prepares, accepts) = (column.get(prepare), column.get(accept));
        let promised = column.get(packing.layout.promised);
        let (mut below, mut equal) = (0, 0);
        for slot in bits((prepares | accepts) & !awaited) {
            let code = packing.code(head, slot);
            below |= if code < promised { one(slot) } else { 0 };
            equal |= if code == promised { one(slot) } else { 0 };
        }
        if below | equal != 0 {
            column.set(prepare, prepares & !(below | equal));
            column.set(accept, accepts & !below);
        }
        below | equal != 0
    }

    /// A round that was seen but is known otherwise, and rejections that name none beyond it.
    #[inline(always)]
    fn settle_seen(&mut self, p: usize) {
        let (packing, head) = (self.packing, self.state.head);
        let layout = &packing.layout;
        if layout.rejections == Rejections::Never {
            return;
        }
        let seen = head.get(layout.seat(p).seen);
        if seen != 0 {
            let known = packing.model.known(&packing.home(self.state, p));
            if packing.codes.base() + seen <= known
                || packing.is_answered(head, p)
                || packing.is_last(head, p)
            {
                self.state.head.set(layout.seat(p).seen, 0);
            }
        }
        if packing.phase(head, p) == Phase::Idle {
            return;
        }
        for of_accept in [false, true] {
            let field = layout.ear(p).rejections[usize::from(of_accept)];
            if self.state.columns.iter().all(|column| column.get(field) == 0) {
                continue;
            }
            let keeps = self.rejections_that_matter(p, of_accept);
            for column in &mut self.state.columns {
                let under_way = column.get(field);
                let left = match layout.rejections {
                    Rejections::Many => under_way & keeps >> 1,
                    _ if keeps & one(under_way as usize) != 0 => under_way,
                    _ => 0,
                };
                column.set(field, left);
            }
        }
    }

    /// The numbers of the ballots of which a rejection matters to a running attempt, a bit each.
    #[inline(always)]
    pub(super) fn rejections_that_matter(&self, p: usize, of_accept: bool) -> u64 {
        let (packing, head) = (self.packing, self.state.head);
        let is_last = packing.is_last(head, p);
        if packing.model.end_matters(is_last, of_accept == (packing.phase(head, p) == Phase::Accept)) {
            u64::MAX
        } else if is_last {
            0
        } else {
            !packing.codes.up_to(packing.model.known(&packing.home(self.state, p)))
        }
    }

    /// Ballots of attempts that are over, in which nothing was proposed and nothing is under way.
    #[inline(always)]
    fn settle_ballots(&mut self) {
        let (packing, head) = (self.packing, self.state.head);
        if packing.layout.fixed {
            return;
        }
        for p in 0..packing.proposers() {
            let first = packing.layout.first(p);
            for slot in first..(first + packing.attempts(head, p)).saturating_sub(1) {
                if packing.value(head, slot).is_none()
                    && packing.code(head, slot) != 0
                    && !is_under_way(self.state, packing.layout.requests, slot)
                {
                    self.state.head.set(packing.layout.slot(slot).code, 0);
                }
            }
        }
    }
}

/// Whether a request of this attempt is under way.
#[inline(always)]
fn is_under_way<W: Word, const N: usize>(
    state: &Packed<W, N>,
    requests: [super::word::Field; 2],
    slot: usize,
) -> bool {
    state.columns.iter().any(|column| requests.iter().any(|&field| column.has(field, slot as u32)))
}
