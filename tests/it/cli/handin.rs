//! `synod report` and `synod writeup`: rendered again byte for byte; a bundle that reproduces itself, compiles, and is
//! read by pandas.
//!
//! `pdflatex` and Python's pandas are asked where they are installed, and the reason is printed where they are not.

use std::path::Path;
use std::process::Command;

use crate::support::command::{Place, files};

fn swept(place: &Place) {
    place.synod(&["sweep", "loss-sweep", "--seeds", "60", "--out", "r", "-q"]).exits(0);
}

#[test]
fn a_report_is_rendered_again_to_the_same_bytes() {
    let place = Place::new();
    swept(&place);
    rendered_again(&place);
    assert!(
        files(&place.path("r")).iter().any(|(name, _)| name == "runs.json"),
        "with the runs that it shows"
    );
}

#[test]
fn and_so_is_a_phase_diagram_with_its_boundary() {
    let place = Place::new();
    place.synod(&["sweep", "phase-silent", "--out", "r", "-q"]).exits(0);
    rendered_again(&place);
    place.synod(&["writeup", "r"]).exits(0);
    let summary = std::fs::read_to_string(place.path("r/summary.json")).expect("a file");
    assert!(summary.contains("\"boundary\": [\n"), "it has a boundary");
    // The boundary is no longer what was found.
    place.write("r/summary.json", summary.replacen("\"along\": 0", "\"along\": 1", 1));
    let refused = place.synod(&["report", "r"]).exits(2);
    assert!(refused.err.contains("summary.json: is not as it was written"), "{}", refused.err);
}

/// Spoils a report's pages and figures, and has them made again.
fn rendered_again(place: &Place) {
    let before = files(&place.path("r"));
    for (name, _) in before.iter().filter(|(name, _)| name.ends_with(".svg") || name.starts_with("report.")) {
        place.write(&format!("r/{name}"), "spoilt");
    }
    assert_ne!(files(&place.path("r")), before);
    place.synod(&["report", "r"]).exits(0);
    assert_eq!(files(&place.path("r")), before);
}

#[test]
fn totals_that_were_changed_are_refused() {
    let place = Place::new();
    swept(&place);
    for name in ["totals.bin", "chunks.csv", "runs.json"] {
        let bytes = std::fs::read(place.path(&format!("r/{name}"))).expect("a file");
        let mut changed = bytes.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        place.write(&format!("r/{name}"), &changed);
        let refused = place.synod(&["report", "r"]).exits(2);
        assert!(refused.err.contains(name), "{}", refused.err);
        place.write(&format!("r/{name}"), bytes);
    }
    place.synod(&["report", "r"]).exits(0);
    place.synod(&["report", "nowhere"]).exits(2);
}

#[test]
fn a_bundle_makes_its_numbers_again_and_notices_when_it_cannot() {
    let place = Place::new();
    let sweep = [
        "sweep",
        "duel",
        "--set",
        "network.loss=0.1",
        "--seeds",
        "70",
        "--first-seed",
        "5",
        "--out",
        "r",
        "-q",
    ];
    place.synod(&sweep).exits(0);
    place.synod(&["writeup", "r", "--out", "hand in"]).exits(0);
    let again = || {
        let mut shell = Command::new("sh");
        shell.arg(place.path("hand in/reproduce.sh")).env("SYNOD", env!("CARGO_BIN_EXE_synod"));
        shell.output().expect("a shell")
    };
    let output = again();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("reproduced"));
    let script = std::fs::read_to_string(place.path("hand in/reproduce.sh")).expect("a script");
    place.write("hand in/reproduce.sh", script.replace("--first-seed 5", "--first-seed 6"));
    assert_eq!(again().status.code(), Some(3));
    // What somebody has worked on is not replaced, a bundle as it was written is, and nothing else.
    let refused = place.synod(&["writeup", "r", "--out", "hand in"]).exits(2);
    assert!(refused.err.contains("reproduce.sh: was changed since it was written"), "{}", refused.err);
    place.write("hand in/reproduce.sh", script);
    place.synod(&["writeup", "r", "--out", "hand in"]).exits(0);
    let report = files(&place.path("r"));
    let refused = place.synod(&["writeup", "r", "--out", "r"]).exits(2);
    assert!(refused.err.contains("holds a report"), "{}", refused.err);
    let refused = place.synod(&[&sweep[..sweep.len() - 2], &["hand in", "-q"]].concat()).exits(2);
    assert!(refused.err.contains("holds a write-up"), "{}", refused.err);
    assert_eq!(files(&place.path("r")), report);
    std::fs::create_dir(place.path("other")).expect("a folder");
    place.write("other/file", "mine");
    place.synod(&["writeup", "r", "--out", "other"]).exits(2);
}

#[test]
fn another_reports_hand_in_is_not_replaced() {
    let place = Place::new();
    let sweep = |set: &str, seeds: &str, out: &str| {
        place.synod(&["sweep", "lab2", "--set", set, "--seeds", seeds, "--out", out, "-q"]).exits(0);
    };
    sweep("network.loss=0.1", "20", "r");
    sweep("network.loss=0.2", "20", "other");
    place.synod(&["sweep", "duel", "--seeds", "20", "--out", "third", "-q"]).exits(0);
    place.synod(&["writeup", "r", "--out", "hand-in"]).exits(0);
    let written = files(&place.path("hand-in"));
    for other in ["other", "third"] {
        let refused = place.synod(&["writeup", other, "--out", "hand-in"]).exits(2);
        assert!(refused.err.contains("holds the write-up of another report"), "{refused:#?}");
        assert!(refused.err.contains("network.loss=0.1"), "{refused:#?}");
    }
    assert_eq!(files(&place.path("hand-in")), written);
    // The same report over more seeds is still the same.
    sweep("network.loss=0.1", "30", "r");
    place.synod(&["writeup", "r", "--out", "hand-in"]).exits(0);
}

#[test]
fn a_bundle_has_what_is_handed_in() {
    let place = Place::new();
    swept(&place);
    place.synod(&["writeup", "r"]).exits(0);
    let found = files(&place.path("r/writeup"));
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "main.tex",
        "report.tex",
        "report.md",
        "captions.md",
        "tables/results.tex",
        "tables/results.md",
        "tables/differences.tex",
        "tables/differences.md",
        "reproduce.sh",
        "scenario.toml",
        "cells.csv",
        "cells.dictionary.csv",
        "chunks.csv",
        "figures/survival.png",
        "figures/survival.svg",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let captions =
        String::from_utf8(found[names.iter().position(|n| *n == "captions.md").expect("there")].1.clone());
    let captions = captions.expect("UTF-8");
    for part in ["60 s", "tie rule", "Clopper–Pearson", "**Figure 1** (`figures/winner-shares`)"] {
        assert!(captions.contains(part), "{part} in {captions}");
    }
}

/// Runs a tool, or says that it is not there.
fn tool(name: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    match Command::new(name).args(arguments).current_dir(folder).output() {
        Err(error) => {
            eprintln!("skipped: {name} does not run: {error}");
            None
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let all = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
            if all.contains("No module named 'pandas'") {
                eprintln!("skipped: Python has no pandas");
                return None;
            }
            assert!(output.status.success(), "{name}: {all}");
            Some(text)
        }
    }
}

#[test]
fn the_document_compiles() {
    let place = Place::new();
    swept(&place);
    let hostile = "title = \"50 % of $x_1$ & {#} \\\\ ~ ^ 漢 é < > \\\" ' ` |\"\n[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";
    place.write("hostile.toml", hostile);
    place.synod(&["sweep", "hostile.toml", "--seeds", "20", "--out", "h", "-q"]).exits(0);
    for folder in ["r", "h"] {
        place.synod(&["writeup", folder]).exits(0);
        let bundle = place.path(&format!("{folder}/writeup"));
        let compiled = tool("pdflatex", &["-interaction=nonstopmode", "-halt-on-error", "main.tex"], &bundle);
        assert!(compiled.is_none_or(|log| log.contains("Output written on main.pdf")), "{folder}");
    }
}

#[test]
fn pandas_reads_the_table_with_the_right_types() {
    let place = Place::new();
    swept(&place);
    let program = "import pandas as p; d = p.read_csv('r/cells.csv'); [print(c, d[c].dtype.kind) for c in d]";
    let Some(read) = tool("python3", &["-c", program], place.path(".").as_path()) else { return };
    let dictionary = std::fs::read(place.path("r/cells.dictionary.csv")).expect("a dictionary");
    let mut wrong = Vec::new();
    for row in csv::Reader::from_reader(&dictionary[..]).records() {
        let row = row.expect("a row");
        let kind = read.lines().find_map(|line| line.strip_prefix(&format!("{} ", &row[0])));
        let kind = kind.unwrap_or_else(|| panic!("{} is no column", &row[0]));
        let right = match (&row[0], &row[1]) {
            // A column without a single value has no type; parameters are read as what they look like.
            ("first_violation_seed", _) => kind == "f",
            ("network.loss", _) => kind == "f",
            (_, "integer") => kind == "i",
            (_, "number") => kind == "f",
            _ => kind == "O" || kind == "U" || kind == "T",
        };
        if !right {
            wrong.push(format!("{}: {} is read as {kind}", &row[0], &row[1]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
