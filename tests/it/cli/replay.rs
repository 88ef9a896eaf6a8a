//! `synod replay`: a run again; a record of it, whole or damaged; a token, right or wrong.

use crate::support::command::{Ended, Place};

const RUN: [&str; 4] = ["replay", "lab2", "--seed", "5615"];

/// The trace of a run.
fn trace(place: &Place) -> Vec<u8> {
    place.synod(&[&RUN[..], &["--as", "jsonl"]].concat()).exits(0).out.into_bytes()
}

#[test]
fn a_trace_is_reproduced_and_is_the_same_in_every_process() {
    let place = Place::new();
    let bytes = trace(&place);
    assert_eq!(bytes, trace(&place), "two processes");
    for line in std::str::from_utf8(&bytes).expect("UTF-8").lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("each line is JSON");
    }
    place.write("t.jsonl", &bytes);
    let replayed = place.synod(&["replay", "--trace", "t.jsonl"]).exits(0);
    assert!(replayed.out.starts_with("reproduced: 52 events, digest "), "{}", replayed.out);
}

/// Replays a trace with one byte changed.
fn damaged(place: &Place, bytes: &[u8], at: usize, to: u8) -> Ended {
    let mut bytes = bytes.to_vec();
    assert_ne!(bytes[at], to);
    bytes[at] = to;
    place.write("damaged.jsonl", bytes);
    place.synod(&["replay", "--trace", "damaged.jsonl"])
}

fn find(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).position(|window| window == text.as_bytes()).expect(text)
}

#[test]
fn one_changed_byte_is_named_wherever_it_is() {
    let place = Place::new();
    let bytes = trace(&place);
    let header = bytes.iter().position(|&b| b == b'\n').expect("a header");
    let trailer = bytes[..bytes.len() - 1].iter().rposition(|&b| b == b'\n').expect("a trailer") + 1;
    let event =
        |n: usize| bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(n - 1).expect("a line").0 + 1;
    for (at, to, says) in [
        (3, b'X', "first difference at the header (line 1)"),
        (find(&bytes, "\"seed\":5615") + 7, b'6', "first difference at event 1 (line 2"),
        (find(&bytes, "\"epoch\":3") + 8, b'9', "engine epoch 9"),
        (find(&bytes, "scenario_hash\":\"") + 16, b'x', "first difference at the header (line 1)"),
        (find(&bytes, "CISC"), b'D', "first difference at the header (line 1, byte"),
        (find(&bytes, "\"nodes\":3") + 8, b'5', "first difference at the header (line 1)"),
        (find(&bytes, "\"nodes\":3") + 8, b'0', "first difference at the header (line 1)"),
        (header, b' ', "first difference at the header (line 1)"),
        (event(1) + 9, b'0', "first difference at event 1 (line 2, byte 10)"),
        (event(25) + 20, b'#', "first difference at event 25 (line 26, byte 21)"),
        (event(52) + 9, b'0', "first difference at event 52 (line 53, byte 10)"),
        (event(30) - 1, b' ', "first difference at event 29 (line 30"),
        (trailer + 12, b'0', "first difference at the trailer (line 54"),
        (bytes.len() - 1, b' ', "first difference at the trailer (line 54"),
    ] {
        let ended = damaged(&place, &bytes, at, to).exits(3);
        assert!(ended.err.contains(says), "byte {at}: {:?} lacks {says:?}", ended.err);
        assert_eq!(ended.out, "");
        assert!(ended.err.len() < 700, "byte {at}: too long: {}", ended.err);
    }
}

#[test]
fn every_changed_byte_of_a_short_trace_is_noticed() {
    let place = Place::new();
    let bytes = place.synod(&["replay", "unreachable", "--as", "jsonl"]).exits(0).out.into_bytes();
    for at in (0..bytes.len()).step_by(29) {
        damaged(&place, &bytes, at, bytes[at] ^ 1).exits(3);
    }
}

#[test]
fn a_cut_or_lengthened_trace_is_another_one() {
    let place = Place::new();
    let bytes = trace(&place);
    let last = bytes[..bytes.len() - 1].iter().rposition(|&b| b == b'\n').expect("a trailer") + 1;
    for (cut, says) in
        [(&bytes[..last], "(nothing)"), (&bytes[..bytes.len() / 2], "first difference at event")]
    {
        place.write("cut.jsonl", cut);
        let ended = place.synod(&["replay", "--trace", "cut.jsonl"]).exits(3);
        assert!(ended.err.contains(says), "{}", ended.err);
    }
    place.write("long.jsonl", [&bytes[..], b"more\n"].concat());
    let ended = place.synod(&["replay", "--trace", "long.jsonl"]).exits(3);
    assert!(ended.err.contains("first difference at the end (line 55"), "{}", ended.err);
}

#[test]
fn what_is_no_trace_is_a_wrong_argument() {
    let place = Place::new();
    for (name, text) in
        [("empty", ""), ("toml", "nodes = 3\n"), ("json", "{\"a\": 1}\n"), ("binary", "\u{0}\u{1}")]
    {
        place.write(name, text);
        let ended = place.synod(&["replay", "--trace", name]).exits(2);
        assert!(ended.err.contains("not a trace of synod"), "{}", ended.err);
    }
    assert!(place.synod(&["replay", "--trace", "none"]).exits(2).err.contains("no such trace file"));
    assert!(place.synod(&["replay", "--trace", "."]).exits(2).err.contains("is no regular file"));
}

#[test]
fn a_trace_carries_every_float_to_the_last_bit() {
    let place = Place::new();
    for loss in ["0.43295284981322557", "0.9046212365765801", "0.1", "0.25"] {
        let trace =
            place.synod(&["replay", "duel", "--set", &format!("network.loss={loss}"), "--as", "jsonl"]);
        place.write("t.jsonl", trace.exits(0).out);
        place.synod(&["replay", "--trace", "t.jsonl"]).exits(0);
    }
}

fn token(place: &Place) -> String {
    let run = place.synod(&["run", "lab2", "--seed", "5615"]).exits(0);
    run.out.lines().find_map(|l| l.strip_prefix("token     ")).expect("a token").to_owned()
}

#[test]
fn a_token_is_reproduced_by_its_scenario_and_by_no_other() {
    let place = Place::new();
    let token = token(&place);
    let right = place.synod(&["replay", "lab2", "--token", &token]).exits(0);
    assert_eq!(right.err, "reproduced\n");
    assert_eq!(right.out, place.synod(&RUN).out);
    let other = place.synod(&["replay", "lab2-loopback", "--token", &token]).exits(3);
    assert!(other.err.contains("made by another scenario"), "{}", other.err);
    let changed = place.synod(&["replay", "lab2", "--set", "network.loss=0.5", "--token", &token]).exits(3);
    assert!(changed.err.contains("made by another scenario"), "{}", changed.err);
}

#[test]
fn a_token_of_another_epoch_outcome_or_shape_is_refused() {
    let place = Place::new();
    let token = token(&place);
    let parts: Vec<&str> = token.split(':').collect();
    let with = |at: usize, part: &str| {
        let mut parts = parts.clone();
        parts[at] = part;
        parts.join(":")
    };
    let replay = |token: &str| place.synod(&["replay", "lab2", "--token", token]);
    assert!(replay(&with(2, "9")).exits(3).err.contains("engine epoch 9"));
    assert!(replay(&with(5, "0123456789abcdef")).exits(3).err.contains("did not reproduce"));
    assert!(replay(&with(3, "5616")).exits(3).err.contains("did not reproduce"));
    for garbage in ["garbage", "", "synod1:", &token[1..], &with(1, "xyz"), &with(3, "-1"), &with(4, "drop")]
    {
        let refused = replay(garbage).exits(2);
        assert!(refused.err.contains("a token looks like synod1:"), "{}", refused.err);
    }
}
