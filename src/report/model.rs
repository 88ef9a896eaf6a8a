//! What was simulated, in words: every key of the scenario with its value, for the paragraph on methods.
//!
//! Absent on purpose: sentences. A grader compares keys with values, and a key that is added to scenario files is added here.

use serde_json::Value;

use super::names::printable;
use super::values::short_value;
use crate::scenario::Scenario;

/// The tables that make a model, in the order of a scenario file.
const TABLES: [&str; 8] = ["cluster", "proposer", "submit", "protocol", "network", "fault", "faults", "read"];
/// Lists longer than this are counted.
const MOST_ITEMS: usize = 12;

/// `cluster: nodes 3, quorum majority; proposer: …`, where what these axes vary is said to vary; without the protocol's keys,
/// which are not of `own` nodes.
pub fn model(scenario: &Scenario, axes: &[String], own: bool) -> String {
    // A scenario that was read can be written.
    let Ok(mut all) = serde_json::to_value(scenario) else { return String::new() };
    for axis in axes {
        vary(&mut all, &axis.split('.').collect::<Vec<_>>());
    }
    let table = |name: &&str| {
        let words = all.get(*name).map(words).unwrap_or_default();
        (!words.is_empty()).then(|| format!("{name}: {words}"))
    };
    let tables = TABLES.iter().filter(|name| !own || **name != "protocol");
    tables.filter_map(table).collect::<Vec<_>>().join("; ")
}

/// Puts a word in the place of what an axis sets; of what holds it, where there is none of that name.
fn vary(value: &mut Value, path: &[&str]) {
    let [first, rest @ ..] = path else {
        *value = "varied".into();
        return;
    };
    let named = |item: &Value| item.get("name").and_then(Value::as_str) == Some(*first);
    let next = match value {
        Value::Object(entries) => entries.get_mut(*first),
        Value::Array(items) => match items.iter().position(named).or_else(|| first.parse().ok()) {
            Some(at) => items.get_mut(at),
            None => None,
        },
        _ => None,
    };
    match next {
        Some(next) => vary(next, rest),
        None => *value = "varied".into(),
    }
}

/// A value in few words; nothing for what is absent or empty, and for the texts of clients.
fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(is_so) => if *is_so { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => printable(&short_value(text)),
        Value::Array(items) if items.len() > MOST_ITEMS => format!("{} of them", items.len()),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" and "),
        Value::Object(entries) => {
            let of = |(key, value): (&String, &Value)| {
                let words = if key == "value" { String::new() } else { words(value) };
                let is_name = key == "name";
                (!words.is_empty())
                    .then(|| if is_name { words } else { format!("{} {words}", printable(key)) })
            };
            entries.iter().filter_map(of).collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::shipped;

    #[test]
    fn every_key_has_its_value_and_what_varies_says_so() {
        let text = shipped::find("duel").map_or("", |shipped| shipped.text);
        let scenario = Scenario::parse(text, "duel").expect("a shipped scenario");
        let said =
            model(&scenario, &["network.loss".to_owned(), "proposer.B.start.constant".to_owned()], false);
        for part in [
            "cluster: nodes 3, quorum majority",
            "proposer: A, node 1",
            "and B, node 3, start constant varied",
            "transport broadcast",
            "delay exponential mean 10ms, loss varied",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert!(!said.contains("Hello"), "{said}");
        assert!(!model(&scenario, &[], true).contains("protocol"));
    }
}
