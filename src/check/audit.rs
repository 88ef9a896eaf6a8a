//! The invariants that keep every reply and every vote in mind: what each step of a run rests on, from events alone.
//!
//! | invariant | paper | TLA+ | function |
//! |---|---|---|---|
//! | safe at | P2c, which makes P2b hold whatever is chosen later | `SafeAt` | [`Audit::safe_at`] |
//! | quorum behind a step | "a response to its prepare requests from a majority of acceptors"; "a majority of acceptors have accepted" | `ShowsSafeAt`, its quorum | [`Audit::quorum_behind`] |
//! | vote was proposed | an acceptor accepts what an accept request asks for | `Phase2b`, its guard | [`Audit::on_vote`] |
//! | adoption rule | "the value of the highest-numbered proposal among the responses, or … any value selected by the proposer" | `ShowsSafeAt`, its value | [`Audit::adoption_rule`] |
//! | replies are true | phase 1b: "with the highest-numbered proposal (if any) that it has accepted" | `Phase1b`, `Phase2b`: messages | [`Audit::on_reply`] |
//!
//! What a proposer has heard is told by the replies that arrive, and for an acceptor that it asks by a direct call, of which
//! no event tells, by what that acceptor then stores. A blocking caller hears nothing more of a call that was answered or has
//! failed.
//!
//! Absent on purpose: the invariants that watch every run (`safety`); they need neither replies nor so much memory.

use std::collections::VecDeque;

use super::ballots::Ballots;
use super::evidence::{Evidence, Vote};
use super::findings::{Findings, Violation};
use super::history::History;
use super::invariant::{Invariant, InvariantSet};
use crate::trace::{BallotId, Event, Kind, Message, NodeId, Observer, ProposerId, SubmissionId};

/// Who takes part in a run, and by which quorums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Acceptors, numbered from 1.
    pub nodes: u8,
    /// Promises that end phase 1.
    pub prepare_quorum: u8,
    /// Votes that choose.
    pub accept_quorum: u8,
    /// By proposer: the node that it lives on, 0 for none.
    pub homes: Vec<NodeId>,
    /// Whether a proposer asks the acceptor of its own node by a direct call.
    pub own_instant: bool,
    /// Whether a proposer calls one acceptor after the other, and hears of each call but its first answer or its error.
    pub blocking: bool,
    /// Whether they are nodes that somebody else wrote: they may work for several clients at once, and need not say what they
    /// have promised when they refuse.
    pub foreign: bool,
}

/// A proposer, as events tell of it.
#[derive(Clone, Debug, Default)]
struct Seat {
    home: NodeId,
    /// Its client's submissions that have no answer yet; it works for the first.
    submissions: VecDeque<SubmissionId>,
    ballot: BallotId,
    /// 0 between attempts.
    phase: u8,
    /// Who has said yes in this phase, a bit each.
    yes: u64,
    /// Of a blocking caller: whose call is over in this phase, a bit each.
    over: u64,
    /// Whether it asks its own acceptor by messages in this attempt, whatever others do.
    asks_itself: bool,
    /// The highest vote that a promise of this attempt has reported.
    best: Option<Vote>,
}

/// An acceptor: all that it has promised and voted for, in the order of time.
#[derive(Clone, Debug, Default)]
struct Log {
    promises: Vec<BallotId>,
    votes: Vec<Vote>,
}

impl Log {
    fn promised(&self) -> BallotId {
        self.promises.last().copied().unwrap_or_default()
    }

    /// Its latest vote that is in no higher ballot.
    fn vote_up_to(&self, ballot: BallotId) -> Option<Vote> {
        self.votes.iter().rev().find(|vote| vote.0 <= ballot).copied()
    }
}

/// Watches a run.
#[derive(Clone, Debug)]
pub struct Audit {
    roles: Roles,
    history: History<Ballots>,
    seats: Vec<Seat>,
    /// By node number.
    logs: Vec<Log>,
    /// What was proposed in a ballot beside its first value, which no correct run has.
    seconds: Vec<Vote>,
    /// Ballots with votes in which something can still be chosen, or is.
    open: Vec<BallotId>,
    pub(super) findings: Findings,
}

fn bit(node: NodeId) -> u64 {
    1 << (node & 63)
}

impl Audit {
    /// Watches runs of these.
    pub fn new(roles: Roles) -> Self {
        Audit {
            history: History::new(roles.nodes, roles.accept_quorum, Ballots::new()),
            seats: roles.homes.iter().map(|&home| Seat { home, ..Seat::default() }).collect(),
            logs: vec![Log::default(); usize::from(roles.nodes) + 1],
            seconds: Vec::new(),
            open: Vec::new(),
            findings: Findings::default(),
            roles,
        }
    }

    /// Forgets the run before.
    pub fn clear(&mut self) {
        self.history.ballots.clear();
        self.history.clear();
        for seat in &mut self.seats {
            seat.submissions.clear();
            (seat.phase, seat.ballot) = (0, BallotId::NONE);
        }
        for log in &mut self.logs {
            log.promises.clear();
            log.votes.clear();
        }
        self.seconds.clear();
        self.open.clear();
        self.findings.clear();
    }

    /// Which invariants are broken.
    pub fn violated(&self) -> InvariantSet {
        self.findings.violated
    }
    /// How, in the order in which it happened.
    pub fn violations(&self) -> &[Violation] {
        &self.findings.violations
    }

    fn seat(&mut self, proposer: ProposerId) -> &mut Seat {
        &mut self.seats[usize::from(proposer)]
    }

    /// A proposer begins an attempt.
    fn on_start(&mut self, proposer: ProposerId, ballot: BallotId) {
        let seat = self.seat(proposer);
        (seat.ballot, seat.phase, seat.yes, seat.over, seat.best) = (ballot, 1, 0, 0, None);
        seat.asks_itself = false;
    }

    /// A proposer goes on to phase 2.
    fn on_proposal(&mut self, at_ns: u64, proposer: ProposerId, ballot: BallotId, value: SubmissionId) {
        self.history.propose(ballot, value, &mut |_, _, _| {});
        if !self.history.is_proposed(ballot, value) {
            self.seconds.push((ballot, value));
        }
        self.quorum_behind(at_ns, proposer, 1);
        self.adoption_rule(at_ns, proposer, value);
        self.safe_at(at_ns, ballot, value);
        let seat = self.seat(proposer);
        (seat.phase, seat.yes, seat.over) = (2, 0, 0);
        // What its own acceptor has voted for already it need not vote for again.
        if self.asks_directly(proposer) {
            let home = self.seat(proposer).home;
            let voted = self.logs[usize::from(home)].votes.last() == Some(&(ballot, value));
            self.seat(proposer).yes |= if voted { bit(home) } else { 0 };
        }
    }

    fn asks_directly(&self, proposer: ProposerId) -> bool {
        let seat = &self.seats[usize::from(proposer)];
        self.roles.own_instant && seat.home != 0 && !seat.asks_itself
    }

    /// A step of a phase is taken only when a quorum has said yes to it.
    fn quorum_behind(&mut self, at_ns: u64, proposer: ProposerId, phase: u8) {
        let seat = &self.seats[usize::from(proposer)];
        // An attempt that opens phase 2 has heard nothing in phase 1; nor has one that is over.
        let yes = if seat.phase == phase { seat.yes } else { 0 };
        let (heard, ballot) = (yes.count_ones() as u8, seat.ballot);
        let (needed, evidence) = if phase == 1 {
            let needed = self.roles.prepare_quorum;
            (needed, Evidence::TooFewPromises { proposer, heard, needed })
        } else {
            let needed = self.roles.accept_quorum;
            (needed, Evidence::TooFewAccepteds { proposer, heard, needed })
        };
        if heard < needed {
            self.findings.report(Invariant::QuorumBehindStep, at_ns, ballot, evidence);
        }
    }

    /// A proposal is for the value of the highest vote reported, or, if none is, for the proposer's own.
    fn adoption_rule(&mut self, at_ns: u64, proposer: ProposerId, value: SubmissionId) {
        let seat = &self.seats[usize::from(proposer)];
        let ballot = seat.ballot;
        let evidence = match seat.best {
            Some(vote) if vote.1 != value => Evidence::NotAdopted { proposer, value, vote },
            None if !self.works_for(seat, value) => Evidence::NotItsOwn { proposer, value },
            _ => return,
        };
        self.findings.report(Invariant::AdoptionRule, at_ns, ballot, evidence);
    }

    /// Whether a proposer may propose this value as its client's.
    fn works_for(&self, seat: &Seat, value: SubmissionId) -> bool {
        seat.submissions.front() == Some(&value) || self.roles.foreign && seat.submissions.contains(&value)
    }

    /// When a value is proposed, no other is chosen or can still be chosen in a lower ballot.
    fn safe_at(&mut self, at_ns: u64, ballot: BallotId, value: SubmissionId) {
        let (history, chosen) = (&self.history, self.history.chosen());
        // What cannot be chosen now never can: acceptors only vote and promise more. And all that choose what is chosen
        // lower down say nothing more.
        self.open.retain(|&open| {
            let says_more =
                chosen.is_none_or(|(lowest, value)| open <= lowest || history.can_choose(open, Some(value)));
            says_more && history.can_choose(open, None)
        });
        let mut below = self.open.iter().filter(|&&open| open < ballot);
        let evidence = if let Some(&lower) = below.find(|&&open| history.can_choose(open, Some(value))) {
            Evidence::StillOpen { value, lower }
        } else if history.unbound(ballot) >= usize::from(history.quorum()) {
            Evidence::Unbound { value, unbound: history.unbound(ballot) as u8 }
        } else {
            return;
        };
        self.findings.report(Invariant::SafeAt, at_ns, ballot, evidence);
    }

    /// An acceptor's promise changes.
    fn on_promise(&mut self, node: NodeId, ballot: BallotId) {
        self.history.promise(node, ballot, &mut |_, _, _| {});
        self.logs[usize::from(node)].promises.push(ballot);
        if self.roles.own_instant {
            let vote = self.logs[usize::from(node)].vote_up_to(ballot);
            let own = |seat: &&mut Seat| {
                (seat.home, seat.phase, seat.ballot) == (node, 1, ballot) && !seat.asks_itself
            };
            for seat in self.seats.iter_mut().filter(own) {
                seat.yes |= bit(node);
                seat.best = seat.best.max(vote);
            }
        }
    }

    /// An acceptor's vote changes: it is for what was proposed.
    fn on_vote(&mut self, at_ns: u64, node: NodeId, ballot: BallotId, value: SubmissionId) {
        if !self.history.is_proposed(ballot, value) && !self.seconds.contains(&(ballot, value)) {
            let evidence = Evidence::NotProposed { node, value };
            self.findings.report(Invariant::VoteWasProposed, at_ns, ballot, evidence);
        }
        if self.history.voters(ballot) == 0 {
            self.open.push(ballot);
        }
        self.history.vote(node, ballot, value, &mut |_, _, _| {});
        self.logs[usize::from(node)].votes.push((ballot, value));
        if self.roles.own_instant {
            let own = |seat: &&mut Seat| {
                (seat.home, seat.phase, seat.ballot) == (node, 2, ballot) && !seat.asks_itself
            };
            self.seats.iter_mut().filter(own).for_each(|seat| seat.yes |= bit(node));
        }
    }

    /// A reply arrives at its proposer.
    fn on_arrival(&mut self, message: &Message) {
        let (phase, node, blocking) = (message.id.phase, message.id.node, self.roles.blocking);
        let seat = self.seat(message.id.proposer);
        if (seat.ballot, seat.phase) != (message.ballot, phase) || seat.over & bit(node) != 0 {
            return;
        }
        seat.over |= if blocking { bit(node) } else { 0 };
        if matches!(message.kind, Kind::Promise | Kind::Accepted) {
            seat.yes |= bit(node);
        }
        if message.kind == Kind::Promise {
            seat.best = seat.best.max(message.value.map(|value| (message.about, value)));
        }
    }

    /// An acceptor replies: what it says is so at that moment.
    fn on_reply(&mut self, at_ns: u64, message: &Message) {
        let (node, ballot) = (message.id.node, message.ballot);
        let log = &self.logs[usize::from(node)];
        let promised = log.promised();
        let evidence = match message.kind {
            // It is stored, and binds still. By the time of the answer the acceptor may be bound by more, and may even have
            // voted there: a local rival that it has pre-empted goes on at once.
            Kind::Promise if promised < ballot || !log.promises.iter().rev().any(|&it| it == ballot) => {
                Evidence::NotStored { node, promised }
            }
            Kind::Promise => {
                let said = message.value.map(|value| (message.about, value));
                let vote = log.votes.last().copied();
                if said == vote || said == log.vote_up_to(ballot) {
                    return;
                }
                Evidence::OtherVote { node, said, vote }
            }
            Kind::Accepted if !log.votes.iter().rev().any(|vote| vote.0 == ballot) => {
                Evidence::NoVote { node }
            }
            Kind::Reject if self.roles.foreign && message.about == BallotId::NONE => return,
            Kind::Reject if message.about != promised => {
                Evidence::OtherPromise { node, said: message.about, promised }
            }
            _ => return,
        };
        self.findings.report(Invariant::RepliesTrue, at_ns, ballot, evidence);
    }
}

impl Observer for Audit {
    fn on(&mut self, at_ns: u64, event: &Event) {
        match *event {
            Event::Submitted { proposer, submission } => {
                self.seat(proposer).submissions.push_back(submission)
            }
            Event::Answered { proposer, submission, .. } | Event::Abandoned { proposer, submission } => {
                self.seat(proposer).submissions.retain(|&it| it != submission);
            }
            Event::Started { proposer, ballot, .. } => self.on_start(proposer, ballot),
            Event::Proposed { proposer, ballot, value } => self.on_proposal(at_ns, proposer, ballot, value),
            Event::Promised { node, ballot } => self.on_promise(node, ballot),
            Event::Voted { node, ballot, value } => self.on_vote(at_ns, node, ballot, value),
            // Of these nothing is known.
            Event::Delivered { ref message } | Event::Sent { ref message, .. }
                if message.kind == Kind::Other => {}
            Event::Delivered { ref message } if message.id.reply => self.on_arrival(message),
            Event::Sent { ref message, .. } if message.id.reply => self.on_reply(at_ns, message),
            Event::Sent { ref message, .. } if matches!(message.kind, Kind::Prepare | Kind::Accept) => {
                let seat = self.seat(message.id.proposer);
                seat.asks_itself |= seat.home == message.id.node && seat.ballot == message.ballot;
            }
            Event::CallFailed { proposer, node, phase } => {
                let seat = self.seat(proposer);
                seat.over |= if seat.phase == phase { bit(node) } else { 0 };
            }
            Event::Learned { proposer, .. } => {
                self.quorum_behind(at_ns, proposer, 2);
                self.seat(proposer).phase = 0;
            }
            Event::Failed { proposer, .. } | Event::Aborted { proposer, .. } => self.seat(proposer).phase = 0,
            _ => {}
        }
    }
}
