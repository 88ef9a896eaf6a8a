//! A log for ShiViz: two lines an event, what happened and the host's vector clock.
//!
//! Absent on purpose: virtual time as a place. ShiViz shows what happened before what, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::names::printable;
use super::super::one_run::ms;
use super::story::{End, Lane, Story};
use crate::run::Window;

type Clock = BTreeMap<usize, u64>;

/// One entry: the event's place in the run, the lifeline, what, and the arrow that it receives or sends.
struct Entry {
    event: usize,
    lane: usize,
    text: String,
    sends: Option<usize>,
    receives: Option<usize>,
}

/// The log of a stretch of a run. Clocks begin at its beginning; what was sent before has none.
pub fn shiviz(story: &Story<'_>, window: Option<Window>) -> String {
    let window = window.unwrap_or(Window::ALL);
    let hosts: Vec<String> = story.lanes.iter().map(|lane| host(story, lane)).collect();
    let (mut clocks, mut sent) = (vec![Clock::new(); hosts.len()], BTreeMap::<usize, Clock>::new());
    let mut out = String::new();
    for entry in entries(story) {
        let at_ns = story.view.record.events[entry.event].0;
        if !window.holds(at_ns) {
            continue;
        }
        let clock = &mut clocks[entry.lane];
        if let Some(theirs) = entry.receives.and_then(|arrow| sent.get(&arrow)) {
            for (&lane, &count) in theirs {
                let mine = clock.entry(lane).or_default();
                *mine = (*mine).max(count);
            }
        }
        *clock.entry(entry.lane).or_default() += 1;
        if let Some(arrow) = entry.sends {
            sent.insert(arrow, clock.clone());
        }
        let shown: Vec<String> =
            clock.iter().map(|(&lane, count)| format!("\"{}\":{count}", hosts[lane])).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{} {}\n{} {{{}}}", ms(at_ns), entry.text, hosts[entry.lane], shown.join(","));
    }
    out
}

/// In the order of the run; within an event first what arrives, then what happens, then what is sent.
fn entries(story: &Story<'_>) -> Vec<Entry> {
    let mut entries: Vec<(usize, u8, Entry)> = Vec::new();
    let mut put = |event: usize, order, lane, text: String, sends, receives| {
        entries.push((event, order, Entry { event, lane, text: one_line(&text), sends, receives }));
    };
    for (i, arrow) in story.arrows.iter().enumerate() {
        let words = story.words(&arrow.message);
        let lost = if matches!(arrow.end, End::Lost(_)) { " (lost)" } else { "" };
        put(arrow.sent, 2, arrow.from, format!("sends {words}{lost}"), Some(i), None);
        if let End::Delivered(event) = arrow.end {
            put(event, 0, arrow.to, format!("receives {words}"), None, Some(i));
        }
    }
    for moment in &story.moments {
        put(moment.event, 1, moment.lane, moment.text.clone(), None, None);
    }
    if let Some(choice) = &story.choice
        && let Some(lane) = story.moments.iter().find(|m| m.event == choice.event).map(|m| m.lane)
    {
        put(choice.event, 1, lane, format!("CHOSEN: {}", story.whose(choice.value)), None, None);
    }
    entries.sort_by_key(|(event, order, _)| (*event, *order));
    entries.into_iter().map(|(_, _, entry)| entry).collect()
}

/// A host's name has no spaces and needs no quoting.
fn host(story: &Story<'_>, lane: &Lane) -> String {
    let safe = |name: &str| -> String {
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    };
    match (lane.node, lane.proposers.first()) {
        // The number keeps names apart that are spelt alike.
        (0, Some(&p)) => format!("proposer{}_{}", p + 1, safe(story.view.name(p))),
        (node, _) => format!("node{node}"),
    }
}

/// Printable, on one line, and nothing that looks like a clock.
fn one_line(text: &str) -> String {
    printable(text).replace('{', "(").replace('}', ")")
}
