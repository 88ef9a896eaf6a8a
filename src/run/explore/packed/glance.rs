//! What every step from a state asks of its proposers, read once for them all.
//!
//! Absent on purpose: what is asked of one proposer alone (`packing`).

use crate::paxos::Phase;

use super::packing::Packing;
use super::word::{Word, one};

/// Sets of attempts by their places, a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Glance {
    /// The latest of every proposer that has begun one.
    pub latest: u64,
    /// Those of them that are running.
    pub running: u64,
    /// Those of the running that are in phase 2.
    pub accepting: u64,
    /// Those of the running to which a refusal can matter.
    pub awaited: u64,
}

impl Packing<'_> {
    #[inline(always)]
    pub(super) fn glance<W: Word>(&self, head: W) -> Glance {
        let mut it = Glance::default();
        for p in 0..self.proposers() {
            let attempts = self.attempts(head, p);
            if attempts == 0 {
                continue;
            }
            let latest = one(self.layout.first(p) + attempts - 1);
            let phase = self.phase(head, p);
            let is_last = attempts == self.layout.attempts;
            it.latest |= latest;
            it.running |= if phase == Phase::Idle { 0 } else { latest };
            it.accepting |= if phase == Phase::Accept { latest } else { 0 };
            it.awaited |= if self.learns[usize::from(is_last)] { it.running & latest } else { 0 };
        }
        it
    }
}
