//! Labs of other makes, unchanged, by the command: a class that stores, an XML-RPC server, a Flask app; and what crashes do.

use super::place::{Nodes, installed, seeds, violated};

const LAB: &str = "lab2-exponential";

/// Plays one of `tests/own`; the head of what is printed.
#[track_caller]
fn decides(name: &str) -> String {
    let (nodes, seeds) = (Nodes::of(&[name]), seeds(40, 5_000));
    let ended = nodes.sweep(&[LAB], &format!("{name}/mine.toml"), &seeds).exits(0);
    assert!(ended.out.contains(&format!("decided {seeds}\n")), "{ended:#?}");
    ended.out
}

#[test]
fn a_class_that_stores_decides() {
    if installed(&["python3"]) {
        decides("stored");
    }
}

/// Of two that propose each waits for the other's only loop, until its time-out of five seconds.
#[test]
fn an_xmlrpc_server_decides_though_late() {
    if installed(&["python3"]) {
        let out = decides("xmlrpc");
        // In seconds: an attempt's time-out is five.
        let line = out.lines().find(|line| line.starts_with("  first choice ")).expect("a mean");
        let mean = line.trim_start_matches("  first choice ").split([' ', '[']).next().expect("a word");
        assert!(line.contains(" s") && mean.parse::<f64>().expect("a number") > 5.0, "{out}");
    }
}

#[test]
fn a_flask_app_decides() {
    if installed(&["python3"]) {
        decides("flask");
    }
}

/// A copy of a prepare is refused, and that refusal ends the call: nobody hears of the promise that the first one brings later,
/// with a vote in it, so nothing had to be adopted.
#[test]
fn an_answer_that_nobody_waits_for_is_not_held_against_a_program() {
    if installed(&["python3"]) {
        let nodes = Nodes::of(&["asks_all"]);
        let doubled = ["--set", "network.duplicate=0.3", "--node", "asks_all/mine.toml", "--seed", "109"];
        let run = nodes.synod(&[&["run", LAB], &doubled[..]].concat()).exits(0);
        assert!(run.out.contains("14 of 14 held"), "{run:#?}");
    }
}

/// Node 2 promises B's ballot, crashes, and is asked by A, whose ballot is lower.
const CRASH: &str = r#"
title = "The promise of a node that crashes"
proposer = [
  { name = "A", node = 1, start = { uniform = { min = "0ms", max = "60ms" } } },
  { name = "B", node = 3 },
]
protocol = { transport = "sequential", ballots = "lab", repeated = "reject", give_up = "all-replies", advance = "all-replies" }
network = { delay = { exponential = { mean = "10ms" } } }
fault = [{ at = "40ms", crash = { nodes = [2] } }, { at = "41ms", restart = { nodes = [2] } }]
"#;

/// What is kept in globals alone is forgotten, and promises with it.
#[test]
fn a_crash_breaks_the_promises_of_what_stores_nothing() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab", "stored"]);
    nodes.0.write("crash.toml", CRASH);
    let run = nodes.synod(&["run", "crash.toml", "--node", "lab/mine.toml", "--seed", "1"]).exits(1);
    assert!(violated(&run).contains(&"promises-kept"), "{run:#?}");
    let told = "node 2 promises ballot 11 after ballot 13";
    assert!(run.out.contains(told), "{run:#?}");
    nodes.sweep(&["crash.toml"], "stored/mine.toml", &seeds(120, 10_000)).exits(0);
}

/// Every node crashes, and B finds what was chosen before.
#[test]
fn a_class_that_stores_outlives_all_crashes() {
    if installed(&["python3"]) {
        let nodes = Nodes::of(&["stored"]);
        nodes.sweep(&["crash-restart"], "stored/mine.toml", &seeds(40, 5_000)).exits(0);
    }
}
