//! Looks at single runs of own nodes: hunted, named by a token, explained, shrunk, recorded.

use super::place::{Nodes, installed};

const LAB: &str = "lab/mine.toml";
const RACES: &str = "lab/races.toml";

/// The lab's folder; in `races.toml` its threads are held up between check and set.
fn lab() -> Nodes {
    let nodes = Nodes::of(&["lab"]);
    nodes.copy_with(LAB, RACES, "style = \"blocking\"", "style = \"blocking\"\npreempt = \"races\"");
    nodes
}

#[test]
fn a_hunted_run_is_named_by_a_token_that_replays_it() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = lab();
    let until = ["--seeds", "100", "--count", "1", "--until", "violation.agreement > 0"];
    let found = nodes.synod(&[&["hunt", "lab2", "--node", RACES][..], &until].concat()).exits(0).out;
    let token = found.trim();
    assert!(token.starts_with("synod2:") && token.contains(":45:-:"), "{token}");
    let run = nodes.synod(&["run", "lab2", "--node", RACES, "--seed", "45"]).exits(1).out;
    assert!(run.ends_with(&format!("\ntoken     {token}\n")), "{run}");
    let replay = |node| nodes.synod(&["replay", "lab2", "--node", node, "--token", token]);
    let replayed = replay(RACES).exits(1);
    assert!(replayed.err.contains("reproduced"), "{replayed:#?}");
    // Another program: that is said first, and then that the run differs.
    let locked = replay("lab/locked.toml").exits(3);
    assert!(locked.err.starts_with("the nodes have changed: "), "{locked:#?}");
    assert!(locked.err.contains("did not reproduce"), "{locked:#?}");
    // What changes no run is said too, and the run is there again.
    let text = std::fs::read_to_string(nodes.path("lab/server.py")).expect("a file");
    nodes.0.write("lab/server.py", text + "# a comment\n");
    let edited = replay(RACES).exits(1);
    assert!(edited.err.starts_with("the nodes have changed: "), "{edited:#?}");
    assert!(edited.err.contains("reproduced"), "{edited:#?}");
    let broken = token.replace(":45:", ":46:");
    nodes.synod(&["explain", "lab2", "--node", RACES, "--token", &broken]).exits(3);
}

#[test]
fn a_run_is_shrunk_to_what_matters_and_its_token_gives_the_rest() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = lab();
    let keep = ["--seed", "45", "--keep", "violation.agreement > 0"];
    let shrunk = nodes.synod(&[&["shrink", "lab2", "--node", RACES][..], &keep].concat()).exits(0).out;
    assert!(shrunk.contains(" draws to 2 deviations from the calm run"), "{shrunk}");
    let token = shrunk.lines().find_map(|line| line.strip_prefix("token     ")).expect("a token");
    assert!(token.contains(":calm,"), "{token}");
    let replayed = nodes.synod(&["replay", "lab2", "--node", RACES, "--token", token]).exits(1);
    assert!(replayed.err.contains("reproduced") && replayed.err.contains("agreement"), "{replayed:#?}");
}

#[test]
fn explanations_and_race_tables_are_the_built_ins_where_the_runs_are() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = lab();
    let same = |arguments: &[&str]| {
        let own = nodes.synod(&[arguments, &["--node", LAB]].concat()).exits(0).out;
        let built_in = nodes.synod(arguments).exits(0).out;
        // But for whose they are: tokens, and how they are replayed.
        let told = |text: &str| -> Vec<String> {
            let is_told = |line: &&str| !line.contains("synod") && !line.starts_with("own nodes ");
            text.lines().filter(is_told).map(str::to_owned).collect()
        };
        assert_eq!(told(&own), told(&built_in), "{arguments:?}");
    };
    same(&["explain", "lab2", "--seed", "7"]);
    same(&["explain", "lab2-exponential", "--seed", "3"]);
    same(&["explain", "lab2", "--races", "--seeds", "60"]);
    same(&["shrink", "lab2", "--seed", "7"]);
}

#[test]
fn a_trace_is_replayed_by_the_same_nodes_alone() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = lab();
    let trace = ["replay", "lab2", "--seed", "7", "--as", "jsonl"];
    let own = nodes.synod(&[&trace[..], &["--node", LAB]].concat()).exits(0).out;
    nodes.0.write("run.jsonl", &own);
    let replay = |more: &[&str]| nodes.synod(&[&["replay", "--trace", "run.jsonl"][..], more].concat());
    assert!(replay(&["--node", LAB]).exits(0).out.starts_with("reproduced: "));
    assert!(replay(&[]).exits(3).err.contains("name the file of the nodes with --node"));
    let other = replay(&["--node", "lab/locked.toml"]);
    assert!(other.err.contains("the nodes have changed"), "{other:#?}");
    // A made-up event is found.
    nodes.0.write("run.jsonl", own.replacen("\"lost\":false", "\"lost\":true", 1));
    replay(&["--node", LAB]).exits(3);
    // The built-in's own trace is not for them.
    nodes.0.write("run.jsonl", nodes.synod(&trace).exits(0).out);
    assert!(replay(&["--node", LAB]).exits(3).err.contains("leave --node out"));
}

#[test]
fn a_run_as_json_says_whose_it_is_and_what_was_told() {
    if !installed(&["python3"]) {
        return;
    }
    let run = lab().synod(&["run", "lab2", "--node", LAB, "--seed", "7", "--format", "json"]).exits(0).out;
    let run: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    assert_eq!(run["own_nodes"].as_str().map(str::len), Some(32), "{run}");
    let reply = run["clients"][1]["reply"].as_str().expect("a reply");
    assert!(reply.contains("SubmitValue SUCCEEDED"), "{reply}");
    assert!(run["notes"].as_array().is_some_and(|notes| !notes.is_empty()), "{run}");
}
