//! ^C and SIGTERM: every command that can take long ends within a second, says that it was interrupted, and prints what it has.
//!
//! `SYNOD_TEST_PATIENCE=10` allows ten times as long, for a machine that is busy with other things.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::command::{Ended, Place, ended};

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
    Long("run long.toml --set run.max_events=40000000", "", "interrupted while running"),
];

fn now() -> Duration {
    // Monotonic, and not of this process: what is measured is the time of the wall.
    let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    Duration::from_secs_f64(text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0))
}

fn wait(ms: u64) {
    std::thread::park_timeout(Duration::from_millis(ms));
}

fn patience() -> f64 {
    std::env::var("SYNOD_TEST_PATIENCE").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0)
}

/// Once it obeys signals, as Linux tells it.
fn until_it_obeys(child: &mut Child) {
    let status = format!("/proc/{}/status", child.id());
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        if caught & 1 << 1 != 0 && caught & 1 << 14 != 0 {
            return;
        }
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it could be interrupted");
        wait(10);
    }
}

/// Starts it, lets it work, sends the signal; how it ended, and after how long.
fn interrupted(place: &Place, line: &str, signal: &str) -> (Ended, Duration) {
    let mut command = place.command();
    command.args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    until_it_obeys(&mut child);
    wait(700);
    assert!(child.try_wait().expect("a child").is_none(), "{line}: is not long enough");
    let sent = now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
    let ended = ended(child.wait_with_output().expect("it ends"));
    (ended, now().saturating_sub(sent))
}

#[test]
fn every_long_command_ends_within_a_second_and_says_what_it_has() {
    let place = Place::new();
    place.write("long.toml", LONG);
    let mut late = Vec::new();
    for (i, Long(line, out, err)) in ALL.iter().enumerate() {
        let (signal, code) = if i % 4 == 3 { ("-TERM", 143) } else { ("-INT", 130) };
        let (ended, took) = interrupted(&place, line, signal);
        println!("{:.2} s  {line}", took.as_secs_f64());
        let ended = ended.exits(code);
        assert!(ended.out.contains(out), "{line}: {ended:#?}");
        assert!(ended.err.contains(err), "{line}: {ended:#?}");
        if took.as_secs_f64() > patience() {
            late.push(format!("{line}: {:.2} s", took.as_secs_f64()));
        }
    }
    assert!(late.is_empty(), "not within {} s: {late:#?}", patience());
}

/// Few runs, decided at once: what `--seeds` would allow costs nothing.
#[test]
fn a_sweep_that_stops_by_itself_costs_what_it_runs() {
    let place = Place::new();
    let begun = now();
    place.synod(&["sweep", "lab2", "--seeds", "1000000000000", "--until-width", "0.02"]).exits(0);
    let took = now().saturating_sub(begun).as_secs_f64();
    assert!(took < 10.0 * patience(), "{took} s");
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
        let script = format!("timeout -s INT 4 {bin} {line}");
        let mut command = Command::new("script");
        command.args(["-qec", &script, "/dev/null"]).current_dir(place.path("."));
        let output = command.stdin(Stdio::null()).output().expect("script runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(shown), "{line}: {text}");
    }
}
