//! The lab's file, unchanged, by the command: the built-in's runs, event by event; where its threads race, and what that does.

use super::place::{Nodes, installed, seeds, violated};

const LAB: &str = "lab/mine.toml";
const LOCKED: &str = "lab/locked.toml";

fn is_the_built_in(scenario: &[&str], seeds: &str) {
    if installed(&["python3"]) {
        Nodes::of(&["lab"]).is_the_built_in(scenario, LAB, seeds);
    }
}

#[test]
fn lab2_is_the_built_in() {
    is_the_built_in(&["lab2"], &seeds(40, 10_000));
}

#[test]
fn lab2_loopback_is_the_built_in() {
    is_the_built_in(&["lab2-loopback"], &seeds(40, 10_000));
}

#[test]
fn lab2_exponential_is_the_built_in() {
    is_the_built_in(&["lab2-exponential"], &seeds(40, 10_000));
}

#[test]
fn with_losses_it_is_the_built_in() {
    for loss in ["network.loss=0.1", "network.loss=0.3"] {
        is_the_built_in(&["lab2-exponential", "--set", loss], &seeds(40, 2_000));
    }
}

#[test]
fn with_a_lock_it_is_the_built_in_too() {
    if !installed(&["python3"]) {
        return;
    }
    let (nodes, seeds) = (Nodes::of(&["lab"]), seeds(40, 2_000));
    nodes.is_the_built_in(&["lab2-exponential"], LOCKED, &seeds);
    nodes.sweep(&["lab2-exponential", "--set", "network.loss=0.1"], LOCKED, &seeds).exits(0);
}

/// Threads and processes, however many, do not show.
#[test]
fn workers_change_nothing() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let sweep = |threads| {
        let out = nodes.sweep(&["lab2", "--threads", threads], LAB, "70").exits(0).out;
        out.lines().find_map(|line| line.split_once("digest ")).expect("a digest").1.to_owned()
    };
    assert_eq!(sweep("1"), sweep("3"));
}

#[test]
fn the_races_are_found_where_check_and_set_are() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let text = std::fs::read_to_string(nodes.path("lab/server.py")).unwrap();
    let line_after = |text: &str, function: &str, what: &str| {
        let begin = text.lines().position(|line| line.starts_with(&format!("def {function}("))).unwrap();
        begin + 1 + text.lines().skip(begin).position(|line| line.contains(what)).unwrap()
    };
    let wanted =
        [("prepare", "promised_n = n"), ("accept", "promised_n = n"), ("SubmitValue", "counter += 1")]
            .map(|(function, what)| format!("server.py:{}", line_after(&text, function, what)));
    let told = nodes.synod(&["node", "races", LAB]).exits(0).out;
    let found: Vec<&str> = told.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(found, wanted, "{told}");
    let none = "no shared name is checked and then set with no lock held\n";
    assert_eq!(nodes.synod(&["node", "races", LOCKED]).exits(0).out, none);
}

/// The lab's folder with both files held up between check and set.
fn held_up() -> Nodes {
    let nodes = Nodes::of(&["lab"]);
    for file in [LAB, LOCKED] {
        nodes.edit(file, "style = \"blocking\"", "style = \"blocking\"\npreempt = \"races\"");
    }
    nodes
}

/// What the course only warns of: both clients are told that their value is chosen.
#[test]
fn held_up_between_check_and_set_it_chooses_two_values() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = held_up();
    for (scenario, seed) in [("lab2", "45"), ("lab2-loopback", "195")] {
        let run = nodes.synod(&["run", scenario, "--node", LAB, "--seed", seed]).exits(1);
        assert!(violated(&run).contains(&"agreement"), "{run:#?}");
        assert!(violated(&run).contains(&"promises-kept"), "{run:#?}");
        let replay = nodes.line(run.last_line()).exits(1);
        assert!(replay.err.contains("agreement"), "{replay:#?}");
        // Neither a lock nor threads that nobody holds up lets it come to that.
        nodes.synod(&["run", scenario, "--node", LOCKED, "--seed", seed]).exits(0);
        Nodes::of(&["lab"]).synod(&["run", scenario, "--node", LAB, "--seed", seed]).exits(0);
    }
    let both = nodes.synod(&["run", "lab2", "--node", LAB, "--seed", "45"]);
    assert!(violated(&both).contains(&"clients-agree"), "{both:#?}");
}

#[test]
fn held_up_behind_a_lock_it_breaks_nothing() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = held_up();
    nodes.sweep(&["lab2-loopback"], LOCKED, &seeds(120, 20_000)).exits(0);
    // The same look, without the lock, sees it within the same seeds.
    nodes.sweep(&["lab2-loopback"], LAB, "200").exits(1);
}
