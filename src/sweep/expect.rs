//! Holds a cell's totals to what its scenario expects.
//!
//! Absent on purpose: running and printing.

use std::collections::BTreeMap;
use std::fmt;

use super::answers::answers_of;
use super::totals::Totals;
use super::until::ALPHA;
use crate::check::joint_outcome;
use crate::check::{Counter, Hazard, Verdict};
use crate::run::{Figure, Limits, exact, pieces};
use crate::scenario::{Bounds, Expect, Scenario, Wanted};
use crate::stats::{Censored, Fraction, When};

/// An expectation and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was expected, as the file names it: `winner.A`.
    pub what: String,
    /// What is allowed.
    pub bounds: Bounds,
    /// What was found; none if there is no such figure, as the mean of nothing.
    pub found: Option<f64>,
    /// Why nobody knows what is allowed: an exact figure that there is not.
    pub unknown: Option<String>,
}

impl Finding {
    /// Whether the expectation is met.
    pub fn holds(&self) -> bool {
        let above = |found: f64| self.bounds.min.is_none_or(|min| found >= min);
        let below = |found: f64| self.bounds.max.is_none_or(|max| found <= max);
        self.unknown.is_none() && self.found.is_some_and(|found| above(found) && below(found))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| end.to_string());
        if let Some(why) = &self.unknown {
            return write!(f, "{} is expected to be exact: {why}", self.what);
        }
        let found = self.found.map_or_else(|| "nothing".to_owned(), |found| found.to_string());
        write!(f, "{} = {found}, expected {} to {}", self.what, end(self.bounds.min), end(self.bounds.max))
    }
}

/// Every expectation of a scenario beside what its runs came to.
pub fn findings(scenario: &Scenario, expect: &Expect, totals: &Totals) -> Vec<Finding> {
    let runs = totals.runs.max(1) as f64;
    let share = |count: u64| Some(count as f64 / runs);
    let mut findings = Vec::new();
    let exact = exact_winners(scenario, expect);
    let mut add =
        |what: String, bounds: Bounds, found| findings.push(Finding { what, bounds, found, unknown: None });
    if let Some(violations) = expect.violations {
        let exactly = Some(violations as f64);
        add("violations".into(), Bounds { min: exactly, max: exactly }, Some(totals.violations as f64));
    }
    let position = |name: &str| scenario.proposer.iter().position(|p| p.name == name);
    let mut exacts = Vec::new();
    for (name, wanted) in &expect.winner {
        let won = match position(name) {
            Some(p) => totals.winners.get(p).copied(),
            // Of who does not contend there is no share.
            None => (name == "undecided").then_some(totals.undecided),
        };
        let found = won.and_then(share);
        let what = format!("winner.{name}");
        match wanted {
            Wanted::Within(bounds) => add(what, *bounds, found),
            Wanted::Exact => exacts.push(exactly(what, found, &exact, position(name), runs)),
        }
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
    let answers = answers(scenario, expect, totals);
    exacts.into_iter().chain(findings).chain(answers).collect()
}

/// What is expected of when clients have their answers. What depends on runs that ended before is not known.
fn answers(scenario: &Scenario, expect: &Expect, totals: &Totals) -> Vec<Finding> {
    let horizon = scenario.run.horizon.ns();
    let deadline = scenario.sweep.as_ref().and_then(|sweep| sweep.deadline);
    let deadline = deadline.map_or(horizon, |it| it.ns().min(horizon));
    let (names, all) = (scenario.client_names(), answers_of(totals, horizon));
    let of = |name: &str| names.iter().position(|known| known == name).and_then(|at| all.get(at));
    let quantile = |q: f64| {
        move |it: &Censored| match it.quantile(q, ALPHA)?.value {
            When::At(ns) => Some(ns as f64 / 1e6),
            When::Beyond | When::Unknown => None,
        }
    };
    let by = |it: &Censored| it.by(deadline, ALPHA).0;
    let mut findings = Vec::new();
    let mut add =
        |table: &str, wanted: &BTreeMap<String, Bounds>, found: &dyn Fn(&Censored) -> Option<f64>| {
            findings.extend(wanted.iter().map(|(name, bounds)| Finding {
                what: format!("{table}.{name}"),
                bounds: *bounds,
                found: of(name).and_then(found),
                unknown: None,
            }));
        };
    add("answered", &expect.answered, &by);
    add("answer_p50_ms", &expect.answer_p50_ms, &quantile(0.5));
    add("answer_p99_ms", &expect.answer_p99_ms, &quantile(0.99));
    findings
}

/// Standard errors by which a share may miss its exact probability: two in ten million do by chance.
const ERRORS: f64 = 5.0;
/// Most states, and most that may be cut off, of an exact figure that is expected.
const STATES: usize = 2_000_000;
const CUT: f64 = 1e-9;

/// Exact shares of winners: each with a bound of what is not known of it.
struct Winners {
    /// By proposer.
    shares: Vec<(f64, f64)>,
    /// Of the runs in which nothing is chosen.
    nothing: (f64, f64),
}

/// The exact figures, if any are expected: as `synod exact` finds them, over constant delays or of a chain.
fn exact_winners(scenario: &Scenario, expect: &Expect) -> Result<Winners, String> {
    if !expect.winner.values().any(|wanted| *wanted == Wanted::Exact) {
        return Err("none is expected".to_owned());
    }
    if let Some(found) = pieces(scenario, &mut |_| true) {
        let found = found.map_err(|error| error.to_string())?;
        let whole = |share: &Fraction| (share.value(), 0.0);
        return Ok(Winners {
            shares: found.winners.iter().map(whole).collect(),
            nothing: whole(&found.nothing),
        });
    }
    let limits = Limits { states: STATES, cut: CUT, gap: None, by: Vec::new(), answers: false };
    let found = exact(scenario, &limits, &mut |_| true).map_err(|error| error.to_string())?;
    let bounded = |figure: &Figure| (figure.value, figure.bound + found.beyond);
    Ok(Winners { shares: found.winners.iter().map(bounded).collect(), nothing: bounded(&found.nothing) })
}

/// The share of the runs won by this proposer, or by none, beside its exact probability.
fn exactly(
    what: String,
    found: Option<f64>,
    exact: &Result<Winners, String>,
    proposer: Option<usize>,
    runs: f64,
) -> Finding {
    let open = Bounds { min: None, max: None };
    match exact {
        Err(why) => Finding { what, bounds: open, found, unknown: Some(why.clone()) },
        Ok(exact) => {
            let (p, bound) = proposer.map_or(exact.nothing, |p| exact.shares[p]);
            let off = ERRORS * (p * (1.0 - p) / runs).sqrt() + bound;
            // Where a share is all but certain a single run more or less is no error.
            let off = off.max(1.0 / runs);
            let bounds = Bounds { min: Some((p - off).max(0.0)), max: Some((p + off).min(1.0)) };
            Finding { what, bounds, found, unknown: None }
        }
    }
}

fn mean(totals: &Totals, name: &str) -> Option<f64> {
    match Counter::expected().find(|counter| counter.metric().word == name) {
        Some(counter) => totals.counters[counter].mean(),
        None => totals.chosen_at.mean().map(|ns| ns / 1e6),
    }
}
