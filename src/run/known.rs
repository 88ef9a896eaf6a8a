//! Known answers: the digests of some runs and of many samples, to be found again on every machine and build.
//!
//! Absent on purpose: comparing and printing. A line that changes is another engine epoch, or a machine that computes
//! otherwise.

use xxhash_rust::xxh3::Xxh3;

use super::record::Record;
use crate::scenario::{Scenario, shipped};
use crate::sim::{Distribution, Slot, Words};

/// Of each scenario that comes along, by [`run_lines`].
pub const RUNS: &str = include_str!("known/runs.txt");
/// Of each distribution, by [`sample_lines`] with [`SAMPLES_EACH`].
pub const SAMPLES: &str = include_str!("known/samples.txt");
/// Samples behind each line of [`SAMPLES`].
pub const SAMPLES_EACH: u64 = 20_000;
/// Seeds of each scenario.
const SEEDS: [u64; 4] = [0, 1, 2, u64::MAX];

/// Every distribution that has a formula, with a name; the parameters are such that both tails matter.
pub const DISTRIBUTIONS: &[(&str, Distribution)] = &[
    ("constant", Distribution::Constant(250_000)),
    ("uniform", Distribution::Uniform { min: 5_000_000, max: 15_000_001 }),
    ("exponential", Distribution::Exponential { mean: 10_000_000 }),
    ("shifted-exponential", Distribution::ShiftedExponential { min: 3_000_000, mean: 7_000_000 }),
    ("normal", Distribution::Normal { mean: 10_000_000, sd: 6_000_000 }),
    ("lognormal", Distribution::Lognormal { median: 10_000_000, sigma: 1.0 }),
    ("gamma-below-1", Distribution::Gamma { shape: 0.3, scale: 10_000_000 }),
    ("gamma-above-1", Distribution::Gamma { shape: 2.5, scale: 4_000_000 }),
    ("weibull", Distribution::Weibull { shape: 0.7, scale: 10_000_000 }),
    ("pareto", Distribution::Pareto { min: 6_299_600, alpha: 1.5 }),
];

/// One line for each run: scenario, seed, digest of all events, token with the outcome.
pub fn run_lines() -> Vec<String> {
    let scenario = |it: &shipped::Shipped| Scenario::parse(it.text, it.name).ok().map(|s| (it.name, s));
    let line = |(name, scenario): &(&str, Scenario), seed| match Record::of(scenario, seed) {
        Ok(record) => format!("{name} {seed} {} {}", record.digest, record.token),
        Err(why) => format!("{name} {seed} {why}"),
    };
    let all: Vec<(&str, Scenario)> = shipped::ALL.iter().filter_map(scenario).collect();
    all.iter().flat_map(|it| SEEDS.map(|seed| line(it, seed))).collect()
}

/// One line for each distribution: its name, how many samples, the digest over them as integers, and that over the bits
/// of the quantiles that they come from, before any rounding.
pub fn sample_lines(count: u64) -> Vec<String> {
    let line = |(name, distribution): &(&str, Distribution)| {
        let Ok(sampler) = distribution.sampler() else { return format!("{name} is no distribution") };
        let (mut samples, mut bits) = (Xxh3::new(), Xxh3::new());
        for word in words().take(count as usize) {
            samples.update(&sampler.sample(word).to_le_bytes());
            // Each 33-bit number is an f64 as it is; halving the tail keeps both ends in play.
            let p = (f64::from(word) + 0.5) / 8_589_934_592.0;
            bits.update(&distribution.quantile_ns(p, word % 2 == 1).to_bits().to_le_bytes());
        }
        format!("{name} {count} {:032x} {:032x}", samples.digest128(), bits.digest128())
    };
    DISTRIBUTIONS.iter().map(line).collect()
}

/// The words of messages in runs 0, 1, 2, …, upper halves as delays take them.
fn words() -> impl Iterator<Item = u32> {
    let mut words = Words::new(1, 3);
    (0..).flat_map(move |seed| {
        words.begin_run(seed);
        let slots = [(1, false), (1, true), (2, false), (2, true)];
        let of_node = |node| slots.map(|(phase, reply)| Slot::message(phase, node, reply));
        [1, 2, 3].map(|node| of_node(node).map(|slot| (words.current(0, slot) >> 32) as u32)).concat()
    })
}
