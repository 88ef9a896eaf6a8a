//! What a plan says to whoever plays or judges its runs: by which rules, where a proposer is, what befalls a message.

use crate::paxos::Rules;
use crate::sim::Course;
use crate::trace::{Kind, NodeId, ProposerId};

use super::plan::Plan;

impl Plan {
    /// What the built-in's roles go by.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The node of a proposer; 0 for none.
    pub(super) fn node_of(&self, proposer: ProposerId) -> NodeId {
        self.proposers[usize::from(proposer)].node
    }

    /// What befalls a message of this kind that enters the network then.
    pub(super) fn course(&self, now: u64, kind: Kind, from: NodeId, to: NodeId) -> Course {
        match &self.detail {
            Some(detail) => detail.course(now, kind, from, to),
            None => Course::plain(self.routes.fate(kind, from, to).clone()),
        }
    }
}
