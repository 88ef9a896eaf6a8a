//! Who benefits from what: the shares of wins beside those after a swap.
//!
//! Absent on purpose: a single number for fairness. What a node is worth depends on the rest of the scenario.

use std::fmt::Write;

use serde_json::{Map, Value as Json, json};

use super::json::figures;
use super::rows::{Row, rows};
use super::{Comparison, methods};
use crate::report::names::printable;
use crate::report::numbers::{chance, grouped};
use crate::scenario::Swap;

/// A scenario beside itself with what two proposers have swapped.
#[derive(Clone, Debug, PartialEq)]
pub struct Fairness {
    /// The two proposers.
    pub names: [String; 2],
    /// The seeds, as text and JSON begin with; the same for all swaps.
    pub command_line: String,
    /// Whether it was interrupted: swaps are missing, or are of fewer pairs.
    pub interrupted: bool,
    /// Each swap with its comparison; none where they have the same.
    pub swaps: Vec<(Swap, Option<Comparison>)>,
}

/// The output of `synod fairness`.
pub fn fairness_text(fairness: &Fairness) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut text, fairness);
    text
}

fn write_all(out: &mut String, fairness: &Fairness) -> std::fmt::Result {
    let [a, b] = fairness.names.each_ref().map(|name| printable(name));
    let made = fairness.swaps.iter().filter_map(|(_, comparison)| comparison.as_ref());
    let Some(any) = made.clone().next() else {
        return writeln!(out, "{a} and {b} have the same node and the same start: there is nothing to swap");
    };
    writeln!(out, "{}", any.sides[0].arguments)?;
    let last = any.first_seed.wrapping_add(any.paired.pairs.saturating_sub(1));
    writeln!(out, "{} pairs of runs, seeds {} to {last}", grouped(any.paired.pairs), any.first_seed)?;
    if fairness.interrupted {
        writeln!(
            out,
            "PARTIAL   interrupted: of the last swap {} pairs were run, and none of those behind it",
            grouped(last_pairs(fairness))
        )?;
    }
    for (swap, comparison) in &fairness.swaps {
        let what = match swap {
            Swap::Nodes => format!("{a} and {b} swap their nodes"),
            Swap::Starts => format!("{a} and {b} swap their starts"),
            Swap::Both => format!("{a} and {b} swap both"),
        };
        let Some(comparison) = comparison else {
            writeln!(out, "\n{what}: they have the same")?;
            continue;
        };
        writeln!(out, "\n{what}")?;
        for row in rows(&comparison.paired, &comparison.lineup, comparison.horizon_ns, false) {
            let Some(name) = row.name.strip_prefix("winner.").filter(|name| *name != "undecided") else {
                continue;
            };
            writeln!(out, "  {}", line(name, &row))?;
        }
        let by = comparison.sides[1].arguments.strip_prefix(comparison.sides[0].arguments.as_str());
        writeln!(out, "  by{}", by.unwrap_or_default())?;
    }
    writeln!(out, "\n{} {EACH_SWAP}", methods(None))?;
    writeln!(out, "Safety: {}.", any.checks.sentence())?;
    writeln!(out, "\nreproduce  {}", fairness.command_line)
}

/// What holds together, and what does not.
const EACH_SWAP: &str = "The winners hold together within a swap, not over the swaps: of three that change nothing, some interval is off 0 in up to \
     15 of 100 such tables.";

/// How many pairs the last of the comparisons has.
fn last_pairs(fairness: &Fairness) -> u64 {
    let mut pairs = fairness.swaps.iter().rev().filter_map(|(_, c)| c.as_ref()).map(|c| c.paired.pairs);
    pairs.next().unwrap_or(0)
}

fn line(name: &str, row: &Row) -> String {
    let percent = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{:.2} %", 100.0 * x));
    let [before, after] = row.sides.map(percent);
    let (difference, interval) = row.written();
    let p = row.p.map_or_else(String::new, |p| format!(", p {}", chance(p)));
    format!(
        "{:<12} wins {before}, then {after}: {difference} {interval} percentage points{p}",
        printable(name)
    )
}

/// The object that `synod fairness --format json` prints.
pub fn fairness_json(fairness: &Fairness) -> Json {
    let one = |(swap, comparison): &(Swap, Option<Comparison>)| {
        let found = comparison.as_ref().map(|c| {
            json!({
                "scenario": c.sides[1].arguments,
                "scenario_hash": c.sides[1].hash,
                "pairs": c.paired.pairs,
                "figures": figures(&rows(&c.paired, &c.lineup, c.horizon_ns, false)),
            })
        });
        (swap.name().to_owned(), json!(found))
    };
    json!({
        "schema": "synod-fairness/2",
        "epoch": crate::sim::EPOCH,
        "version": env!("CARGO_PKG_VERSION"),
        "command_line": fairness.command_line,
        "proposers": fairness.names,
        "interrupted": fairness.interrupted,
        "swaps": fairness.swaps.iter().map(one).collect::<Map<String, Json>>(),
        "methods": format!("{} {EACH_SWAP}", methods(None)),
    })
}
