//! Late messages: they have arrived, and are handled right after the next one at the same place.
//!
//! Absent on purpose: messages that take longer, whose delay is another one.

use crate::run::engine::Engine;
use crate::run::packet::Packet;
use crate::run::world::World;
use crate::trace::Observer;

use super::act::{Deviant, count};
use super::{Change, Subject};

impl Deviant {
    /// Whether a message that arrives now is late.
    fn is_late(&mut self, packet: &Packet) -> bool {
        let id = packet.message().id;
        if self.overdue == Some(id) {
            // It has arrived before; nothing was left but such as it.
            self.overdue = None;
            return false;
        }
        let nth = count(&mut self.arrived, id);
        self.meet(Subject::Arrival(id, nth)) == Some(Change::Late)
    }

    fn next_held(&mut self, place: u8) -> Option<Packet> {
        let next = self.held.iter().position(|(of, _)| *of == place)?;
        Some(self.held.remove(next).1)
    }
}

impl<O: Observer, const PLAIN: bool> Engine<'_, '_, O, PLAIN> {
    /// A message is handled, unless it is late; and after it those that were.
    pub(in crate::run) fn handle_in_turn(&mut self, packet: Packet) {
        if self.world.deviant.is_idle() {
            return self.handle(packet);
        }
        let place = self.world.place(&packet);
        if self.world.deviant.is_late(&packet) {
            return self.world.deviant.held.push((place, packet));
        }
        self.handle(packet);
        while self.world.stopped.is_none()
            && let Some(late) = self.world.deviant.next_held(place)
        {
            self.handle(late);
        }
    }
}

impl World<'_> {
    /// Where a message is handled: a node's number; for a proposer on none, its own above these.
    fn place(&self, packet: &Packet) -> u8 {
        if packet.is_reply() {
            self.plan.proposers[usize::from(packet.proposer())].home
        } else {
            packet.node()
        }
    }

    /// Nothing else is left to happen: what is late arrives once more, at this time. False if nothing is late.
    pub(in crate::run) fn deliver_late(&mut self, at: u64) -> bool {
        // One at a time, for the first may lead to more messages, and those come before the next.
        if self.deviant.held.is_empty() {
            return false;
        }
        let (_, packet) = self.deviant.held.remove(0);
        self.deviant.overdue = Some(packet.message().id);
        self.agenda.arrive(at, packet, &mut self.cast);
        true
    }
}
