//! Bugs planted in copies of the lab's file, of the kinds of the gallery: which first difference from the built-in tells each,
//! and which checks.
//!
//! `tests/own/killed-*.txt` are the table; `UPDATE_GOLDEN=1` writes them anew.

use std::path::Path;

use super::place::{Nodes, installed, violated};
use crate::support::env;

/// Where a bug can show.
#[derive(Clone, Copy)]
pub enum Scene {
    /// Two proposers and every message arrives.
    Calm,
    /// Three messages of ten are lost.
    Lossy,
}

impl Scene {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Scene::Calm => &["lab2-exponential"],
            Scene::Lossy => &["lab2-exponential", "--set", "network.loss=0.3", "--first-seed", "40"],
        }
    }
}

/// A name, and what stands in the place of what.
pub type Bug = (&'static str, Scene, &'static str, &'static str);

use Scene::{Calm, Lossy};

pub const ACCEPTORS: &[Bug] = &[
    ("accept uses greater", Calm, "n >= promised_n:", "n > promised_n:"),
    ("accept ignores promise", Calm, "if promised_n is None or n >= promised_n:", "if True:"),
    (
        "accept compares with vote",
        Calm,
        "if promised_n is None or n >= promised_n:",
        "if accepted_n is None or n >= accepted_n:",
    ),
    ("accept does not raise promise", Lossy, "promised_n = n\n        accepted_n = n", "accepted_n = n"),
    ("accepted without storing", Calm, "accepted_n = n\n        accepted_value = value", "pass"),
    (
        "a vote keeps the old value",
        Lossy,
        "accepted_value = value\n",
        "accepted_value = accepted_value or value\n",
    ),
    ("promise not recorded", Calm, "promised_n = n\n        return (\"promise\"", "return (\"promise\""),
    ("promises what is lower", Calm, "n > promised_n:", "n != promised_n:"),
    (
        "promise reports promised",
        Calm,
        "(\"promise\", accepted_n,",
        "(\"promise\", accepted_n and promised_n,",
    ),
    ("promise without vote", Calm, "(\"promise\", accepted_n, accepted_value)", "(\"promise\", None, None)"),
];

pub const PROPOSERS: &[Bug] = &[
    ("ballots without node", Calm, "counter * 10 + NODE_ID", "counter * 10 + 1"),
    ("ignores votes", Calm, "highest, value = number, seen", "highest = number"),
    (
        "counts itself twice",
        Calm,
        "answers = [prepare(n)]\n    for node in peers():",
        "answers = [prepare(n)] * 2\n    for node in peers()[:1]:",
    ),
    (
        "counts rejections as promises",
        Calm,
        "len(promises) < MAJORITY:",
        "len(answers) - answers.count(None) < MAJORITY:",
    ),
    ("counts rejections as accepts", Calm, "a[0] == \"accepted\"]", "a[0]]"),
    ("majority is half", Calm, "MAJORITY = 2", "MAJORITY = 1"),
    ("skips phase one", Calm, "call(node, \"prepare\", n)", "(\"promise\", None, None)"),
    ("succeeds always", Calm, "if len(accepts) < MAJORITY:", "if False:"),
    (
        "stops at its own vote",
        Calm,
        "    for node in peers():\n        answers.append(call(node, \"accept\"",
        "    for node in peers()[:0]:\n        answers.append(call(node, \"accept\"",
    ),
    (
        "asks in another order",
        Calm,
        "return [node for node in ALL_NODES",
        "return [node for node in reversed(ALL_NODES)",
    ),
];

/// Plants a bug in a copy of the lab's folder; the node's file there.
pub fn plant(nodes: &Nodes, bug: &Bug) -> String {
    let &(name, _, from, to) = bug;
    let folder = name.replace(' ', "-");
    nodes.copy("lab", &folder);
    nodes.edit(&format!("{folder}/server.py"), from, to);
    format!("{folder}/mine.toml")
}

/// Seeds of each: few, and among them one in which it shows.
const SEEDS: &str = "8";

/// What compare and sweep say of a bug: a row of the table.
fn row(nodes: &Nodes, bug: &Bug) -> String {
    let &(name, scene, ..) = bug;
    let file = plant(nodes, bug);
    let compared = nodes.compare(scene.arguments(), &file, SEEDS);
    let difference = compared.out.lines().skip_while(|line| *line != "first differences by kind").nth(1);
    let difference = difference.and_then(|line| line.trim().split_once("  "));
    let difference = difference.map_or("none", |(_, kind)| kind.split(" (as in").next().unwrap_or_default());
    assert_eq!(compared.code, if difference == "none" { 0 } else { 3 }, "{name}: {compared:#?}");

    let swept = nodes.sweep(scene.arguments(), &file, SEEDS);
    let checks = match swept.code {
        0 => "none".to_owned(),
        1 => violated(&nodes.line(swept.last_line()).exits(1)).join(", "),
        _ => panic!("{name}: {swept:#?}"),
    };
    assert!(difference != "none" || checks != "none", "{name} lives");
    format!("{name:<30} {difference:<44} {checks}")
}

fn rows(bugs: &[Bug]) -> Vec<String> {
    let nodes = Nodes::new();
    sample(bugs).iter().map(|bug| row(&nodes, bug)).collect()
}

/// Every fifth bug; all under `SYNOD_OWN_SEEDS`, and where tables are written anew.
pub fn sample(bugs: &[Bug]) -> Vec<&Bug> {
    let all = env::updates_golden() || env::is_long("SYNOD_OWN_SEEDS");
    bugs.iter().step_by(if all { 1 } else { 5 }).collect()
}

/// Holds the rows of a table against the committed one, or writes it anew.
pub fn stands(table: &str, file: &Path) {
    if env::updates_golden() {
        return std::fs::write(file, table).expect("a file");
    }
    let committed = std::fs::read_to_string(file).expect("a table");
    for row in table.lines() {
        assert!(committed.lines().any(|line| line == row), "{}: {row:?} in\n{committed}", file.display());
    }
}

fn kills(part: &str, bugs: &[Bug]) {
    if !installed(&["python3"]) {
        return;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/own/killed-{part}.txt"));
    let table = format!("{:<30} {:<44} {}\n{}\n", "bug", "first difference", "checks", rows(bugs).join("\n"));
    stands(&table, &file);
}

#[test]
fn bugs_of_acceptors_are_told() {
    kills("acceptors", ACCEPTORS);
}

#[test]
fn bugs_of_proposers_are_told() {
    kills("proposers", PROPOSERS);
}
