//! Mixtures, samples: exact where they jump or stand still, as exact as any table in between.

use super::cases::{CASES, cdf};
use super::{sampler, words};
use synod::sim::{Distribution, MixedPart, Sampler, mixture};

const EXPONENTIAL: Distribution = Distribution::Exponential { mean: 20_000_000 };

fn law(of: Distribution) -> MixedPart {
    MixedPart::Law(of)
}

/// How many words give at most this; samples rise with their word.
fn words_up_to(sampler: &Sampler, ns: u64) -> u64 {
    let (mut low, mut high) = (0u64, 1u64 << 32);
    while low < high {
        let middle = (low + high) / 2;
        if sampler.sample(middle as u32) <= ns { low = middle + 1 } else { high = middle }
    }
    low
}

#[test]
fn samples_are_drawn_as_often_as_they_were_measured() {
    let steps = Sampler::of_samples([7, 3, 3, 9, 100]);
    let counts = [3, 7, 9, 100].map(|ns| words_up_to(&steps, ns));
    for (count, share) in counts.into_iter().zip([0.4, 0.6, 0.8, 1.0]) {
        assert!((count as f64 - share * 4_294_967_296.0).abs() <= 1.0, "{count}");
    }
    assert_eq!(Sampler::of_samples([5, 5]).sample(u32::MAX), 5);
    assert_eq!(Sampler::of_samples([5]), Sampler::Constant(5));
}

/// Of parts in closed form: the words up to any time are as many as the common CDF says, to within the table's error.
#[test]
fn the_words_up_to_any_time_are_those_of_the_mixed_cdf() {
    let uniform = Distribution::Uniform { min: 5_000_000, max: 50_000_000 };
    let mixtures: [Vec<(f64, Distribution)>; 6] = [
        vec![(0.9, Distribution::Constant(1_000_000)), (0.1, Distribution::Constant(100_000_000))],
        vec![(3.0, EXPONENTIAL), (1.0, Distribution::Constant(10_000_000))],
        vec![(0.5, Distribution::Uniform { min: 0, max: 1_000_000 }), (0.5, uniform)],
        vec![
            (0.2, uniform),
            (0.3, EXPONENTIAL),
            (0.5, Distribution::ShiftedExponential { min: 60_000_000, mean: 5_000_000 }),
        ],
        vec![(0.99, Distribution::Lognormal { median: 1_000_000, sigma: 0.25 }), (0.01, CASES[5])],
        vec![(0.5, CASES[9]), (0.25, CASES[8]), (0.25, Distribution::Constant(0))],
    ];
    for parts in mixtures {
        let sampler =
            mixture(&parts.iter().map(|&(w, d)| (w, law(d))).collect::<Vec<_>>()).expect("a mixture");
        let total: f64 = parts.iter().map(|(w, _)| w).sum();
        for i in 0..400u32 {
            // Times from 1 ns to 10 s, and both sides of every jump.
            let at = libm::pow(10.0, f64::from(i) / 40.0) as u64;
            let jumps = [1_000_000, 10_000_000, 100_000_000, 5_000_000, 50_000_000, 60_000_000];
            for at in [at, jumps[i as usize % 6] - 1, jumps[i as usize % 6]] {
                // A constant is at most `at`; everything else is below at + 1 ns before it is rounded down.
                let of = |d: Distribution| match d {
                    Distribution::Constant(c) => f64::from(u8::from(c <= at)),
                    d => cdf(d, at as f64 + 1.0),
                };
                let exact: f64 = parts.iter().map(|&(w, d)| w / total * of(d)).sum();
                let found = words_up_to(&sampler, at) as f64 / 4_294_967_296.0;
                // (1/128)²/8 of a tail for the table, as much again for what a nanosecond is worth, two words for the ends.
                let density = parts.iter().map(|&(w, d)| match d {
                    Distribution::Constant(_) => 0.0,
                    d => w / total * (cdf(d, at as f64 + 3.0) - cdf(d, (at as f64 - 1.0).max(0.0))),
                });
                let allowed = 4e-5 * exact.min(1.0 - exact) + density.sum::<f64>() + 1e-9;
                assert!((found - exact).abs() <= allowed, "{parts:?} up to {at} ns: {found}, exact {exact}");
            }
        }
    }
}

#[test]
fn a_mixture_rises_with_its_word_and_has_only_what_its_parts_have() {
    let parts = [
        (1.0, MixedPart::Samples(vec![3, 500, 70_000_000])),
        (1.0, law(Distribution::Uniform { min: 1_000, max: 2_000 })),
        (1.0, law(Distribution::Pareto { min: 1_000_000, alpha: 3.0 })),
    ];
    let sampler = mixture(&parts).expect("a mixture");
    let mut last = 0;
    for word in (0..1u64 << 22).map(|i| (i << 10) as u32) {
        let ns = sampler.sample(word);
        assert!(ns >= last, "{ns} after {last} at {word:#x}");
        assert!(ns == 3 || ns == 500 || (1_000..2_000).contains(&ns) || ns >= 1_000_000, "{ns}");
        last = ns;
    }
    // A third of a third for each sample.
    let share = (words_up_to(&sampler, 3) as f64) / 4_294_967_296.0;
    assert!((share - 1.0 / 9.0).abs() < 1e-9, "{share}");
}

/// A mixture of one distribution with itself is that distribution, to the table's error.
#[test]
fn a_mixture_of_the_same_is_the_same() {
    for distribution in CASES {
        let mixed = mixture(&[(0.3, law(distribution)), (5.0, law(distribution))]).expect("a mixture");
        let plain = sampler(distribution);
        for &word in words(20_000).iter().chain(&[0, 1, u32::MAX - 1, u32::MAX]) {
            let (a, b) = (mixed.sample(word) as f64, plain.sample(word) as f64);
            assert!((a - b).abs() <= 3.0 + 3e-5 * b, "{distribution:?} at {word:#x}: {a} and {b}");
        }
    }
}

#[test]
fn a_part_that_is_no_distribution_is_refused() {
    assert!(mixture(&[(1.0, law(Distribution::Normal { mean: 1, sd: 0 }))]).is_err());
}
