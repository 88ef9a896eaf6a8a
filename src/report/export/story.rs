//! A run as diagrams need it: lifelines, messages with both of their ends, moments on a lifeline, the choice.
//!
//! Found from the events alone, once for all formats. Absent on purpose: any format, and any place on paper.

use std::collections::BTreeMap;

use super::super::one_run::RunView;
use crate::run::{Choice, ChoiceFinder, Window};
use crate::trace::{Answer, BallotId, Event, Kind, Message, NodeId, ProposerId, SubmissionId};

/// A lifeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The node; 0 for that of a proposer on no node.
    pub node: NodeId,
    /// The proposers that live there.
    pub proposers: Vec<ProposerId>,
}

/// A message from its sending to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Which.
    pub message: Message,
    /// Lifelines.
    pub from: usize,
    /// Lifelines.
    pub to: usize,
    /// The event of its sending.
    pub sent: usize,
    /// When, ns.
    pub sent_ns: u64,
    /// When it arrives or would have arrived, ns.
    pub due_ns: u64,
    /// What became of it.
    pub end: End,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Handled in this event.
    Delivered(usize),
    /// Lost on its way; on arrival in this event, or never seen again.
    Lost(Option<usize>),
    /// Still under way at the end of the run.
    Open,
}

/// What happens on a lifeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An attempt begins.
    Start,
    /// A proposer asks for votes.
    Propose,
    /// An acceptor's promise rises.
    Promise,
    /// An acceptor votes.
    Vote,
    /// A proposer or a learner has learned.
    Learn,
    /// An attempt or a call fails, or a client is told so.
    Fail,
    /// A client has its answer, a read returns.
    Tell,
    /// A fault begins or ends.
    Fault,
}

/// Something that happens on a lifeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The event.
    pub event: usize,
    /// When, ns.
    pub at_ns: u64,
    /// Where.
    pub lane: usize,
    /// What.
    pub what: What,
    /// Whose: the proposer that acts, or whose ballot it is.
    pub proposer: Option<ProposerId>,
    /// In few words.
    pub text: String,
}

/// What happens: on which lifeline, what, whose, in few words.
type Told = (usize, What, Option<ProposerId>, String);

/// The first ballot in which a quorum has voted, and the vote that completed it.
fn choice(view: &RunView<'_>) -> Option<Choice> {
    let mut finder = ChoiceFinder::new(view.scenario);
    let mut events = view.record.events.iter().enumerate();
    events.find_map(|(event, (at_ns, it))| finder.on(event, *at_ns, it))
}

/// A run, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Story<'a> {
    /// The run.
    pub view: RunView<'a>,
    /// Lifelines, nodes in ascending order first.
    pub lanes: Vec<Lane>,
    /// Messages, in the order of their sending.
    pub arrows: Vec<Arrow>,
    /// Moments, in the order of events.
    pub moments: Vec<Moment>,
    /// The choice, if there was one.
    pub choice: Option<Choice>,
}

impl<'a> Story<'a> {
    /// Reads a run.
    pub fn of(view: RunView<'a>) -> Self {
        let lanes = lanes(&view);
        let mut story = Story { view, lanes, arrows: Vec::new(), moments: Vec::new(), choice: None };
        story.choice = choice(&story.view);
        story.read_messages();
        story.read_moments();
        story
    }

    /// The window that is shown if nobody says which.
    pub fn default_window(&self, most: usize) -> Window {
        let events = &self.view.record.events;
        let fits = |it: &Window| events.iter().filter(|(at, _)| it.holds(*at)).count() <= most;
        let period = self.period().filter(|it| self.choice.is_none() && fits(it));
        period.unwrap_or_else(|| Window::around(events, self.choice.as_ref().map(|c| c.event), most))
    }

    /// What the run is proved to repeat for ever.
    pub fn period(&self) -> Option<Window> {
        self.view.record.livelock.as_ref().map(Window::of_period)
    }

    /// The lifeline of a node, or of a proposer on none.
    fn lane(&self, node: NodeId, proposer: ProposerId) -> usize {
        let is = |lane: &Lane| {
            if node == 0 { lane.node == 0 && lane.proposers == [proposer] } else { lane.node == node }
        };
        self.lanes.iter().position(is).unwrap_or(0)
    }

    /// The lifeline of a proposer.
    pub fn home(&self, proposer: ProposerId) -> usize {
        let node = self.view.scenario.proposer.get(usize::from(proposer)).map_or(0, |p| p.node);
        self.lane(node, proposer)
    }

    /// Which value this is, by whose client it comes from: texts may be long, and equal.
    pub fn whose(&self, value: SubmissionId) -> String {
        let own = self.view.scenario.proposer.len();
        let at = usize::from(value);
        if at < own {
            return format!("{}'s value", self.view.name(value as ProposerId));
        }
        let submit = &self.view.scenario.submit;
        let Some(name) = submit.get(at - own).map(|s| s.proposer.as_str()) else { return "?".into() };
        let before = submit[..at - own].iter().filter(|s| s.proposer == name).count();
        format!("{name}'s value {}", before + 2)
    }

    fn read_messages(&mut self) {
        // Of each message the arrows that have no end yet: more than one only if it was duplicated.
        let mut open: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (i, (at_ns, event)) in self.view.record.events.iter().enumerate() {
            match *event {
                Event::Sent { message, delay_ns, lost } => {
                    let due_ns = at_ns.saturating_add(delay_ns);
                    let end = if lost { End::Lost(None) } else { End::Open };
                    let arrow = self.arrow(message, i, *at_ns, due_ns, end);
                    if !lost {
                        open.entry(message.id).or_default().push(self.arrows.len());
                    }
                    self.arrows.push(arrow);
                }
                Event::Duplicated { message, delay_ns } => {
                    let arrow = self.arrow(message, i, *at_ns, at_ns.saturating_add(delay_ns), End::Open);
                    open.entry(message.id).or_default().push(self.arrows.len());
                    self.arrows.push(arrow);
                }
                Event::Delivered { message } => self.close(&mut open, &message, *at_ns, End::Delivered(i)),
                Event::Dropped { message, .. } => self.close(&mut open, &message, *at_ns, End::Lost(Some(i))),
                _ => {}
            }
        }
    }

    fn arrow(&self, message: Message, sent: usize, sent_ns: u64, due_ns: u64, end: End) -> Arrow {
        let (caller, callee) =
            (self.home(message.id.proposer), self.lane(message.id.node, message.id.proposer));
        let (from, to) = if message.id.reply { (callee, caller) } else { (caller, callee) };
        Arrow { message, from, to, sent, sent_ns, due_ns, end }
    }

    /// Ends that copy of a message which is due now; if none is (a script, a node that stood still), the earliest. A
    /// script can deliver an answer once more: that is a copy nobody saw being sent.
    fn close(
        &mut self,
        open: &mut BTreeMap<crate::trace::MessageId, Vec<usize>>,
        message: &Message,
        at_ns: u64,
        end: End,
    ) {
        let waiting = open.entry(message.id).or_default();
        let due = waiting.iter().position(|&arrow| self.arrows[arrow].due_ns == at_ns);
        match due.or((!waiting.is_empty()).then_some(0)) {
            Some(which) => {
                let arrow = &mut self.arrows[waiting.remove(which)];
                (arrow.end, arrow.due_ns) = (end, at_ns);
            }
            None => {
                let before = self.arrows.iter().rposition(|arrow| arrow.message.id == message.id);
                if let Some(before) = before {
                    let again = Arrow { end, due_ns: at_ns, ..self.arrows[before].clone() };
                    self.arrows.push(again);
                }
            }
        }
    }

    fn read_moments(&mut self) {
        let mut callers: BTreeMap<BallotId, ProposerId> = BTreeMap::new();
        for (event, (at_ns, it)) in self.view.record.events.iter().enumerate() {
            if let Event::Started { proposer, ballot, .. } = *it {
                callers.insert(ballot, proposer);
            }
            for (lane, what, proposer, text) in self.moment(it, &callers) {
                self.moments.push(Moment { event, at_ns: *at_ns, lane, what, proposer, text });
            }
        }
    }

    /// What an event means, and on which lifelines.
    fn moment(&self, event: &Event, callers: &BTreeMap<BallotId, ProposerId>) -> Vec<Told> {
        let (view, name) = (&self.view, |p: ProposerId| self.view.name(p).to_owned());
        let at = |p: ProposerId, what, text| vec![(self.home(p), what, Some(p), text)];
        let on = |node: NodeId, what, by: Option<ProposerId>, text: String| {
            vec![(self.lane(node, 0), what, by, text)]
        };
        match *event {
            Event::Started { proposer: p, ballot, .. } => {
                at(p, What::Start, format!("{} begins {}", name(p), view.ballot(ballot)))
            }
            Event::Proposed { proposer: p, value, .. } => {
                at(p, What::Propose, format!("{} proposes {}", name(p), self.whose(value)))
            }
            Event::Promised { node, ballot } => on(
                node,
                What::Promise,
                callers.get(&ballot).copied(),
                format!("promises {}", view.ballot(ballot)),
            ),
            Event::Voted { node, ballot, value } => on(
                node,
                What::Vote,
                callers.get(&ballot).copied(),
                format!("votes {}: {}", view.ballot(ballot), self.whose(value)),
            ),
            Event::Learned { proposer: p, value, .. } => {
                at(p, What::Learn, format!("{} learns {}", name(p), self.whose(value)))
            }
            Event::NodeLearned { node, value } => {
                on(node, What::Learn, None, format!("learns {}", self.whose(value)))
            }
            Event::Failed { proposer: p, phase, count, .. } => {
                let yes = match (phase, count) {
                    (1, 1) => "promise",
                    (1, _) => "promises",
                    (_, 1) => "accept",
                    _ => "accepts",
                };
                at(p, What::Fail, format!("{} fails: {count} {yes}", name(p)))
            }
            Event::CallFailed { proposer: p, node, .. } => {
                at(p, What::Fail, format!("{}'s call to {node} fails", name(p)))
            }
            Event::Answered { proposer: p, answer: Answer::Succeeded { .. }, .. } => {
                at(p, What::Tell, format!("{} told SUCCEEDED", name(p)))
            }
            Event::Answered { proposer: p, .. } => at(p, What::Fail, format!("{} told FAILED", name(p))),
            Event::Abandoned { proposer: p, .. } => at(p, What::Fail, format!("{}'s client waits", name(p))),
            Event::Aborted { proposer: p, .. } => at(p, What::Fail, format!("{}'s attempt is over", name(p))),
            _ => self.weather(event),
        }
    }

    /// The same of reads and of what befalls nodes and links.
    fn weather(&self, event: &Event) -> Vec<Told> {
        let on = |node: NodeId, what, by: Option<ProposerId>, text: String| {
            vec![(self.lane(node, 0), what, by, text)]
        };
        match *event {
            Event::Read { node, value } => on(
                node,
                What::Tell,
                None,
                format!("get_value: {}", value.map_or("None".into(), |v| self.whose(v))),
            ),
            Event::ReadFailed { node } => on(node, What::Fail, None, "get_value fails".into()),
            Event::Crashed { node } => on(node, What::Fault, None, "CRASHES".into()),
            Event::Restarted { node } => on(node, What::Fault, None, "up again".into()),
            Event::Paused { node } => on(node, What::Fault, None, "stands still".into()),
            Event::Resumed { node } => on(node, What::Fault, None, "goes on".into()),
            Event::Slowed { node, slow } => {
                on(node, What::Fault, None, if slow { "slow" } else { "fast again" }.into())
            }
            Event::ClockRate { node, .. } => on(node, What::Fault, None, "clock rate changes".into()),
            Event::Cut { from: 0, .. } => Vec::new(),
            Event::Cut { from, to } if to.is_empty() => {
                on(from, What::Fault, None, "reaches all again".into())
            }
            Event::Cut { from, to } => {
                let nodes: Vec<String> = to.iter().map(|node| node.to_string()).collect();
                on(from, What::Fault, None, format!("cut off from {}", nodes.join(", ")))
            }
            _ => Vec::new(),
        }
    }

    /// A message in few words: its kind, its ballot, and what else it carries.
    pub fn words(&self, message: &Message) -> String {
        let ballot = self.view.ballot(message.ballot);
        let value = message.value.map(|v| self.whose(v));
        match (message.kind, value) {
            (Kind::Prepare, _) => format!("prepare {ballot}"),
            (Kind::Promise, None) => format!("promise {ballot}"),
            (Kind::Promise, Some(v)) => {
                format!("promise {ballot}, voted {}: {v}", self.view.ballot(message.about))
            }
            (Kind::Accept, v) => format!("accept {ballot}: {}", v.unwrap_or_default()),
            (Kind::Accepted, _) => format!("accepted {ballot}"),
            (Kind::Reject, _) if message.about == BallotId::NONE => format!("reject {ballot}"),
            (Kind::Reject, _) => format!("reject {ballot}, promised {}", self.view.ballot(message.about)),
            (Kind::Announce, v) => format!("announce {}", v.unwrap_or_default()),
            (Kind::Other, _) => "other".to_owned(),
        }
    }

    /// A lifeline's name: its node, and who lives there.
    pub fn lane_name(&self, lane: &Lane) -> String {
        let names: Vec<&str> = lane.proposers.iter().map(|&p| self.view.name(p)).collect();
        match (lane.node, names.is_empty()) {
            (0, _) => format!("{} (on no node)", names.join(", ")),
            (node, true) => format!("node {node}"),
            (node, false) => format!("node {node} · {}", names.join(", ")),
        }
    }
}

fn lanes(view: &RunView<'_>) -> Vec<Lane> {
    let living = |node: NodeId| -> Vec<ProposerId> {
        // At most 64 proposers: fits.
        (0..view.scenario.proposer.len())
            .filter(|&i| view.scenario.proposer[i].node == node)
            .map(|i| i as ProposerId)
            .collect()
    };
    let nodes = (1..=view.scenario.cluster.nodes).map(|node| Lane { node, proposers: living(node) });
    nodes.chain(living(0).into_iter().map(|p| Lane { node: 0, proposers: vec![p] })).collect()
}
