//! Handlers in two steps, check and set, with a gap between them: the lab's threads run without a lock.
//!
//! A deliberate bug, and the only one of an acceptor that takes time. Between the two steps the node handles whatever
//! else reaches it; the set believes the check, whatever has been promised since. It makes no difference on which way a
//! request comes: a proposer's direct call to its own node runs the same handler, and the caller waits for it.
//!
//! A request that the check refuses is refused at once. A crash ends a handler, and a blocking caller has its error
//! then; a node that stands still goes on with it when it is resumed.

use crate::paxos::{Acceptor, NodeId, Request};
use crate::sim::later;
use crate::trace::{Event, Observer};

use super::calendar::Entry;
use super::engine::Engine;
use super::fault_state::Local;
use super::hooks::Hooks;
use super::packet::Packet;
use super::stage::Stage;

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// A request arrives over the network, where handlers may be in two steps.
    #[cold]
    #[inline(never)]
    pub fn on_request_unlocked(&mut self, packet: Packet) {
        self.emit(Event::Delivered { message: packet.message() });
        if !self.begins_handler(packet) {
            self.on_request(packet);
        }
    }

    /// A proposer asks the acceptor on its own node; whether its answer is yet to come.
    #[cold]
    #[inline(never)]
    pub fn begins_own_handler(&mut self, p: usize, own: NodeId, request: Request) -> bool {
        let seat = &self.world.cast.seats[p];
        let packet = Packet::request(p as u8, seat.attempt, seat.paxos.ballot, request).to(own, 0);
        self.begins_handler(packet)
    }

    /// The check: whether a handler is under way now that will set and answer later.
    fn begins_handler(&mut self, packet: Packet) -> bool {
        let rules = self.rules();
        let world = &mut *self.world;
        let (node, request) = (packet.node(), packet.as_request());
        let acceptor = &world.nodes[usize::from(node)].acceptor;
        let Some(split) = world.plan.split.filter(|split| split.takes(request)) else { return false };
        if !acceptor.check(packet.ballot, request, &rules) {
            return false;
        }
        world.faults.handlers[usize::from(node)].push_back(packet);
        let tie = if world.plan.fifo_ties { 0 } else { world.cast.tie_of(&packet) };
        let rank = (tie, world.agenda.number());
        world.cast.calendar.insert(later(world.now, split.gap_ns), rank, Entry::Handled(node));
        world.set_calendar_alarm();
        true
    }

    /// The gap is over for the oldest handler of a node.
    pub(super) fn on_handled(&mut self, node: NodeId) {
        let faults = &mut self.world.faults;
        let Some(packet) = faults.handlers[usize::from(node)].pop_front() else { return };
        if faults.net.conditions.is_paused(node) {
            faults.net.hold(node, Local::Handler(packet));
        } else {
            self.finish_handler(packet);
        }
    }

    /// The set, and the answer the way the request came.
    pub(super) fn finish_handler(&mut self, packet: Packet) {
        let (node, request) = (packet.node(), packet.as_request());
        let reply = self.serve_by(node, packet.ballot, request, Acceptor::set);
        let p = usize::from(packet.proposer());
        let plan = self.world.plan;
        let is_own = plan.own_instant && plan.proposers[p].node == node;
        if is_own && self.world.stopped.is_none() && !self.is_withheld(reply) {
            self.hear(p, node, (packet.protocol_phase(), packet.ballot), reply);
        }
        if self.preempts(reply) {
            self.preempt_locally(node, packet.ballot);
        }
        if !is_own && self.world.stopped.is_none() && !self.is_withheld(reply) {
            self.reply(packet, reply);
        }
    }
}
