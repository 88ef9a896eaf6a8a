//! Alarms that come due while their proposer's node stands still: they queue up with the messages, each in its turn.
//!
//! A proposer has one alarm, set to the first of its deadlines. When that is held, the alarm goes on to the next deadline,
//! so that none is overlooked and none is ever rung at a time that has passed. Absent on purpose: when nodes stand still
//! and go on (`injector`).

use crate::paxos::Phase;
use crate::trace::Observer;

use super::engine::Engine;
use super::fault_state::Local;
use super::hooks::Hooks;
use super::seat::{Alarm, Deadline};
use super::world::World;

impl World<'_> {
    /// Phase, attempt and call deadline of a proposer, without those that are held.
    fn deadlines_to_come(&self, p: usize) -> [Deadline; 3] {
        let is_held = |number: u64| {
            self.faults
                .net
                .locals()
                .any(|local| matches!(local, Local::Alarm(of, _, n) if (*of, *n) == (p, number)))
        };
        let seat = &self.cast.seats[p];
        [seat.phase_deadline, seat.attempt_deadline, seat.call_deadline]
            .map(|deadline| if is_held(deadline.number) { Deadline::NONE } else { deadline })
    }
}

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// Whether the alarm of a proposer must wait because its node stands still.
    #[cold]
    #[inline(never)]
    pub(super) fn hold_alarm(&mut self, p: usize) -> bool {
        let world = &mut *self.world;
        let node = world.plan.proposers[p].node;
        if !world.faults.net.conditions.is_paused(node) {
            return false;
        }
        let [phase, attempt, call] = world.deadlines_to_come(p);
        let alarm = world.cast.seats[p].alarm;
        let due = match alarm {
            Alarm::Start | Alarm::Retry => Deadline::NONE,
            Alarm::Timeout if attempt.at <= phase.at => attempt,
            Alarm::Timeout => phase,
            Alarm::Call => call,
        };
        world.faults.net.hold(node, Local::Alarm(p, alarm, due.number));
        if due.at != Deadline::NONE.at {
            self.watch_the_rest(p);
        }
        true
    }

    /// Sets the alarm of a proposer that stands still to the first deadline that is not held.
    fn watch_the_rest(&mut self, p: usize) {
        let rest = self.world.deadlines_to_come(p);
        let seat = &mut self.world.cast.seats[p];
        let all = [seat.phase_deadline, seat.attempt_deadline, seat.call_deadline];
        [seat.phase_deadline, seat.attempt_deadline, seat.call_deadline] = rest;
        self.watch(p);
        let seat = &mut self.world.cast.seats[p];
        [seat.phase_deadline, seat.attempt_deadline, seat.call_deadline] = all;
    }

    /// Rings an alarm that came due while its proposer stood still, if it still means anything.
    pub(super) fn ring_late(&mut self, p: usize, alarm: Alarm, number: u64) {
        let seat = &mut self.world.cast.seats[p];
        let is_idle = seat.paxos.phase == Phase::Idle;
        let means_something = match alarm {
            Alarm::Start | Alarm::Retry => is_idle && seat.alarm == alarm,
            Alarm::Timeout => {
                !is_idle && [seat.phase_deadline.number, seat.attempt_deadline.number].contains(&number)
            }
            Alarm::Call => !is_idle && seat.call_deadline.number == number,
        };
        if means_something {
            seat.alarm = alarm;
            self.world.agenda.cancel_alarm(p);
            self.ring(p);
        }
    }

    /// After its node has caught up: the deadlines of an attempt that goes on all lie ahead.
    pub(super) fn watch_again(&mut self, p: usize) {
        if self.world.stopped.is_none() && self.world.cast.seats[p].paxos.phase != Phase::Idle {
            self.watch(p);
        }
    }
}
