//! Times of an event that some runs end without: shares by a time, and quantiles, from order statistics alone.
//!
//! Nothing is assumed of the runs that ended before they showed when: each may have had its event the moment after, or never. So
//! an interval covers whatever decides which runs end early. Absent on purpose: the product limit, which needs that this has
//! nothing to do with the event (`survival`).

use super::quantile::interval_ranks;
use super::{Bucket, Histogram, Interval, clopper_pearson, share};

/// When an event came in some runs, as far as they were seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Censored {
    /// All runs.
    pub runs: u64,
    /// Up to here a run is seen, unless it was cut off before, ns.
    pub until: u64,
    events: Vec<Bucket>,
    /// Ends of the runs that were cut off before `until`.
    cut: Vec<Bucket>,
}

/// A point in time, or what is known in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Then, to the width of a bucket.
    At(u64),
    /// Later than all runs were watched.
    Beyond,
    /// It depends on runs that were cut off.
    Unknown,
}

/// A quantile with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CensoredQuantile {
    /// The value of rank ⌈q·n⌉.
    pub value: When,
    /// Lower end; `None`: later than all runs were watched.
    pub low: Option<u64>,
    /// Upper end; `None`: nothing bounds it within the time that runs were watched.
    pub high: Option<u64>,
}

impl Censored {
    /// Of events at these times, in `runs` runs that were watched up to `until`; the rest have no event by then, but for those that
    /// were cut off at these times before.
    pub fn new(runs: u64, events: &Histogram, cut: &Histogram, until: u64) -> Self {
        let last = bucket_of(until).low;
        let cut = cut.buckets().filter(|bucket| bucket.low < last);
        Censored { runs, until, events: events.buckets().collect(), cut: cut.collect() }
    }

    /// The runs that were cut off before the time up to which the others were watched.
    pub fn cut_early(&self) -> u64 {
        count(&self.cut)
    }

    /// The share of runs with the event by a time, not later than runs were watched; `None` if it depends on runs that were cut
    /// off, or of no runs. A time within a bucket counts all of it.
    pub fn by(&self, time: u64, alpha: f64) -> (Option<f64>, Interval) {
        let (low, high, counted) = self.counts(time.min(self.until));
        let point = if high.saturating_sub(counted) == 0 { share(counted, self.runs) } else { None };
        let ends = [low, high].map(|count| clopper_pearson(count.min(self.runs), self.runs, alpha));
        (point, Interval { low: ends[0].low, high: ends[1].high })
    }

    /// How many events there are by a time: at least, at most, and seen in the buckets up to it.
    fn counts(&self, time: u64) -> (u64, u64, u64) {
        let seen = |of: &dyn Fn(&Bucket) -> bool| -> u64 {
            self.events.iter().filter(|bucket| of(bucket)).map(|bucket| bucket.count).sum()
        };
        // Nothing that was seen is later than the time up to which runs were watched.
        let least = seen(&|bucket| bucket.high <= time || time >= self.until);
        let counted = seen(&|bucket| bucket.low <= time);
        let own = bucket_of(time).low;
        let early = self.cut.iter().filter(|bucket| bucket.low < own).map(|bucket| bucket.count);
        (least, counted + early.sum::<u64>(), counted)
    }

    /// The q-quantile over all runs with the narrowest pair of order statistics that each miss it on their side with probability
    /// at most `alpha`/2; `None` of no runs, or when q is not in (0, 1).
    pub fn quantile(&self, q: f64, alpha: f64) -> Option<CensoredQuantile> {
        if self.runs == 0 || !(q > 0.0 && q < 1.0) {
            return None;
        }
        let rank = (libm::ceil(q * self.runs as f64) as u64).clamp(1, self.runs);
        let (below, above) = interval_ranks(self.runs, q, alpha);
        let (early, late) = (self.of_rank(rank, true), self.of_rank(rank, false));
        let value = match (early, late) {
            (Some(first), Some(last)) if first == last => When::At(first.middle().min(self.until)),
            (None, None) => When::Beyond,
            _ => When::Unknown,
        };
        let low = match below {
            None => Some(0),
            Some(rank) => self.of_rank(rank, true).map(|bucket| bucket.low),
        };
        let high = above.and_then(|rank| self.of_rank(rank, false)).map(|bucket| bucket.high.min(self.until));
        Some(CensoredQuantile { value, low, high })
    }

    /// The bucket of the event of this rank, if runs that were cut off had theirs at once, or never; none: later than runs were
    /// watched.
    fn of_rank(&self, rank: u64, at_once: bool) -> Option<Bucket> {
        let cut = if at_once { &self.cut[..] } else { &[] };
        let mut all: Vec<&Bucket> = self.events.iter().chain(cut).collect();
        all.sort_by_key(|bucket| bucket.low);
        let mut seen = 0u64;
        let found = all.into_iter().find(|bucket| {
            seen = seen.saturating_add(bucket.count);
            seen >= rank
        });
        found.map(|bucket| Bucket { count: 0, ..*bucket })
    }
}

fn count(buckets: &[Bucket]) -> u64 {
    buckets.iter().fold(0, |sum, bucket| sum.saturating_add(bucket.count))
}

/// The bucket that a value lies in.
fn bucket_of(value: u64) -> Bucket {
    let mut one = Histogram::new();
    one.record(value);
    one.buckets().next().unwrap_or(Bucket { low: value, high: value, count: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: &[u64]) -> Histogram {
        let mut all = Histogram::new();
        values.iter().for_each(|value| all.record(*value));
        all
    }

    #[test]
    fn a_quantile_beyond_the_share_with_the_event_is_later_than_runs_were_watched() {
        let events = histogram(&(1..=70).collect::<Vec<_>>());
        let all = Censored::new(100, &events, &histogram(&[1000; 30]), 1000);
        assert_eq!(all.cut_early(), 0, "the horizon is no early end");
        let median = all.quantile(0.5, 0.05).unwrap();
        assert_eq!(median.value, When::At(50));
        assert!(median.low.unwrap() < 50 && median.high.unwrap() > 50, "{median:?}");
        let p99 = all.quantile(0.99, 0.05).unwrap();
        assert_eq!((p99.value, p99.low, p99.high), (When::Beyond, None, None));
        let (share, interval) = all.by(1000, 0.05);
        assert!(share == Some(0.7) && interval.contains(0.7) && interval.width() < 0.21, "{interval:?}");
        assert_eq!(all.by(30, 0.05).0, Some(0.3));
    }

    #[test]
    fn runs_that_were_cut_off_may_be_anything() {
        let events = histogram(&(1..=70).collect::<Vec<_>>());
        let all = Censored::new(100, &events, &histogram(&[10; 30]), 1000);
        let median = all.quantile(0.5, 0.05).unwrap();
        assert_eq!(median.value, When::Unknown, "at 20 if they have it at once, at 50 if never");
        assert!(median.low.unwrap() <= 10 && median.high.unwrap() >= 50, "{median:?}");
        let (share, interval) = all.by(30, 0.05);
        assert_eq!(share, None);
        assert!(interval.low < 0.3 && interval.high > 0.6, "{interval:?}");
        assert_eq!(all.by(5, 0.05).0, Some(0.05), "before the first of them all is known");
    }

    #[test]
    fn few_runs_bound_nothing() {
        let all = Censored::new(1, &histogram(&[5]), &Histogram::new(), 1000);
        let median = all.quantile(0.5, 0.05).unwrap();
        assert_eq!((median.value, median.low, median.high), (When::At(5), Some(0), None));
        assert_eq!(Censored::new(0, &Histogram::new(), &Histogram::new(), 9).quantile(0.5, 0.05), None);
    }
}
