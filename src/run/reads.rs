//! Reads of a node: `get_value`, at its time, and as a script has it.
//!
//! Absent on purpose: what a read is worth, which the checker knows.

use crate::paxos::NodeId;
use crate::sim::later;
use crate::trace::{Event, Observer};

use super::calendar::Entry;
use super::engine::Engine;
use super::fault_state::Local;
use super::hooks::Hooks;
use super::stage::Stage;

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// `get_value` on a node, for the n-th `time`; and the next, if it is read again.
    pub fn read(&mut self, read: usize, time: u32) {
        self.look(read);
        if let Some(every) = self.world.plan.reads[read].every {
            let world = &mut *self.world;
            let (at, order) = (later(world.now, every), world.agenda.number());
            let entry = Entry::Read(read, time + 1);
            world.cast.calendar.add(at, entry, order, world.plan, &mut world.cast.words);
        }
    }

    /// What a node answers, if it does.
    pub fn look(&mut self, read: usize) {
        let planned = &self.world.plan.reads[read];
        let conditions = &self.world.faults.net.conditions;
        if conditions.is_paused(planned.node) {
            return self.world.faults.net.hold(planned.node, Local::Read(read));
        }
        if conditions.is_down(planned.node) || self.is_unreachable(planned.node) {
            return self.emit(Event::ReadFailed { node: planned.node });
        }
        let node = &self.world.nodes[usize::from(planned.node)];
        let value = if planned.learned { node.learner.value } else { node.acceptor.vote.value() };
        self.emit(Event::Read { node: planned.node, value: value.map(|v| v.0) });
    }

    /// `get_value` on a node, once, as the lab answers it.
    pub fn read_accepted(&mut self, node: NodeId) {
        let value = self.world.nodes[usize::from(node)].acceptor.vote.value();
        self.emit(Event::Read { node, value: value.map(|v| v.0) });
    }
}
