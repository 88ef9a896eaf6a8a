//! A mean with what can be said of it: its interval, that few runs carry it, or that all runs agree.
//!
//! Absent on purpose: an interval where there is none to be had. Runs that all agree bound how many others there may be, and not
//! what a mean is to which these others would add whatever they like.

use crate::stats::{Interval, Moments, Spread, Z95, clopper_pearson};
use crate::sweep::ALPHA;

/// A mean a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// `None` if there are no runs.
    pub value: Option<f64>,
    /// At 95 %; none where all runs agree, and of a time that few runs carry.
    pub interval: Option<Interval>,
    /// Whether so few runs make it what it is that it says little: n < 25 g², g their skewness, or n < 25.
    pub is_carried_by_few: bool,
    /// Where all runs agree: the share of the runs that may still differ, at most (Clopper and Pearson's end).
    pub others: Option<f64>,
}

impl Mean {
    /// The value alone.
    const fn bare(value: Option<f64>) -> Mean {
        Mean { value, interval: None, is_carried_by_few: false, others: None }
    }

    /// Of runs that all agree.
    fn alike(sums: &Moments) -> Mean {
        let others = sums.mean().map(|_| clopper_pearson(0, sums.n, ALPHA).high);
        Mean { others, ..Mean::bare(sums.mean()) }
    }

    /// Of counts: as a share's where each is 0 or 1, else a mean's, not below 0; none of fewer than 25.
    pub fn of_counts(sums: &Moments) -> Mean {
        if sums.is_constant() {
            return Mean::alike(sums);
        }
        let Some(spread) = sums.spread() else { return Mean::bare(sums.mean()) };
        let Interval { low, high } = spread.interval(Z95);
        let interval = match u64::try_from(sums.sum) {
            Ok(count) if sums.is_share() => Some(clopper_pearson(count, sums.n, ALPHA)),
            _ if spread.is_of_few() => None,
            _ => Some(Interval { low: low.max(0.0), high }),
        };
        let is_carried_by_few = spread.is_carried_by_few();
        Mean { interval, is_carried_by_few, ..Mean::bare(sums.mean()) }
    }

    /// Of times with this spread: a mean's, and none where few runs carry the mean, for the longest may be still to come.
    pub fn of_times(sums: &Moments, spread: Option<Spread>) -> Mean {
        if sums.is_constant() {
            return Mean::alike(sums);
        }
        let Some(spread) = spread else { return Mean::bare(sums.mean()) };
        let is_carried_by_few = spread.is_carried_by_few();
        let Interval { low, high } = spread.interval(Z95);
        let interval = (!is_carried_by_few).then_some(Interval { low: low.max(0.0), high });
        Mean { interval, is_carried_by_few, ..Mean::bare(sums.mean()) }
    }

    /// What is to be known of the interval, or of why there is none, in a few words; empty if it is an ordinary one.
    pub fn remark(&self) -> String {
        match (self.others, self.is_carried_by_few) {
            (Some(others), _) => {
                format!("all alike, others ≤ {} %", super::numbers::significant(100.0 * others, 2))
            }
            (None, true) => "carried by few".to_owned(),
            (None, false) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(u64, u64)]) -> Moments {
        let mut sums = Moments::default();
        values.iter().for_each(|&(value, count)| sums.record_n(value, count));
        sums
    }

    #[test]
    fn runs_without_any_bound_how_many_may_have_one_and_no_mean() {
        let none = Mean::of_counts(&of(&[(0, 5000)]));
        assert_eq!((none.value, none.interval), (Some(0.0), None));
        // The rule of three and a bit: 1 − 0.025^(1/5000).
        assert!(none.others.is_some_and(|others| (others - 7.375e-4).abs() < 1e-6), "{none:?}");
        assert_eq!(none.remark(), "all alike, others ≤ 0.074 %");
        assert_eq!(Mean::of_counts(&Moments::default()), Mean::bare(None));
    }

    #[test]
    fn one_a_run_at_most_is_a_share() {
        let some = Mean::of_counts(&of(&[(0, 997), (1, 3)]));
        assert_eq!(some.interval, Some(clopper_pearson(3, 1000, ALPHA)));
        assert!(some.is_carried_by_few);
        assert!(!Mean::of_counts(&of(&[(0, 960), (1, 40)])).is_carried_by_few);
    }

    #[test]
    fn a_time_that_few_runs_carry_has_no_interval_and_a_count_has() {
        let values = of(&[(10, 5000), (9_000_000, 2)]);
        let (time, count) = (Mean::of_times(&values, values.spread()), Mean::of_counts(&values));
        assert!(time.is_carried_by_few && time.interval.is_none() && time.value.is_some());
        assert!(count.is_carried_by_few && count.interval.is_some_and(|i| i.low >= 0.0));
    }
}
