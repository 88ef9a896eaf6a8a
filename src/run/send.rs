//! What leaves a node: requests, answers, announcements, each with its fate.

use crate::paxos::{NodeId, Reply, Request, Value};
use crate::sim::Fate;
use crate::trace::{Event, Observer};

use super::engine::Engine;
use super::hooks::Hooks;
use super::packet::Packet;
use super::stage::Stage;

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    /// An acceptor's answer goes back the way its request came.
    #[inline(always)]
    pub fn reply(&mut self, packet: Packet, reply: Reply) {
        if self.world.plan.answers_ahead {
            let (delay_ns, lost) = packet.reply_fate();
            return self.depart(packet.answered(reply), delay_ns, lost);
        }
        let proposer = self.world.plan.proposers[usize::from(packet.proposer())].node;
        self.route(packet.answered(reply), packet.node(), proposer, packet.reply_word());
    }

    /// Sends a phase's request to nodes `first` to `last` but `skipped`: to the peers always, also when the own answer
    /// ends the phase.
    #[inline(always)]
    pub fn send_requests(
        &mut self,
        p: usize,
        first: NodeId,
        last: NodeId,
        skipped: NodeId,
        request: Request,
    ) {
        let (cast, plan) = (&self.world.cast, self.world.plan);
        let seat = &cast.seats[p];
        let packet = Packet::request(p as u8, seat.attempt, seat.paxos.ballot, request);
        let (from, kind) = (seat.paxos.node, packet.kind());
        let phase_base = cast.words.phase_base(p, packet.phase());
        // On a plain scenario's links all of them meet the same fate, and so do their answers.
        let fate = plan.routes.uniform_fate(kind);
        let ahead = plan.answers_ahead.then(|| plan.routes.uniform_fate(packet.kind_of_yes()));
        let mut node = first;
        while node <= last {
            if node != skipped {
                let (word, reply_word) = self.world.cast.words.exchange(phase_base, node);
                let packet = match ahead {
                    Some(fate) => packet.to_be_answered(node, fate.of(reply_word)),
                    None => packet.to(node, reply_word),
                };
                if H::PLAIN {
                    self.send(packet, fate, word);
                } else {
                    self.route(packet, from, node, word);
                }
            }
            node += 1;
        }
    }

    /// A message enters the network, if there is anybody to send it to.
    #[inline(always)]
    fn route(&mut self, packet: Packet, from: u8, to: u8, word: u64) {
        if !H::PLAIN && self.world.plan.is_special {
            self.send_in_detail(packet, word);
        } else if !packet.is_reply() && self.is_unreachable(to) {
            self.emit(Event::Sent { message: packet.message(), delay_ns: 0, lost: true });
        } else {
            let routes = &self.world.plan.routes;
            let kind = packet.kind();
            let fate = if H::PLAIN { routes.uniform_fate(kind) } else { routes.fate(kind, from, to) };
            self.send(packet, fate, word);
        }
    }

    /// A message meets its fate.
    #[inline(always)]
    fn send(&mut self, packet: Packet, fate: &Fate, word: u64) {
        let (delay_ns, lost) = fate.of(word);
        self.depart(packet, delay_ns, lost);
    }

    /// A message leaves, to arrive after this delay or to be lost.
    #[inline(always)]
    fn depart(&mut self, packet: Packet, delay_ns: u64, lost: bool) {
        self.emit(Event::Sent { message: packet.message(), delay_ns, lost });
        if lost {
            if self.is_sequential() {
                self.lose_call(&packet, delay_ns);
            }
            return;
        }
        // A time and a delay together fit 64 bits, and what is later than the horizon is not kept: to ask for more here would
        // cost every event, for the next one waits for this time.
        self.schedule(self.world.now.wrapping_add(delay_ns), packet);
    }

    /// The proposer that has learned tells all learners; its own node's knows already.
    pub fn announce(&mut self, p: usize, value: Value) {
        let seat = &self.world.cast.seats[p];
        let (own, ballot, attempt) = (seat.paxos.node, seat.paxos.ballot, seat.attempt);
        for node in 1..=self.world.plan.rules.nodes {
            if node == own && self.world.plan.own_instant {
                continue;
            }
            let word = self.world.cast.words.announcement(p as u8, attempt, node);
            let packet = Packet::announcement(p as u8, attempt, ballot, node, value);
            self.route(packet, own, node, word);
        }
    }
}
