//! A message's way: into the network, along its link, and to a node that may be down, still or slow.
//!
//! Absent on purpose: what changes links and nodes (`faults`), and what a message does where it is handled.

use synod::scenario::model::Transport;

use super::links::{Fate, fate};
use super::weather::Held;
use super::words::{Address, AnswerTo, Body, Event, Message};
use super::world::World;
use super::{Draws, MessageId, TieId};

/// The address of a message's draws.
fn id(message: &Message) -> MessageId {
    let Address { proposer, attempt, phase, node } = message.address;
    MessageId { proposer, attempt, phase, node, reply: message.is_reply(), copy: message.is_copy }
}

/// Whose turn a message's arrival, or what stands for it, is within its instant: copies share their originals' key.
fn tie(message: &Message) -> TieId {
    let Address { proposer, attempt, phase, node } = message.address;
    TieId::Message { proposer, attempt, phase, node, reply: message.is_reply() }
}

impl<'s, D: Draws> World<'s, D> {
    /// The nodes between which a message travels; 0 for a proposer on none.
    fn ends(&self, message: &Message) -> (u8, u8) {
        let Address { proposer, node, .. } = message.address;
        let home = self.proposers[proposer].node;
        if message.is_reply() { (node, home) } else { (home, node) }
    }

    /// Puts a message on the network.
    pub fn send(&mut self, message: Message) {
        let (from, to) = self.ends(&message);
        let scenario: &'s _ = self.scenario;
        let fate = fate(&scenario.network, message.kind(), from, to, self.now);
        let (delay, lost) = self.draws.message(id(&message), &fate);
        let cut = self.weather.is_cut(from, to);
        self.outcome.messages_sent += 1;
        self.outcome.messages_lost += u32::from(lost || cut);
        self.seen.cut += u32::from(cut);
        if cut {
            // A blocking caller does not learn of a cut (D43).
            return;
        }
        if lost {
            let blocks = self.protocol.transport == Transport::Sequential && message.address.phase != 3;
            // The answer to a copy is nobody's call (D38).
            if blocks && !message.is_copy {
                self.schedule(self.now + delay, tie(&message), Event::CallError(message.address));
            }
            return;
        }
        self.travel(message, &fate, delay);
        if message.is_copy {
            // Copies are not copied again, nor are the answers to them (D38).
            return;
        }
        if let Some(delay) = self.draws.copy(id(&message), &fate) {
            self.seen.copies += 1;
            self.travel(Message { is_copy: true, is_second: true, ..message }, &fate, delay);
        }
    }

    fn travel(&mut self, message: Message, fate: &Fate<'_>, delay: u64) {
        let mut at = self.now.saturating_add(delay);
        if fate.fifo {
            let Address { proposer, node, .. } = message.address;
            let home = self.proposers[proposer].id;
            let (from, to) = if message.is_reply() { (node, home) } else { (home, node) };
            let in_order = self.weather.in_order(from, to, at);
            self.seen.held_back += u32::from(in_order > at);
            at = in_order;
        }
        self.schedule(at, tie(&message), Event::Arrival(message));
    }

    /// A message reaches the end of its link: what arrives during a cut is lost.
    pub fn arrive(&mut self, message: Message) {
        let (from, to) = self.ends(&message);
        if self.weather.is_cut(from, to) {
            self.outcome.messages_lost += u32::from(!message.is_second);
            self.seen.cut += 1;
        } else {
            self.meet(to, message);
        }
    }

    /// A message meets the node that it was sent to.
    pub fn meet(&mut self, node: u8, message: Message) {
        if self.weather.is_down(node) {
            self.refuse(message);
        } else if self.weather.is_paused(node) {
            self.seen.held_messages += 1;
            self.weather.held.push((node, Held::Message(message)));
        } else if node == 0 {
            self.handle(message);
        } else {
            self.serve(node, message);
        }
    }

    /// A slow node takes its time, and what comes while it is busy waits for its turn (D42).
    fn serve(&mut self, node: u8, message: Message) {
        let service = self.weather.of(node).service;
        let takes = service.map_or(0, |service| self.draws.service_ns(id(&message), service));
        let now = self.now;
        let condition = self.weather.of(node);
        condition.busy_until = condition.busy_until.max(now).saturating_add(takes);
        if condition.busy_until == now {
            return self.handle(message);
        }
        let (at, life) = (condition.busy_until, condition.life);
        condition.serving.push_back(message);
        self.seen.served += 1;
        self.schedule(at, tie(&message), Event::Served { node, life });
    }

    /// A slow node is done with the message that it had longest.
    pub fn served(&mut self, node: u8) {
        let Some(message) = self.weather.of(node).serving.pop_front() else { return };
        if self.weather.is_paused(node) {
            self.weather.held.push((node, Held::Message(message)));
        } else {
            self.handle(message);
        }
    }

    /// A node that is down takes nothing; a blocking caller has an error at that moment.
    pub fn refuse(&mut self, message: Message) {
        self.outcome.messages_lost += u32::from(!message.is_second);
        self.seen.refused += 1;
        let blocks = self.protocol.transport == Transport::Sequential && message.address.phase != 3;
        if blocks && !message.is_copy {
            self.refused(message.address);
        }
    }

    /// A call was refused: its caller learns of it, at once or when it goes on.
    pub fn refused(&mut self, address: Address) {
        if self.stopped.is_some() || !self.awaits(address) {
            return;
        }
        let home = self.proposers[address.proposer].node;
        if self.weather.is_paused(home) {
            self.weather.held.push((home, Held::Refused(address)));
        } else {
            self.call_failed(address);
        }
    }

    /// Whoever a message was sent to looks at it.
    pub fn handle(&mut self, Message { address, body, is_copy, .. }: Message) {
        match body {
            Body::Request(request) if self.is_split(request, is_copy) => {}
            Body::Request(request) => {
                let answer = self.at_acceptor(request);
                self.preempt_locally(request, answer);
                if let Some(answer) = answer.filter(|_| self.stopped.is_none()) {
                    self.send(Message { address, body: Body::Answer(answer), is_copy, is_second: false });
                }
            }
            Body::Answer(answer) => self.at_proposer(AnswerTo { address, answer }),
            Body::Announce(value) => self.acceptors[usize::from(address.node) - 1].learned = Some(value),
        }
    }
}
