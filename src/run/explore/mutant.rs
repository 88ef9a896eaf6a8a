//! Mutants that would do nothing in an exploration: a certificate for them would be one for the correct protocol.
//!
//! Absent on purpose: what the others do.

use crate::scenario::model::{Mutant, Quorum, Rejection, Scenario};

use super::bounds::{Bounds, ExploreError};
use super::coverage::refuse;

/// Refuses a mutant that does nothing within these bounds.
pub(super) fn refuse_idle(scenario: &Scenario, bounds: &Bounds) -> Result<(), ExploreError> {
    match idle(scenario, bounds) {
        None => Ok(()),
        Some(why) => refuse("protocol.mutant", why),
    }
}

/// Why the mutant does nothing, if it does.
fn idle(scenario: &Scenario, bounds: &Bounds) -> Option<&'static str> {
    match scenario.protocol.mutant {
        Mutant::None
        | Mutant::AcceptIgnoresPromise
        | Mutant::AcceptComparesWithVote
        | Mutant::AcceptDoesNotRaisePromise
        | Mutant::AcceptUsesGreater
        | Mutant::PromiseReportsPromised
        | Mutant::AcceptedWithoutStoring
        | Mutant::BallotsWithoutNode
        | Mutant::JoinsPromisedRound
        | Mutant::IgnoresVotes
        | Mutant::TakesLowestVote
        | Mutant::TakesLastVote
        | Mutant::RerunsPhaseTwo => None,
        Mutant::ForgetsPromiseOnRestart
        | Mutant::ForgetsEverythingOnRestart
        | Mutant::ForgetsVoteOnRestart
        | Mutant::ReusesBallotAfterRestart
        | Mutant::ForgetsRoundOnRestart
        | Mutant::TakesRoundFromPromiseOnRestart
        | Mutant::TakesRoundFromVoteOnRestart => (bounds.restarts == 0)
            .then_some("no node restarts, so this mutant does nothing here; give --restarts 1"),
        Mutant::PrepareNotAtomic | Mutant::AcceptNotAtomic => Some(
            "explore runs every handler at one go, so this mutant does nothing here; `synod mutants` finds it",
        ),
        Mutant::ReadReturnsAccepted => {
            Some("explore reads nothing, so this mutant does nothing here; `synod mutants` finds it")
        }
        Mutant::CountsDuplicatePromises | Mutant::CountsDuplicateAccepteds => (!bounds.duplicates)
            .then_some("nothing arrives twice, so this mutant does nothing here; give --duplicates"),
        Mutant::CountsOldPromises
        | Mutant::CountsOldAccepteds
        | Mutant::KeepsFirstValue
        | Mutant::SkipsPhaseOneOnRetry
        | Mutant::LearnerMixesBallots => (bounds.attempts < 2)
            .then_some("this mutant does nothing in a proposer's first attempt; give --attempts 2"),
        Mutant::CountsRejectionsAsPromises => (scenario.protocol.rejection == Rejection::Silent).then_some(
            "nobody says no, so this mutant does nothing here; leave out `rejection = \"silent\"`",
        ),
        Mutant::MajorityIsHalf => (scenario.cluster.quorum != Quorum::Majority)
            .then_some("no quorum is a majority here, so this mutant does nothing; leave out `quorum`"),
        Mutant::NoneIsNothing => (scenario.proposer.iter().all(|it| it.value.as_deref() != Some("None")))
            .then_some("nobody proposes `None`, so this mutant does nothing here; set `value = \"None\"`"),
    }
}
