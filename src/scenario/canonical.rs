//! A scenario's canonical form and its hash: only what changes a run, spelt in one way.
//!
//! Absent on purpose: title, file, expectations and sweep, which change no run.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_128;

use super::model::*;
use super::script;
use super::units::Duration;
use crate::text::{Table, Tree};

/// Keys that hold a person's text. Every other string is a word of ours or a duration; a test compares this
/// list with the schema.
pub(super) const TEXT_KEYS: &[&str] = &["name", "value", "proposer", "schedule", "file", "column"];

/// The canonical form: one line of JSON with sorted keys, only keys that differ from their defaults, durations
/// as integer nanoseconds. A new key with a default changes it for no scenario that does not use the key.
pub fn canonical(scenario: &Scenario) -> String {
    let mut whole = sparse(scenario);
    if let Some(written) = &scenario.script {
        let schedule = whole.get_mut("script").and_then(|it| it.get_mut("schedule"));
        schedule.into_iter().for_each(|it| *it = Tree::Text(script::normal(&written.schedule)));
    }
    durations_in_ns(&mut whole, false);
    whole.sort();
    whole.to_string()
}

/// The keys that differ from their defaults, without title, file, expectations and sweep.
pub(super) fn sparse(scenario: &Scenario) -> Tree {
    let bare = Scenario::new([]);
    let mut scenario =
        Scenario { title: String::new(), file: String::new(), expect: None, sweep: None, ..scenario.clone() };
    scenario.faults.random = scenario.faults.random.filter(RandomFaults::strike);
    let (mut whole, defaults) = (Tree::of(&scenario), Tree::of(&bare));
    for section in ["cluster", "protocol", "network", "run"] {
        if let (Some(it), Some(default)) = (whole.get_mut(section), defaults.get(section)) {
            drop_defaults(it, default);
        }
    }
    if let Some(Tree::List(proposers)) = whole.get_mut("proposer") {
        for (value, proposer) in proposers.iter_mut().zip(&scenario.proposer) {
            canonical_proposer(value, proposer);
        }
    }
    if let Some(Tree::List(reads)) = whole.get_mut("read") {
        let default = table([("returns", Tree::of(&ReadReturns::default()))]);
        reads.iter_mut().for_each(|read| drop_defaults(read, &default));
    }
    drop_defaults(&mut whole, &defaults);
    if let Tree::Table(sections) = &mut whole {
        sections.retain(|(_, section)| !matches!(section, Tree::Table(keys) if keys.is_empty()));
    }
    whole
}

/// A table of these keys.
pub(super) fn table<const N: usize>(keys: [(&str, Tree); N]) -> Tree {
    Tree::Table(Table::from(keys.map(|(key, value)| (key.to_owned(), value))))
}

/// Drops the keys that have these values.
pub(super) fn drop_defaults(value: &mut Tree, defaults: &Tree) {
    if let Tree::Table(keys) = value {
        keys.retain(|(key, value)| defaults.get(key) != Some(value));
    }
}

fn canonical_proposer(value: &mut Tree, proposer: &Proposer) {
    let plain = Proposer { value: None, ..proposer.clone() };
    if let (Tree::Table(keys), true) = (&mut *value, proposer.text() == plain.text()) {
        keys.retain(|(key, _)| key != "value");
    }
    let default = [("start", Tree::of(&Delay::zero())), ("initial_round", Tree::Whole(0))];
    drop_defaults(value, &table(default));
}

fn durations_in_ns(value: &mut Tree, is_text: bool) {
    match value {
        Tree::Text(text) if !is_text => {
            if let Ok(duration) = text.parse::<Duration>() {
                *value = Tree::Whole(duration.ns().into());
            }
        }
        Tree::List(items) => items.iter_mut().for_each(|item| durations_in_ns(item, false)),
        Tree::Table(keys) => {
            for (key, value) in keys {
                durations_in_ns(value, TEXT_KEYS.contains(&key.as_str()));
            }
        }
        _ => {}
    }
}

/// The hash of a scenario's canonical form (XXH3, 128 bits). It names what was run in tokens and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScenarioHash(pub u128);

/// The hash of [`canonical`].
pub fn hash(scenario: &Scenario) -> ScenarioHash {
    ScenarioHash(xxh3_128(canonical(scenario).as_bytes()))
}

impl fmt::Display for ScenarioHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A text that is no scenario hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scenario hash is 32 hexadecimal digits")]
pub struct HashError;

impl FromStr for ScenarioHash {
    type Err = HashError;
    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(HashError);
        }
        u128::from_str_radix(text, 16).map(ScenarioHash).map_err(|_| HashError)
    }
}

#[cfg(test)]
#[path = "canonical_tests.rs"]
mod tests;
