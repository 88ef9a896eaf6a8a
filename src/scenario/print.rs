//! A scenario that was made by a program, as a file that a person can read, change and run.
//!
//! Only keys that differ from their defaults are written, and what is written reads back as the same scenario. Absent on
//! purpose: comments.

use serde_json::{Map, Value};

use super::canonical::{drop_defaults, json};
use super::model::{Cluster, Delay, Expect, Faults, Network, Protocol, ReadReturns, Run, Scenario, Sweep};

/// The same without absent values, for which TOML has no word; in the same order, for that of axes is a scenario's own.
fn present(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            Value::Array(items.into_iter().filter(|it| !it.is_null()).map(present).collect())
        }
        Value::Object(keys) => {
            let keys = keys.into_iter().filter(|(_, it)| !it.is_null());
            Value::Object(keys.map(|(key, it)| (key, present(it))).collect())
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
fn written(scenario: &Scenario) -> Value {
    let mut whole = json(scenario);
    let Value::Object(all) = &mut whole else { return whole };
    for (section, default) in [
        ("cluster", json(&Cluster::default())),
        ("protocol", json(&Protocol::default())),
        ("network", json(&Network::default())),
        ("run", json(&Run::default())),
        ("expect", json(&Expect::default())),
        ("sweep", json(&Sweep::default())),
    ] {
        if let (Some(it), Value::Object(default)) = (all.get_mut(section), default) {
            drop_defaults(it, &default);
        }
    }
    let of_proposer = [("start", json(&Delay::zero())), ("initial_round", Value::from(0))];
    let of_read = [("returns", json(&ReadReturns::default()))];
    for (list, defaults) in [("proposer", &of_proposer[..]), ("read", &of_read[..])] {
        let defaults = Map::from_iter(defaults.iter().map(|(key, it)| ((*key).to_owned(), it.clone())));
        let items = all.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        items.for_each(|item| drop_defaults(item, &defaults));
    }
    let (no_faults, nothing) = (json(&Faults::default()), Value::Object(Map::new()));
    all.retain(|key, it| match key.as_str() {
        "title" => it != "",
        "submit" | "fault" | "read" => it.as_array().is_some_and(|list| !list.is_empty()),
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
