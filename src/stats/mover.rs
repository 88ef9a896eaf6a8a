//! Means of a time that may never come, up to a stated bound: a share and a mean of the others, each with its own interval,
//! put together again (MOVER, Zou and Donner 2008).
//!
//! Absent on purpose: one normal interval for the whole. A run that never chooses counts the bound, a thousand times a
//! decision, and while none was seen its share of the error is not in any sum of squares.

use super::{Interval, clopper_pearson, student_of};

/// Interval of a sum of independent parts: each part's distances from its estimate to its ends, added as squares.
pub fn mover(estimate: f64, parts: &[(f64, Interval)]) -> Interval {
    let reach = |of: &dyn Fn(f64, Interval) -> f64| {
        let squares = parts.iter().map(|&(value, interval)| of(value, interval) * of(value, interval));
        squares.sum::<f64>().sqrt()
    };
    Interval {
        low: estimate - reach(&|value, interval| value - interval.low),
        high: estimate + reach(&|value, interval| interval.high - value),
    }
}

/// Times of something that some runs never come to, up to a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounded {
    /// All runs, at least one.
    pub runs: u64,
    /// Those that come to it later than the bound, or never.
    pub late: u64,
    /// The mean time of the others, from its lowest to its highest possible value where times are read from buckets.
    pub mean: Interval,
    /// The standard error of that mean; 0 where all others are alike.
    pub error: f64,
    /// The bound.
    pub until: f64,
}

impl Bounded {
    /// The mean of the time until the event or the bound, whichever is first.
    pub fn value(&self) -> f64 {
        let share = self.late as f64 / self.runs as f64;
        let mean = if self.late == self.runs { self.until } else { 0.5 * (self.mean.low + self.mean.high) };
        share * self.until + (1.0 - share) * mean
    }

    /// The standard error that a sample of these values has.
    pub fn spread(&self) -> f64 {
        let (share, scale) = (self.late as f64 / self.runs as f64, self.until - self.mean.high);
        let [between, within] = [share * (1.0 - share) * scale * scale, (1.0 - share) * self.error];
        (between / self.runs as f64 + within * within).sqrt()
    }

    /// Its interval at ±z, `alpha` the probability beyond: the share of late runs by Clopper and Pearson, the mean of the
    /// others by its error. Where no error is known, as many runs as may differ may come at once.
    pub fn interval(&self, z: f64, alpha: f64) -> Interval {
        let share = self.late as f64 / self.runs as f64;
        let ends = clopper_pearson(self.late, self.runs, alpha);
        if self.late == self.runs {
            return Interval { low: ends.low * self.until, high: self.until };
        }
        let mean = 0.5 * (self.mean.low + self.mean.high);
        let scale = self.until - mean;
        let late = (share * scale, Interval { low: ends.low * scale, high: ends.high * scale });
        let error = (1.0 - share) * student_of(z, self.runs - self.late) * self.error;
        let found = mover(self.value(), &[late, (0.0, Interval { low: -error, high: error })]);
        let others = self.runs - self.late;
        let unseen = if self.error > 0.0 { 0.0 } else { clopper_pearson(0, others, alpha).high };
        let rounding = (1.0 - share) * 0.5 * self.mean.width();
        Interval {
            low: (found.low - rounding - (1.0 - share) * unseen * mean).max(0.0),
            high: (found.high + rounding).min(self.until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Z95;

    fn plain(runs: u64, late: u64, mean: f64, error: f64, until: f64) -> Interval {
        Bounded { runs, late, mean: Interval { low: mean, high: mean }, error, until }.interval(Z95, 0.05)
    }

    /// Of one part it is that part's interval.
    #[test]
    fn with_one_part_alone_it_is_that_parts_interval() {
        let normal = plain(1_000_000, 1_000_000 / 2, 0.0, 0.0, 1.0);
        let share = clopper_pearson(500_000, 1_000_000, 0.05);
        assert!((normal.low - share.low).abs() < 1e-12 && (normal.high - share.high).abs() < 1e-12);
        let mean = mover(3.0, &[(3.0, Interval { low: 2.0, high: 5.0 })]);
        assert_eq!((mean.low, mean.high), (2.0, 5.0));
    }

    /// By hand: none of 4096 seen, so at most 1 − 0.025^(1/4096) = 9.00 · 10⁻⁴ of the runs count a minute.
    #[test]
    fn runs_that_were_not_seen_are_in_it() {
        let found = plain(4096, 0, 0.025, 0.000_1, 60.0);
        assert!((found.high - (0.025 + 0.054_0)).abs() < 2e-4, "{found:?}");
        assert!((found.low - (0.025 - Z95 * 0.000_1)).abs() < 1e-9, "{found:?}");
        let none = plain(10, 10, 0.0, 0.0, 60.0);
        assert!(none.high == 60.0 && (none.low - 60.0 * 0.691_5).abs() < 0.01, "{none:?}");
    }

    #[test]
    fn equal_times_bound_the_mean_on_both_sides() {
        let found = plain(100, 0, 0.03, 0.0, 60.0);
        assert!(found.low < 0.03 && found.low > 0.028 && found.high > 1.0, "{found:?}");
    }
}
