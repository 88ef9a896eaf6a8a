//! The invariants of `check`, asked of states: one memory and one statement of each, for runs and for states alike.
//!
//! What they find is confirmed by replaying the schedule under the checks of every other run. Absent on purpose: progress;
//! validity, for here a value is a proposer, and all of them submit; and what rests on replies.

use crate::check::{BallotList, Evidence, Invariant, Names};
use crate::scenario::{Scenario, printable};
use crate::trace::{BallotId, ProposerId, SubmissionId};

/// What the invariants remember, in a form that can be copied and compared.
pub(super) type History = crate::check::History<BallotList>;

/// The invariants that are looked at in every state.
pub const EXPLORED: [Invariant; 8] = [
    Invariant::Agreement,
    Invariant::BallotBegunOnce,
    Invariant::OneValuePerBallot,
    Invariant::PromisesKept,
    Invariant::ProposalSafety,
    Invariant::ReportedImpliesChosen,
    Invariant::LearnedImpliesChosen,
    Invariant::ClientsAgree,
];

/// An invariant that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub invariant: Invariant,
    /// BallotId::NONE if it is about none.
    pub ballot: BallotId,
    pub evidence: Evidence,
}

impl Broken {
    /// What was seen, as the scenario calls it.
    pub fn told(&self, scenario: &Scenario) -> String {
        let proposer = |place: usize| scenario.proposer.get(place);
        self.evidence.told(&Names {
            value: |value: SubmissionId| {
                format!("{:?}", proposer(usize::from(value)).map_or_else(String::new, |it| it.text()))
            },
            ballot: |ballot| scenario.protocol.ballots.spelled(ballot),
            proposer: |it: ProposerId| printable(proposer(usize::from(it)).map_or("?", |it| &it.name)),
        })
    }

    /// The ballot that it is about, as the scenario calls it; none if it is about none.
    pub fn about(&self, scenario: &Scenario) -> Option<String> {
        (self.ballot != BallotId::NONE).then(|| scenario.protocol.ballots.spelled(self.ballot))
    }
}
