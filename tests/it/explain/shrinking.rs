//! Shrunk runs: few deviations, none of which can be spared, and none that the scenario cannot have.
//!
//! Some duels of each workload by default; `SYNOD_SHRINK=20` takes so many, which is a minute or two.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::support::env;
use synod::run::{Condition, Deviations, Progress, Record, ShrinkError, Shrunk, Silent};
use synod::scenario::Scenario;

use super::scenario;

fn shrink(
    scenario: &Scenario,
    record: &Record,
    condition: Option<&Condition>,
) -> Result<Shrunk, ShrinkError> {
    synod::run::shrink(scenario, record, condition, &Silent, &AtomicBool::new(false))
}

/// The first runs of a scenario in which B wins after three pre-emptions, each with what it shrinks to.
fn shrunk(name: &str, count: usize) -> Vec<(Record, Shrunk)> {
    let scenario = scenario(name);
    let condition = Condition::parse("winner = \"B\" && duel >= 3", &scenario).expect("a condition");
    let hunted = (0_u64..).map(|seed| Record::of(&scenario, seed).expect("plays"));
    let hunted = hunted.filter(|record| condition.holds(&record.outcome)).take(count);
    let mut all = Vec::new();
    for record in hunted {
        let shrunk = shrink(&scenario, &record, Some(&condition)).expect("shrinks");
        let token: synod::run::Token = shrunk.record.token.to_string().parse().expect("a token");
        let again = Record::with(&scenario, token.seed, &token.deviations).expect("plays");
        assert_eq!(again.token, token);
        assert!(token.deviations.calm && condition.holds(&again.outcome), "{token}");
        assert_eq!(again.outcome.verdict, record.outcome.verdict);
        // 1-minimal: without any one of them the outcome is another.
        for (subject, _) in token.deviations.iter() {
            let fewer =
                Record::with(&scenario, token.seed, &token.deviations.without(subject)).expect("plays");
            let kept = condition.holds(&fewer.outcome) && fewer.outcome.verdict == record.outcome.verdict;
            assert!(!kept, "{token} can spare {subject:?}");
        }
        assert_eq!(shrunk.without.len(), token.deviations.len());
        assert!(shrunk.is_minimal && !shrunk.interrupted);
        all.push((record, shrunk));
    }
    all
}

/// Prints the numbers of deviations, and the limit that their median keeps.
fn few(name: &str, limit: usize) {
    let count = env::size("SYNOD_SHRINK", 2, 20) as usize;
    let shrunk = shrunk(name, count);
    let mut sizes: Vec<usize> = shrunk.iter().map(|(_, s)| s.record.token.deviations.len()).collect();
    let played: u64 = shrunk.iter().map(|(_, s)| s.played).sum();
    sizes.sort_unstable();
    println!("{name}: {sizes:?}, {} runs played for each", played / count as u64);
    assert!(
        sizes.len() == count && sizes[(count - 1) / 2] + sizes[count / 2] <= 2 * limit,
        "{name}: {sizes:?}"
    );
}

#[test]
fn hunted_duels_of_random_retries_shrink_to_a_handful() {
    few("random-retry", 5);
}

#[test]
fn hunted_duels_of_the_first_workload_shrink_to_a_handful() {
    few("w1", 5);
}

#[test]
fn hunted_duels_of_the_second_workload_shrink_to_a_handful() {
    few("w2", 5);
}

#[test]
fn hunted_duels_of_the_third_workload_shrink_to_a_handful() {
    few("w3", 5);
}

#[test]
fn every_run_is_told_by_all_its_deviations() {
    // The calm run and every draw of the run as a deviation give the run again: else this would be refused.
    for name in [
        "duel",
        "w2",
        "weather",
        "duplicates",
        "crash-restart",
        "partition",
        "lab2-exponential",
        "five-proposers",
    ] {
        let scenario = scenario(name);
        for seed in 0..3 {
            let record = Record::of(&scenario, seed).expect("plays");
            let shrunk =
                shrink(&scenario, &record, None).unwrap_or_else(|error| panic!("{name} {seed}: {error}"));
            assert_eq!(shrunk.record.outcome.winner, record.outcome.winner, "{name} {seed}");
        }
    }
}

/// Delays are 5 to 50 ms, waits up to 100 ms, in the first workload; B starts within 0.001 and 19.999 ms where retries
/// are random, and rounded to 20 ms it would be outside the duel.
#[test]
fn rounded_times_stay_within_what_the_scenario_allows() {
    let within = |deviations: &Deviations, part: &str, low: f64, high: f64| {
        for item in deviations.to_string().split(',').filter(|item| item.contains(part)) {
            let Some(time) = item.split_once('=').map(|it| it.1).filter(|time| time.ends_with('s')) else {
                continue;
            };
            let units = [("ms", 1.0), ("us", 1e-3), ("ns", 1e-6), ("s", 1e3)];
            let (unit, ms) = units.into_iter().find(|(unit, _)| time.ends_with(unit)).expect("a unit");
            let ms: f64 = time.trim_end_matches(unit).parse::<f64>().expect("a number") * ms;
            assert!((low..high).contains(&ms), "{deviations}: {item}");
        }
    };
    for (_, shrunk) in shrunk("w1", 4) {
        let deviations = &shrunk.record.token.deviations;
        ["1a", "1b", "2a", "2b"].iter().for_each(|kind| within(deviations, kind, 5.0, 50.0));
        within(deviations, "wait", 0.0, 100.0);
    }
    for (_, shrunk) in shrunk("random-retry", 8) {
        within(&shrunk.record.token.deviations, "2.start", 0.001, 19.999);
        within(&shrunk.record.token.deviations, "wait", 0.0, 20.0);
    }
}

#[test]
fn what_is_interrupted_at_once_has_found_nothing() {
    let scenario = scenario("duel");
    let record = Record::of(&scenario, 0).expect("plays");
    let error =
        synod::run::shrink(&scenario, &record, None, &Silent, &AtomicBool::new(true)).expect_err("stopped");
    assert_eq!(error, ShrinkError::Stopped);
}

/// Wishes an end after so many runs.
struct Ends {
    left: AtomicU64,
    stop: AtomicBool,
}

impl Progress for Ends {
    fn advance(&self, done: u64) {
        let left = self.left.load(Ordering::Relaxed).saturating_sub(done);
        self.left.store(left, Ordering::Relaxed);
        self.stop.store(left == 0, Ordering::Relaxed);
    }
}

/// Ever later, until something was found: what there is then keeps the outcome, and says whether any can be spared.
#[test]
fn an_interrupt_keeps_the_smallest_set_so_far() {
    let scenario = scenario("w1");
    let condition = Condition::parse("winner = \"B\" && duel >= 3", &scenario).expect("a condition");
    let mut hunted = (0..).map(|seed| Record::of(&scenario, seed).expect("plays"));
    let record = hunted.find(|record| condition.holds(&record.outcome)).expect("there is one");
    let is_kept = |outcome: &synod::check::Outcome| {
        condition.holds(outcome) && outcome.verdict == record.outcome.verdict
    };
    let mut interrupted = 0;
    for runs in 1.. {
        let ends = Ends { left: AtomicU64::new(runs), stop: AtomicBool::new(false) };
        let shrunk = match synod::run::shrink(&scenario, &record, Some(&condition), &ends, &ends.stop) {
            Err(ShrinkError::Stopped) => continue,
            shrunk => shrunk.expect("shrinks"),
        };
        assert!(is_kept(&shrunk.record.outcome) && shrunk.without.len() <= shrunk.items);
        assert_eq!(
            shrunk.is_minimal,
            !shrunk.without.iter().any(|(_, _, outcome)| outcome.as_ref().is_none_or(is_kept))
        );
        if interrupted == 5 {
            break;
        }
        assert!(shrunk.interrupted, "after {runs} runs");
        interrupted += 1;
    }
}

#[test]
fn what_is_not_so_cannot_be_kept() {
    let scenario = scenario("duel");
    let record = Record::of(&scenario, 0).expect("plays");
    let condition = Condition::parse("duel >= 3", &scenario).expect("a condition");
    let error = shrink(&scenario, &record, Some(&condition)).expect_err("not so");
    assert_eq!(error, ShrinkError::NotKept("duel >= 3".to_owned()));
}
