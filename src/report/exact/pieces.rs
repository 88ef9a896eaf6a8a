//! Exact shares over constant delays, as text and as JSON.
//!
//! Absent on purpose: finding them (`run`).

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::report::numbers::{grouped, time_unit};
use crate::run::{Piece, Pieces};
use crate::scenario::{Scenario, printable};
use crate::stats::Fraction;

/// Pieces that are told one by one; JSON tells all.
const TOLD: usize = 40;

/// For people.
pub fn pieces_text(scenario: &Scenario, found: &Pieces) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, scenario, found);
    out
}

fn write_all(out: &mut String, scenario: &Scenario, found: &Pieces) -> std::fmt::Result {
    if !scenario.title.is_empty() {
        writeln!(out, "{}", printable(&scenario.title))?;
    }
    let names: Vec<&str> = scenario.proposer.iter().map(|it| it.name.as_str()).collect();
    writeln!(
        out,
        "pieces     {} of the offset between the starts, from {} runs; nothing else is drawn",
        grouped(found.pieces.len() as u64),
        grouped(found.runs as u64)
    )?;
    for (name, share) in names.iter().zip(&found.winners) {
        writeln!(out, "winner     {}: {}", printable(name), told(*share))?;
    }
    writeln!(out, "nobody     {}", told(found.nothing))?;
    let [first, second] = [0, 1].map(|p: usize| names.get(p).copied().unwrap_or_default());
    for Piece { from_ns, to_ns, winner } in found.pieces.iter().take(TOLD) {
        let who = winner.map_or("nobody".to_owned(), |p| printable(names[p]).to_string());
        let span = format!("{} to {}", signed_time(*from_ns), signed_time(*to_ns));
        writeln!(out, "offset     {} after {} by {span}: {who}", printable(second), printable(first))?;
    }
    if found.pieces.len() > TOLD {
        writeln!(out, "           and {} more pieces", found.pieces.len() - TOLD)?;
    }
    Ok(())
}

fn told(share: Fraction) -> String {
    format!("{:.12} = {share}", share.value())
}

/// `−10 ms`
fn signed_time(ns: i64) -> String {
    let (unit, scale) = time_unit(ns.unsigned_abs() as f64);
    format!("{} {unit}", ns as f64 / scale).replace('-', "−")
}

/// For programs.
pub fn pieces_json(scenario: &Scenario, arguments: &str, found: &Pieces) -> Value {
    let names: Vec<&str> = scenario.proposer.iter().map(|it| it.name.as_str()).collect();
    let share = |it: &Fraction| json!({ "value": it.value(), "bound": 0.0, "fraction": it.to_string() });
    let winners: Map<_, _> =
        names.iter().zip(&found.winners).map(|(name, it)| ((*name).to_owned(), share(it))).collect();
    let pieces: Vec<Value> = found
        .pieces
        .iter()
        .map(|it| json!({ "from_ns": it.from_ns, "to_ns": it.to_ns, "winner": it.winner.map(|p| names[p]) }))
        .collect();
    json!({
        "schema": "synod-exact-pieces-1",
        "scenario": arguments,
        "labels": scenario.labels(),
        "runs": found.runs,
        "winners": winners,
        "nothing_chosen": share(&found.nothing),
        "pieces": pieces,
    })
}
