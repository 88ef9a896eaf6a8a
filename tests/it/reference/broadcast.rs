//! The broadcast transport: a phase's requests go to all acceptors at once, and answers come when they come.
//!
//! Absent on purpose: everything that the sequential transport shares (`proposer`).

use super::Draws;
use super::words::{Answer, AnswerTo, Body, Message};
use super::world::World;

impl<D: Draws> World<'_, D> {
    /// Sends to the peers in ascending id; then the own acceptor is asked, within the same instant (D10).
    pub fn broadcast(&mut self, proposer: usize) {
        let mut own = None;
        for node in 1..=self.scenario.cluster.nodes {
            let request = self.request(proposer, node);
            if self.is_own(proposer, node) {
                own = Some(request);
            } else if self.is_unreachable(node) {
                self.count_refused();
            } else {
                let body = Body::Request(request);
                self.send(Message { address: request.address, body, is_copy: false, is_second: false });
            }
        }
        let own = own.filter(|&request| !self.is_split(request, false));
        let Some(request) = own else { return };
        let answer = self.at_acceptor(request);
        if let Some(answer) = answer {
            self.answered_broadcast(AnswerTo { address: request.address, answer });
        }
        self.preempt_locally(request, answer);
    }

    pub fn answered_broadcast(&mut self, AnswerTo { address, answer }: AnswerTo) {
        let (proposer, node) = (address.proposer, address.node);
        let p = &self.proposers[proposer];
        let running = p.attempt.as_ref().filter(|a| a.number == address.attempt).map(|a| a.phase);
        match (answer, running) {
            (Answer::Promise { .. } | Answer::Accepted, Some(phase)) if phase == address.phase => {
                if self.count_yes(proposer, node, answer) {
                    self.advance(proposer);
                }
            }
            (Answer::Reject { promised }, Some(phase)) => {
                let late = phase != address.phase;
                if !late || self.reading.late_rejection_teaches {
                    self.learn_round(proposer, node, promised);
                }
                if !late || self.a_late_rejection_counts() {
                    self.count_no(proposer, node, promised);
                }
            }
            (Answer::Reject { promised }, None) => {
                // Of a ballot that has failed: it teaches nothing, unless the reading says so (D5).
                let waiting = p.backing_off == Some(address.attempt);
                if waiting && self.reading.teaches_in_back_off {
                    self.learn_round(proposer, node, promised);
                }
            }
            (Answer::Promise { .. } | Answer::Accepted, _) => {}
        }
    }

    /// Whether a rejection of phase 1 that arrives in phase 2 may end the attempt (D6, D7).
    fn a_late_rejection_counts(&self) -> bool {
        use synod::scenario::model::GiveUp;
        match self.protocol.give_up {
            GiveUp::FirstReject => self.reading.late_rejection_ends,
            GiveUp::QuorumImpossible => self.reading.late_rejection_counts,
            GiveUp::TimeoutOnly | GiveUp::AllReplies => false,
        }
    }
}
