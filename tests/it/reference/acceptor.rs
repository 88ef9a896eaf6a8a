//! The acceptors' two rules, and the checker that sees every vote.
//!
//! Absent on purpose: how requests and answers travel.

use synod::scenario::model::{Rejection, Repeated, Stop};

use super::Draws;
use super::outcome::Stopped;
use super::words::{Answer, Ballot, Request, Submission, Why};
use super::world::World;

impl<D: Draws> World<'_, D> {
    /// A request is executed at its acceptor. No answer: a silent rejection, or the run has just stopped.
    pub fn at_acceptor(&mut self, request: Request) -> Option<Answer> {
        let node = request.address.node;
        let index = node as usize - 1;
        let ballot = request.ballot;
        let promised = self.acceptors[index].promised;
        let again = promised == Some(ballot) && self.protocol.repeated == Repeated::Answer;
        let answer = match request.value {
            None if again || promised.is_none_or(|p| ballot > p) => {
                self.acceptors[index].promised = Some(ballot);
                let vote = self.acceptors[index].accepted;
                Some(Answer::Promise { vote })
            }
            Some(value) if promised.is_none_or(|p| ballot >= p) => {
                self.acceptors[index].promised = Some(ballot);
                self.acceptors[index].accepted = Some((ballot, value));
                self.count_vote(node, ballot, value);
                Some(Answer::Accepted)
            }
            _ => match self.protocol.rejection {
                Rejection::Nack => Some(Answer::Reject { promised: promised.expect("else it had agreed") }),
                Rejection::Silent => None,
            },
        };
        if self.stopped.is_some() { None } else { answer }
    }

    /// The checker: a value is chosen at the instant of the quorum's last vote.
    pub fn count_vote(&mut self, node: u8, ballot: Ballot, value: Submission) {
        let (_, voters) = self.votes.entry(ballot).or_insert((value, Default::default()));
        voters.insert(node);
        let enough = voters.len() >= self.quorum(2);
        if !enough || self.chosen.contains(&value) {
            return;
        }
        if self.chosen.is_empty() {
            self.outcome.chosen_at_ns = Some(self.now);
        }
        self.chosen.push(value);
        if self.scenario.run.stop == Stop::Chosen {
            self.stopped = Some(Stopped::Chosen);
        }
    }

    /// `local_preemption`: the acceptor's higher ballot aborts the attempts of its own node's proposers: before its answer
    /// leaves, but after a proposer on its own node has heard it (D13).
    pub fn preempt_locally(&mut self, request: Request, answer: Option<Answer>) {
        let (node, ballot) = (request.address.node, request.ballot);
        let is_yes = matches!(answer, Some(Answer::Promise { .. } | Answer::Accepted));
        if !self.protocol.local_preemption || !is_yes {
            return;
        }
        for proposer in 0..self.proposers.len() {
            let p = &self.proposers[proposer];
            let lower = p.attempt.as_ref().is_some_and(|a| a.ballot < ballot);
            if self.stopped.is_none() && p.node == node && lower {
                self.fail(proposer, Why::LocallyPreempted);
            }
        }
    }
}
