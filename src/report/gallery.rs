//! The kill matrix of the mutants, and what a swarm has met, as text and as JSON.
//!
//! Absent on purpose: running anything.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::numbers::{counted, grouped};
use crate::check::situations;
use crate::scenario::Mutant;
use crate::stats::share;
use crate::sweep::{ALARMS, ALPHA, BLOCK, Runs, Toll, alarm_names};

/// The heads of the matrix, in the order of the alarms.
const HEADS: [&str; ALARMS] = [
    "Agree", "Valid", "Begun", "OneVal", "Promis", "Propos", "Report", "Learn", "Client", "SafeAt", "Quorum",
    "Vote", "Adopt", "Reply", "Progr", "Hazard",
];

/// What the gallery was shown.
#[derive(Clone, Debug)]
pub struct Gallery {
    /// The first run of the swarm.
    pub first: u64,
    /// Runs for each mutant.
    pub seeds: u64,
    /// What each came to.
    pub tolls: Vec<(Mutant, Toll)>,
}

/// The line that shows a run of the swarm again.
pub fn replay_line(mutant: Mutant, run: u64) -> String {
    let set = if mutant == Mutant::None {
        String::new()
    } else {
        format!(" --set protocol.mutant={}", mutant.name())
    };
    format!("synod replay swarm:{run}{set} --seed {run}")
}

/// The mutants that no check told from the correct protocol.
pub fn survivors(gallery: &Gallery) -> Vec<Mutant> {
    let alive = gallery.tolls.iter().filter(|(mutant, toll)| *mutant != Mutant::None && toll.killed == 0);
    alive.map(|(mutant, _)| *mutant).collect()
}

/// The output of `synod mutants`.
pub fn gallery_text(gallery: &Gallery) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_gallery(&mut text, gallery);
    text
}

fn write_gallery(out: &mut String, gallery: &Gallery) -> std::fmt::Result {
    writeln!(
        out,
        "{} runs of the default swarm for each, from run {}; runs in which each check went off\n",
        grouped(gallery.seeds),
        gallery.first
    )?;
    write!(out, "{:<30} {:>6} {:>7}", "mutant", "after", "killed")?;
    for head in HEADS {
        write!(out, " {head:>6}")?;
    }
    writeln!(out)?;
    for (mutant, toll) in &gallery.tolls {
        let after = toll.first.map_or("-".into(), |first| (first - gallery.first + 1).to_string());
        write!(out, "{:<30} {after:>6} {:>7}", mutant.name(), toll.killed)?;
        for count in toll.by {
            write!(out, " {:>6}", if count == 0 { "·".into() } else { count.to_string() })?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "\nafter: runs until the first alarm; {BLOCK} runs in a row share a scenario, so that they count for fewer than as many \
         others, and the intervals know it (Korn and Graubard 1998). {}",
        columns()
    )?;
    for (mutant, toll) in gallery.tolls.iter().filter(|(mutant, _)| *mutant != Mutant::None) {
        write_mutant(out, *mutant, toll)?;
    }
    Ok(())
}

/// What the heads of the matrix stand for.
fn columns() -> String {
    let pairs = HEADS.iter().zip(alarm_names()).map(|(head, name)| format!("{head}: {name}"));
    pairs.collect::<Vec<_>>().join(", ")
}

fn write_mutant(out: &mut String, mutant: Mutant, toll: &Toll) -> std::fmt::Result {
    writeln!(out, "\nMUTANT {}  {}", mutant.name(), mutant.about())?;
    writeln!(out, "  killed in {}", rate(toll))?;
    match toll.shortest {
        Some((events, run)) => writeln!(out, "  {events} events: {}", replay_line(mutant, run)),
        None => writeln!(out, "  SURVIVES"),
    }
}

/// The share of the runs in which an alarm went off, and of how many scenarios they are.
fn rate(toll: &Toll) -> String {
    let ends = toll.blocks.interval(ALPHA);
    format!(
        "{:.5} of the runs [{:.5}, {:.5}], which are of {}",
        share(toll.killed, toll.runs).unwrap_or_default(),
        ends.low,
        ends.high,
        counted(toll.blocks.blocks, "scenario")
    )
}

/// The output of `synod mutants --format json`.
pub fn gallery_json(gallery: &Gallery) -> Value {
    let mutants: Vec<Value> =
        gallery.tolls.iter().map(|(mutant, toll)| one(*mutant, gallery.first, toll)).collect();
    json!({ "schema": "synod-mutants-1", "first_seed": gallery.first, "seeds": gallery.seeds, "mutants": mutants })
}

fn one(mutant: Mutant, first: u64, toll: &Toll) -> Value {
    let rate = toll.blocks.interval(ALPHA);
    let by: Map<String, Value> =
        alarm_names().zip(toll.by).map(|(name, count)| (name.into(), count.into())).collect();
    json!({
        "mutant": mutant.name(),
        "labels": if mutant == Mutant::None { vec![] } else { vec![format!("MUTANT {}", mutant.name())] },
        "role": mutant.role(),
        "about": mutant.about(),
        "runs": toll.runs,
        "killed": toll.killed,
        "rate": { "low": rate.low, "high": rate.high, "value": share(toll.killed, toll.runs) },
        "by": by,
        "first": toll.first,
        "scenarios": toll.blocks.blocks,
        "after_scenarios": toll.first.map(|run| run / BLOCK - first / BLOCK + 1),
        "after": toll.first.map(|run| run - first + 1),
        "shortest": toll.shortest.map(|(events, run)| json!({
            "run": run, "events": events, "replay": replay_line(mutant, run),
        })),
    })
}

/// The output of `synod swarm`.
pub fn swarm_text(runs: &Runs, toll: &Toll) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_swarm(&mut text, runs, toll);
    text
}

fn write_swarm(out: &mut String, runs: &Runs, toll: &Toll) -> std::fmt::Result {
    writeln!(out, "{} runs of the default swarm from run {}", grouped(toll.runs), runs.first)?;
    if runs.mutant != Mutant::None {
        writeln!(out, "MUTANT {}: not the correct protocol", runs.mutant.name())?;
    }
    let mean = toll.events as f64 / toll.runs.max(1) as f64;
    writeln!(
        out,
        "chosen in {}, flexible quorums in {}, {mean:.1} events a run\n",
        grouped(toll.chosen),
        grouped(toll.flexible)
    )?;
    for (name, count) in alarm_names().zip(toll.by) {
        writeln!(out, "  {:>12}  {name}", grouped(count))?;
    }
    writeln!(out, "\nalarms in {} runs: {}\n\nruns that reached", grouped(toll.killed), rate(toll))?;
    for (situation, &count) in situations().zip(&toll.situations) {
        writeln!(out, "  {:>12}  {:<37} {}", grouped(count), situation.name, situation.about)?;
    }
    Ok(())
}

/// The output of `synod swarm --format json`.
pub fn swarm_json(runs: &Runs, toll: &Toll) -> Value {
    let met: Map<String, Value> = situations()
        .zip(&toll.situations)
        .map(|(situation, &count)| (situation.name.into(), count.into()))
        .collect();
    let mut value = one(runs.mutant, runs.first, toll);
    if let Value::Object(keys) = &mut value {
        keys.insert("schema".into(), "synod-swarm-1".into());
        keys.insert("first_seed".into(), runs.first.into());
        keys.insert("seeds".into(), runs.count.into());
        keys.insert("chosen".into(), toll.chosen.into());
        keys.insert("flexible".into(), toll.flexible.into());
        keys.insert("events".into(), toll.events.into());
        keys.insert("situations".into(), met.into());
    }
    value
}
