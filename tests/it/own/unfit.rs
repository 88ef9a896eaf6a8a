//! Files that do not fit their program, and scenarios that do not fit either: told with their place, and never held against the
//! program.

use super::place::{Nodes, installed};
use crate::support::command::Ended;
use crate::support::env;

/// The templates, one with calls and one with messages.
fn templates() -> Nodes {
    let nodes = Nodes::new();
    nodes.synod(&["node", "new", "python", "calls", "-q"]).exits(0);
    nodes.synod(&["node", "new", "python-handlers", "messages", "-q"]).exits(0);
    nodes
}

/// Runs a template whose file says something else; that is told, with its line and with these words.
#[track_caller]
fn is_told(nodes: &Nodes, folder: &str, (from, to): (&str, &str), line: u32, words: &[&str]) {
    let (sound, wrong) = (format!("{folder}/mine.toml"), format!("{folder}/wrong.toml"));
    nodes.copy_with(&sound, &wrong, from, to);
    // One seed shows it where both are at work and somebody has voted.
    let run = |command: &[&str]| nodes.synod(&[command, &["lab2-exponential", "--node", &wrong]].concat());
    let told = run(&["sweep", "--seeds", "40"]).exits(2);
    says(&told, &wrong, line, words);
    let again = nodes.line(told.last_line()).exits(2);
    says(&again, &wrong, line, words);
    assert_eq!(again.out, "", "nothing is said of a run that was read by a wrong file");
}

/// A grade is refused for the same reason, for the trial of a rung ends as a sweep does: seen of every third case, or of all in the
/// long form.
#[track_caller]
fn is_not_graded(nodes: &Nodes, (folder, case): (&str, u32), line: u32, words: &[&str]) {
    if !case.is_multiple_of(3) && !env::is_long("SYNOD_OWN_SEEDS") {
        return;
    }
    let wrong = format!("{folder}/wrong.toml");
    let told = nodes.synod(&["grade", "--node", &wrong, "--rung", "4", "--seeds", "40"]).exits(2);
    says(&told, &wrong, line, words);
}

#[track_caller]
fn says(told: &Ended, file: &str, line: u32, words: &[&str]) {
    assert!(told.err.contains(&format!("{file}:{line}:")), "{line}: {told:#?}");
    assert!(words.iter().all(|word| told.err.contains(word)), "{words:?}: {told:#?}");
    assert!(!told.err.contains("safety is violated") && !told.out.contains("VIOLATED"), "{told:#?}");
}

#[test]
fn a_wrong_row_is_the_files_fault() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = templates();
    let no_answer = ["no answer of the run is what `promise` names", "stored a promise and answered"];
    for (i, (from, to, line, words)) in (0_u32..).zip([
        // A message by another name.
        (
            "prepare = { type = \"prepare\"",
            "prepare = { type = \"prepar\"",
            10,
            &["no message of the run is what `prepare` names", "stored a promise"][..],
        ),
        (
            "accept = { type = \"accept\"",
            "accept = { type = \"learn\"",
            11,
            &["no message of the run is what `accept` names", "stored a vote"],
        ),
        ("promise = { type = \"promise\"", "promise = { type = \"promised\"", 12, &no_answer),
        (
            "accepted = { type = \"accepted\"",
            "accepted = { type = \"acepted\"",
            13,
            &["no answer of the run is what `accepted` names"],
        ),
        // A place at which nothing stands, or something else.
        (
            "type = \"prepare\", ballot = \"/n\"",
            "type = \"prepare\", ballot = \"/m\"",
            10,
            &["nothing stands where `ballot` looks", "\"n\":1"],
        ),
        ("value = \"/v\"", "value = \"/w\"", 11, &["nothing stands where `value` looks", "\"v\":"]),
        ("type = \"accept\", ballot = \"/n\"", "type = \"accept\", ballot = \"/v\"", 11, &["is no ballot"]),
        (
            "about = \"/vote/0\", value = \"/vote/1\"",
            "about = \"/votes/0\", value = \"/votes/1\"",
            12,
            &["write about = `/vote/0`"],
        ),
        ("ballot = \"lab\" ", "ballot = \"pair\" ", 9, &["is no ballot: `pair` takes"]),
    ]) {
        is_told(&nodes, "messages", (from, to), line, words);
        is_not_graded(&nodes, ("messages", i), line, words);
    }
    for (i, (from, to, line, words)) in (0_u32..).zip([
        ("where = { 0 = \"promise\" }", "where = { 0 = \"promised\" }", 18, &no_answer[..]),
        ("where = { 0 = \"promise\" }", "where = { 0 = \"reject\" }", 18, &no_answer),
        ("value = 1 }", "value = 2 }", 17, &["nothing stands where `value` looks"]),
        ("about = 1, value = 2", "about = 3, value = 4", 18, &["write about = 1"]),
        ("call = \"submit\"", "call = \"sbmit\"", 13, &["clients call `sbmit`", "does not know"]),
        ("promised = \"promised_n\"", "promised = \"NODE_ID and 'none'\"", 10, &["is no ballot"]),
        (
            "('10.0.0.3', 17000)",
            "('10.0.0.7', 17000)",
            9,
            &["calls an address that is no node's", "10.0.0.3"],
        ),
    ]) {
        is_told(&nodes, "calls", (from, to), line, words);
        is_not_graded(&nodes, ("calls", i), line, words);
    }
}

/// What has its names for a reason is let alone: no sound file is refused.
#[test]
fn messages_that_are_exchanged_are_told() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = templates();
    // A program whose prepares carry a value, so that both rows find all that they look for.
    nodes.edit(
        "messages/node.py",
        "{\"type\": \"prepare\", \"n\": self.ballot}",
        "{\"type\": \"prepare\", \"n\": self.ballot, \"v\": self.value}",
    );
    nodes.edit("messages/mine.toml", "prepare = { type = \"prepare\"", "prepare = { type = \"accept\"");
    nodes.edit("messages/mine.toml", "accept = { type = \"accept\"", "accept = { type = \"prepare\"");
    let told = nodes.sweep(&["lab2-exponential"], "messages/mine.toml", "20").exits(2);
    assert!(told.err.contains("mine.toml:10:") && told.err.contains("exchange the two"), "{told:#?}");
}

#[test]
fn a_scenario_of_more_nodes_than_the_program_knows_is_refused() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = templates();
    let five = ["lab2-exponential", "--set", "cluster.nodes=5"];
    let refused = nodes.sweep(&five, "calls/mine.toml", "5").exits(2);
    for words in ["calls/mine.toml:9:", "`addresses` has nothing for nodes 4, 5", "--set cluster.nodes=3"] {
        assert!(refused.err.contains(words), "{refused:#?}");
    }
    // Without the table it shows when the program begins.
    nodes.copy_with("calls/mine.toml", "calls/guessed.toml", "addresses = {", "env = { X = \"1\" }\n# {");
    let told = nodes.sweep(&five, "calls/guessed.toml", "5").exits(2);
    for words in ["begins on some of the 5 nodes", "not on node 4", "KeyError: 4"] {
        assert!(told.err.contains(words), "{told:#?}");
    }
    nodes.sweep(&["lab2-exponential"], "calls/guessed.toml", "5").exits(0);
    // The other template knows no addresses, and plays on five.
    nodes.sweep(&five, "messages/mine.toml", "5").exits(0);
}

#[test]
fn a_check_begins_a_run() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::new();
    let file = |name: &str, run: &str, text: &str| {
        nodes.0.write(&format!("{name}.py"), text);
        let toml = format!("[node]\nrun = \"{run}\"\nfiles = [\"{name}.py\"]\n");
        nodes.0.write(&format!("{name}.toml"), toml);
        nodes.synod(&["node", "check", &format!("{name}.toml")])
    };
    let kit = |name: &str, text: &str| file(name, &format!("python3 -m synod_kit {name}.py"), text).exits(7);
    let said = kit("usage", "import sys\nif len(sys.argv) < 2:\n    sys.exit(\"usage: NODE\")\n").err;
    assert!(said.contains("node 1 of 3: usage.py:3 ") && said.contains("SystemExit: usage: NODE"), "{said}");
    let said = kit("raises", "ADDRESSES = {}\nADDRESSES[1]\n").err;
    assert!(said.contains("raises.py:2 in <module>: KeyError: 1"), "{said}");
    file("absent", "pyhton3 absent.py", "").exits(7);
    file("ends", "python3 ends.py", "").exits(7);
    // It says hello, and ends when a run begins.
    let greets = "import sys\nsys.stdin.readline()\nprint('{\"hello\":{\"protocol\":1}}', flush=True)\nsys.stdin.readline()\nsys.exit(4)\n";
    let said = file("greets", "python3 greets.py", greets).exits(7).err;
    assert!(said.contains("it ended with exit status 4"), "{said}");
}

/// Axes are no options: what is advised is what can be done.
#[test]
fn axes_of_the_built_in_are_refused_as_axes() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = templates();
    let axes = "sweep.axes={\"protocol.max_attempts\"=[1,2]}";
    let refused = nodes.sweep(&["lab2-exponential", "--set", axes], "calls/mine.toml", "5").exits(2);
    assert!(refused.err.contains("[sweep.axes] has protocol.max_attempts"), "{refused:#?}");
    assert!(refused.err.contains("--set 'sweep.axes={}'"), "{refused:#?}");
    let none = ["lab2-exponential", "--set", axes, "--set", "sweep.axes={}"];
    nodes.sweep(&none, "calls/mine.toml", "5").exits(0);
}
