//! The words that the parts of the reference simulator share: ballots, node sets, messages, events.
//!
//! Absent on purpose: anything that decides something.

/// The kind of a message; `Announce` is the learned value on its way to a learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Prepare,
    Promise,
    Accept,
    Accepted,
    Reject,
    Announce,
}

/// A submission's index: each proposer's own in scenario order, then the `[[submit]]`s.
pub type Submission = usize;

/// A ballot, ordered by round and then by id: the proposer's node, or a number above all nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ballot {
    pub round: u64,
    pub id: u8,
}

/// A set of node numbers 1..=63.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeSet(u64);

impl NodeSet {
    pub fn insert(&mut self, node: u8) {
        self.0 |= 1 << node;
    }
    pub fn remove(&mut self, node: u8) {
        self.0 &= !(1 << node);
    }
    pub fn contains(self, node: u8) -> bool {
        self.0 >> node & 1 != 0
    }
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }
}

/// Which exchange of a proposer with an acceptor a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub proposer: usize,
    pub attempt: u32,
    pub phase: u8,
    pub node: u8,
}

/// A prepare (phase 1, no value) or an accept (phase 2, with its value).
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub address: Address,
    pub ballot: Ballot,
    pub value: Option<Submission>,
}

/// What an acceptor says.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Phase 1b, with the acceptor's vote.
    Promise { vote: Option<(Ballot, Submission)> },
    /// Phase 2b.
    Accepted,
    /// The refusal of either phase, with the promised ballot.
    Reject { promised: Ballot },
}

/// An acceptor's answer on its way back.
#[derive(Clone, Copy, Debug)]
pub struct AnswerTo {
    pub address: Address,
    pub answer: Answer,
}

/// What a message carries.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    Request(Request),
    Answer(Answer),
    /// The learned value on its way to a node's learner.
    Announce(Submission),
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    pub address: Address,
    pub body: Body,
    /// Whether the network made it, or it answers one that the network made.
    pub is_copy: bool,
    /// Whether the network made it: then it counts neither as sent nor as lost.
    pub is_second: bool,
}

impl Message {
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Request(Request { value: None, .. }) => Kind::Prepare,
            Body::Request(Request { value: Some(_), .. }) => Kind::Accept,
            Body::Answer(Answer::Promise { .. }) => Kind::Promise,
            Body::Answer(Answer::Accepted) => Kind::Accepted,
            Body::Answer(Answer::Reject { .. }) => Kind::Reject,
            Body::Announce(_) => Kind::Announce,
        }
    }
    /// Whether it goes from an acceptor to a proposer.
    pub fn is_reply(&self) -> bool {
        matches!(self.body, Body::Answer(_))
    }
}

/// A timer of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The attempt has lasted too long.
    Attempt,
    /// This phase has lasted too long.
    Phase(u8),
    /// The call to this node in this phase has lasted too long.
    Call { phase: u8, node: u8 },
    /// The back-off after the attempt is over.
    Retry,
    /// The wait after this restart of its node (counted from 0, those after which a client waits) is over.
    Restarted(u32),
}

/// Everything that can be scheduled.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Start {
        proposer: usize,
    },
    Submit {
        index: usize,
    },
    Read {
        index: usize,
        k: u32,
    },
    /// A message reaches the end of its link.
    Arrival(Message),
    /// A slow node is done with the message that it had longest, in the life that it was taken up in.
    Served {
        node: u8,
        life: u32,
    },
    /// The gap after a request's check is over at this node, in the life in which it was checked.
    Set {
        node: u8,
        life: u32,
    },
    /// The `index`-th `[[fault]]` strikes.
    Fault {
        index: usize,
    },
    /// A lost message of a blocking call: its caller gets an error now.
    CallError(Address),
    Timer {
        proposer: usize,
        attempt: u32,
        alarm: Alarm,
    },
}

/// Why an attempt ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// By a rejection for a higher ballot: a pre-emption.
    Rejected,
    /// By a rejection for its own ballot (D47): no pre-emption.
    OwnBallot,
    /// By the own node's acceptor: a pre-emption.
    LocallyPreempted,
    /// By a phase or attempt time-out.
    TimedOut,
    /// Every call came back, none with a rejection for a higher ballot, too few with a yes: neither of the above.
    Unanswered,
}
