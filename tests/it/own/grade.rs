//! Nodes on the ladder: the lab's file and its planted bugs, each at the rung that kills it; and what graders read.
//!
//! `tests/own/killed-rungs-*.txt` are the kill matrix; `UPDATE_GOLDEN=1` writes them anew.

use std::path::Path;

use serde_json::Value;

use super::place::{Nodes, installed};
use super::planted::{ACCEPTORS, Bug, PROPOSERS, plant, sample, stands};

/// What `synod grade --json` says.
fn graded(nodes: &Nodes, file: &str, more: &[&str]) -> (Value, i32) {
    let ended = nodes.synod(&[&["grade", "--node", file, "--json"][..], more].concat());
    (serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:#?}")), ended.code)
}

/// The names of the rungs that are not passed.
fn killers(grade: &Value) -> Vec<&str> {
    let rungs = grade["rungs"].as_array().expect("rungs");
    let failed = rungs.iter().filter(|rung| !rung["fault"].is_null());
    failed.map(|rung| rung["name"].as_str().expect("a name")).collect()
}

#[test]
fn the_labs_file_forgets_and_races_and_both_are_told_in_words() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let (grade, code) = graded(&nodes, "lab/mine.toml", &["--seeds", "60", "--quick"]);
    assert_eq!(code, 6, "{grade:#}");
    let killed = killers(&grade);
    // It waits for ever for whom it cannot reach, keeps nothing that it needs on disk, and has no lock.
    assert_eq!(killed, ["partitions", "restarts", "threads"], "{grade:#}");
    let hangs = grade["rungs"][6]["fault"]["brief"].as_str().expect("a text");
    assert!(hangs.starts_with("B has a majority on its side, and its client is not told"), "{hangs}");
    let threads = &grade["rungs"][8]["fault"];
    assert_eq!(threads["kind"], "violation");
    let remedy = threads["remedy"].as_str().expect("a remedy");
    assert!(remedy.starts_with("hold one lock from the check to the set at server.py:"), "{remedy}");
    let lines = threads["lines"].to_string();
    assert!(lines.contains("is held up at ") && lines.contains(" promises ballot 1"), "{lines}");
    // The command that is told shows it.
    let again = threads["again"].as_str().expect("a command");
    let shown = nodes.line(again).exits(1);
    assert!(shown.err.contains("promises-kept"), "{shown:#?}");

    // A lock is what it lacks.
    let (locked, _) = graded(&nodes, "lab/locked.toml", &["--seeds", "60", "--rung", "9"]);
    assert_eq!(killers(&locked), [""; 0], "{locked:#}");
    // And a disk.
    nodes.copy("stored", "stored");
    let (stored, _) = graded(&nodes, "stored/mine.toml", &["--seeds", "60", "--rung", "8"]);
    assert_eq!(killers(&stored), [""; 0], "{stored:#}");
}

/// Over so few seeds a bug lives that shows only where messages are lost: rung 5 kills it at seed 48.
fn kills(part: &str, bugs: &[Bug]) {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::new();
    let mut table = format!("{:<30} rungs that are not passed\n", "bug");
    for bug in sample(bugs) {
        let file = plant(&nodes, bug);
        let rungs = ["--quick", "--rung", "2", "--rung", "3", "--rung", "4", "--rung", "5", "--rung", "6"];
        let (grade, _) = graded(&nodes, &file, &[&["--seeds", "20"][..], &rungs].concat());
        table.push_str(&format!("{:<30} {}\n", bug.0, killers(&grade).join(", ")));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/own/killed-rungs-{part}.txt"));
    stands(&table, &file);
}

#[test]
fn bugs_of_acceptors_are_killed_by_rungs() {
    kills("acceptors", ACCEPTORS);
}

#[test]
fn bugs_of_proposers_are_killed_by_rungs() {
    kills("proposers", PROPOSERS);
}

#[test]
fn a_program_that_fails_or_differs_has_its_own_exit_code() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    nodes.copy("lab", "order");
    let set = "[node for node in map(int, {str(node) for node in ALL_NODES})";
    nodes.edit("order/server.py", "[node for node in ALL_NODES", set);
    let (order, code) = graded(&nodes, "order/mine.toml", &["--rung", "1"]);
    assert_eq!((code, &order["rungs"][0]["fault"]["kind"]), (3, &"not-deterministic".into()), "{order:#}");
    let ends = super::commands::bad("exit");
    let (ended, code) = graded(&ends, "bad/mine.toml", &["--rung", "4", "--seeds", "30"]);
    assert_eq!((code, &ended["rungs"][0]["fault"]["kind"]), (7, &"node-failed".into()), "{ended:#}");
    let strict = ["--rung", "9", "--seeds", "30", "--strict", "--quick"];
    assert_eq!(graded(&nodes, "lab/mine.toml", &strict).1, 1);
    nodes.synod(&["grade", "--node", "absent.toml"]).exits(2);
}

#[test]
fn a_course_picks_and_weighs_and_its_grader_reads_xml() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let course =
        "first_seed = 40\n[points]\ndecides = 70\nthreads = 30\n[seeds]\ndecides = 3\nthreads = 10\n";
    nodes.0.write("grade.toml", course);
    let options = ["--course", "grade.toml", "--junit", "grade.xml", "--quick"];
    let (grade, code) = graded(&nodes, "lab/mine.toml", &options);
    assert_eq!((&grade["points"], &grade["of"], code), (&70.into(), &100.into(), 6), "{grade:#}");
    assert_eq!(grade["rungs"][0]["runs"], 3);
    let xml = std::fs::read_to_string(nodes.path("grade.xml")).expect("a file");
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut names = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(it) | quick_xml::events::Event::Empty(it) => {
                names.push(String::from_utf8_lossy(it.name().as_ref()).into_owned());
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(names.iter().filter(|name| *name == "testcase").count(), 2, "{xml}");
    assert_eq!(names.iter().filter(|name| *name == "failure").count(), 1, "{xml}");
    let markdown =
        nodes.synod(&["grade", "--node", "lab/mine.toml", "--course", "grade.toml", "--markdown", "--quick"]);
    assert!(markdown.out.starts_with("## 70 of 100 points\n"), "{markdown:#?}");
    nodes.0.write("grade.toml", "[points]\nsave = 1\n");
    let refused = nodes.synod(&["grade", "--node", "lab/mine.toml", "--course", "grade.toml"]).exits(2);
    assert!(refused.err.contains("no rung is called save") && refused.err.contains("safe"), "{refused:#?}");
}

/// The rungs go by their names too, and each that is not passed says what to do; that of partitions by when.
#[test]
fn rungs_have_names_remedies_and_a_deadline() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    let arguments = ["--rung", "partitions", "--rung", "restarts", "--seeds", "20", "--quick"];
    let (grade, _) = graded(&nodes, "lab/mine.toml", &arguments);
    assert_eq!(killers(&grade), ["partitions", "restarts"], "{grade:#}");
    for (rung, words) in [(0, "time-out"), (1, "file")] {
        let remedy = grade["rungs"][rung]["fault"]["remedy"].as_str().expect("a remedy");
        assert!(remedy.contains(words), "{remedy}");
    }
    let partitions = &grade["rungs"][0]["fault"];
    for key in ["brief", "remedy"] {
        let told = partitions[key].as_str().expect("a text");
        assert!(told.contains("within 60 s"), "{told}");
    }
    for (word, words) in
        [("partition", "did you mean"), ("11", "no rung is called 11"), ("0", "1 speaks, 2 decides")]
    {
        let refused = nodes.synod(&["grade", "--node", "lab/mine.toml", "--rung", word]).exits(2);
        assert!(refused.err.contains(words), "{word}: {refused:#?}");
    }
}
