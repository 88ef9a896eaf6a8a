//! The figures that every exporter shares, computed once: shares and means with intervals, survival, tail, theory.
//!
//! Absent on purpose: how any of them is written.

use serde::Serialize;

use crate::check::joint_outcome;
use crate::check::{ByCounter, Hazard, Invariant, Verdict};
use crate::stats::{
    Interval, Moments, Quantile, binomial_p, clopper_pearson, normal_cdf, share, simultaneous,
};
use crate::sweep::{ALPHA, Totals, winner_sequences};

use super::answers::AnswerFact;
use super::comparison::{Row, rows};
use super::data::{CellReport, Quantity, SweepReport};
use super::first_choice::FirstChoice;
use super::means::Mean;
use super::numbers::percent;
use super::tail::{Tail, tail};

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
    /// At 95 %: simultaneous over the table for winners, for each alone of the others; Clopper and Pearson's.
    pub interval: Interval,
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
    /// When each client has its answer, in the order of the submissions.
    pub answers: Vec<AnswerFact>,
    /// Of the counters; nothing of those that are not summed.
    pub means: ByCounter<Mean>,
    /// Of the duels of the runs that chose.
    pub duel: Mean,
    /// Each proposer's pre-emptions.
    pub preempted: Vec<(String, Mean)>,
    /// How duels go on.
    pub tail: Option<Tail>,
    /// Closed forms beside what was found.
    pub theory: Vec<TheoryFact>,
    /// Differences from the baseline, paired by seed; empty where there are none.
    pub differences: Vec<Row>,
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
    /// The probability, if the form is right, of something at least as far from it: exact of a share, by the normal law of a mean.
    pub p: Option<f64>,
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
        interval: clopper_pearson(count, t.runs, ALPHA),
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
        first_choice: FirstChoice::of(report, cell),
        answers: AnswerFact::of(report, cell),
        means: ByCounter(t.counters.0.each_ref().map(Mean::of_counts)),
        duel: Mean::of_counts(&t.duels()),
        preempted: cell
            .lineup
            .proposers
            .iter()
            .cloned()
            .zip(t.preempted.iter().map(Mean::of_counts))
            .collect(),
        tail: tail(t),
        theory: cell.theory.iter().map(|p| theory(p, t)).collect(),
        differences: differences(report, cell),
    }
}

/// The differences from the baseline, by whose numbers pairs are counted.
fn differences(report: &SweepReport, cell: &CellReport) -> Vec<Row> {
    let paired = cell.paired.as_ref().zip(report.base_of(cell));
    paired.map_or(Vec::new(), |(paired, base)| rows(paired, &base.lineup, cell.paired_until_ns, false))
}

/// Whether some runs may have ended where it was recognised that they go on for ever, so that a mean of counts is only a bound from
/// below. What runs count that were cut off is what they had up to the horizon.
pub fn has_endless_runs(totals: &Totals) -> bool {
    let endless = [Verdict::Starved, Verdict::LivelockProved];
    endless.iter().any(|&verdict| totals.verdicts[verdict as usize] > 0)
}

impl CellFacts {
    /// This share of the runs.
    pub fn verdict(&self, verdict: Verdict) -> &Share {
        &self.verdicts[verdict as usize]
    }

    /// What is to be known of the duels of runs that did not choose, in words: `∞ in 32.4 %, open in 1.2 %`; empty of none.
    pub fn open_duels(&self) -> String {
        let told = [(Verdict::LivelockProved, "∞"), (Verdict::Undecided, "open")].into_iter().filter_map(
            |(verdict, word)| {
                let runs = self.verdict(verdict);
                let share = runs.share.filter(|_| runs.count > 0)?;
                Some(format!("{word} in {} %", percent(share, runs.interval)))
            },
        );
        told.collect::<Vec<_>>().join(", ")
    }

    /// The wins of the proposer of this name, or the runs that are `undecided`; none if it does not contend here.
    pub fn winner(&self, name: &str) -> Option<&Share> {
        self.winners.iter().find(|share| share.name == name)
    }

    /// When the client of this name has its answer; none if it has no submission here.
    pub fn answer(&self, name: &str) -> Option<&AnswerFact> {
        self.answers.iter().find(|own| own.name == name)
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
        (m.mean(), z, z.map(|z| 2.0 * normal_cdf(-libm::fabs(z))), unit)
    };
    let (found, z, chance, unit) = match &p.what {
        // The mean of the runs that chose says nothing when others did not.
        Quantity::MeanChosenAt if t.undecided > 0 => (None, None, None, Unit::Time),
        Quantity::MeanChosenAt => of_mean(&t.chosen_at, Unit::Time),
        Quantity::Mean(counter) => of_mean(&t.counters[*counter], Unit::Count),
        what => {
            let count = count_of(what).filter(|_| t.runs > 0);
            let found = count.and_then(|k| share(k, t.runs));
            let error = (p.value * (1.0 - p.value) / t.runs as f64).sqrt();
            let z = found.filter(|_| error > 0.0).map(|f| (f - p.value) / error);
            (found, z, count.map(|k| binomial_p(k, t.runs, p.value)), Unit::Share)
        }
    };
    TheoryFact {
        label: p.label.clone(),
        value: p.value,
        bound: p.bound,
        what: p.what.clone(),
        found,
        z,
        p: chance,
        unit,
    }
}
