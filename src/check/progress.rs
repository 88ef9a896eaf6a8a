//! Progress, where it can be judged from a single step: an acceptor promises and votes where it may.
//!
//! "An acceptor can accept a proposal numbered n iff it has not responded to a prepare request having a number
//! greater than n" (Paxos Made Simple, P1a); and it responds to a prepare whose number is "greater than that of any prepare
//! request to which it has already responded". The safety checks hold the *only if*; this holds the *if*. A correct
//! acceptor never breaks it, whatever is lost or late, so it raises no false alarm; an acceptor that breaks it keeps a
//! proposal from ever being chosen. A prepare of the very ballot that is promised may be answered either way. Absent on
//! purpose: verdicts over whole runs, which time-outs and losses decide; and requests by a direct call, of which no event
//! tells.

use crate::trace::{BallotId, Event, Kind, NodeId, Observer, SubmissionId};

/// The request that an acceptor refused without a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// A prepare or an accept.
    pub kind: Kind,
    /// By this acceptor.
    pub node: NodeId,
    /// In this ballot.
    pub ballot: BallotId,
    /// At this time, ns.
    pub at_ns: u64,
}

/// Watches requests that arrive over the network.
#[derive(Clone, Debug)]
pub struct Progress {
    /// By node number: its promise and its vote.
    promised: Vec<BallotId>,
    votes: Vec<(BallotId, SubmissionId)>,
    /// The requests that are answered when they arrive.
    at_once: &'static [Kind],
    /// A request that has just arrived and deserves a yes, with its value if it is an accept.
    due: Option<(Refused, SubmissionId)>,
    first: Option<Refused>,
}

impl Progress {
    /// Watches runs of `nodes` acceptors that answer at once.
    pub fn new(nodes: u8) -> Self {
        Progress::of(nodes, &[Kind::Prepare, Kind::Accept])
    }

    /// Watches runs of `nodes` acceptors that answer these requests at once; over others they take their time.
    pub fn of(nodes: u8, at_once: &'static [Kind]) -> Self {
        let count = usize::from(nodes) + 1;
        Progress {
            promised: vec![BallotId::NONE; count],
            votes: vec![(BallotId::NONE, 0); count],
            at_once,
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

    /// The first request that was refused without a reason.
    pub fn refused(&self) -> Option<Refused> {
        self.first
    }

    /// Whether an acceptor has done what a request deserves.
    fn is_granted(&self, request: &Refused, value: SubmissionId) -> bool {
        let node = usize::from(request.node);
        match request.kind {
            Kind::Prepare => self.promised[node] >= request.ballot,
            _ => self.votes[node] == (request.ballot, value),
        }
    }
}

impl Observer for Progress {
    fn on(&mut self, at_ns: u64, event: &Event) {
        // What an acceptor does follows its message at once.
        match *event {
            Event::Promised { node, ballot } => self.promised[usize::from(node)] = ballot,
            Event::Voted { node, ballot, value } => self.votes[usize::from(node)] = (ballot, value),
            _ => {
                if let Some((request, value)) = self.due.take()
                    && !self.is_granted(&request, value)
                {
                    self.first = self.first.or(Some(request));
                }
            }
        }
        if let Event::Delivered { message } = event {
            let (kind, node, ballot) = (message.kind, message.id.node, message.ballot);
            let promised = self.promised[usize::from(node)];
            let deserves = match kind {
                Kind::Prepare => ballot > promised,
                Kind::Accept => ballot >= promised && message.value.is_some(),
                _ => false,
            };
            if deserves && self.at_once.contains(&kind) {
                let value = message.value.unwrap_or_default();
                self.due = Some((Refused { kind, node, ballot, at_ns }, value));
            }
        }
    }
}
