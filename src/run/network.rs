//! A message's way through a network with more than delays and losses, and to a node that may be down, still or slow.
//!
//! The twin of `send` and `on_arrival` for plans that need it. Absent on purpose: what changes links and nodes (`injector`).
//!
//! While a cut lasts nothing passes it: what is sent into it is lost, and so is what would arrive during it. A blocking
//! caller does not learn of that, as with TCP, which sends again for minutes; only a time-out ends the call. A node that
//! is down refuses: the caller has an error at the moment at which its message arrives there, or, if the node goes down
//! with the request still waiting, at that moment.

use crate::paxos::Transport;
use crate::sim::{Course, Departure, OF_COPY, Rare, Reach, Way, later, place};
use crate::trace::{Event, Loss, Observer};

use super::calendar::Entry;
use super::engine::Engine;
use super::fault_state::Local;
use super::hooks::Hooks;
use super::packet::Packet;
use super::stage::Stage;
use super::world::World;

impl World<'_> {
    /// Between whom a message travels; from or to 0 for a proposer on no node.
    fn way(&self, packet: &Packet) -> Way {
        let caller = &self.plan.proposers[usize::from(packet.proposer())];
        let node = packet.node();
        if packet.is_reply() {
            Way { from: node, to: caller.node, homes: (node, caller.home) }
        } else {
            Way { from: caller.node, to: node, homes: (caller.home, node) }
        }
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
        self.faults.net.conditions.stretched(self.plan.proposers[p].node, wait_ns)
    }
}

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// A message enters the network and meets its fate.
    #[cold]
    #[inline(never)]
    pub(super) fn send_in_detail(&mut self, packet: Packet, word: u64) {
        if self.world.plan.scripted {
            return self.park(packet);
        }
        let message = packet.message();
        let way = self.world.way(&packet);
        if !packet.is_reply() && self.is_unreachable(way.to) {
            self.emit(Event::Sent { message, delay_ns: 0, lost: true });
            return;
        }
        let world = &mut *self.world;
        let course = world.plan.course(world.now, packet.kind(), way.from, way.to);
        let (fate, copy_ns) = self.hooks.fate(&packet, course.fate.of(word));
        let Departure { delay_ns, lost, cut } =
            world.faults.net.depart(world.now, way, course.keeps_order, fate);
        self.emit(Event::Sent { message, delay_ns, lost });
        if lost {
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
            self.duplicate(packet, way, &course);
        }
    }

    /// How long a proposer waits before its next attempt, where its policy says so.
    pub(super) fn waits(&mut self, p: usize, policy_ns: u64) -> u64 {
        let drawn_ns = self.world.stretched(p, policy_ns);
        self.hooks.wait(p, self.world.cast.seats[p].attempt, drawn_ns)
    }

    /// The network may make a second copy of a message, with a delay of its own. Copies are not copied again, nor are
    /// the answers to them.
    fn duplicate(&mut self, packet: Packet, way: Way, course: &Course) {
        let world = &mut *self.world;
        let (caller, attempt) = (packet.proposer(), packet.attempt());
        let place = place(packet.phase(), packet.node(), packet.is_reply());
        let word = world.cast.words.of_rare(Rare::Duplicates, caller, attempt, place);
        if let Some(delay_ns) = world.faults.net.double(world.now, way, course, word) {
            self.add_copy(packet, delay_ns);
        }
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
        let way = self.world.way(&packet);
        if self.world.faults.net.cuts.is_cut(way.from, way.to) {
            self.drop_packet(packet, Loss::Cut);
        } else {
            self.meet(way.to, packet);
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
        let World { plan, cast, faults, now, .. } = &mut *self.world;
        let service_ns = |service: u16| {
            let of_copy = if packet.is_copy() { OF_COPY } else { 0 };
            let place = of_copy + place(packet.phase(), packet.node(), packet.is_reply());
            let word = cast.words.of_rare(Rare::Service, packet.proposer(), packet.attempt(), place);
            plan.faults.services[usize::from(service)].sample((word >> 32) as u32)
        };
        match faults.net.meet(*now, node, packet, service_ns) {
            Reach::Handled => self.handle_in_turn(packet),
            Reach::Cut => self.drop_packet(packet, Loss::Cut),
            Reach::Down => self.drop_packet(packet, Loss::Down),
            Reach::Held => self.emit(Event::Queued { message: packet.message() }),
            Reach::Served(done) => self.wait_for_service(node, packet, done),
        }
    }

    /// A node that is slow, or still busy, is done with the message then.
    fn wait_for_service(&mut self, node: u8, packet: Packet, done: u64) {
        self.emit(Event::Queued { message: packet.message() });
        let world = &mut *self.world;
        let (entry, number) = (Entry::Served(node), world.agenda.number());
        let tie = if world.plan.fifo_ties { 0 } else { world.cast.tie_of(&packet) };
        world.cast.calendar.insert(done, (tie, number), entry);
        world.set_calendar_alarm();
    }

    /// A slow node is done with the message that it had longest.
    pub(super) fn on_served(&mut self, node: u8) {
        if let Some(packet) = self.world.faults.net.served(node) {
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
        if self.world.faults.net.conditions.is_paused(node) {
            self.world.faults.net.hold(node, Local::CallError(*packet));
        } else {
            self.on_call_failed(p);
        }
    }
}
