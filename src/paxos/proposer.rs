//! The proposer: one attempt at a time, two phases to an attempt, each waiting for a quorum.
//!
//! Absent on purpose: which ballot an attempt gets (`node`), and when the next attempt begins (the runtime draws the
//! back-off). Every input returns one [`Effect`].

use super::{
    Advance, Ballot, GiveUp, Mutant, NodeId, NodeSet, Reply, Request, Rules, Transport, Value, Vote, mutants,
};

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// No attempt is running.
    #[default]
    Idle,
    /// Phase 1: waiting for promises.
    Prepare,
    /// Phase 2: waiting for accepts.
    Accept,
}

/// What the runtime is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// Send this request to every acceptor; a phase begins.
    Broadcast(Request),
    /// Call this acceptor and wait for its answer. `opens` a phase, if it is its first call.
    Call {
        /// Whom to call.
        node: NodeId,
        /// What to ask.
        request: Request,
        /// Whether a phase begins.
        opens: bool,
    },
    /// The attempt has succeeded: this value is chosen.
    Succeeded(Value),
    /// The attempt has failed.
    Failed {
        /// Why.
        why: Failure,
        /// In this phase.
        phase: Phase,
        /// With that many promises or accepts.
        count: u8,
    },
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Rejected for a higher ballot.
    Rejected,
    /// Rejected for its own ballot, which the acceptor had promised already: no rival has a hand in it.
    OwnBallot,
    /// The own node's acceptor went on to a higher ballot.
    LocallyPreempted,
    /// Time ran out.
    TimedOut,
    /// All calls returned, none with a rejection for a higher ballot, too few with a yes.
    Unanswered,
}

/// A proposer with the attempt that is running or ran last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Proposer {
    /// The number of the node it lives on; 0 for none.
    pub node: NodeId,
    /// Where the attempt stands.
    pub phase: Phase,
    /// Its ballot.
    pub ballot: Ballot,
    /// The value that its client submitted.
    pub own: Value,
    /// The value that it asks votes for; set when phase 2 begins.
    pub proposal: Value,
    /// The highest vote that a promise of this ballot reported.
    pub best: Vote,
    /// Who said yes in this phase.
    pub yes: NodeSet,
    /// Who said no in this phase, for a higher ballot, and not yes as well.
    pub no: NodeSet,
    /// Whom a sequential proposer is calling; 0 for nobody.
    pub calling: NodeId,
    /// The highest round that a rejection named.
    pub seen: u64,
    /// Who has accepted anything of it; only the mutant that mixes ballots looks at it.
    pub heard: NodeSet,
}

impl Proposer {
    /// Phase 1a: begins an attempt to get `own` chosen in `ballot`.
    #[inline(always)]
    pub fn begin(&mut self, own: Value, ballot: Ballot, rules: &Rules) -> Effect {
        if rules.mutant != Mutant::None {
            return mutants::begin(self, own, ballot, rules);
        }
        self.prepare(own, ballot, rules)
    }

    #[inline(always)]
    pub(super) fn prepare(&mut self, own: Value, ballot: Ballot, rules: &Rules) -> Effect {
        (self.own, self.ballot, self.best) = (own, ballot, Vote::NONE);
        self.open(Phase::Prepare, rules)
    }

    /// Whether an answer to this ballot can matter: answers to other ballots, or to an attempt that is over, teach
    /// nothing.
    #[inline(always)]
    pub fn awaits(&self, ballot: Ballot) -> bool {
        (ballot == self.ballot) & (self.phase != Phase::Idle)
    }

    /// Takes the answer of acceptor `from` to the request of phase `phase` of ballot `ballot`.
    #[inline(always)]
    pub fn on_reply(
        &mut self,
        from: NodeId,
        phase: Phase,
        ballot: Ballot,
        reply: Reply,
        rules: &Rules,
    ) -> Effect {
        if rules.mutant != Mutant::None {
            return mutants::on_reply(self, from, phase, ballot, reply, rules);
        }
        self.take(from, phase, ballot, reply, rules)
    }

    #[inline(always)]
    pub(super) fn take(
        &mut self,
        from: NodeId,
        phase: Phase,
        ballot: Ballot,
        reply: Reply,
        rules: &Rules,
    ) -> Effect {
        if !self.awaits(ballot) {
            return Effect::None;
        }
        // A caller that has hung up hears nothing more.
        if rules.transport == Transport::Sequential && (from, phase) != (self.calling, self.phase) {
            return Effect::None;
        }
        match reply {
            // Late promises and accepteds are ignored ...
            Reply::Promise(_) | Reply::Accepted if phase != self.phase => return Effect::None,
            Reply::Promise(vote) => {
                self.count_yes(from);
                // The adoption rule: of all votes reported, the one in the highest ballot counts (step 4 of the
                // argument in the module above).
                self.best = self.best.or_higher(vote);
            }
            Reply::Accepted => self.count_yes(from),
            // ... but a late rejection counts, for the ballot is as dead as if it were of this phase.
            Reply::Reject(promised) => {
                self.seen = self.seen.max(promised.round());
                let own = promised == ballot;
                if phase == self.phase && !own {
                    self.count_no(from);
                }
                if rules.give_up == GiveUp::FirstReject {
                    return self.fail(if own { Failure::OwnBallot } else { Failure::Rejected });
                }
            }
        }
        match rules.transport {
            Transport::Broadcast => self.judge(rules),
            Transport::Sequential => self.judge_call(rules),
        }
    }

    /// A yes holds, whatever the same acceptor said to another copy of the request.
    #[inline(always)]
    fn count_yes(&mut self, from: NodeId) {
        self.yes.insert(from);
        self.no.remove(from);
    }

    #[inline(always)]
    fn count_no(&mut self, from: NodeId) {
        if !self.yes.contains(from) {
            self.no.insert(from);
        }
    }

    /// A call of the sequential transport came back with an error.
    pub fn on_call_failed(&mut self, from: NodeId, phase: Phase, ballot: Ballot, rules: &Rules) -> Effect {
        if (ballot, from, phase) != (self.ballot, self.calling, self.phase) {
            return Effect::None;
        }
        self.judge_call(rules)
    }

    /// The phase or the attempt has taken too long.
    pub fn on_timeout(&mut self) -> Effect {
        self.fail(Failure::TimedOut)
    }

    /// The own node's acceptor has promised or accepted `ballot`.
    #[inline(always)]
    pub fn on_local_yes(&mut self, ballot: Ballot) -> Effect {
        if self.phase == Phase::Idle || ballot <= self.ballot {
            return Effect::None;
        }
        self.fail(Failure::LocallyPreempted)
    }

    /// Whether this phase has its quorum, or can have none any more.
    #[inline(always)]
    fn judge(&mut self, rules: &Rules) -> Effect {
        if self.yes.len() >= self.quorum(rules) {
            return self.advance(rules);
        }
        if rules.give_up == GiveUp::QuorumImpossible && self.is_quorum_impossible(rules) {
            return self.fail(Failure::Rejected);
        }
        Effect::None
    }

    /// What follows a call that has returned: the next phase, the end, or the next call.
    fn judge_call(&mut self, rules: &Rules) -> Effect {
        let has_quorum = self.yes.len() >= self.quorum(rules);
        if has_quorum && rules.advance == Advance::Quorum {
            return self.advance(rules);
        }
        if rules.give_up == GiveUp::QuorumImpossible && self.is_quorum_impossible(rules) {
            return self.fail(Failure::Rejected);
        }
        self.calling = self.callee_after(self.calling, rules);
        if self.calling != 0 {
            return Effect::Call { node: self.calling, request: self.request(), opens: false };
        }
        match rules.give_up {
            _ if has_quorum => self.advance(rules),
            GiveUp::TimeoutOnly => Effect::None,
            _ if self.no.is_empty() => self.fail(Failure::Unanswered),
            _ => self.fail(Failure::Rejected),
        }
    }

    /// A quorum has said yes: phase 2 begins, or the value is chosen.
    #[inline(always)]
    pub(super) fn advance(&mut self, rules: &Rules) -> Effect {
        if self.phase == Phase::Accept {
            self.phase = Phase::Idle;
            return Effect::Succeeded(self.proposal);
        }
        // Phase 2a: free to propose the own value only if no promise reported a vote.
        self.proposal = self.best.value().unwrap_or(self.own);
        self.open(Phase::Accept, rules)
    }

    #[inline(always)]
    pub(super) fn open(&mut self, phase: Phase, rules: &Rules) -> Effect {
        (self.phase, self.yes, self.no) = (phase, NodeSet::EMPTY, NodeSet::EMPTY);
        match rules.transport {
            Transport::Broadcast => Effect::Broadcast(self.request()),
            Transport::Sequential => {
                self.calling = if self.node != 0 { self.node } else { 1 };
                Effect::Call { node: self.calling, request: self.request(), opens: true }
            }
        }
    }

    fn request(&self) -> Request {
        if self.phase == Phase::Prepare { Request::Prepare } else { Request::Accept(self.proposal) }
    }

    #[inline(always)]
    fn fail(&mut self, why: Failure) -> Effect {
        let phase = std::mem::take(&mut self.phase);
        Effect::Failed { why, phase, count: self.yes.len() }
    }

    #[inline(always)]
    fn quorum(&self, rules: &Rules) -> u8 {
        if self.phase == Phase::Prepare { rules.prepare_quorum } else { rules.accept_quorum }
    }

    #[inline(always)]
    fn is_quorum_impossible(&self, rules: &Rules) -> bool {
        self.no.len() > rules.nodes - self.quorum(rules)
    }

    /// Whom to call after `node`: the own node first, then the peers in ascending order; 0 when all were called.
    fn callee_after(&self, node: NodeId, rules: &Rules) -> NodeId {
        let next = if node == self.node { 1 } else { node + 1 };
        let next = if next == self.node { next + 1 } else { next };
        if next > rules.nodes { 0 } else { next }
    }
}
