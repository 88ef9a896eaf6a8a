//! Faults: what each must do by its own laws, that the shipped scenarios stand and fall with theirs, and that storms
//! of them break nothing.
//!
//! `SYNOD_RUNS` scales the number of runs.

mod again;
mod counts;
mod handlers;
mod laws;
mod neighbours;
mod network;
mod repeated;
mod samples;
mod scenarios;
mod storms;

use synod::check::Outcome;
use synod::run::Record;
use synod::scenario::Scenario;
use synod::trace::Event;

/// Reads a scenario of three nodes with these lines.
#[track_caller]
fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, "x.toml").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn run(scenario: &Scenario, seed: u64) -> Record {
    Record::of(scenario, seed).expect("plans")
}

/// Whether the event says only what the weather is like.
fn is_weather(event: &Event) -> bool {
    use Event::{ClockRate, Crashed, Cut, Paused, Restarted, Resumed, Slowed};
    matches!(
        event,
        Crashed { .. }
            | Restarted { .. }
            | Paused { .. }
            | Resumed { .. }
            | Slowed { .. }
            | ClockRate { .. }
            | Cut { .. }
    )
}

/// What happened to messages, attempts and clients.
fn story(record: &Record) -> Vec<(u64, Event)> {
    record.events.iter().copied().filter(|(_, event)| !is_weather(event)).collect()
}

/// What a run came to, but for the number of its events.
fn result(record: &Record) -> Outcome {
    Outcome { events: 0, ..record.outcome.clone() }
}
