//! A bad run as what it takes and what happens: for whoever wrote the nodes that it is a run of.
//!
//! Absent on purpose: finding it and making it small (`run::shrink`).

use std::collections::BTreeSet;

use super::timeline::describe;
use super::{RunView, ms, reply};
use crate::own::Note;
use crate::run::Shrunk;
use crate::scenario::printable;
use crate::trace::Event;

/// Broken invariants, hold-ups and events that are told at most.
const MOST_BROKEN: usize = 3;
const MOST_HELD: usize = 6;
const MOST_EVENTS: usize = 14;

/// The lines of a bad run; `shrunk` says what it takes, if that is known.
pub fn counterexample(view: &RunView<'_>, shrunk: Option<&Shrunk>) -> Vec<String> {
    let mut lines = broken(view);
    let held = held_up(view);
    match shrunk {
        Some(shrunk) if shrunk.without.is_empty() => {
            let what = if held.is_empty() { "nothing more" } else { "no more than hold-ups" };
            lines.push(format!(
                "it takes {what}: every delay is its median, nothing is lost, no fault happens"
            ));
        }
        Some(shrunk) => {
            lines.push("the least that it takes, beside median delays:".to_owned());
            let told = shrunk.without.iter().map(|(subject, change, _)| view.told(*subject, *change));
            lines.extend(told.map(|told| format!("  - {told}")));
        }
        None => lines.push("it is told as it was drawn".to_owned()),
    }
    lines.extend(held.iter().take(MOST_HELD).map(|note| {
        format!(
            "  - node {} is held up at {} in {}",
            note.node,
            ms(note.at_ns),
            printable(&note.text).replacen(", for", " for", 1)
        )
    }));
    if held.len() > MOST_HELD {
        lines.push(format!("  - and {} hold-ups more", held.len() - MOST_HELD));
    }
    lines.extend(story(view));
    lines
}

/// What to do about threads that were held up: the lines at which they were.
pub fn remedy(view: &RunView<'_>) -> Option<String> {
    let place = |note: &&Note| printable(note.text.split(',').next().unwrap_or_default());
    let places: BTreeSet<String> = held_up(view).iter().map(place).collect();
    if places.is_empty() {
        return None;
    }
    let places: Vec<String> = places.into_iter().collect();
    Some(format!("hold one lock from the check to the set at {}", places.join(", ")))
}

fn held_up<'a>(view: &RunView<'a>) -> Vec<&'a Note> {
    let until = broken_at(view);
    let is_held = |note: &&Note| note.hazard.as_deref() == Some("held-up") && note.at_ns <= until;
    view.record.notes.iter().filter(is_held).collect()
}

/// When the last of what is told of it breaks, ns.
fn broken_at(view: &RunView<'_>) -> u64 {
    view.record.violations.iter().take(MOST_BROKEN).map(|it| it.at_ns).max().unwrap_or(u64::MAX)
}

/// What is wrong with it: invariants with their evidence, or what its clients were told.
fn broken(view: &RunView<'_>) -> Vec<String> {
    let violations = &view.record.violations;
    if violations.is_empty() {
        let outcome = &view.record.outcome;
        let mut lines = vec![format!("{} at {}", outcome.verdict.name(), ms(outcome.ended_at_ns))];
        for client in &outcome.clients {
            let said = view.record.replies.get(&client.submission).cloned();
            let said = said.or_else(|| reply(client, |value| view.value(value)));
            let said = said.map_or_else(|| "(no answer)".to_owned(), |said| printable(&said));
            lines.push(format!("client {}  {said}", view.who(client.proposer)));
        }
        return lines;
    }
    let line = |it: &crate::check::Violation| {
        format!("{} broken at {}: {}", it.invariant.name(), ms(it.at_ns), printable(&view.evidence(it)))
    };
    violations.iter().take(MOST_BROKEN).map(line).collect()
}

/// What acceptors and clients did, up to where it broke.
fn story(view: &RunView<'_>) -> Vec<String> {
    let until = broken_at(view);
    let is_told = |event: &Event| {
        matches!(
            event,
            Event::Started { .. }
                | Event::Promised { .. }
                | Event::Voted { .. }
                | Event::Answered { .. }
                | Event::Crashed { .. }
                | Event::Restarted { .. }
        )
    };
    let all = view.record.events.iter().filter(|(at, event)| *at <= until && is_told(event));
    let told: Vec<String> = all
        .map(|(at, event)| format!("{:>16}  {}", ms(*at), describe(&view.names(), event).trim_start()))
        .collect();
    let left_out = told.len().saturating_sub(MOST_EVENTS);
    let first = (left_out > 0).then(|| format!("  ({left_out} events before)"));
    first.into_iter().chain(told.into_iter().skip(left_out)).collect()
}
