//! Count, sum, sum of squares and of cubes of unsigned integers: all that a mean, its error, its skewness and a merge need.
//!
//! Absent on purpose: running means. Floating-point updates depend on their order, integer sums do not.

use serde::{Deserialize, Serialize};

use super::skew::{Spread, central, spread};
use super::{Interval, wide};

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
    /// The sum of their cubes.
    #[serde(with = "wide::field")]
    pub sum_cubes: u128,
}

/// The cube of a value, from its square; it stays at `u128::MAX`. Few values are so large that this needs asking.
#[inline(always)]
pub(super) fn cube(value: u128, square: u128) -> u128 {
    if value < 1 << 42 { square.wrapping_mul(value) } else { square.saturating_mul(value) }
}

impl Moments {
    /// Takes one value.
    #[inline]
    pub fn record(&mut self, value: u64) {
        let value = u128::from(value);
        self.n += 1;
        self.sum = self.sum.saturating_add(value);
        let square = value * value;
        self.sum_squares = self.sum_squares.saturating_add(square);
        self.sum_cubes = self.sum_cubes.saturating_add(cube(value, square));
    }

    /// Takes a value `count` times.
    pub fn record_n(&mut self, value: u64, count: u64) {
        let (value, wide) = (u128::from(value), u128::from(count));
        let square = value * value;
        self.merge(&Moments {
            n: count,
            sum: value * wide,
            sum_squares: square.saturating_mul(wide),
            sum_cubes: square.saturating_mul(value).saturating_mul(wide),
        });
    }

    /// Adds what another has taken.
    pub fn merge(&mut self, other: &Moments) {
        self.n = self.n.saturating_add(other.n);
        self.sum = self.sum.saturating_add(other.sum);
        self.sum_squares = self.sum_squares.saturating_add(other.sum_squares);
        self.sum_cubes = self.sum_cubes.saturating_add(other.sum_cubes);
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

    /// The mean with its spread and skewness; none of equal values, and where the sums have become too large for their type.
    pub fn spread(&self) -> Option<Spread> {
        let whole = |sum: u128| i128::try_from(sum).ok();
        let (_, cube) = central(self.n, whole(self.sum)?, whole(self.sum_squares)?, whole(self.sum_cubes)?)?;
        spread(self.n, self.mean()?, self.variance()?, cube)
    }

    /// Whether all values are equal; true of none.
    pub fn is_constant(&self) -> bool {
        self.n < 2 || self.variance() == Some(0.0)
    }

    /// Whether all values are 0 or 1, so that their mean is a share.
    pub fn is_share(&self) -> bool {
        self.sum == self.sum_squares && self.sum_squares == self.sum_cubes
    }

    /// The normal interval mean ± z standard errors, if there are two values that differ: equal values bound
    /// nothing, and an interval of width zero would claim that they do.
    pub fn mean_interval(&self, z: f64) -> Option<Interval> {
        let (mean, error) = (self.mean()?, self.standard_error()?);
        (error > 0.0).then_some(Interval { low: mean - z * error, high: mean + z * error })
    }
}
