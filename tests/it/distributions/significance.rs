//! How likely a deviation is by chance: p-values of Kolmogorov and Smirnov's test and of Pearson's.
//!
//! Absent on purpose: what deviates from what.

/// Kolmogorov and Smirnov: P(a sample of this size lies as far from `cdf`, at its farthest point).
///
/// `sample` is sorted. The limit of the distribution of √n·D is Kolmogorov's (1933).
pub fn kolmogorov_smirnov(sample: &[u64], cdf: impl Fn(f64) -> f64) -> f64 {
    let n = sample.len() as f64;
    let mut farthest = 0.0_f64;
    for (i, &x) in sample.iter().enumerate() {
        // A sample of x ns stands for any time from x to x + 1, for samples are rounded down.
        let (low, high) = (cdf(x as f64), cdf(x as f64 + 1.0));
        farthest = farthest.max(low - (i as f64 + 1.0) / n).max(i as f64 / n - high);
    }
    let t = farthest * n.sqrt();
    let term = |k: f64| libm::exp(-2.0 * k * k * t * t);
    let series: f64 = (1..=50).map(|k| if k % 2 == 1 { term(k.into()) } else { -term(k.into()) }).sum();
    // The series needs no help unless t is tiny, where the answer is 1.
    if t < 0.2 { 1.0 } else { (2.0 * series).clamp(0.0, 1.0) }
}

/// Pearson: P(counts deviate from what is expected as much as these, or more).
pub fn chi_square(counts: &[u64], expected: &[f64]) -> f64 {
    assert_eq!(counts.len(), expected.len());
    assert!(expected.iter().all(|&e| e >= 5.0), "a bin is too small: {expected:?}");
    let pairs = counts.iter().zip(expected);
    let x: f64 = pairs.map(|(&n, &e)| (n as f64 - e) * (n as f64 - e) / e).sum();
    gamma_tail((counts.len() - 1) as f64 / 2.0, x / 2.0)
}

/// Q(a, x), the regularized upper incomplete gamma function: DLMF 8.11.4 below its mean, 8.9.2 (Lentz) above.
pub fn gamma_tail(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for k in 1..1000 {
            term *= x / (a + f64::from(k));
            sum += term;
        }
        return 1.0 - front * sum;
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for k in 1..1000 {
        let k = f64::from(k);
        b += 2.0;
        d = 1.0 / (b - k * (k - a) * d);
        c = b - k * (k - a) / c;
        fraction *= c * d;
    }
    front * fraction
}

/// Both against tables: Kolmogorov's distribution at its 95 % point, χ² at its 95 % points.
#[test]
fn p_values_are_those_of_the_tables() {
    for (freedom, point) in
        [(1.0, 3.841_458_8), (5.0, 11.070_497_7), (11.0, 19.675_137_6), (30.0, 43.772_971_8)]
    {
        let p = gamma_tail(freedom / 2.0, point / 2.0);
        assert!((p - 0.05).abs() < 1e-8, "χ² with {freedom} degrees: {p}");
        let small = gamma_tail(freedom / 2.0, 0.01);
        assert!(small > 0.88, "{small}");
    }
    // Evenly spaced points with all of the deviation 1.358 99/√n at one side.
    let n = 1_000_000_u64;
    let even: Vec<u64> = (0..n).map(|i| 1_000_000 * i).collect();
    let shift = 1.358_098_6 / (n as f64).sqrt();
    let p = kolmogorov_smirnov(&even, |x| x / (n as f64 * 1e6) + shift);
    assert!((p - 0.05).abs() < 1e-3, "{p}");
}
