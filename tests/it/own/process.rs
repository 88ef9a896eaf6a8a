//! A program that behaves: questions and answers, in lanes, in batches, and none left behind.
//!
//! Its programs need `python3`; where there is none, these tests fail and say so.

use std::path::Path;

use synod::child::{Command, Process};
use synod::own::{Ask, Begin, Body, Effect, Effects, Input, What};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/own"))
}

pub fn node(plan: &[&str]) -> Command {
    Command::new(["python3", "node.py"].iter().chain(plan).copied(), folder())
}

pub fn start(command: &Command) -> Process {
    Process::start(command).unwrap_or_else(|trouble| panic!("{trouble}"))
}

pub fn input(at_ns: u64, node: u8) -> Input {
    let what = What::Message { from: 2, body: Body::from("hi") };
    Input { at_ns, node, cause: "A1:P2".to_owned(), key: 7, what }
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
    let said = |effects: &Effects| match effects.as_slice() {
        [(3, Effect::Log(line))] => line.clone(),
        other => panic!("{other:?}"),
    };
    let line = r#"{"lane":9,"at":5,"node":3,"cause":"A1:P2","key":"0000000000000007","message":{"from":2,"body":"hi"}}"#;
    assert_eq!(said(&answers[0]), line);
    assert_eq!(said(&answers[1]), line.replace("\"lane\":9", "\"lane\":0"));
    assert_eq!(answers[2], []);
}
