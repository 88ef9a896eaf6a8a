//! Every distribution: exact bits at fixed points, samples against the closed forms, and the table's error.
//!
//! Every statistical test also sees a slightly wrong distribution, which it must refuse. Seeds are fixed: a test that
//! passes once passes always, on every platform.

mod answers;
mod cases;
mod mixed;
mod significance;
mod table;

use answers::{QUANTILES, SAMPLES, WORDS};
use cases::{CASES, cdf, moments, point, survival, wrong};
use significance::{chi_square, kolmogorov_smirnov};
use synod::sim::{Distribution, Fate, Sampler, Slot, Words};

/// Samples of each distribution: enough to refuse the wrong ones.
const MANY: usize = 1 << 20;
/// Below this, chance is no excuse: a dozen tests of right samples would fall below it once in a thousand choices of
/// the seeds, and the wrong distributions lie far below.
const SUSPICIOUS: f64 = 1e-4;

/// The first addressed words of runs 0, 1, 2, …, upper halves as the engine takes them.
fn words(count: usize) -> Vec<u32> {
    let mut words = Words::new(1, 3);
    let mut all = Vec::with_capacity(count + 16);
    for seed in 0.. {
        words.begin_run(seed);
        for node in 1..=3 {
            for (phase, reply) in [(1, false), (1, true), (2, false), (2, true)] {
                all.push((words.current(0, Slot::message(phase, node, reply)) >> 32) as u32);
            }
        }
        if all.len() >= count {
            break;
        }
    }
    all.truncate(count);
    all
}

fn sampler(of: Distribution) -> Sampler {
    of.sampler().expect("a distribution")
}

fn sorted(of: Distribution, words: &[u32]) -> Vec<u64> {
    let sampler = sampler(of);
    let mut samples: Vec<u64> = words.iter().map(|&word| sampler.sample(word)).collect();
    samples.sort_unstable();
    samples
}

/// The bits are pinned, and they are right: within a few units in the last place of 60-digit arithmetic.
#[test]
fn quantiles_have_known_bits() {
    for &(distribution, p, upper, bits, exact) in QUANTILES {
        let found = distribution.quantile_ns(p, upper);
        let what = format!("{distribution:?} at {p:e}, upper {upper}: {found:e} = {:#018x}", found.to_bits());
        assert_eq!(found.to_bits(), bits, "{what}");
        // Where the quantile is found by iteration, or as a difference, its last digits are those of the scale.
        let scale = match distribution {
            Distribution::Gamma { scale, .. } => scale as f64,
            Distribution::Normal { mean, sd } => (mean + sd) as f64,
            _ => 0.0,
        };
        let close = (found - exact).abs() <= 1e-12 * scale.max(if scale > 0.0 { exact } else { 0.0 });
        assert!(close || found.to_bits().abs_diff(f64::to_bits(exact)) <= 16, "{what} is not {exact:e}");
    }
}

#[test]
fn samples_of_fixed_words_are_known() {
    for (distribution, samples) in SAMPLES {
        let sampler = sampler(*distribution);
        let found: Vec<u64> = WORDS.iter().map(|&word| sampler.sample(word)).collect();
        assert_eq!(found, samples, "{distribution:?}");
    }
}

#[test]
fn kolmogorov_and_smirnov_find_no_difference() {
    let words = words(MANY);
    for distribution in CASES {
        let samples = sorted(distribution, &words);
        let p = kolmogorov_smirnov(&samples, |x| cdf(distribution, x));
        println!("{distribution:?}: p = {p:.4}");
        assert!(p > SUSPICIOUS, "{distribution:?}: p = {p:e}");
        for other in wrong(distribution) {
            let p = kolmogorov_smirnov(&samples, |x| cdf(other, x));
            assert!(p < SUSPICIOUS / 10.0, "{distribution:?} passes for {other:?}: p = {p}");
        }
    }
}

/// Counts in bins out to one sample in 100,000 in both tails, and the p-value of their deviation.
fn tail_test(samples: &[u64], of: Distribution) -> f64 {
    const TAILS: [f64; 6] = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.5];
    let lower = TAILS.iter().map(|&p| point(of, p, false));
    let upper = TAILS.iter().rev().skip(1).map(|&p| point(of, p, true));
    // Edges at whole ns: that samples are rounded down then changes no bin.
    let mut edges: Vec<u64> = lower.chain(upper).map(|x| x.ceil() as u64).collect();
    edges.dedup();
    // Below it no two samples differ enough to be counted apart.
    edges.retain(|&edge| samples.len() as f64 * cdf(of, edge as f64) > 5.0);
    let n = samples.len() as f64;
    let mut counts = Vec::new();
    let mut expected = Vec::new();
    let mut below = (0, 0.0, 1.0);
    for edge in edges {
        let here = samples.partition_point(|&x| x < edge);
        let (p, s) = (cdf(of, edge as f64), survival(of, edge as f64));
        counts.push((here - below.0) as u64);
        expected.push(n * if p < 0.5 { p - below.1 } else { below.2 - s });
        below = (here, p, s);
    }
    counts.push((samples.len() - below.0) as u64);
    expected.push(n * below.2);
    chi_square(&counts, &expected)
}

#[test]
fn pearson_finds_no_difference_out_to_both_tails() {
    let words = words(MANY);
    for distribution in CASES {
        let samples = sorted(distribution, &words);
        let p = tail_test(&samples, distribution);
        println!("{distribution:?}: p = {p:.4}");
        assert!(p > SUSPICIOUS, "{distribution:?}: p = {p:e}");
        for other in wrong(distribution) {
            let p = tail_test(&samples, other);
            assert!(p < SUSPICIOUS / 10.0, "{distribution:?} passes for {other:?}: p = {p}");
        }
        // A tail cut off where Kolmogorov and Smirnov do not look.
        let end = point(distribution, 1e-4, true) as u64 - 1;
        let cut: Vec<u64> = samples.iter().map(|&x| x.min(end)).collect();
        assert!(
            tail_test(&cut, distribution) < SUSPICIOUS / 10.0,
            "{distribution:?}: a missing tail is seen"
        );
        assert!(kolmogorov_smirnov(&cut, |x| cdf(distribution, x)) > SUSPICIOUS);
    }
}

#[test]
fn means_are_those_of_the_closed_forms() {
    let words = words(MANY);
    for distribution in CASES {
        let (mean, Some(variance)) = moments(distribution) else { continue };
        let sampler = sampler(distribution);
        let sum: u128 = words.iter().map(|&word| u128::from(sampler.sample(word))).sum();
        let found = sum as f64 / MANY as f64;
        let error = (variance / MANY as f64).sqrt();
        println!("{distribution:?}: {found:.1}, exact {mean:.1}, z {:+.2}", (found - mean) / error);
        // Rounding down takes half a nanosecond on average, at most one.
        assert!(
            (found - mean).abs() <= 4.0 * error + 1.0,
            "{distribution:?}: {found} is not {mean} ± {error}"
        );
        let (other, _) = moments(wrong(distribution)[0]);
        assert!((found - other).abs() > 4.0 * error + 1.0, "{distribution:?}: {found} passes for {other}");
    }
}

/// The lower 32 bits of a word make the loss: with the right rate, and whatever the delay.
#[test]
fn losses_have_their_rate_and_do_not_depend_on_the_delay() {
    let delay = sampler(CASES[1]);
    let median = point(CASES[1], 0.5, true) as u64;
    for (rate, threshold) in [(0.05, 214_748_365_u64), (0.5, 1 << 31), (0.999, 4_290_672_329)] {
        let fate = Fate { delay: delay.clone(), loss: threshold };
        let mut words = Words::new(1, 3);
        // Delivered and lost messages, fast and slow ones.
        let mut counts = [[0_u64; 2]; 2];
        for seed in 0..MANY as u64 {
            words.begin_run(seed);
            let (delay_ns, lost) = fate.of(words.current(0, Slot::message(1, 2, false)));
            counts[usize::from(lost)][usize::from(delay_ns > median)] += 1;
        }
        let n = MANY as f64;
        let even = [n * (1.0 - rate) / 2.0, n * (1.0 - rate) / 2.0, n * rate / 2.0, n * rate / 2.0];
        let p = chi_square(&counts.concat(), &even);
        assert!(p > SUSPICIOUS, "loss {rate}: {counts:?}, p = {p:e}");
        let wrong = [n * (1.0 - rate) / 2.0, n * (1.0 - rate) / 2.0, n * rate * 0.52, n * rate * 0.48];
        let p = chi_square(&counts.concat(), &wrong);
        assert!(p < SUSPICIOUS, "loss {rate}: two percent more of the lost are fast, and p = {p}");
    }
    let sure = |threshold| Fate { delay: delay.clone(), loss: threshold };
    for low in [0, 1, u32::MAX - 1, u32::MAX] {
        assert!(!sure(0).of(u64::from(low)).1, "nothing is lost at rate 0");
        assert!(sure(1 << 32).of(u64::from(low)).1, "everything is lost at rate 1");
    }
}
