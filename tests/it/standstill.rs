//! Runs whose clock stands still end, in every command, with a message that says where, and with exit code 2.
//!
//! Each of these scenarios has a thousand million events at one instant, and so had no end that anybody would see. Absent on
//! purpose: cycles that are proved (`livelock.rs`); those are a verdict, not an error.

use crate::support::command::Place;
use synod::check::Verdict;
use synod::run::simulate;
use synod::scenario::Scenario;
use synod::trace::{Blind, Recorder, StopReason};

/// Nobody is there, calls fail at once, and trying again takes no time.
const ALONE: &str = r#"
title = "Nobody there"
[[proposer]]
name = "A"
node = 1
start = { constant = "1ms" }
[protocol]
transport = "sequential"
retry = { fixed = { delay = "0ms" } }
[[fault]]
at = "0ms"
unreachable = { nodes = [2, 3] }
[run]
max_events = 1000000000
"#;

/// A's counter has far to go until it is above B's, and its own acceptor turns it away at once; unless A is first.
const BEHIND: &str = r#"
title = "A counter that has far to go"
[[proposer]]
name = "A"
node = 1
start = { uniform = { min = "0ms", max = "9ms" } }
[[proposer]]
name = "B"
node = 3
start = { constant = "4ms" }
initial_round = 2000000000
[protocol]
ballots = "lab"
transport = "sequential"
give_up = "first-reject"
retry = { fixed = { delay = "0ms" } }
[run]
max_events = 1000000000
stop = "quiescent"
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("alone.toml", ALONE);
    place.write("behind.toml", BEHIND);
    place
}

/// The message, and the last line as it is for this scenario and seed.
fn tells(place: &Place, arguments: &[&str], again: &str) -> String {
    let ended = place.synod(arguments).exits(2);
    assert!(ended.err.contains("time stands still in the run of seed "), "{arguments:?}: {}", ended.err);
    assert!(ended.err.contains("above 0, or set `protocol.max_attempts`"), "{}", ended.err);
    assert!(ended.last_line().starts_with(again), "{arguments:?}: {}", ended.err);
    // What it says to run says the same.
    let again = place.line(ended.last_line()).exits(2);
    assert!(again.err.contains("time stands still"), "{}: {}", ended.last_line(), again.err);
    ended.out
}

#[test]
fn every_command_that_runs_it_says_so() {
    let place = place();
    for file in ["alone.toml", "behind.toml"] {
        let out = tells(&place, &["run", file, "--seed", "1"], &format!("synod run {file} --seed 1"));
        assert!(out.contains("; time stands still at"), "{out}");
        let again = format!("synod run {file} --seed ");
        tells(&place, &["run", file, "--seed", "1", "--format", "json"], &again);
        tells(&place, &["sweep", file, "--seeds", "100000", "--quiet"], &again);
        tells(&place, &["sweep", file, "--seeds", "100000", "--shard", "2/2", "--out", "part"], &again);
        tells(&place, &["check", file, "--seeds", "100000"], &again);
        let two = ["compare", file, "--set-b", "run.horizon=9s", "--seeds", "5000"];
        tells(&place, &two, &again);
        tells(&place, &["hunt", file, "--until", "messages > 1000000000", "--seeds", "5000"], &again);
        tells(&place, &["explain", file, "--races", "--seeds", "5000"], &again);
    }
    let swap = ["fairness", "behind.toml", "--seeds", "5000"];
    tells(&place, &swap, "synod run behind.toml ");
}

#[test]
fn what_a_sweep_says_depends_on_no_threads_and_nothing_is_left_to_go_on_from() {
    let place = place();
    let said = ["1", "2", "8"].map(|threads| {
        let sweep = ["sweep", "behind.toml", "--seeds", "100000", "--threads", threads, "--out", "report"];
        let ended = place.synod(&sweep).exits(2);
        // A folder that was not there before is gone again.
        let report = place.path("report");
        assert!(!report.exists() || crate::support::command::files(&report).is_empty());
        ended.err
    });
    assert!(said[0] == said[1] && said[1] == said[2], "{said:?}");
}

#[test]
fn a_cell_is_named_by_what_was_set() {
    let place = place();
    let axes = format!("{BEHIND}[sweep.axes]\n\"protocol.retry.fixed.delay\" = [\"1s\", \"0ms\"]\n");
    place.write("axes.toml", axes.replace("1000000000", "10000"));
    // Few events are few events, whenever they are.
    place.synod(&["sweep", "axes.toml", "--seeds", "20"]).exits(0);
    place.write("axes.toml", axes);
    tells(
        &place,
        &["sweep", "axes.toml", "--seeds", "20"],
        "synod run axes.toml --set protocol.retry.fixed.delay=0ms --seed ",
    );
}

#[test]
fn what_a_hunt_found_before_is_printed_and_other_commands_end_too() {
    let place = place();
    let hunts = ["1", "3"].map(|threads| {
        let hunt =
            ["hunt", "behind.toml", "--until", "winner = \"A\"", "--count", "900", "--threads", threads];
        tells(&place, &hunt, "synod run behind.toml --seed ")
    });
    assert!(hunts[0].lines().count() >= 1 && hunts[0] == hunts[1], "{hunts:?}");
    place.synod(&["hunt", "behind.toml", "--until", "winner = \"A\"", "--count", "1"]).exits(0);
    place.synod(&["explore", "alone.toml", "--attempts", "2"]).exits(0);
    let refused = place.synod(&["explore", "behind.toml", "--attempts", "1"]).exits(2);
    assert!(refused.err.contains("knows rounds up to 500"), "{}", refused.err);
}

#[test]
fn a_run_that_stands_still_is_the_same_run_each_time() {
    let scenario = Scenario::parse(ALONE, "alone.toml").expect("valid");
    let mut recorders = [Recorder::default(), Recorder::default()];
    let ends = recorders.each_mut().map(|recorder| simulate(&scenario, 0, recorder).expect("plans"));
    assert_eq!((ends[0].stopped, ends[0].verdict), (StopReason::Standstill, Verdict::Undecided));
    assert_eq!((ends[0].ended_at_ns, ends[0].events), (1_000_000, 1 << 19));
    assert!(recorders[0].events == recorders[1].events);
    let mut bounded = scenario;
    bounded.run.max_events = 1_000;
    let end = simulate(&bounded, 0, &mut Blind).expect("plans");
    assert_eq!((end.stopped, end.events), (StopReason::MaxEvents, 1_000));
}

/// Much may happen at one instant, as long as it comes to an end.
#[test]
fn a_crowded_instant_is_none() {
    let mut text = String::from("cluster = { nodes = 63 }\nnetwork = { delay = { constant = \"0ms\" } }\n");
    text += "protocol = { max_attempts = 9, retry = { fixed = { delay = \"0ms\" } } }\n";
    for i in 1..=63 {
        text += &format!("[[proposer]]\nname = \"P{i}\"\nnode = {i}\n");
    }
    let scenario = Scenario::parse(&text, "crowd.toml").expect("valid");
    let end = simulate(&scenario, 3, &mut Blind).expect("plans");
    assert!(end.ended_at_ns == 0 && end.events > 10_000, "{end:?}");
    assert_ne!(end.stopped, StopReason::Standstill, "{} events", end.events);
}
