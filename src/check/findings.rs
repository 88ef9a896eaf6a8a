//! What a check has found: broken invariants with their evidence, in the order in which they broke.

use super::evidence::Evidence;
use super::invariant::{Invariant, InvariantSet};
use crate::trace::BallotId;

/// A broken invariant with its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When, ns.
    pub at_ns: u64,
    /// In this ballot, if it is about one.
    pub ballot: BallotId,
    /// What was seen.
    pub evidence: Evidence,
}

/// The violations of a run so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub violated: InvariantSet,
    pub violations: Vec<Violation>,
}

impl Findings {
    #[inline]
    pub fn clear(&mut self) {
        self.violated = InvariantSet::default();
        self.violations.clear();
    }

    #[cold]
    #[inline(never)]
    pub fn report(&mut self, invariant: Invariant, at_ns: u64, ballot: BallotId, evidence: Evidence) {
        /// A broken run can violate at every event: the first few tell all.
        const KEPT: usize = 16;
        self.violated.insert(invariant);
        if self.violations.len() < KEPT {
            self.violations.push(Violation { invariant, at_ns, ballot, evidence });
        }
    }

    /// Takes those of another check of the same run, in the order of time.
    pub fn absorb(&mut self, other: &Findings) {
        self.violated = self.violated.or(other.violated);
        self.violations.extend(&other.violations);
        self.violations.sort_by_key(|violation| violation.at_ns);
    }
}
