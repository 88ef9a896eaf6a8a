//! What two proposers have, the other way round: as values to set, so that a command line can say it again.
//!
//! Absent on purpose: names and values. A proposer keeps its name, by which its wins are counted.

use super::model::{Proposer, Scenario};
use super::path::{inline_tree, step};
use crate::text::Tree;

/// What is swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The nodes: their ids, and where they are in the network.
    Nodes,
    /// The starts.
    Starts,
    /// Both.
    Both,
}

impl Swap {
    /// All of them, in the order of reports.
    pub const ALL: [Swap; 3] = [Swap::Nodes, Swap::Starts, Swap::Both];

    /// As reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Swap::Nodes => "nodes",
            Swap::Starts => "starts",
            Swap::Both => "both",
        }
    }
}

impl Scenario {
    /// The paths and values that swap what these two proposers have; empty where they have the same.
    pub fn swapped(&self, [a, b]: [usize; 2], swap: Swap) -> Vec<(String, String)> {
        let (Some(a), Some(b)) = (self.proposer.get(a), self.proposer.get(b)) else { return Vec::new() };
        let mut sets = Vec::new();
        let mut set = |who: &Proposer, key: &str, value: String| {
            sets.push((format!("proposer.{}.{key}", step(&who.name)), value));
        };
        if swap != Swap::Starts && a.node != b.node {
            set(a, "node", b.node.to_string());
            set(b, "node", a.node.to_string());
        }
        if swap != Swap::Nodes && a.start != b.start {
            let text = |of: &Proposer| inline_tree(&Tree::of(&of.start));
            set(a, "start", text(b));
            set(b, "start", text(a));
        }
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Document;

    #[test]
    fn swapping_twice_gives_the_same_scenario() {
        let text = "[[proposer]]\nname = \"A.1\"\nnode = 1\nstart = { uniform = { min = \"0s\", max = \"1s\" } }\n\
                    [[proposer]]\nname = \"B\"\nnode = 3\n";
        let document = Document::parse(text, "swap.toml").unwrap();
        let scenario = document.scenario().unwrap();
        for swap in Swap::ALL {
            let mut turned = document.clone();
            for (path, value) in scenario.swapped([0, 1], swap) {
                turned.set(&path, &value).unwrap();
            }
            let once = turned.scenario().unwrap();
            assert_eq!(once.proposer[0].node == 3, swap != Swap::Starts);
            assert_eq!(once.proposer[1].start == scenario.proposer[0].start, swap != Swap::Nodes);
            for (path, value) in once.swapped([0, 1], swap) {
                turned.set(&path, &value).unwrap();
            }
            assert_eq!(turned.scenario().unwrap(), scenario);
        }
    }
}
