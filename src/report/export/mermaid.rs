//! Mermaid's `sequenceDiagram`, for Markdown pages that draw it themselves.
//!
//! Absent on purpose: time to scale, which the format does not have. A picture of more than 50,000 characters is an
//! error message in every viewer, so the output stops before that and says how to get the next part.

use std::fmt::Write;

use super::super::names::printable;
use super::super::one_run::ms;
use super::story::{End, Story};
use crate::run::Window;
use crate::trace::Event;

/// Characters after which no further event begins; the rest closes the diagram.
const MOST: usize = 48_000;

/// The diagram of a stretch of a run, from its beginning if nothing else is asked for.
pub fn mermaid(story: &Story<'_>, window: Option<Window>) -> String {
    let window = window.unwrap_or(Window::ALL);
    let mut out = String::from("sequenceDiagram\n");
    let record = story.view.record;
    let about = format!("{} (seed {})", story.view.scenario.title, record.seed);
    // Writing to a String cannot fail.
    let _ = writeln!(out, "    title {}", text(&about));
    for (i, lane) in story.lanes.iter().enumerate() {
        let _ = writeln!(out, "    participant L{i} as {}", text(&story.lane_name(lane)));
    }
    let across = format!("over L0,L{}", story.lanes.len().saturating_sub(1));
    for label in story.view.labels() {
        let _ = writeln!(out, "    Note {across}: {}", text(&label));
    }
    let lines = lines(story);
    let mut characters = out.chars().count();
    for (i, (at_ns, _)) in record.events.iter().enumerate().filter(|(_, (at, _))| window.holds(*at)) {
        let more: String = lines[i].iter().map(|line| format!("    {line}\n")).collect();
        characters += more.chars().count();
        if characters > MOST {
            let _ = writeln!(out, "    Note {across}: goes on with --window {at_ns}ns..");
            break;
        }
        out.push_str(&more);
    }
    out
}

/// The lines of each event.
fn lines(story: &Story<'_>) -> Vec<Vec<String>> {
    let mut lines = vec![Vec::new(); story.view.record.events.len()];
    for arrow in &story.arrows {
        let words = text(&story.words(&arrow.message));
        let (from, to) = (arrow.from, arrow.to);
        match arrow.end {
            End::Delivered(event) => {
                let takes = ms(arrow.due_ns - arrow.sent_ns);
                lines[event]
                    .push(format!("L{from}->>L{to}: {words} (sent {}, took {takes})", ms(arrow.sent_ns)));
            }
            End::Lost(event) => {
                lines[event.unwrap_or(arrow.sent)]
                    .push(format!("L{from}-xL{to}: {words} (lost, sent {})", ms(arrow.sent_ns)));
            }
            End::Open => {}
        }
    }
    for moment in &story.moments {
        let note = format!("Note over L{}: {} {}", moment.lane, ms(moment.at_ns), text(&moment.text));
        lines[moment.event].push(note);
    }
    let last = story.lanes.len().saturating_sub(1);
    if let Some(choice) = &story.choice {
        lines[choice.event].push(format!(
            "Note over L0,L{last}: CHOSEN at {}: {}",
            ms(choice.at_ns),
            text(&story.whose(choice.value))
        ));
    }
    for (i, (_, event)) in story.view.record.events.iter().enumerate() {
        if let Event::Stopped { .. } = event {
            lines[i].push(format!(
                "Note over L0,L{last}: {}",
                text(&super::super::one_run::describe(&story.view.names(), event))
            ));
        }
    }
    lines
}

/// Text without what the format reads as its own: `;` ends a statement, `#` begins a character's number, `%%` a
/// comment, `:` the text itself.
fn text(raw: &str) -> String {
    printable(raw)
        .chars()
        .map(|c| match c {
            '#' | ';' | ':' | '%' | '<' | '>' | '{' | '}' | '"' | '&' | '`' | '\\' | ',' | '-' | '+' => {
                format!("#{};", u32::from(c))
            }
            c => c.to_string(),
        })
        .collect()
}
