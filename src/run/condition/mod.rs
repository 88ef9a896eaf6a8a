//! Conditions on the outcome of a run, as `synod hunt --until` reads them: `winner = "B" && duel >= 3`.
//!
//! ```text
//!   text ── lex ──▶ tokens ── parse, with the names of the scenario ──▶ Condition ── holds(outcome) ──▶ yes or no
//! ```
//!
//! `synod explore --reach` asks the same of states, and of votes and promises beside it (`states`). Absent on purpose: running anything. A condition is plain data.

mod fields;
mod lex;
mod parse;
mod states;

use std::fmt;

use crate::check::{Checks, Client, Counter, Hazard, Invariant, Outcome, Verdict};
use crate::scenario::Scenario;
use crate::trace::{Answer, BallotId, NodeId, ProposerId, SubmissionId};

/// What a run's outcome is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    text: String,
    root: Expr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Expr {
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Test(Test),
}

/// A comparison of a field with a value of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Count(Count, Op, u64),
    /// Comparisons with a time that there is not do not hold; none asks for just that.
    Time(Time, Op, Option<u64>),
    Winner(bool, Option<ProposerId>),
    Verdict(bool, Verdict),
    Client(usize, bool, Told),
    /// Of states alone: whose value an acceptor voted for last.
    Vote(NodeId, bool, Option<ProposerId>),
    /// Of states alone: a ballot that an acceptor holds.
    Ballot(Held, Op, Side),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Counter(Counter),
    Violations,
    Violation(Invariant),
    Hazards,
    Hazard(Hazard),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    ChosenAt,
    EndedAt,
    /// The answer to this submission.
    Answer(usize),
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Succeeded,
    Own,
    Other,
    /// In this phase with so many promises or accepts, if that is asked for.
    Failed(Option<u8>, Option<u8>),
}

/// What a condition can ask of a state.
pub(in crate::run) trait Facts {
    /// Whose value is chosen.
    fn winner(&self) -> Option<ProposerId>;
    /// What this proposer's client was told.
    fn answer(&self, p: usize) -> Option<Answer>;
    /// Attempts begun by all.
    fn attempts(&self) -> u64;
    /// What an acceptor voted for last, and in which ballot.
    fn vote(&self, node: NodeId) -> Option<(BallotId, SubmissionId)>;
    /// The highest ballot that an acceptor takes part in; none if there is none.
    fn promised(&self, node: NodeId) -> Option<BallotId>;
}

/// A ballot that an acceptor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// That of its vote.
    Voted(NodeId),
    Promised(NodeId),
}

/// What a ballot is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Given(BallotId),
    None,
    Held(Held),
}

/// Why a text is no condition, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    why: String,
    text: String,
    /// In characters, from 0.
    at: usize,
    length: usize,
}

impl std::error::Error for ConditionError {}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Characters shown before and behind the place.
        const AROUND: usize = 60;
        write!(f, "column {}: {}", self.at + 1, self.why)?;
        let from = self.at.saturating_sub(AROUND);
        // One character for one character, so that the caret stands below what it means.
        let plain = |c: char| if crate::text::is_visible(c) { c } else { '?' };
        let line: String = self.text.chars().skip(from).take(2 * AROUND).map(plain).collect();
        let carets = "^".repeat(self.length.clamp(1, AROUND));
        write!(f, "\n  |\n  | {line}\n  | {}{carets}", " ".repeat(self.at - from))
    }
}

impl Condition {
    /// Reads a condition on runs of this scenario.
    ///
    /// # Errors
    /// When the text is none; with the column.
    pub fn parse(text: &str, scenario: &Scenario) -> Result<Condition, ConditionError> {
        Condition::about(parse::Subject::Runs, text, scenario)
    }

    /// Reads a condition on states in which this scenario can be.
    ///
    /// # Errors
    /// As [`Condition::parse`].
    pub fn of_states(text: &str, scenario: &Scenario) -> Result<Condition, ConditionError> {
        Condition::about(parse::Subject::States, text, scenario)
    }

    fn about(subject: parse::Subject, text: &str, scenario: &Scenario) -> Result<Condition, ConditionError> {
        let root = parse::parse(text, scenario, subject).map_err(|(why, place)| ConditionError {
            why,
            text: text.to_owned(),
            at: place.start,
            length: place.len(),
        })?;
        Ok(Condition { text: text.trim().to_owned(), root })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a run that came to this is one.
    pub fn holds(&self, outcome: &Outcome) -> bool {
        holds(&self.root, outcome)
    }
}

fn holds(expr: &Expr, outcome: &Outcome) -> bool {
    match expr {
        Expr::And(a, b) => holds(a, outcome) && holds(b, outcome),
        Expr::Or(a, b) => holds(a, outcome) || holds(b, outcome),
        Expr::Not(a) => !holds(a, outcome),
        Expr::Test(test) => passes(test, outcome),
    }
}

impl Condition {
    /// The checks that a run needs for this to be answered: what it asks of one that does not watch every run needs all.
    pub fn checks(&self) -> Checks {
        let asks_more = |test: &Test| match test {
            Test::Count(Count::Violation(which), ..) => !Invariant::ALWAYS.contains(which),
            _ => false,
        };
        if self.root.any(&asks_more) { Checks::All } else { Checks::Always }
    }
}

impl Expr {
    fn any(&self, holds: &impl Fn(&Test) -> bool) -> bool {
        match self {
            Expr::And(a, b) | Expr::Or(a, b) => a.any(holds) || b.any(holds),
            Expr::Not(a) => a.any(holds),
            Expr::Test(test) => holds(test),
        }
    }
}

fn passes(test: &Test, outcome: &Outcome) -> bool {
    match *test {
        Test::Count(count, op, value) => op.compares(count.of(outcome), value),
        Test::Time(time, op, value) => match (time.of(outcome), value) {
            (found, None) => (op == Op::Equal) == found.is_none(),
            (Some(found), Some(value)) => op.compares(found, value),
            (None, Some(_)) => false,
        },
        Test::Winner(is, who) => is == (outcome.winner == who),
        Test::Verdict(is, verdict) => is == (outcome.verdict == verdict),
        Test::Client(which, is, told) => {
            outcome.clients.get(which).is_some_and(|it: &Client| is == told.fits(it.submission, it.answer))
        }
        // Not asked of runs (`fields`).
        Test::Vote(..) | Test::Ballot(..) => false,
    }
}

impl Op {
    fn compares(self, found: u64, value: u64) -> bool {
        match self {
            Op::Equal => found == value,
            Op::Unequal => found != value,
            Op::Less => found < value,
            Op::AtMost => found <= value,
            Op::More => found > value,
            Op::AtLeast => found >= value,
        }
    }
}

impl Count {
    fn of(self, outcome: &Outcome) -> u64 {
        u64::from(match self {
            Count::Counter(which) => outcome.counts()[which],
            Count::Violations => outcome.violated.iter().count() as u32,
            Count::Violation(which) => u32::from(outcome.violated.contains(which)),
            Count::Hazards => outcome.hazards.iter().sum(),
            Count::Hazard(which) => outcome.hazards[which as usize],
        })
    }
}

impl Time {
    fn of(self, outcome: &Outcome) -> Option<u64> {
        match self {
            Time::ChosenAt => outcome.chosen_at_ns,
            Time::EndedAt => Some(outcome.ended_at_ns),
            Time::Answer(which) => {
                outcome.clients.get(which).filter(|it| it.answer.is_some()).map(|it| it.at_ns)
            }
        }
    }
}

impl Told {
    /// Whether this is what the client of a submission was told.
    fn fits(self, submission: SubmissionId, answer: Option<Answer>) -> bool {
        match (self, answer) {
            (Told::Nothing, None) | (Told::Succeeded, Some(Answer::Succeeded { .. })) => true,
            (Told::Own, Some(Answer::Succeeded { value })) => value == submission,
            (Told::Other, Some(Answer::Succeeded { value })) => value != submission,
            (Told::Failed(in_phase, with), Some(Answer::Failed { phase, count })) => {
                in_phase.is_none_or(|it| it == phase) && with.is_none_or(|it| it == count)
            }
            _ => false,
        }
    }
}
