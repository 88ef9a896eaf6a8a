//! Conditions on states, as `synod explore --reach` reads them: of the words for runs those that mean something of a state,
//! and beside them votes and promises.
//!
//! Absent on purpose: what a state is (`explore`); it is asked for facts.

use super::{Condition, Count, Expr, Facts, Held, Op, Side, Test};
use crate::check::Counter;
use crate::trace::{BallotId, SubmissionId};

impl Held {
    fn of(self, facts: &impl Facts) -> Option<BallotId> {
        match self {
            Held::Voted(node) => facts.vote(node).map(|(ballot, _)| ballot),
            Held::Promised(node) => facts.promised(node),
        }
    }
}

impl Condition {
    /// Whether a state is one.
    pub(in crate::run) fn holds_in(&self, facts: &impl Facts) -> bool {
        holds(&self.root, facts)
    }

    /// Whether it calls acceptors by their numbers.
    pub(in crate::run) fn names_nodes(&self) -> bool {
        self.root.any(&|test| matches!(test, Test::Vote(..) | Test::Ballot(..)))
    }
}

fn holds(expr: &Expr, facts: &impl Facts) -> bool {
    match expr {
        Expr::And(a, b) => holds(a, facts) && holds(b, facts),
        Expr::Or(a, b) => holds(a, facts) || holds(b, facts),
        Expr::Not(a) => !holds(a, facts),
        Expr::Test(test) => passes(test, facts),
    }
}

fn passes(test: &Test, facts: &impl Facts) -> bool {
    match *test {
        Test::Winner(is, who) => is == (facts.winner() == who),
        Test::Client(p, is, told) => is == told.fits(p as SubmissionId, facts.answer(p)),
        Test::Count(Count::Counter(Counter::Attempts), op, value) => op.compares(facts.attempts(), value),
        Test::Vote(node, is, who) => {
            is == (facts.vote(node).map(|(_, value)| value) == who.map(SubmissionId::from))
        }
        // As with times: a ballot that there is not is neither above nor below another.
        Test::Ballot(held, op, side) => match (held.of(facts), side) {
            (found, Side::None) => (op == Op::Equal) == found.is_none(),
            (Some(found), Side::Given(ballot)) => op.compares(found.0, ballot.0),
            (Some(found), Side::Held(other)) => {
                other.of(facts).is_some_and(|other| op.compares(found.0, other.0))
            }
            (None, _) => false,
        },
        // Not asked of states (`fields`).
        Test::Count(..) | Test::Time(..) | Test::Verdict(..) => false,
    }
}
