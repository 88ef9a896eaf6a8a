//! Programs that misbehave, each in its way: what people read, and that nothing of them is left.
//!
//! `tests/own/golden/` has a file for each; `UPDATE_GOLDEN=1` writes them anew.

use std::path::{Path, PathBuf};
use std::time::Duration;

use synod::child::{Command, Process};
use synod::own::{Ask, Begin, Cluster, Trouble};

use super::process::{input, is_there, node};
use crate::support::env;

/// What `tests/own/bad/bad.py` can do.
const WAYS: &[&str] = &[
    "exit", "raise", "signal", "close", "half", "spin", "silent", "print", "lane", "twice", "long", "many",
    "key", "nan", "flood", "refused", "version", "greeting", "early", "late",
];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own/golden").join(format!("{name}.txt"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own/bad")
}

fn bad(how: &str) -> Command {
    let mut command = Command::new(["python3", "bad.py", how], folder());
    if matches!(how, "spin" | "silent") {
        command.step_limit = Duration::from_secs(2);
    }
    command
}

/// A run of four steps; that the third is not taken well is the point.
fn play(command: &Command) -> Result<(), Trouble> {
    let mut process = Process::start(command)?;
    let begin = Begin { nodes: 3, words: 1, ..Begin::default() };
    let mut answers = Vec::new();
    process.ask(&[(0, Ask::Reset(&begin))], &mut answers)?;
    for at in 1..4 {
        let input = input(at * 1_000_001, 1);
        let asked = process.ask(&[(0, Ask::Step(&input))], &mut answers);
        assert_eq!(asked, process.ask(&[], &mut answers), "what has failed once has failed");
        asked?;
    }
    process.ask(&[(0, Ask::End)], &mut answers)?;
    process.close()
}

#[track_caller]
fn told(name: &str, command: &Command) -> String {
    let trouble = play(command).expect_err(name);
    let said = trouble.to_string();
    assert!(said.chars().all(|c| c == '\n' || synod::text::is_visible(c)), "{said:?}");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let real = here.canonicalize().unwrap();
    let said = said.replace(&*real.to_string_lossy(), "/synod").replace(env!("CARGO_MANIFEST_DIR"), "/synod");
    said.lines().map(without_accidents).collect::<Vec<_>>().join("\n")
}

/// A line without what another machine or Python says otherwise.
fn without_accidents(line: &str) -> String {
    for begin in ["  input   {\"hello\":", "  where   "] {
        if line.starts_with(begin) && !line.ends_with("(nothing)") {
            return format!("{begin}…");
        }
    }
    line.to_owned()
}

#[track_caller]
fn compare(name: &str, said: &str) {
    let file = golden(name);
    if env::updates_golden() {
        return std::fs::write(&file, format!("{said}\n")).unwrap();
    }
    let wanted = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(format!("{said}\n"), wanted, "{name}");
}

#[test]
fn every_way_to_misbehave_is_told() {
    for way in WAYS {
        compare(way, &told(way, &bad(way)));
    }
}

#[test]
fn a_node_that_behaves_is_no_trouble() {
    assert_eq!(play(&node(&[])), Ok(()), "or nothing above proves anything");
}

#[test]
fn a_program_that_cannot_be_started_is_told() {
    let command = |words: &[&str], folder: PathBuf| Command::new(words.iter().copied(), folder);
    compare("no-program", &told("no-program", &command(&["no-such-program", "server.py"], folder())));
    compare("no-words", &told("no-words", &command(&[], folder())));
    compare("no-folder", &told("no-folder", &command(&["python3"], folder().join("none"))));
    compare("not-executable", &told("not-executable", &command(&["./bad.py"], folder())));
}

/// What a bad node has started is gone as well, and every process that was its.
#[test]
fn nothing_is_left_of_a_program_that_failed() {
    for way in ["spin", "silent", "close", "print"] {
        let mut command = bad(way);
        // The shell is the program here, and what it waits for is killed with it.
        let script = format!("exec 3<&0; echo $$ >&2; python3 bad.py {way} <&3 & echo $! >&2; wait");
        command.words = ["sh", "-c", &script].map(String::from).into();
        let log = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        command.sink = Some(log.clone());
        play(&command).expect_err(way);
        let text = String::from_utf8_lossy(&log.lock().unwrap()).into_owned();
        let pids: Vec<u32> = text.lines().filter_map(|line| line.parse().ok()).collect();
        assert_eq!(pids.len(), 2, "{text}");
        pids.iter().for_each(|pid| assert!(!is_there(*pid), "{way}: {pid}"));
    }
}
