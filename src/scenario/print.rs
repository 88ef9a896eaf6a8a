//! A scenario that was made by a program, as a file that a person can read, change and run.
//!
//! Only keys that differ from their defaults are written, and what is written reads back as the same scenario. Absent on
//! purpose: comments.

use super::canonical::{drop_defaults, table};
use super::model::{Cluster, Delay, Expect, Faults, Network, Protocol, ReadReturns, Run, Scenario, Sweep};
use crate::text::{Table, Tree};

/// The same without absent values, for which TOML has no word; in the same order, for that of axes is a scenario's own.
fn present(value: Tree) -> Tree {
    let is_there = |value: &Tree| *value != Tree::Null;
    match value {
        Tree::List(items) => Tree::List(items.into_iter().filter(is_there).map(present).collect()),
        Tree::Table(keys) => {
            let keys = keys.into_iter().filter(|(_, it)| is_there(it));
            Tree::Table(keys.map(|(key, it)| (key, present(it))).collect())
        }
        other => other,
    }
}

impl Scenario {
    /// The text of a scenario file that is this scenario. Every valid scenario reads back from it.
    pub fn to_toml(&self) -> String {
        // A table of plain data has a text without exception.
        toml::to_string(&present(written(self))).unwrap_or_default()
    }
}

/// Every key that is not what it is if it is left out.
fn written(scenario: &Scenario) -> Tree {
    let mut whole = Tree::of(scenario);
    for (section, default) in [
        ("cluster", Tree::of(&Cluster::default())),
        ("protocol", Tree::of(&Protocol::default())),
        ("network", Tree::of(&Network::default())),
        ("run", Tree::of(&Run::default())),
        ("expect", Tree::of(&Expect::default())),
        ("sweep", Tree::of(&Sweep::default())),
    ] {
        whole.get_mut(section).into_iter().for_each(|it| drop_defaults(it, &default));
    }
    let of_proposer = table([("start", Tree::of(&Delay::zero())), ("initial_round", Tree::Whole(0))]);
    let of_read = table([("returns", Tree::of(&ReadReturns::default()))]);
    for (list, defaults) in [("proposer", of_proposer), ("read", of_read)] {
        if let Some(Tree::List(items)) = whole.get_mut(list) {
            items.iter_mut().for_each(|item| drop_defaults(item, &defaults));
        }
    }
    let (no_faults, nothing) = (Tree::of(&Faults::default()), Tree::Table(Table::new()));
    let Tree::Table(all) = &mut whole else { return whole };
    all.retain(|(key, it)| match key.as_str() {
        "title" | "file" => it.text() != Some(""),
        "submit" | "fault" | "read" => !it.is_empty(),
        "faults" => *it != no_faults,
        "cluster" | "protocol" | "network" | "run" => *it != nothing,
        _ => true,
    });
    whole
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Document, Scenario, canonical, shipped};

    #[test]
    fn what_is_printed_means_the_same() {
        for shipped in shipped::ALL {
            for cell in Document::parse(shipped.text, shipped.name).unwrap().cells().unwrap().iter() {
                let scenario = cell.unwrap().scenario;
                let text = scenario.to_toml();
                let again = Scenario::parse(&text, "again.toml").unwrap_or_else(|e| panic!("{e}\n{text}"));
                assert_eq!(canonical(&again), canonical(&scenario), "{}: {text}", shipped.name);
                assert_eq!(again.title, scenario.title);
                assert!(scenario.validate().is_ok(), "{}", shipped.name);
                let whole = Scenario::parse(shipped.text, shipped.name).unwrap();
                assert_eq!(
                    Scenario::parse(&whole.to_toml(), "again.toml").unwrap(),
                    whole,
                    "{}",
                    shipped.name
                );
            }
        }
    }
}
