//! A proposer's life between its submissions, its attempts and its answers to clients, for both transports.
//!
//! Absent on purpose: how a phase's requests are sent and when it is judged (`broadcast`, `sequential`).

use synod::scenario::model::{Ballots, GiveUp, Retry, Transport};

use super::Draws;
use super::outcome::Reply;
use super::words::{
    Address, Alarm, Answer, AnswerTo, Ballot, Body, Message, NodeSet, Request, Submission, Why,
};
use super::world::{Attempt, World};

impl<D: Draws> World<'_, D> {
    /// A client submits: at once, or after the earlier submissions have their answers.
    pub fn submit(&mut self, proposer: usize, submission: Submission) {
        self.proposers[proposer].waiting.push_back(submission);
        if self.proposers[proposer].current.is_none() {
            self.take_up_next(proposer);
        }
    }

    fn take_up_next(&mut self, proposer: usize) {
        let p = &mut self.proposers[proposer];
        p.current = p.waiting.pop_front();
        p.failures = 0;
        if p.current.is_some() {
            self.start_attempt(proposer);
        }
    }

    pub fn start_attempt(&mut self, proposer: usize) {
        let p = &self.proposers[proposer];
        let value = p.current.expect("an attempt is for a submission");
        let own = self.counters[p.counter];
        let promised_at_home = match p.node {
            0 => 0,
            node => self.acceptors[node as usize - 1].promised.map_or(0, |b| b.round),
        };
        let round = 1 + match self.protocol.ballots {
            Ballots::Lab => own,
            Ballots::PastSeen => own.max(p.seen),
            Ballots::PastHighest => own.max(p.seen).max(promised_at_home),
        };
        self.counters[p.counter] = round;
        self.outcome.attempts += 1;
        let p = &mut self.proposers[proposer];
        p.attempts += 1;
        (p.backing_off, p.reviving) = (None, None);
        let number = p.attempts;
        p.attempt = Some(Attempt {
            number,
            ballot: Ballot { round, id: p.id },
            phase: 0,
            value,
            highest_vote: None,
            yes: NodeSet::default(),
            no: NodeSet::default(),
            to_call: Default::default(),
            calling: None,
        });
        if let Some(limit) = self.protocol.attempt_timeout {
            self.arm(proposer, number, Alarm::Attempt, limit.ns());
        }
        self.begin_phase(proposer, 1);
    }

    pub fn begin_phase(&mut self, proposer: usize, phase: u8) {
        let attempt = self.proposers[proposer].attempt.as_mut().expect("it has a phase to begin");
        attempt.phase = phase;
        attempt.yes = NodeSet::default();
        attempt.no = NodeSet::default();
        let number = attempt.number;
        if let Some(limit) = self.protocol.phase_timeout {
            self.arm(proposer, number, Alarm::Phase(phase), limit.ns());
        }
        match self.protocol.transport {
            Transport::Broadcast => self.broadcast(proposer),
            Transport::Sequential => self.call_all(proposer),
        }
    }

    /// The request of the running phase to one node.
    pub fn request(&self, proposer: usize, node: u8) -> Request {
        let a = self.proposers[proposer].attempt.as_ref().expect("a request belongs to an attempt");
        let address = Address { proposer, attempt: a.number, phase: a.phase, node };
        Request { address, ballot: a.ballot, value: if a.phase == 2 { Some(a.value) } else { None } }
    }

    pub fn at_proposer(&mut self, answer: AnswerTo) {
        match self.protocol.transport {
            Transport::Broadcast => self.answered_broadcast(answer),
            Transport::Sequential => self.answered_call(answer),
        }
    }

    /// A promise or an accepted of the running phase. True: the phase has its quorum.
    pub fn count_yes(&mut self, proposer: usize, node: u8, answer: Answer) -> bool {
        let attempt = self.proposers[proposer].attempt.as_mut().expect("checked by the caller");
        attempt.yes.insert(node);
        attempt.no.remove(node);
        if let Answer::Promise { vote: Some((ballot, value)) } = answer
            && attempt.highest_vote.is_none_or(|highest| ballot > highest)
        {
            attempt.highest_vote = Some(ballot);
            attempt.value = value;
        }
        let (yes, phase) = (attempt.yes.len(), attempt.phase);
        yes >= self.quorum(phase)
    }

    /// A rejection teaches its round, whatever else it does; only `lab` ballots never look at it.
    pub fn learn_round(&mut self, proposer: usize, node: u8, promised: Ballot) {
        let p = &mut self.proposers[proposer];
        if p.node != node || self.reading.own_rejection_teaches {
            p.seen = p.seen.max(promised.round);
        }
    }

    /// A rejection ends the attempt, or does not. One for the own ballot takes nothing from a quorum, nor does that of a
    /// node that has said yes (D47).
    pub fn count_no(&mut self, proposer: usize, node: u8, promised: Ballot) {
        let attempt = self.proposers[proposer].attempt.as_mut().expect("checked by the caller");
        if promised == attempt.ballot {
            if self.protocol.give_up == GiveUp::FirstReject {
                self.fail(proposer, Why::OwnBallot);
            }
            return;
        }
        if !attempt.yes.contains(node) {
            attempt.no.insert(node);
        }
        let (no, phase) = (attempt.no.len(), attempt.phase);
        let impossible = no > u32::from(self.scenario.cluster.nodes) - self.quorum(phase);
        match self.protocol.give_up {
            GiveUp::FirstReject => self.fail(proposer, Why::Rejected),
            GiveUp::QuorumImpossible if impossible => self.fail(proposer, Why::Rejected),
            GiveUp::QuorumImpossible | GiveUp::TimeoutOnly | GiveUp::AllReplies => {}
        }
    }

    /// The running phase has its quorum, and may be left.
    pub fn advance(&mut self, proposer: usize) {
        match self.proposers[proposer].attempt.as_ref().expect("it had a quorum").phase {
            1 => self.begin_phase(proposer, 2),
            _ => self.learn(proposer),
        }
    }

    fn learn(&mut self, proposer: usize) {
        let attempt = self.proposers[proposer].attempt.take().expect("it had a quorum");
        let home = self.proposers[proposer].node;
        if home != 0 {
            // The proposer and the learner of a node are one process (D28).
            self.acceptors[home as usize - 1].learned = Some(attempt.value);
        }
        if self.protocol.announce {
            self.announce(proposer, attempt.number, attempt.value);
        }
        let own = self.proposers[proposer].current == Some(attempt.value);
        self.answer(proposer, if own { Reply::Own } else { Reply::Other(attempt.value) });
    }

    fn announce(&mut self, proposer: usize, attempt: u32, value: Submission) {
        for node in 1..=self.scenario.cluster.nodes {
            let address = Address { proposer, attempt, phase: 3, node };
            if self.is_own(proposer, node) {
                continue;
            }
            if self.is_unreachable(node) {
                self.count_refused();
                continue;
            }
            self.send(Message { address, body: Body::Announce(value), is_copy: false, is_second: false });
        }
    }

    /// The running attempt ends without success.
    pub fn fail(&mut self, proposer: usize, why: Why) {
        let attempt = self.proposers[proposer].attempt.take().expect("it fails once");
        match why {
            Why::Rejected | Why::LocallyPreempted => {
                self.outcome.preemptions += 1;
                self.outcome.duel += u32::from(self.chosen.is_empty());
            }
            Why::TimedOut => self.outcome.timeouts += 1,
            Why::Unanswered | Why::OwnBallot => {}
        }
        let p = &mut self.proposers[proposer];
        p.failures += 1;
        let failures = p.failures;
        let spent = self.protocol.max_attempts.is_some_and(|limit| failures >= limit);
        if self.protocol.retry == Retry::None || spent {
            self.answer(proposer, Reply::Failed { phase: attempt.phase, count: attempt.yes.len() });
        } else {
            p.backing_off = Some(attempt.number);
            let delay = self.draws.retry_ns(proposer, attempt.number, failures);
            self.arm(proposer, attempt.number, Alarm::Retry, delay);
        }
    }

    /// The client has its answer; the next submission, if one waits, is taken up in the same instant.
    fn answer(&mut self, proposer: usize, reply: Reply) {
        let p = &mut self.proposers[proposer];
        let client = &mut self.outcome.clients[p.current.take().expect("an answer is to a submission")];
        client.reply = reply;
        client.at_ns = Some(self.now);
        client.counter = self.counters[p.counter];
        self.stop_if_all_answered();
        if self.stopped.is_none() {
            self.take_up_next(proposer);
        }
    }

    /// A message to an unreachable node: sent and lost, with no draw.
    pub fn count_refused(&mut self) {
        self.outcome.messages_sent += 1;
        self.outcome.messages_lost += 1;
    }
}
