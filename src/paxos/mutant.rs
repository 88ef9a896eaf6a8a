//! The closed list of deliberate bugs: their names, as files write them, whose they are, and what each does wrong.
//!
//! Absent on purpose: how they do it (`mutants`).

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose bug it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Nobody's.
    Nobody,
    /// The acceptor's.
    Acceptor,
    /// The proposer's.
    Proposer,
    /// The learner's.
    Learner,
    /// That of `get_value`.
    Read,
}

macro_rules! mutants {
    ($($variant:ident $role:ident $name:literal $about:literal;)*) => {
        /// A deliberate bug of the protocol, off by default.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(JsonSchema))]
        pub enum Mutant {
            $(#[doc = $about] #[serde(rename = $name)] $variant,)*
        }

        impl Mutant {
            /// All of them, the correct protocol first.
            pub const ALL: &[Mutant] = &[$(Mutant::$variant),*];

            /// As files write it.
            pub const fn name(self) -> &'static str {
                match self { $(Mutant::$variant => $name),* }
            }
            /// What it does wrong, in a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Mutant::$variant => $about),* }
            }
            /// Whose bug it is.
            pub const fn role(self) -> Role {
                match self { $(Mutant::$variant => Role::$role),* }
            }
        }
    };
}

mutants! {
    None Nobody "none" "The correct protocol.";
    ForgetsPromiseOnRestart Acceptor "forgets-promise-on-restart" "After a restart the promise is gone, the vote is not.";
    ForgetsEverythingOnRestart Acceptor "forgets-everything-on-restart" "After a restart promise and vote are gone, as in the lab.";
    ForgetsVoteOnRestart Acceptor "forgets-vote-on-restart" "After a restart the vote is gone, the promise is not.";
    AcceptIgnoresPromise Acceptor "accept-ignores-promise" "An acceptor accepts whatever it has promised.";
    AcceptComparesWithVote Acceptor "accept-compares-with-vote" "An accept is compared with the ballot of the vote, not with the promise.";
    AcceptDoesNotRaisePromise Acceptor "accept-does-not-raise-promise" "A vote in a ballot that was never promised leaves the promise where it was.";
    AcceptUsesGreater Acceptor "accept-uses-greater" "An accept needs a ballot above the promise, so the proposer's own promise stands in its way.";
    PromiseReportsPromised Acceptor "promise-reports-promised" "A promise reports the vote's value with the promised ballot in place of the vote's.";
    AcceptedWithoutStoring Acceptor "accepted-without-storing" "An acceptor answers accepted and stores nothing.";
    PrepareNotAtomic Acceptor "prepare-not-atomic" "Check and set of a prepare are two steps, 1 ms apart unless `handlers` says otherwise, as in the lab's unlocked threads.";
    AcceptNotAtomic Acceptor "accept-not-atomic" "Check and set of an accept are two steps, 1 ms apart unless `handlers` says otherwise, as in the lab's unlocked threads.";
    BallotsWithoutNode Acceptor "ballots-without-node" "Ballots are bare rounds and a prepare is compared by `≥`, so two proposers may use one ballot.";
    IgnoresVotes Proposer "ignores-votes" "A proposer always proposes its own value.";
    TakesLowestVote Proposer "takes-lowest-vote" "Of the votes reported the one in the lowest ballot counts.";
    TakesLastVote Proposer "takes-last-vote" "Of the votes reported the last to arrive counts.";
    CountsDuplicatePromises Proposer "counts-duplicate-promises" "A promise that arrives twice counts twice.";
    CountsDuplicateAccepteds Proposer "counts-duplicate-accepteds" "An accepted that arrives twice counts twice.";
    CountsRejectionsAsPromises Proposer "counts-rejections-as-promises" "A rejection of phase 1 counts as a promise.";
    CountsOldPromises Proposer "counts-old-promises" "A promise of an older ballot counts for the current one.";
    CountsOldAccepteds Proposer "counts-old-accepteds" "An accepted of an older ballot counts for the current one.";
    KeepsFirstValue Proposer "keeps-first-value" "A retry proposes what the first attempt proposed, whatever the promises report.";
    SkipsPhaseOneOnRetry Proposer "skips-phase-one-on-retry" "A retry begins with phase 2.";
    RerunsPhaseTwo Proposer "reruns-phase-two" "A late promise with a higher vote makes it run phase 2 again in the same ballot, with that value.";
    ReusesBallotAfterRestart Proposer "reuses-ballot-after-restart" "The round on disk is one behind, so after a restart the last ballot is used again.";
    ForgetsRoundOnRestart Proposer "forgets-round-on-restart" "The round counter is not on the disk, so after a restart it begins anew.";
    TakesRoundFromPromiseOnRestart Proposer "takes-round-from-promise-on-restart" "After a restart the round counter is the round of the acceptor's promise, which own prepares need not have reached.";
    TakesRoundFromVoteOnRestart Proposer "takes-round-from-vote-on-restart" "After a restart the round counter is the round of the acceptor's vote.";
    JoinsPromisedRound Proposer "joins-promised-round" "A ballot takes the round that the own acceptor has promised to a lower node, so two attempts may use it.";
    MajorityIsHalf Proposer "majority-is-half" "A majority is n/2, rounded down.";
    NoneIsNothing Proposer "none-is-nothing" "A vote for a value whose text is `None` counts as no vote, as in the lab.";
    LearnerMixesBallots Learner "learner-mixes-ballots" "Accepteds of different ballots are counted together.";
    ReadReturnsAccepted Read "read-returns-accepted" "A read of what is learned returns what is accepted, as in the lab.";
}

impl Mutant {
    /// The mutant of this name.
    pub fn named(name: &str) -> Option<Mutant> {
        Mutant::ALL.iter().copied().find(|mutant| mutant.name() == name)
    }
}
