//! What could have been otherwise in a run: each delivery late, each message lost, each lost message kept.
//!
//! Told from the trace alone. Absent on purpose: playing it.

use std::collections::BTreeMap;

use crate::run::deviate::{Change, Deviations, Subject};
use crate::trace::{Event, Message, MessageId};

/// A single deviation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub message: Message,
    pub subject: Subject,
    pub change: Change,
    /// The number of the event at which it takes effect, from 1.
    pub event: usize,
}

/// Every single deviation of a run that already has those of `base`.
pub(super) fn candidates(events: &[(u64, Event)], base: &Deviations) -> Vec<Candidate> {
    let (mut sent, mut arrived) = (BTreeMap::new(), BTreeMap::new());
    let mut found = Vec::new();
    for (i, (at, event)) in events.iter().enumerate() {
        match *event {
            Event::Sent { message, delay_ns, lost } => {
                let subject = Subject::Fate(message.id, count(&mut sent, message.id));
                let (change, event) = if lost {
                    let due = at.saturating_add(delay_ns);
                    (Change::Kept, events.partition_point(|(at, _)| *at < due).min(events.len() - 1) + 1)
                } else {
                    (Change::Lost, delivery(&events[i..], message.id).map_or(i, |later| i + later) + 1)
                };
                found.push(Candidate { message, subject, change, event });
            }
            Event::Delivered { message } => {
                let subject = Subject::Arrival(message.id, count(&mut arrived, message.id));
                found.push(Candidate { message, subject, change: Change::Late, event: i + 1 });
            }
            _ => {}
        }
    }
    found.retain(|candidate| base.get(candidate.subject) != Some(candidate.change));
    found
}

/// The index of the first delivery of a message.
fn delivery(events: &[(u64, Event)], id: MessageId) -> Option<usize> {
    events.iter().position(|(_, event)| matches!(event, Event::Delivered { message } if message.id == id))
}

fn count(counts: &mut BTreeMap<MessageId, u32>, id: MessageId) -> u32 {
    let count = counts.entry(id).or_insert(0);
    *count += 1;
    *count
}
