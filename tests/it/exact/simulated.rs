//! Exact figures against simulations: the engine and the chain know the protocol alike, and all else apart.
//!
//! Each configuration has seeds of its own, so figures of different ones are independent. Of a kind of figure the squares are
//! summed over all, and the sum must lie where it does in 99 cases of 100, by the chi-squared distribution.

use std::sync::atomic::AtomicBool;

use synod::run::{Answered, Exact, Limits, NotExact, exact};
use synod::scenario::model::*;
use synod::scenario::{Duration, Probability};
use synod::stats::Histogram;
use synod::sweep::{Coverage, Silent, Totals, swarm_scenario, sweep};

use super::configurations::{EXP, NET, TWO, table};
use super::{known_of, limits};
use crate::support::env::runs;
use crate::support::totals::{job, scenario};

fn simulated(scenario: &Scenario, which: usize, runs: u64) -> Totals {
    let (first, stop) = (which as u64 * 1_000_000_000, AtomicBool::new(false));
    let results = sweep(&[job(scenario)], first, runs, Coverage::Sample, &Silent, &stop);
    results.expect("uninterrupted").remove(0).totals
}

/// Pearson's sum of squares, and its degrees of freedom: what is expected fewer than ten times is taken together.
fn pearson(cells: &[(f64, u64)], runs: u64) -> (f64, f64) {
    let n = runs as f64;
    let (mut sum, mut kept, mut rare) = (0.0, 0.0, (0.0, 0.0));
    let mut add = |expected: f64, seen: f64| {
        sum += (seen - expected) * (seen - expected) / expected;
        kept += 1.0;
    };
    for &(share, seen) in cells {
        match n * share {
            expected if expected >= 10.0 => add(expected, seen as f64),
            expected => rare = (rare.0 + expected, rare.1 + seen as f64),
        }
    }
    if rare.0 >= 1.0 {
        add(rare.0, rare.1);
    } else {
        // Fewer than one in all; twelve of them would be one case in 10⁹.
        assert!(rare.1 < 12.0, "{cells:?}");
    }
    (sum, (kept - 1.0_f64).max(0.0))
}

/// For each kind of figure: the sum of squares and its degrees of freedom.
fn squares(found: &Exact, totals: &Totals, which: usize) -> [(&'static str, (f64, f64)); 5] {
    let mut winners: Vec<(f64, u64)> =
        found.winners.iter().zip(&totals.winners).map(|(it, &seen)| (it.value, seen)).collect();
    winners.push((found.nothing.value, totals.undecided));
    let seen_duels = totals.all_duels();
    let lengths = found.duel.lengths.iter().zip(0_u32..);
    let mut duels: Vec<(f64, u64)> =
        lengths.map(|(&share, at)| (share, seen_duels.get(&at).copied().unwrap_or(0))).collect();
    let longer = seen_duels.range(duels.len() as u32..).map(|(_, seen)| seen).sum();
    duels.push((0.0, longer));
    let answers = found.answers.as_ref().expect("it is known what clients are told");
    let mut left: u64 = totals.runs;
    let mut told: Vec<(f64, u64)> = Vec::new();
    let mut seen_already = Vec::new();
    for joint in &answers.joint {
        if seen_already.contains(&joint.told) {
            continue;
        }
        let share = answers.share(&|other| other.told == joint.told).value;
        let seen = totals.outcomes.get(&joint.told).copied().unwrap_or(0);
        left -= seen;
        told.push((share, seen));
        seen_already.push(joint.told.clone());
    }
    told.push((0.0, left));
    // Clients of one configuration depend on each other: so one of them is looked at.
    let client = which % answers.times.len();
    let time = found.first.as_ref().map_or((0.0, 0.0), |first| {
        let (mean, error) = (totals.chosen_at.mean(), totals.chosen_at.standard_error());
        let z = mean.zip(error).map_or(0.0, |(mean, error)| (mean - first.mean.value) / error);
        (z * z, 1.0)
    });
    [
        ("winners", pearson(&winners, totals.runs)),
        ("duels", pearson(&duels, totals.runs)),
        ("answers", pearson(&told, totals.runs)),
        ("first choice", time),
        ("answer times", answer_times(&answers.times[client], &totals.answers[client].at, totals.runs)),
    ]
}

/// Times at which answers are counted, ns: where a bucket of the histogram ends.
const TIMES: [u64; 3] = [1 << 23, 1 << 24, 1 << 25];

fn answer_times(found: &Answered, seen: &Histogram, runs: u64) -> (f64, f64) {
    let (mut cells, mut before, mut counted) = (Vec::new(), 0.0, 0);
    for ((at, by), time) in found.by.iter().zip(TIMES) {
        assert_eq!(*at, time);
        let count =
            seen.buckets().filter(|bucket| bucket.high < time).map(|bucket| bucket.count).sum::<u64>();
        cells.push((by.value - before, count - counted));
        (before, counted) = (by.value, count);
    }
    cells.push((1.0 - before, runs - counted));
    pearson(&cells, runs)
}

/// Where a chi-squared variable lies in 99 cases of 100 (Wilson and Hilferty 1931).
fn usual(df: f64) -> (f64, f64) {
    const Z: f64 = 2.575_829;
    (chi_squared(df, -Z), chi_squared(df, Z))
}

/// The value of a chi-squared variable that lies as far out as `z` of a normal one.
fn chi_squared(df: f64, z: f64) -> f64 {
    let root = 1.0 - 2.0 / (9.0 * df) + z * (2.0 / (9.0 * df)).sqrt();
    df * root * root * root
}

#[test]
fn simulations_lie_as_near_as_chance_has_them() {
    let runs = runs(10_000);
    let mut sums = [("", (0.0, 0.0)); 5];
    let table = table();
    assert!(table.len() >= 40, "{} configurations", table.len());
    for (which, (name, text)) in table.into_iter().enumerate() {
        let scenario = scenario(&text);
        let limits = Limits { by: TIMES.to_vec(), ..limits() };
        let found =
            exact(&scenario, &limits, &mut |_| true).unwrap_or_else(|error| panic!("{name}: {error}"));
        let totals = simulated(&scenario, which, runs);
        let squares = squares(&found, &totals, which);
        println!("{name}: {} states, {squares:.2?}", found.extent.states);
        for (sum, (kind, (square, df))) in sums.iter_mut().zip(squares) {
            *sum = (kind, (sum.1.0 + square, sum.1.1 + df));
        }
    }
    for (kind, (sum, df)) in sums {
        let (low, high) = usual(df);
        println!("{kind}: {sum:.1} of {df} degrees of freedom, usually {low:.1} to {high:.1}");
        assert!(low <= sum && sum <= high, "{kind}: {sum}, usually {low} to {high}");
    }
}

/// Rejections are a kind of message of their own: an engine that sent them by the promises' law would be noticed at once.
#[test]
fn an_engine_that_errs_is_far_off() {
    let with = |reject: &str| {
        format!(
            "{TWO}[protocol]\n{EXP}{NET}[network.kind.promise]\ndelay = {{ exponential = {{ mean = \"20ms\" }} }}\n\
             [network.kind.reject]\ndelay = {{ exponential = {{ mean = \"{reject}\" }} }}\n"
        )
    };
    let (right, wrong) = (scenario(&with("10ms")), scenario(&with("20ms")));
    let found = known_of(&right);
    let z = |scenario: &Scenario| {
        let totals = simulated(scenario, 900, 40_000);
        let duel = &totals.counters[synod::check::Counter::Duel];
        let (mean, error) = (duel.mean().expect("runs"), duel.standard_error().expect("they differ"));
        (mean - found.duel.mean.value) / error
    };
    let (right, wrong) = (z(&right), z(&wrong));
    println!("z {right:+.2}, with the error {wrong:+.2}");
    assert!(right.abs() < 4.0 && wrong.abs() > 10.0, "{right} {wrong}");
}

/// A scenario of the swarm without what no chain has.
fn of_the_class(block: u64) -> Scenario {
    let mut it = swarm_scenario(block * 32);
    let ms = |ms: u64| Duration::from_ns(ms * 1_000_000);
    let law = |ms_: u64| Delay::Exponential(ExponentialDelay { mean: ms(ms_) });
    (it.fault, it.faults, it.submit, it.read, it.script) = (vec![], Faults::default(), vec![], vec![], None);
    for (p, proposer) in it.proposer.iter_mut().enumerate() {
        let is_late = (block + p as u64).is_multiple_of(3);
        proposer.start = if is_late { law(1 + block % 17) } else { Delay::zero() };
    }
    it.proposer.truncate(2);
    it.cluster.nodes = 3;
    it.cluster.quorum = Quorum::Majority;
    for proposer in &mut it.proposer {
        proposer.node = proposer.node.min(3);
    }
    let network = &mut it.network;
    *network = Network { delay: law(3 + block % 11), ..Network::default() };
    if block.is_multiple_of(4) {
        network.loss = Probability::new(0.1).expect("a probability");
        network.kind.insert(Kind::Reject, LinkFate { delay: Some(law(2)), ..LinkFate::default() });
    }
    let protocol = &mut it.protocol;
    (protocol.phase_timeout, protocol.attempt_timeout, protocol.rpc_timeout) = (None, None, None);
    protocol.handlers = Handlers::Atomic;
    protocol.retry = match block % 3 {
        0 => Retry::None,
        1 => Retry::Exponential(RetryExponential { mean: ms(5 + block % 7) }),
        _ => Retry::Fixed(RetryFixed { delay: ms(0) }),
    };
    protocol.max_attempts = (!block.is_multiple_of(3)).then_some(2);
    it.run = Run::default();
    it
}

#[test]
fn the_swarm_as_far_as_it_is_a_chain_has_no_figure_far_off() {
    let runs = runs(5_000);
    let mut compared = 0;
    for block in 0..60 {
        let scenario = of_the_class(block);
        let limits = Limits { states: 6_000, by: TIMES.to_vec(), ..limits() };
        let found = match exact(&scenario, &limits, &mut |_| true) {
            Ok(found) if found.answers.is_err() => continue,
            Ok(found) => found,
            Err(NotExact::TooLarge { .. } | NotExact::Instant | NotExact::Standstill) => continue,
            Err(other) => panic!("{other}\n{}", scenario.to_toml()),
        };
        let totals = simulated(&scenario, 1_000 + block as usize, runs);
        let squares = squares(&found, &totals, block as usize);
        compared += 1;
        for (kind, (sum, df)) in squares {
            // |z| < 5 of one figure; of several as rare a sum: by Wilson and Hilferty.
            let most = if df < 2.0 { 25.0 } else { chi_squared(df, 5.0) };
            assert!(sum < most, "{kind}: {sum} of {df}\n{}", scenario.to_toml());
        }
    }
    assert!(compared >= 20, "{compared} scenarios were small enough");
}
