//! The hash moves with what a run depends on, and with nothing else.
//!
//! Absent on purpose: the values of hashes of shipped scenarios, except one that pins the form itself.

use super::*;
use crate::scenario::{Document, schema, shipped};

const BASE: &str = r#"
title = "one"
[[proposer]]
name = "A"
node = 1
[[proposer]]
name = "B"
node = 3
start = { constant = "2s" }
[network]
loss = 0.1
"#;

fn hash_of(text: &str) -> ScenarioHash {
    hash(&Scenario::parse(text, "x.toml").unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn the_form_is_pinned() {
    let scenario = Scenario::parse(BASE, "x.toml").unwrap();
    let expected = concat!(
        r#"{"network":{"loss":0.1},"proposer":[{"name":"A","node":1},"#,
        r#"{"name":"B","node":3,"start":{"constant":2000000000}}]}"#
    );
    assert_eq!(canonical(&scenario), expected);
    assert_eq!(hash(&scenario).to_string(), "36671fac2f83f3f5d3099fffb7fe32da");
}

#[test]
fn what_changes_no_run_changes_no_hash() {
    let same = [
        BASE.replace("one", "another title"),
        BASE.replace("2s", "2000ms"),
        BASE.replace("0.1", "1e-1"),
        format!("# a comment\n{BASE}"),
        format!("{BASE}[expect]\nviolations = 0\n"),
        format!("{BASE}[sweep.axes]\n\"network.loss\" = [0.2]\n"),
        format!("{BASE}duplicate = 0\n"),
        format!("{BASE}delay = {{ constant = \"1ms\" }}\n"),
        format!("{BASE}[network.kind]\n"),
        format!("{BASE}[cluster]\nnodes = 3\nquorum = \"majority\"\nunsafe = false\n"),
        format!("{BASE}[protocol]\nretry = \"none\"\ntransport = \"broadcast\"\nmutant = \"none\"\n"),
        format!("{BASE}[run]\nhorizon = \"1min\"\nmax_events = 1_000_000\n"),
        BASE.replace("node = 1", "node = 1\nvalue = \"Hello from clientA\"\ninitial_round = 0"),
        BASE.replace("node = 1", "start = { constant = \"0ns\" }\nnode = 1"),
    ];
    for text in same {
        assert_eq!(hash_of(&text), hash_of(BASE), "{text}");
    }
}

#[test]
fn what_changes_a_run_changes_the_hash() {
    let other = [
        BASE.replace("0.1", "0.2"),
        BASE.replace("2s", "3s"),
        BASE.replace("node = 3", "node = 2"),
        BASE.replace("node = 1", "node = 1\nvalue = \"else\""),
        BASE.replace("node = 1", "node = 1\ninitial_round = 1"),
        format!("{BASE}[protocol]\nphase_timeout = \"1s\"\n"),
        format!("{BASE}[run]\nties = \"fifo\"\n"),
        format!("{BASE}[cluster]\nnodes = 5\n"),
        format!("{BASE}[network.kind.accept]\nloss = 0.1\n"),
        format!("{BASE}[[read]]\nnode = 1\nat = \"1s\"\n"),
        format!("{BASE}[[submit]]\nproposer = \"A\"\nvalue = \"x\"\nat = \"1s\"\n"),
    ];
    let mut seen = std::collections::BTreeSet::from([hash_of(BASE)]);
    for text in other {
        assert!(seen.insert(hash_of(&text)), "{text}");
    }
}

#[test]
fn a_text_that_looks_like_a_duration_stays_a_text() {
    let value = |text: &str| hash_of(&BASE.replace("node = 1", &format!("node = 1\nvalue = \"{text}\"")));
    assert_ne!(value("1s"), value("1000ms"));
}

#[test]
fn json_and_toml_have_one_hash() {
    for shipped in shipped::ALL {
        let scenario = Scenario::parse(shipped.text, "x.toml").unwrap();
        let json = serde_json::to_string_pretty(&scenario).unwrap();
        let back = Scenario::parse(&json, "x.json").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(back, scenario, "{}", shipped.name);
        assert_eq!(hash(&back), hash(&scenario), "{}", shipped.name);
    }
}

#[test]
fn every_shipped_scenario_and_cell_has_its_own_hash() {
    let mut seen = std::collections::BTreeMap::new();
    for shipped in shipped::ALL {
        let document = Document::parse(shipped.text, shipped.name).unwrap();
        let whole = hash(&document.scenario().unwrap());
        assert_eq!(seen.insert(whole, shipped.name), None, "{}", shipped.name);
        let cells: Vec<_> =
            document.cells().unwrap().iter().map(|cell| hash(&cell.unwrap().scenario)).collect();
        let distinct: std::collections::BTreeSet<_> = cells.iter().collect();
        assert_eq!(distinct.len(), cells.len(), "{}", shipped.name);
    }
}

#[test]
fn hashes_are_written_and_read() {
    let hash = hash_of(BASE);
    assert_eq!(hash.to_string().parse(), Ok(hash));
    assert_eq!(ScenarioHash(7).to_string(), format!("{:0>32}", 7));
    for bad in ["", "7", "+0000000000000000000000000000007", "g0000000000000000000000000000007"] {
        assert!(bad.parse::<ScenarioHash>().is_err(), "{bad}");
    }
}

/// Every plain string of the schema is a person's text, and stands under a key that is known as one; but for how figures are laid
/// out, of which the canonical form has nothing.
#[test]
fn text_keys_are_those_of_the_schema() {
    const OF_NO_RUN: [&str; 2] = ["SweepFigure", "FigureAxis"];
    fn walk(key: &str, schema: &serde_json::Value, found: &mut Vec<String>) {
        if schema["type"] == "string" && schema.get("enum").is_none() && schema.get("const").is_none() {
            found.push(key.to_string());
        }
        if schema["type"] == serde_json::json!(["string", "null"]) {
            found.push(key.to_string());
        }
        match schema {
            serde_json::Value::Object(keys) => {
                let keys = keys.iter().filter(|(key, _)| !OF_NO_RUN.contains(&key.as_str()));
                keys.for_each(|(key, value)| walk(key, value, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(key, item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", &schema(), &mut found);
    found.sort();
    found.dedup();
    assert_eq!(found, ["Duration", "column", "file", "name", "proposer", "schedule", "title", "value"]);
    assert!(TEXT_KEYS.iter().all(|key| found.contains(&key.to_string())));
}
