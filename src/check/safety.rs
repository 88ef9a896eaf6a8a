//! The safety invariants, one function each, online in every run.
//!
//! | property | paper | TLA+ | function |
//! |---|---|---|---|
//! | agreement | "only a single value is chosen" (Paxos Made Simple, 2.1) | `Consistency` | [`Safety::agreement`] |
//! | validity | "only a value that has been proposed may be chosen" | `Nontriviality` | [`Safety::validity`] |
//! | one value per ballot | B1 with the 2a rule | `OneValuePerBallot` | [`Safety::one_value_per_ballot`] |
//! | promises kept | P1a | `maxBal` monotone | [`Safety::promise_rises`], [`Safety::vote_keeps_promise`] |
//! | proposal safety | P2b | `SafeAt`, `ShowsSafeAt` | [`Safety::proposal_safety`] |
//! | reported ⇒ chosen | "never learns that a value has been chosen unless it has been" | | [`Safety::reported_implies_chosen`] |
//! | learned ⇒ chosen | the same, for learners | | [`Safety::learned_implies_chosen`] |
//!
//! Votes are taken from the acceptors' state, not from their answers: an acceptor that answers without storing is seen.

use super::ballots::Ballots;
use super::evidence::Evidence;
use super::outcome::{Invariant, InvariantSet};
use crate::trace::{Answer, BallotId, Event, NodeId, SubmissionId};

/// The first chosen value of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Which.
    pub value: SubmissionId,
    /// In this ballot.
    pub ballot: BallotId,
    /// At this instant, ns: that of the quorum's last accept.
    pub at_ns: u64,
}

/// A broken invariant with its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When, ns.
    pub at_ns: u64,
    /// In this ballot, if it is about one.
    pub ballot: BallotId,
    /// What was seen.
    pub evidence: Evidence,
}

/// The state that the invariants need.
#[derive(Clone, Debug)]
pub struct Safety {
    accept_quorum: u8,
    /// By node number.
    promised: Vec<BallotId>,
    ballots: Ballots,
    submitted: Vec<bool>,
    highest_proposal: BallotId,
    chosen: Option<Chosen>,
    violated: InvariantSet,
    violations: Vec<Violation>,
}

impl Safety {
    /// Checks runs of `nodes` acceptors in which `accept_quorum` votes choose and at most `submissions` values are submitted.
    pub fn new(nodes: u8, accept_quorum: u8, submissions: usize) -> Self {
        Safety {
            accept_quorum,
            promised: vec![BallotId::NONE; usize::from(nodes) + 1],
            ballots: Ballots::new(),
            submitted: vec![false; submissions],
            highest_proposal: BallotId::NONE,
            chosen: None,
            violated: InvariantSet::default(),
            violations: Vec::new(),
        }
    }

    /// Forgets the run before.
    #[inline]
    pub fn clear(&mut self) {
        self.promised.fill(BallotId::NONE);
        self.ballots.clear();
        self.submitted.fill(false);
        self.highest_proposal = BallotId::NONE;
        self.chosen = None;
        self.violated = InvariantSet::default();
        self.violations.clear();
    }

    /// The first chosen value.
    #[inline(always)]
    pub fn chosen(&self) -> Option<Chosen> {
        self.chosen
    }
    /// A copy that has forgotten the ballots below `lowest`, for runs that go on without them.
    pub fn since(&self, lowest: BallotId) -> Safety {
        Safety {
            accept_quorum: self.accept_quorum,
            promised: self.promised.clone(),
            ballots: self.ballots.since(lowest),
            submitted: self.submitted.clone(),
            highest_proposal: self.highest_proposal,
            chosen: self.chosen,
            violated: self.violated,
            violations: Vec::new(),
        }
    }
    /// Who has voted in a ballot, overwritten votes included: node n as bit n.
    pub fn voters(&self, ballot: BallotId) -> u64 {
        self.ballots.voters(ballot)
    }
    /// Which invariants are broken.
    pub fn violated(&self) -> InvariantSet {
        self.violated
    }
    /// How, in the order in which it happened.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Takes one event.
    #[inline(always)]
    pub fn on(&mut self, at_ns: u64, event: &Event) {
        match *event {
            Event::Submitted { submission, .. } => {
                if let Some(known) = self.submitted.get_mut(usize::from(submission)) {
                    *known = true;
                }
            }
            Event::Proposed { ballot, value, .. } => {
                let record = self.ballots.of(ballot);
                record.is_proposed = true;
                let known = record.value_or(value);
                self.one_value_per_ballot(at_ns, ballot, value, known);
                self.proposal_safety(at_ns, ballot, value);
                self.highest_proposal = self.highest_proposal.max(ballot);
            }
            Event::Promised { node, ballot } => self.promise_rises(at_ns, node, ballot),
            Event::Voted { node, ballot, value } => {
                self.vote_keeps_promise(at_ns, node, ballot);
                let record = self.ballots.of(ballot);
                let (known, votes) = (record.value_or(value), record.vote(node));
                self.one_value_per_ballot(at_ns, ballot, value, known);
                // A quorum of votes in one ballot chooses its value.
                if votes >= self.accept_quorum {
                    self.agreement(at_ns, ballot, value);
                }
            }
            Event::Learned { ballot, value, .. } => self.learned_implies_chosen(at_ns, ballot, value),
            Event::NodeLearned { value, .. } => self.learned_implies_chosen(at_ns, BallotId::NONE, value),
            Event::Answered { answer: Answer::Succeeded { value }, .. } => {
                self.reported_implies_chosen(at_ns, value);
            }
            _ => {}
        }
    }

    /// At most one value is chosen.
    #[inline(always)]
    fn agreement(&mut self, at_ns: u64, ballot: BallotId, value: SubmissionId) {
        match self.chosen {
            None => {
                self.chosen = Some(Chosen { value, ballot, at_ns });
                self.validity(at_ns, ballot, value);
                self.earlier_proposals(at_ns, ballot, value);
            }
            Some(first) if first.value != value => {
                self.report(
                    Invariant::Agreement,
                    at_ns,
                    ballot,
                    Evidence::ChosenTwice { value, first: first.value, before: first.ballot },
                );
            }
            Some(_) => {}
        }
    }

    /// Only submitted values are chosen.
    fn validity(&mut self, at_ns: u64, ballot: BallotId, value: SubmissionId) {
        if !self.submitted.get(usize::from(value)).is_some_and(|&known| known) {
            self.report(Invariant::Validity, at_ns, ballot, Evidence::NeverSubmitted { value });
        }
    }

    /// All proposals and votes of a ballot are for one value.
    #[inline(always)]
    fn one_value_per_ballot(
        &mut self,
        at_ns: u64,
        ballot: BallotId,
        value: SubmissionId,
        known: SubmissionId,
    ) {
        if known != value {
            self.report(Invariant::OneValuePerBallot, at_ns, ballot, Evidence::TwoValues { value, known });
        }
    }

    /// An acceptor's promise never falls.
    #[inline(always)]
    fn promise_rises(&mut self, at_ns: u64, node: NodeId, ballot: BallotId) {
        let before = self.promised[usize::from(node)];
        if ballot <= before {
            self.report(
                Invariant::PromisesKept,
                at_ns,
                ballot,
                Evidence::PromiseFell { node, ballot, before },
            );
        }
        self.promised[usize::from(node)] = ballot.max(before);
    }

    /// An acceptor votes in no ballot below its promise.
    #[inline(always)]
    fn vote_keeps_promise(&mut self, at_ns: u64, node: NodeId, ballot: BallotId) {
        let promised = self.promised[usize::from(node)];
        // A vote binds as a promise does, whether or not the acceptor says so.
        self.promised[usize::from(node)] = promised.max(ballot);
        if ballot < promised {
            self.report(
                Invariant::PromisesKept,
                at_ns,
                ballot,
                Evidence::PromiseBroken { node, ballot, promised },
            );
        }
    }

    /// A proposal never contradicts a value that is already chosen in a lower ballot.
    #[inline(always)]
    fn proposal_safety(&mut self, at_ns: u64, ballot: BallotId, value: SubmissionId) {
        if let Some(chosen) = self.chosen
            && chosen.ballot < ballot
            && chosen.value != value
        {
            self.report(
                Invariant::ProposalSafety,
                at_ns,
                ballot,
                Evidence::UnsafeProposal { value, chosen: chosen.value, before: chosen.ballot },
            );
        }
    }

    /// The same in the other order of time: what is chosen now contradicts no proposal of a higher ballot. Looked at
    /// once a run, at the first choice.
    fn earlier_proposals(&mut self, at_ns: u64, ballot: BallotId, value: SubmissionId) {
        if self.highest_proposal <= ballot {
            return;
        }
        if let Some((above, other)) = self.ballots.contradiction(ballot, value) {
            self.report(
                Invariant::ProposalSafety,
                at_ns,
                above,
                Evidence::UnsafeChoice { other, value, lower: ballot },
            );
        }
    }

    /// A client is told SUCCEEDED only with a chosen value.
    #[inline(always)]
    fn reported_implies_chosen(&mut self, at_ns: u64, value: SubmissionId) {
        if self.chosen.is_none_or(|chosen| chosen.value != value) {
            self.report(
                Invariant::ReportedImpliesChosen,
                at_ns,
                BallotId::NONE,
                Evidence::Told { value, chosen: self.chosen.map(|chosen| chosen.value) },
            );
        }
    }

    /// A proposer or learner believes only a chosen value.
    #[inline(always)]
    fn learned_implies_chosen(&mut self, at_ns: u64, ballot: BallotId, value: SubmissionId) {
        if self.chosen.is_none_or(|chosen| chosen.value != value) {
            self.report(
                Invariant::LearnedImpliesChosen,
                at_ns,
                ballot,
                Evidence::Learned { value, chosen: self.chosen.map(|chosen| chosen.value) },
            );
        }
    }

    #[cold]
    #[inline(never)]
    fn report(&mut self, invariant: Invariant, at_ns: u64, ballot: BallotId, evidence: Evidence) {
        /// A broken run can violate at every event: the first few tell all.
        const KEPT: usize = 16;
        self.violated.insert(invariant);
        if self.violations.len() < KEPT {
            self.violations.push(Violation { invariant, at_ns, ballot, evidence });
        }
    }
}
