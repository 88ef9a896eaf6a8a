//! Deliberate bugs, each one small deviation from the protocol: what a checker must be able to find.
//!
//! The correct roles ask once whether a mutant is at work and, if so, hand over to here; so they read as the paper
//! and pay nothing. A deviation bends what goes in or comes out and leaves the rest to the correct code. Absent on
//! purpose: which check kills which.

use super::{
    Acceptor, Ballot, Effect, Mutant, Node, NodeId, NodeSet, Phase, Proposer, Reply, Request, Rules, Vote,
};

/// Phases 1b and 2b of a mutant.
#[cold]
#[inline(never)]
pub(super) fn on_request(it: &mut Acceptor, ballot: Ballot, request: Request, rules: &Rules) -> Reply {
    match (rules.mutant, request) {
        (Mutant::AcceptIgnoresPromise, Request::Accept(value)) => it.vote_for(ballot, value),
        (Mutant::AcceptComparesWithVote, Request::Accept(value)) if ballot >= it.vote.ballot => {
            it.vote_for(ballot, value)
        }
        (Mutant::AcceptDoesNotRaisePromise, Request::Accept(value)) if ballot >= it.promised => {
            it.vote = Vote { ballot, value };
            Reply::Accepted
        }
        (Mutant::AcceptUsesGreater, Request::Accept(_)) if ballot <= it.promised => {
            Reply::Reject(it.promised)
        }
        (Mutant::AcceptedWithoutStoring, Request::Accept(_)) if ballot >= it.promised => Reply::Accepted,
        (Mutant::BallotsWithoutNode, Request::Prepare) if ballot == it.promised => Reply::Promise(it.vote),
        (Mutant::PromiseReportsPromised, Request::Prepare) => match it.handle(ballot, request, rules) {
            Reply::Promise(vote) if vote != Vote::NONE => {
                Reply::Promise(Vote { ballot: it.promised, ..vote })
            }
            reply => reply,
        },
        _ => it.handle(ballot, request, rules),
    }
}

/// A handler in two steps.
impl Acceptor {
    /// Whether the request would have a yes as things stand.
    pub fn check(mut self, ballot: Ballot, request: Request, rules: &Rules) -> bool {
        !matches!(self.on_request(ballot, request, rules), Reply::Reject(_))
    }

    /// Does and says what follows a check that said yes, whatever has been promised since: a promise can fall.
    pub fn set(&mut self, ballot: Ballot, request: Request, rules: &Rules) -> Reply {
        let promised = std::mem::replace(&mut self.promised, Ballot::NONE);
        let reply = self.on_request(ballot, request, rules);
        // A mutant that leaves the promise alone left it as it was.
        if self.promised == Ballot::NONE {
            self.promised = promised;
        }
        reply
    }
}

/// The number that a ballot bears beside its round.
pub(super) fn ballot_id(id: u8, rules: &Rules) -> u8 {
    if rules.mutant == Mutant::BallotsWithoutNode { 0 } else { id }
}

/// The round that follows `known` for a proposer that knows of none higher.
#[inline(always)]
pub(super) fn next_round(known: u64, id: u8, promised: Ballot, rules: &Rules) -> u64 {
    let joins = rules.mutant == Mutant::JoinsPromisedRound
        && promised != Ballot::NONE
        && promised.round() == known
        && promised.node() < id;
    known + u64::from(!joins)
}

/// What a mutant has not kept on its disk.
#[cold]
pub(super) fn restart(it: &mut Node, rules: &Rules) {
    match rules.mutant {
        Mutant::ForgetsPromiseOnRestart => it.acceptor.promised = Ballot::NONE,
        Mutant::ForgetsEverythingOnRestart => it.acceptor = Acceptor::default(),
        Mutant::ForgetsVoteOnRestart => it.acceptor.vote = Vote::NONE,
        Mutant::ReusesBallotAfterRestart => it.round = it.round.saturating_sub(1),
        Mutant::ForgetsRoundOnRestart => it.round = 0,
        Mutant::TakesRoundFromPromiseOnRestart => it.round = it.acceptor.promised.round(),
        Mutant::TakesRoundFromVoteOnRestart => it.round = it.acceptor.vote.ballot.round(),
        _ => {}
    }
}

/// Phase 1a of a mutant.
#[cold]
#[inline(never)]
pub(super) fn begin(it: &mut Proposer, own: super::Value, ballot: Ballot, rules: &Rules) -> Effect {
    let retries = it.own == own && it.ballot != Ballot::NONE;
    if !retries {
        (it.proposal, it.heard) = (own, NodeSet::EMPTY);
    }
    let kept = Vote { ballot: Ballot::from_bits(u64::MAX), value: it.proposal };
    let effect = it.prepare(own, ballot, rules);
    match rules.mutant {
        Mutant::KeepsFirstValue if retries => it.best = kept,
        Mutant::SkipsPhaseOneOnRetry if retries => return it.open(Phase::Accept, rules),
        _ => {}
    }
    effect
}

/// An answer reaches a mutant.
#[cold]
#[inline(never)]
pub(super) fn on_reply(
    it: &mut Proposer,
    mut from: NodeId,
    phase: Phase,
    mut ballot: Ballot,
    mut reply: Reply,
    rules: &Rules,
) -> Effect {
    let is_current = it.awaits(ballot) && phase == it.phase;
    let is_old = ballot < it.ballot && phase == it.phase;
    match (rules.mutant, reply) {
        (Mutant::IgnoresVotes, Reply::Promise(_)) => reply = Reply::Promise(Vote::NONE),
        (Mutant::NoneIsNothing, Reply::Promise(vote))
            if rules.none_values >> vote.value.0.min(63) & 1 != 0 =>
        {
            reply = Reply::Promise(Vote::NONE);
        }
        (Mutant::TakesLowestVote, Reply::Promise(vote)) if is_current && vote != Vote::NONE => {
            if vote.ballot < it.best.ballot {
                it.best = Vote::NONE;
            } else if it.best != Vote::NONE {
                reply = Reply::Promise(Vote::NONE);
            }
        }
        (Mutant::TakesLastVote, Reply::Promise(vote)) if is_current && vote != Vote::NONE => {
            it.best = Vote::NONE;
        }
        (Mutant::CountsDuplicatePromises, Reply::Promise(_)) if is_current => from = counted_again(it, from),
        (Mutant::CountsDuplicateAccepteds, Reply::Accepted) if is_current => from = counted_again(it, from),
        (Mutant::CountsRejectionsAsPromises, Reply::Reject(_)) if is_current && phase == Phase::Prepare => {
            reply = Reply::Promise(Vote::NONE);
        }
        (Mutant::CountsOldPromises, Reply::Promise(_)) if is_old => ballot = it.ballot,
        (Mutant::CountsOldAccepteds, Reply::Accepted) if is_old => ballot = it.ballot,
        (Mutant::RerunsPhaseTwo, Reply::Promise(vote)) if runs_again(it, phase, ballot, vote) => {
            (it.best, it.phase) = (vote, Phase::Prepare);
            return it.advance(rules);
        }
        (Mutant::LearnerMixesBallots, Reply::Accepted) => {
            it.heard.insert(from);
            if is_current {
                it.yes = it.heard;
            }
        }
        _ => {}
    }
    it.take(from, phase, ballot, reply, rules)
}

/// A node that has not answered yet, in place of one that has: so a second answer counts as another.
fn counted_again(it: &Proposer, from: NodeId) -> NodeId {
    const NODES: std::ops::Range<NodeId> = 0..64;
    let stranger = || NODES.rev().find(|&node| !it.yes.contains(node));
    if it.yes.contains(from) { stranger().unwrap_or(from) } else { from }
}

/// Whether a promise comes after phase 2 has begun and would have changed the proposal.
fn runs_again(it: &Proposer, phase: Phase, ballot: Ballot, vote: Vote) -> bool {
    it.awaits(ballot) && (phase, it.phase) == (Phase::Prepare, Phase::Accept) && vote.ballot > it.best.ballot
}
