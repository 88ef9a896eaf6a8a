//! Everything in a run that was drawn, each as a deviation from the calm run.
//!
//! Told from the trace. All of them together give the run again; what deviations cannot tell, what faults do to nodes, is
//! one of them. Absent on purpose: which of them matter.

use std::collections::BTreeMap;

use crate::run::deviate::{Change, Subject};
use crate::run::record::Record;
use crate::scenario::{Duration, Faults, Scenario, Ties, Transport};
use crate::trace::{Event, Message, MessageId, ProposerId};

use super::Item;

/// How the loss of a message by a fault (a cut, a crash, an unreachable node) is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// As a loss like any other: so the run may be had without its faults.
    AsLoss,
    /// Not at all: the message is sent as it was, and the faults do the same to it again.
    LeftToFaults,
}

pub(super) fn items(scenario: &Scenario, record: &Record, telling: Telling) -> Vec<Item> {
    let given = &record.token.deviations;
    let mut items = Vec::new();
    if scenario.run.ties == Ties::Seeded && (!given.calm || given.get(Subject::Ties).is_some()) {
        items.push((Subject::Ties, Change::AsDrawn));
    }
    let has_faults = !scenario.fault.is_empty() || scenario.faults != Faults::default();
    if has_faults && (!given.calm || given.get(Subject::Faults).is_some()) {
        items.push((Subject::Faults, Change::AsDrawn));
    }
    items.extend(given.iter().filter(|(_, change)| *change == Change::Late));
    items.extend(drawn(scenario, &record.events, telling));
    items
}

/// What was drawn in a run with these events.
pub(super) fn drawn(scenario: &Scenario, events: &[(u64, Event)], telling: Telling) -> Vec<Item> {
    let dropped = if telling == Telling::AsLoss { dropped(events) } else { BTreeMap::new() };
    let mut trace = Trace {
        scenario,
        telling,
        dropped,
        sent: BTreeMap::new(),
        attempts: BTreeMap::new(),
        cut: BTreeMap::new(),
    };
    events.iter().filter_map(|(at, event)| trace.item(*at, event)).collect()
}

/// What was under way and lost after all, with the time from its sending to its loss.
fn dropped(events: &[(u64, Event)]) -> BTreeMap<Subject, u64> {
    let mut sent: BTreeMap<MessageId, Vec<(u64, u64)>> = BTreeMap::new();
    let mut dropped = BTreeMap::new();
    for (at, event) in events {
        match *event {
            Event::Sent { message, delay_ns, .. } => {
                sent.entry(message.id).or_default().push((*at, at.saturating_add(delay_ns)));
            }
            Event::Dropped { message, copy, .. } => {
                let sendings = sent.get(&message.id).map_or(&[][..], Vec::as_slice);
                // Of several sendings of one name, the one that was due; if it had waited, the last one.
                let due = sendings.iter().position(|(_, due)| due == at);
                let nth = if copy { 1 } else { due.map_or(sendings.len(), |i| i + 1) };
                let after = sendings.get(nth.saturating_sub(1)).map_or(0, |(sent, _)| at - sent);
                let subject = if copy { Subject::Copy } else { Subject::Fate };
                dropped.insert(subject(message.id, nth as u32), after);
            }
            _ => {}
        }
    }
    dropped
}

/// What must be remembered while a trace is read.
struct Trace<'s> {
    scenario: &'s Scenario,
    telling: Telling,
    dropped: BTreeMap<Subject, u64>,
    sent: BTreeMap<MessageId, u32>,
    attempts: BTreeMap<ProposerId, u32>,
    /// By sender: whom it cannot reach, node n as bit n.
    cut: BTreeMap<u8, u64>,
}

impl Trace<'_> {
    fn item(&mut self, at: u64, event: &Event) -> Option<Item> {
        match *event {
            // A proposer's own submission bears its number.
            Event::Submitted { proposer, submission } if submission == u16::from(proposer) => {
                Some((Subject::Start(proposer), takes(at)))
            }
            Event::Started { proposer, attempt, .. } => {
                self.attempts.insert(proposer, attempt);
                None
            }
            Event::RetryAfter { proposer, delay_ns } => {
                let attempt = self.attempts.get(&proposer).copied().unwrap_or(1);
                Some((Subject::Wait(proposer, attempt), takes(delay_ns)))
            }
            Event::Cut { from, to } => {
                self.cut.insert(from, to.0);
                None
            }
            Event::Sent { message, delay_ns, lost } => {
                let nth = self.sent.entry(message.id).or_insert(0);
                *nth += 1;
                let subject = Subject::Fate(message.id, *nth);
                let by_fault = lost && self.is_lost_by_fault(at, &message);
                Some((
                    subject,
                    match self.dropped.get(&subject) {
                        Some(&after) => self.loss(after),
                        None if by_fault && self.telling == Telling::LeftToFaults => takes(delay_ns),
                        None if lost => self.loss(delay_ns),
                        None => takes(delay_ns),
                    },
                ))
            }
            Event::Duplicated { message, delay_ns } => {
                let nth = self.sent.get(&message.id).copied().unwrap_or(1);
                let subject = Subject::Copy(message.id, nth);
                // A copy that is lost is as good as none.
                (!self.dropped.contains_key(&subject)).then(|| (subject, takes(delay_ns)))
            }
            _ => None,
        }
    }

    /// A loss; a blocking caller learns of it at the time at which the message would have arrived.
    fn loss(&self, after_ns: u64) -> Change {
        match self.scenario.protocol.transport {
            Transport::Broadcast => Change::Lost,
            Transport::Sequential => Change::LostAfter(after_ns.min(Duration::MAX.ns())),
        }
    }

    /// Whether a message that is sent now meets a cut or an unreachable node.
    fn is_lost_by_fault(&self, at: u64, message: &Message) -> bool {
        let id = message.id;
        let (from, to) = id.ends(|p| self.scenario.proposer[usize::from(p)].node);
        let cut = self.cut.get(&from).is_some_and(|bits| bits >> to & 1 != 0);
        let is_unreachable = self.scenario.fault.iter().any(|fault| {
            fault.at.ns() <= at && fault.unreachable.as_ref().is_some_and(|it| it.nodes.contains(&id.node))
        });
        cut || !id.reply && is_unreachable
    }
}

fn takes(ns: u64) -> Change {
    Change::Takes(ns.min(Duration::MAX.ns()))
}
