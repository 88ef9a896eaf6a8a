//! When each client has its answer: the share of runs that answer it by a deadline, and quantiles over all runs.
//!
//! Absent on purpose: the mean, which says nothing where some clients are never answered.

use crate::stats::{CensoredQuantile, Histogram, Interval, Survival, When, Z95, kaplan_meier};
use crate::sweep::{ALPHA, answers_of};

use super::data::{CellReport, SweepReport};
use super::numbers::{exact_time, percent, percent_interval, time};

/// What is said of one client of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerFact {
    /// The client.
    pub name: String,
    /// Runs in which it has an answer.
    pub answered: u64,
    /// The deadline, or the horizon, whichever is earlier, ns.
    pub deadline_ns: u64,
    /// The share of runs in which it has its answer by then; none if that depends on runs that ended before.
    pub by: Option<f64>,
    /// Its interval: Clopper and Pearson's; runs that ended before may have answered or not.
    pub by_interval: Interval,
    /// The quantiles 0.5 and 0.99 of its time, over all runs; none of no runs.
    pub quantiles: [Option<CensoredQuantile>; 2],
    /// Runs that ended before the horizon and left it open.
    pub cut_early: u64,
    /// The horizon, ns.
    pub horizon_ns: u64,
}

impl AnswerFact {
    /// Of each client of a cell, in the order of its submissions.
    pub fn of(report: &SweepReport, cell: &CellReport) -> Vec<AnswerFact> {
        let deadline_ns = report.deadline.map_or(cell.until_ns, |it| it.ns()).min(cell.horizon_ns);
        let names = cell.lineup.client_names().into_iter();
        let all = answers_of(&cell.totals, cell.horizon_ns).into_iter();
        names
            .zip(all.zip(&cell.totals.answers))
            .map(|(name, (censored, times))| {
                let (by, by_interval) = censored.by(deadline_ns, ALPHA);
                AnswerFact {
                    name,
                    answered: times.at.count(),
                    deadline_ns,
                    by,
                    by_interval,
                    quantiles: [0.5, 0.99].map(|q| censored.quantile(q, ALPHA)),
                    cut_early: censored.cut_early(),
                    horizon_ns: cell.horizon_ns,
                }
            })
            .collect()
    }

    /// The share by the deadline, percent, with its interval.
    pub fn share(&self) -> (String, String) {
        let text = self.by.map_or_else(|| "–".to_owned(), |share| percent(share, self.by_interval));
        (text, percent_interval(self.by_interval))
    }

    /// A quantile with its interval: `57.2 ms [56.9, 57.6]`, `> 60 s`, or `–` where it depends on runs that ended before.
    pub fn quantile(&self, which: usize) -> (String, String) {
        let Some(found) = self.quantiles[which] else { return ("–".to_owned(), String::new()) };
        let beyond = format!("> {}", exact_time(self.horizon_ns));
        let end = |ns: Option<u64>| ns.map_or_else(|| beyond.clone(), |ns| time(ns as f64));
        let text = match found.value {
            When::At(ns) => time(ns as f64),
            When::Beyond => beyond.clone(),
            When::Unknown => "–".to_owned(),
        };
        let ends = match (end(found.low), end(found.high)) {
            (low, high) if low == beyond && high == beyond => String::new(),
            (low, high) => match (low.split_once(' '), high.split_once(' ')) {
                (Some((a, unit)), Some((b, same))) if unit == same && found.high.is_some() => {
                    format!("[{a}, {b}] {unit}")
                }
                _ => format!("[{low}, {high}]"),
            },
        };
        (text, ends)
    }
}

/// The value that sorts and that machines read: ns, or none.
pub fn known(when: When) -> Option<u64> {
    match when {
        When::At(ns) => Some(ns),
        When::Beyond | When::Unknown => None,
    }
}

/// Whether in some cell runs ended before the horizon with a client still to be answered, so that no curve is known.
pub fn is_cut_early(report: &SweepReport) -> bool {
    let cut =
        |cell: &CellReport| answers_of(&cell.totals, cell.horizon_ns).iter().any(|it| it.cut_early() > 0);
    report.cells.iter().any(cut)
}

/// The survival curves of "not answered yet", one for each client. A client that waits for ever stays at risk up to the horizon.
pub fn curves(cell: &CellReport) -> Vec<Survival> {
    let curve = |times: &crate::sweep::AnswerTimes| {
        let mut censored = Histogram::new();
        censored.record_n(cell.horizon_ns, cell.totals.runs.saturating_sub(times.at.count()));
        kaplan_meier(&times.at, &censored, Z95)
    };
    cell.totals.answers.iter().map(curve).collect()
}
