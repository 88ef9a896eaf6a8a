//! The events of a timeline that faults bring about, and the schedule of those that were drawn.
//!
//! Absent on purpose: all others (`timeline`).

use super::timeline::route;
use super::{Names, RunView, ms};
use crate::scenario::printable;
use crate::trace::{Event, Loss, NodeBits};

/// The event in words; nothing for one that no fault brings about.
pub(super) fn describe(view: &Names<'_>, event: &Event) -> String {
    let name = |p: u8| printable(view.name(p)).to_string();
    match *event {
        Event::Crashed { node } => format!("node {node} CRASHES"),
        Event::Restarted { node } => format!("node {node} is up again"),
        Event::Paused { node } => format!("node {node} stands still"),
        Event::Resumed { node } => format!("node {node} goes on"),
        Event::Slowed { node, slow: true } => format!("node {node} becomes slow"),
        Event::Slowed { node, .. } => format!("node {node} is fast again"),
        Event::ClockRate { node, ppm } => {
            format!("the clock of node {node} runs at {} of the true rate", f64::from(ppm) / 1e6)
        }
        Event::Cut { from, to } if to.is_empty() => format!("{} reaches all nodes again", sender(from)),
        Event::Cut { from, to } => format!("CUT: nothing passes from {} to {}", sender(from), nodes(to)),
        Event::Duplicated { ref message, delay_ns } => {
            format!("  copy     {}  takes {}", route(view, message), ms(delay_ns))
        }
        Event::Dropped { ref message, why, copy } => {
            let why = if why == Loss::Cut { "the link is cut" } else { "its node is down" };
            let which = if copy { ", the second copy" } else { "" };
            format!("  LOST     {}{which}  {why}", route(view, message))
        }
        Event::Queued { ref message } => format!("  waits    {}", route(view, message)),
        Event::Aborted { proposer, attempt } => {
            format!("{}'s attempt {attempt} is over: its node crashed", name(proposer))
        }
        Event::Abandoned { proposer, .. } => {
            format!("client {} will hear nothing: the node it asked is down", name(proposer))
        }
        _ => String::new(),
    }
}

/// The faults that were drawn, to be pasted into the scenario in the place of `[faults.random]`; nothing if none were.
pub(super) fn drawn_faults(view: &RunView<'_>) -> String {
    let drawn = &view.record.drawn_faults;
    if drawn.is_empty() {
        return String::new();
    }
    let seed = view.record.seed;
    let head =
        format!("\n# faults drawn for seed {seed}: in place of [faults.random] these give the same run\n");
    drawn.iter().fold(head, |text, fault| text + &fault.to_toml())
}

fn sender(node: u8) -> String {
    if node == 0 { "proposers on no node".to_owned() } else { format!("node {node}") }
}

fn nodes(bits: NodeBits) -> String {
    bits.iter().map(sender).collect::<Vec<_>>().join(", ")
}
