//! What each acceptor has on its disk at the end: its last vote, from events alone.

use crate::trace::{BallotId, Event, NodeId, Observer, SubmissionId};

/// The last vote of each node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    by_node: Vec<Option<(BallotId, SubmissionId)>>,
}

impl Votes {
    /// Of this many nodes, none of which has voted.
    pub fn new(nodes: u8) -> Self {
        Votes { by_node: vec![None; usize::from(nodes) + 1] }
    }

    /// A node's last vote.
    pub fn of(&self, node: NodeId) -> Option<(BallotId, SubmissionId)> {
        self.by_node.get(usize::from(node)).copied().flatten()
    }
}

impl Observer for Votes {
    fn on(&mut self, _at_ns: u64, event: &Event) {
        if let Event::Voted { node, ballot, value } = *event
            && let Some(vote) = self.by_node.get_mut(usize::from(node))
        {
            *vote = Some((ballot, value));
        }
    }
}
