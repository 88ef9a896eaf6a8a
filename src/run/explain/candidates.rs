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
    let (mut found, deliveries) = (Vec::new(), deliveries(events));
    for (i, (at, event)) in events.iter().enumerate() {
        match *event {
            Event::Sent { message, delay_ns, lost } => {
                let subject = Subject::Fate(message.id, count(&mut sent, message.id));
                let (change, event) = if lost {
                    let due = at.saturating_add(delay_ns);
                    (Change::Kept, events.partition_point(|(at, _)| *at < due).min(events.len() - 1) + 1)
                } else {
                    (Change::Lost, next(&deliveries, message.id, i).unwrap_or(i) + 1)
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

/// The indices of each message's deliveries.
fn deliveries(events: &[(u64, Event)]) -> BTreeMap<MessageId, Vec<usize>> {
    let mut all: BTreeMap<MessageId, Vec<usize>> = BTreeMap::new();
    for (i, (_, event)) in events.iter().enumerate() {
        if let Event::Delivered { message } = event {
            all.entry(message.id).or_default().push(i);
        }
    }
    all
}

/// The index of the first delivery of a message from an event on.
fn next(deliveries: &BTreeMap<MessageId, Vec<usize>>, id: MessageId, from: usize) -> Option<usize> {
    let all = deliveries.get(&id)?;
    all.get(all.partition_point(|&at| at < from)).copied()
}

fn count(counts: &mut BTreeMap<MessageId, u32>, id: MessageId) -> u32 {
    let count = counts.entry(id).or_insert(0);
    *count += 1;
    *count
}
