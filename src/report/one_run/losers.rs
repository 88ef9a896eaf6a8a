//! Why clients were told FAILED: what the last attempt of each had heard, node by node.
//!
//! All of it is read from the events of the run. Where they do not add up to what the attempt itself counted, no node is named, so
//! that a sentence that is printed is true. Absent on purpose: what would have happened otherwise (`explain`).

use std::collections::BTreeMap;

use super::{RunView, ms};
use crate::trace::{Answer, BallotId, Event, Failure, Kind, Message, MessageId, NodeId, ProposerId};

/// A client that was told FAILED, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loser {
    pub proposer: ProposerId,
    pub at_ns: u64,
    /// A sentence without its end.
    pub why: String,
}

/// What an attempt has heard of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    Yes,
    /// It refuses, and has promised this ballot.
    No(BallotId),
    /// The call has failed.
    Failed,
}

/// The attempt that a proposer has under way, or had last.
#[derive(Clone, Debug, Default)]
struct Attempt {
    number: u32,
    ballot: BallotId,
    phase: u8,
    heard: BTreeMap<NodeId, Heard>,
    /// Whether it asks its own node by messages as well.
    asks_itself: bool,
    /// Why it ended, in which phase, with how many of the needed.
    failed: Option<(Failure, u8, u8)>,
}

#[derive(Default)]
struct Story {
    attempts: BTreeMap<ProposerId, Attempt>,
    owners: BTreeMap<BallotId, ProposerId>,
    promised: BTreeMap<NodeId, BallotId>,
}

/// The clients that were told FAILED, in the order in which they were; none of a run that is not kept whole.
pub(super) fn losers(view: &RunView<'_>) -> Vec<Loser> {
    let mut story = Story::default();
    let mut found = Vec::new();
    if view.record.is_cut || view.record.unkept > 0 {
        return found;
    }
    for (at_ns, event) in &view.record.events {
        if let Event::Answered { proposer, answer: Answer::Failed { .. }, .. } = *event
            && let Some(why) = story.told(view, proposer)
        {
            found.push(Loser { proposer, at_ns: *at_ns, why });
        }
        story.on(view, event);
    }
    found
}

impl Story {
    fn on(&mut self, view: &RunView<'_>, event: &Event) {
        match *event {
            Event::Started { proposer, attempt: number, ballot } => {
                self.owners.insert(ballot, proposer);
                let attempt = Attempt { number, ballot, phase: 1, ..Attempt::default() };
                self.attempts.insert(proposer, attempt);
            }
            Event::Proposed { proposer, ballot, .. } => {
                if let Some(it) = self.attempts.get_mut(&proposer).filter(|it| it.ballot == ballot) {
                    it.phase = 2;
                    it.heard.clear();
                }
            }
            Event::Sent { message, .. } if !message.id.reply && message.id.phase < 3 => {
                let MessageId { proposer, node, .. } = message.id;
                if let Some(it) = self.attempts.get_mut(&proposer).filter(|it| it.ballot == message.ballot) {
                    it.asks_itself |= node == home(view, proposer);
                }
            }
            Event::Delivered { message } if message.id.reply => self.hear(&message),
            Event::CallFailed { proposer, node, phase } => {
                if let Some(it) = self.attempts.get_mut(&proposer).filter(|it| it.phase == phase) {
                    it.heard.entry(node).or_insert(Heard::Failed);
                }
            }
            Event::Promised { node, ballot } => {
                self.promised.insert(node, ballot);
                self.serve_itself(view, node, ballot, 1);
            }
            Event::Voted { node, ballot, .. } => self.serve_itself(view, node, ballot, 2),
            Event::Failed { proposer, why, phase, count, .. } => {
                if let Some(it) = self.attempts.get_mut(&proposer) {
                    it.failed = Some((why, phase, count));
                }
            }
            _ => {}
        }
    }

    fn hear(&mut self, message: &Message) {
        let Some(it) = self.attempts.get_mut(&message.id.proposer) else { return };
        if it.ballot != message.ballot || it.phase != message.id.phase || it.failed.is_some() {
            return;
        }
        match message.kind {
            Kind::Promise | Kind::Accepted => {
                it.heard.insert(message.id.node, Heard::Yes);
            }
            Kind::Reject => {
                it.heard.entry(message.id.node).or_insert(Heard::No(message.about));
            }
            _ => {}
        }
    }

    /// A proposer's own node may serve it by a direct call, which is no message.
    fn serve_itself(&mut self, view: &RunView<'_>, node: NodeId, ballot: BallotId, phase: u8) {
        let Some(proposer) = self.owners.get(&ballot).copied() else { return };
        let is_asked = |it: &&mut Attempt| it.ballot == ballot && it.phase == phase && !it.asks_itself;
        if home(view, proposer) == node
            && let Some(it) = self.attempts.get_mut(&proposer).filter(is_asked)
        {
            it.heard.insert(node, Heard::Yes);
        }
    }

    /// Why this proposer's client is told FAILED; none if no attempt of its has failed.
    fn told(&self, view: &RunView<'_>, proposer: ProposerId) -> Option<String> {
        let it = self.attempts.get(&proposer)?;
        let (why, phase, count) = it.failed?;
        let what = match (phase, count) {
            (1, 1) => "promise",
            (1, _) => "promises",
            (_, 1) => "accept",
            _ => "accepts",
        };
        let last = if it.number > 1 { "the last ballot" } else { "ballot" };
        let end = match why {
            Failure::TimedOut => " when its time was up",
            Failure::LocallyPreempted => " when its own node went on to a higher ballot",
            Failure::Rejected | Failure::Unanswered | Failure::OwnBallot => "",
        };
        let head = format!("{last} {} had {count} {what} in phase {phase}{end}", view.ballot(it.ballot));
        let yes = it.heard.values().filter(|heard| **heard == Heard::Yes).count();
        if it.phase != phase || yes != usize::from(count) {
            return Some(head);
        }
        let nodes = 1..=view.scenario.cluster.nodes;
        let others = nodes.filter(|node| it.heard.get(node) != Some(&Heard::Yes));
        let others: Vec<String> = others.map(|node| self.other(view, (proposer, it), node)).collect();
        Some(if others.is_empty() { head } else { format!("{head}; {}", others.join(", ")) })
    }

    /// What an attempt knows of a node that has not said yes.
    fn other(&self, view: &RunView<'_>, (proposer, it): (ProposerId, &Attempt), node: NodeId) -> String {
        let promised = self.promised.get(&node).copied().filter(|promised| *promised > it.ballot);
        match (it.heard.get(&node), promised) {
            (Some(Heard::No(about)), _) if *about == it.ballot => {
                format!("node {node} refused what it had promised already")
            }
            (Some(Heard::No(about)), _) if *about == BallotId::NONE => format!("node {node} refused"),
            (Some(Heard::No(about)), _) => {
                format!("node {node} refused, for it had promised {}", self.whose(view, *about))
            }
            (Some(Heard::Failed), _) => format!("the call of node {node} failed"),
            (None, Some(promised)) if home(view, proposer) == node => {
                format!("its own node {node} has promised {}", self.whose(view, promised))
            }
            _ => format!("node {node} had not answered"),
        }
    }

    /// `B's 13`
    fn whose(&self, view: &RunView<'_>, ballot: BallotId) -> String {
        match self.owners.get(&ballot) {
            Some(owner) => format!("{}'s {}", view.who(*owner), view.ballot(ballot)),
            None => view.ballot(ballot),
        }
    }
}

fn home(view: &RunView<'_>, proposer: ProposerId) -> NodeId {
    view.scenario.proposer.get(usize::from(proposer)).map_or(0, |it| it.node)
}

/// Each as a line of `synod explain`.
pub(super) fn lines(view: &RunView<'_>) -> Vec<String> {
    let line = |it: Loser| {
        format!("failed    {} was told FAILED at {}: {}", view.who(it.proposer), ms(it.at_ns), it.why)
    };
    losers(view).into_iter().map(line).collect()
}
