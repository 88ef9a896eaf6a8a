//! What faults do: to links, to nodes, to the proposers and clients that live on them.
//!
//! A plan without faults never comes here. What becomes of single messages stands in `network`. Absent on purpose: when
//! faults strike (`faults`), and any decision about the protocol.
//!
//! A crash keeps what is on disk (promise, vote, round counter) and loses what is in memory: a running attempt, the
//! rounds that rejections have taught, what the learner knew. A client whose submission is lost with its node hears
//! nothing more, unless it retries: then it waits for the restart, and from there for its policy's delay.

use std::collections::VecDeque;

use crate::paxos::{Learner, Phase, Proposer};
use crate::sim::{Held, Rare, later};
use crate::trace::{Event, Loss, NodeBits, Observer, SubmissionId};

use super::calendar::Entry;
use super::engine::Engine;
use super::fault_state::Local;
use super::faults::Action;
use super::hooks::Hooks;
use super::seat::{Alarm, Deadline};
use super::stage::Stage;
use super::world::World;

impl World<'_> {
    /// Whether nobody waits for a fault: what is left of the schedule meets nothing then.
    pub(super) fn nobody_waits_for_faults(&self) -> bool {
        let faults = &self.faults;
        let handled = faults.handlers.iter().all(VecDeque::is_empty);
        let waits = |p: usize| {
            let (seat, node) = (&self.cast.seats[p], self.plan.proposers[p].node);
            let has_work = seat.current.is_some() || !seat.waiting.is_empty();
            has_work && faults.net.conditions.is_down(node)
        };
        faults.net.is_quiet() && handled && !(0..self.cast.seats.len()).any(waits)
    }
}

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// A scheduled fault.
    pub(super) fn on_fault(&mut self, index: usize) {
        let plan = self.world.plan;
        if let Some(&(at, _)) = plan.faults.scheduled.get(index + 1) {
            self.world.cast.calendar.add_first(at, Entry::Fault(index + 1));
        }
        self.act(&plan.faults.scheduled[index].1);
    }

    /// A drawn fault begins or ends.
    pub(super) fn on_drawn(&mut self, source: usize) {
        let World { plan, cast, faults, now, .. } = &mut *self.world;
        let (action, at) = faults.sources.turn(&plan.faults, &mut cast.words, source, *now);
        if let Some(at) = at {
            cast.calendar.add_first(at, Entry::Drawn(source));
        }
        if let Some(action) = action {
            self.act(&action);
        }
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Partition(_) | Action::OneWay { .. } | Action::Heal(_) => {
                let nodes = self.world.plan.rules.nodes;
                for (from, to) in action.on_links(&mut self.world.faults.net.cuts, nodes) {
                    self.emit(Event::Cut { from, to: NodeBits(to) });
                }
            }
            Action::Crash(nodes) => self.each(*nodes, Self::crash),
            Action::Restart(nodes) => self.each(*nodes, Self::restart),
            Action::Pause(nodes) => self.each(*nodes, Self::pause),
            Action::Resume(nodes) => self.each(*nodes, Self::resume),
            Action::Slow(nodes, service) => self.each(*nodes, |engine, node| {
                if engine.world.faults.net.slow(node, *service) {
                    engine.emit(Event::Slowed { node, slow: service.is_some() });
                }
            }),
            Action::ClockRate(nodes, ppm) => self.each(*nodes, |engine, node| {
                engine.world.faults.net.conditions.set_rate(node, *ppm);
                engine.emit(Event::ClockRate { node, ppm: *ppm });
            }),
        }
    }

    /// Does something at each of these nodes, in ascending order, unless it ends the run.
    fn each(&mut self, nodes: u64, mut what: impl FnMut(&mut Self, u8)) {
        for node in NodeBits(nodes).iter() {
            if self.world.stopped.is_none() {
                what(self, node);
            }
        }
    }

    fn pause(&mut self, node: u8) {
        if self.world.faults.net.conditions.pause(node) {
            self.emit(Event::Paused { node });
        }
    }

    /// A node goes on: what has queued up is handled now, in the order in which it came.
    fn resume(&mut self, node: u8) {
        if !self.world.faults.net.conditions.resume(node) {
            return;
        }
        self.emit(Event::Resumed { node });
        self.catch_up(node);
        for p in 0..self.world.cast.seats.len() {
            if self.world.plan.proposers[p].node == node {
                self.watch_again(p);
            }
        }
    }

    /// Handles what has queued up.
    fn catch_up(&mut self, node: u8) {
        while self.world.stopped.is_none()
            && let Some(next) = self.world.faults.net.release(node)
        {
            match next {
                Held::Message(packet) => self.meet(node, packet),
                Held::Local(Local::Handler(packet)) => self.finish_handler(packet),
                Held::Local(Local::Alarm(p, alarm, number)) => self.ring_late(p, alarm, number),
                Held::Local(Local::Submission(p, submission)) => self.submit(p, submission),
                Held::Local(Local::Read(read)) => self.look(read),
                Held::Local(Local::CallError(packet)) => self.break_call(&packet),
            }
        }
    }

    pub(super) fn crash(&mut self, node: u8) {
        if !self.world.faults.net.conditions.crash(node) {
            return;
        }
        self.emit(Event::Crashed { node });
        self.world.nodes[usize::from(node)].learner = Learner::default();
        for p in 0..self.world.cast.seats.len() {
            if self.world.plan.proposers[p].node == node {
                self.abort(p);
            }
        }
        let faults = &mut self.world.faults;
        let (lost, business) = faults.net.abandon(node);
        let handlers = std::mem::take(&mut faults.handlers[usize::from(node)]);
        self.world.cast.calendar.end_service(node);
        for packet in lost {
            self.drop_packet(packet, Loss::Down);
        }
        let held = business.iter().filter_map(|it| if let Local::Handler(it) = it { Some(it) } else { None });
        for packet in handlers.iter().chain(held) {
            self.break_call(packet);
        }
        for local in business {
            match local {
                Local::Read(read) => self.look(read),
                Local::Submission(p, submission) => self.submit_in_vain(p, submission),
                Local::Handler(_) | Local::Alarm(..) | Local::CallError(_) => {}
            }
        }
    }

    /// A proposer's node has crashed.
    fn abort(&mut self, p: usize) {
        let world = &mut *self.world;
        let never_retries = world.plan.retry.is_none() && !world.script_goes_on(p);
        world.agenda.cancel_alarm(p);
        world.pool.forget_failure(p);
        let seat = &mut world.cast.seats[p];
        let was_running = seat.paxos.phase != Phase::Idle;
        seat.paxos = Proposer { node: seat.paxos.node, ..Proposer::default() };
        (seat.phase_deadline, seat.attempt_deadline) = (Deadline::NONE, Deadline::NONE);
        seat.call_deadline = Deadline::NONE;
        seat.failures += u32::from(was_running);
        let (attempt, is_last) = (seat.attempt, seat.failures >= world.plan.max_attempts);
        let lost = if never_retries || is_last { seat.current.take() } else { None };
        if was_running {
            self.emit(Event::Aborted { proposer: p as u8, attempt });
        }
        if let Some(submission) = lost {
            self.emit(Event::Abandoned { proposer: p as u8, submission });
        }
        while never_retries && let Some(submission) = self.world.cast.seats[p].waiting.pop_front() {
            self.emit(Event::Abandoned { proposer: p as u8, submission });
        }
    }

    pub(super) fn restart(&mut self, node: u8) {
        if !self.world.faults.net.conditions.restart(node) {
            return;
        }
        self.world.nodes[usize::from(node)].restart(&self.world.plan.rules);
        self.emit(Event::Restarted { node });
        for p in 0..self.world.cast.seats.len() {
            if self.world.plan.proposers[p].node == node {
                self.revive(p);
            }
        }
    }

    /// A proposer is up again; its client, if it has one that retries, will ask again after a while.
    fn revive(&mut self, p: usize) {
        let world = &mut *self.world;
        let seat = &mut world.cast.seats[p];
        if seat.current.is_none() {
            (seat.current, seat.failures) = (seat.waiting.pop_front(), 0);
        }
        if seat.current.is_none() {
            return;
        }
        let nth = world.faults.restarts[p];
        world.faults.restarts[p] += 1;
        let word = world.cast.words.of_rare(Rare::Restarts, p as u8, nth, 0);
        let Some(delay_ns) = world.plan.retry.delay_ns(seat.failures.max(1), word) else { return };
        seat.alarm = Alarm::Retry;
        let delay_ns = self.waits(p, delay_ns);
        let world = &mut *self.world;
        let number = world.agenda.number();
        world.agenda.set_alarm(p, later(world.now, delay_ns), number);
        self.emit(Event::RetryAfter { proposer: p as u8, delay_ns });
    }

    /// A client turns to its proposer's node, whatever the state of that.
    pub(super) fn client_submits(&mut self, p: usize, submission: SubmissionId) {
        let node = self.world.plan.proposers[p].node;
        let faults = &mut self.world.faults;
        if faults.net.conditions.is_down(node) {
            self.submit_in_vain(p, submission);
        } else if faults.net.conditions.is_paused(node) {
            faults.net.hold(node, Local::Submission(p, submission));
        } else {
            self.submit(p, submission);
        }
    }

    /// Nobody takes the submission: a client that retries waits for the restart, another one goes home.
    fn submit_in_vain(&mut self, p: usize, submission: SubmissionId) {
        self.emit(Event::Submitted { proposer: p as u8, submission });
        if self.world.plan.retry.is_none() {
            self.emit(Event::Abandoned { proposer: p as u8, submission });
        } else {
            self.world.cast.seats[p].waiting.push_back(submission);
        }
    }
}
