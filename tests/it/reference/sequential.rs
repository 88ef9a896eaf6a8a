//! The sequential transport: the own node first, then one blocking call per peer in ascending id.
//!
//! Absent on purpose: everything that the broadcast transport shares (`proposer`).

use synod::scenario::model::{Advance, GiveUp};

use super::Draws;
use super::words::{Address, Alarm, Answer, AnswerTo, Body, Message, Why};
use super::world::World;

impl<D: Draws> World<'_, D> {
    pub fn call_all(&mut self, proposer: usize) {
        let home = self.proposers[proposer].node;
        let nodes = 1..=self.scenario.cluster.nodes;
        let peers = nodes.clone().filter(|&n| n != home);
        let order = nodes.filter(|&n| n == home).chain(peers).collect();
        self.proposers[proposer].attempt.as_mut().expect("it begins a phase").to_call = order;
        self.call_next(proposer);
    }

    /// Calls until one blocks, the attempt is over, or nobody is left to call.
    fn call_next(&mut self, proposer: usize) {
        let Some(attempt) = self.proposers[proposer].attempt.as_mut() else { return };
        attempt.calling = None;
        let Some(node) = attempt.to_call.pop_front() else { return self.judge(proposer) };
        attempt.calling = Some(node);
        let request = self.request(proposer, node);
        if self.is_own(proposer, node) {
            if self.is_split(request, false) {
                return;
            }
            let answer = self.at_acceptor(request);
            match answer {
                _ if self.stopped.is_some() => {}
                Some(answer) => self.answered_call(AnswerTo { address: request.address, answer }),
                None => self.call_failed(request.address),
            }
            self.preempt_locally(request, answer);
        } else if self.is_unreachable(node) {
            self.count_refused();
            self.call_failed(request.address);
        } else {
            self.call_over_network(request);
        }
    }

    fn call_over_network(&mut self, request: super::words::Request) {
        let address = request.address;
        let Address { proposer, attempt, phase, node } = address;
        if let Some(limit) = self.protocol.rpc_timeout {
            self.arm(proposer, attempt, Alarm::Call { phase, node }, limit.ns());
        }
        self.send(Message { address, body: Body::Request(request), is_copy: false, is_second: false });
    }

    /// Whether the caller still waits for this call.
    pub fn awaits(&self, address: Address) -> bool {
        self.proposers[address.proposer].attempt.as_ref().is_some_and(|a| {
            a.number == address.attempt && a.phase == address.phase && a.calling == Some(address.node)
        })
    }

    pub fn call_failed(&mut self, address: Address) {
        if self.awaits(address) {
            self.call_next(address.proposer);
        }
    }

    /// An answer to a call that was given up is no answer (D17).
    pub fn answered_call(&mut self, AnswerTo { address, answer }: AnswerTo) {
        if !self.awaits(address) {
            return;
        }
        let (proposer, node) = (address.proposer, address.node);
        match answer {
            Answer::Promise { .. } | Answer::Accepted => {
                let quorum = self.count_yes(proposer, node, answer);
                if quorum && self.protocol.advance == Advance::Quorum {
                    return self.advance(proposer);
                }
            }
            Answer::Reject { promised } => {
                self.learn_round(proposer, node, promised);
                self.count_no(proposer, node, promised);
            }
        }
        if self.awaits(address) {
            self.call_next(proposer);
        }
    }

    /// Everybody has been called and has answered or failed.
    fn judge(&mut self, proposer: usize) {
        let attempt = self.proposers[proposer].attempt.as_ref().expect("it is judged once");
        if attempt.yes.len() >= self.quorum(attempt.phase) {
            self.advance(proposer);
        } else if self.protocol.give_up != GiveUp::TimeoutOnly {
            let rejected = attempt.no.len() > 0;
            self.fail(proposer, if rejected { Why::Rejected } else { Why::Unanswered });
        }
    }
}
