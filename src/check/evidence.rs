//! What was seen when an invariant broke.
//!
//! Absent on purpose: how values, ballots and proposers are called in a scenario; whoever tells the evidence knows that.

use std::fmt;

use crate::trace::{BallotId, NodeId, ProposerId, SubmissionId};

/// A vote: its ballot and its value.
pub type Vote = (BallotId, SubmissionId);

/// What was seen when an invariant broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is named in the sentence above it")]
pub enum Evidence {
    /// `value` is chosen, and `first` was chosen in ballot `before`.
    ChosenTwice { value: SubmissionId, first: SubmissionId, before: BallotId },
    /// `value` is chosen and was never submitted.
    NeverSubmitted { value: SubmissionId },
    /// `proposer` begins a ballot that was begun before.
    BegunAgain { proposer: ProposerId },
    /// `value` stands beside `known` in one ballot.
    TwoValues { value: SubmissionId, known: SubmissionId },
    /// `node` promises `ballot` after `before`.
    PromiseFell { node: NodeId, ballot: BallotId, before: BallotId },
    /// `node` votes in `ballot` after promising `promised`.
    PromiseBroken { node: NodeId, ballot: BallotId, promised: BallotId },
    /// `value` is proposed, and `chosen` was chosen in ballot `before`.
    UnsafeProposal { value: SubmissionId, chosen: SubmissionId, before: BallotId },
    /// `other` was proposed, and `value` is chosen in the lower ballot `lower`.
    UnsafeChoice { other: SubmissionId, value: SubmissionId, lower: BallotId },
    /// A client is told that `value` is chosen; it is not, but `chosen`, which was chosen first, if any was.
    Told { value: SubmissionId, chosen: Option<SubmissionId> },
    /// `value` is learned; it is not chosen, but `chosen`, which was chosen first, if any was.
    Learned { value: SubmissionId, chosen: Option<SubmissionId> },
    /// A client is told `value`, and one was told `before`.
    ToldTwice { value: SubmissionId, before: SubmissionId },
    /// `value` is proposed, and another can still be chosen in the lower ballot `lower`.
    StillOpen { value: SubmissionId, lower: BallotId },
    /// `value` is proposed, and `unbound` acceptors, which are enough to choose, are bound by no ballot as high.
    Unbound { value: SubmissionId, unbound: u8 },
    /// `proposer` goes on to phase 2 with `heard` promises of `needed`.
    TooFewPromises { proposer: ProposerId, heard: u8, needed: u8 },
    /// `proposer` succeeds with `heard` accepteds of `needed`.
    TooFewAccepteds { proposer: ProposerId, heard: u8, needed: u8 },
    /// `node` votes for `value`, which nobody proposed in that ballot.
    NotProposed { node: NodeId, value: SubmissionId },
    /// `proposer` proposes `value`, and the highest vote that it heard of is for `vote`.
    NotAdopted { proposer: ProposerId, value: SubmissionId, vote: Vote },
    /// `proposer` proposes `value`, heard of no vote, and works for another submission.
    NotItsOwn { proposer: ProposerId, value: SubmissionId },
    /// `node` says that it promises, and has not stored it: it has promised `promised`.
    NotStored { node: NodeId, promised: BallotId },
    /// `node` reports `said` as its vote, and it is `vote`.
    OtherVote { node: NodeId, said: Option<Vote>, vote: Option<Vote> },
    /// `node` says accepted, and has no vote in that ballot.
    NoVote { node: NodeId },
    /// `node` rejects by a promise of `said`, and has promised `promised`.
    OtherPromise { node: NodeId, said: BallotId, promised: BallotId },
}

/// How a scenario calls what the evidence is about.
#[derive(Clone, Copy, Debug)]
pub struct Names<V, B, P> {
    /// Values.
    pub value: V,
    /// Ballots.
    pub ballot: B,
    /// Proposers.
    pub proposer: P,
}

impl Evidence {
    /// In words.
    pub fn told(
        &self,
        names: &Names<
            impl Fn(SubmissionId) -> String,
            impl Fn(BallotId) -> String,
            impl Fn(ProposerId) -> String,
        >,
    ) -> String {
        let (v, b) = (&names.value, &names.ballot);
        match *self {
            Evidence::ChosenTwice { value, first, before } => {
                let (value, first) = (v(value), v(first));
                format!("value {value} is chosen, and value {first} was chosen in ballot {}", b(before))
            }
            Evidence::NeverSubmitted { value } => {
                format!("value {} is chosen and was never submitted", v(value))
            }
            Evidence::TwoValues { value, known } => format!("value {} beside value {}", v(value), v(known)),
            Evidence::PromiseFell { node, ballot, before } if ballot == before => {
                format!("node {node} promises ballot {} once more, by which it is bound already", b(ballot))
            }
            Evidence::PromiseFell { node, ballot, before } => {
                format!("node {node} promises ballot {} after ballot {}", b(ballot), b(before))
            }
            Evidence::PromiseBroken { node, ballot, promised } => {
                format!("node {node} votes in ballot {} after promising ballot {}", b(ballot), b(promised))
            }
            Evidence::UnsafeProposal { value, chosen, before } => {
                let (value, chosen) = (v(value), v(chosen));
                format!("value {value} is proposed, and value {chosen} was chosen in ballot {}", b(before))
            }
            Evidence::UnsafeChoice { other, value, lower } => {
                let (other, value) = (v(other), v(value));
                format!(
                    "value {other} was proposed, and value {value} is chosen in the lower ballot {}",
                    b(lower)
                )
            }
            Evidence::Told { value, chosen } => {
                format!("a client is told that value {} is chosen, and {}", v(value), first(chosen, v))
            }
            Evidence::Learned { value, chosen } => {
                format!("value {} is learned, and {}", v(value), first(chosen, v))
            }
            Evidence::ToldTwice { value, before } => format!(
                "a client is told that value {} is chosen, and one was told that value {} is",
                v(value),
                v(before)
            ),
            _ => self.told_of_steps(v, b, &names.proposer),
        }
    }

    /// The same, of what a step rests on.
    fn told_of_steps(
        &self,
        v: &impl Fn(SubmissionId) -> String,
        b: &impl Fn(BallotId) -> String,
        p: &impl Fn(ProposerId) -> String,
    ) -> String {
        let vote = |vote: Option<Vote>| match vote {
            Some((ballot, value)) => format!("a vote in ballot {} for value {}", b(ballot), v(value)),
            None => "no vote".to_owned(),
        };
        match *self {
            Evidence::BegunAgain { proposer } => {
                format!("proposer {} begins a ballot that was begun before", p(proposer))
            }
            Evidence::StillOpen { value, lower } => format!(
                "value {} is proposed, and another can still be chosen in the lower ballot {}",
                v(value),
                b(lower)
            ),
            Evidence::Unbound { value, unbound } => format!(
                "value {} is proposed, and {unbound} acceptors, enough to choose, are bound by no ballot as high",
                v(value)
            ),
            Evidence::TooFewPromises { proposer, heard, needed } => {
                format!("proposer {} goes on to phase 2 with {heard} promises of {needed}", p(proposer))
            }
            Evidence::TooFewAccepteds { proposer, heard, needed } => {
                format!("proposer {} succeeds with {heard} accepteds of {needed}", p(proposer))
            }
            Evidence::NotProposed { node, value } => {
                format!("node {node} votes for value {}, which nobody has proposed in this ballot", v(value))
            }
            Evidence::NotAdopted { proposer, value, vote: (ballot, due) } => format!(
                "proposer {} proposes value {}, and the highest vote that it has heard of, in ballot {}, is for value {}",
                p(proposer),
                v(value),
                b(ballot),
                v(due)
            ),
            Evidence::NotItsOwn { proposer, value } => format!(
                "proposer {} proposes value {}, which no promise has reported and its client has not asked for",
                p(proposer),
                v(value)
            ),
            Evidence::NotStored { node, promised } if promised == BallotId::NONE => {
                format!("node {node} answers that it promises, and it has promised nothing")
            }
            Evidence::NotStored { node, promised } => {
                format!("node {node} answers that it promises, and it has promised ballot {}", b(promised))
            }
            Evidence::OtherVote { node, said, vote: is } => {
                format!("node {node} reports {}, and it has cast {}", vote(said), vote(is))
            }
            Evidence::NoVote { node } => {
                format!("node {node} answers accepted, and it has not voted in this ballot")
            }
            Evidence::OtherPromise { node, said, promised } if promised == BallotId::NONE => {
                format!("node {node} rejects by a promise of ballot {}, and it has promised nothing", b(said))
            }
            Evidence::OtherPromise { node, said, promised } => format!(
                "node {node} rejects by a promise of ballot {}, and it has promised ballot {}",
                b(said),
                b(promised)
            ),
            // The other kinds are told above.
            _ => String::new(),
        }
    }
}

fn first(chosen: Option<SubmissionId>, value_of: &impl Fn(SubmissionId) -> String) -> String {
    match chosen {
        Some(first) => format!("value {} was chosen first", value_of(first)),
        None => "none is chosen".to_owned(),
    }
}

/// By their numbers: values by submission, proposers by their place, ballots as round.node.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Names {
            value: |value: SubmissionId| value.to_string(),
            ballot: |ballot: BallotId| format!("{}.{}", ballot.round(), ballot.node()),
            proposer: |proposer: ProposerId| proposer.to_string(),
        };
        f.write_str(&self.told(&names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_that_does_not_rise_says_so() {
        let ballot = |round: u64| BallotId(round << 8 | 3);
        let fell = |ballot, before| Evidence::PromiseFell { node: 1, ballot, before }.to_string();
        assert_eq!(fell(ballot(1), ballot(2)), "node 1 promises ballot 1.3 after ballot 2.3");
        assert_eq!(
            fell(ballot(2), ballot(2)),
            "node 1 promises ballot 2.3 once more, by which it is bound already"
        );
    }
}
