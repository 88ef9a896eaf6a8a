//! What the timed engine does when the protocol asks: send, call, wait, answer, try again.
//!
//! Absent on purpose: any decision about the protocol, and how its effects are obeyed (`stage`).

use std::cmp::Ordering;

use crate::paxos::{Effect, Failure, Node, NodeId, Phase, Proposer, Request, Value};
use crate::scenario::model::Stop;
use crate::sim::{NEVER, Slot, later};
use crate::trace::{self, Answer, Event, Observer, StopReason, SubmissionId};

use super::engine::Engine;
use super::hooks::Hooks;
use super::packet::Packet;
use super::plan::Plan;
use super::seat::{Alarm, Deadline};
use super::stage::{Stage, number};
use super::world::World;

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
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

    #[inline(always)]
    pub fn is_unreachable(&self, node: NodeId) -> bool {
        let plan = self.world.plan;
        !H::PLAIN && plan.some_unreachable && plan.unreachable_from[usize::from(node)] <= self.world.now
    }

    /// The own acceptor answers by a direct call, unless its handlers take two steps.
    fn ask_own(&mut self, p: usize, own: NodeId, request: Request) -> Effect {
        if !H::PLAIN && self.world.plan.split.is_some() && self.begins_own_handler(p, own, request) {
            return Effect::None;
        }
        self.ask_own_acceptor(p, own, request)
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

impl<O: Observer + ?Sized, H: Hooks> Stage for Engine<'_, '_, O, H> {
    const PLAIN: bool = H::PLAIN;

    #[inline(always)]
    fn plan(&self) -> &Plan {
        self.world.plan
    }

    #[inline(always)]
    fn paxos(&mut self, p: usize) -> &mut Proposer {
        &mut self.world.cast.seats[p].paxos
    }

    #[inline(always)]
    fn node(&mut self, node: NodeId) -> &mut Node {
        &mut self.world.nodes[usize::from(node)]
    }

    #[inline(always)]
    fn is_over(&self) -> bool {
        self.world.stopped.is_some()
    }

    #[inline(always)]
    fn emit(&mut self, event: Event) {
        let now = self.world.now;
        if H::PLAIN {
            self.world.monitor.on_plain(now, &event);
        } else {
            self.world.monitor.on(now, &event);
        }
        self.observer.on(now, &event);
    }

    #[inline(always)]
    fn next_attempt(&mut self, p: usize) -> (u32, Value) {
        let world = &mut *self.world;
        let seat = &mut world.cast.seats[p];
        seat.attempt += 1;
        world.cast.words.begin_attempt(p, seat.attempt);
        let deadline = world.deadline(p, world.plan.attempt_timeout);
        let seat = &mut world.cast.seats[p];
        seat.attempt_deadline = deadline;
        (seat.attempt, Value(seat.current.unwrap_or_default()))
    }

    #[inline(always)]
    fn wait_for_phase(&mut self, p: usize) {
        let deadline = self.world.deadline(p, self.world.plan.phase_timeout);
        let seat = &mut self.world.cast.seats[p];
        (seat.phase_deadline, seat.call_deadline) = (deadline, Deadline::NONE);
    }

    /// The own acceptor answers before anything else happens.
    #[inline(always)]
    fn ask_all(&mut self, p: usize, request: Request) -> Effect {
        self.watch(p);
        let own = self.world.cast.seats[p].paxos.node;
        let instant = self.world.plan.own_instant;
        let skipped = if instant { own } else { 0 };
        self.send_requests(p, 1, self.world.plan.rules.nodes, skipped, request);
        if own == 0 || !instant { Effect::None } else { self.ask_own(p, own, request) }
    }

    /// The caller waits for the answer, for an error, or for a time-out.
    #[inline(always)]
    fn call(&mut self, p: usize, node: NodeId, request: Request) -> Effect {
        let plan = self.world.plan;
        let seat = &mut self.world.cast.seats[p];
        if node == seat.paxos.node && plan.own_instant {
            seat.call_deadline = Deadline::NONE;
            self.watch(p);
            return self.ask_own(p, node, request);
        }
        let refused = self.is_unreachable(node);
        let deadline = if refused { Deadline::NONE } else { self.world.deadline(p, plan.rpc_timeout) };
        self.world.cast.seats[p].call_deadline = deadline;
        self.watch(p);
        self.send_requests(p, node, node, 0, request);
        if refused { self.fail_call(p) } else { Effect::None }
    }

    #[inline(always)]
    fn note_call_is_over(&mut self, p: usize) {
        let sequential = self.is_sequential();
        let paxos = &self.world.cast.seats[p].paxos;
        if sequential && paxos.calling == 0 && paxos.phase != Phase::Idle {
            self.world.cast.seats[p].call_deadline = Deadline::NONE;
            self.watch(p);
        }
    }

    #[inline(always)]
    fn note_vote(&mut self) {
        let chosen = self.world.monitor.safety.chosen().is_some();
        self.world.check_stop(Stop::Chosen, chosen, StopReason::Chosen);
    }

    #[inline(always)]
    fn succeed(&mut self, p: usize, value: Value) -> Effect {
        self.world.agenda.cancel_alarm(p);
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

/// The same for observers.
pub(super) fn cause(why: Failure) -> trace::Failure {
    match why {
        Failure::Rejected => trace::Failure::Rejected,
        Failure::LocallyPreempted => trace::Failure::LocallyPreempted,
        Failure::TimedOut => trace::Failure::TimedOut,
        Failure::Unanswered => trace::Failure::Unanswered,
        Failure::OwnBallot => trace::Failure::OwnBallot,
    }
}
