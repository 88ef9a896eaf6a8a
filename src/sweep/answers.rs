//! When clients have their answers, as order statistics need it: what totals count, with the runs that were cut off.
//!
//! Absent on purpose: names, and what is printed.

use super::totals::Totals;
use crate::stats::Censored;

/// The answers of each submission's client, in scenario order, over runs that were watched up to the horizon, ns.
pub fn answers_of(totals: &Totals, horizon_ns: u64) -> Vec<Censored> {
    let of = |times: &super::AnswerTimes| Censored::new(totals.runs, &times.at, &times.cut_off, horizon_ns);
    totals.answers.iter().map(of).collect()
}
