//! Hunts: the first seeds, all of them, in order, whatever the threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use synod::run::{Condition, Plan, Record, Threads};
use synod::sweep::{Hunt, Hunted, Silent};

use super::scenario;

fn hunt(threads: usize, count: u64, seeds: u64, first: u64, stop_at: usize) -> (Vec<u64>, Hunted) {
    let scenario = scenario("random-retry");
    let condition = Condition::parse("winner = \"B\" && duel >= 3", &scenario).expect("a condition");
    let plan = Plan::new(&scenario).expect("plans");
    let holds = |outcome: &_| condition.holds(outcome);
    let hunt = Hunt { plan: &plan, condition: &holds, first, seeds, count };
    let (found, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let pool = Threads::start(threads, 1 << 20).expect("threads");
    let hunted = pool.on(|| {
        hunt.go(&Silent, &stop, &mut |seed, outcome| {
            assert!(condition.holds(outcome));
            let mut found = found.lock().expect("one at a time");
            found.push(seed);
            stop.fetch_or(found.len() == stop_at, Ordering::Relaxed);
            true
        })
    });
    (found.into_inner().expect("one at a time"), hunted)
}

#[test]
fn the_first_seeds_are_found_on_any_number_of_threads() {
    let scenario = scenario("random-retry");
    let holds = |seed: &u64| {
        let outcome = Record::of(&scenario, *seed).expect("plays").outcome;
        outcome.winner == Some(1) && outcome.duel >= 3
    };
    let expected: Vec<u64> = (500..3000).filter(holds).collect();
    for threads in [1, 2, 7] {
        let (found, hunted) = hunt(threads, u64::MAX, 2500, 500, usize::MAX);
        assert_eq!(found, expected);
        assert_eq!(
            hunted,
            Hunted { found: expected.len() as u64, searched: 2500, interrupted: false, standstill: None }
        );
        let (found, hunted) = hunt(threads, 5, 2500, 500, usize::MAX);
        assert_eq!(found, expected[..5]);
        assert_eq!(
            hunted,
            Hunted { found: 5, searched: expected[4] - 500 + 1, interrupted: false, standstill: None }
        );
    }
}

#[test]
fn an_interrupted_hunt_keeps_what_it_found() {
    let (whole, _) = hunt(2, u64::MAX, 20_000, 0, usize::MAX);
    let (found, hunted) = hunt(2, u64::MAX, 1_000_000, 0, 20);
    assert!(hunted.interrupted && hunted.found == found.len() as u64 && found.len() >= 20, "{hunted:?}");
    assert!(found.is_sorted() && found[..20] == whole[..20], "{found:?}");
}
