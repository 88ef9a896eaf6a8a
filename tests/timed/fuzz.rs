//! Whatever is read, reading it ends: no panic, no second of silence, no memory that fills up.
//!
//! A seeded mutator makes the inputs, from what is shipped and from what is valid, word by word and byte by byte; case
//! number N is the same on every machine. A few thousand cases each by default; `SYNOD_FUZZ=10000000` runs so many, and
//! `SYNOD_FUZZ_FROM` begins elsewhere. Absent on purpose: what the messages say (`scenario_errors.rs`).

mod corpora;
mod mutate;
mod planted;
mod targets;
mod watch;

use crate::support::env;
use targets::{CONDITIONS, JOURNALS, LAB, SCENARIOS, TOKENS, Target};
use watch::{Limits, fuzz};

/// Resident memory that the whole test may have had at most.
const MEMORY_KIB: u64 = 1 << 20;

/// Fuzzes a target, which must not be trivial: so many inputs are accepted, and so many kinds of refusals are met.
fn holds(target: &'static Target, usual: u64, accepted: f64, kinds: usize) {
    let (from, cases) =
        (env::number("SYNOD_FUZZ_FROM").unwrap_or(0), env::size("SYNOD_FUZZ", usual, 1_000_000));
    let report =
        fuzz(target, from..from + cases, Limits::default()).unwrap_or_else(|found| panic!("{found}"));
    println!("{report}");
    assert!(report.accepted as f64 >= accepted * cases as f64, "too shallow: {report}");
    assert!(report.kinds.len() >= kinds, "too narrow: {report}");
    assert!(report.peak_kib.unwrap_or(0) < MEMORY_KIB, "{report}");
}

#[test]
fn scenarios() {
    holds(&SCENARIOS, 6_000, 0.1, 150);
}

#[test]
fn tokens() {
    holds(&TOKENS, 20_000, 0.03, 10);
}

#[test]
fn journals() {
    holds(&JOURNALS, 10_000, 0.02, 4);
}

#[test]
fn pasted_lab_output() {
    holds(&LAB, 10_000, 0.1, 5);
}

#[test]
fn conditions() {
    holds(&CONDITIONS, 20_000, 0.05, 50);
}
