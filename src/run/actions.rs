//! What the runtime does when the protocol asks: send, call, wait, answer, try again.
//!
//! The protocol's effects come in, messages and alarms go out, and every step is shown to the observers. Absent on
//! purpose: any decision about the protocol.

use std::cmp::Ordering;

use crate::paxos::{
    Acceptor, Ballot, Effect, Failure, NodeId, Phase, Proposer, Reply, Request, Rules, Value,
};
use crate::scenario::model::Stop;
use crate::sim::{NEVER, Slot, later};
use crate::trace::{self, Answer, BallotId, Event, Observer, StopReason, SubmissionId};

use super::engine::Engine;
use super::hooks::Hooks;
use super::packet::Packet;
use super::seat::{Alarm, Deadline};
use super::world::World;

impl<O: Observer, H: Hooks> Engine<'_, '_, O, H> {
    /// Obeys an effect, and those that follow from it at the same instant.
    #[inline(always)]
    pub fn apply(&mut self, p: usize, effect: Effect) {
        let next = if effect == Effect::None || self.world.stopped.is_some() {
            effect
        } else {
            self.take_step(p, effect)
        };
        if next != Effect::None || self.is_sequential() {
            self.obey(p, next);
        }
    }

    /// What follows from an effect is rare beside the effect.
    #[inline(never)]
    pub fn obey(&mut self, p: usize, mut effect: Effect) {
        while self.world.stopped.is_none() {
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
            Effect::Succeeded(value) => self.succeed(p, value),
            Effect::Call { node, request, opens } => self.call(p, node, request, opens),
            Effect::None => Effect::None,
        }
    }

    /// A client submits: taken up at once, or when the proposer's earlier submission has its answer.
    pub fn submit(&mut self, p: usize, submission: SubmissionId) {
        self.emit(Event::Submitted { proposer: p as u8, submission });
        let seat = &mut self.world.cast.seats[p];
        if seat.current.is_some() {
            seat.waiting.push_back(submission);
            return;
        }
        let effect = self.take_up(p, submission);
        self.apply(p, effect);
    }

    fn take_up(&mut self, p: usize, submission: SubmissionId) -> Effect {
        let seat = &mut self.world.cast.seats[p];
        (seat.current, seat.failures) = (Some(submission), 0);
        self.begin_attempt(p)
    }

    /// Phase 1a of the next attempt.
    pub fn begin_attempt(&mut self, p: usize) -> Effect {
        let rules = self.rules();
        let world = &mut *self.world;
        let plan = world.plan;
        let seat = &mut world.cast.seats[p];
        seat.attempt += 1;
        world.cast.words.begin_attempt(p, seat.attempt);
        let home = plan.proposers[p].home;
        let node = &mut world.nodes[usize::from(home)];
        let ballot = node.next_ballot(home, seat.paxos.seen, &plan.rules);
        let deadline = world.deadline(p, plan.attempt_timeout);
        let seat = &mut world.cast.seats[p];
        seat.attempt_deadline = deadline;
        let own = Value(seat.current.unwrap_or_default());
        let effect = seat.paxos.begin(own, ballot, &rules);
        let attempt = seat.attempt;
        self.emit(Event::Started { proposer: p as u8, attempt, ballot: public(ballot) });
        effect
    }

    /// A phase begins: its deadline, and for phase 2 the proposal that observers see.
    #[inline(always)]
    fn open_phase(&mut self, p: usize, request: Request) {
        let deadline = self.world.deadline(p, self.world.plan.phase_timeout);
        let seat = &mut self.world.cast.seats[p];
        (seat.phase_deadline, seat.call_deadline) = (deadline, Deadline::NONE);
        if let Request::Accept(value) = request {
            let ballot = public(seat.paxos.ballot);
            self.emit(Event::Proposed { proposer: p as u8, ballot, value: value.0 });
        }
    }

    /// Sets the proposer's alarm to the first of its deadlines.
    #[inline(always)]
    pub fn watch(&mut self, p: usize) {
        let seat = &self.world.cast.seats[p];
        let (phase, attempt, call) = (seat.phase_deadline, seat.attempt_deadline, seat.call_deadline);
        let timeout = if attempt.at <= phase.at { attempt } else { phase };
        let call_first = match call.at.cmp(&timeout.at) {
            _ if H::PLAIN => false,
            Ordering::Less => true,
            Ordering::Equal => call.lost.is_some() && self.loss_comes_first(p, timeout, call),
            Ordering::Greater => false,
        };
        let (alarm, first) = if call_first { (Alarm::Call, call) } else { (Alarm::Timeout, timeout) };
        self.world.cast.seats[p].alarm = alarm;
        if first.at == NEVER {
            self.world.agenda.cancel_alarm(p);
        } else {
            self.world.agenda.set_alarm(p, first.at, first.number);
        }
    }

    /// Of a time-out and the error for a lost message at one instant: whether the error comes first.
    #[cold]
    fn loss_comes_first(&mut self, p: usize, timeout: Deadline, call: Deadline) -> bool {
        let world = &mut *self.world;
        let Some(lost) = call.lost else { return false };
        if world.plan.fifo_ties {
            return call.number < timeout.number;
        }
        let attempt = world.cast.seats[p].attempt;
        let timer_tie = world.cast.words.timer_tie(p);
        (world.cast.words.message_tie(p as u8, attempt, lost), call.number) < (timer_tie, timeout.number)
    }

    /// A blocking caller learns of a loss when the message would have arrived, if it still waits then.
    #[cold]
    pub fn lose_call(&mut self, packet: &Packet, delay_ns: u64) {
        let p = usize::from(packet.proposer());
        if !self.world.cast.seats[p].waits_for(packet) {
            return;
        }
        let at = later(self.world.now, delay_ns);
        let loss = Deadline { at, number: self.world.agenda.number(), lost: Some(packet.slot()) };
        let limit = self.world.cast.seats[p].call_deadline;
        let first = at < limit.at || at == limit.at && self.loss_comes_first(p, limit, loss);
        if first {
            self.world.cast.seats[p].call_deadline = loss;
            self.watch(p);
        }
    }

    #[inline(never)]
    fn broadcast_prepare(&mut self, p: usize) -> Effect {
        self.broadcast(p, Request::Prepare)
    }

    #[inline(never)]
    fn broadcast_accept(&mut self, p: usize, value: Value) -> Effect {
        self.broadcast(p, Request::Accept(value))
    }

    /// Sends a phase's request to all acceptors; the own one answers before anything else happens.
    #[inline(always)]
    fn broadcast(&mut self, p: usize, request: Request) -> Effect {
        self.open_phase(p, request);
        self.watch(p);
        let own = self.world.cast.seats[p].paxos.node;
        let instant = self.world.plan.own_instant;
        let skipped = if instant { own } else { 0 };
        self.send_requests(p, 1, self.world.plan.rules.nodes, skipped, request);
        if own == 0 || !instant { Effect::None } else { self.ask_own_acceptor(p, own, request) }
    }

    /// Calls one acceptor; the caller waits for its answer, for an error, or for a time-out.
    fn call(&mut self, p: usize, node: NodeId, request: Request, opens: bool) -> Effect {
        if opens {
            self.open_phase(p, request);
        }
        let plan = self.world.plan;
        let seat = &mut self.world.cast.seats[p];
        if node == seat.paxos.node && plan.own_instant {
            seat.call_deadline = Deadline::NONE;
            self.watch(p);
            return self.ask_own_acceptor(p, node, request);
        }
        let refused = self.is_unreachable(node);
        let deadline = if refused { Deadline::NONE } else { self.world.deadline(p, plan.rpc_timeout) };
        self.world.cast.seats[p].call_deadline = deadline;
        self.watch(p);
        self.send_requests(p, node, node, 0, request);
        if refused { self.fail_call(p) } else { Effect::None }
    }

    /// A sequential proposer that calls nobody any more has no call that could fail.
    #[inline(always)]
    pub fn note_call_is_over(&mut self, p: usize) {
        let sequential = self.is_sequential();
        let paxos = &self.world.cast.seats[p].paxos;
        if sequential && paxos.calling == 0 && paxos.phase != Phase::Idle {
            self.world.cast.seats[p].call_deadline = Deadline::NONE;
            self.watch(p);
        }
    }

    /// The proposer's call comes back with an error.
    pub fn fail_call(&mut self, p: usize) -> Effect {
        let Proposer { calling, phase, ballot, .. } = self.world.cast.seats[p].paxos;
        self.emit(Event::CallFailed { proposer: p as u8, node: calling, phase: number(phase) });
        let rules = self.rules();
        self.world.cast.seats[p].paxos.on_call_failed(calling, phase, ballot, &rules)
    }

    #[inline(always)]
    pub fn is_unreachable(&self, node: NodeId) -> bool {
        let plan = self.world.plan;
        !H::PLAIN && plan.some_unreachable && plan.unreachable_from[usize::from(node)] <= self.world.now
    }

    /// The own acceptor answers by a direct call: instantly, without loss.
    fn ask_own_acceptor(&mut self, p: usize, own: NodeId, request: Request) -> Effect {
        if !H::PLAIN && self.world.plan.split.is_some() && self.begins_own_handler(p, own, request) {
            return Effect::None;
        }
        let (phase, ballot) = (self.world.cast.seats[p].paxos.phase, self.world.cast.seats[p].paxos.ballot);
        let reply = self.serve(own, ballot, request);
        if self.world.stopped.is_some() {
            return Effect::None;
        }
        if self.is_withheld(reply) {
            // A direct call cannot hang: a sequential caller goes on without an answer.
            return if self.is_sequential() { self.fail_call(p) } else { Effect::None };
        }
        let rules = self.rules();
        let effect = self.world.cast.seats[p].paxos.on_reply(own, phase, ballot, reply, &rules);
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
    pub fn preempts(&self, reply: Reply) -> bool {
        self.world.plan.local_preemption && !matches!(reply, Reply::Reject(_))
    }

    /// An acceptor that rejects silently says nothing.
    #[inline(always)]
    pub fn is_withheld(&self, reply: Reply) -> bool {
        !H::PLAIN && !self.world.plan.nack && matches!(reply, Reply::Reject(_))
    }

    /// A request reaches an acceptor. Observers are told of changes of its state, whatever it answers.
    #[inline(always)]
    fn serve(&mut self, node: NodeId, ballot: Ballot, request: Request) -> Reply {
        self.serve_by(node, ballot, request, Acceptor::on_request)
    }

    /// The same, by this handler.
    #[inline(always)]
    pub fn serve_by(
        &mut self,
        node: NodeId,
        ballot: Ballot,
        request: Request,
        handler: impl FnOnce(&mut Acceptor, Ballot, Request, &Rules) -> Reply,
    ) -> Reply {
        let rules = self.rules();
        let acceptor = &mut self.world.nodes[usize::from(node)].acceptor;
        let before = *acceptor;
        let reply = handler(acceptor, ballot, request, &rules);
        let after = *acceptor;
        if after.promised != before.promised {
            self.emit(Event::Promised { node, ballot: public(after.promised) });
        }
        if after.vote != before.vote {
            let Some(value) = after.vote.value() else { return reply };
            self.emit(Event::Voted { node, ballot: public(after.vote.ballot), value: value.0 });
            let chosen = self.world.monitor.safety.chosen().is_some();
            self.world.check_stop(Stop::Chosen, chosen, StopReason::Chosen);
        }
        reply
    }

    /// An acceptor that has promised or accepted `ballot` aborts its own node's lower attempts.
    pub fn preempt_locally(&mut self, node: NodeId, ballot: Ballot) {
        let mut residents = self.world.plan.residents[usize::from(node)];
        while residents != 0 {
            let p = residents.trailing_zeros() as usize;
            residents &= residents - 1;
            let effect = self.world.cast.seats[p].paxos.on_local_yes(ballot);
            self.apply(p, effect);
        }
    }

    /// A request arrives over the network; its answer goes back the same way.
    #[inline(always)]
    pub fn on_request(&mut self, packet: Packet) {
        let reply = self.serve(packet.node(), packet.ballot, packet.as_request());
        if self.preempts(reply) {
            self.preempt_locally(packet.node(), packet.ballot);
        }
        if self.world.stopped.is_some() || self.is_withheld(reply) {
            return;
        }
        self.reply(packet, reply);
    }

    /// A quorum has accepted: the proposer has learned, and its client hears of it.
    fn succeed(&mut self, p: usize, value: Value) -> Effect {
        self.world.agenda.cancel_alarm(p);
        let ballot = public(self.world.cast.seats[p].paxos.ballot);
        self.emit(Event::Learned { proposer: p as u8, ballot, value: value.0 });
        let own = self.world.cast.seats[p].paxos.node;
        if own != 0 {
            // What a proposer has learned its node knows.
            self.world.nodes[usize::from(own)].learner.on_announce(value);
        }
        if self.world.plan.announce {
            self.announce(p, value);
        }
        self.answer(p, Answer::Succeeded { value: value.0 })
    }

    /// An attempt has failed: the next one is scheduled, or the client is told.
    fn fail(&mut self, p: usize, why: Failure, phase: Phase, count: u8) -> Effect {
        let world = &mut *self.world;
        let plan = world.plan;
        let seat = &mut world.cast.seats[p];
        seat.failures += 1;
        let (attempt, failures) = (seat.attempt, seat.failures);
        let phase = number(phase);
        self.emit(Event::Failed { proposer: p as u8, attempt, why: cause(why), phase, count });
        if !H::PLAIN && plan.scripted {
            self.world.agenda.cancel_alarm(p);
            return self.fail_in_script(p, failures, phase, count);
        }
        if plan.proves_cycles {
            self.world.note_failure();
        }
        let special = !H::PLAIN && plan.is_special;
        let word = self.hooks.word_of_wait(self.world.cast.words.current(p, Slot::BACKOFF));
        match plan.retry.delay_ns(failures, word) {
            Some(delay_ns) if failures < plan.max_attempts => {
                let delay_ns = if special { self.waits(p, delay_ns) } else { delay_ns };
                self.emit(Event::RetryAfter { proposer: p as u8, delay_ns });
                self.world.cast.seats[p].alarm = Alarm::Retry;
                let number = self.world.agenda.number();
                self.world.agenda.set_alarm(p, later(self.world.now, delay_ns), number);
                self.world.cast.words.fetch(p, attempt + 1);
                Effect::None
            }
            _ => {
                self.world.agenda.cancel_alarm(p);
                self.answer(p, Answer::Failed { phase, count })
            }
        }
    }

    /// The client has its answer; the next submission is taken up.
    pub fn answer(&mut self, p: usize, answer: Answer) -> Effect {
        let home = usize::from(self.world.plan.proposers[p].home);
        let counter = self.world.nodes[home].round;
        let submission = self.world.cast.seats[p].current.take().unwrap_or_default();
        self.emit(Event::Answered { proposer: p as u8, submission, answer, counter });
        let all = self.world.monitor.tally.all_answered();
        self.world.check_stop(Stop::Answered, all, StopReason::Answered);
        match self.world.cast.seats[p].waiting.pop_front() {
            Some(next) if self.world.stopped.is_none() => self.take_up(p, next),
            _ => Effect::None,
        }
    }
}

impl World<'_> {
    /// When a wait that begins now times out.
    #[inline(always)]
    fn deadline(&mut self, p: usize, timeout: Option<u64>) -> Deadline {
        let Some(timeout) = timeout else { return Deadline::NONE };
        let wait_ns = if self.plan.is_special { self.stretched(p, timeout) } else { timeout };
        Deadline { at: later(self.now, wait_ns), number: self.agenda.number(), lost: None }
    }
}

#[inline(always)]
pub(super) fn public(ballot: Ballot) -> BallotId {
    BallotId(ballot.to_bits())
}

fn number(phase: Phase) -> u8 {
    match phase {
        Phase::Idle => 0,
        Phase::Prepare => 1,
        Phase::Accept => 2,
    }
}

fn cause(why: Failure) -> trace::Failure {
    match why {
        Failure::Rejected => trace::Failure::Rejected,
        Failure::LocallyPreempted => trace::Failure::LocallyPreempted,
        Failure::TimedOut => trace::Failure::TimedOut,
        Failure::Unanswered => trace::Failure::Unanswered,
        Failure::OwnBallot => trace::Failure::OwnBallot,
    }
}
