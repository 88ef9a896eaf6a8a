//! What inversion by a table promises: its error, that samples rise with their word, and that one word has one rank.
//!
//! Absent on purpose: chance. Everything here holds for every word.

use super::cases::{CASES, curvature, is_costly, point};
use super::sampler;
use crate::support::env;
use synod::sim::{Distribution, MAX_DELAY_NS};

/// Words in ascending order: evenly spread, 2^17 of them or 2^20 in the long form; and every one near the ends, the middle and
/// the joints of octaves.
fn ascending() -> Vec<u32> {
    let spread = env::runs(1 << 17).next_power_of_two().clamp(1 << 17, 1 << 20) as u32;
    let step = (1 << 31) / (spread / 2);
    let mut words: Vec<u32> = (0..spread).map(|i| i * step + i % step).collect();
    for octave in 0..32 {
        for near in 0..128 {
            let joint = (1_u32 << octave).wrapping_add(near).wrapping_sub(64);
            words.extend([joint, !joint]);
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// The same, or one in 61 of them where each costs.
fn affordable(of: Distribution) -> impl Iterator<Item = u32> {
    ascending().into_iter().step_by(if is_costly(of) { 61 } else { 1 })
}

/// The tail probability that a word stands for, and whether it is of the upper tail.
fn tail(word: u32) -> (f64, bool) {
    let upper = word >= 1 << 31;
    let y = if upper { !word } else { word };
    ((f64::from(y) + 0.5) / 4_294_967_296.0, upper)
}

/// Interpolation between knots at most p/128 apart is off by h²/8 times the curvature, and two roundings to whole ns.
#[test]
fn the_table_is_as_exact_as_it_says() {
    for distribution in CASES {
        let sampler = sampler(distribution);
        let (mut worst, mut sharp) = (0.0_f64, 0.0_f64);
        for word in affordable(distribution) {
            let (p, upper) = tail(word);
            let width = libm::exp2(libm::floor(libm::log2(p))) / 128.0;
            // The curvature falls or rises steadily within a piece: its largest is at one of the ends.
            let low = (p / width).floor() * width;
            let largest = [low, (low + width).min(0.5)].map(|p| curvature(distribution, p, upper));
            let allowed = width * width / 8.0 * largest[0].max(largest[1]);
            let off = sampler.sample(word) as f64 - distribution.quantile_ns(p, upper);
            assert!(
                (-allowed - 2.5..=allowed + 0.5).contains(&off),
                "{distribution:?}, word {word:#x}: off by {off} ns, allowed {allowed}"
            );
            worst = worst.max(off.abs());
            sharp = sharp.max(off.abs() / (allowed + 2.5));
        }
        println!("{distribution:?}: at most {worst:.1} ns, {sharp:.2} of what is allowed");
        assert!(sharp > 0.3, "{distribution:?}: the bound says nothing");
        if let Distribution::Exponential { mean } = distribution {
            // The figure in the table's own description.
            assert!(worst < 8e-6 * mean as f64 + 2.5, "{worst}");
            assert!(worst > 7e-6 * mean as f64, "{worst}: the description is too modest");
        }
    }
}

#[test]
fn samples_rise_with_their_word() {
    let words = ascending();
    for distribution in CASES {
        let sampler = sampler(distribution);
        let mut last = 0;
        for &word in &words {
            let sample = sampler.sample(word);
            assert!(sample >= last, "{distribution:?}: {sample} at {word:#x} after {last}");
            last = sample;
        }
    }
}

/// One word stands at the same rank in every distribution: between the points whose tail probabilities are 2·10⁻⁵ of
/// their own apart (the table's error), and two roundings to whole ns.
#[test]
fn one_word_has_one_rank_in_every_distribution() {
    let off_rank = |distribution: Distribution, sample: u64, word: u32| {
        let ((p, upper), sample) = (tail(word), sample as f64);
        let ends = [p * (1.0 - 2e-5), p * (1.0 + 2e-5)].map(|p| point(distribution, p, upper));
        let (low, high) = (ends[0].min(ends[1]) - 2.5, ends[0].max(ends[1]) + 0.5);
        (!(low..=high).contains(&sample)).then(|| format!("{sample} is outside of {low} to {high}"))
    };
    for distribution in CASES {
        let sampler = sampler(distribution);
        for word in affordable(distribution) {
            let why = off_rank(distribution, sampler.sample(word), word);
            assert_eq!(why, None, "{distribution:?}, word {word:#x}");
            // In the middle, where times are dense, another rank shows.
            let elsewhere = if tail(word).1 { word - (1 << 20) } else { word + (1 << 20) };
            let wrong =
                tail(word).0 > 0.1 && off_rank(distribution, sampler.sample(elsewhere), word).is_none();
            assert!(!wrong, "{distribution:?}: {word:#x} passes for {elsewhere:#x}");
        }
    }
}

/// Constants need no word, and what is later than every horizon is cut off there.
#[test]
fn the_ends_of_the_range() {
    for word in [0, 1, u32::MAX] {
        assert_eq!(sampler(Distribution::Constant(250_000)).sample(word), 250_000);
        assert_eq!(sampler(Distribution::Constant(0)).sample(word), 0);
        assert_eq!(sampler(Distribution::Constant(u64::MAX)).sample(word), MAX_DELAY_NS);
    }
    let far = sampler(Distribution::Pareto { min: 1 << 57, alpha: 0.1 });
    assert_eq!((far.sample(0) >= 1 << 57, far.sample(u32::MAX)), (true, MAX_DELAY_NS));
    let wide = sampler(Distribution::Lognormal { median: 1 << 57, sigma: 10.0 });
    assert_eq!((wide.sample(0), wide.sample(u32::MAX)), (0, MAX_DELAY_NS));
    let narrow = sampler(Distribution::Uniform { min: 7, max: 8 });
    assert_eq!((narrow.sample(0), narrow.sample(u32::MAX)), (7, 7));
    for refused in [
        Distribution::Uniform { min: 5, max: 5 },
        Distribution::Lognormal { median: 5, sigma: 0.0 },
        Distribution::Lognormal { median: 5, sigma: f64::NAN },
        Distribution::Pareto { min: 5, alpha: 0.0 },
        Distribution::Pareto { min: 5, alpha: f64::INFINITY },
        Distribution::Normal { mean: 5, sd: 0 },
        Distribution::Gamma { shape: 0.09, scale: 5 },
        Distribution::Gamma { shape: f64::NAN, scale: 5 },
        Distribution::Weibull { shape: 1001.0, scale: 5 },
    ] {
        assert!(refused.sampler().is_err(), "{refused:?}");
    }
}
