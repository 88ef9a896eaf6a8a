//! The knobs that the paper leaves open: how to send, when to give up, which ballot comes next.
//!
//! None of them touches safety; all of them move the numbers of a contention study.

use super::Mutant;

/// What all roles of a cluster go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Number of acceptors, numbered 1 to this.
    pub nodes: u8,
    /// Promises that end phase 1.
    pub prepare_quorum: u8,
    /// Accepts that end phase 2.
    pub accept_quorum: u8,
    /// How a phase's requests travel.
    pub transport: Transport,
    /// What an acceptor says to a prepare of the ballot that it has promised already.
    pub repeated: Repeated,
    /// When an attempt is abandoned.
    pub give_up: GiveUp,
    /// When a sequential proposer leaves a phase.
    pub advance: Advance,
    /// Which ballot comes next.
    pub ballots: Ballots,
    /// A deliberate bug.
    pub mutant: Mutant,
    /// The values below 63 whose text is `None`, a bit each; only a mutant looks at it.
    pub none_values: u64,
}

/// How a phase's requests travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// To all acceptors at once.
    Broadcast,
    /// The own node first, then one blocking call per peer in ascending order.
    Sequential,
}

/// What an acceptor says to a prepare of the ballot that it has promised already: one that came twice, or one that its
/// own accept overtook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeated {
    /// It promises again, with its vote as it stands: the paper's acceptor refuses only for a higher ballot.
    Answer,
    /// It refuses, naming that very ballot: a strict `>`, as much code has it.
    Reject,
}

/// When an attempt is abandoned, besides a time-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GiveUp {
    /// At any rejection of the current ballot, also a late one of phase 1.
    FirstReject,
    /// When so many have refused in this phase, for a higher ballot, that no quorum is left.
    QuorumImpossible,
    /// Never.
    TimeoutOnly,
    /// When every call has returned and there is no quorum (sequential).
    AllReplies,
}

/// When a sequential proposer leaves a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Advance {
    /// As soon as a quorum has answered.
    Quorum,
    /// When every call has returned.
    AllReplies,
}

/// Which ballot comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ballots {
    /// Above the own ones, the rejections seen and the own acceptor's promise.
    PastHighest,
    /// Above the own ones and the rejections seen.
    PastSeen,
    /// The own counter, learning nothing.
    Lab,
}
