//! One step of the protocol: its effects are obeyed, its requests served, its answers heard, and each step is told as an
//! event.
//!
//! The timed engine, the exploration and the exact chain each say how they send, wait and answer, and take the rest from here. So there is
//! one order of what happens within a step: an acceptor aborts its own node's lower attempts before its answer leaves the
//! node, and after a proposer on it has heard the answer by a direct call.

use crate::paxos::{
    Acceptor, Ballot, Effect, Failure, Mutant, Node, NodeId, Phase, Proposer, Reply, Request, Rules,
    Transport, Value,
};
use crate::trace::{BallotId, Event};

use super::plan::Plan;

/// Keeps proposers and acceptors, and obeys what the protocol asks of its runtime.
pub(super) trait Stage {
    /// Whether nothing but a plain scenario's broadcasts is ever asked for.
    const PLAIN: bool;

    fn plan(&self) -> &Plan;
    fn paxos(&mut self, p: usize) -> &mut Proposer;
    fn node(&mut self, node: NodeId) -> &mut Node;
    /// Whether the run is over: then nothing more is done.
    fn is_over(&self) -> bool;
    /// Shows an event to whoever watches.
    fn emit(&mut self, event: Event);

    /// Takes up the next attempt; its number, and the value of its client.
    fn next_attempt(&mut self, p: usize) -> (u32, Value);
    /// A phase begins, and with it the wait for its end.
    #[inline(always)]
    fn wait_for_phase(&mut self, _p: usize) {}
    /// Sends a phase's request to every acceptor; what follows from it at once.
    fn ask_all(&mut self, p: usize, request: Request) -> Effect;
    /// Calls one acceptor; what follows from it at once.
    fn call(&mut self, p: usize, node: NodeId, request: Request) -> Effect;
    /// A sequential proposer may have no call any more that could fail.
    #[inline(always)]
    fn note_call_is_over(&mut self, _p: usize) {}
    /// An acceptor has voted.
    #[inline(always)]
    fn note_vote(&mut self) {}
    /// An acceptor refuses a request.
    #[inline(always)]
    fn note_refusal(&mut self) {}
    /// The proposer has learned a value, and its client hears of it.
    fn succeed(&mut self, p: usize, value: Value) -> Effect;
    /// An attempt has failed: the next one is scheduled, or the client is told.
    fn fail(&mut self, p: usize, why: Failure, phase: Phase, count: u8) -> Effect;

    /// What the roles go by.
    #[inline(always)]
    fn rules(&self) -> Rules {
        let rules = self.plan().rules;
        if Self::PLAIN {
            Rules { transport: Transport::Broadcast, mutant: Mutant::None, ..rules }
        } else {
            rules
        }
    }

    /// Whether callers wait for one answer at a time.
    #[inline(always)]
    fn is_sequential(&self) -> bool {
        self.rules().transport == Transport::Sequential
    }

    /// Obeys an effect, and those that follow from it at the same instant.
    #[inline(always)]
    fn apply(&mut self, p: usize, effect: Effect) {
        let next = if effect == Effect::None || self.is_over() { effect } else { self.take_step(p, effect) };
        if next != Effect::None || self.is_sequential() {
            self.obey(p, next);
        }
    }

    /// What follows from an effect is rare beside the effect.
    #[inline(never)]
    fn obey(&mut self, p: usize, mut effect: Effect) {
        while !self.is_over() {
            if effect == Effect::None {
                return self.note_call_is_over(p);
            }
            effect = self.take_step(p, effect);
        }
    }

    /// Obeys an effect; what follows from it at once.
    #[inline(always)]
    fn take_step(&mut self, p: usize, effect: Effect) -> Effect {
        match effect {
            Effect::Broadcast(Request::Prepare) => self.broadcast_prepare(p),
            Effect::Broadcast(Request::Accept(value)) => self.broadcast_accept(p, value),
            Effect::Failed { why, phase, count } => self.fail(p, why, phase, count),
            Effect::Succeeded(value) => self.learn(p, value),
            Effect::Call { node, request, opens } => self.begin_call(p, node, request, opens),
            Effect::None => Effect::None,
        }
    }

    #[inline(never)]
    fn broadcast_prepare(&mut self, p: usize) -> Effect {
        self.open(p, Request::Prepare);
        self.ask_all(p, Request::Prepare)
    }

    #[inline(never)]
    fn broadcast_accept(&mut self, p: usize, value: Value) -> Effect {
        self.open(p, Request::Accept(value));
        self.ask_all(p, Request::Accept(value))
    }

    #[inline(never)]
    fn begin_call(&mut self, p: usize, node: NodeId, request: Request, opens: bool) -> Effect {
        if opens {
            self.open(p, request);
        }
        self.call(p, node, request)
    }

    /// A phase begins; phase 2 with the proposal that observers see.
    #[inline(always)]
    fn open(&mut self, p: usize, request: Request) {
        self.wait_for_phase(p);
        if let Request::Accept(value) = request {
            let ballot = public(self.paxos(p).ballot);
            self.emit(Event::Proposed { proposer: p as u8, ballot, value: value.0 });
        }
    }

    /// Phase 1a of the next attempt.
    fn begin_attempt(&mut self, p: usize) -> Effect {
        let (attempt, own) = self.next_attempt(p);
        let rules = self.rules();
        let home = self.plan().proposers[p].home;
        let seen = self.paxos(p).seen;
        let ballot = self.node(home).next_ballot(home, seen, &rules);
        let effect = self.paxos(p).begin(own, ballot, &rules);
        self.emit(Event::Started { proposer: p as u8, attempt, ballot: public(ballot) });
        effect
    }

    /// A quorum has accepted: the proposer has learned.
    fn learn(&mut self, p: usize, value: Value) -> Effect {
        let ballot = public(self.paxos(p).ballot);
        self.emit(Event::Learned { proposer: p as u8, ballot, value: value.0 });
        self.succeed(p, value)
    }

    /// A proposer hears an acceptor's answer to the request of this phase of this ballot.
    #[inline(always)]
    fn hear(&mut self, p: usize, from: NodeId, (phase, ballot): (Phase, Ballot), reply: Reply) {
        let rules = self.rules();
        let effect = self.paxos(p).on_reply(from, phase, ballot, reply, &rules);
        self.apply(p, effect);
    }

    /// The proposer's call comes back with an error.
    fn fail_call(&mut self, p: usize) -> Effect {
        let Proposer { calling, phase, ballot, .. } = *self.paxos(p);
        self.emit(Event::CallFailed { proposer: p as u8, node: calling, phase: number(phase) });
        let rules = self.rules();
        self.paxos(p).on_call_failed(calling, phase, ballot, &rules)
    }

    /// A request reaches an acceptor over the network; the answer that goes back.
    #[inline(always)]
    fn take_request(&mut self, node: NodeId, ballot: Ballot, request: Request) -> Option<Reply> {
        let reply = self.serve(node, ballot, request);
        if self.preempts(reply) {
            self.preempt_locally(node, ballot);
        }
        (!self.is_over() && !self.is_withheld(reply)).then_some(reply)
    }

    /// A request is handled by an acceptor. Observers are told of changes of its state, whatever it answers.
    #[inline(always)]
    fn serve(&mut self, node: NodeId, ballot: Ballot, request: Request) -> Reply {
        self.serve_by(node, ballot, request, Acceptor::on_request)
    }

    /// The same, by this handler.
    #[inline(always)]
    fn serve_by(
        &mut self,
        node: NodeId,
        ballot: Ballot,
        request: Request,
        handler: impl FnOnce(&mut Acceptor, Ballot, Request, &Rules) -> Reply,
    ) -> Reply {
        let rules = self.rules();
        let acceptor = &mut self.node(node).acceptor;
        let before = *acceptor;
        let reply = handler(acceptor, ballot, request, &rules);
        let after = *acceptor;
        if matches!(reply, Reply::Reject(_)) {
            self.note_refusal();
        }
        if after.promised != before.promised {
            self.emit(Event::Promised { node, ballot: public(after.promised) });
        }
        if after.vote != before.vote {
            let Some(value) = after.vote.value() else { return reply };
            self.emit(Event::Voted { node, ballot: public(after.vote.ballot), value: value.0 });
            self.note_vote();
        }
        reply
    }

    /// The own acceptor answers by a direct call: instantly, without loss.
    fn ask_own_acceptor(&mut self, p: usize, own: NodeId, request: Request) -> Effect {
        let Proposer { phase, ballot, .. } = *self.paxos(p);
        let reply = self.serve(own, ballot, request);
        if self.is_over() {
            return Effect::None;
        }
        if self.is_withheld(reply) {
            // A direct call cannot hang: a sequential caller goes on without an answer.
            return if self.is_sequential() { self.fail_call(p) } else { Effect::None };
        }
        let rules = self.rules();
        let effect = self.paxos(p).on_reply(own, phase, ballot, reply, &rules);
        if !self.preempts(reply) {
            return effect;
        }
        // The caller has its answer, and does what follows from it, before its neighbours learn that they are too late.
        self.apply(p, effect);
        self.preempt_locally(own, ballot);
        Effect::None
    }

    /// Whether an acceptor that answers so aborts its own node's lower attempts.
    #[inline(always)]
    fn preempts(&self, reply: Reply) -> bool {
        self.plan().local_preemption && !matches!(reply, Reply::Reject(_))
    }

    /// An acceptor that rejects silently says nothing.
    #[inline(always)]
    fn is_withheld(&self, reply: Reply) -> bool {
        !Self::PLAIN && !self.plan().nack && matches!(reply, Reply::Reject(_))
    }

    /// An acceptor that has promised or accepted `ballot` aborts its own node's lower attempts.
    fn preempt_locally(&mut self, node: NodeId, ballot: Ballot) {
        let mut residents = self.plan().residents[usize::from(node)];
        while residents != 0 {
            let p = residents.trailing_zeros() as usize;
            residents &= residents - 1;
            let effect = self.paxos(p).on_local_yes(ballot);
            self.apply(p, effect);
        }
    }
}

/// A ballot as observers see it.
#[inline(always)]
pub(super) fn public(ballot: Ballot) -> BallotId {
    BallotId(ballot.to_bits())
}

/// A phase as observers see it.
pub(super) fn number(phase: Phase) -> u8 {
    match phase {
        Phase::Idle => 0,
        Phase::Prepare => 1,
        Phase::Accept => 2,
    }
}
