//! The safety invariants that watch every run, from events alone.
//!
//! | invariant | paper | TLA+ | where |
//! |---|---|---|---|
//! | agreement | "only a single value is chosen" (Paxos Made Simple, 2.1) | `Consistency` | [`History::vote`] |
//! | validity | "only a value that has been proposed may be chosen" | `Nontriviality` | [`Safety`] |
//! | a ballot is begun once | "begins phase 1 with a higher proposal number than any it has already used", from "disjoint sets of numbers" (2.5) | | [`History::begin`] |
//! | one value per ballot | B1 with the 2a rule | `OneValuePerBallot` | [`History::propose`], [`History::vote`] |
//! | promises kept | P1a, its *only if* | `maxBal` monotone | [`History::promise`], [`History::vote`] |
//! | proposal safety | P2b: what is proposed against what *is* chosen; weaker than `SafeAt` (`audit`) | | [`History::propose`], [`History::vote`] |
//! | reported ⇒ chosen | "never learns that a value has been chosen unless it has been" | | [`History::tell`] |
//! | learned ⇒ chosen | the same, for learners | | [`History::learn`] |
//! | clients agree | what clients are told, where agreement is about what is chosen | | [`History::tell`] |
//!
//! Votes are taken from the acceptors' state, not from their answers: an acceptor that answers without storing is seen.
//! Absent on purpose: what rests on replies and on what a proposer has heard (`audit`).

use super::ballots::Ballots;
use super::evidence::Evidence;
use super::findings::{Findings, Violation};
use super::history::History;
use super::invariant::{Invariant, InvariantSet};
use crate::trace::{BallotId, Event, SubmissionId};

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

/// The state that the invariants need.
#[derive(Clone, Debug)]
pub struct Safety {
    history: History<Ballots>,
    submitted: Vec<bool>,
    chosen: Option<Chosen>,
    pub(super) findings: Findings,
}

impl Safety {
    /// Checks runs of `nodes` acceptors in which `accept_quorum` votes choose and at most `submissions` values are submitted.
    pub fn new(nodes: u8, accept_quorum: u8, submissions: usize) -> Self {
        Safety {
            history: History::new(nodes, accept_quorum, Ballots::new()),
            submitted: vec![false; submissions],
            chosen: None,
            findings: Findings::default(),
        }
    }

    /// Forgets the run before.
    #[inline]
    pub fn clear(&mut self) {
        self.history.ballots.clear();
        self.history.clear();
        self.submitted.fill(false);
        self.chosen = None;
        self.findings.clear();
    }

    /// The first chosen value.
    #[inline(always)]
    pub fn chosen(&self) -> Option<Chosen> {
        self.chosen
    }
    /// A copy that has forgotten the ballots below `lowest`, for runs that go on without them.
    pub fn since(&self, lowest: BallotId) -> Safety {
        Safety {
            history: self.history.with(self.history.ballots.since(lowest)),
            submitted: self.submitted.clone(),
            chosen: self.chosen,
            findings: Findings { violated: self.findings.violated, violations: Vec::new() },
        }
    }
    /// Who has voted for the value of a ballot, overwritten votes included: node n as bit n.
    pub fn voters(&self, ballot: BallotId) -> u64 {
        self.history.voters(ballot)
    }
    /// Which invariants are broken.
    pub fn violated(&self) -> InvariantSet {
        self.findings.violated
    }
    /// How, in the order in which it happened.
    pub fn violations(&self) -> &[Violation] {
        &self.findings.violations
    }

    /// Takes one event.
    #[inline(always)]
    pub fn on(&mut self, at_ns: u64, event: &Event) {
        let Safety { history, submitted, chosen, findings } = self;
        let mut report = |invariant, ballot, evidence| findings.report(invariant, at_ns, ballot, evidence);
        let is_chosen = history.on(event, &mut report);
        match *event {
            Event::Submitted { submission, .. } => {
                if let Some(known) = submitted.get_mut(usize::from(submission)) {
                    *known = true;
                }
            }
            Event::Voted { ballot, value, .. } if is_chosen && chosen.is_none() => {
                *chosen = Some(Chosen { value, ballot, at_ns });
                // Only submitted values are chosen.
                if !submitted.get(usize::from(value)).is_some_and(|&known| known) {
                    report(Invariant::Validity, ballot, Evidence::NeverSubmitted { value });
                }
            }
            _ => {}
        }
    }
}
