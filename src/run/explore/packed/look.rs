//! A packed state as conditions see it.
//!
//! Absent on purpose: conditions (`run::condition`).

use crate::paxos::{Ballot, NodeId};
use crate::run::condition::Facts;
use crate::run::stage::public;
use crate::trace::{Answer, BallotId, ProposerId, SubmissionId};

use super::packing::Packing;
use super::word::{Packed, Word};

/// A state, and how it is packed.
pub(super) struct Look<'l, W, const N: usize> {
    pub packing: &'l Packing<'l>,
    pub state: &'l Packed<W, N>,
}

impl<W: Word, const N: usize> Facts for Look<'_, W, N> {
    fn winner(&self) -> Option<ProposerId> {
        self.packing.chosen(self.state).map(|winner| winner as ProposerId)
    }

    fn answer(&self, p: usize) -> Option<Answer> {
        let (packing, head) = (self.packing, self.state.head);
        let slot = packing.latest(head, p).filter(|_| packing.is_answered(head, p))?;
        packing.value(head, slot).map(|value| Answer::Succeeded { value: value.0 })
    }

    fn attempts(&self) -> u64 {
        (0..self.packing.proposers()).map(|p| self.packing.attempts(self.state.head, p) as u64).sum()
    }

    fn vote(&self, node: NodeId) -> Option<(BallotId, SubmissionId)> {
        let column = self.state.columns.get(usize::from(node).checked_sub(1)?)?;
        let vote = self.packing.acceptor(self.state.head, *column).vote;
        vote.value().map(|value| (public(vote.ballot), value.0))
    }

    fn promised(&self, node: NodeId) -> Option<BallotId> {
        let column = self.state.columns.get(usize::from(node).checked_sub(1)?)?;
        let promised = self.packing.acceptor(self.state.head, *column).promised;
        (promised != Ballot::NONE).then(|| public(promised))
    }
}
