//! Count, sum and sum of squares of unsigned integers: all that a mean, its error and a merge need.
//!
//! Absent on purpose: running means. Floating-point updates depend on their order, integer sums do not.

use serde::{Deserialize, Serialize};

use super::{Interval, clopper_pearson, normal_cdf, wide};

/// Integer moments. Sums that would pass `u128::MAX` stay there (that is still associative), and what depends on
/// them is then missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moments {
    /// How many values.
    pub n: u64,
    /// Their sum.
    #[serde(with = "wide::field")]
    pub sum: u128,
    /// The sum of their squares.
    #[serde(with = "wide::field")]
    pub sum_squares: u128,
}

impl Moments {
    /// Takes one value.
    #[inline]
    pub fn record(&mut self, value: u64) {
        let value = u128::from(value);
        self.n += 1;
        self.sum = self.sum.saturating_add(value);
        self.sum_squares = self.sum_squares.saturating_add(value * value);
    }

    /// Adds what another has taken.
    pub fn merge(&mut self, other: &Moments) {
        self.n = self.n.saturating_add(other.n);
        self.sum = self.sum.saturating_add(other.sum);
        self.sum_squares = self.sum_squares.saturating_add(other.sum_squares);
    }

    /// The mean, if there is any value.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0 && self.sum < u128::MAX).then(|| self.sum as f64 / self.n as f64)
    }

    /// The unbiased variance, if there are two values.
    ///
    /// The subtraction that ruins the text-book formula is done in integers, around the whole part of the mean:
    /// with s = n·q + r, Σ(x − q)² = Σx² − q·s − q·r, and the mean is r/n above q.
    pub fn variance(&self) -> Option<f64> {
        if self.n < 2 || self.sum_squares == u128::MAX {
            return None;
        }
        let n = u128::from(self.n);
        let (q, r) = (self.sum / n, self.sum % n);
        // Cauchy–Schwarz: q·s + q·r ≤ Σx², unless the fields were not filled by `record`.
        let around_q =
            self.sum_squares.checked_sub(q.checked_mul(self.sum)?)?.checked_sub(q.checked_mul(r)?)?;
        let around_mean = match around_q.checked_mul(n) {
            Some(scaled) => scaled.checked_sub(r * r)? as f64 / n as f64,
            None => around_q as f64 - (r * r) as f64 / n as f64,
        };
        Some(around_mean / (self.n - 1) as f64)
    }

    /// The standard deviation, if there are two values.
    pub fn deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The standard error of the mean, if there are two values.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|v| (v / self.n as f64).sqrt())
    }

    /// The interval of a mean of counts: the normal one, cut at 0; where no run had any, from 0 to the share of runs that may have
    /// one (Clopper and Pearson's end), each counted as one.
    pub fn count_interval(&self, z: f64) -> Option<Interval> {
        if self.n > 0 && self.sum == 0 {
            return Some(clopper_pearson(0, self.n, 2.0 * normal_cdf(-z)));
        }
        self.mean_interval(z).map(|it| Interval { low: it.low.max(0.0), high: it.high })
    }

    /// The normal interval mean ± z standard errors, if there are two values that differ: equal values bound
    /// nothing, and an interval of width zero would claim that they do.
    pub fn mean_interval(&self, z: f64) -> Option<Interval> {
        let (mean, error) = (self.mean()?, self.standard_error()?);
        (error > 0.0).then_some(Interval { low: mean - z * error, high: mean + z * error })
    }
}
