//! The Python kit's own tests, which are in Python.

use std::process::Command;

use super::place::installed;
use crate::support::env;

/// Some that take a second or so; all of them take half a minute.
const FAST: &[&str] = &[
    "Lab.test_one_run_decides_with_the_right_texts",
    "Lab.test_a_lost_call_is_no_response",
    "Others.test_what_is_stored_after_an_answer_is_told_after_it",
    "Refusals.test_another_protocol_is_refused",
    "Behaviour.test_splitmix_known_answers",
    "Behaviour.test_a_table_by_node_gives_each_its_own",
    "Races",
];

#[test]
fn the_python_kit_passes_its_tests() {
    if !installed(&["python3"]) {
        return;
    }
    let names = if env::is_long("SYNOD_KIT") { &[] } else { FAST };
    let mut python = Command::new("python3");
    python.arg("-B").arg("test_kit.py").args(names);
    python.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/kits/python"));
    let output = python.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("\nRan ") && !said.contains("\nRan 0 tests"), "{said}");
}
