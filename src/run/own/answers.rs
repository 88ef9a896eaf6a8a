//! What clients of somebody's nodes are told, and when.

use crate::trace::{Answer, Event, NodeId, SubmissionId};

use super::book::Owner;
use super::engine::Run;
use crate::own::{Body, Told};

impl Run<'_> {
    /// A client is told that its attempt failed; what it is not told of that is as the attempt shows it.
    fn told_failed(&mut self, owner: Owner, phase: Option<u8>, count: Option<u8>) -> Answer {
        let seen = self.book.open(owner).map_or((0, 0), |it| (it.phase, it.count()));
        self.fail(owner);
        Answer::Failed { phase: phase.unwrap_or(seen.0), count: count.unwrap_or(seen.1) }
    }

    /// A client has its answer.
    pub(super) fn told(
        &mut self,
        node: NodeId,
        submission: u64,
        answer: &Result<Body, String>,
    ) -> Result<(), String> {
        let clients = &self.monitor.outcome().clients;
        let client = usize::try_from(submission).ok().and_then(|at| clients.get(at));
        let Some(client) = client.filter(|it| self.plan.node_of(it.proposer) == node) else {
            return Err(format!("answers submission {submission}, which it does not have"));
        };
        if client.answer.is_some() {
            return Err(format!("answers submission {submission} a second time"));
        }
        let owner = Owner { proposer: client.proposer, submission: client.submission };
        if let Err(text) = answer {
            self.note_raised(node, text);
        }
        let said = match answer {
            Ok(Body::String(text)) => text.clone(),
            Ok(body) => body.to_string(),
            Err(error) => format!("error: {error}"),
        };
        self.replies.insert(owner.submission, said);
        self.submit_now(owner.proposer);
        let told = answer.as_ref().map_or(Told::Other, |body| self.map.told(body));
        let answer = match told {
            Told::Later => {
                self.later.push((node, owner));
                return Ok(());
            }
            Told::Succeeded(said) => {
                let value = said.unwrap_or_else(|| self.asked_for(node, owner));
                self.learn(owner.proposer, value);
                Answer::Succeeded { value }
            }
            Told::Failed { phase, count } => self.told_failed(owner, phase, count),
            Told::Other => {
                let text = "neither `success` nor `failed` of `told` is in what the client is told; it counts as FAILED";
                self.note(node, Some("unknown-answer".to_owned()), text.to_owned());
                self.told_failed(owner, None, None)
            }
        };
        self.answered(node, owner, answer);
        Ok(())
    }

    /// The value of a success that does not say which: that which the client's last attempt asked votes for.
    fn asked_for(&self, node: NodeId, owner: Owner) -> SubmissionId {
        let asked = self.book.last(owner).and_then(|it| it.value);
        asked.or(self.known[usize::from(node)].learned).unwrap_or(owner.submission)
    }

    fn answered(&mut self, node: NodeId, owner: Owner, answer: Answer) {
        let counter = self.known[usize::from(node)].counter;
        let ballot = self.book.last(owner).map(|it| it.ballot);
        let counter = counter.or(ballot.map(|ballot| ballot.round())).unwrap_or(0);
        let Owner { proposer, submission } = owner;
        self.book.leave(submission);
        self.emit(Event::Answered { proposer, submission, answer, counter });
    }

    /// A node has learned a value: the clients there that were told to wait have their answer.
    pub(super) fn answer_later(&mut self, node: NodeId, value: SubmissionId) {
        let (now, later) = std::mem::take(&mut self.later).into_iter().partition(|(at, _)| *at == node);
        self.later = later;
        let now: Vec<(NodeId, Owner)> = now;
        for (node, owner) in now {
            // Whose attempt it was that the value was chosen in is not known here.
            self.answered(node, owner, Answer::Succeeded { value });
        }
    }
}
