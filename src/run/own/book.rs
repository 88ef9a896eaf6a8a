//! What somebody's nodes show of their attempts: who begins which ballot, how far it gets, and why it ends.
//!
//! The engine is never told that an attempt begins or fails; it sees ballots appear, answers come, a timer named `retry`. From
//! that it tells the story that the built-in tells of itself.

use crate::trace::{BallotId, Event, Failure, Kind, NodeId, ProposerId, SubmissionId};

/// On whose behalf something is done: a proposer and the submission that it works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    pub proposer: ProposerId,
    pub submission: SubmissionId,
}

/// An attempt, as far as it is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub owner: Owner,
    /// From 1 over the proposer's whole life.
    pub number: u32,
    pub ballot: BallotId,
    /// 1, and 2 from the first request for votes on.
    pub phase: u8,
    /// The value that it has asked votes for, if it has.
    pub value: Option<SubmissionId>,
    /// Who has said yes in this phase.
    yes: u64,
    /// Whether somebody refused in this phase, for a higher ballot.
    refused: bool,
    /// Whether it has asked its own node by a message.
    asks_itself: bool,
    is_over: bool,
    has_learned: bool,
}

impl Attempt {
    /// How many have said yes in its phase.
    pub fn count(&self) -> u8 {
        // At most 63 nodes.
        self.yes.count_ones() as u8
    }
}

/// All attempts of a run.
#[derive(Debug, Default)]
pub(super) struct Book {
    attempts: Vec<Attempt>,
    /// By proposer: how many it has begun.
    begun: Vec<u32>,
    /// The submissions whose clients wait.
    waiting: Vec<SubmissionId>,
}

impl Book {
    pub fn begin_run(&mut self, proposers: usize) {
        self.attempts.clear();
        self.begun.clear();
        self.waiting.clear();
        self.begun.resize(proposers, 0);
    }

    /// The attempt of this proposer in this ballot, the last one if it has several.
    pub fn of(&self, proposer: ProposerId, ballot: BallotId) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|it| (it.owner.proposer, it.ballot) == (proposer, ballot))
    }

    /// Somebody's attempt in this ballot: that of a proposer for which `lives` holds, if there are several.
    pub fn in_ballot(&self, ballot: BallotId, lives: impl Fn(ProposerId) -> bool) -> Option<&Attempt> {
        let mut all = self.attempts.iter().rev().filter(|it| it.ballot == ballot);
        let first = all.clone().next();
        all.find(|it| lives(it.owner.proposer)).or(first)
    }

    /// The number of a proposer's attempt, 0 before the first.
    pub fn number(&self, proposer: ProposerId) -> u32 {
        self.begun.get(usize::from(proposer)).copied().unwrap_or(0)
    }

    /// The attempt that a submission's proposer has under way.
    pub fn open(&self, owner: Owner) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|it| it.owner == owner && !it.is_over)
    }

    /// The last attempt of a submission.
    pub fn last(&self, owner: Owner) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|it| it.owner == owner)
    }

    fn open_mut(&mut self, owner: Owner) -> Option<&mut Attempt> {
        self.attempts.iter_mut().rev().find(|it| it.owner == owner && !it.is_over)
    }

    /// A new ballot appears.
    pub fn begin(&mut self, owner: Owner, ballot: BallotId) -> Event {
        let begun = &mut self.begun[usize::from(owner.proposer)];
        *begun += 1;
        let number = *begun;
        let attempt = Attempt {
            owner,
            number,
            ballot,
            phase: 1,
            value: None,
            yes: 0,
            refused: false,
            asks_itself: false,
            is_over: false,
            has_learned: false,
        };
        self.attempts.push(attempt);
        Event::Started { proposer: owner.proposer, attempt: number, ballot }
    }

    /// Votes are asked for in a ballot; the event, if it is the first time.
    pub fn propose(&mut self, proposer: ProposerId, ballot: BallotId, value: SubmissionId) -> Option<Event> {
        let attempt = self.attempts.iter_mut().rev();
        let attempt = { attempt }.find(|it| (it.owner.proposer, it.ballot) == (proposer, ballot))?;
        if attempt.phase == 2 {
            return None;
        }
        (attempt.phase, attempt.value, attempt.yes, attempt.refused) = (2, Some(value), 0, false);
        Some(Event::Proposed { proposer, ballot, value })
    }

    /// A node's answer to a ballot's request reaches the proposer.
    pub fn hear(&mut self, proposer: ProposerId, ballot: BallotId, from: NodeId, kind: Kind, of_phase: u8) {
        let attempt = self.attempts.iter_mut().rev();
        let Some(attempt) = { attempt }.find(|it| (it.owner.proposer, it.ballot) == (proposer, ballot))
        else {
            return;
        };
        if of_phase != attempt.phase {
            return;
        }
        match kind {
            Kind::Promise | Kind::Accepted => attempt.yes |= 1 << (from & 63),
            Kind::Reject => attempt.refused = true,
            _ => {}
        }
    }

    /// A client has come with this submission.
    pub fn come(&mut self, submission: SubmissionId) {
        self.waiting.push(submission);
    }

    /// Whether the client of this submission waits.
    pub fn has_come(&self, submission: SubmissionId) -> bool {
        self.waiting.contains(&submission)
    }

    /// The client of this submission waits no more.
    pub fn leave(&mut self, submission: SubmissionId) {
        self.waiting.retain(|&waiting| waiting != submission);
    }

    /// Whether a proposer is in this phase of this ballot: else it has hung up.
    pub fn waits(&self, proposer: ProposerId, ballot: BallotId, phase: u8) -> bool {
        self.of(proposer, ballot).is_some_and(|it| !it.is_over && it.phase == phase)
    }

    /// A proposer has learned a value in its last attempt; the event, if it is the first time.
    pub fn learn(&mut self, proposer: ProposerId, value: SubmissionId) -> Option<Event> {
        let attempt = self.attempts.iter_mut().rev().find(|it| it.owner.proposer == proposer)?;
        if attempt.has_learned {
            return None;
        }
        (attempt.has_learned, attempt.is_over) = (true, true);
        Some(Event::Learned { proposer, ballot: attempt.ballot, value })
    }

    /// A proposer asks its own node by a message, not by a direct call.
    pub fn ask_itself(&mut self, proposer: ProposerId, ballot: BallotId) {
        let mut attempts = self.attempts.iter_mut().rev();
        if let Some(attempt) = attempts.find(|it| (it.owner.proposer, it.ballot) == (proposer, ballot)) {
            attempt.asks_itself = true;
        }
    }

    /// The attempt that is under way ends without success; none if there is none. `why` is what the moment says: if
    /// nothing, it is a rejection where there was one, and else that nobody answered. `own` is the proposer's node and what
    /// it has promised: a direct call to it shows nowhere but in that.
    pub fn fail(&mut self, owner: Owner, why: Option<Failure>, own: (NodeId, BallotId)) -> Option<Event> {
        let attempt = self.open_mut(owner)?;
        attempt.is_over = true;
        let (node, promised) = own;
        let said_yes = attempt.yes >> (node & 63) & 1 != 0;
        attempt.refused |= !attempt.asks_itself && !said_yes && promised > attempt.ballot;
        let judged = if attempt.refused { Failure::Rejected } else { Failure::Unanswered };
        Some(Event::Failed {
            proposer: owner.proposer,
            attempt: attempt.number,
            why: why.unwrap_or(judged),
            phase: attempt.phase,
            count: attempt.count(),
        })
    }

    /// A node has gone down: what its proposers had under way is over.
    pub fn abort(&mut self, lives: impl Fn(ProposerId) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        for attempt in self.attempts.iter_mut().filter(|it| !it.is_over && lives(it.owner.proposer)) {
            attempt.is_over = true;
            events.push(Event::Aborted { proposer: attempt.owner.proposer, attempt: attempt.number });
        }
        events
    }
}
