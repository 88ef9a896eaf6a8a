//! `synod node map`: rows that are guessed from runs mean what the rows mean that somebody wrote.

use super::place::{Nodes, installed, seeds};

const SCENARIOS: [&str; 2] = ["lab2-exponential", "lab2"];

/// The file of some nodes without what its messages mean: all before `[map]`, and the rows of that table which begin so.
fn without_map(nodes: &Nodes, folder: &str, kept: &[&str]) -> (String, String) {
    let text = std::fs::read_to_string(nodes.path(&format!("{folder}/mine.toml"))).expect("a file");
    let (front, map) = text.split_once("[map]\n").expect("a table");
    let rows = map.lines().filter(|line| kept.iter().any(|key| line.starts_with(key)));
    (front.to_owned(), rows.map(|row| format!("{row}\n")).collect())
}

/// Guesses the rows of these nodes, and holds runs by the guessed rows against runs by the written ones.
#[track_caller]
fn is_guessed(nodes: &Nodes, folder: &str) -> String {
    let (front, submit) = without_map(nodes, folder, &["submit"]);
    let unknown = format!("{folder}/unknown.toml");
    nodes.0.write(&unknown, format!("{front}[map]\n{submit}ballot = \"opaque\"\n"));
    let guessed = nodes.synod(&["node", "map", &unknown]).exits(0);
    // What no run shows: which draw is the scenario's.
    let (_, draws) = without_map(nodes, folder, &["draws"]);
    let own = format!("{folder}/guessed.toml");
    nodes.0.write(&own, format!("{front}{}{draws}", guessed.out));
    let written = format!("{folder}/mine.toml");
    let seeds = seeds(8, 100);
    for scenario in SCENARIOS {
        let line = ["node", "compare", scenario, "--node", &own, "--against", &written, "--seeds", &seeds];
        let told = nodes.synod(&line).exits(0);
        assert_eq!(
            told.out,
            format!("{seeds} pairs of runs: {seeds} the same, event by event, 0 differ\n"),
            "{folder} in {scenario}:\n{}",
            guessed.out
        );
    }
    guessed.out
}

#[test]
fn rows_of_calls_mean_what_the_written_ones_mean() {
    if !installed(&["python3"]) {
        return;
    }
    let folders = ["lab", "stored", "xmlrpc", "flask", "asks_all", "sockets", "http"];
    let nodes = Nodes::of(&folders);
    for folder in folders {
        let map = is_guessed(&nodes, folder);
        for row in ["ballot = ", "prepare = ", "promise = ", "accept = ", "accepted = ", "told = "] {
            assert_eq!(map.lines().filter(|line| line.starts_with(row)).count(), 1, "{folder}: {row}\n{map}");
        }
    }
}

#[test]
fn rows_of_messages_mean_what_the_written_ones_mean() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::new();
    nodes.synod(&["node", "new", "python-handlers", "handlers"]).exits(0);
    let map = is_guessed(&nodes, "handlers");
    assert!(
        map.contains(
            "reject = { type = \"reject\", ballot = \"/n\", promised = \"/promised\", phase = \"/of\" }"
        ),
        "{map}"
    );
}

/// A vote that nobody is told of is asked for, and not made up.
#[test]
fn what_was_not_seen_is_a_question() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let (front, _) = without_map(&nodes, "lab", &[]);
    nodes.edit(
        "lab/server.py",
        "return (\"promise\", accepted_n, accepted_value)",
        "return (\"promise\", None, None)",
    );
    nodes.0.write("lab/unknown.toml", &front);
    let refused = nodes.synod(&["node", "map", "lab/unknown.toml"]).exits(2);
    assert!(refused.err.contains("synod node map lab/unknown.toml --submit NAME"), "{refused:#?}");
    let map = nodes.synod(&["node", "map", "lab/unknown.toml", "--submit", "SubmitValue"]).exits(0).out;
    assert!(
        map.contains(
            "the vote is not found in it as the node stores it, and must be there (`about`, `value`)"
        ),
        "{map}"
    );
    assert!(map.contains("promise = { of = \"prepare\", where = { 0 = \"promise\" } }\n"), "{map}");

    let blind = front.replace("promised = \"promised_n\"", "promised = \"None\"");
    assert_ne!(blind, front);
    nodes.0.write("lab/blind.toml", blind);
    let told = nodes.synod(&["node", "map", "lab/blind.toml", "--submit", "SubmitValue"]).exits(7);
    assert!(told.err.contains("no node was seen to store a promise"), "{told:#?}");
}

/// Arguments by name, ballots that are texts, a text that goes on behind the value.
#[test]
fn other_spellings_are_seen() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    for (from, to) in [
        (
            "conn.send(pickle.dumps((name, args, {})))",
            "conn.send(pickle.dumps((name, (), {\"args\": args})))",
        ),
        ("(*args, **kwargs)", "(*kwargs.get(\"args\", args))"),
        ("n = counter * 10 + NODE_ID", "n = f\"{counter}.{NODE_ID}\""),
        ("SUCCEEDED. Chosen value = {value}\"", "SUCCEEDED. Chosen value = {value}, said node {NODE_ID}.\""),
    ] {
        nodes.edit("lab/server.py", from, to);
    }
    let (front, _) = without_map(&nodes, "lab", &[]);
    nodes.0.write("lab/unknown.toml", &front);
    let map = nodes.synod(&["node", "map", "lab/unknown.toml", "--submit", "SubmitValue"]).exits(0).out;
    for row in [
        "ballot = { text = { separator = \".\" } }",
        "prepare = { call = \"prepare\", ballot = \"/args/0\" }",
        "accept = { call = \"accept\", ballot = \"/args/0\", value = \"/args/1\" }",
        "SUCCEEDED\\. Chosen value = (?<value>.*), said node \\d+",
    ] {
        assert!(map.contains(row), "{row}\n{map}");
    }
    nodes.0.write("lab/guessed.toml", front + &map);
    let run = nodes.synod(&["run", "lab2-exponential", "--node", "lab/guessed.toml", "--seed", "3"]).exits(0);
    assert!(run.out.contains("verdict   decided: "), "{}", run.out);
}
