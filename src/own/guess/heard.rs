//! What was heard of a program: what its nodes were asked, what they answered, and what they stored before and after.

use std::collections::{BTreeMap, BTreeSet};

use crate::own::map::{items, same};
use crate::own::node::{Ask, Body, Effect, Effects, Input, Report, What};
use crate::trace::NodeId;

/// What a node stores.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Contents {
    pub promised: Body,
    pub accepted: Body,
    pub learned: Body,
}

impl Contents {
    fn take(&mut self, report: &Report) {
        let Report { promised, accepted, learned, .. } = report;
        for (mine, theirs) in
            [(&mut self.promised, promised), (&mut self.accepted, accepted), (&mut self.learned, learned)]
        {
            if let Some(theirs) = theirs {
                mine.clone_from(theirs);
            }
        }
    }

    /// Ballot and value of the vote, if there is one.
    pub fn vote(&self) -> Option<(&Body, &Body)> {
        match items(&self.accepted) {
            Some([ballot, value]) if !ballot.is_null() && !value.is_null() => Some((ballot, value)),
            _ => None,
        }
    }
}

/// Something that a node was told by another, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Dialogue {
    /// Who told it.
    pub from: NodeId,
    /// What.
    pub asked: Body,
    /// What the node stored before and after.
    pub before: Contents,
    pub after: Contents,
    /// What it said to that: what a call returned, or the message that it sent back.
    pub answer: Option<Body>,
}

impl Dialogue {
    /// The function that is called, or the message's type.
    pub fn name(&self) -> Option<&str> {
        self.asked.get("call").or_else(|| self.asked.get("type")).and_then(Body::as_str)
    }

    /// Whether it is a call.
    pub fn is_call(&self) -> bool {
        self.asked.get("call").is_some()
    }

    /// Where the parts of what was asked are: the arguments of a call, by place or else by name, or the message.
    pub fn parts(&self) -> &Body {
        if !self.is_call() {
            return &self.asked;
        }
        let by_place = self.asked.get("args").filter(|it| items(it).is_some_and(|items| !items.is_empty()));
        by_place.or_else(|| self.asked.get("kwargs")).unwrap_or(&Body::Null)
    }

    pub fn promises(&self) -> bool {
        !same(&self.before.promised, &self.after.promised) && !self.votes()
    }

    pub fn votes(&self) -> bool {
        !same(&self.before.accepted, &self.after.accepted)
    }
}

/// What a client was told.
#[derive(Clone, Debug)]
pub(super) struct ClientAnswer {
    pub answer: Body,
    /// The value that a majority of the nodes had voted for in one ballot by then.
    pub chosen: Option<Body>,
}

/// What was heard of a program in one or more runs.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    nodes: BTreeMap<NodeId, Contents>,
    /// Nodes of the run, and by ballot and value those that have ever voted so in it.
    all: usize,
    voted: BTreeMap<String, BTreeSet<NodeId>>,
    chosen: Option<Body>,
    /// By node and request: which dialogue it is.
    open: BTreeMap<(NodeId, u64), usize>,
    /// What a node stores as a run begins.
    pub(super) first: Contents,
    pub(super) dialogues: Vec<Dialogue>,
    pub(super) answers: Vec<ClientAnswer>,
    /// How many submissions there were, and how many began by waiting.
    pub(super) submissions: (u64, u64),
}

impl Conversation {
    /// Hears a question and its answer.
    pub fn hear(&mut self, ask: &Ask<'_>, effects: &Effects) {
        match ask {
            Ask::Reset(begin) => self.begin(usize::from(begin.nodes), effects),
            Ask::Step(input) => self.step(input, effects),
            Ask::End => {}
        }
    }

    fn begin(&mut self, nodes: usize, effects: &Effects) {
        (self.all, self.chosen) = (nodes, None);
        self.nodes.clear();
        self.voted.clear();
        self.open.clear();
        self.obey(0, effects);
        if let Some(contents) = self.nodes.values().next() {
            self.first = contents.clone();
        }
    }

    fn step(&mut self, input: &Input, effects: &Effects) {
        let before = self.contents(input.node);
        let told = match &input.what {
            What::Request { from, body, .. } | What::Message { from, body } => Some((*from, body)),
            _ => None,
        };
        let asked = told.map(|(from, body)| {
            let (before, after) = (before.clone(), before.clone());
            self.dialogues.push(Dialogue { from, asked: body.clone(), before, after, answer: None });
            self.dialogues.len() - 1
        });
        if let (What::Request { id, .. }, Some(at)) = (&input.what, asked) {
            self.open.insert((input.node, *id), at);
        }
        self.obey(input.node, effects);
        let after = self.contents(input.node);
        match &input.what {
            What::Message { from, .. } => {
                let back = effects.iter().find_map(|(_, effect)| match effect {
                    Effect::Send { to, body } if to == from => Some(body.clone()),
                    _ => None,
                });
                if let Some(it) = self.dialogues.last_mut() {
                    it.answer = back;
                }
            }
            What::Submit { .. } => {
                self.submissions.0 += 1;
                let asks =
                    effects.iter().any(|(_, it)| matches!(it, Effect::Send { .. } | Effect::Call { .. }));
                let waits = !asks && matches!(effects.first(), Some((_, Effect::Timer { .. })));
                self.submissions.1 += u64::from(waits);
            }
            _ => {}
        }
        // A call that is answered by now knows already what came of it.
        let is_open = match &input.what {
            What::Request { id, .. } => self.open.contains_key(&(input.node, *id)),
            _ => true,
        };
        if let Some(it) = asked.filter(|_| is_open) {
            self.dialogues[it].after = after;
        }
    }

    fn contents(&self, node: NodeId) -> Contents {
        self.nodes.get(&node).cloned().unwrap_or_default()
    }

    /// Goes through what a node says, in order: a server that was at something else may obey several calls in one step.
    fn obey(&mut self, node: NodeId, effects: &Effects) {
        let mut since = self.contents(node);
        for (node, effect) in effects {
            match effect {
                Effect::State(report) => self.store(*node, report),
                Effect::Answer { request, body } => {
                    let now = self.contents(*node);
                    let Some(at) = self.open.remove(&(*node, *request)) else { continue };
                    let it = &mut self.dialogues[at];
                    it.answer = Some(body.get("value").unwrap_or(body).clone());
                    // Unless it has obeyed before, and answers only now.
                    if now != since || it.before == it.after {
                        (it.before, it.after) = (since, now.clone());
                    }
                    since = now;
                }
                Effect::Told { answer: Ok(answer), .. } => {
                    let (answer, chosen) = (answer.clone(), self.chosen.clone());
                    self.answers.push(ClientAnswer { answer, chosen });
                }
                _ => {}
            }
        }
    }

    fn store(&mut self, node: NodeId, report: &Report) {
        let contents = self.nodes.entry(node).or_default();
        contents.take(report);
        if let Some((ballot, value)) = contents.vote() {
            let voters = self.voted.entry(format!("{ballot} {value}")).or_default();
            voters.insert(node);
            if voters.len() * 2 > self.all && self.chosen.is_none() {
                self.chosen = Some(value.clone());
            }
        }
    }
}
