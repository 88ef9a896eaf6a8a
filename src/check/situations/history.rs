//! What has happened so far in a run, as far as a situation asks for it.

use crate::trace::{BallotId, Event, MessageId, NodeId, ProposerId, SubmissionId};

/// A proposer as observers know it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seat {
    pub ballot: BallotId,
    /// 0 between attempts.
    pub phase: u8,
    pub proposal: SubmissionId,
    /// The highest vote that a promise of this ballot has reported.
    pub reported: Option<(BallotId, SubmissionId)>,
    pub has_crashed: bool,
}

/// A ballot in which something was proposed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proposal {
    pub ballot: BallotId,
    pub proposer: ProposerId,
    pub voters: u64,
}

/// The state before an event.
#[derive(Clone, Debug)]
pub(super) struct History {
    accept_quorum: u32,
    /// By submission: who submitted it.
    owners: Vec<ProposerId>,
    /// By node number.
    pub promised: Vec<BallotId>,
    pub votes: Vec<Option<(BallotId, SubmissionId)>>,
    pub seats: Vec<Seat>,
    pub proposals: Vec<Proposal>,
    pub chosen: Option<(BallotId, SubmissionId)>,
    pub preemptions: u32,
    /// When the last message arrived, and on whose behalf.
    pub last_arrival: Option<(u64, ProposerId)>,
    /// Messages of which a second copy is under way: true once one of the two has arrived.
    copied: Vec<(MessageId, bool)>,
    /// Nodes that are down, that were down, that can't reach somebody; a bit each.
    pub down: u64,
    pub restarted: u64,
    pub cut_senders: u64,
}

impl History {
    pub fn new(nodes: u8, accept_quorum: u8, submissions: &[ProposerId]) -> Self {
        let seats = submissions.iter().max().map_or(0, |&p| usize::from(p) + 1);
        History {
            accept_quorum: u32::from(accept_quorum),
            owners: submissions.to_vec(),
            promised: vec![BallotId::NONE; usize::from(nodes) + 1],
            votes: vec![None; usize::from(nodes) + 1],
            seats: vec![Seat::default(); seats],
            proposals: Vec::new(),
            chosen: None,
            preemptions: 0,
            last_arrival: None,
            copied: Vec::new(),
            down: 0,
            restarted: 0,
            cut_senders: 0,
        }
    }

    pub fn clear(&mut self) {
        self.promised.fill(BallotId::NONE);
        self.votes.fill(None);
        self.seats.fill(Seat::default());
        self.proposals.clear();
        (self.chosen, self.preemptions, self.last_arrival) = (None, 0, None);
        self.copied.clear();
        (self.down, self.restarted, self.cut_senders) = (0, 0, 0);
    }

    pub fn promise_of(&self, node: NodeId) -> BallotId {
        self.promised[usize::from(node)]
    }
    pub fn vote_of(&self, node: NodeId) -> Option<(BallotId, SubmissionId)> {
        self.votes[usize::from(node)]
    }
    pub fn seat(&self, proposer: ProposerId) -> &Seat {
        &self.seats[usize::from(proposer)]
    }
    /// Who submitted a value.
    pub fn owner(&self, value: SubmissionId) -> Option<ProposerId> {
        self.owners.get(usize::from(value)).copied()
    }
    pub fn proposal(&self, ballot: BallotId) -> Option<&Proposal> {
        self.proposals.iter().find(|proposal| proposal.ballot == ballot)
    }

    /// Whether one copy of a message that the network has doubled has arrived.
    pub fn has_arrived(&self, id: MessageId) -> bool {
        self.copied.contains(&(id, true))
    }

    /// Whether this vote completes a quorum.
    pub fn is_choice(&self, node: NodeId, ballot: BallotId) -> bool {
        let before = self.proposal(ballot).map_or(0, |proposal| proposal.voters);
        let after = before | 1 << (node & 63);
        before.count_ones() < self.accept_quorum && after.count_ones() >= self.accept_quorum
    }

    pub fn on(&mut self, at_ns: u64, event: &Event) {
        match *event {
            Event::Started { proposer, ballot, .. } => {
                let seat = &mut self.seats[usize::from(proposer)];
                *seat = Seat { ballot, phase: 1, has_crashed: seat.has_crashed, ..Seat::default() };
            }
            Event::Proposed { proposer, ballot, value } => {
                let seat = &mut self.seats[usize::from(proposer)];
                (seat.phase, seat.proposal) = (2, value);
                self.proposals.push(Proposal { ballot, proposer, voters: 0 });
            }
            Event::Promised { node, ballot } => self.promised[usize::from(node)] = ballot,
            Event::Voted { node, ballot, value } => self.on_vote(node, ballot, value),
            Event::Failed { proposer, why, .. } => {
                self.seats[usize::from(proposer)].phase = 0;
                self.preemptions += u32::from(why.is_preemption());
            }
            Event::Learned { proposer, .. } => self.seats[usize::from(proposer)].phase = 0,
            Event::Delivered { ref message } => {
                self.last_arrival = Some((at_ns, message.id.proposer));
                if let Some(copied) = self.copied.iter_mut().find(|(id, _)| *id == message.id) {
                    copied.1 = true;
                }
                let seat = &mut self.seats[usize::from(message.id.proposer)];
                let vote = message.value.filter(|_| message.kind == crate::trace::Kind::Promise);
                if let Some(value) = vote
                    && seat.ballot == message.ballot
                {
                    seat.reported = seat.reported.max(Some((message.about, value)));
                }
            }
            Event::Duplicated { ref message, .. } => self.copied.push((message.id, false)),
            Event::Crashed { node } => self.down |= 1 << node,
            Event::Restarted { node } => {
                self.down &= !(1 << node);
                self.restarted |= 1 << node;
            }
            Event::Aborted { proposer, .. } => {
                let seat = &mut self.seats[usize::from(proposer)];
                (seat.phase, seat.has_crashed) = (0, true);
            }
            Event::Cut { from, to } => {
                self.cut_senders = self.cut_senders & !(1 << from) | u64::from(!to.is_empty()) << from;
            }
            _ => {}
        }
    }

    fn on_vote(&mut self, node: NodeId, ballot: BallotId, value: SubmissionId) {
        if self.chosen.is_none() && self.is_choice(node, ballot) {
            self.chosen = Some((ballot, value));
        }
        self.votes[usize::from(node)] = Some((ballot, value));
        if let Some(proposal) = self.proposals.iter_mut().find(|proposal| proposal.ballot == ballot) {
            proposal.voters |= 1 << (node & 63);
        }
    }
}
