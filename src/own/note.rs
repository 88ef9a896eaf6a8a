//! What somebody's node says to people.

use crate::trace::NodeId;

/// A line for people: when, where, what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When, ns.
    pub at_ns: u64,
    /// Of this node.
    pub node: NodeId,
    /// The kind of a hazard; none for a line of the node's own log.
    pub hazard: Option<String>,
    /// The text, as the node wrote it.
    pub text: String,
}
