//! Handlers in two steps: an acceptor checks a request, and sets and answers a gap later, whatever has come between.
//!
//! Absent on purpose: handlers in one step (`acceptor`).

use synod::scenario::model::{Handlers, Repeated};

use super::weather::Held;
use super::words::{Answer, AnswerTo, Body, Event, Message, Request};
use super::world::World;
use super::{Draws, TieId};

impl<D: Draws> World<'_, D> {
    /// A request has reached its acceptor. True: its handler has checked it, and sets and answers later (D46).
    pub fn is_split(&mut self, request: Request, is_copy: bool) -> bool {
        let Handlers::Split(split) = self.protocol.handlers else { return false };
        let address = request.address;
        let promised = self.acceptors[usize::from(address.node) - 1].promised;
        let equal_will_do = request.value.is_some() || self.protocol.repeated == Repeated::Answer;
        let agrees = promised.is_none_or(|p| request.ballot > p || equal_will_do && request.ballot == p);
        if !agrees {
            return false;
        }
        let (proposer, attempt, phase, node) =
            (address.proposer, address.attempt, address.phase, address.node);
        let life = self.weather.of(node).life;
        let tie = TieId::Message { proposer, attempt, phase, node, reply: false };
        self.schedule(self.now.saturating_add(split.gap.ns()), tie, Event::Set { node, life });
        self.weather.of(node).handling.push_back((request, is_copy));
        self.seen.split += 1;
        true
    }

    /// The gap is over for the handler that began first. One that stands still goes on when its node does.
    pub fn gap_is_over(&mut self, node: u8) {
        let Some((request, is_copy)) = self.weather.of(node).handling.pop_front() else { return };
        if self.weather.is_paused(node) {
            self.weather.held.push((node, Held::Handler(request, is_copy)));
        } else {
            self.set(request, is_copy);
        }
    }

    /// Sets what the check allowed, and answers the way the request came.
    pub fn set(&mut self, request: Request, is_copy: bool) {
        let (address, ballot) = (request.address, request.ballot);
        let acceptor = &mut self.acceptors[usize::from(address.node) - 1];
        self.seen.overtaken += u32::from(acceptor.promised.is_some_and(|p| p > ballot));
        acceptor.promised = Some(ballot);
        let answer = match request.value {
            None => Answer::Promise { vote: acceptor.accepted },
            Some(value) => {
                acceptor.accepted = Some((ballot, value));
                self.count_vote(address.node, ballot, value);
                Answer::Accepted
            }
        };
        let is_own = self.is_own(address.proposer, address.node);
        if is_own && self.stopped.is_none() {
            self.at_proposer(AnswerTo { address, answer });
        }
        self.preempt_locally(request, Some(answer));
        if !is_own && self.stopped.is_none() {
            self.send(Message { address, body: Body::Answer(answer), is_copy, is_second: false });
        }
    }
}
