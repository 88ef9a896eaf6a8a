//! `synod explain`, `hunt`, `shrink`, and tokens with deviations, as a user meets them.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::support::command::Place;

const UNTIL: &str = "winner = \"B\" && duel >= 3";

#[test]
fn what_explain_prints_replays_to_another_winner() {
    let place = Place::new();
    let explained = place.synod(&["explain", "duel", "--seed", "7", "--format", "json"]).exits(0);
    let json: serde_json::Value = serde_json::from_str(&explained.out).expect("JSON");
    assert_eq!(json["winner"], "B");
    let critical = json["critical"].as_array().expect("a list");
    assert!(!critical.is_empty());
    let text = place.synod(&["explain", "duel", "--seed", "7"]).exits(0).out;
    for it in critical {
        let token = it["token"].as_str().expect("a token");
        assert!(
            text.contains(token) && text.contains(it["sentence"].as_str().expect("a sentence")),
            "{text}"
        );
        let replayed = place.synod(&["replay", "duel", "--token", token]).exits(0);
        assert_eq!(replayed.err, "reproduced\n");
        // And as the base of another explanation.
        let again = place.synod(&["explain", "duel", "--token", token, "--format", "json"]).exits(0);
        let again: serde_json::Value = serde_json::from_str(&again.out).expect("JSON");
        assert_eq!(again["winner"], it["winner"]);
    }
}

#[test]
fn a_trace_of_a_run_that_deviates_is_reproduced_or_its_first_difference_named() {
    let place = Place::new();
    let token = place.synod(&["explain", "duel", "--seed", "7", "--format", "json"]).exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&token).expect("JSON");
    let token = json["critical"][0]["token"].as_str().expect("a token");
    let trace = place.synod(&["replay", "duel", "--token", token, "--as", "jsonl"]).exits(0).out;
    place.write("whole.jsonl", &trace);
    let whole = place.synod(&["replay", "--trace", "whole.jsonl"]).exits(0);
    assert!(whole.out.starts_with("reproduced"), "{whole:?}");
    place.write("other.jsonl", trace.replacen("=lost", "=kept", 1));
    let other = place.synod(&["replay", "--trace", "other.jsonl"]).exits(3);
    assert!(other.err.contains("did not reproduce: first difference at event "), "{other:?}");
    place.write("worse.jsonl", trace.replacen("=lost", "=gone", 1));
    place.synod(&["replay", "--trace", "worse.jsonl"]).exits(3);
}

#[test]
fn a_token_says_when_it_is_not_this_run() {
    let place = Place::new();
    let token = place.synod(&["hunt", "duel", "--until", "duel = 0", "--count", "1"]).exits(0).out;
    let token = token.trim();
    let parts: Vec<&str> = token.split(':').collect();
    let changed = |at: usize, to: &str| {
        let mut parts = parts.clone();
        parts[at] = to;
        parts.join(":")
    };
    for command in ["replay", "explain", "shrink"] {
        let elsewhere = place.synod(&[command, "lab2", "--token", token]).exits(3);
        assert!(elsewhere.err.contains("made by another scenario"), "{elsewhere:?}");
        let before = place.synod(&[command, "duel", "--token", &changed(2, "1")]).exits(3);
        assert!(before.err.contains("made by engine epoch 1"), "{before:?}");
        let wrong = place.synod(&[command, "duel", "--token", &changed(5, "0123456789abcdef")]).exits(3);
        assert!(wrong.err.contains("did not reproduce"), "{wrong:?}");
        let stranger = place.synod(&[command, "duel", "--token", &changed(4, "7.start=1ms")]).exits(2);
        assert!(stranger.err.contains("proposer 7"), "{stranger:?}");
        place.synod(&[command, "duel", "--token", &changed(4, "nonsense")]).exits(2);
    }
}

#[test]
fn a_hunt_prints_tokens_and_says_how_it_went() {
    let place = Place::new();
    let hunted = place.synod(&["hunt", "random-retry", "--until", UNTIL, "--count", "3"]).exits(0);
    assert_eq!(hunted.out.lines().count(), 3);
    assert!(hunted.err.starts_with("3 found in the first "), "{hunted:?}");
    for token in hunted.out.lines() {
        place.synod(&["replay", "random-retry", "--token", token]).exits(0);
        let shrunk = place.synod(&["shrink", "random-retry", "--token", token, "--keep", UNTIL]).exits(0).out;
        let again = shrunk.lines().find_map(|line| line.strip_prefix("replay    ")).expect("a replay line");
        assert_eq!(place.line(again).exits(0).err, "reproduced\n");
    }
    let one =
        place.synod(&["hunt", "random-retry", "--until", UNTIL, "--count", "3", "--threads", "1"]).exits(0);
    assert_eq!((one.out, one.err), (hunted.out, hunted.err));

    let nothing = place.synod(&["hunt", "duel", "--until", "duel > 1000", "--seeds", "500"]).exits(6);
    assert_eq!(nothing.out, "");
    assert!(nothing.err.contains("\nnothing found"), "{nothing:?}");
    let wrong = place.synod(&["hunt", "duel", "--until", "winer = none"]).exits(2);
    assert!(wrong.err.contains("--until: column 1:") && wrong.err.contains("^^^^^"), "{wrong:?}");
    let script = place.synod(&["explain", "textbook/unseen"]).exits(2);
    assert!(script.err.contains("script"), "{script:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_the_hunt_found() {
    let place = Place::new();
    let seeds = "1000000000000";
    let hunt = ["hunt", "random-retry", "--until", "duel >= 12", "--count", seeds, "--seeds", seeds];
    let mut child =
        place.command().args(hunt).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("stdout"));
    let mut first = String::new();
    out.read_line(&mut first).expect("a token");
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("UTF-8");
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(130));
    let err = String::from_utf8(ended.stderr).expect("UTF-8");
    let found = 1 + rest.lines().count();
    assert!(err.contains(&format!("; {found} found, and printed")), "{err}");
    for token in [first.trim(), rest.lines().last().unwrap_or(first.trim())] {
        place.synod(&["replay", "random-retry", "--token", token]).exits(0);
    }
}
