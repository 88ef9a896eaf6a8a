//! A sweep's totals and digests: the same for any number of threads, and the sum of those of its parts.

use std::sync::atomic::AtomicBool;

use crate::support::scenarios;
use synod::check::Counter;
use synod::run::{Plan, Simulator, Threads};
use synod::scenario::{Scenario, hash, shipped};
use synod::sweep::{CHUNK, CellResult, Coverage, Job, Silent, Totals, sweep};
use synod::trace::Blind;

/// Scenarios with much and with little going on, with clients that are told FAILED, with runs that decide nothing,
/// with runs that break safety, and with more clients than are counted in one word.
fn jobs() -> Vec<Job> {
    let shipped = ["duel", "lab2-exponential", "w2"].map(|name| shipped::find(name).expect("shipped").text);
    let others = ["waits-for-ever", "the-mutant", "announce-and-reads"];
    let inline = others.map(|name| {
        scenarios::INLINE.iter().find(|(other, _)| *other == name).expect("written").1.to_owned()
    });
    let mut crowd = String::new();
    for i in 0..9 {
        crowd += &format!("[[proposer]]\nname = \"P{i}\"\nnode = {}\n", i % 4);
    }
    let shipped = shipped.into_iter().map(str::to_owned);
    shipped.chain(inline).chain([crowd]).map(|text| job(&text)).collect()
}

fn job(text: &str) -> Job {
    let scenario = Scenario::parse(text, "sweep.toml").expect("valid");
    Job { plan: Plan::new(&scenario).expect("plans"), scenario_hash: hash(&scenario).0 }
}

fn run(jobs: &[Job], first: u64, count: u64, coverage: Coverage) -> Vec<CellResult> {
    sweep(jobs, first, count, coverage, &Silent, &AtomicBool::new(false)).expect("uninterrupted")
}

#[test]
fn any_number_of_threads_gives_the_same_totals_and_digests() {
    let jobs = jobs();
    let count = 2 * CHUNK + 777;
    for coverage in [Coverage::All, Coverage::Sample] {
        let results: Vec<_> = [1, 2, 7]
            .map(|threads| {
                let pool = Threads::start(threads, 1 << 20).expect("threads");
                pool.on(|| run(&jobs, 5, count, coverage))
            })
            .into();
        assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{coverage:?}");
        let digests: std::collections::BTreeSet<_> = results[0].iter().map(|cell| cell.digest).collect();
        assert_eq!(digests.len(), jobs.len(), "cells have digests of their own");
        assert!(results[0].iter().all(|cell| cell.pieces.digests.len() == 3 && cell.totals.runs == count));
    }
    let shifted = run(&jobs, 6, count, Coverage::All);
    assert_ne!(
        shifted[0].digest,
        run(&jobs, 5, count, Coverage::All)[0].digest,
        "one seed more or less is seen"
    );
}

/// Parts of a sweep add up to the whole, in any order and any grouping; and chunks keep their digests.
#[test]
fn the_parts_of_a_sweep_add_up_to_the_whole() {
    let jobs = jobs();
    let cuts = [0, 1, 100, CHUNK, 2 * CHUNK, 2 * CHUNK + 500];
    let whole = run(&jobs, 0, cuts[5], Coverage::All);
    let parts: Vec<_> =
        cuts.windows(2).map(|cut| run(&jobs, cut[0], cut[1] - cut[0], Coverage::All)).collect();
    for (cell, whole) in whole.iter().enumerate() {
        let part = |i: usize| parts[i][cell].totals.clone();
        let add = |mut a: Totals, b: &Totals| {
            a.merge(b);
            a
        };
        let forwards = (1..5).fold(part(0), |sum, i| add(sum, &part(i)));
        let backwards = (0..4).rev().fold(part(4), |sum, i| add(sum, &part(i)));
        let grouped = add(add(part(3), &part(1)), &add(add(part(4), &part(0)), &part(2)));
        for (order, sum) in [("forwards", forwards), ("backwards", backwards), ("grouped", grouped)] {
            assert_eq!(sum, whole.totals, "cell {cell}, {order}");
        }
        let differ = whole.totals.undecided + whole.totals.violations + whole.totals.hazards[0];
        assert_eq!(differ > 0, [3, 4, 5].contains(&cell), "cell {cell} is there for its rare runs");
        let missing = (1..4).fold(part(0), |sum, i| add(sum, &part(i)));
        assert_ne!(missing, whole.totals, "a missing part is seen");
        // The last two parts are whole chunks of the sweep, or its end.
        assert_eq!(
            [&parts[3][cell].pieces.digests[..], &parts[4][cell].pieces.digests[..]].concat(),
            whole.pieces.digests[1..]
        );
    }
}

/// The totals are those of the single runs, added up one by one.
#[test]
fn totals_are_those_of_the_runs() {
    for job in jobs() {
        let totals = &run(std::slice::from_ref(&job), 0, 3_000, Coverage::Sample)[0].totals;
        let mut simulator = Simulator::new(&job.plan);
        let (mut winners, mut verdicts) = (vec![0; job.plan.proposers()], [0; 7]);
        let (mut attempts, mut messages, mut lost, mut duel, mut chosen_at) =
            (0_u128, 0_u128, 0_u128, 0_u128, 0);
        for seed in 0..3_000 {
            let outcome = simulator.run(seed, &mut Blind);
            outcome.winner.into_iter().for_each(|winner| winners[usize::from(winner)] += 1);
            verdicts[outcome.verdict as usize] += 1;
            attempts += u128::from(outcome.attempts);
            messages += u128::from(outcome.messages_sent);
            lost += u128::from(outcome.messages_lost);
            duel += u128::from(outcome.duel);
            chosen_at += u128::from(outcome.chosen_at_ns.unwrap_or(0));
        }
        assert_eq!((&totals.winners, totals.verdicts, totals.runs), (&winners, verdicts, 3_000));
        assert_eq!(totals.undecided, 3_000 - winners.iter().sum::<u64>());
        assert_eq!(totals.outcomes.values().sum::<u64>(), 3_000);
        assert_eq!(totals.all_duels().values().sum::<u64>(), 3_000);
        let sums = [Counter::Attempts, Counter::Messages, Counter::Lost, Counter::Duel]
            .map(|it| totals.counters[it].sum);
        assert_eq!((sums, totals.chosen_at.sum), ([attempts, messages, lost, duel], chosen_at));
    }
}
