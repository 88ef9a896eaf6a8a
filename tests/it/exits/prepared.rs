//! What must be there before a command is given, and how some are given.
//!
//! Absent on purpose: the cases themselves.

use std::process::Stdio;

use crate::support::child;
use crate::support::command::{Ended, Place, ended};
use synod::sweep::Part;
use synod::sweep::journal::{MAGIC, Reader, Writer, decode, encode};

pub fn ok(place: &Place, line: &str) {
    let words: Vec<&str> = line.split(' ').collect();
    place.synod(&words).exits(0);
}

/// A node's file whose program is not there.
pub fn absent_node(place: &Place) {
    place.write(
        "mine.toml",
        r#"[node]
run = "no-such-program"
files = ["server.sh"]
[map]
ballot = "int"
prepare = { type = "p", ballot = "/n" }
accept = { type = "a", ballot = "/n", value = "/v" }
promise = { type = "p1", ballot = "/n" }
accepted = { type = "a1", ballot = "/n" }
told = { success = "^(?<value>.*)$", failed = "^no$" }
"#,
    );
    place.write("server.sh", "exit\n");
}

pub fn three(place: &Place) {
    let names = ["A", "B", "C"].iter().zip(1..);
    let text: String =
        names.map(|(name, node)| format!("[[proposer]]\nname = \"{name}\"\nnode = {node}\n")).collect();
    place.write("three.toml", text);
}

pub fn trace(place: &Place) {
    let out = place.synod(&["replay", "duel", "--seed", "3", "--as", "jsonl"]).exits(0).out;
    place.write("race.jsonl", out.replacen("\"node\":3", "\"node\":2", 1));
}

pub fn shares(place: &Place) {
    for number in ["1/3", "2/3", "3/3"] {
        ok(place, &format!("sweep duel --seeds 9000 --quiet --shard {number} --out parts"));
    }
}

/// The first share with other records, and right checksums.
pub fn forged(place: &Place, alter: fn(&mut Vec<(u8, Vec<u8>)>)) {
    shares(place);
    let path = place.path("parts/shard-1-of-3.journal");
    let bytes = std::fs::read(&path).expect("a share");
    let mut reader = Reader::new(&bytes[..]).expect("memory").expect("a journal");
    let mut records = Vec::new();
    while let Some(record) = reader.record().expect("memory") {
        records.push(record);
    }
    alter(&mut records);
    let (mut writer, mut forged) = (Writer::default(), MAGIC.to_vec());
    for (kind, payload) in &records {
        forged.extend(writer.record(*kind, payload));
    }
    std::fs::write(path, forged).expect("written");
}

pub fn change(payload: &mut Vec<u8>, alter: fn(&mut Part)) {
    let mut part = decode(payload).expect("a part");
    alter(&mut part);
    *payload = encode(&part);
}

pub fn report(place: &Place) {
    ok(place, "sweep duel --seeds 20 --quiet --out report");
}

/// A scenario whose samples are in a file that could hold rows.
pub fn measured(place: &Place) {
    ok(place, "sweep lab2 --seeds 3 --quiet --rows rows.csv");
    let lab = place.synod(&["scenario", "show", "lab2"]).exits(0).out;
    let delay = "delay = { empirical = { file = \"rows.csv\", column = \"chosen_at_ns\", unit = \"ns\" } }";
    place.write("measured.toml", lab.replace("delay = { constant = \"0.25ms\" }", delay));
}

/// Runs with a stdout on which nothing can be written.
pub fn on_a_full_disk(place: &Place, words: &[&str]) -> Ended {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux");
    ended(place.command().args(words).stdout(full).stderr(Stdio::piped()).output().expect("it runs"))
}

/// Sends this signal when there is something in the journal.
pub fn signalled(place: &Place, words: &[&str], signal: &str) -> Ended {
    let mut child =
        place.command().args(words).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    assert!(
        child::first_record(&mut child, &place.path("report/sweep.journal")),
        "it ended before the signal"
    );
    child::signal(&child, signal);
    ended(child.wait_with_output().expect("it ends"))
}

/// Without the numbers of what was done so far.
pub fn uncounted(text: &str) -> String {
    let word =
        |word: &str| if word.chars().all(|c| c.is_ascii_digit()) { "N".into() } else { word.to_owned() };
    text.split_inclusive('\n')
        .map(|line| {
            if !line.contains("interrupted") {
                return line.to_owned();
            }
            line.split(' ').map(word).collect::<Vec<_>>().join(" ")
        })
        .collect()
}
