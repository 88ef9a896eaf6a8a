//! Shares of runs and their intervals: Wilson's, the exact one, and simultaneous ones for a whole table.
//!
//! Absent on purpose: the Wald interval, whose width is zero when all runs agree.

use super::paired::solve;
use super::sequence::times_log;
use super::{Interval, beta_quantile};

/// Nothing is known of a share of no runs.
const ANYTHING: Interval = Interval { low: 0.0, high: 1.0 };

/// k / n, unless that is 0 / 0.
pub fn share(k: u64, n: u64) -> Option<f64> {
    (n > 0).then(|| k as f64 / n as f64)
}

/// Wilson's score interval (Wilson 1927) for k of n at ±z standard deviations; [0, 1] when n = 0.
pub fn wilson(k: u64, n: u64, z: f64) -> Interval {
    let Some(p) = share(k.min(n), n) else { return ANYTHING };
    let n_f = n as f64;
    let z2 = z * z;
    let centre = (p + z2 / (2.0 * n_f)) / (1.0 + z2 / n_f);
    let half = z / (1.0 + z2 / n_f) * (p * (1.0 - p) / n_f + z2 / (4.0 * n_f * n_f)).sqrt();
    // The ends are exact at 0 and n; the subtraction would leave rounding noise there.
    Interval {
        low: if k == 0 { 0.0 } else { (centre - half).max(0.0) },
        high: if k >= n { 1.0 } else { (centre + half).min(1.0) },
    }
}

/// The interval of a probability by its likelihood, k successes and n − k failures: all of those with at least e^(−z²/2) of
/// the greatest. It does not ask what ended the trials, so it holds for those of a geometric distribution; its width is
/// never zero. [0, 1] when n = 0.
pub fn likelihood(k: u64, n: u64, z: f64) -> Interval {
    let k = k.min(n);
    let Some(best) = share(k, n) else { return ANYTHING };
    let log_likelihood = |p: f64| times_log(k, p) + times_log(n - k, 1.0 - p);
    let least = log_likelihood(best) - 0.5 * z * z;
    let found = solve(best, |p| (0.0..=1.0).contains(&p) && log_likelihood(p) >= least);
    Interval { low: found.low.max(0.0), high: found.high.min(1.0) }
}

/// The exact interval (Clopper and Pearson 1934) for k of n, missing the truth with probability at most `alpha`;
/// [0, 1] when n = 0.
pub fn clopper_pearson(k: u64, n: u64, alpha: f64) -> Interval {
    let k = k.min(n);
    if n == 0 {
        return ANYTHING;
    }
    let lower_end =
        |k: u64| if k == 0 { 0.0 } else { beta_quantile(k as f64, (n - k) as f64 + 1.0, alpha / 2.0) };
    Interval { low: lower_end(k), high: 1.0 - lower_end(n - k) }
}

/// Intervals for the shares of all categories of one table, which are *all* right with probability at least
/// 1 − `alpha`: Bonferroni over [`clopper_pearson`]. The categories' counts must add up to the number of runs.
pub fn simultaneous(counts: &[u64], alpha: f64) -> Vec<Interval> {
    let n = counts.iter().fold(0, |n: u64, k| n.saturating_add(*k));
    let each = alpha / counts.len().max(1) as f64;
    counts.iter().map(|&k| clopper_pearson(k, n, each)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Z95;

    /// At the ends the likelihood is as low as it may be; by hand where nothing succeeds: (1 − p)ⁿ = e^(−z²/2).
    #[test]
    fn an_interval_by_likelihood_ends_where_that_has_fallen() {
        let none = likelihood(0, 100, Z95);
        let by_hand = 1.0 - libm::exp(-0.5 * Z95 * Z95 / 100.0);
        assert!(none.low == 0.0 && (none.high - by_hand).abs() < 1e-12, "{none:?}");
        for (k, n) in [(3, 40), (500, 1000), (39, 40), (62_000, 100_000)] {
            let found = likelihood(k, n, Z95);
            let log = |p: f64| k as f64 * libm::log(p) + (n - k) as f64 * libm::log(1.0 - p);
            for end in [found.low, found.high] {
                let fallen = log(k as f64 / n as f64) - log(end);
                assert!((fallen - 0.5 * Z95 * Z95).abs() < 1e-6, "{k} of {n}: {found:?}");
            }
        }
        assert_eq!(likelihood(0, 0, Z95), ANYTHING);
    }
}
