//! The figures that every exporter shares, computed once: shares and means with intervals, survival, tail, theory.
//!
//! Absent on purpose: how any of them is written.

use serde::Serialize;

use crate::check::{ByCounter, Hazard, Invariant, Verdict};
use crate::stats::{
    Histogram, Interval, Moments, Quantile, Survival, Z95, clopper_pearson, kaplan_meier, likelihood, share,
    simultaneous, wilson,
};
use crate::sweep::{ALPHA, Totals, first_choice_sequence, joint_outcome, until_choice, winner_sequences};

use super::comparison::{Row, rows};
use super::data::{CellReport, Quantity, SweepReport};

/// What stands in the place of a name for runs in which no value was chosen; no proposer may be named so.
pub const UNDECIDED: &str = "undecided";

/// A named share of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Of what.
    pub name: String,
    /// In this many runs.
    pub count: u64,
    /// `None` if there are no runs.
    pub share: Option<f64>,
    /// At 95 %: simultaneous over the table for winners, Wilson's for the others.
    pub interval: Interval,
}

/// A mean a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// `None` if there are no runs.
    pub value: Option<f64>,
    /// At 95 %; none where all runs agree.
    pub interval: Option<Interval>,
}

impl Mean {
    fn of(m: &Moments) -> Mean {
        Mean { value: m.mean(), interval: m.count_interval(Z95) }
    }
}

/// What is said about one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct CellFacts {
    /// Per proposer of the cell, then `undecided`; their intervals hold together.
    pub winners: Vec<Share>,
    /// In the order of [`Verdict::ALL`].
    pub verdicts: Vec<Share>,
    /// In the order of [`Hazard::ALL`].
    pub hazards: Vec<Share>,
    /// Runs with a safety violation.
    pub violations: Share,
    /// Those of each invariant that was violated.
    pub violated: Vec<(&'static str, u64)>,
    /// Joint client outcomes, the commonest first.
    pub outcomes: Vec<Share>,
    /// Quantiles of the time of the first choice among the runs that chose: 0.5, 0.9, 0.99.
    pub chosen_at: [Option<Quantile>; 3],
    /// The time of the first choice over all runs.
    pub first_choice: FirstChoice,
    /// Of the counters; nothing of those that are not summed.
    pub means: ByCounter<Mean>,
    /// Each proposer's pre-emptions.
    pub preempted: Vec<(String, Mean)>,
    /// How duels go on.
    pub tail: Option<Tail>,
    /// Closed forms beside what was found.
    pub theory: Vec<TheoryFact>,
    /// Differences from the baseline, paired by seed; empty where there are none.
    pub differences: Vec<Row>,
}

/// The time of the first choice with the runs that were cut off; a quantile that is not reached is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstChoice {
    /// Median, ns.
    pub median: Option<u64>,
    /// Lower and upper end of its interval, ns.
    pub median_interval: (Option<u64>, Option<u64>),
    /// 0.9-quantile, ns.
    pub p90: Option<u64>,
    /// 0.99-quantile, ns.
    pub p99: Option<u64>,
    /// Mean of the time until the first choice or the horizon, whichever is first, with its standard error, ns.
    pub restricted_mean: Option<(f64, f64)>,
    /// Its 95 % interval, ns.
    pub restricted_mean_interval: Option<Interval>,
}

/// A geometric tail: from a duel length on, each further pre-emption comes with the same probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// From this length on.
    pub from: u32,
    /// Estimated probability that a duel of at least that length goes on.
    pub continues: f64,
    /// Its 95 % interval, by its likelihood.
    pub interval: Interval,
}

/// A closed form and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TheoryFact {
    /// As in [`super::Theory`].
    pub label: String,
    /// Predicted.
    pub value: f64,
    /// As in [`super::Theory`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// What is predicted.
    #[serde(skip)]
    pub what: Quantity,
    /// Found; `None` if there is nothing to compare.
    pub found: Option<f64>,
    /// Found minus predicted, in standard errors.
    pub z: Option<f64>,
    /// Whether the value is a time in ns, a share, or a mean count.
    #[serde(skip)]
    pub unit: Unit,
}

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// In [0, 1].
    Share,
    /// ns.
    Time,
    /// A mean of counts.
    Count,
}

/// All of them for each cell, in order.
pub fn of_all(report: &SweepReport) -> Vec<CellFacts> {
    report.cells.iter().map(|cell| facts(report, cell)).collect()
}

/// All of them for one cell.
pub fn facts(report: &SweepReport, cell: &CellReport) -> CellFacts {
    let t = &cell.totals;
    let of_runs = |name: &str, count: u64| Share {
        name: name.to_string(),
        count,
        share: share(count, t.runs),
        interval: wilson(count, t.runs, Z95),
    };
    let mut outcomes: Vec<Share> =
        t.outcomes.iter().map(|(o, n)| of_runs(&joint_outcome(&cell.lineup.clients, o), *n)).collect();
    outcomes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    CellFacts {
        winners: winners(report, cell),
        verdicts: Verdict::ALL.iter().zip(t.verdicts).map(|(v, n)| of_runs(v.name(), n)).collect(),
        hazards: Hazard::ALL.iter().zip(t.hazards).map(|(h, n)| of_runs(h.name(), n)).collect(),
        violations: of_runs("violations", t.violations),
        violated: Invariant::ALL
            .iter()
            .zip(t.violated)
            .map(|(i, n)| (i.name(), n))
            .filter(|v| v.1 > 0)
            .collect(),
        outcomes,
        chosen_at: [0.5, 0.9, 0.99].map(|q| t.chosen_at_histogram.quantile(q)),
        first_choice: first_choice(report, cell),
        means: ByCounter(t.counters.0.each_ref().map(Mean::of)),
        preempted: cell.lineup.proposers.iter().cloned().zip(t.preempted.iter().map(Mean::of)).collect(),
        tail: tail(t),
        theory: cell.theory.iter().map(|p| theory(p, t)).collect(),
        differences: cell.paired.as_ref().map_or(Vec::new(), |p| rows(p, &cell.lineup.proposers, false)),
    }
}

impl CellFacts {
    /// The wins of the proposer of this name, or the runs that are `undecided`; none if it does not contend here.
    pub fn winner(&self, name: &str) -> Option<&Share> {
        self.winners.iter().find(|share| share.name == name)
    }

    /// The pre-emptions of the proposer of this name; none if it does not contend here.
    pub fn preempted(&self, name: &str) -> Option<Mean> {
        self.preempted.iter().find(|own| own.0 == name).map(|own| own.1)
    }
}

/// The intervals of these shares hold together: for one look, or, where cells stop by themselves, for all looks at once.
fn winners(report: &SweepReport, cell: &CellReport) -> Vec<Share> {
    let t = &cell.totals;
    let counts: Vec<u64> = t.winners.iter().copied().chain([t.undecided]).collect();
    let intervals = if report.until.is_some() { winner_sequences(t) } else { simultaneous(&counts, ALPHA) };
    let names = cell.lineup.proposers.iter().cloned().chain([UNDECIDED.to_owned()]);
    let named = names.zip(counts).zip(intervals);
    named
        .map(|((name, count), interval)| Share { name, count, share: share(count, t.runs), interval })
        .collect()
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

fn first_choice(report: &SweepReport, cell: &CellReport) -> FirstChoice {
    let curve = survival(cell);
    // Exact where every run's time is known; the curve's times are the middles of their buckets.
    let known = until_choice(&cell.totals, cell.horizon_ns);
    let exact = known.and_then(|m| Some((m.mean()?, (m.variance()? / m.n as f64).sqrt())));
    let restricted_mean = exact.or_else(|| curve.restricted_mean(cell.horizon_ns));
    let at_one_look =
        restricted_mean.map(|mean| within_horizon(mean, cell.totals.runs, cell.horizon_ns as f64));
    let restricted_mean_interval = match report.until {
        None => at_one_look,
        Some(_) => first_choice_sequence(&cell.totals, cell.horizon_ns),
    };
    FirstChoice {
        median: curve.median(),
        median_interval: curve.median_interval(),
        p90: curve.quantile(0.9),
        p99: curve.quantile(0.99),
        restricted_mean,
        restricted_mean_interval,
    }
}

/// The interval of a mean time that no run can have above the horizon: the normal one; where all runs agree, what it can
/// be if as many of them as may have another time have any (Clopper and Pearson's end).
fn within_horizon((mean, error): (f64, f64), runs: u64, horizon: f64) -> Interval {
    if error > 0.0 {
        return Interval { low: (mean - Z95 * error).max(0.0), high: (mean + Z95 * error).min(horizon) };
    }
    let other = clopper_pearson(0, runs, ALPHA).high;
    Interval { low: mean * (1.0 - other), high: mean + other * (horizon - mean).max(0.0) }
}

/// Too few runs in the tail say nothing about its shape.
const TAIL_RUNS: u64 = 100;

/// The tail starts where at most half of the runs are left. Runs in which nothing was chosen have no duel length,
/// only a lower bound of one, so there is no estimate when there are any.
pub fn tail(t: &Totals) -> Option<Tail> {
    if t.undecided > 0 {
        return None;
    }
    let at_least = |k: u32| t.duel_histogram.range(k..).map(|(_, n)| n).sum::<u64>();
    let from = *t.duel_histogram.keys().find(|k| **k >= 1 && at_least(**k).saturating_mul(2) <= t.runs)?;
    let runs = at_least(from);
    // Each run of length k ≥ from has gone on k − from times, and then stopped.
    let went_on =
        t.duel_histogram.range(from..).map(|(k, n)| u64::from(k - from).saturating_mul(*n)).sum::<u64>();
    let trials = went_on.saturating_add(runs);
    let continues = share(went_on, trials)?;
    (runs >= TAIL_RUNS).then(|| Tail { from, continues, interval: likelihood(went_on, trials, Z95) })
}

fn theory(p: &super::Theory, t: &Totals) -> TheoryFact {
    let count_of = |what: &Quantity| match what {
        Quantity::Winner(i) => t.winners.get(*i).copied(),
        Quantity::NothingChosen => Some(t.undecided),
        Quantity::Verdict(v) => Verdict::ALL.iter().position(|w| w == v).map(|i| t.verdicts[i]),
        Quantity::Hazard(h) => Hazard::ALL.iter().position(|w| w == h).map(|i| t.hazards[i]),
        Quantity::Client(i, o) => {
            Some(t.outcomes.iter().filter(|(k, _)| k.get(*i) == Some(o)).map(|(_, n)| *n).sum())
        }
        _ => None,
    };
    let of_mean = |m: &Moments, unit| {
        let z = m.standard_error().filter(|e| *e > 0.0).zip(m.mean()).map(|(e, mean)| (mean - p.value) / e);
        (m.mean(), z, unit)
    };
    let (found, z, unit) = match &p.what {
        // The mean of the runs that chose says nothing when others did not.
        Quantity::MeanChosenAt if t.undecided > 0 => (None, None, Unit::Time),
        Quantity::MeanChosenAt => of_mean(&t.chosen_at, Unit::Time),
        Quantity::Mean(counter) => of_mean(&t.counters[*counter], Unit::Count),
        what => {
            let found = count_of(what).and_then(|k| share(k, t.runs));
            let error = (p.value * (1.0 - p.value) / t.runs as f64).sqrt();
            (found, found.filter(|_| error > 0.0).map(|f| (f - p.value) / error), Unit::Share)
        }
    };
    TheoryFact {
        label: p.label.clone(),
        value: p.value,
        bound: p.bound,
        what: p.what.clone(),
        found,
        z,
        unit,
    }
}
