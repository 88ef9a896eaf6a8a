//! Rules for proposers and submissions.
//!
//! Absent on purpose: what a proposer does.

use std::collections::BTreeMap;

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::escape::{first_hidden, is_mark, shown};
use crate::scenario::model::{Ballots, Proposer, Scenario};
use crate::scenario::node::Step;
use crate::scenario::suggest::did_you_mean;

/// Words that reports and queries use beside the names of proposers.
const RESERVED: [&str; 7] = ["undecided", "none", "null", "any", "all", "total", "nobody"];
/// Longest name, in characters.
const LONGEST_NAME: usize = 40;
/// Highest `initial_round`: it leaves as many rounds again before a 32-bit counter is full.
const HIGHEST_ROUND: u32 = 1 << 31;
/// Most submissions, those of the proposers included.
const MOST_SUBMISSIONS: usize = 1000;

impl Scenario {
    /// The id that a proposer's ballots bear: its node, or, for the i-th proposer on no node (from 0, in the
    /// order of the file), nodes + 1 + i.
    pub fn ballot_ids(&self) -> Vec<u8> {
        let mut next = self.cluster.nodes;
        let id = |proposer: &Proposer| match proposer.node {
            0 => {
                next = next.saturating_add(1);
                next
            }
            node => node,
        };
        self.proposer.iter().map(id).collect()
    }
}

impl Check<'_> {
    pub(super) fn proposers(&self) -> Result<(), Problem> {
        let proposers = &self.scenario.proposer;
        if !(1..=64).contains(&proposers.len()) {
            let why = format!("{} proposers; allowed: 1 to 64 [[proposer]]", proposers.len());
            return self.broken(&["proposer".into()], why);
        }
        let mut seen = BTreeMap::new();
        for (i, proposer) in proposers.iter().enumerate() {
            self.name(i, &proposer.name)?;
            if let Some(first) = seen.insert(&proposer.name, i) {
                let why = format!(
                    "two proposers are named {} (number {} and {}); give each its own name",
                    shown(&proposer.name),
                    first + 1,
                    i + 1
                );
                return self.broken(&self.of_proposer(i, "name"), why);
            }
            self.node(&self.of_proposer(i, "node"), proposer.node, 0)?;
            self.single_delay(&self.of_proposer(i, "start"), &proposer.start)?;
            if proposer.initial_round > HIGHEST_ROUND {
                let why = format!("`initial_round` is {}; allowed: 0 to 2^31", proposer.initial_round);
                return self.broken(&self.of_proposer(i, "initial_round"), why);
            }
        }
        self.lab_ids()
    }

    fn of_proposer(&self, i: usize, key: &'static str) -> [Step<'static>; 3] {
        ["proposer".into(), i.into(), key.into()]
    }

    fn name(&self, i: usize, name: &str) -> Result<(), Problem> {
        let why = if name.is_empty() {
            "a proposer's name is empty; write \"A\"".to_string()
        } else if name.chars().count() > LONGEST_NAME {
            format!("the name {} is longer than {LONGEST_NAME} characters", shown(name))
        } else if let Some(hidden) = first_hidden(name) {
            format!("the name {} has {hidden}; leave it out", shown(name))
        } else if let Some(place) = name.chars().position(|c| c.is_whitespace() && c != ' ') {
            let blank = name.chars().nth(place).map_or(0, u32::from);
            let place = place + 1;
            format!(
                "the name {} has U+{blank:04X}, which looks like a blank, as character {place}; write a blank",
                shown(name)
            )
        } else if name.starts_with(is_mark) {
            let mark = name.chars().next().map_or(0, u32::from);
            format!(
                "the name {} begins with U+{mark:04X}, which is drawn onto what stands before it; leave it out",
                shown(name)
            )
        } else if name.contains("  ") {
            format!(
                "the name {} has two blanks in a row, which a page shows as one; leave one out",
                shown(name)
            )
        } else if name.trim() != name {
            format!("the name {} begins or ends with a blank; leave it out", shown(name))
        } else if RESERVED.contains(&name.to_lowercase().as_str()) {
            format!("the name {} is reserved (reserved: {})", shown(name), RESERVED.join(", "))
        } else {
            return Ok(());
        };
        self.broken(&self.of_proposer(i, "name"), why)
    }

    /// A lab ballot is counter × 10 + id: an id of two digits would run into the counter.
    fn lab_ids(&self) -> Result<(), Problem> {
        if self.scenario.protocol.ballots != Ballots::Lab {
            return Ok(());
        }
        match self.scenario.ballot_ids().iter().position(|&id| id > 9) {
            None => Ok(()),
            Some(i) => {
                let id = self.scenario.ballot_ids()[i];
                let name = shown(&self.scenario.proposer[i].name);
                let why = format!(
                    "with `ballots = \"lab\"` ids go up to 9, and {name} has id {id}; move it to a lower node, or \
                     write `ballots = \"past-highest\"`"
                );
                self.broken(&self.of_proposer(i, "node"), why)
            }
        }
    }

    pub(super) fn submissions(&self) -> Result<(), Problem> {
        let scenario = self.scenario;
        let total = scenario.proposer.len() + scenario.submit.len();
        if total > MOST_SUBMISSIONS {
            let why =
                format!("{total} submissions, those of the proposers included; allowed: {MOST_SUBMISSIONS}");
            return self.broken(&["submit".into()], why);
        }
        let names: Vec<&str> = scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect();
        for (i, submit) in scenario.submit.iter().enumerate() {
            if !names.contains(&submit.proposer.as_str()) {
                let path = ["submit".into(), i.into(), "proposer".into()];
                return self.broken(&path, no_proposer(&submit.proposer, &names));
            }
        }
        Ok(())
    }
}

/// `name` names none of the proposers.
pub(super) fn no_proposer(name: &str, names: &[&str]) -> String {
    let list = names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    format!("no proposer is named {}{} (proposers: {list})", shown(name), did_you_mean(name, names))
}
