//! Acceptors that are alike: which of them is which makes no difference.
//!
//! Take a state and let two acceptors change their names: what they have promised and voted, and all that is under way to
//! them and from them. If the network treats both alike and no proposer looks at the promise of either (as one does, with
//! ballots past the highest, at that of its own node), then whatever could happen can still happen under the other names,
//! and leads to the same states under the other names. Quorums are counted, invariants and choices name no acceptor, and
//! mutants that care about the order in which answers are heard are not packed. So one of all these states stands for them (unless somebody asks for acceptors by their numbers):
//! the one with its columns in order. Absent on purpose: proposers that are alike, for values tell them apart.

use crate::paxos::Ballots;

use super::packing::Packing;
use super::word::{Packed, Word};

impl Packing<'_> {
    /// The acceptors, from 0, that are alike; a list for each kind of which there are several.
    pub(super) fn alike(&self) -> Vec<Vec<usize>> {
        let plan = self.model.plan;
        if !self.model.bounds.reductions || self.model.question.names_nodes() {
            return Vec::new();
        }
        let looks = plan.rules.ballots == Ballots::PastHighest;
        let kind = |n: usize| {
            let resident = plan.proposers.iter().position(|it| looks && usize::from(it.home) == n + 1);
            let bit = |&set: &u64| set >> n & 1;
            let links: Vec<u64> =
                self.reaches.iter().flatten().chain(self.hears.iter().flatten()).map(bit).collect();
            (resident, links)
        };
        let mut kinds: Vec<Vec<usize>> = Vec::new();
        for n in 0..self.nodes() {
            match kinds.iter_mut().find(|others| kind(others[0]) == kind(n)) {
                Some(others) => others.push(n),
                None => kinds.push(vec![n]),
            }
        }
        kinds.retain(|it| it.len() > 1);
        kinds
    }

    /// The state that stands for this one.
    #[inline(always)]
    pub(super) fn standing_for<W: Word, const N: usize>(&self, mut state: Packed<W, N>) -> Packed<W, N> {
        self.stand_for(&mut state);
        state
    }

    /// Replaces a state by the one that stands for it.
    #[inline(always)]
    pub(super) fn stand_for<W: Word, const N: usize>(&self, state: &mut Packed<W, N>) {
        for kind in &self.alike {
            // A few at most.
            for end in 1..kind.len() {
                for at in (0..end).rev() {
                    let (left, right) = (kind[at], kind[at + 1]);
                    if state.columns[left] <= state.columns[right] {
                        break;
                    }
                    state.columns.swap(left, right);
                }
            }
        }
    }
}
