//! Sets of acceptors, and when one is large enough.

/// The number of a node, from 1; at most 63.
pub type NodeId = u8;

/// A set of nodes: a second answer of the same acceptor must not count twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodeSet {
    members: u64,
    len: u8,
}

impl NodeSet {
    /// No nodes.
    pub const EMPTY: NodeSet = NodeSet { members: 0, len: 0 };

    /// Adds a node, if it is not there yet.
    #[inline(always)]
    pub fn insert(&mut self, node: NodeId) {
        let bit = 1 << (node & 63);
        self.len += u8::from(self.members & bit == 0);
        self.members |= bit;
    }
    /// Takes a node out, if it is there.
    #[inline(always)]
    pub fn remove(&mut self, node: NodeId) {
        let bit = 1 << (node & 63);
        self.len -= u8::from(self.members & bit != 0);
        self.members &= !bit;
    }
    /// How many.
    #[inline(always)]
    pub const fn len(self) -> u8 {
        self.len
    }
    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
    /// Its members, node n as bit n.
    pub const fn bits(self) -> u64 {
        self.members
    }
    /// Whether it holds this node.
    pub const fn contains(self, node: NodeId) -> bool {
        self.members >> (node & 63) & 1 != 0
    }
}
