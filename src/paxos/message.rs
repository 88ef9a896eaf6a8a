//! What proposers and acceptors say to each other; each message belongs to a ballot that travels beside it.

use std::hint::select_unpredictable;

use super::Ballot;

/// A value, named by the submission that brought it: two clients that submit the same text submit two values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(pub u16);

/// A vote for a value in a ballot, Lamport's (maxVBal, maxVal).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Vote {
    /// The ballot it was cast in; [`Ballot::NONE`] for no vote.
    pub ballot: Ballot,
    /// The value it is for; means nothing without a ballot.
    pub value: Value,
}

impl Vote {
    /// No vote.
    pub const NONE: Vote = Vote { ballot: Ballot::NONE, value: Value(0) };
    /// The value voted for, if there is a vote.
    pub fn value(self) -> Option<Value> {
        (self.ballot != Ballot::NONE).then_some(self.value)
    }
    /// Of two votes the one in the higher ballot. Which that is no processor can guess.
    #[inline(always)]
    pub fn or_higher(self, other: Vote) -> Vote {
        let value = select_unpredictable(other.ballot > self.ballot, other.value, self.value);
        Vote { ballot: self.ballot.max(other.ballot), value }
    }
}

/// From a proposer to an acceptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// 1a: will you promise to take part in no lower ballot?
    Prepare,
    /// 2a: will you vote for this value?
    Accept(Value),
}

/// From an acceptor to the proposer that asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// 1b: promised, and this is my latest vote.
    Promise(Vote),
    /// 2b: voted.
    Accepted,
    /// Refused: this is the ballot that I have promised.
    Reject(Ballot),
}
