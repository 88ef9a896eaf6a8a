//! Prepares in two steps, check and set, with a gap between them: the lab's handlers run in threads without a lock.
//!
//! A deliberate bug, and the only one of an acceptor that takes time. Absent on purpose: own prepares, which are
//! direct calls.

use crate::paxos::Reply;
use crate::sim::later;
use crate::trace::{Event, Observer};

use super::actions::public;
use super::engine::Engine;
use super::packet::Packet;
use super::storm::Held;

impl<O: Observer, const PLAIN: bool> Engine<'_, '_, O, PLAIN> {
    /// A prepare arrives: its check.
    #[cold]
    #[inline(never)]
    pub fn on_split_prepare(&mut self, packet: Packet, gap: u64) {
        let node = packet.node();
        self.emit(Event::Delivered { message: packet.message() });
        if packet.ballot > self.world.nodes[usize::from(node)].acceptor.promised {
            self.schedule(later(self.world.now, gap), packet.checked());
        } else {
            self.on_request(packet);
        }
    }

    /// After the gap: sets the promise, whatever has been promised since the check, and answers. A crash ends the
    /// handler; one that stood still begins anew.
    #[cold]
    #[inline(never)]
    pub fn set_promise(&mut self, packet: Packet) {
        let (node, ballot) = (packet.node(), packet.ballot);
        let storm = &mut self.world.storm;
        if storm.conditions.is_down(node) {
            return;
        }
        if storm.conditions.is_paused(node) {
            return storm.held.push((node, Held::Message(packet)));
        }
        let acceptor = &mut self.world.nodes[usize::from(node)].acceptor;
        let before = acceptor.promised;
        let reply: Reply = acceptor.promise_unchecked(ballot);
        if ballot != before {
            self.emit(Event::Promised { node, ballot: public(ballot) });
        }
        if self.world.plan.local_preemption {
            self.preempt_locally(node, ballot);
        }
        if self.world.stopped.is_none() {
            self.reply(packet, reply);
        }
    }
}
