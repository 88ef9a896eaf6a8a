//! The same seed gives the same run: twice, watched or not, whatever ran before, in another process, and in a sweep of
//! any shape. Two scenarios that differ in a knob still share the fate of every message that both send.

mod coupling;
mod sweeps;

use crate::support::scenarios::INLINE;
use synod::run::{Plan, Record, Simulator, simulate};
use synod::scenario::{Scenario, shipped};
use synod::trace::{Blind, DigestObserver, JsonLines, Recorder};

/// Every shipped scenario, and those that turn the other knobs; long runs are cut short.
fn scenarios() -> impl Iterator<Item = (&'static str, Scenario)> {
    let shipped = shipped::ALL.iter().map(|shipped| (shipped.name, shipped.text));
    shipped.chain(INLINE.iter().copied()).map(|(name, text)| {
        let mut scenario = Scenario::parse(text, name).expect("valid");
        scenario.run.max_events = scenario.run.max_events.min(2_000);
        (name, scenario)
    })
}

#[test]
fn twice_in_one_process_gives_the_same_trace_and_digest() {
    let mut digests = std::collections::BTreeSet::new();
    for (name, scenario) in scenarios() {
        for seed in [0, 1, 2, u64::MAX] {
            let [a, b] = [0, 1].map(|_| Record::of(&scenario, seed).expect("plans"));
            assert_eq!(
                (a.digest, &a.token, &a.outcome),
                (b.digest, &b.token, &b.outcome),
                "{name}, seed {seed}"
            );
            let [a, b] = [a, b].map(|record| (record.digest, record.to_jsonl(&scenario).expect("JSON")));
            assert!(a.1 == b.1, "{name}, seed {seed}: the traces differ");
            assert!(digests.insert(a.0), "{name}, seed {seed}: another run has this digest");
        }
    }
}

/// Nobody watches, somebody hashes, somebody writes everything down: it is the same run.
#[test]
fn observers_change_nothing() {
    for (name, scenario) in scenarios() {
        for seed in 0..20 {
            let blind = simulate(&scenario, seed, &mut Blind).expect("plans");
            let mut all = ((Recorder::default(), JsonLines::default()), DigestObserver::new(7, seed));
            let watched = simulate(&scenario, seed, &mut all).expect("plans");
            assert_eq!(blind, watched, "{name}, seed {seed}");
            let mut alone = DigestObserver::new(7, seed);
            let hashed = simulate(&scenario, seed, &mut alone).expect("plans");
            assert_eq!((hashed, alone.finish()), (watched, all.1.finish()), "{name}, seed {seed}");
        }
    }
}

/// One simulator runs its seeds in different orders, some of them several times: nothing is left of an earlier run.
#[test]
fn a_run_does_not_depend_on_the_runs_before_it() {
    for (name, scenario) in scenarios() {
        let plan = Plan::new(&scenario).expect("plans");
        let fresh: Vec<_> = (0..30)
            .map(|seed| {
                let mut digest = DigestObserver::new(0, seed);
                let outcome = Simulator::new(&plan).run(seed, &mut digest).clone();
                (outcome, digest.finish())
            })
            .collect();
        let mut simulator = Simulator::new(&plan);
        for order in [[1, 0], [7, 3], [11, 29], [29, 29]] {
            for step in 0..30 {
                let seed = (order[0] * step + order[1]) % 30;
                let mut digest = DigestObserver::new(0, seed);
                let outcome = simulator.run(seed, &mut digest).clone();
                let (expected, expected_digest) = &fresh[seed as usize];
                assert_eq!(&outcome, expected, "{name}, seed {seed} at step {step}");
                assert_eq!(digest.finish(), *expected_digest, "{name}, seed {seed} at step {step}");
            }
        }
    }
}

/// Another process, which may have another build profile, writes the same trace.
#[test]
fn another_process_writes_the_same_trace() {
    let binary = env!("CARGO_BIN_EXE_synod");
    for (name, seed) in [("lab2", 7), ("duel", 3), ("w3", u64::MAX)] {
        let scenario = Scenario::parse(shipped::find(name).expect("shipped").text, name).expect("valid");
        let here = Record::of(&scenario, seed).expect("plans").to_jsonl(&scenario).expect("JSON");
        let seed = seed.to_string();
        let output = std::process::Command::new(binary)
            .args(["replay", name, "--seed", &seed, "--as", "jsonl"])
            .current_dir(std::env::temp_dir())
            .output()
            .expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout == here, "{name}, seed {seed}: the traces differ");
    }
}
