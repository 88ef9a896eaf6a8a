//! Holds a cell's totals to what its scenario expects.
//!
//! Absent on purpose: running and printing.

use std::fmt;

use super::totals::{Totals, joint_outcome};
use crate::check::{Counter, Hazard, Verdict};
use crate::scenario::{Bounds, Expect, Scenario};

/// An expectation and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was expected, as the file names it: `winner.A`.
    pub what: String,
    /// What is allowed.
    pub bounds: Bounds,
    /// What was found; none if there is no such figure, as the mean of nothing.
    pub found: Option<f64>,
}

impl Finding {
    /// Whether the expectation is met.
    pub fn holds(&self) -> bool {
        let above = |found: f64| self.bounds.min.is_none_or(|min| found >= min);
        let below = |found: f64| self.bounds.max.is_none_or(|max| found <= max);
        self.found.is_some_and(|found| above(found) && below(found))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| end.to_string());
        let found = self.found.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
        write!(f, "{} = {found}, expected {} to {}", self.what, end(self.bounds.min), end(self.bounds.max))
    }
}

/// Every expectation of a scenario beside what its runs came to.
pub fn findings(scenario: &Scenario, expect: &Expect, totals: &Totals) -> Vec<Finding> {
    let runs = totals.runs.max(1) as f64;
    let share = |count: u64| Some(count as f64 / runs);
    let mut findings = Vec::new();
    let mut add = |what: String, bounds: Bounds, found| findings.push(Finding { what, bounds, found });
    if let Some(violations) = expect.violations {
        let exactly = Some(violations as f64);
        add("violations".into(), Bounds { min: exactly, max: exactly }, Some(totals.violations as f64));
    }
    for (name, bounds) in &expect.winner {
        let won = match scenario.proposer.iter().position(|p| p.name == *name) {
            Some(p) => totals.winners.get(p).copied(),
            // Of who does not contend there is no share.
            None => (name == "undecided").then_some(totals.undecided),
        };
        add(format!("winner.{name}"), *bounds, won.and_then(share));
    }
    for (name, bounds) in &expect.verdict {
        let verdict = Verdict::ALL.into_iter().find(|v| v.name() == name);
        add(format!("verdict.{name}"), *bounds, verdict.and_then(|v| share(totals.verdicts[v as usize])));
    }
    for (name, bounds) in &expect.hazard {
        let hazard = Hazard::ALL.into_iter().find(|h| h.name() == name);
        add(format!("hazard.{name}"), *bounds, hazard.and_then(|h| share(totals.hazards[h as usize])));
    }
    let own = scenario.proposer.iter().map(|p| &p.name);
    let clients: Vec<&String> = own.chain(scenario.submit.iter().map(|s| &s.proposer)).collect();
    for (joint, bounds) in &expect.outcome {
        let found = totals.outcomes.iter().find(|(outcome, _)| joint_outcome(&clients, outcome) == *joint);
        add(format!("outcome.\"{joint}\""), *bounds, share(found.map_or(0, |(_, &count)| count)));
    }
    for (name, bounds) in &expect.mean {
        add(format!("mean.{name}"), *bounds, mean(totals, name));
    }
    findings
}

fn mean(totals: &Totals, name: &str) -> Option<f64> {
    match Counter::expected().find(|counter| counter.metric().word == name) {
        Some(counter) => totals.counters[counter].mean(),
        None => totals.chosen_at.mean().map(|ns| ns / 1e6),
    }
}
