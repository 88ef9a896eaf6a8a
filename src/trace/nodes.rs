//! A set of nodes in a record: a word inside, a list of node numbers outside.
//!
//! Absent on purpose: the protocol's own sets, which the record does not know.

use serde::{Deserialize, Serialize};

use super::NodeId;

/// A set of nodes, a bit each; node 0 stands for the proposers that live on no node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<NodeId>", into = "Vec<NodeId>")]
pub struct NodeBits(pub u64);

impl NodeBits {
    /// Its members, ascending.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        (0..64).filter(move |&node| self.0 >> node & 1 != 0)
    }
    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<NodeId> for NodeBits {
    /// Node numbers are below 64; what is not is taken modulo 64.
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        NodeBits(nodes.into_iter().fold(0, |bits, node| bits | 1 << (node & 63)))
    }
}

impl From<Vec<NodeId>> for NodeBits {
    fn from(nodes: Vec<NodeId>) -> Self {
        nodes.into_iter().collect()
    }
}

impl From<NodeBits> for Vec<NodeId> {
    fn from(bits: NodeBits) -> Self {
        bits.iter().collect()
    }
}
