//! Estimates beside what is exact, as text and as JSON (`synod exact --coupled`).
//!
//! Absent on purpose: running the pairs and what is learnt from them (`sweep`).

use std::fmt::{Result, Write};

use serde_json::{Map, Value, json};

use super::json::extent as extent_json;
use super::text::extent;
use crate::report::numbers::{exact_time, grouped, mean, mean_interval, significant, time_parts};
use crate::run::{Exact, Near, Replaced};
use crate::scenario::{Scenario, printable};
use crate::sweep::{Coupled, Estimate, Known, Sought};

/// The version of the format.
const SCHEMA: &str = "synod-coupled-1";

/// What pairs of runs came to, beside what is known of the one of each.
#[derive(Clone, Debug)]
pub struct CoupledView<'a> {
    /// Of what.
    pub scenario: &'a Scenario,
    /// How a command line names it, with what was set.
    pub arguments: &'a str,
    /// The nearest scenario that has a chain.
    pub near: &'a Near,
    /// What is exact of it.
    pub exact: &'a Exact,
    /// What the pairs came to.
    pub coupled: &'a Coupled,
    /// The first seed.
    pub first_seed: u64,
}

/// Estimates, for people.
pub fn coupled_text(view: &CoupledView<'_>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, view);
    out
}

fn write_all(out: &mut String, view: &CoupledView<'_>) -> Result {
    if !view.scenario.title.is_empty() {
        writeln!(out, "{}", printable(&view.scenario.title))?;
    }
    view.scenario.labels().iter().try_for_each(|label| writeln!(out, "{label}"))?;
    for it in &view.near.replaced {
        writeln!(out, "beside     {}: {} in the place of {}", it.key, law(it), it.was)?;
    }
    writeln!(out, "chain      {}", extent(&view.exact.extent))?;
    let it = view.coupled;
    let last = view.first_seed.wrapping_add(it.pairs.saturating_sub(1));
    writeln!(
        out,
        "pairs      {} of runs, seeds {} to {last}; the first {} to learn from\n",
        grouped(it.pairs),
        view.first_seed,
        grouped(it.learnt)
    )?;
    table(out, view)?;
    if !it.estimates.iter().any(|it| it.sought == Sought::FirstChoice) {
        writeln!(out, "first choice: not estimated, for some runs choose nothing")?;
    }
    writeln!(
        out,
        "Intervals are at 95 %, each row's alone: of these runs Clopper–Pearson's for shares, and for means Hall's (1992) or Student's, whichever reaches farther; beside \
         what is exact, the same of the differences between each run and what the nearest run of its seed says of it, widened by \
         the bound of what is exact. None where few runs make the figure what it is (n < 25 g², g the skewness). Runs saved: how many \
         times as many runs the first needs to be as narrow as the second, which has run each seed twice (none: fewer than \
         that). Where nothing stands there, the first is the narrower one, and to be told."
    )
}

fn law(it: &Replaced) -> String {
    let mean = exact_time(it.mean_ns);
    match it.stages {
        1 => format!("exponential of mean {mean}"),
        stages => format!("gamma of shape {stages} and mean {mean}"),
    }
}

fn table(out: &mut String, view: &CoupledView<'_>) -> Result {
    let heads = ["", "these runs alone", "beside what is exact", "runs saved"].map(String::from);
    let lines = view.coupled.estimates.iter().map(|it| line(view, it));
    let lines: Vec<[String; 4]> = [heads].into_iter().chain(lines).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for [name, plain, coupled, saved] in &lines {
        let [a, b, c] = widths;
        let text = format!("  {name:a$}  {plain:b$}  {coupled:c$}  {saved}");
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

fn line(view: &CoupledView<'_>, it: &Estimate) -> [String; 4] {
    let saved = it.saved().filter(|_| it.is_coupled_better());
    [
        name(view, it.sought),
        written(it.sought, Some(&it.plain)),
        written(it.sought, it.coupled.as_ref()),
        match saved {
            None => String::new(),
            Some(times) if times < 1.0 => "none".to_owned(),
            Some(times) => format!("{} ×", significant(times, 2)),
        },
    ]
}

fn name(view: &CoupledView<'_>, sought: Sought) -> String {
    match sought {
        Sought::Winner(p) => format!("winner {}", printable(&view.scenario.proposer[p].name)),
        Sought::Nothing => "nobody".to_owned(),
        Sought::FirstChoice => "first choice, mean".to_owned(),
        Sought::Duel => "duel, mean".to_owned(),
    }
}

fn written(sought: Sought, known: Option<&Known>) -> String {
    let Some(known) = known else { return "–".to_owned() };
    let Some(interval) = known.interval else { return "carried by few".to_owned() };
    if sought == Sought::FirstChoice {
        let (value, ends, unit) = time_parts(known.value, interval);
        return format!("{value} {ends} {unit}");
    }
    format!("{} {}", mean(known.value, Some(interval)), mean_interval(interval))
}

/// Estimates, for programs.
pub fn coupled_json(view: &CoupledView<'_>) -> Value {
    let replaced: Vec<Value> = view
        .near
        .replaced
        .iter()
        .map(|it| json!({ "key": it.key, "was": it.was, "stages": it.stages, "mean_ns": it.mean_ns }))
        .collect();
    let (mut winners, mut others) = (Map::new(), Map::new());
    for it in &view.coupled.estimates {
        let (of, key) = match it.sought {
            Sought::Winner(p) => (&mut winners, view.scenario.proposer[p].name.clone()),
            Sought::Nothing => (&mut others, "nothing_chosen".to_owned()),
            Sought::FirstChoice => (&mut others, "chosen_at_ns".to_owned()),
            Sought::Duel => (&mut others, "duel".to_owned()),
        };
        of.insert(key, estimate(it));
    }
    let mut all = json!({
        "schema": SCHEMA,
        "scenario": view.arguments,
        "labels": view.scenario.labels(),
        "replaced": replaced,
        "extent": extent_json(&view.exact.extent),
        "first_seed": view.first_seed,
        "pairs": view.coupled.pairs,
        "learnt": view.coupled.learnt,
        "winners": winners,
    });
    if let Some(keys) = all.as_object_mut() {
        keys.extend(others);
    }
    all
}

fn estimate(it: &Estimate) -> Value {
    let known = |it: &Known| {
        let ends = it.interval.map(|interval| [interval.low, interval.high]);
        json!({ "value": it.value, "interval": ends })
    };
    json!({
        "plain": known(&it.plain),
        "coupled": it.coupled.as_ref().map(known),
        "told": if it.is_coupled_better() { "coupled" } else { "plain" },
        "runs_saved": it.saved(),
    })
}
