//! Ballot numbers: totally ordered, and no two proposers ever use the same one.

/// A ballot: a round and, below it, the number of the node whose proposer owns the ballot.
///
/// The lab's number `counter · 10 + node` is the same order as (counter, node) while node numbers have one digit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot(u64);

impl Ballot {
    /// Below every ballot that a proposer can use.
    pub const NONE: Ballot = Ballot(0);

    /// The ballot of this round and node. Rounds are below 2⁵⁶.
    pub const fn new(round: u64, node: u8) -> Self {
        Ballot(round << 8 | node as u64)
    }
    /// Its round.
    pub const fn round(self) -> u64 {
        self.0 >> 8
    }
    /// The number of its owner's node.
    pub const fn node(self) -> u8 {
        self.0 as u8
    }
    /// Round and node in one number, for storage.
    pub const fn to_bits(self) -> u64 {
        self.0
    }
    /// What [`Ballot::to_bits`] gave.
    pub const fn from_bits(bits: u64) -> Self {
        Ballot(bits)
    }
}
