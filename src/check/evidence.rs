//! What was seen when an invariant broke.
//!
//! Absent on purpose: how values and ballots are called in a scenario; whoever tells the evidence knows that.

use std::fmt;

use crate::trace::{BallotId, NodeId, SubmissionId};

/// What was seen when an invariant broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is named in the sentence above it")]
pub enum Evidence {
    /// `value` is chosen, and `first` was chosen in ballot `before`.
    ChosenTwice { value: SubmissionId, first: SubmissionId, before: BallotId },
    /// `value` is chosen and was never submitted.
    NeverSubmitted { value: SubmissionId },
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
    /// A client is told that `value` is chosen; it is not `chosen`, which was chosen first, if any was.
    Told { value: SubmissionId, chosen: Option<SubmissionId> },
    /// `value` is learned; it is not `chosen`, which was chosen first, if any was.
    Learned { value: SubmissionId, chosen: Option<SubmissionId> },
}

impl Evidence {
    /// In words, with values and ballots as these call them.
    pub fn told(
        &self,
        value_of: impl Fn(SubmissionId) -> String,
        ballot_of: impl Fn(BallotId) -> String,
    ) -> String {
        let (v, b) = (value_of, ballot_of);
        match *self {
            Evidence::ChosenTwice { value, first, before } => {
                format!(
                    "value {} is chosen, and value {} was chosen in ballot {}",
                    v(value),
                    v(first),
                    b(before)
                )
            }
            Evidence::NeverSubmitted { value } => {
                format!("value {} is chosen and was never submitted", v(value))
            }
            Evidence::TwoValues { value, known } => format!("value {} beside value {}", v(value), v(known)),
            Evidence::PromiseFell { node, ballot, before } => {
                format!("node {node} promises ballot {} after ballot {}", b(ballot), b(before))
            }
            Evidence::PromiseBroken { node, ballot, promised } => {
                format!("node {node} votes in ballot {} after promising ballot {}", b(ballot), b(promised))
            }
            Evidence::UnsafeProposal { value, chosen, before } => format!(
                "value {} is proposed, and value {} was chosen in ballot {}",
                v(value),
                v(chosen),
                b(before)
            ),
            Evidence::UnsafeChoice { other, value, lower } => format!(
                "value {} was proposed, and value {} is chosen in the lower ballot {}",
                v(other),
                v(value),
                b(lower)
            ),
            Evidence::Told { value, chosen } => {
                format!("a client is told that value {} is chosen, and {}", v(value), first(chosen, v))
            }
            Evidence::Learned { value, chosen } => {
                format!("value {} is learned, and {}", v(value), first(chosen, v))
            }
        }
    }
}

fn first(chosen: Option<SubmissionId>, value_of: impl Fn(SubmissionId) -> String) -> String {
    match chosen {
        Some(first) => format!("value {} was chosen first", value_of(first)),
        None => "none is chosen".to_owned(),
    }
}

/// By their numbers: values by submission, ballots as round.node.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ballot = |ballot: BallotId| format!("{}.{}", ballot.round(), ballot.node());
        f.write_str(&self.told(|value| value.to_string(), ballot))
    }
}
