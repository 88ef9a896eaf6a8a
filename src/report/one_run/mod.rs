//! One run, told: as text for people, as JSON for programs, as a timeline.
//!
//! Absent on purpose: running it. All text from a scenario is escaped for where it goes.

mod counterexample;
mod diagram;
mod explain;
mod json;
mod lab;
mod losers;
mod shrink;
mod text;
mod timeline;
mod weather;
mod words;

pub use counterexample::{counterexample, remedy};
pub(super) use explain::sentence;
pub use explain::{explain_json, explain_text};
pub use json::run_json;
pub use lab::reply;
pub use shrink::{shrink_json, shrink_text};
pub use text::run_text;
pub(super) use timeline::describe;
pub use timeline::{Timeline, event_in_words, timeline};

use crate::check::{self, Violation};
use crate::run::Record;
use crate::scenario::Scenario;
use crate::trace::{BallotId, SubmissionId};

/// A run beside its scenario.
#[derive(Clone, Copy, Debug)]
pub struct RunView<'a> {
    /// What was run.
    pub scenario: &'a Scenario,
    /// How the scenario is named on a command line, with its `--set`s.
    pub arguments: &'a str,
    /// The run.
    pub record: &'a Record,
}

/// What a scenario calls things: all that the events of its runs are told with.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
}

impl<'a> RunView<'a> {
    /// What its scenario calls things.
    pub(super) fn names(&self) -> Names<'a> {
        Names { scenario: self.scenario }
    }

    /// The text of a submission.
    pub(super) fn value(&self, submission: SubmissionId) -> String {
        self.names().value(submission)
    }

    /// What was seen when an invariant broke, with the scenario's values.
    pub(super) fn evidence(&self, violation: &Violation) -> String {
        violation.evidence.told(&check::Names {
            value: |submission| format!("{:?}", self.value(submission)),
            ballot: |ballot| self.ballot(ballot),
            proposer: |proposer| crate::scenario::printable(self.name(proposer)),
        })
    }

    /// What every output of such a run says first.
    pub(super) fn labels(&self) -> Vec<String> {
        self.scenario.labels()
    }

    /// A proposer's name.
    pub(super) fn name(&self, proposer: u8) -> &'a str {
        self.names().name(proposer)
    }

    /// A ballot as people read it: the lab's number, or round.node.
    pub(super) fn ballot(&self, ballot: BallotId) -> String {
        self.names().ballot(ballot)
    }
}

impl<'a> Names<'a> {
    /// The text of a submission.
    pub(super) fn value(&self, submission: SubmissionId) -> String {
        let proposers = &self.scenario.proposer;
        let at = usize::from(submission);
        match proposers.get(at) {
            Some(proposer) => proposer.text(),
            None => {
                self.scenario.submit.get(at - proposers.len()).map_or_else(String::new, |s| s.value.clone())
            }
        }
    }

    /// A proposer's name.
    pub(super) fn name(&self, proposer: u8) -> &'a str {
        self.scenario.proposer.get(usize::from(proposer)).map_or("?", |p| p.name.as_str())
    }

    /// A ballot as people read it: the lab's number, or round.node.
    pub(super) fn ballot(&self, ballot: BallotId) -> String {
        self.scenario.protocol.ballots.spelled(ballot)
    }
}

/// A time for people: milliseconds with their microseconds and nanoseconds as far as needed.
pub(super) fn ms(ns: u64) -> String {
    let (whole, rest) = (ns / 1_000_000, ns % 1_000_000);
    let digits = format!("{rest:06}");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { format!("{whole} ms") } else { format!("{whole}.{digits} ms") }
}
