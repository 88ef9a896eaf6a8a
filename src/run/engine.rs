//! The main loop of a run: take the next thing that happens, hand it to whom it concerns.
//!
//! Absent on purpose: what follows from it (`stage`, `actions`), and the state that changes (`world`).

use std::sync::atomic::Ordering;

use crate::paxos::Mutant;
use crate::scenario::model::Stop;
use crate::sim::{Due, NEVER};
use crate::trace::{Event, Observer, StopReason, SubmissionId};

use super::calendar::Entry;
use super::hooks::Hooks;
use super::packet::Packet;
use super::seat::{Alarm, Deadline};
use super::stage::Stage;
use super::world::{PIECE, STANDSTILL, World};

/// A world, who watches it, and what is otherwise in it than drawn. What a plain scenario never asks for is left out when
/// this is compiled for hooks of such runs ([`Hooks::PLAIN`]); the logic is the same.
pub(super) struct Engine<'w, 'p, O: ?Sized, H> {
    pub world: &'w mut World<'p>,
    pub observer: &'w mut O,
    pub hooks: &'w mut H,
}

/// Why the loop returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Yield {
    /// The run is over.
    Over(StopReason),
    /// Failures have made it worth a look whether the state recurs; whether the run goes on if it does not.
    Look(bool),
}

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// From event to event, until the run is over or to be looked at; it goes on where it was when called again.
    pub fn run(&mut self) -> Yield {
        loop {
            let world = &mut *self.world;
            let next = world.agenda.next();
            if next.at >= world.limit || world.budget == 0 {
                match self.reason_to_return(next.at) {
                    Some(reason) => return reason,
                    None => continue,
                }
            }
            if next.is_arrival {
                self.arrival_at(next.at);
            } else if world.plan.may_idle && world.is_idle() && !self.deliver_late(next.at) {
                return Yield::Over(StopReason::Quiescent);
            } else {
                self.due_at(next.at);
            }
        }
    }

    /// The next event happens: a message arrives.
    #[inline(always)]
    fn arrival_at(&mut self, at: u64) {
        let world = &mut *self.world;
        world.turn_to(at);
        let packet = world.agenda.take_arrival(&mut world.cast);
        self.on_arrival(packet);
    }

    /// The next event happens: an alarm, or it and an arrival of the same instant.
    #[inline(always)]
    fn due_at(&mut self, at: u64) {
        self.world.turn_to(at);
        self.on_due();
    }

    /// Why the loop returns although its next event ([`NEVER`] for none) has not happened; none if it goes on.
    #[cold]
    fn reason_to_return(&mut self, next_at: u64) -> Option<Yield> {
        let world = &mut *self.world;
        if let Some(reason) = world.stopped {
            return Some(Yield::Over(reason));
        }
        if world.budget == 0 {
            match world.look(next_at) {
                Time::Goes => return None,
                Time::Stands => return Some(Yield::Over(StopReason::Standstill)),
                Time::IsUp => {}
            }
        }
        if world.probe.is_due() {
            world.limit = world.plan.end();
            return Some(Yield::Look(next_at < world.limit && world.budget > 0));
        }
        if next_at == NEVER && world.budget > 0 && self.deliver_late(self.world.now) {
            return None;
        }
        Some(Yield::Over(self.world.reason_to_stop(next_at)))
    }

    /// Nothing else is left to happen: a message that was kept back arrives at this time. False if there is none.
    fn deliver_late(&mut self, at: u64) -> bool {
        let Some(packet) = self.hooks.overdue() else { return false };
        let world = &mut *self.world;
        world.agenda.arrive(at, packet, &mut world.cast);
        true
    }

    /// The run is over.
    pub fn finish(&mut self, events: u32, reason: StopReason) {
        self.world.monitor.tally.count_events(events);
        self.emit(Event::Stopped { reason });
    }

    /// The next event alone, in a replay that looks at each; false if the run is over.
    #[cold]
    pub fn one_event(&mut self) -> bool {
        let world = &mut *self.world;
        let next = world.agenda.next();
        if next.at >= world.limit || world.budget == 0 && world.look(next.at) != Time::Goes {
            return false;
        }
        if next.is_arrival {
            self.arrival_at(next.at)
        } else {
            self.due_at(next.at)
        }
        true
    }

    /// An alarm is due, or it and an arrival of the same instant.
    #[inline(never)]
    fn on_due(&mut self) {
        let world = &mut *self.world;
        match world.agenda.take_due(&mut world.cast) {
            Due::Arrival(packet) => self.on_arrival(packet),
            Due::Alarm(owner) => self.on_alarm(owner),
        }
    }

    /// Puts a packet on its way; what would arrive after the horizon never does.
    #[inline(always)]
    pub fn schedule(&mut self, at: u64, packet: Packet) {
        if at > self.world.plan.horizon {
            self.world.beyond = true;
            return;
        }
        let world = &mut *self.world;
        world.agenda.arrive(at, packet, &mut world.cast);
    }

    /// A message arrives.
    #[inline(always)]
    pub fn on_arrival(&mut self, packet: Packet) {
        if !H::PLAIN && self.world.plan.is_special {
            return self.arrive_in_detail(packet);
        }
        self.handle(packet);
    }

    /// A message is handled by whom it was sent to.
    #[inline(always)]
    pub fn handle(&mut self, packet: Packet) {
        if !H::PLAIN && self.world.plan.split.is_some() && packet.is_request() {
            return self.on_request_unlocked(packet);
        }
        self.emit(Event::Delivered { message: packet.message() });
        if packet.is_request() {
            self.on_request(packet);
        } else if packet.is_reply() {
            let p = usize::from(packet.proposer());
            // Asked before the reply is looked at, for most replies of a long duel are to attempts that are over.
            if !self.paxos(p).awaits(packet.ballot) && self.rules().mutant == Mutant::None {
                return;
            }
            self.hear(p, packet.node(), (packet.protocol_phase(), packet.ballot), packet.as_reply());
        } else {
            self.on_announce(packet);
        }
    }

    /// A request arrives over the network; its answer goes back the same way.
    #[inline(always)]
    pub fn on_request(&mut self, packet: Packet) {
        if let Some(reply) = self.take_request(packet.node(), packet.ballot, packet.as_request()) {
            self.reply(packet, reply);
        }
    }

    /// A node's learner is told the value.
    fn on_announce(&mut self, packet: Packet) {
        let (node, value) = (packet.node(), packet.value());
        if self.world.nodes[usize::from(node)].learner.on_announce(value) {
            self.emit(Event::NodeLearned { node, value: value.0 });
        }
    }

    /// An alarm rings.
    #[inline(always)]
    pub fn on_alarm(&mut self, owner: usize) {
        let proposers = self.world.cast.seats.len();
        if owner >= proposers {
            return self.on_calendar_alarm(owner - proposers);
        }
        if !H::PLAIN && self.world.plan.is_special && self.hold_alarm(owner) {
            return;
        }
        self.ring(owner);
    }

    /// A proposer's alarm rings.
    #[inline(always)]
    pub fn ring(&mut self, owner: usize) {
        match self.world.cast.seats[owner].alarm {
            Alarm::Start => self.submit(owner, owner as SubmissionId),
            Alarm::Retry => {
                let effect = self.begin_attempt(owner);
                self.apply(owner, effect);
            }
            Alarm::Timeout => {
                let effect = self.world.cast.seats[owner].paxos.on_timeout();
                self.apply(owner, effect);
            }
            Alarm::Call => self.on_call_failed(owner),
        }
    }

    #[cold]
    fn on_calendar_alarm(&mut self, which: usize) {
        let proposers = self.world.cast.seats.len();
        if which < proposers {
            return self.client_submits(which, which as SubmissionId);
        }
        let entry = self.world.cast.calendar.pop();
        match entry {
            Some(Entry::Submit(submission)) => {
                let p = usize::from(self.world.plan.submissions[usize::from(submission)]);
                self.client_submits(p, submission);
            }
            Some(Entry::Fault(index)) => self.on_fault(index),
            Some(Entry::Drawn(source)) => self.on_drawn(source),
            Some(Entry::Served(node)) => self.on_served(node),
            Some(Entry::Handled(node)) => self.on_handled(node),
            Some(Entry::Read(read, time)) => self.read(read, time),
            None => {}
        }
        self.world.set_calendar_alarm();
    }

    /// A call ends with an error.
    pub fn on_call_failed(&mut self, p: usize) {
        self.world.cast.seats[p].call_deadline = Deadline::NONE;
        let effect = self.fail_call(p);
        self.obey(p, effect);
    }
}

/// What a look at the clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    Goes,
    /// A whole budget of events was spent at one instant.
    Stands,
    /// All events that a run may have are spent, or it is to be left.
    IsUp,
}

impl World<'_> {
    /// One event more happens, at this time.
    #[inline(always)]
    fn turn_to(&mut self, at: u64) {
        self.budget -= 1;
        self.now = at;
    }

    /// How many events have happened.
    pub fn events(&self) -> u32 {
        self.plan.max_events - self.reserve - self.budget
    }

    /// Takes from the reserve, unless it is used up, no time has gone by for a whole budget and none is about to, or somebody
    /// wishes that the run be left.
    #[cold]
    pub(super) fn look(&mut self, next_at: u64) -> Time {
        self.is_left |= self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if self.reserve == 0 || self.is_left {
            return Time::IsUp;
        }
        self.looks += 1;
        if self.looks.is_multiple_of(STANDSTILL / PIECE) {
            if self.now == self.looked_at && next_at == self.now {
                return Time::Stands;
            }
            self.looked_at = self.now;
        }
        self.budget = self.reserve.min(PIECE);
        self.reserve -= self.budget;
        Time::Goes
    }

    fn reason_to_stop(&mut self, next_at: u64) -> StopReason {
        let is_quiet = next_at == NEVER && !self.beyond;
        if is_quiet || self.plan.may_idle && self.is_idle() {
            return StopReason::Quiescent;
        }
        if next_at < self.limit {
            return StopReason::MaxEvents;
        }
        self.now = self.plan.horizon;
        StopReason::Horizon
    }

    /// Whether nothing is scheduled but what changes nothing.
    #[cold]
    fn is_idle(&self) -> bool {
        self.agenda.has_only(2 * self.plan.proposers.len())
            && self.cast.calendar.is_idle()
            && (self.nobody_waits_for_faults() || self.cast.calendar.only_repeats())
            && !self.beyond
    }

    /// Whether the run is over at a choice, an answer.
    #[inline(always)]
    pub fn check_stop(&mut self, stop: Stop, holds: bool, reason: StopReason) {
        if holds && self.plan.stop == stop {
            (self.stopped, self.limit) = (Some(reason), 0);
        }
    }
}
