//! Times of the first choice up to a bound: of a cell's runs from its totals, and of pairs of runs as they come.
//!
//! A run that has not chosen by the bound counts the bound, and is told apart: its share is known better by counting such runs
//! than by any sum of squares. Absent on purpose: intervals, but for those that hold at all numbers of runs at once.

use super::totals::Totals;
use super::until::ALPHA;
use crate::stats::{
    Between, Bounded, Bucket, Fourfold, GROUPS, Histogram, Interval, Moments, Pairs, Spread, betting, mover,
    student_of,
};

/// Below so many runs no betting interval is worth its making.
const FIRST_LOOK: u64 = 32;

/// Whether some run was cut off by its event budget before the bound, so that its time is not known.
fn is_cut(totals: &Totals, until_ns: u64) -> bool {
    let mut bound = Histogram::new();
    bound.record(until_ns);
    let last = bound.buckets().next().map_or(0, |bucket| bucket.low);
    totals.censored_at_histogram.buckets().any(|bucket| bucket.low < last)
}

/// Runs that choose by the bound, bucket by bucket, and how many do not. A bucket that the bound lies in is taken for early.
fn parted(totals: &Totals, until_ns: u64) -> (Vec<Bucket>, u64) {
    let early: Vec<Bucket> =
        totals.chosen_at_histogram.buckets().take_while(|bucket| bucket.low < until_ns).collect();
    let chosen = early.iter().map(|bucket| bucket.count).sum();
    (early, totals.runs.saturating_sub(chosen))
}

/// What is known of the time until the first choice or the bound, ns. None of no runs, and where some run was cut off by its event
/// budget before the bound.
pub fn until_choice(totals: &Totals, until_ns: u64) -> Option<Bounded> {
    if totals.runs == 0 || is_cut(totals, until_ns) {
        return None;
    }
    let (early, late) = parted(totals, until_ns);
    let until = until_ns as f64;
    let is_exact = late == totals.undecided && early.last().is_none_or(|bucket| bucket.high <= until_ns);
    if is_exact {
        let mean = totals.chosen_at.mean().unwrap_or(until);
        let error = totals.chosen_at.standard_error().unwrap_or(0.0);
        return Some(Bounded {
            runs: totals.runs,
            late,
            mean: Interval { low: mean, high: mean },
            error,
            until,
        });
    }
    let middles = middles(early.iter());
    let n = middles.n as f64;
    let sum = |of: &dyn Fn(&Bucket) -> u64| early.iter().map(|b| of(b) as f64 * b.count as f64).sum::<f64>();
    let mean = Interval { low: sum(&|b| b.low) / n, high: sum(&|b| b.high.min(until_ns)) / n };
    let mean = if middles.n == 0 { Interval { low: until, high: until } } else { mean };
    Some(Bounded { runs: totals.runs, late, mean, error: middles.standard_error().unwrap_or(0.0), until })
}

/// The middles of buckets, as values.
fn middles<'a>(buckets: impl Iterator<Item = &'a Bucket>) -> Moments {
    let mut moments = Moments::default();
    buckets.for_each(|bucket| moments.record_n(bucket.middle(), bucket.count));
    moments
}

/// The mean time of the first choice among the runs that chose, with its spread; none where they are alike or fewer than two. The
/// skewness is that of the histogram where the sums of cubes have become too large.
pub fn chosen_spread(totals: &Totals) -> Option<Spread> {
    totals.chosen_at.spread().or_else(|| {
        let (mean, deviation) = (totals.chosen_at.mean()?, totals.chosen_at.deviation()?);
        let buckets = || totals.chosen_at_histogram.buckets();
        let n = totals.chosen_at.n as f64;
        let middle = buckets().map(|b| b.middle() as f64 * b.count as f64).sum::<f64>() / n;
        let cube = |b: Bucket| {
            let apart = (b.middle() as f64 - middle) / deviation;
            apart * apart * apart * b.count as f64
        };
        let skewness = buckets().map(cube).sum::<f64>() / n;
        (deviation > 0.0).then_some(Spread { n: totals.chosen_at.n, mean, deviation, skewness })
    })
}

/// The interval of the mean time until the first choice or the bound, ns, at all numbers of runs at once. None where some run was
/// cut off by its event budget before the bound, and of few runs.
pub fn first_choice_sequence(totals: &Totals, until_ns: u64) -> Option<Interval> {
    if totals.runs < FIRST_LOOK || is_cut(totals, until_ns) {
        return None;
    }
    let (early, late) = parted(totals, until_ns);
    let share = |ns: u64| ns.min(until_ns) as f64 / until_ns as f64;
    let between = |b: &Bucket| Between { low: share(b.low), high: share(b.high), count: b.count as f64 };
    let mut values: Vec<Between> = early.iter().map(between).collect();
    if late > 0 {
        values.push(Between { low: 1.0, high: 1.0, count: late as f64 });
    }
    let found = betting(&values, ALPHA);
    Some(Interval { low: found.low * until_ns as f64, high: found.high * until_ns as f64 })
}

/// Whether an interval at all times can be this narrow, before it is made, which takes a while: it is never narrower than what the
/// worst that was not seen may add, nor than where the best bet of all, √(2 ln 1/α) standard errors off, has the capital 1/α.
pub(super) fn may_be_narrow(width: f64, range: f64, runs: u64, error: Option<f64>) -> bool {
    let unseen = range * libm::log(1.0 / ALPHA) / runs.max(1) as f64;
    let errors = (2.0 * libm::log(1.0 / ALPHA)).sqrt();
    unseen <= width && error.is_none_or(|error| 2.0 * errors * error <= width)
}

/// Times of the first choice of pairs, up to a bound, ns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Of the pairs in which both choose by the bound, in groups that have no seed in common.
    pub both: [Pairs; GROUPS],
    /// Of those in which one does: the other's time counts nothing.
    pub alone: Pairs,
    /// Runs that do not choose by the bound.
    pub late: Fourfold,
    /// Differences of the time until the choice or the bound: those above 0, and those below it; counted only where asked for.
    pub differences: [Histogram; 2],
}

impl Times {
    /// Takes a pair whose times are known, the bound for a run that is late.
    #[inline]
    pub(super) fn record(&mut self, seed: u64, until_ns: u64, [a, b]: [Option<u64>; 2], keeps: bool) {
        self.late.record(a.is_none(), b.is_none());
        match (a, b) {
            (Some(a), Some(b)) => self.both[(seed % GROUPS as u64) as usize].record(a, b),
            (None, None) => {}
            (a, b) => self.alone.record(a.unwrap_or(0), b.unwrap_or(0)),
        }
        let (a, b) = (a.unwrap_or(until_ns), b.unwrap_or(until_ns));
        if keeps && a != b {
            self.differences[usize::from(a > b)].record(a.abs_diff(b));
        }
    }

    /// Adds those of other pairs.
    pub(super) fn merge(&mut self, other: &Times) {
        self.both.iter_mut().zip(&other.both).for_each(|(mine, theirs)| mine.merge(theirs));
        self.alone.merge(&other.alone);
        self.late.merge(&other.late);
        self.differences.iter_mut().zip(&other.differences).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// Of all pairs in which both choose by the bound.
    pub fn both_chose(&self) -> Pairs {
        let mut all = Pairs::default();
        self.both.iter().for_each(|group| all.merge(group));
        all
    }

    /// Differences, with a time that is none counted as nothing: what is left of the difference of means when the bounds of late
    /// runs are taken off.
    fn known(&self) -> Pairs {
        let mut all = self.both_chose();
        all.merge(&self.alone);
        let neither = self.late.n.saturating_sub(all.n());
        (all.a.n, all.b.n) = (all.a.n + neither, all.b.n + neither);
        all
    }

    /// The mean difference of the times until the first choice or the bound with its interval at ±z: the known times by their
    /// normal interval, the late runs by Tango's. None of fewer than two pairs.
    pub fn difference(&self, until_ns: u64, z: f64) -> Option<(f64, Interval)> {
        let (known, until) = (self.known(), until_ns as f64);
        let (mean, error) = (known.mean()?, (known.variance()? / known.n() as f64).sqrt());
        let (late, ends) = (self.late.difference()? * until, self.late.interval(z));
        let ends = Interval { low: ends.low * until, high: ends.high * until };
        let reach = student_of(z, known.n()) * error;
        let around = Interval { low: mean - reach, high: mean + reach };
        let found = mover(mean + late, &[(mean, around), (late, ends)]);
        Some((mean + late, Interval { low: found.low.max(-until), high: found.high.min(until) }))
    }

    /// The interval of that mean difference at all numbers of pairs at once, where the differences were counted.
    pub fn sequence(&self, until_ns: u64, alpha: f64) -> Option<Interval> {
        (self.late.n >= FIRST_LOOK).then(|| {
            let (found, until) = (betting(&self.values(until_ns), alpha), until_ns as f64);
            Interval { low: (2.0 * found.low - 1.0) * until, high: (2.0 * found.high - 1.0) * until }
        })
    }

    /// The differences as parts of the range that they can have: the bound on either side of 0.
    pub fn values(&self, until_ns: u64) -> Vec<Between> {
        let share = |ns: u64| 0.5 * ns.min(until_ns) as f64 / until_ns as f64;
        let [above, below] = self.differences.each_ref().map(|some| some.buckets().collect::<Vec<Bucket>>());
        let above = above.iter().map(|b| (0.5 + share(b.low), 0.5 + share(b.high), b.count));
        let below = below.iter().map(|b| (0.5 - share(b.high), 0.5 - share(b.low), b.count));
        let apart: Vec<(f64, f64, u64)> = above.chain(below).collect();
        let same = self.late.n.saturating_sub(apart.iter().map(|value| value.2).sum());
        let all = apart.into_iter().chain((same > 0).then_some((0.5, 0.5, same)));
        all.map(|(low, high, count)| Between { low, high, count: count as f64 }).collect()
    }
}
