//! A scenario that was made by a program, as a file that a person can read, change and run.
//!
//! Only keys that differ from their defaults are written, and what is written reads back as the same scenario. Absent on
//! purpose: comments.

use serde_json::{Map, Value};

use super::canonical::{drop_defaults, json};
use super::model::{Cluster, Delay, Expect, Faults, Network, Protocol, ReadReturns, Run, Scenario, Sweep};

/// Keys with a header of their own, which TOML wants after the plain ones.
fn to_toml(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(it) => toml::Value::Boolean(*it),
        Value::Number(it) => match it.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            None => toml::Value::Float(it.as_f64()?),
        },
        Value::String(it) => toml::Value::String(it.clone()),
        Value::Array(items) => toml::Value::Array(items.iter().filter_map(to_toml).collect()),
        Value::Object(keys) => toml::Value::Table(
            keys.iter().filter_map(|(key, value)| Some((key.clone(), to_toml(value)?))).collect(),
        ),
    })
}

impl Scenario {
    /// The text of a scenario file that is this scenario. Every valid scenario reads back from it.
    pub fn to_toml(&self) -> String {
        // A table of plain data has a text without exception.
        to_toml(&written(self)).and_then(|table| toml::to_string(&table).ok()).unwrap_or_default()
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
            }
        }
    }
}
