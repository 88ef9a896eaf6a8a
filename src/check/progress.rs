//! Progress, where it can be judged from a single step: an acceptor votes where it may.
//!
//! "An acceptor can accept a proposal numbered n iff it has not responded to a prepare request having a number
//! greater than n" (Paxos Made Simple, P1a). The safety checks hold the *only if*; this holds the *if*. A correct
//! acceptor never breaks it, whatever is lost or late, so it raises no false alarm; an acceptor that breaks it keeps a
//! proposal from ever being chosen. Absent on purpose: verdicts over whole runs, which time-outs and losses decide.

use crate::trace::{BallotId, Event, Kind, NodeId, Observer, SubmissionId};

/// The accept that an acceptor refused without a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// By this acceptor.
    pub node: NodeId,
    /// In this ballot.
    pub ballot: BallotId,
    /// At this time, ns.
    pub at_ns: u64,
}

/// Watches accepts that arrive over the network.
#[derive(Clone, Debug)]
pub struct Progress {
    /// By node number: its promise and its vote.
    promised: Vec<BallotId>,
    votes: Vec<(BallotId, SubmissionId)>,
    /// An accept that has just arrived and deserves a vote.
    due: Option<(Refused, SubmissionId)>,
    first: Option<Refused>,
}

impl Progress {
    /// Watches runs of `nodes` acceptors.
    pub fn new(nodes: u8) -> Self {
        let count = usize::from(nodes) + 1;
        Progress {
            promised: vec![BallotId::NONE; count],
            votes: vec![(BallotId::NONE, 0); count],
            due: None,
            first: None,
        }
    }

    /// Forgets the run before.
    pub fn clear(&mut self) {
        self.promised.fill(BallotId::NONE);
        self.votes.fill((BallotId::NONE, 0));
        (self.due, self.first) = (None, None);
    }

    /// The first accept that was refused without a reason.
    pub fn refused(&self) -> Option<Refused> {
        self.first
    }
}

impl Observer for Progress {
    fn on(&mut self, at_ns: u64, event: &Event) {
        // What an acceptor does follows its message at once.
        match *event {
            Event::Promised { node, ballot } => self.promised[usize::from(node)] = ballot,
            Event::Voted { node, ballot, value } => self.votes[usize::from(node)] = (ballot, value),
            _ => {
                if let Some((refused, value)) = self.due.take()
                    && self.votes[usize::from(refused.node)] != (refused.ballot, value)
                {
                    self.first = self.first.or(Some(refused));
                }
            }
        }
        if let Event::Delivered { message } = event
            && message.kind == Kind::Accept
            && message.ballot >= self.promised[usize::from(message.id.node)]
            && let Some(value) = message.value
        {
            self.due = Some((Refused { node: message.id.node, ballot: message.ballot, at_ns }, value));
        }
    }
}
