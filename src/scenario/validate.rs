//! The rules between keys, each with the place of the key that breaks it.
//!
//! Absent on purpose: what a single value may be, which its type refuses while reading, and what the engine can't
//! run yet.

mod delay;
mod expect;
mod faults;
mod network;
mod people;
mod protocol;
mod script;
mod sweep;

use super::error::Problem;
use super::escape::first_hidden;
use super::model::Scenario;
use super::node::{Node, Step};
use super::units::Duration;

/// Most links, faults or reads of a scenario.
const LONGEST_LIST: usize = 10_000;
/// Longest name of a file, in characters.
const LONGEST_FILE: usize = 100;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// Checks every rule; the first that is broken is the error.
pub(super) fn check(scenario: &Scenario, root: &Node) -> Result<(), Problem> {
    let check = Check { scenario, root };
    check.sizes()?;
    check.cluster()?;
    check.proposers()?;
    check.submissions()?;
    check.protocol()?;
    check.network()?;
    check.faults()?;
    check.reads()?;
    check.run()?;
    check.script()?;
    check.expectations()?;
    check.sweep()
}

pub(super) use delay::MOST_SAMPLES;

struct Check<'a> {
    scenario: &'a Scenario,
    root: &'a Node,
}

impl Check<'_> {
    /// A broken rule, placed at the deepest part of `path` that the document has.
    fn broken<T>(&self, path: &[Step], why: impl Into<String>) -> Result<T, Problem> {
        Err(Problem::new(why).placed(self.root.place(path)))
    }

    /// Node numbers run from `least` (0 where a proposer may live on no node) to `nodes`.
    fn node(&self, path: &[Step], node: u8, least: u8) -> Result<(), Problem> {
        let nodes = self.scenario.cluster.nodes;
        if (least..=nodes).contains(&node) {
            return Ok(());
        }
        let outside = if least == 0 { ", or 0 for none" } else { "" };
        self.broken(path, format!("there is no node {node}; the cluster has nodes 1 to {nodes}{outside}"))
    }

    /// What grows with a file but with no idea of a person: it would only cost time later.
    fn sizes(&self) -> Result<(), Problem> {
        let scenario = self.scenario;
        // An override for a node is one for each of its links.
        let nodes = scenario.network.node.iter().map(|fate| fate.count(scenario.cluster.nodes));
        let links = nodes.fold(scenario.network.link.len(), usize::saturating_add);
        let lists: [(&[Step], usize); 3] = [
            (&["network".into(), "link".into()], links),
            (&["fault".into()], scenario.fault.len()),
            (&["read".into()], scenario.read.len()),
        ];
        for (path, length) in lists {
            if length > LONGEST_LIST {
                return self.broken(path, format!("a list of {length}; allowed: {LONGEST_LIST}"));
            }
        }
        self.line("title", &scenario.title, LONGEST_TITLE)?;
        self.line("file", &scenario.file, LONGEST_FILE)
    }

    /// A key that is shown as a line.
    fn line(&self, key: &str, text: &str, longest: usize) -> Result<(), Problem> {
        let length = text.chars().count();
        if length > longest {
            let why = format!("`{key}` has {length} characters; allowed: {longest}; shorten it");
            return self.broken(&[key.into()], why);
        }
        if let Some(hidden) = first_hidden(text) {
            let why =
                format!("`{key}` has {hidden}; a {key} is one line of visible characters; leave it out");
            return self.broken(&[key.into()], why);
        }
        Ok(())
    }

    fn cluster(&self) -> Result<(), Problem> {
        let cluster = &self.scenario.cluster;
        let nodes = cluster.nodes;
        if !(1..=63).contains(&nodes) {
            return self.broken(
                &["cluster".into(), "nodes".into()],
                format!("`nodes` is {nodes}; allowed: 1 to 63"),
            );
        }
        let (prepare, accept) = cluster.quorum_sizes();
        for (key, size) in [("prepare", prepare), ("accept", accept)] {
            if !(1..=nodes).contains(&size) {
                let path = ["cluster", "quorum", "sizes", key].map(Step::from);
                return self
                    .broken(&path, format!("a quorum of {size} of {nodes} nodes; allowed: 1 to {nodes}"));
            }
        }
        if u16::from(prepare) + u16::from(accept) <= u16::from(nodes) && !cluster.unsafe_ {
            let path = ["cluster", "quorum"].map(Step::from);
            return self.broken(
                &path,
                format!(
                    "quorums of {prepare} and {accept} of {nodes} nodes need not intersect, so two values can be \
                     chosen; make their sum larger than {nodes}, or say `unsafe = true` in [cluster]"
                ),
            );
        }
        Ok(())
    }

    fn reads(&self) -> Result<(), Problem> {
        for (i, read) in self.scenario.read.iter().enumerate() {
            self.node(&["read".into(), i.into(), "node".into()], read.node, 1)?;
            if read.every == Some(Duration::from_ns(0)) {
                let path = ["read".into(), i.into(), "every".into()];
                return self
                    .broken(&path, "`every` is 0; write a longer period, or leave it out for a single read");
            }
        }
        Ok(())
    }

    fn run(&self) -> Result<(), Problem> {
        let run = &self.scenario.run;
        if run.horizon.ns() == 0 {
            return self.broken(
                &["run", "horizon"].map(Step::from),
                "`horizon` is 0, so nothing would happen; write \"60s\"",
            );
        }
        if !(1..=1_000_000_000).contains(&run.max_events) {
            let why = format!("`max_events` is {}; allowed: 1 to 1000000000", run.max_events);
            return self.broken(&["run", "max_events"].map(Step::from), why);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
