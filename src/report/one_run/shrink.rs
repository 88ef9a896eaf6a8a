//! A shrunk run, told: what deviates from the calm run, what each deviation is for, and the diagram.
//!
//! Absent on purpose: shrinking (`run::shrink`).

use std::fmt::Write;

use serde_json::{Value, json};

use super::diagram::diagram;
use super::text::head;
use super::{RunView, ms};
use crate::check::Outcome;
use crate::run::Shrunk;

/// The output of `synod shrink`; the view is of the shrunk run, and `condition` is what else was kept.
pub fn shrink_text(view: &RunView<'_>, shrunk: &Shrunk, condition: Option<&str>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, view, shrunk, condition);
    text
}

fn write_all(
    out: &mut String,
    view: &RunView<'_>,
    shrunk: &Shrunk,
    condition: Option<&str>,
) -> std::fmt::Result {
    head(out, view)?;
    let outcome = &view.record.outcome;
    let and = condition.map(|condition| format!(", and {}", crate::scenario::printable(condition)));
    writeln!(out, "kept      {}{}", brief(view, outcome), and.unwrap_or_default())?;
    writeln!(
        out,
        "calm      {}: every delay, start and wait its median, nothing lost",
        looked(view, shrunk.calm.as_ref())
    )?;
    let many = shrunk.without.len();
    writeln!(
        out,
        "shrunk    {} draws to {many} deviation{} from the calm run ({} runs played)",
        shrunk.items,
        if many == 1 { "" } else { "s" },
        shrunk.played
    )?;
    writeln!(out)?;
    if many == 0 {
        writeln!(out, "The calm run already comes to this.")?;
    }
    if !shrunk.is_minimal {
        writeln!(out, "The search was interrupted: perhaps some of these can be spared.")?;
    }
    for (i, (subject, change, without)) in shrunk.without.iter().enumerate() {
        writeln!(out, "{}. {}", i + 1, view.told(*subject, *change))?;
        writeln!(out, "   without it: {}", looked(view, without.as_ref()))?;
    }
    write!(out, "\n{}", diagram(view))?;
    writeln!(out, "\nreplay    synod replay {} --token {}", view.arguments, view.record.token)?;
    writeln!(out, "token     {}", view.record.token)
}

/// The same of a run that there may have been no time for.
fn looked(view: &RunView<'_>, outcome: Option<&Outcome>) -> String {
    outcome.map_or_else(|| "not played".to_owned(), |outcome| brief(view, outcome))
}

/// `B wins at 31 ms, duel 3`
fn brief(view: &RunView<'_>, outcome: &Outcome) -> String {
    match (outcome.winner, outcome.chosen_at_ns) {
        (Some(winner), Some(at)) => {
            let verdict = outcome.verdict.name();
            format!("{} wins at {} ({verdict}), duel {}", view.who(winner), ms(at), outcome.duel)
        }
        _ => format!("nobody wins ({}), duel {}", outcome.verdict.name(), outcome.duel),
    }
}

/// The object of `synod shrink --format json`.
pub fn shrink_json(view: &RunView<'_>, shrunk: &Shrunk, condition: Option<&str>) -> Value {
    let come_to = |outcome: &Outcome| {
        json!({
            "winner": outcome.winner.map(|winner| view.name(winner)),
            "verdict": outcome.verdict.name(),
            "chosen_at_ns": outcome.chosen_at_ns,
            "duel": outcome.duel,
        })
    };
    let deviations = shrunk.without.iter().map(|(subject, change, without)| {
        json!({ "sentence": view.told(*subject, *change), "without": without.as_ref().map(come_to) })
    });
    json!({
        "schema": "synod-shrink-1",
        "scenario": view.scenario.title,
        "labels": view.labels(),
        "scenario_hash": view.record.scenario_hash.to_string(),
        "seed": view.record.seed,
        "token": view.record.token.to_string(),
        "kept": come_to(&view.record.outcome),
        "condition": condition,
        "calm": shrunk.calm.as_ref().map(come_to),
        "items": shrunk.items,
        "played": shrunk.played,
        "one_minimal": shrunk.is_minimal,
        "interrupted": shrunk.interrupted,
        "deviations": deviations.collect::<Vec<_>>(),
    })
}
