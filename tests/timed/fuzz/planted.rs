//! The watch is first shown to notice: a panic, slowness, silence and memory, planted in each target.
//!
//! Absent on purpose: bugs in the code that is tested; a planted one stands where it would be met, in the reading of an input.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::targets::{ALL, Target, Verdict};
use super::watch::{Limits, What, fuzz, peak_kib, worked};
use crate::support::dice::Dice;

/// Whether this input is the one in about a hundred in which something is planted.
fn is_planted(input: &[u8]) -> bool {
    input.iter().fold(7_u32, |sum, &byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 101 == 0
}

/// The same target with something planted in its reading.
fn planted(target: &Target, read: fn(&[u8], &mut Dice) -> Verdict) -> &'static Target {
    Box::leak(Box::new(Target { read, ..*target }))
}

#[test]
fn a_planted_panic_is_noticed_in_every_target() {
    for target in ALL {
        let bad = planted(target, |input, _| {
            assert!(!is_planted(input), "planted");
            Verdict::Accepted(Vec::new())
        });
        let found = fuzz(bad, 0..2_000, Limits::default()).expect_err(target.name);
        assert_eq!(found.what, What::Panicked("planted".into()), "{}", target.name);
        // The input that is told is the one that does it.
        assert!(is_planted(&found.input) && found.input == target.input(found.case), "{}", target.name);
    }
}

/// Longer than the limit that it is tried with.
const SLOW: Duration = Duration::from_millis(100);

fn be_slow() {
    let begun = worked();
    while worked() - begun < 2 * SLOW {
        std::hint::spin_loop();
    }
}

#[test]
fn a_slow_case_is_noticed_and_one_that_was_slow_by_chance_is_not() {
    let limits = Limits { slow: SLOW, ..Limits::default() };
    for target in ALL {
        let slow = planted(target, |input, _| {
            if is_planted(input) {
                be_slow();
            }
            Verdict::Accepted(Vec::new())
        });
        let found = fuzz(slow, 0..2_000, limits).expect_err(target.name);
        assert!(matches!(found.what, What::Slow(_)) && is_planted(&found.input), "{found}");
    }
    static BEFORE: AtomicBool = AtomicBool::new(false);
    let by_chance = planted(ALL[0], |_, _| {
        if !BEFORE.swap(true, Ordering::Relaxed) {
            be_slow();
        }
        Verdict::Accepted(Vec::new())
    });
    assert!(fuzz(by_chance, 0..50, limits).is_ok());
}

#[test]
fn silence_is_noticed() {
    static RELEASED: AtomicBool = AtomicBool::new(false);
    let limits = Limits { endless: Duration::from_secs(1), ..Limits::default() };
    let endless = planted(ALL[0], |input, _| {
        while is_planted(input) && !RELEASED.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        Verdict::Accepted(Vec::new())
    });
    let found = fuzz(endless, 0..2_000, limits).expect_err("it never ends");
    RELEASED.store(true, Ordering::Relaxed);
    assert!(found.what == What::Endless && is_planted(&found.input), "{found}");
}

#[test]
fn memory_is_noticed() {
    let Some(before) = peak_kib() else { return eprintln!("not tested: no /proc/self/status here") };
    let bytes = vec![1_u8; ((before + (64 << 10)) << 10) as usize];
    let sum: u64 = std::hint::black_box(&bytes).iter().map(|&byte| u64::from(byte)).sum();
    let after = peak_kib().unwrap_or(0);
    assert!(sum == bytes.len() as u64 && after >= before + (60 << 10), "{before} KiB, then {after} KiB");
}

#[test]
fn cases_are_the_same_each_time_and_differ() {
    for target in ALL {
        let inputs: Vec<Vec<u8>> = (0..300).map(|case| target.input(case)).collect();
        assert!(inputs.iter().zip(0..).all(|(input, case)| *input == target.input(case)), "{}", target.name);
        let mut different = inputs.clone();
        different.sort();
        different.dedup();
        assert!(different.len() > 200, "{}: {} of 300", target.name, different.len());
    }
}
