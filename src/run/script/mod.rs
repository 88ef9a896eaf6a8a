//! Scripted runs: the schedule delivers, one message a step, what the same actors send.
//!
//! A virtual millisecond goes by with each step (a delivery, a start, a crash, a read). Absent on purpose: the
//! notation (`scenario::script`) and everything that sends; messages come from the same actions as in other runs, and
//! only where they wait differs: in a [`Pool`] instead of the agenda.

mod bare;
mod impossible;
mod pool;

use crate::paxos::{Effect, Phase, Proposer, Transport};
use crate::scenario::script::{Act, Exchange, Part, Step};
use crate::trace::{Answer, Event, NodeId, Observer, StopReason, SubmissionId};

use super::engine::Engine;
use super::error::PlanError;
use super::hooks::Hooks;
use super::packet::Packet;
use super::stage::Stage;
use super::world::World;

pub(super) use bare::bare;
pub(super) use pool::Pool;

/// How long a step takes: long enough to be read as a time, with no meaning beyond the order.
const STEP_NS: u64 = 1_000_000;

impl World<'_> {
    /// Whether a script says what becomes of this proposer's client: it begins another attempt, or gives up.
    pub(super) fn script_goes_on(&self, p: usize) -> bool {
        self.plan.scripted && self.pool.turns_left[p] > 0
    }

    pub(super) fn is_down(&self, node: NodeId) -> bool {
        self.faults.net.conditions.is_down(node)
    }

    /// What this proposer's client submits next.
    pub(super) fn next_submission(&self, p: usize) -> Option<SubmissionId> {
        let of_p = |&(s, proposer): &(usize, &u8)| usize::from(*proposer) == p && !self.pool.submitted[s];
        let (next, _) = self.plan.submissions.iter().enumerate().find(of_p)?;
        Some(next as SubmissionId)
    }
}

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// From the first step of the schedule to the last, or until a round `recurs` after so many steps.
    #[cold]
    #[inline(never)]
    pub fn run_script(&mut self, mut recurs: impl FnMut(&mut World<'_>, usize) -> bool) -> StopReason {
        let plan = self.world.plan;
        for (i, step) in plan.script.iter().enumerate() {
            if let Err(why) = self.take(step) {
                self.world.pool.impossible = Some(PlanError::Script { why, at: step.at.clone() });
                break;
            }
            if let Some(reason) = self.world.stopped {
                return reason;
            }
            if plan.proves_cycles && recurs(self.world, i + 1) {
                return StopReason::Cycle;
            }
        }
        let quiet = self.world.pool.nothing_in_flight();
        if quiet { StopReason::Quiescent } else { StopReason::ScriptEnded }
    }

    /// One step of the schedule.
    pub fn take(&mut self, step: &Step) -> Result<(), String> {
        match step.act {
            Act::Start(p) => self.start(usize::from(p)),
            Act::Timeout(p) => self.time_out(usize::from(p)),
            Act::GiveUp(p) => self.give_up(usize::from(p)),
            Act::Read(node) => {
                if self.tick() && self.world.is_down(node) {
                    self.emit(Event::ReadFailed { node });
                } else if self.world.stopped.is_none() {
                    self.read_accepted(node);
                }
                Ok(())
            }
            Act::Deliver(exchange, part) => self.deliver(exchange, part),
            Act::Crash(node) if self.world.is_down(node) => {
                Err(format!("crash {node}: node {node} is down already"))
            }
            Act::Restart(node) if !self.world.is_down(node) => {
                Err(format!("restart {node}: node {node} is not down"))
            }
            Act::Crash(node) => {
                if self.tick() {
                    self.crash(node);
                }
                Ok(())
            }
            Act::Restart(node) => {
                if self.tick() {
                    self.restart(node);
                }
                Ok(())
            }
        }
    }

    /// Lets time pass; false if the run is over instead.
    fn tick(&mut self) -> bool {
        let world = &mut *self.world;
        if world.stopped.is_some() {
            return false;
        }
        let at = u64::from(world.pool.steps) * STEP_NS;
        if world.pool.steps == world.plan.max_events {
            world.stopped = Some(StopReason::MaxEvents);
            return false;
        }
        if at > world.plan.horizon {
            (world.stopped, world.now) = (Some(StopReason::Horizon), world.plan.horizon);
            return false;
        }
        world.now = at;
        world.pool.steps += 1;
        true
    }

    /// The next attempt: of the submission that is under way, else of the next one.
    fn start(&mut self, p: usize) -> Result<(), String> {
        self.stands_still(p)?;
        if self.world.cast.seats[p].current.is_none() && self.world.next_submission(p).is_none() {
            return Err(self.nothing_to_submit(p));
        }
        if !self.tick() {
            return Ok(());
        }
        if self.world.cast.seats[p].paxos.phase != Phase::Idle {
            self.abandon(p);
        }
        self.world.pool.turn(p);
        if self.world.cast.seats[p].current.is_some() {
            let effect = self.begin_attempt(p);
            self.apply(p, effect);
            return Ok(());
        }
        // An attempt that was abandoned may have been the submission's last.
        let Some(next) = self.world.next_submission(p) else { return Err(self.nothing_to_submit(p)) };
        self.world.pool.submitted[usize::from(next)] = true;
        self.submit(p, next);
        Ok(())
    }

    fn time_out(&mut self, p: usize) -> Result<(), String> {
        if self.world.cast.seats[p].paxos.phase == Phase::Idle {
            return Err(self.nothing_to_time_out(p));
        }
        if self.tick() {
            self.abandon(p);
        }
        Ok(())
    }

    /// The client is told of the attempt that failed last; if its node crashed, nobody is there to tell it.
    fn give_up(&mut self, p: usize) -> Result<(), String> {
        let seat = &self.world.cast.seats[p];
        if seat.current.is_none() || seat.paxos.phase != Phase::Idle {
            return Err(self.nothing_to_give_up(p));
        }
        if !self.tick() {
            return Ok(());
        }
        match self.world.pool.turn(p) {
            Some((phase, count)) => _ = self.answer(p, Answer::Failed { phase, count }),
            None => {
                let submission = self.world.cast.seats[p].current.take().unwrap_or_default();
                self.emit(Event::Abandoned { proposer: p as u8, submission });
            }
        }
        Ok(())
    }

    fn abandon(&mut self, p: usize) {
        let effect = self.world.cast.seats[p].paxos.on_timeout();
        self.obey(p, effect);
    }

    /// An attempt has failed: its client waits if the script has more to say of it.
    #[cold]
    #[inline(never)]
    pub fn fail_in_script(&mut self, p: usize, failures: u32, phase: u8, count: u8) -> Effect {
        let goes_on = failures < self.world.plan.max_attempts && self.world.script_goes_on(p);
        if goes_on {
            self.world.pool.failed[p] = Some((phase, count));
            return Effect::None;
        }
        self.answer(p, Answer::Failed { phase, count })
    }

    fn deliver(&mut self, exchange: Exchange, part: Part) -> Result<(), String> {
        if part == Part::Failure {
            return self.fail_the_call(exchange);
        }
        if part != Part::Answer {
            let Some(packet) = self.world.pool.request(exchange) else {
                return Err(self.no_request(exchange));
            };
            self.reach(exchange.node, exchange)?;
            if !self.tick() {
                return Ok(());
            }
            let is_copy = self.world.pool.note_request(exchange);
            self.arrive(packet, is_copy);
        }
        // An announcement has no answer, and a silent rejection is one.
        let optional = part == Part::Both;
        if part != Part::Request && self.world.stopped.is_none() {
            let fresh = part == Part::Both;
            match self.world.pool.answer(exchange, fresh) {
                Some(packet) => {
                    let home = self.world.plan.proposers[usize::from(exchange.proposer)].node;
                    self.reach(home, exchange)?;
                    if self.tick() {
                        let is_copy = self.world.pool.note_answer(exchange);
                        self.arrive(packet, is_copy);
                    }
                }
                None if optional => {}
                None => return Err(self.no_answer(exchange)),
            }
        }
        Ok(())
    }

    /// A message arrives; one that has arrived before was doubled by the network.
    fn arrive(&mut self, packet: Packet, is_copy: bool) {
        if is_copy {
            self.emit(Event::Duplicated { message: packet.message(), delay_ns: 0 });
        }
        self.handle(packet);
    }

    /// A blocking caller is told that its call has failed.
    fn fail_the_call(&mut self, exchange: Exchange) -> Result<(), String> {
        let p = usize::from(exchange.proposer);
        let seat = &self.world.cast.seats[p];
        let Proposer { calling, phase, .. } = seat.paxos;
        let named = if exchange.phase == 1 { Phase::Prepare } else { Phase::Accept };
        let waits = (seat.attempt, phase, calling) == (exchange.attempt, named, exchange.node);
        if self.world.plan.rules.transport != Transport::Sequential || !waits {
            return Err(self.no_call(exchange));
        }
        if self.tick() {
            let effect = self.fail_call(p);
            self.obey(p, effect);
        }
        Ok(())
    }

    /// In a script a message waits until it is delivered, and most never are.
    #[cold]
    #[inline(never)]
    pub fn park(&mut self, packet: Packet) {
        self.emit(Event::Sent { message: packet.message(), delay_ns: 0, lost: false });
        self.world.pool.put(packet);
    }
}
