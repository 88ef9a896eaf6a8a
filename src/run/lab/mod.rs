//! Every order in which the calls of the lab can be executed, and what the clients are told in each.
//!
//! The lab's servers answer one call after the other and never stop early, so a submission is at most six executions:
//! its prepare at its own node and at the two peers, then its accept at each. Who is told what depends on nothing but
//! the order in which the executions of all submissions are mixed; there are a few hundred orders of two. Here they are
//! enumerated, not sampled.
//!
//! Written from the lab's description alone, without the protocol's code; a test holds every order against the engine.
//! Absent on purpose: time, and sentences about what was found (`report`).

mod count;
mod explain;
mod mix;
mod read;
mod tally;

pub use explain::{Explanation, Fact, Finding, Reading, Way, explain_lines, schedule};
pub use mix::{Ending, Execution, Mix, MixError, Told, mixes};
pub use read::{Line, ReadError, Said, Who, read, read_as};
pub use tally::{Tally, runs};

/// A client and the node that it submits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its proposer's name.
    pub name: String,
    /// Its node, from 1.
    pub node: u8,
    /// The text that it submits.
    pub value: String,
    /// The node's counter before the first of these submissions: so many it has taken before.
    pub counter: u64,
    /// Submissions, one after the other.
    pub submissions: usize,
}

/// What holds before and during the submissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Nodes, each an acceptor.
    pub nodes: u8,
    /// Nodes that no other node can call, and that can call none: stopped, a wrong address, another key.
    pub isolated: Vec<u8>,
    /// Nodes that have promised a number above all of these submissions', from before.
    pub stale: Vec<u8>,
    /// The clients.
    pub clients: Vec<Client>,
}

impl Setting {
    /// The number that a node gives to the submission that raises its counter to this.
    pub fn number(counter: u64, node: u8) -> u64 {
        counter.saturating_mul(10).saturating_add(u64::from(node))
    }
    /// Yeses that are needed.
    pub fn majority(&self) -> usize {
        usize::from(self.nodes) / 2 + 1
    }
    /// Whether a call between two nodes comes back.
    fn is_linked(&self, a: u8, b: u8) -> bool {
        a == b || !(self.isolated.contains(&a) || self.isolated.contains(&b))
    }
}
