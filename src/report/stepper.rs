//! The part of the page that shows runs step by step: a diagram, its events, what each acceptor knows, and which
//! deliveries are critical.
//!
//! Absent on purpose: data in the script. Everything stands in the page as text and attributes, escaped like all else,
//! and is read there; without the script the diagrams and the lists of events and of critical deliveries remain.

use maud::{Markup, PreEscaped, html};

use super::critical::{Critical, Criticals};
use super::names::printable;
use super::viewed::{Acceptor, ViewedRun, ViewedStep};

/// Steps through runs; a test holds [`SCRIPT_HASH`] against it.
pub const SCRIPT: &str = include_str!("page/stepper.js");
/// SHA-256 of [`SCRIPT`] in base 64.
pub const SCRIPT_HASH: &str = "mFbHOZ5c/aAa7dfkN6Ff6mFizEG92or823RcjPbybdc=";

/// The runs, folded away but for the last: of kinds in the order in which they turn up, the last is the rarest.
pub fn runs(all: &[ViewedRun], rule: &str) -> Markup {
    html! {
        @if !all.is_empty() {
            h2 id="runs" { "Runs, step by step" }
            p.muted { (rule) }
            @for (i, run) in all.iter().enumerate() { (one(run, i + 1 == all.len())) }
        }
    }
}

fn one(run: &ViewedRun, open: bool) -> Markup {
    html! {
        details.run open[open] {
            summary { "Cell " (run.cell) ", seed " (run.seed) ": " (printable(&run.what)) }
            @for reply in &run.replies { p.reply { (printable(reply)) } }
            pre { (printable(&run.command)) }
            @if !run.part.is_empty() { p.muted { "Shown: " (run.part) "." } }
            figure {
                div.stage { (PreEscaped(&run.svg)) }
                figcaption { (printable(&run.caption)) }
            }
            @if let Some(criticals) = &run.criticals { (critical(criticals)) }
            details {
                summary { "All " (run.steps.len()) " events" }
                ol.steps data-before=[Some(states(&run.before))] { @for step in &run.steps { (event(step)) } }
            }
        }
    }
}

fn critical(criticals: &Criticals) -> Markup {
    html! {
        p.why { b { "Critical deliveries. " } (criticals.what) }
        @if !criticals.all.is_empty() {
            ol.critical { @for it in &criticals.all { (one_critical(it)) } }
        }
    }
}

fn one_critical(it: &Critical) -> Markup {
    html! {
        li data-step=[it.step] {
            span.at { (it.at) } " " span.what { (printable(&it.text)) }
            @if it.is_decisive { b { " This decided." } }
            details { summary { "command" } pre { (printable(&it.command)) } }
        }
    }
}

/// Fields are parted by a character that no printable text has.
fn states(before: &[Acceptor]) -> String {
    let one = |a: &Acceptor| format!("{}\t{}", printable(&a.promised), printable(&a.accepted));
    before.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn event(step: &ViewedStep) -> Markup {
    let arrow = step.arrow.map(|ends| ends.map(|end| end.to_string()).join(" "));
    let change = step.change.as_ref();
    html! {
        li class=[step.chosen.then_some("choice")]
            data-y=(step.y) data-arrow=[arrow] data-node=[change.map(|c| c.0)]
            data-promised=[change.map(|c| printable(&c.1.promised))]
            data-accepted=[change.map(|c| printable(&c.1.accepted))] {
            span.at { (step.at) } " " (printable(&step.text))
        }
    }
}
