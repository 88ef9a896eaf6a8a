//! Where a message is handled.
//!
//! Absent on purpose: the engine's own numbers for places (`deviate`); this is told from the scenario alone.

use crate::scenario::Scenario;
use crate::trace::{MessageId, NodeId, ProposerId};

/// A place that messages go to: they are handled there one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A node, with the acceptor and the proposers on it.
    Node(NodeId),
    /// A proposer on no node.
    Proposer(ProposerId),
}

impl Place {
    /// Where this message is handled.
    pub fn of(scenario: &Scenario, id: MessageId) -> Place {
        let home = |p: ProposerId| scenario.proposer.get(usize::from(p)).map_or(0, |proposer| proposer.node);
        match id.ends(home) {
            (_, 0) => Place::Proposer(id.proposer),
            (_, node) => Place::Node(node),
        }
    }
}
