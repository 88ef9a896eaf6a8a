//! `synod run`: one seed, told to people and to programs.

use crate::support::command::{Place, ended};
use serde_json::Value;

#[test]
fn text_gives_replies_files_verdict_checks_and_a_line_that_replays() {
    let place = Place::new();
    let run = place.synod(&["run", "lab2", "--seed", "1"]).exits(0);
    assert_eq!(run.err, "");
    for line in [
        "client A  Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).",
        "client B  Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientB",
        "node 1  $ cat CISC5597: Hello from clientB",
        "verdict   decided: B wins",
        "checks    14 of 14 held: agreement",
        "replay    synod replay lab2 --seed 1",
        "token     synod1:",
    ] {
        assert!(run.out.lines().any(|l| l.starts_with(line)), "no line begins with {line:?} in\n{}", run.out);
    }
    let replay = run.out.lines().find_map(|l| l.strip_prefix("replay    ")).expect("a replay line");
    let replayed = place.line(replay).exits(0);
    assert!(replayed.out.contains("client B is told SUCCEEDED"), "{}", replayed.out);
}

/// The text-book's third case: A has voted at its own node, its accepts are slow, and B does not hear of it.
const NOT_SEEN: &str = r#"
proposer = [
  { name = "A", node = 1, value = "first" },
  { name = "B", node = 3, value = "second", start = { constant = "10ms" } },
]
network.delay = { constant = "1ms" }
network.link = [
  { from = 1, to = 2, kind = "accept", delay = { constant = "1s" } },
  { from = 1, to = 3, kind = "accept", delay = { constant = "1s" } },
  { from = 3, to = 1, delay = { constant = "1s" } },
]
run.stop = "chosen"
"#;

#[test]
fn a_file_that_was_never_chosen_is_marked() {
    let place = Place::new();
    place.write("case3.toml", NOT_SEEN);
    let run = place.synod(&["run", "case3.toml"]).exits(0);
    assert!(run.out.contains("node 1  accepted: first   <- never chosen\n"), "{}", run.out);
    assert!(run.out.contains("node 2  accepted: second\n"), "{}", run.out);
    assert!(run.out.contains("verdict   decided: B wins, \"second\" chosen"), "{}", run.out);
}

/// The type of a JSON value, as section 10 of docs/design.md means it.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(n) if n.is_u64() => "count",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn json(arguments: &[&str]) -> Value {
    let place = Place::new();
    let run = place.synod(&[&["run"], arguments, &["--format", "json"]].concat()).exits(0);
    assert!(run.out.ends_with("}\n"));
    serde_json::from_str(&run.out).expect("JSON")
}

const KEYS: [(&str, &str, &str); 20] = [
    ("schema", "text", "text"),
    ("scenario", "text", "text"),
    ("scenario_hash", "text", "text"),
    ("epoch", "count", "count"),
    ("seed", "count", "count"),
    ("token", "text", "text"),
    ("digest", "text", "text"),
    ("verdict", "text", "text"),
    ("winner", "text", "null"),
    ("chosen", "text", "null"),
    ("chosen_at_ns", "count", "null"),
    ("ended_at_ns", "count", "count"),
    ("preemptions", "count", "count"),
    ("attempts", "count", "count"),
    ("messages_sent", "count", "count"),
    ("messages_lost", "count", "count"),
    ("violations", "list", "list"),
    ("hazards", "object", "object"),
    ("clients", "list", "list"),
    ("livelock", "null", "null"),
];

#[test]
fn json_has_every_key_of_the_contract_with_its_type() {
    let decided = json(&["lab2", "--seed", "5615"]);
    let undecided = json(&["unreachable"]);
    for (key, if_decided, if_not) in KEYS {
        assert_eq!(decided.get(key).map(kind), Some(if_decided), "{key}");
        assert_eq!(undecided.get(key).map(kind), Some(if_not), "{key}");
    }
    assert_eq!(decided["winner"], "A");
    assert_eq!(decided["chosen"], "Hello from clientA");
    assert_eq!(decided["hazards"]["failed-but-chosen"], 1);
    for hazard in ["unchosen-read", "failed-but-chosen", "stale-read"] {
        assert_eq!(kind(&decided["hazards"][hazard]), "count", "{hazard}");
    }
    assert_eq!(undecided["verdict"], "gave-up");
}

#[test]
fn json_clients_carry_the_labs_reply_and_what_it_says() {
    let run = json(&["lab2", "--seed", "5615"]);
    let (a, b) = (&run["clients"][0], &run["clients"][1]);
    assert_eq!((&a["proposer"], &a["outcome"]), (&"A".into(), &"failed".into()));
    assert_eq!((&a["phase"], &a["promises"], &a["accepts"]), (&2.into(), &Value::Null, &1.into()));
    assert_eq!(a["reply"], "Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 1 accepts).");
    assert_eq!((&b["proposer"], &b["outcome"]), (&"B".into(), &"other".into()));
    assert_eq!(b["reply"], "Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientA");
    assert!(a["at_ns"].as_u64() < b["at_ns"].as_u64());
    let one = &json(&["unreachable"])["clients"][0];
    assert_eq!((&one["phase"], &one["promises"], &one["accepts"]), (&1.into(), &1.into(), &Value::Null));
    // Nobody answers a client whose every message is lost and who has no time-out.
    let none = &json(&["duel", "--set", "network.loss=1.0"])["clients"][0];
    assert_eq!(
        (&none["outcome"], &none["reply"], &none["at_ns"]),
        (&"none".into(), &Value::Null, &Value::Null)
    );
}

#[test]
fn a_seed_may_be_hexadecimal_and_any_u64() {
    let place = Place::new();
    let hex = place.synod(&["run", "lab2", "--seed", "0x10"]).exits(0);
    assert_eq!(hex.out, place.synod(&["run", "lab2", "--seed", "16"]).out);
    assert!(hex.out.contains("\nseed 16, epoch"), "{}", hex.out);
    place.synod(&["run", "lab2", "--seed", "18446744073709551615"]).exits(0);
    for bad in ["18446744073709551616", "-1", "1.5", "0x", "0xg", "seed"] {
        let refused = place.synod(&["run", "lab2", &format!("--seed={bad}")]).exits(2);
        assert!(
            refused.err.contains("a seed is a whole number from 0 to 18446744073709551615"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn set_changes_the_run_and_travels_in_the_replay_line() {
    let place = Place::new();
    let run =
        place.synod(&["run", "lab2", "--set", "proposer.A.value=it's A; $HOME", "--seed", "0"]).exits(0);
    assert!(run.out.contains("Chosen value = it's A; $HOME"), "{}", run.out);
    let replay = run.out.lines().find_map(|l| l.strip_prefix("replay    ")).expect("a replay line");
    assert!(place.line(replay).exits(0).out.contains("it's A; $HOME"), "{replay}");
    let wrong = place.synod(&["run", "lab2", "--set", "network.loss"]).exits(2);
    assert!(wrong.err.contains("has no `=`"), "{}", wrong.err);
    let wrong = place.synod(&["run", "lab2", "--set", "network.los=0.1"]).exits(2);
    assert!(wrong.err.contains("loss"), "{}", wrong.err);
}

#[test]
fn what_a_scenario_or_an_argument_says_cannot_steer_the_terminal() {
    let place = Place::new();
    for arguments in [
        &["run", "lab2", "--set", "proposer.A.value=\u{1b}[2Jgone", "--seed", "0"][..],
        &["run", "\u{1b}[2J.toml"],
        &["run", "lab2", "--seed", "\u{1b}[2J"],
        &["run", "lab2", "--\u{1b}[2J"],
        &["run", "lab2", "--set", "\u{1b}[2J"],
        &["replay", "lab2", "--token", "\u{1b}[2J"],
        &["replay", "--trace", "\u{1b}[2J"],
        &["scenario", "show", "\u{1b}[2J"],
        &["sweep", "lab2", "--seeds", "1", "--out", "\u{1b}[2J"],
    ] {
        // Forced colour shows what a terminal would be given.
        let output = place.command().args(arguments).env("CLICOLOR_FORCE", "1").output().expect("it runs");
        let ended = ended(output);
        assert!(
            !ended.out.contains("\u{1b}[2J") && !ended.err.contains("\u{1b}[2J"),
            "{arguments:?}: {ended:#?}"
        );
        assert!(!ended.out.is_empty() || !ended.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_scenario_file_is_run_before_one_that_comes_along() {
    let place = Place::new();
    let lab = place.synod(&["scenario", "show", "lab2"]).exits(0).out;
    place.write("lab2", lab.replace("Hello from clientA", "Mine"));
    assert!(place.synod(&["run", "lab2", "--seed", "0"]).exits(0).out.contains("Chosen value = Mine"));
    let none = place.synod(&["run", "no-such.toml"]).exits(2);
    assert!(none.err.contains("no-such.toml"), "{}", none.err);
}

/// A cell of the axes is what a sweep's report counts, and printed commands say what it is.
#[test]
fn a_cell_is_named_by_its_number() {
    let place = Place::new();
    let named = place.synod(&["run", "duel", "--cell", "3", "--seed", "4"]).exits(0);
    let spelt =
        place.synod(&["run", "duel", "--set", "proposer.B.start.constant=10ms", "--seed", "4"]).exits(0);
    assert_eq!((&named.out, &named.err), (&spelt.out, &String::new()));
    let outside = place.synod(&["run", "duel", "--seed", "4"]).exits(0);
    assert_ne!(outside.out, named.out);
    assert!(
        outside.err.starts_with("note: the scenario has axes (`proposer.B.start.constant`)"),
        "{outside:?}"
    );
    // A sweep of it is that cell.
    let one = place.synod(&["sweep", "duel", "--cell", "3", "--seeds", "200", "--format", "json"]).exits(0);
    let all = place.synod(&["sweep", "duel", "--seeds", "200", "--format", "json"]).exits(0);
    let digests = |text: &str| -> Vec<Value> {
        let summary: Value = serde_json::from_str(text).expect("JSON");
        summary["cells"].as_array().expect("cells").iter().map(|cell| cell["digest"].clone()).collect()
    };
    assert_eq!(digests(&one.out), digests(&all.out)[3..4]);
}

/// A run has its scheduled events, and more in its trace; whoever tells of it tells the two apart.
#[test]
fn scheduled_events_and_events_of_the_trace_are_two_counts() {
    let place = Place::new();
    let json = |command: &[&str]| -> Value {
        let told = place.synod(&[command, &["lab2", "--seed", "5615", "--format", "json"]].concat()).exits(0);
        serde_json::from_str(&told.out).expect("JSON")
    };
    let (run, explained) = (json(&["run"]), json(&["explain"]));
    assert_eq!(run["events"], 18);
    assert_eq!((&run["trace_events"], &explained["trace_events"]), (&52.into(), &52.into()));
    let text = place.synod(&["run", "lab2", "--seed", "5615"]).exits(0).out;
    assert!(text.contains(" 18 scheduled events, 52 events in the trace\n"), "{text}");
    let trace = place.synod(&["replay", "lab2", "--seed", "5615", "--as", "jsonl"]).exits(0).out;
    place.write("race.jsonl", trace);
    let again = place.synod(&["replay", "--trace", "race.jsonl"]).exits(0).out;
    assert!(again.starts_with("reproduced: 52 events, "), "{again}");
}
