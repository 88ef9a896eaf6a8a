//! When runs choose: the mean of those that did, the share that never did, and the mean up to a stated time; with quantiles.
//!
//! Three numbers in the place of one mean over all runs, of which a run that was not seen could be the greater part. Absent on
//! purpose: the mean of the finished runs as if it were that of all.

use crate::check::Verdict;
use crate::stats::{
    Histogram, Interval, Survival, Z95, clopper_pearson, kaplan_meier, share, share_sequence,
};
use crate::sweep::{ALPHA, chosen_spread, first_choice_sequence, until_choice};

use super::data::{CellReport, SweepReport};
use super::facts::Share;
use super::means::Mean;
use super::numbers::{exact_time, percent, percent_interval, time, time_with};

/// A quantile over all runs; what is not reached is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its time, ns.
    pub value: Option<u64>,
    /// Lower and upper end of its interval, ns.
    pub ends: (Option<u64>, Option<u64>),
}

/// The time of the first choice with the runs that were cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstChoice {
    /// The quantiles 0.5, 0.9 and 0.99 over all runs.
    pub quantiles: [Reached; 3],
    /// The mean of the runs that chose, ns.
    pub chosen: Mean,
    /// Runs in which nothing was chosen, with an interval of their own.
    pub never: Share,
    /// Times count up to here, ns.
    pub until_ns: u64,
    /// The mean of the time until the first choice or that time, whichever is first, ns.
    pub bounded: Option<f64>,
    /// The standard error of that mean in this sample, ns. It knows nothing of what was not seen.
    pub bounded_error: Option<f64>,
    /// Its 95 % interval, ns; none where runs were cut off before that time by the event budget.
    pub bounded_interval: Option<Interval>,
}

impl FirstChoice {
    /// The median, ns.
    pub fn median(&self) -> Reached {
        self.quantiles[0]
    }

    /// The three numbers in a sentence, with a space before it.
    pub fn sentence(&self) -> String {
        let chosen = match (self.chosen.value, self.chosen.interval) {
            (None, _) => "none chose".to_owned(),
            (Some(mean), interval @ Some(_)) => format!("mean {}", time_with(mean, interval)),
            (Some(mean), None) => format!("mean {} ({})", time(mean), self.chosen.remark()),
        };
        let never = percent(self.never.share.unwrap_or_default(), self.never.interval);
        let ends = percent_interval(self.never.interval);
        let until = exact_time(self.until_ns);
        let bounded = match self.bounded.zip(self.bounded_interval) {
            Some((mean, interval)) => {
                format!(
                    "; mean {}, if a run that has not chosen counts {until}",
                    time_with(mean, Some(interval))
                )
            }
            None => String::new(),
        };
        format!(" Of the runs that chose: {chosen}; never chosen: {never} % {ends}{bounded}.")
    }

    /// Of the runs of a cell.
    pub fn of(report: &SweepReport, cell: &CellReport) -> Self {
        let (t, curve) = (&cell.totals, survival(cell));
        let known = until_choice(t, cell.until_ns);
        let from_curve = curve.restricted_mean(cell.until_ns);
        let (bounded, bounded_error) = match known {
            Some(known) => (Some(known.value()), Some(known.spread())),
            None => from_curve.unzip(),
        };
        let (never_interval, bounded_interval) = match report.until {
            None => {
                (clopper_pearson(t.undecided, t.runs, ALPHA), known.map(|known| known.interval(Z95, ALPHA)))
            }
            Some(_) => (share_sequence(t.undecided, t.runs, ALPHA), first_choice_sequence(t, cell.until_ns)),
        };
        let never = share(t.undecided, t.runs);
        // Where all that chose did so at one time, it is known to the nanosecond, and the curve only to its bucket.
        let only = t.chosen_at.is_constant().then(|| t.chosen_at.mean()).flatten().map(|mean| mean as u64);
        let exactly = |time: Option<u64>| time.map(|time| only.unwrap_or(time));
        let quantile = |q: f64| {
            let (low, high) = curve.quantile_interval(q);
            // Where so few runs bound nothing from below, it begins at 0, whatever time they had.
            let low = if low == Some(0) { low } else { exactly(low) };
            Reached { value: exactly(curve.quantile(q)), ends: (low, exactly(high)) }
        };
        FirstChoice {
            quantiles: [0.5, 0.9, 0.99].map(quantile),
            chosen: Mean::of_times(&t.chosen_at, chosen_spread(t)),
            never: Share {
                name: "never".to_owned(),
                count: t.undecided,
                share: never,
                interval: never_interval,
            },
            until_ns: cell.until_ns,
            bounded,
            bounded_error,
            bounded_interval,
        }
    }
}

/// The survival curve of "nothing chosen yet".
///
/// A run that ended in a proved livelock, blocked or gave up will never choose: it was not cut off, so it stays at
/// risk up to the horizon. Only the `undecided` ones are censored when they ended; they are the latest of the
/// recorded ends.
pub fn survival(cell: &CellReport) -> Survival {
    let t = &cell.totals;
    let undecided = Verdict::ALL.iter().position(|v| *v == Verdict::Undecided).map_or(0, |i| t.verdicts[i]);
    let mut never = t.censored_at_histogram.count().saturating_sub(undecided);
    let mut censored = Histogram::new();
    for bucket in t.censored_at_histogram.buckets() {
        let moved = never.min(bucket.count);
        never -= moved;
        censored.record_n(bucket.middle(), bucket.count - moved);
    }
    let rest = t.runs.saturating_sub(t.chosen_at_histogram.count()).saturating_sub(censored.count());
    censored.record_n(cell.horizon_ns, rest);
    kaplan_meier(&t.chosen_at_histogram, &censored, Z95)
}
