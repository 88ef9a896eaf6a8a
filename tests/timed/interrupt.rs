//! ^C and SIGTERM: every command that can take long ends within a second, says that it was interrupted, and prints what it has.
//!
//! `SYNOD_TEST_PATIENCE=10` allows ten times as long.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::child::{self, now, obeys, wait};
use crate::support::command::{Ended, Place, ended};
use crate::support::env;

/// Two that hardly ever get through: a run is as long as its budget of events.
const LONG: &str = r#"
title = "Two that never get through"
[[proposer]]
name = "A"
node = 1
[[proposer]]
name = "B"
node = 3
[protocol]
phase_timeout = "30ms"
retry = { uniform = { max = "20ms" } }
[network]
delay = { exponential = { mean = "10ms" } }
loss = 0.999
[run]
horizon = "30000h"
max_events = 300000000
stop = "chosen"
"#;

/// A command that takes longer than anybody waits, and a piece of what it says when it is interrupted, on stdout and stderr.
struct Long(&'static str, &'static str, &'static str);

const ALL: &[Long] = &[
    Long("sweep long.toml --seeds 4", "", "nothing was kept"),
    Long("sweep long.toml --seeds 4 --out long", "", "runs are kept"),
    Long("sweep duel --seeds 1000000000 --shard 2/3 --out share", "", "runs are kept"),
    Long(
        "compare w1 --set-b network.loss=0.01 --seeds 1000000000",
        "PARTIAL",
        "pairs of runs; what is printed",
    ),
    Long("compare long.toml --set-b network.loss=0.998 --seeds 4", "PARTIAL", "0 of 4 pairs"),
    Long("compare w1 --seeds 1000000000 --format json", "\"interrupted\": true", "what is printed"),
    Long("fairness w1 --seeds 1000000000", "PARTIAL", "what is printed"),
    Long("swarm --seeds 1000000000", "PARTIAL", "synod swarm --first-seed "),
    Long("swarm --seeds 1000000000 --format json", "\"interrupted\": true", "what is printed"),
    Long("mutants --seeds 1000000000", "PARTIAL", "what is printed"),
    Long("explain --races w1 --seeds 1000000000", "PARTIAL", "what is printed"),
    Long("hunt long.toml --until duel>=900000 --seeds 8", "", "interrupted after 0 seeds"),
    Long("check long.toml --seeds 4", "", "interrupted while checking long.toml"),
    Long("lab lab2 --seeds 1000000000", "PARTIAL", "what is printed"),
    Long("explore w1 --attempts 3", "NOT all there are: interrupted", "not every state was visited"),
    Long("shrink long.toml --seed 1 --set run.max_events=1000000", "", "interrupted"),
    Long("run long.toml", "", "interrupted while running"),
];

/// How long a command may take to end: a second, or longer where also a small piece of work takes long, because the machine is
/// slow or does other things.
fn patience(place: &Place) -> f64 {
    let begun = now();
    place.synod(&["sweep", "w1", "--seeds", "40000", "--threads", "1"]).exits(0);
    let work = now().saturating_sub(begun).as_secs_f64();
    (5.0 * work).max(1.0) * env::number("SYNOD_TEST_PATIENCE").unwrap_or(1.0)
}

/// Starts it, lets it work, sends the signal; how it ended, and after how long.
fn interrupted(place: &Place, line: &str, signal: &str) -> (Ended, Duration) {
    let mut command = place.command();
    command.args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    assert!(obeys(&mut child), "{line}: it ended before it could be interrupted");
    wait(700);
    assert!(child.try_wait().expect("a child").is_none(), "{line}: is not long enough");
    let sent = now();
    child::signal(&child, signal);
    let ended = ended(child.wait_with_output().expect("it ends"));
    (ended, now().saturating_sub(sent))
}

#[test]
fn every_long_command_ends_within_a_second_and_says_what_it_has() {
    let place = Place::new();
    place.write("long.toml", LONG);
    let mut late: Vec<&str> = Vec::new();
    for (i, Long(line, out, err)) in ALL.iter().enumerate() {
        let (signal, code) = if i % 4 == 3 { ("TERM", 143) } else { ("INT", 130) };
        // On a busy machine a command is late by chance, but not three times.
        let is_late = (0..3).all(|_| {
            let (ended, took) = interrupted(&place, line, signal);
            println!("{:.2} s  {line}", took.as_secs_f64());
            let ended = ended.exits(code);
            assert!(ended.out.contains(out), "{line}: {ended:#?}");
            assert!(ended.err.contains(err), "{line}: {ended:#?}");
            took.as_secs_f64() > 1.0 && took.as_secs_f64() > patience(&place)
        });
        late.extend(is_late.then_some(*line));
    }
    assert!(late.is_empty(), "not within a second: {late:#?}");
}

/// Few runs, decided at once: what `--seeds` would allow costs nothing.
#[test]
fn a_sweep_that_stops_by_itself_costs_what_it_runs() {
    let place = Place::new();
    let begun = now();
    place.synod(&["sweep", "lab2", "--seeds", "1000000000000", "--until-width", "0.02"]).exits(0);
    let took = now().saturating_sub(begun).as_secs_f64();
    assert!(took < 10.0 || took < 10.0 * patience(&place), "{took} s");
}

/// On a terminal a phase is named; `script` gives it one.
#[test]
fn a_bar_names_what_is_done() {
    let Ok(found) = Command::new("script").arg("--version").output() else { return };
    if !String::from_utf8_lossy(&found.stdout).contains("util-linux") {
        return;
    }
    let place = Place::new();
    place.write("long.toml", LONG);
    let bin = env!("CARGO_BIN_EXE_synod");
    for (line, shown) in [
        ("sweep long.toml --seeds 4", "running"),
        ("check long.toml --seeds 4", "checking"),
        ("explore w1 --attempts 3", "exploring"),
    ] {
        let mut command = Command::new("script");
        command.args(["-qec", &format!("exec {bin} {line}"), "/dev/null"]).current_dir(place.path("."));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("script runs");
        let (mut said, mut piece) = (Vec::new(), [0; 4096]);
        let out = child.stdout.as_mut().expect("a pipe");
        // It is long: what is not said within it never is.
        while !String::from_utf8_lossy(&said).contains(shown) {
            let read = out.read(&mut piece).expect("it can be read");
            assert!(read > 0, "{line}: {}", String::from_utf8_lossy(&said));
            said.extend(&piece[..read]);
        }
        // The terminal is closed with it, which ends the command.
        child.kill().expect("killed");
        child.wait().expect("ended");
    }
}
