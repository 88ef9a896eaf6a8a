//! Everything in a run that was drawn, each as a deviation from the calm run.
//!
//! Told from the trace. All of them together give the run again; what deviations cannot tell, what faults do to nodes, is
//! one of them. Absent on purpose: which of them matter.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::deviate::{Change, Subject};
use crate::run::record::Record;
use crate::scenario::{Duration, Faults, Scenario, Ties};
use crate::trace::{Event, MessageId, ProposerId};

use super::Item;

pub(super) fn items(scenario: &Scenario, record: &Record) -> Vec<Item> {
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
    items.extend(drawn(&record.events));
    items
}

/// What was drawn in a run with these events.
pub(super) fn drawn(events: &[(u64, Event)]) -> Vec<Item> {
    let mut trace = Trace { dropped: dropped(events), ..Trace::default() };
    events.iter().filter_map(|(at, event)| trace.item(*at, event)).collect()
}

/// Messages that were under way and lost after all: to a calm network they are lost ones.
fn dropped(events: &[(u64, Event)]) -> BTreeSet<MessageId> {
    let dropped = |event: &Event| match event {
        Event::Dropped { message, .. } => Some(message.id),
        _ => None,
    };
    events.iter().filter_map(|(_, event)| dropped(event)).collect()
}

/// What must be remembered while a trace is read.
#[derive(Default)]
struct Trace {
    dropped: BTreeSet<MessageId>,
    sent: BTreeMap<MessageId, u32>,
    attempts: BTreeMap<ProposerId, u32>,
}

impl Trace {
    fn item(&mut self, at: u64, event: &Event) -> Option<Item> {
        let takes = |ns: u64| Change::Takes(ns.min(Duration::MAX.ns()));
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
            Event::Sent { message, delay_ns, lost } => {
                let nth = self.sent.entry(message.id).or_insert(0);
                *nth += 1;
                let lost = lost || self.dropped.contains(&message.id);
                Some((Subject::Fate(message.id, *nth), if lost { Change::Lost } else { takes(delay_ns) }))
            }
            Event::Duplicated { message, delay_ns } => {
                let nth = self.sent.get(&message.id).copied().unwrap_or(1);
                Some((Subject::Copy(message.id, nth), takes(delay_ns)))
            }
            _ => None,
        }
    }
}
