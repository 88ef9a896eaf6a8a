//! A program that behaves: questions and answers, in lanes, in batches, and none left behind.
//!
//! These tests need `python3`.

use std::path::Path;

use synod::child::{Command, Process};
use synod::own::{Ask, Begin, Body, Effect, Effects, Input, What};

use crate::support::child::wait;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/own"))
}

/// A node that does this at these steps: see `tests/own/node.py`.
pub fn node(plan: &[&str]) -> Command {
    Command::new(["python3", "node.py"].iter().chain(plan).copied(), folder())
}

fn start(command: &Command) -> Process {
    Process::start(command).unwrap_or_else(|trouble| panic!("{trouble}"))
}

pub fn input(at_ns: u64, node: u8) -> Input {
    let what = What::Message { from: 2, body: Body::from("hi") };
    Input { at_ns, node, cause: "A1:P2".to_owned(), key: 7, what }
}

/// Whether a process is there and has not ended; one that was killed may take a moment to go.
pub fn is_there(pid: u32) -> bool {
    let runs = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        status.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
    };
    (0..500).all(|_| {
        let runs = runs();
        if runs {
            wait(10);
        }
        runs
    })
}

fn said(effects: &Effects) -> &str {
    match effects.as_slice() {
        [(3, Effect::Log(line))] => line,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_question_has_its_answer() {
    let mut process = start(&node(&["always=echo"]));
    assert_eq!(process.hello().lanes, 64);
    assert_eq!(process.hello().kit.as_deref(), Some("none"));
    let (begin, input) = (Begin { nodes: 3, ..Begin::default() }, input(5, 3));
    let mut answers = Vec::new();
    for lane in [0, 9] {
        process.ask(&[(lane, Ask::Reset(&begin))], &mut answers).unwrap();
        assert!(matches!(answers[0].as_slice(), [(1, Effect::Log(_))]), "{answers:?}");
    }
    let asks = [(9, Ask::Step(&input)), (0, Ask::Step(&input)), (9, Ask::End)];
    process.ask(&asks, &mut answers).unwrap();
    let line = r#"{"lane":9,"at":5,"node":3,"cause":"A1:P2","key":"0000000000000007","message":{"from":2,"body":"hi"}}"#;
    assert_eq!(said(&answers[0]), line);
    assert_eq!(said(&answers[1]), line.replace("\"lane\":9", "\"lane\":0"));
    assert_eq!(answers[2], []);
}

/// Both pipes would fill: two megabytes of questions, and six of answers, in one batch.
#[test]
fn a_batch_may_be_as_large_as_it_likes() {
    let mut process = start(&node(&["always=much"]));
    let mut inputs = vec![input(1, 1); 60];
    inputs[30].what = What::Message { from: 2, body: Body::from("y".repeat(2_000_000)) };
    let asks: Vec<_> =
        inputs.iter().enumerate().map(|(lane, input)| (lane as u16, Ask::Step(input))).collect();
    let mut answers = Vec::new();
    for _ in 0..2 {
        process.ask(&asks, &mut answers).unwrap_or_else(|trouble| panic!("{trouble}"));
        assert_eq!(answers.len(), 60);
        answers
            .iter()
            .for_each(|effects| assert!(matches!(effects[0], (1, Effect::Log(ref x)) if x.len() == 100_000)));
    }
}

#[test]
fn a_run_has_the_same_hash_in_every_lane_and_process() {
    let begin = Begin { nodes: 3, ..Begin::default() };
    let play = |lane: u16, ats: &[u64], hash_seed: u32| {
        let mut command = node(&["always=nothing"]);
        command.hash_seed = hash_seed;
        command.keep = 2;
        let mut process = start(&command);
        let mut answers = Vec::new();
        process.ask(&[(lane, Ask::Reset(&begin))], &mut answers).unwrap();
        let first = process.answers_hash(lane);
        for at in ats {
            process.ask(&[(lane, Ask::Step(&input(*at, 1)))], &mut answers).unwrap();
        }
        let last: Vec<String> = process.last_steps(lane).map(|(ask, _)| ask.to_owned()).collect();
        assert_eq!(last.len(), 2);
        assert!(last[1].contains(&format!("\"at\":{}", ats[ats.len() - 1])), "{last:?}");
        let hash = process.answers_hash(lane);
        process.ask(&[(lane, Ask::End)], &mut answers).unwrap();
        assert_eq!(process.answers_hash(lane), hash);
        process.ask(&[(lane, Ask::Reset(&begin))], &mut answers).unwrap();
        assert_eq!(process.answers_hash(lane), first, "a run's beginning begins it anew");
        hash
    };
    let one = play(0, &[1, 2, 3], 0);
    assert_eq!(one, play(7, &[1, 2, 3], 5));
    assert_ne!(one, play(0, &[1, 2], 0));
}

/// The canary of the twin check: a node whose answers depend on the hashes of this process is seen.
#[test]
fn a_node_that_goes_by_hashes_has_another_hash_in_its_twin() {
    let hash = |hash_seed: u32| {
        let mut command = node(&["always=set"]);
        command.hash_seed = hash_seed;
        let mut process = start(&command);
        process.ask(&[(0, Ask::Step(&input(1, 1)))], &mut Vec::new()).unwrap();
        process.answers_hash(0)
    };
    assert_eq!(hash(1), hash(1));
    assert!((2..12).any(|seed| hash(seed) != hash(1)));
}

#[test]
fn a_process_that_is_dropped_is_gone() {
    let mut process = start(&node(&["always=pid"]));
    let mut answers = Vec::new();
    process.ask(&[(0, Ask::Step(&input(1, 3)))], &mut answers).unwrap();
    let pid: u32 = said(&answers[0]).parse().unwrap();
    assert!(std::fs::metadata(format!("/proc/{pid}")).is_ok());
    drop(process);
    assert!(std::fs::metadata(format!("/proc/{pid}")).is_err(), "it was waited for");
}

/// Pipes and threads of this process, which no other test runs in: see [`what_stays`].
#[test]
fn no_pipe_and_no_thread_stays() {
    let program = std::env::current_exe().expect("its own path");
    let alone = ["--exact", "own::process::what_stays", "--ignored"];
    let ended = std::process::Command::new(program).args(alone).output().expect("it runs");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
#[ignore = "it is started by the test above, alone"]
fn what_stays() {
    let count = |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).map_or(0, Iterator::count);
    let both = || (count("fd"), count("task"));
    let python = |code: &str| Command::new(["python3", "-c", code], folder());
    let before = both();
    let open = start(&node(&["always=echo"]));
    let (fds, threads) = both();
    assert!(!Path::new("/proc/self/fd").exists() || fds > before.0 && threads > before.1, "it would be seen");
    drop(open);
    for _ in 0..3 {
        let mut process = start(&node(&["always=echo"]));
        process.ask(&[(0, Ask::Step(&input(1, 3)))], &mut Vec::new()).unwrap();
        drop(process);
        Process::start(&python("pass")).err().expect("it says nothing");
        Process::start(&python("print('Node 1 listening')")).err().expect("that is no hello");
    }
    // A thread that has ended may be listed for a moment.
    let is_as_before = (0..200).any(|_| {
        both() == before || {
            wait(10);
            false
        }
    });
    assert!(is_as_before, "{before:?} {:?}", both());
}
