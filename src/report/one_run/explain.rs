//! Why a run has its winner, in sentences and as JSON.
//!
//! Absent on purpose: finding out (`run::explain`).

use std::fmt::Write;

use serde_json::{Value, json};

use super::text::head;
use super::{RunView, losers, ms};
use crate::run::{Change, Critical, Explanation, Meeting, Subject};
use crate::scenario::{Ties, printable};
use crate::trace::{Event, Message, Observer, ProposerId};

/// The output of `synod explain`.
pub fn explain_text(view: &RunView<'_>, explanation: &Explanation) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, view, explanation);
    text
}

fn write_all(out: &mut String, view: &RunView<'_>, explanation: &Explanation) -> std::fmt::Result {
    head(out, view)?;
    let outcome = &view.record.outcome;
    match (outcome.chosen, outcome.chosen_at_ns) {
        (Some(value), Some(at)) => {
            let (winner, value) = (view.winner(outcome.winner), printable(&view.value(value)));
            writeln!(out, "winner    {winner}: {value:?} is chosen at {}", ms(at))?;
        }
        _ => writeln!(out, "winner    nobody: {}", outcome.verdict.name())?,
    }
    let critical = explanation.critical.len();
    writeln!(out, "played    {}", played(outcome.winner.is_some(), explanation))?;
    if let Some(event) = explanation.unplayed_before {
        let why = if explanation.interrupted { "interrupted" } else { "this run is too long for that" };
        writeln!(out, "unplayed  what happens before event {event}: {why}")?;
    }
    match explanation.sealed {
        Some((event, at)) => writeln!(
            out,
            "sealed    after event {event} of {}, at {}: from there on no single late or lost message changes the winner",
            view.record.events.len(),
            ms(at)
        )?,
        None if !explanation.is_over => writeln!(
            out,
            "sealed    not in this run: it was cut off with nothing chosen, and later messages can still make a difference"
        )?,
        None => match explanation.unplayed_before {
            Some(event) => writeln!(
                out,
                "sealed    from event {event} on, if not before: there no single late or lost message changes the winner"
            )?,
            None => {
                writeln!(
                    out,
                    "sealed    from the beginning: no single late or lost message changes the winner"
                )?;
            }
        },
    }
    if let Some(it) = explanation.decisive()
        && let Some((other, other_at)) = &it.overtaken_by
    {
        writeln!(
            out,
            "decided   at {}, at {}: {} came before {}, {}",
            view.place(it.message.id),
            ms(it.at_ns),
            view.phrase(&it.message),
            view.phrase(other),
            ahead(view, it, (other, *other_at))
        )?;
    }
    if let Some((first, next, later_ns)) = apart(view) {
        let (first, next) = (view.name(first), view.name(next));
        writeln!(out, "no race   {first} had its answer {} before {next} began", ms(later_ns))?;
    }
    for line in losers::lines(view) {
        writeln!(out, "{line}")?;
    }
    for it in &explanation.critical {
        writeln!(out, "\nevent {}, {}: {}", it.event, ms(it.at_ns), sentence(view, it))?;
        writeln!(out, "  {}", it.token)?;
    }
    if critical > 0 {
        writeln!(out, "\nreplay    synod replay {} --token TOKEN", view.arguments)?;
    }
    Ok(())
}

/// By how much a message came before another one; of two that come at one instant, what put one of them first.
fn ahead(view: &RunView<'_>, it: &Critical, (other, other_at): (&Message, u64)) -> String {
    let by_ns = other_at.saturating_sub(it.at_ns);
    if by_ns > 0 {
        return format!("{} ahead", ms(by_ns));
    }
    let mut queued = view.record.events.iter().filter_map(|(_, event)| match event {
        Event::Queued { message } => Some(message.id),
        _ => None,
    });
    if queued.any(|id| id == it.message.id || id == other.id) {
        return "which waited there and was handled at the same instant".to_owned();
    }
    let deviations = &view.record.token.deviations;
    let is_seeded = if deviations.calm {
        deviations.get(Subject::Ties).is_some()
    } else {
        view.scenario.run.ties == Ties::Seeded
    };
    let what = if is_seeded {
        "a draw of the seed put it first (run.ties = \"seeded\")"
    } else {
        "it was sent first (run.ties = \"fifo\")"
    };
    format!("which arrives at the same instant: {what}")
}

/// Who was through before the next one began, in a run in which no two proposers were at work at one time.
fn apart(view: &RunView<'_>) -> Option<(ProposerId, ProposerId, u64)> {
    let mut meeting = Meeting::default();
    view.record.events.iter().for_each(|(at_ns, event)| meeting.on(*at_ns, event));
    // Of a run that was cut off nobody knows who began later.
    meeting.apart().filter(|_| !view.record.is_cut && view.record.unkept == 0)
}

/// How many runs were played, and in how many of them the winner is another, or nobody.
fn played(has_winner: bool, explanation: &Explanation) -> String {
    let critical = &explanation.critical;
    let nobody = critical.iter().filter(|it| it.winner.is_none()).count();
    let another = critical.len() - nobody;
    let wins = if has_winner { "another wins" } else { "somebody wins" };
    let found = match (another, nobody) {
        (0, 0) if has_winner => "the winner is the same in all of them".to_owned(),
        (0, 0) => "nobody wins in any of them".to_owned(),
        (another, 0) => format!("in {another} {wins}"),
        (0, nobody) => format!("in {nobody} nobody wins"),
        (another, nobody) => format!("in {another} {wins}, in {nobody} nobody does"),
    };
    format!("{} runs in which one message is late, lost or not lost: {found}", explanation.played)
}

/// `if A's prepare 1.1 had reached node 2 after B's accept 1.3, A would have won`
pub fn sentence(view: &RunView<'_>, it: &Critical) -> String {
    let (message, to) = (view.phrase(&it.message), view.destination(it.message.id));
    let what = match (it.change, &it.overtaken_by) {
        (Change::Late, Some((other, _))) => {
            format!("had reached {to} after {}", after(view, &it.message, other))
        }
        (Change::Late, None) => format!("had reached {to} after everything else"),
        (Change::Kept, _) => format!("to {to} had not been lost"),
        _ => format!("to {to} had been lost"),
    };
    let then = match it.winner {
        Some(winner) => format!("{} would have won", view.who(winner)),
        None => format!("nobody would have won ({})", it.verdict.name()),
    };
    format!("if {message} {what}, {then}")
}

/// The other message; with where it goes, if that is another recipient at the same node.
fn after(view: &RunView<'_>, message: &Message, other: &Message) -> String {
    let (own, to) = (view.destination(message.id), view.destination(other.id));
    let phrase = view.phrase(other);
    match (message.id.reply, other.id.reply) {
        _ if own == to => phrase,
        (true, false) => format!("{phrase} had reached {to}, on which {own} lives"),
        (false, true) => format!("{phrase} had reached {to}, which lives on {own}"),
        _ => format!("{phrase} had reached {to}, on the same node"),
    }
}

/// The object of `synod explain --format json`.
pub fn explain_json(view: &RunView<'_>, explanation: &Explanation) -> Value {
    let (record, outcome) = (view.record, &view.record.outcome);
    let critical = |it: &Critical| {
        json!({
            "deviation": it.token.deviations.to_string(),
            "message": view.phrase(&it.message),
            "to": view.destination(it.message.id),
            "change": match it.change { Change::Late => "late", Change::Kept => "kept", _ => "lost" },
            "event": it.event,
            "at_ns": it.at_ns,
            "overtaken_by": it.overtaken_by.as_ref().map(|(other, at_ns)| {
                json!({ "message": view.phrase(other), "at_ns": at_ns })
            }),
            "winner": it.winner.map(|winner| view.name(winner)),
            "verdict": it.verdict.name(),
            "sentence": sentence(view, it),
            "token": it.token.to_string(),
        })
    };
    json!({
        "schema": "synod-explain-1",
        "scenario": view.scenario.title,
        "labels": view.labels(),
        "scenario_hash": record.scenario_hash.to_string(),
        "seed": record.seed,
        "token": record.token.to_string(),
        "winner": outcome.winner.map(|winner| view.name(winner)),
        "verdict": outcome.verdict.name(),
        "chosen_at_ns": outcome.chosen_at_ns,
        "trace_events": record.events.len(),
        "played": explanation.played,
        "unplayed_before": explanation.unplayed_before,
        "interrupted": explanation.interrupted,
        "sealed": explanation.sealed.map(|(event, at_ns)| json!({ "event": event, "at_ns": at_ns })),
        "decisive": explanation.decisive().map(critical),
        "failed": losers::losers(view).iter().map(|it| {
            json!({ "client": view.name(it.proposer), "at_ns": it.at_ns, "why": it.why })
        }).collect::<Vec<_>>(),
        "critical": explanation.critical.iter().map(critical).collect::<Vec<_>>(),
    })
}
