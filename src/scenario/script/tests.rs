//! What is read as which step, and every way to write a schedule that is none.
//!
//! Absent on purpose: running.

use super::literal::place;
use super::*;

const NAMES: [&str; 4] = ["A", "B", "A1", "two words"];

fn read(schedule: &str) -> Vec<Act> {
    let steps = parse(schedule, &NAMES, 3).unwrap_or_else(|error| panic!("{schedule}: {error:?}"));
    steps.steps.into_iter().map(|step| step.act).collect()
}

fn deliver(proposer: u8, attempt: u32, phase: u8, node: u8, part: Part) -> Act {
    Act::Deliver(Exchange { proposer, attempt, phase, node }, part)
}

#[test]
fn every_form_is_read() {
    let acts = read(
        "start A; B2:P3 # a comment; start B\n B2:A1> B12:A1<;B1:P2! B1:L3 timeout B crash 2;restart 2 read 1",
    );
    let expected = [
        Act::Start(0),
        deliver(1, 2, 1, 3, Part::Both),
        deliver(1, 2, 2, 1, Part::Request),
        deliver(1, 12, 2, 1, Part::Answer),
        deliver(1, 1, 1, 2, Part::Failure),
        deliver(1, 1, 3, 3, Part::Both),
        Act::Timeout(1),
        Act::Crash(2),
        Act::Restart(2),
        Act::Read(1),
    ];
    assert_eq!(acts, expected);
}

#[test]
fn k_counts_and_a_group_waits_for_its_first_round() {
    let acts = read("repeat 2 { start B; Bk:P3; [B(k-1):A3 B(k-1):A2] B(k+1):A1 }");
    let expected = [
        Act::Start(1),
        deliver(1, 1, 1, 3, Part::Both),
        deliver(1, 2, 2, 1, Part::Both),
        Act::Start(1),
        deliver(1, 2, 1, 3, Part::Both),
        deliver(1, 1, 2, 3, Part::Both),
        deliver(1, 1, 2, 2, Part::Both),
        deliver(1, 3, 2, 1, Part::Both),
    ];
    assert_eq!(acts, expected);
}

#[test]
fn names_that_leave_a_doubt_are_quoted() {
    assert_eq!(read("'A1'1:P2 'A'11:P2 'two words'3:A1 start 'two words'").len(), 4);
    assert_eq!(read("'A1'1:P2"), [deliver(2, 1, 1, 2, Part::Both)]);
    assert_eq!(read("'A'11:P2"), [deliver(0, 11, 1, 2, Part::Both)]);
    let error = parse("A11:P2", &NAMES, 3).unwrap_err();
    assert!(error.why.contains("two proposers"), "{error:?}");
    for name in NAMES {
        let exchange = Exchange { proposer: 0, attempt: 1, phase: 2, node: 3 };
        assert_eq!(
            parse(&show(exchange, name), &[name], 3).unwrap().steps[0].act,
            Act::Deliver(exchange, Part::Both)
        );
    }
}

#[test]
fn a_quote_within_a_name_stands_twice() {
    for name in ["it's", "'", "''", "a'1:P2", "a' b", "' '"] {
        let exchange = Exchange { proposer: 1, attempt: 1, phase: 2, node: 3 };
        let text = format!("start {}; {}", quoted(name), show(exchange, name));
        let acts: Vec<Act> =
            parse(&text, &["A", name], 3).unwrap().steps.iter().map(|step| step.act).collect();
        assert_eq!(acts, [Act::Start(1), Act::Deliver(exchange, Part::Both)], "{text}");
    }
}

#[test]
fn every_slip_is_named_with_its_place() {
    let cases = [
        ("", "", "no step"),
        ("# nothing\n", "# nothing\n", "no step"),
        ("start A; A1:P4", "4", "no node `4`"),
        ("start A; A1:P02", "02", "no node `02`"),
        ("start A; A1:X2", "X2", "names no message"),
        ("start A; A1:P", "P", "no node"),
        ("start A; A1:", "", "names no message"),
        ("start A; C1:P2", "C1", "no proposer is named `C`"),
        ("start A; A:P2", "A", "lacks the attempt"),
        ("start A; A0:P2", "A0:P2", "count from 1"),
        ("start A; Ak:P2", "Ak", "k counts"),
        ("start A; B(j):P2", "B(j)", "no attempt that can be read"),
        ("start A; A99999999999:P2", "A99999999999", "no attempt that can be read"),
        ("repeat 2 { B(k-1):A3 }", "B(k-1):A3", "attempt 0"),
        ("repeat 2 { Bk-1:A3 }", "Bk-1", "no proposer"),
        ("repeat 0 { start A }", "0", "1 to 1000000"),
        ("repeat 1000001 { start A }", "1000001", "1 to 1000000"),
        ("repeat { start A }", "repeat", "needs a number"),
        ("repeat 2 start A", "2", "{ … }"),
        ("repeat 2 { repeat 2 { start A } }", "repeat", "inside another"),
        ("repeat 2 { start A", "{", "never closed"),
        ("[ start A", "[", "never closed"),
        ("start A }", "}", "closes nothing"),
        ("{ start A }", "{", "without `repeat`"),
        ("start", "start", "needs a proposer"),
        ("crash x", "x", "no node"),
        ("begin A", "begin", "is no step"),
        ("strat A", "strat", "did you mean `start`"),
        ("start D", "D", "no proposer is named `D`"),
        ("start A; A1:L2<", "L2<", "no answer"),
        ("repeat 1000000 { start A start B }", "start A", "more than 1000000 steps"),
    ];
    for (schedule, blamed, why) in cases {
        let error = parse(schedule, &["A", "B"], 3).map(|read| read.steps.len()).expect_err(schedule);
        assert!(error.why.contains(why), "{schedule}: {error:?}");
        assert_eq!(&schedule[error.at.clone()], blamed, "{schedule}: {error:?}");
    }
}

#[test]
fn places_in_a_string_are_places_in_the_file() {
    let cases = [
        ("\"start A\"", 6, "A\""),
        ("'start A'", 6, "A'"),
        ("\"\"\"\nstart A\nA1:P2\"\"\"", 8, "A1:P2\"\"\""),
        ("'''\r\nstart A'''", 6, "A'''"),
        ("\"start \\u0041; A1:P2\"", 9, "A1:P2\""),
        ("\"a\\tstart A\"", 2, "start A\""),
        ("\"\"\"\nstart \\\n   A\"\"\"", 6, "A\"\"\""),
        ("\"\\U0001F600 A\"", 5, "A\""),
        ("\"é A\"", 3, "A\""),
        ("\"A\"", 99, ""),
        ("\"\\", 99, ""),
    ];
    for (raw, at, rest) in cases {
        assert_eq!(&raw[place(raw, at)..], rest, "{raw}");
    }
}
