//! Quantiles of a histogram, with intervals from order statistics.
//!
//! Absent on purpose: interpolation between values, and any assumption about the distribution.

use super::{Bucket, Histogram, binomial_at_least};

/// A quantile and a distribution-free interval for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// The value of rank ⌈q·n⌉; exact below 2048, else to 0.05 %.
    pub value: u64,
    /// Lower end; absent when there are too few values for one.
    pub low: Option<u64>,
    /// Upper end; absent when there are too few values for one.
    pub high: Option<u64>,
}

impl Histogram {
    /// The q-quantile with its 95 % interval; `None` when empty or when q is not in (0, 1).
    pub fn quantile(&self, q: f64) -> Option<Quantile> {
        ordered_quantile(self.buckets(), self.count(), q, 0.05)
    }
}

/// The q-quantile of `n` values in ascending `buckets`, and the narrowest pair of order statistics that each miss
/// it on their side with probability at most `alpha`/2.
pub fn ordered_quantile(
    buckets: impl Iterator<Item = Bucket>,
    n: u64,
    q: f64,
    alpha: f64,
) -> Option<Quantile> {
    if n == 0 || !(q > 0.0 && q < 1.0) {
        return None;
    }
    let rank = (libm::ceil(q * n as f64) as u64).clamp(1, n);
    let (below, above) = interval_ranks(n, q, alpha);
    let (mut value, mut low, mut high) = (None, None, None);
    let mut seen = 0u64;
    for bucket in buckets {
        seen = seen.saturating_add(bucket.count);
        if value.is_none() && seen >= rank {
            value = Some(bucket.middle());
        }
        if low.is_none() && below.is_some_and(|r| seen >= r) {
            low = Some(bucket.low);
        }
        if high.is_none() && above.is_some_and(|r| seen >= r) {
            high = Some(bucket.high);
        }
    }
    value.map(|value| Quantile { value, low, high })
}

/// With X ~ Binomial(n, q) the number of values up to the quantile: the largest rank l with P(X < l) ≤ α/2, and the
/// smallest rank u with P(X ≥ u) ≤ α/2.
pub(super) fn interval_ranks(n: u64, q: f64, alpha: f64) -> (Option<u64>, Option<u64>) {
    // P(X ≥ k) falls in k, so both are found by bisection.
    let first_with = |holds: &dyn Fn(f64) -> bool| {
        let (mut no, mut yes) = (0, n.saturating_add(1));
        while yes - no > 1 {
            let middle = no + (yes - no) / 2;
            if holds(binomial_at_least(middle, n, q)) { yes = middle } else { no = middle }
        }
        yes
    };
    let upper = first_with(&|at_least| at_least <= alpha / 2.0);
    let lower = first_with(&|at_least| at_least < 1.0 - alpha / 2.0) - 1;
    ((lower > 0).then_some(lower), (upper <= n).then_some(upper))
}
