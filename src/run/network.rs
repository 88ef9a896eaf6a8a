//! A message's way through a network with more than delays and losses, and to a node that may be down, still or slow.
//!
//! The twin of `send` and `on_arrival` for plans that need it. Absent on purpose: what changes links and nodes (`injector`).
//!
//! While a cut lasts nothing passes it: what is sent into it is lost, and so is what would arrive during it. A blocking
//! caller does not learn of that, as with TCP, which sends again for minutes; only a time-out ends the call. A node that
//! is down refuses: the caller has an error at the moment at which its message arrives there, or, if the node goes down
//! with the request still waiting, at that moment.

use crate::paxos::Transport;
use crate::sim::{OF_COPY, Rare, later, place};
use crate::trace::{Event, Loss, Observer};

use super::calendar::Entry;
use super::detail::Course;
use super::engine::Engine;
use super::fault_state::Held;
use super::hooks::Hooks;
use super::packet::Packet;
use super::stage::Stage;
use super::world::World;

impl World<'_> {
    /// The nodes between which a message travels; 0 for a proposer on none.
    fn ends(&self, packet: &Packet) -> (u8, u8) {
        let caller = self.plan.proposers[usize::from(packet.proposer())].node;
        if packet.is_reply() { (packet.node(), caller) } else { (caller, packet.node()) }
    }

    /// The delay with which a message arrives after all that were sent before it on its link.
    fn in_order(&mut self, packet: &Packet, delay_ns: u64) -> u64 {
        let home = usize::from(self.plan.proposers[usize::from(packet.proposer())].home);
        let node = usize::from(packet.node());
        let (from, to) = if packet.is_reply() { (node, home) } else { (home, node) };
        let side = usize::from(self.plan.homes()) + 1;
        let last = &mut self.faults.last_arrival[from * side + to];
        let at = later(self.now, delay_ns).max(last.saturating_add(1));
        *last = at;
        at - self.now
    }

    /// Where a message is handled: a node's number; for a proposer on none, its own above these.
    fn place(&self, packet: &Packet) -> u8 {
        if packet.is_reply() {
            self.plan.proposers[usize::from(packet.proposer())].home
        } else {
            packet.node()
        }
    }

    /// How long a proposer waits by its node's clock.
    pub(super) fn stretched(&self, p: usize, wait_ns: u64) -> u64 {
        self.faults.conditions.stretched(self.plan.proposers[p].node, wait_ns)
    }
}

impl<O: Observer, H: Hooks> Engine<'_, '_, O, H> {
    /// A message enters the network and meets its fate.
    #[cold]
    #[inline(never)]
    pub(super) fn send_in_detail(&mut self, packet: Packet, from: u8, to: u8, word: u64) {
        if self.world.plan.scripted {
            return self.park(packet);
        }
        let message = packet.message();
        if !packet.is_reply() && self.is_unreachable(to) {
            self.emit(Event::Sent { message, delay_ns: 0, lost: true });
            return;
        }
        let world = &mut *self.world;
        let course = world.plan.course(world.now, packet.kind(), from, to);
        let drawn = course.fate.of(word);
        let ((mut delay_ns, lost), copy_ns) = self.hooks.fate(&packet, drawn);
        let cut = world.faults.cuts.is_cut(from, to);
        if course.keeps_order && !lost && !cut {
            delay_ns = world.in_order(&packet, delay_ns);
        }
        self.emit(Event::Sent { message, delay_ns, lost: lost || cut });
        if lost || cut {
            let errs = self.world.plan.rules.transport == Transport::Sequential && !cut;
            if errs && !packet.is_copy() {
                self.lose_call(&packet, delay_ns);
            }
            return;
        }
        self.schedule(later(self.world.now, delay_ns), packet);
        if let Some(copy_ns) = copy_ns {
            self.add_copy(packet, copy_ns);
        } else if course.duplicate > 0 && !packet.is_copy() {
            self.duplicate(packet, &course);
        }
    }

    /// How long a proposer waits before its next attempt, where its policy says so.
    pub(super) fn waits(&mut self, p: usize, policy_ns: u64) -> u64 {
        let drawn_ns = self.world.stretched(p, policy_ns);
        self.hooks.wait(p, self.world.cast.seats[p].attempt, drawn_ns)
    }

    /// The network may make a second copy of a message, with a delay of its own. Copies are not copied again, nor are
    /// the answers to them.
    fn duplicate(&mut self, packet: Packet, course: &Course) {
        let world = &mut *self.world;
        let (caller, attempt) = (packet.proposer(), packet.attempt());
        let place = place(packet.phase(), packet.node(), packet.is_reply());
        let word = world.cast.words.of_rare(Rare::Duplicates, caller, attempt, place);
        if u64::from(word as u32) >= course.duplicate {
            return;
        }
        let mut delay_ns = course.fate.delay.sample((word >> 32) as u32);
        if course.keeps_order {
            delay_ns = world.in_order(&packet, delay_ns);
        }
        self.add_copy(packet, delay_ns);
    }

    /// A second copy is under way, which takes this long.
    fn add_copy(&mut self, packet: Packet, delay_ns: u64) {
        let place = place(packet.phase(), packet.node(), packet.is_reply());
        let (caller, attempt) = (packet.proposer(), packet.attempt());
        let words = &mut self.world.cast.words;
        let answer = words.of_rare(Rare::Duplicates, caller, attempt, OF_COPY + place);
        self.emit(Event::Duplicated { message: packet.message(), delay_ns });
        self.schedule(later(self.world.now, delay_ns), packet.copied(answer));
    }

    /// A message reaches the end of its link.
    #[cold]
    #[inline(never)]
    pub(super) fn arrive_in_detail(&mut self, packet: Packet) {
        let (from, to) = self.world.ends(&packet);
        if self.world.faults.cuts.is_cut(from, to) {
            self.drop_packet(packet, Loss::Cut);
        } else {
            self.meet(to, packet);
        }
    }

    /// A message is handled, unless it is kept back; and after it those that were.
    pub(super) fn handle_in_turn(&mut self, packet: Packet) {
        if !self.hooks.reorders() {
            return self.handle(packet);
        }
        let place = self.world.place(&packet);
        if self.hooks.holds(place, &packet) {
            return;
        }
        self.handle(packet);
        while self.world.stopped.is_none()
            && let Some(late) = self.hooks.released(place)
        {
            self.handle(late);
        }
    }

    /// A message meets the node that it was sent to.
    pub(super) fn meet(&mut self, node: u8, packet: Packet) {
        let conditions = &self.world.faults.conditions;
        if node == 0 {
            self.handle_in_turn(packet);
        } else if conditions.is_down(node) {
            self.drop_packet(packet, Loss::Down);
        } else if conditions.is_paused(node) {
            self.emit(Event::Queued { message: packet.message() });
            self.world.faults.held.push((node, Held::Message(packet)));
        } else if let Some(done) = self.when_served(node, &packet) {
            self.emit(Event::Queued { message: packet.message() });
            let world = &mut *self.world;
            world.faults.serving[usize::from(node)].push_back(packet);
            let (entry, number) = (Entry::Served(node), world.agenda.number());
            let tie = if world.plan.fifo_ties { 0 } else { world.cast.tie_of(&packet) };
            world.cast.calendar.insert(done, (tie, number), entry);
            world.set_calendar_alarm();
        } else {
            self.handle_in_turn(packet);
        }
    }

    /// When a node that is slow, or still busy, is done with the message; none if it handles it at once.
    fn when_served(&mut self, node: u8, packet: &Packet) -> Option<u64> {
        let world = &mut *self.world;
        let service_ns = match world.faults.service[usize::from(node)] {
            None => 0,
            Some(service) => {
                let of_copy = if packet.is_copy() { OF_COPY } else { 0 };
                let place = of_copy + place(packet.phase(), packet.node(), packet.is_reply());
                let words = &mut world.cast.words;
                let word = words.of_rare(Rare::Service, packet.proposer(), packet.attempt(), place);
                world.plan.faults.services[usize::from(service)].sample((word >> 32) as u32)
            }
        };
        let done = world.faults.conditions.serve(node, world.now, service_ns);
        (done > world.now).then_some(done)
    }

    /// A slow node is done with the message that it had longest.
    pub(super) fn on_served(&mut self, node: u8) {
        let Some(packet) = self.world.faults.serving[usize::from(node)].pop_front() else { return };
        if self.world.faults.conditions.is_paused(node) {
            self.world.faults.held.push((node, Held::Message(packet)));
        } else {
            self.handle_in_turn(packet);
        }
    }

    /// A message that was under way is lost after all.
    pub(super) fn drop_packet(&mut self, packet: Packet, why: Loss) {
        self.emit(Event::Dropped { message: packet.message(), why, copy: packet.is_second() });
        if why == Loss::Down && self.world.plan.rules.transport == Transport::Sequential {
            self.break_call(&packet);
        }
    }

    /// A blocking caller has an error, if it still waits for this message and does not stand still itself.
    pub(super) fn break_call(&mut self, packet: &Packet) {
        let p = usize::from(packet.proposer());
        if !self.world.cast.seats[p].waits_for(packet) || packet.is_copy() || self.world.stopped.is_some() {
            return;
        }
        let node = self.world.plan.proposers[p].node;
        if self.world.faults.conditions.is_paused(node) {
            self.world.faults.held.push((node, Held::CallError(*packet)));
        } else {
            self.on_call_failed(p);
        }
    }
}
