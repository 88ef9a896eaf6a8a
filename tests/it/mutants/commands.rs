//! `synod mutants`, `synod swarm` and `swarm:RUN` as a person meets them.

use std::process::Command;

use crate::support::env;
use serde_json::Value;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/mutants.txt");

/// Exit code, stdout, stderr.
pub fn synod(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_synod")).args(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// A line that synod printed, run without a shell; it has no quotes.
fn again(line: &str) -> (i32, String, String) {
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(words[0], "synod", "{line:?}");
    synod(&words[1..])
}

#[test]
fn the_kill_matrix_is_golden_and_the_same_for_any_number_of_threads() {
    let (_, matrix, _) = synod(&["mutants", "--seeds", "320", "--threads", "1"]);
    assert_eq!(synod(&["mutants", "--seeds", "320", "--threads", "3"]).1, matrix);
    if env::updates_golden() {
        std::fs::write(GOLDEN, &matrix).expect("written");
    }
    assert_eq!(matrix, std::fs::read_to_string(GOLDEN).expect("the golden file"));
}

#[test]
fn the_gallery_in_json_names_lines_that_replay() {
    let (code, json, err) =
        synod(&["mutants", "--mutant", "takes-lowest-vote", "--mutant", "none", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let gallery: Value = serde_json::from_str(&json).expect("JSON");
    let (none, lowest) = (&gallery["mutants"][0], &gallery["mutants"][1]);
    assert_eq!(
        (&none["mutant"], &none["killed"], &none["labels"]),
        (&"none".into(), &0.into(), &Value::Array(vec![]))
    );
    assert_eq!(lowest["labels"][0], "MUTANT takes-lowest-vote");
    assert!(
        lowest["killed"].as_u64() > Some(0) && lowest["by"]["proposal-safety"].as_u64() > Some(0),
        "{lowest}"
    );
    assert!(lowest["rate"]["low"].as_f64() > Some(0.0));
    let (code, out, err) = again(lowest["shortest"]["replay"].as_str().expect("a line"));
    assert_eq!(code, 1, "{err}");
    assert!(out.starts_with("MUTANT takes-lowest-vote"), "{out}");
    assert!(err.contains("safety is violated: "), "{err}");
}

#[test]
fn a_swarm_of_a_mutant_ends_with_1_and_a_line_that_replays() {
    let (code, out, err) = synod(&["swarm", "--seeds", "2000", "--mutant", "majority-is-half"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("MUTANT majority-is-half: not the correct protocol"), "{out}");
    let line = err.lines().last().expect("a last line");
    let (code, _, err) = again(line);
    assert_eq!(code, 1, "{line}: {err}");
}

#[test]
fn the_correct_swarm_ends_with_0_and_counts_situations() {
    let (code, out, err) = synod(&["swarm", "--seeds", "3000", "--first-seed", "0x10000"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("alarms in 0 runs") && out.contains("stale-promise"), "{out}");
    let (code, json, _) = synod(&["swarm", "--seeds", "3000", "--first-seed", "0x10000", "--format", "json"]);
    let swarm: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((code, &swarm["runs"], &swarm["first_seed"]), (0, &3000.into(), &0x10000.into()));
    assert!(swarm["situations"]["stale-promise"].as_u64() > Some(0));
}

#[test]
fn a_mutant_that_survives_is_an_expectation_that_failed() {
    let (code, out, err) = synod(&["mutants", "--mutant", "counts-old-accepteds", "--seeds", "1"]);
    assert_eq!(code, 6, "{out}");
    assert!(out.contains("SURVIVES"), "{out}");
    assert_eq!(err.lines().last(), Some("synod mutants --seeds 1 --mutant counts-old-accepteds"));
}

#[test]
fn the_swarms_scenarios_are_named_everywhere() {
    let (code, text, _) = synod(&["scenario", "show", "swarm:77"]);
    assert_eq!(code, 0);
    assert!(text.contains("title = \"Swarm, runs 64 to 95\""), "{text}");
    let (code, by_name, _) = synod(&["run", "swarm:77", "--seed", "77", "--format", "json"]);
    assert_eq!(code, 0);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.toml");
    std::fs::write(&file, text).expect("written");
    let (_, by_file, _) = synod(&["run", &file.to_string_lossy(), "--seed", "77", "--format", "json"]);
    let token = |json: &str| serde_json::from_str::<Value>(json).expect("JSON")["token"].clone();
    assert_eq!(token(&by_name), token(&by_file));
}

#[test]
fn nonsense_is_refused_with_what_is_allowed() {
    for (arguments, says) in [
        (vec!["run", "swarm:first"], "a seed is a whole number"),
        (vec!["mutants", "--mutant", "forgetful"], "there are: none, forgets-promise-on-restart"),
        (vec!["swarm", "--seeds", "2", "--first-seed", "0xffffffffffffffff"], "go past 2^64"),
        (vec!["swarm", "--seeds", "0"], "must be at least 1"),
    ] {
        let (code, _, err) = synod(&arguments);
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(err.contains(says), "{arguments:?}: {err}");
    }
}
