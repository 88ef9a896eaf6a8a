//! A run as one JSON object; its keys are the contract of docs/design.md, section 10.

use serde_json::{Map, Value, json};

use super::{RunView, reply};
use crate::check::{Checks, Client, Counter, Hazard};
use crate::own::Note;
use crate::sim::EPOCH;
use crate::trace::{Answer, BallotId};

/// Version of the object.
const SCHEMA: &str = "synod-run-1";

/// The object of `synod run --format json`.
pub fn run_json(view: &RunView<'_>) -> Value {
    let (record, outcome) = (view.record, &view.record.outcome);
    let hazards: Map<String, Value> = Hazard::ALL
        .iter()
        .map(|&hazard| (hazard.name().to_owned(), outcome.hazards[hazard as usize].into()))
        .collect();
    let counts = outcome.counts();
    let counters = Counter::of_row().map(|it| (it.metric().key.to_owned(), counts[it].into()));
    let mut out = object(json!({
        "schema": SCHEMA,
        "scenario": view.scenario.title,
        "labels": view.labels(),
        "scenario_hash": record.scenario_hash.to_string(),
        "epoch": EPOCH,
        "seed": record.seed,
        "token": record.token.to_string(),
        "digest": record.digest.to_string(),
        "verdict": outcome.verdict.name(),
        "winner": outcome.winner.map(|winner| view.name(winner)),
        "chosen": outcome.chosen.map(|chosen| view.value(chosen)),
        "chosen_at_ns": outcome.chosen_at_ns,
        "ended_at_ns": outcome.ended_at_ns,
        "stopped": outcome.stopped,
    }));
    out.extend(counters);
    out.insert("trace_events".into(), record.count().into());
    out.extend(object(json!({
        "checks": crate::report::json::checks(Checks::All),
        "violations": violations(view),
        "refused": record.refused.map(|it| json!({ "kind": it.kind, "node": it.node, "ballot": view.ballot(it.ballot), "at_ns": it.at_ns })),
        "hazards": hazards,
        "clients": outcome.clients.iter().map(|c| client(view, c)).collect::<Vec<_>>(),
        "files": files(view),
        "drawn_faults": record.drawn_faults,
        "livelock": record.livelock,
    })));
    if let Some(nodes) = record.token.nodes {
        out.extend(object(json!({
            "own_nodes": format!("{nodes:032x}"),
            "failed": record.trouble.as_ref().map(ToString::to_string),
            "notes": record.notes.iter().map(note).collect::<Vec<_>>(),
        })));
    }
    Value::Object(out)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(keys) => keys,
        _ => Map::new(),
    }
}

fn violations(view: &RunView<'_>) -> Vec<Value> {
    let violation = |v: &crate::check::Violation| json!({ "check": v.invariant.name(), "at_ns": v.at_ns, "ballot": (v.ballot != BallotId::NONE).then(|| view.ballot(v.ballot)), "evidence": view.evidence(v) });
    view.record.violations.iter().map(violation).collect()
}

/// What one of somebody's nodes said to people.
fn note(note: &Note) -> Value {
    json!({ "at_ns": note.at_ns, "node": note.node, "hazard": note.hazard, "text": note.text })
}

fn client(view: &RunView<'_>, client: &Client) -> Value {
    let (outcome, phase, count) = match client.answer {
        None => ("none", None, None),
        Some(Answer::Succeeded { value }) if value == client.submission => ("own", None, None),
        Some(Answer::Succeeded { .. }) => ("other", None, None),
        Some(Answer::Failed { phase, count }) => ("failed", Some(phase), Some(count)),
    };
    let said = view.record.replies.get(&client.submission).cloned();
    json!({
        "proposer": view.name(client.proposer),
        "submitted": view.value(client.submission),
        "reply": said.or_else(|| reply(client, |value| view.value(value))),
        "outcome": outcome,
        "phase": phase,
        "promises": count.filter(|_| phase == Some(1)),
        "accepts": count.filter(|_| phase == Some(2)),
        "at_ns": client.answer.map(|_| client.at_ns),
    })
}

/// What `cat` shows on each node.
fn files(view: &RunView<'_>) -> Vec<Value> {
    let file = |node: u8| {
        let vote = view.record.votes.of(node);
        json!({
            "node": node,
            "accepted": vote.map(|(_, value)| view.value(value)),
            "chosen": vote.map(|(_, value)| view.record.outcome.chosen == Some(value)),
        })
    };
    (1..=view.scenario.cluster.nodes).map(file).collect()
}
