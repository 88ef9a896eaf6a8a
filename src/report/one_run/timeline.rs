//! A run as a timeline: one line an event, times on the left, who and what on the right.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Names, RunView, ms, weather};
use crate::run::{ChoiceFinder, Window};
use crate::scenario::model::{Mutant, OwnMessages};
use crate::scenario::printable;
use crate::scenario::{Scenario, Transport};
use crate::trace::{Answer, BallotId, Event, Failure, Kind, Message, NodeId, StopReason};

/// The output of `synod replay --as text`, or of a stretch of it.
pub fn timeline(view: &RunView<'_>, window: Option<Window>) -> String {
    let (mut text, mut timeline) = (String::new(), Timeline::new(view.scenario, window));
    // Of somebody's nodes it is not known whom they ask by a direct call.
    timeline.own.is_known = view.record.token.nodes.is_none();
    for (at_ns, event) in &view.record.events {
        timeline.tell(*at_ns, event, &mut text);
    }
    text + &timeline.end(view)
}

/// A timeline that is told event by event, while its run is played or afterwards.
#[derive(Debug)]
pub struct Timeline<'a> {
    names: Names<'a>,
    window: Window,
    finder: ChoiceFinder,
    own: OwnAcceptors,
    events: usize,
    begun: bool,
}

impl<'a> Timeline<'a> {
    /// Of a stretch of a run of this scenario.
    pub fn new(scenario: &'a Scenario, window: Option<Window>) -> Self {
        Timeline {
            names: Names { scenario },
            window: window.unwrap_or(Window::ALL),
            finder: ChoiceFinder::new(scenario),
            own: OwnAcceptors { promised: BTreeMap::new(), is_known: true },
            events: 0,
            begun: false,
        }
    }

    /// Whether anything has been told.
    pub const fn has_begun(&self) -> bool {
        self.begun
    }

    /// Appends the lines of the next event, if it lies in the stretch.
    pub fn tell(&mut self, at_ns: u64, event: &Event, text: &mut String) {
        let names = self.names;
        let refused = self.own.refusal(&names, event);
        let choice = self.finder.on(self.events, at_ns, event);
        self.events += 1;
        if !self.window.holds(at_ns) {
            return;
        }
        self.begin(text);
        let chosen = choice.map(|choice| {
            let value = printable(&names.value(choice.value));
            format!("  this vote completes a quorum: {value:?} is chosen")
        });
        for line in [Some(describe(&names, event)), chosen, refused].into_iter().flatten() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:>18}  {line}", ms(at_ns));
        }
    }

    fn begin(&mut self, text: &mut String) {
        if !std::mem::replace(&mut self.begun, true) {
            self.names.scenario.labels().iter().for_each(|label| text.extend([label, "\n"]));
        }
    }

    /// What stands below the events of a run that is over.
    pub fn end(mut self, view: &RunView<'_>) -> String {
        let mut text = String::new();
        self.begin(&mut text);
        text + &weather::drawn_faults(view)
    }
}

/// A proposer asks the acceptor on its own node by a direct call, of which no event tells unless it changes the
/// acceptor. That it refuses follows from what it has promised.
#[derive(Debug, Default)]
struct OwnAcceptors {
    promised: BTreeMap<NodeId, BallotId>,
    /// Whether it is known how proposers ask them.
    is_known: bool,
}

impl OwnAcceptors {
    /// What the own acceptor answers, if this event makes its proposer ask and the answer is no.
    fn refusal(&mut self, view: &Names<'_>, event: &Event) -> Option<String> {
        let (proposer, ballot, asks_to_vote) = match *event {
            Event::Promised { node, ballot } | Event::Voted { node, ballot, .. } => {
                let promised = self.promised.entry(node).or_default();
                *promised = ballot.max(*promised);
                return None;
            }
            Event::Started { proposer, ballot, .. } => (proposer, ballot, false),
            Event::Proposed { proposer, ballot, .. } => (proposer, ballot, true),
            _ => return None,
        };
        let protocol = &view.scenario.protocol;
        let by_call = protocol.own_messages == OwnMessages::Instant
            && protocol.mutant == Mutant::None
            && view.scenario.script.is_none();
        let node = view.scenario.proposer.get(usize::from(proposer))?.node;
        let &promised = self.promised.get(&node)?;
        let refuses = promised > ballot || promised == ballot && !asks_to_vote;
        (self.is_known && by_call && refuses).then(|| {
            let what = if asks_to_vote { "does not vote" } else { "does not promise" };
            format!("  its own node {node} {what}: it has promised ballot {}", view.ballot(promised))
        })
    }
}

/// An event of a run of this scenario in words, with its time.
pub fn event_in_words(scenario: &Scenario, at_ns: u64, event: &Event) -> String {
    format!("{}  {}", ms(at_ns), describe(&Names { scenario }, event).trim_start())
}

/// That a call fails; of the built-in's also why, for how those of own nodes end is theirs.
fn fails(view: &Names<'_>) -> &'static str {
    let rules = &view.scenario.protocol;
    let is_error = rules.transport == Transport::Sequential && rules.rpc_timeout.is_none();
    if is_error { "fails: an error at once, for a message is lost or nobody is there" } else { "fails" }
}

/// An event in words.
pub fn describe(view: &Names<'_>, event: &Event) -> String {
    let name = |p: u8| printable(view.name(p)).to_string();
    let text = |value: u16| format!("{:?}", printable(&view.value(value)));
    match *event {
        Event::Submitted { proposer, submission } => {
            format!("client {} submits {}", name(proposer), text(submission))
        }
        Event::Started { proposer, attempt, ballot } => {
            format!("{} begins attempt {attempt} with ballot {}", name(proposer), view.ballot(ballot))
        }
        Event::Proposed { proposer, ballot, value } => {
            format!(
                "{} has a quorum of promises and proposes {} in ballot {}",
                name(proposer),
                text(value),
                view.ballot(ballot)
            )
        }
        Event::Sent { ref message, delay_ns, lost } => {
            let fate = if view.scenario.script.is_some() {
                "waits for the script".to_owned()
            } else if lost {
                "LOST".to_owned()
            } else {
                format!("takes {}", ms(delay_ns))
            };
            format!("  send     {}  {fate}", route(view, message))
        }
        Event::Delivered { ref message } => format!("  deliver  {}", route(view, message)),
        Event::CallFailed { proposer, node, phase } => {
            format!("  {}'s call to node {node} in phase {phase} {}", name(proposer), fails(view))
        }
        Event::Promised { node, ballot } => format!("node {node} promises ballot {}", view.ballot(ballot)),
        Event::Voted { node, ballot, value } => {
            format!("node {node} votes for {} in ballot {}", text(value), view.ballot(ballot))
        }
        Event::Learned { proposer, ballot, value } => {
            format!(
                "{} has a quorum of accepts in ballot {} and learns that {} is chosen",
                name(proposer),
                view.ballot(ballot),
                text(value)
            )
        }
        Event::NodeLearned { node, value } => format!("node {node} learns {}", text(value)),
        Event::Failed { proposer, attempt, why, phase, count } => {
            let yes = if phase == 1 { "promises" } else { "accepts" };
            format!(
                "{}'s attempt {attempt} fails in phase {phase} with {count} {yes}: {}",
                name(proposer),
                cause(why)
            )
        }
        Event::RetryAfter { proposer, delay_ns } => {
            format!("{} will try again in {}", name(proposer), ms(delay_ns))
        }
        Event::Answered { proposer, answer: Answer::Succeeded { value }, .. } => {
            format!("client {} is told SUCCEEDED: {}", name(proposer), text(value))
        }
        Event::Answered { proposer, answer: Answer::Failed { phase, count }, .. } => {
            format!("client {} is told FAILED in phase {phase} (only {count})", name(proposer))
        }
        Event::Read { node, value } => {
            format!("get_value on node {node} returns {}", value.map_or("None".to_owned(), text))
        }
        Event::ReadFailed { node } => format!("get_value on node {node} fails: nobody can reach it"),
        Event::Stopped { reason } => format!("end: {}", stop(reason)),
        _ => weather::describe(view, event),
    }
}

/// `A1:P2` and so on, in the notation of scripted schedules, then in words.
pub(super) fn route(view: &Names<'_>, message: &Message) -> String {
    let id = &message.id;
    if message.kind == Kind::Other {
        let (from, to) = if id.reply { (id.node, id.proposer) } else { (id.proposer, id.node) };
        return format!("node {from} -> node {to}  a message that [map] does not describe");
    }
    let home = view.scenario.proposer.get(usize::from(id.proposer)).map_or(0, |p| p.node);
    let proposer = format!("{}@{home}", printable(view.name(id.proposer)));
    let node = format!("node {}", id.node);
    let (from, to) = if id.reply { (node, proposer) } else { (proposer, node) };
    let about = match message.kind {
        Kind::Promise if message.value.is_none() => ", no vote yet".to_owned(),
        Kind::Promise => format!(", voted in {}", view.ballot(message.about)),
        // A user's node need not say it.
        Kind::Reject if message.about == BallotId::NONE => String::new(),
        Kind::Reject => format!(", promised {}", view.ballot(message.about)),
        _ => String::new(),
    };
    let value = message.value.map(|v| format!(" {:?}", printable(&view.value(v)))).unwrap_or_default();
    format!("{from} -> {to}  {:?} {}{value}{about}", message.kind, view.ballot(message.ballot))
}

fn cause(why: Failure) -> &'static str {
    match why {
        Failure::Rejected => "rejected",
        Failure::LocallyPreempted => "pre-empted by its own node's acceptor",
        Failure::TimedOut => "timed out",
        Failure::Unanswered => "too few answers",
        Failure::OwnBallot => "rejected for its own ballot",
    }
}

fn stop(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Chosen => "a value is chosen",
        StopReason::Answered => "every client has its answer",
        StopReason::Quiescent => "nothing is scheduled any more",
        StopReason::Horizon => "the horizon",
        StopReason::ScriptEnded => "the script ends with messages in flight",
        StopReason::MaxEvents => "the event budget is spent",
        StopReason::NodeFailed => "a node failed",
        StopReason::Standstill => "time stands still: event follows event at this instant",
        StopReason::Cycle => "the state recurs with no random draw in between: so it goes on for ever",
    }
}
