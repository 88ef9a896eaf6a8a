//! What a plan says about the world around somebody's nodes: clients, faults, the end.

use crate::check::Monitor;
use crate::run::faults::PlannedFaults;
use crate::run::plan::{Plan, PlannedRead};
use crate::scenario::model::Stop;
use crate::sim::Sampler;
use crate::trace::{NodeId, ProposerId, SubmissionId};

/// A `get_value` that a plan schedules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReadAt {
    /// On this node.
    pub node: NodeId,
    /// First at this time, ns.
    pub at_ns: u64,
    /// And so often again, ns; once if none.
    pub every_ns: Option<u64>,
}

impl Plan {
    /// Nodes are numbered from 1 to this.
    pub(super) fn nodes(&self) -> u8 {
        self.rules.nodes
    }

    /// When a proposer's own client comes.
    pub(super) fn start_of(&self, proposer: ProposerId) -> &Sampler {
        &self.proposers[usize::from(proposer)].start
    }

    /// The submissions of `[[submit]]`, each with its time, ns.
    pub(super) fn submits(&self) -> &[(u64, SubmissionId)] {
        &self.submits
    }

    /// Its reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = ReadAt> {
        let read = |read: &PlannedRead| ReadAt { node: read.node, at_ns: read.at, every_ns: read.every };
        self.reads.iter().map(read)
    }

    /// Whether nobody can call this node any more.
    pub(super) fn is_unreachable(&self, node: NodeId, now: u64) -> bool {
        self.unreachable_from[usize::from(node)] <= now
    }

    /// Its faults.
    pub(super) fn faults(&self) -> &PlannedFaults {
        &self.faults
    }

    /// Whether some link keeps the order of its messages.
    pub(super) fn keeps_order(&self) -> bool {
        self.detail.as_ref().is_some_and(|detail| detail.keeps_order)
    }

    /// What ends its runs.
    pub(super) fn stop(&self) -> Stop {
        self.stop
    }

    /// Whether what happens at one instant happens in the order in which it was scheduled.
    pub(super) fn fifo_ties(&self) -> bool {
        self.fifo_ties
    }

    /// Who checks and counts its runs.
    pub(super) fn monitor(&self) -> Monitor {
        Monitor::with(self.checks, self.roles(), &self.submissions)
    }
}
