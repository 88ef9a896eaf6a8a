//! Scenarios run over many seeds to totals, and what is expected of shares.

use std::sync::atomic::AtomicBool;

use synod::run::Plan;
use synod::scenario::{Document, Scenario, hash, shipped};
use synod::sweep::{Coverage, Job, Silent, Totals, sweep};

/// Reads a scenario, which must be valid.
#[track_caller]
pub fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, "test.toml").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A shipped scenario.
#[track_caller]
pub fn shipped(name: &str) -> Scenario {
    shipped_with(name, &[])
}

/// A shipped scenario with keys set.
#[track_caller]
pub fn shipped_with(name: &str, sets: &[(&str, &str)]) -> Scenario {
    let text = shipped::find(name).unwrap_or_else(|| panic!("{name} is not shipped")).text;
    let mut document = Document::parse(text, name).expect("a shipped scenario parses");
    sets.iter().for_each(|(path, value)| document.set(path, value).expect("it is a key"));
    document.scenario().unwrap_or_else(|error| panic!("{error}"))
}

/// A scenario as a sweep takes it.
pub fn job(scenario: &Scenario) -> Job {
    Job { plan: Plan::new(scenario).expect("it can be run"), scenario_hash: hash(scenario).0 }
}

/// The totals of a job's first seeds.
pub fn totals_of(job: Job, seeds: u64) -> Totals {
    let results = sweep(&[job], 0, seeds, Coverage::Sample, &Silent, &AtomicBool::new(false));
    results.expect("uninterrupted").remove(0).totals
}

/// The totals of a scenario's first seeds.
pub fn totals(scenario: &Scenario, seeds: u64) -> Totals {
    totals_of(job(scenario), seeds)
}

/// Standard errors by which a share may deviate: one in 16,000 does by chance, and the seeds are fixed.
const TOLERANCE: f64 = 4.0;

/// Asserts that an event of probability p was seen about as often as that.
#[track_caller]
pub fn share_is(what: &str, count: u64, of: u64, p: f64) {
    let (share, error) = (count as f64 / of as f64, (p * (1.0 - p) / of as f64).sqrt());
    println!("{what}: {share:.6}, exact {p:.6}, z {:+.2}", (share - p) / error);
    assert!((share - p).abs() <= TOLERANCE * error, "{what}: {share} is not {p} ± {TOLERANCE}·{error}");
}
