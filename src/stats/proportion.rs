//! Shares of runs and their intervals: Wilson's, the exact one, and simultaneous ones for a whole table.
//!
//! Absent on purpose: the Wald interval, whose width is zero when all runs agree.

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
