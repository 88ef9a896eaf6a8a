//! Survival when some runs are cut off: Kaplan and Meier's curve, its band, median and restricted mean; log-rank.
//!
//! Absent on purpose: the mean of the finished runs alone, which says nothing when others were cut off.

use libm::{exp, log, pow};

use super::{Bucket, Histogram, Interval, clopper_pearson, normal_cdf};

/// The curve just after one time at which something happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The time (the middle of its histogram bucket).
    pub time: u64,
    /// The lowest and the highest time of the bucket.
    pub within: (u64, u64),
    /// Runs still under observation just before it.
    pub at_risk: u64,
    /// Of these, events at it.
    pub events: u64,
    /// Of these, cut off at it; events at the same time come first.
    pub censored: u64,
    /// Estimated probability that the event comes later than this.
    pub survival: f64,
    /// Its pointwise interval.
    pub interval: Interval,
    /// Greenwood's sum Σ d / (n (n − d)) up to here.
    greenwood: f64,
}

/// A survival curve; 1 before its first step.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Survival {
    /// In ascending time.
    pub steps: Vec<Step>,
    /// All runs.
    pub runs: u64,
    /// The lower end of the band before the first step, where the curve is 1.
    pub before: f64,
}

/// The product-limit estimate (Kaplan and Meier 1958) with Greenwood's variance on the log(−log) scale at ±z, which
/// keeps the band inside [0, 1].
///
/// Where that scale has no value the band is exact instead of empty: at 1, from the number at risk; at 0, from the
/// step before.
pub fn kaplan_meier(events: &Histogram, censored: &Histogram, z: f64) -> Survival {
    let runs = events.count().saturating_add(censored.count());
    let (mut at_risk, mut survival, mut greenwood) = (runs, 1.0, 0.0);
    let mut steps: Vec<Step> = Vec::new();
    for (bucket, d, c) in joined(events, censored) {
        let left = at_risk.saturating_sub(d);
        survival *= left as f64 / at_risk as f64;
        greenwood += d as f64 / (at_risk as f64 * left as f64);
        let interval = if survival >= 1.0 {
            clopper_pearson(at_risk, at_risk, 2.0 * normal_cdf(-z))
        } else if left == 0 {
            let before = steps.last().filter(|s| s.survival < 1.0).map(|s| s.interval.high);
            Interval {
                low: 0.0,
                high: before.unwrap_or(clopper_pearson(0, at_risk, 2.0 * normal_cdf(-z)).high),
            }
        } else {
            let reach = exp(z * greenwood.sqrt() / -log(survival));
            Interval { low: pow(survival, reach), high: pow(survival, 1.0 / reach) }
        };
        steps.push(Step {
            time: bucket.middle(),
            within: (bucket.low, bucket.high),
            at_risk,
            events: d,
            censored: c,
            survival,
            interval,
            greenwood,
        });
        at_risk = left.saturating_sub(c);
    }
    let before = clopper_pearson(runs, runs, 2.0 * normal_cdf(-z)).low;
    Survival { steps, runs, before }
}

/// Both histograms' buckets in one ascending pass, as (bucket, events, censored).
fn joined(events: &Histogram, censored: &Histogram) -> Vec<(Bucket, u64, u64)> {
    let mut all: Vec<(Bucket, u64, u64)> = events.buckets().map(|b| (b, b.count, 0)).collect();
    all.extend(censored.buckets().map(|b| (b, 0, b.count)));
    all.sort_by_key(|(b, _, _)| b.low);
    all.dedup_by(|later, earlier| {
        let same = later.0.low == earlier.0.low;
        if same {
            earlier.1 += later.1;
            earlier.2 += later.2;
        }
        same
    });
    all
}

impl Survival {
    /// The step in force at a time; `None` before the first.
    pub fn at(&self, time: u64) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|s| s.time <= time)].last()
    }

    /// How many runs are still under observation just before a time.
    pub fn at_risk(&self, time: u64) -> u64 {
        match self.steps.get(self.steps.partition_point(|s| s.time < time)) {
            Some(step) => step.at_risk,
            None => 0,
        }
    }

    /// The first time at which the curve is at or below 1 − q; `None`: not reached.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        self.first(|s| s.survival <= 1.0 - q).map(|s| s.time)
    }

    /// The median; `None`: not reached.
    pub fn median(&self) -> Option<u64> {
        self.quantile(0.5)
    }

    /// The interval of a quantile (Brookmeyer and Crowley 1982), out to the far ends of its buckets; an end that is not reached is
    /// `None`. The band begins before anything has happened: where so few runs do not bound the share that is over by then, the
    /// interval begins at 0.
    pub fn quantile_interval(&self, q: f64) -> (Option<u64>, Option<u64>) {
        let beyond = 1.0 - q;
        let from = if self.before <= beyond { Some(0) } else { None };
        let (low, high) =
            (self.first(|s| s.interval.low <= beyond), self.first(|s| s.interval.high <= beyond));
        (from.or(low.map(|s| s.within.0)), high.map(|s| s.within.1))
    }

    /// The interval of the median.
    pub fn median_interval(&self) -> (Option<u64>, Option<u64>) {
        self.quantile_interval(0.5)
    }

    fn first(&self, holds: impl Fn(&Step) -> bool) -> Option<&Step> {
        self.steps.iter().find(|s| holds(s))
    }

    /// The restricted mean, that is the expected time until the event or until `until`, whichever is first, with its
    /// standard error; `None` when there are no runs or the curve ends before `until`.
    pub fn restricted_mean(&self, until: u64) -> Option<(f64, f64)> {
        let last = self.steps.last()?;
        if last.time < until && last.survival > 0.0 {
            return None;
        }
        let (mut area, mut variance, mut right) = (0.0, 0.0, until);
        for (i, step) in self.steps.iter().enumerate().rev().filter(|(_, s)| s.time < until) {
            area += step.survival * (right - step.time) as f64;
            let before = if i == 0 { 0.0 } else { self.steps[i - 1].greenwood };
            if step.greenwood.is_finite() {
                variance += area * area * (step.greenwood - before);
            }
            right = step.time;
        }
        Some((area + right as f64, variance.sqrt()))
    }
}

/// A two-sample log-rank test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRank {
    /// The statistic, χ² with one degree of freedom if the curves are equal.
    pub chi_squared: f64,
    /// The probability of a larger one if they are.
    pub p: f64,
}

/// Whether two survival curves differ (Mantel 1966); `None` when there is nothing to compare.
pub fn log_rank(a: &Survival, b: &Survival) -> Option<LogRank> {
    let mut times: Vec<u64> =
        a.steps.iter().chain(&b.steps).filter(|s| s.events > 0).map(|s| s.time).collect();
    times.sort_unstable();
    times.dedup();
    let deaths = |s: &Survival, t: u64| s.at(t).filter(|s| s.time == t).map_or(0, |s| s.events) as f64;
    let (mut excess, mut variance) = (0.0, 0.0);
    for t in times {
        let (n1, n2) = (a.at_risk(t) as f64, b.at_risk(t) as f64);
        let (d1, d) = (deaths(a, t), deaths(a, t) + deaths(b, t));
        let n = n1 + n2;
        excess += d1 - d * n1 / n;
        if n > 1.0 {
            variance += d * (n1 / n) * (n2 / n) * (n - d) / (n - 1.0);
        }
    }
    let chi_squared = excess * excess / variance;
    chi_squared.is_finite().then(|| LogRank { chi_squared, p: 2.0 * normal_cdf(-chi_squared.sqrt()) })
}
