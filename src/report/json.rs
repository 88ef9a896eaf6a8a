//! `summary.json`: every figure of every cell, with the integers it was made from.
//!
//! Absent on purpose: rounding. A sum that exceeds 64 bits is a decimal string; a figure that does not exist is null.
//! Keys keep their order, so that two summaries can be compared as text.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::answers::{AnswerFact, known};
use super::comparison::figures;
use super::data::{CellReport, SweepReport};
use super::error::ReportError;
use super::facts::{CellFacts, Share};
use super::first_choice::Reached;
use super::means::Mean;
use super::phase_json;
use super::steps::Steps;
use crate::check::{Checks, Counter};
use crate::stats::{Interval, Moments, Quantile, When, Wide};
use crate::sweep::Totals;
use crate::text::visible_json;

/// The version of the file's shape; raised when a key changes its meaning or goes away.
pub const SCHEMA: &str = "synod-summary/1";

/// Cells beyond these stand in one line each, for then nobody reads the file by eye, and it is a third shorter.
const MOST_INDENTED: usize = 1_000;

/// The file, written cell by cell: as one value it would be ten times as long in memory as it is on disk.
pub fn summary(
    report: &SweepReport,
    all: &[CellFacts],
    steps: &mut Steps<'_>,
) -> Result<Vec<u8>, ReportError> {
    let named = !report.has_one_lineup();
    const HERE: &[u8] = b"\n  \"cells\": [";
    let whole = pretty(&json!({
        "schema": SCHEMA,
        "title": report.title,
        "scenario_hash": report.scenario_hash,
        "epoch": report.epoch,
        "version": report.version,
        "command_line": report.command_line,
        "seeds": { "first": report.first_seed, "count": report.seeds },
        "until_width": report.until.map(|until| until.to_string()),
        "horizon": report.bound.map(|bound| bound.to_string()),
        "labels": report.labels,
        "checks": checks(report.proof.checks),
        "proposers": report.proposers,
        "clients": report.common_clients(),
        "cells": [],
        "phase": phase_json::phase(report.phase.as_ref()),
    }))?;
    // No text has a line break in it, so this stands nowhere else.
    let at = whole.windows(HERE.len()).position(|bytes| bytes == HERE).map_or(0, |at| at + HERE.len());
    let (before, after) = whole.split_at(at);
    let mut bytes = before.to_vec();
    for (i, (c, f)) in report.cells.iter().zip(all).enumerate() {
        bytes.extend_from_slice(if i == 0 { b"\n    " } else { b",\n    " });
        let value = cell(report, c, f, named);
        if report.cells.len() > MOST_INDENTED {
            serde_json::to_writer(&mut bytes, &value)?;
        } else {
            let lines = serde_json::to_string_pretty(&value)?;
            bytes.extend_from_slice(lines.replace('\n', "\n    ").as_bytes());
        }
        steps.done(1)?;
    }
    if !report.cells.is_empty() {
        bytes.extend_from_slice(b"\n  ");
    }
    bytes.extend_from_slice(after);
    Ok(bytes)
}

/// The invariants that watched every run, by name.
pub fn checks(checks: Checks) -> Value {
    checks.watched().iter().map(|invariant| invariant.name()).collect()
}

/// Indented, with a newline at the end, and nothing hidden in its texts.
pub fn pretty(value: &impl serde::Serialize) -> Result<Vec<u8>, ReportError> {
    Ok((visible_json(&serde_json::to_string_pretty(value)?) + "\n").into_bytes())
}

/// A cell; with its own names where not all cells have the same.
fn cell(report: &SweepReport, cell: &CellReport, facts: &CellFacts, named: bool) -> Value {
    let t = &cell.totals;
    let mut out = Map::new();
    let parameters: Map<String, Value> = cell.parameters.iter().map(|(p, v)| (p.clone(), json!(v))).collect();
    out.insert("cell".into(), json!(cell.index));
    out.insert("parameters".into(), Value::Object(parameters));
    if named {
        out.insert("proposers".into(), json!(cell.lineup.proposers));
        out.insert("clients".into(), json!(cell.lineup.clients));
    }
    out.insert("runs".into(), json!(t.runs));
    out.insert("winners".into(), counts(&facts.winners));
    out.insert("verdicts".into(), counts(&facts.verdicts));
    out.insert("violations".into(), json!(t.violations));
    out.insert("hazards".into(), counts(&facts.hazards));
    out.insert("outcomes".into(), counts(&facts.outcomes));
    out.insert("chosen_at_ns".into(), chosen_at(t, facts));
    out.insert("duel".into(), duel(t, facts));
    for counter in in_order() {
        let name = counter.metric().column;
        out.insert(format!("{name}_mean"), json!(facts.means[counter].value));
        out.insert(format!("{name}_interval"), ends(facts.means[counter].interval));
        out.insert(format!("{name}_remark"), remark(facts.means[counter]));
        out.insert(name.into(), json!(t.counters[counter]));
    }
    let ended = Mean::of_times(&t.ended_at, t.ended_at.spread());
    out.insert("ended_at_ns_mean".into(), json!(ended.value));
    out.insert("ended_at_ns_interval".into(), ends(ended.interval));
    out.insert("ended_at_ns_remark".into(), remark(ended));
    out.insert("ended_at_ns".into(), json!(t.ended_at));
    out.insert("preemptions_by".into(), preemptions_by(t, facts));
    out.insert("digest".into(), json!(cell.digest));
    out.insert("digest_covers".into(), json!(cell.digest_coverage));
    out.insert("winner_intervals".into(), intervals(&facts.winners));
    out.insert("verdict_intervals".into(), intervals(&facts.verdicts));
    out.insert("hazard_intervals".into(), intervals(&facts.hazards));
    out.insert("violated".into(), facts.violated.iter().map(|(i, n)| ((*i).to_string(), json!(n))).collect());
    out.insert("first_violation_seed".into(), json!(t.first_violation));
    out.insert("first_choice".into(), first_choice(facts));
    out.insert("answers".into(), answers(facts));
    out.insert("theory".into(), json!(facts.theory));
    out.insert("paired".into(), paired(report, cell, facts));
    out.insert("horizon_ns".into(), json!(cell.horizon_ns));
    out.insert("ties".into(), json!(cell.ties));
    out.insert("reproduce".into(), json!(cell.reproduce));
    Value::Object(out)
}

fn counts(shares: &[Share]) -> Value {
    Value::Object(shares.iter().map(|s| (s.name.clone(), json!(s.count))).collect())
}

fn intervals(shares: &[Share]) -> Value {
    shares.iter().map(|s| (s.name.clone(), json!([s.interval.low, s.interval.high]))).collect()
}

/// The counters that are summed, but for duels, of which more is told.
fn in_order() -> impl Iterator<Item = Counter> {
    use Counter::{Attempts, Duel, Lost, Messages, Preemptions};
    let all = Counter::led_by(&[Attempts, Messages, Lost, Preemptions]);
    all.filter(|counter| *counter != Duel && Counter::SUMMED.contains(counter))
}

fn ends(interval: Option<Interval>) -> Value {
    json!(interval.map(|i| [i.low, i.high]))
}

/// Why a mean has no interval, or one to distrust; null if it has an ordinary one.
fn remark(mean: Mean) -> Value {
    match (mean.others, mean.is_carried_by_few) {
        (Some(others), _) => json!({ "all_alike": true, "others_at_most": others }),
        (None, true) => json!({ "carried_by_few": true }),
        (None, false) => Value::Null,
    }
}

/// Each proposer's pre-emptions.
fn preemptions_by(t: &Totals, facts: &CellFacts) -> Value {
    let one = |(mean, m): (Mean, &Moments)| {
        json!({
            "mean": mean.value, "interval": ends(mean.interval), "remark": remark(mean),
            "n": m.n, "sum": Wide(m.sum), "sum_squares": Wide(m.sum_squares), "sum_cubes": Wide(m.sum_cubes),
        })
    };
    let own = facts.preempted.iter().zip(&t.preempted);
    own.map(|((name, mean), m)| (name.clone(), one((*mean, m)))).collect()
}

/// Among the runs in which a value was chosen; `first_choice` is about all runs.
fn chosen_at(t: &Totals, facts: &CellFacts) -> Value {
    let value = |q: &Option<Quantile>| json!(q.map(|q| q.value));
    let both = |q: &Option<Quantile>| json!(q.map(|q| [q.low, q.high]));
    let [p50, p90, p99] = &facts.chosen_at;
    json!({
        "mean": t.chosen_at.mean(),
        "mean_interval": ends(facts.first_choice.chosen.interval),
        "mean_remark": remark(facts.first_choice.chosen),
        "p50": value(p50),
        "p90": value(p90),
        "p99": value(p99),
        "n": t.chosen_at.n,
        "sum": Wide(t.chosen_at.sum),
        "sum_squares": Wide(t.chosen_at.sum_squares),
        "sum_cubes": Wide(t.chosen_at.sum_cubes),
        "intervals": { "p50": both(p50), "p90": both(p90), "p99": both(p99) },
    })
}

fn duel(t: &Totals, facts: &CellFacts) -> Value {
    let (mean, sums) = (facts.means[Counter::Duel], t.counters[Counter::Duel]);
    let histogram = |lengths: &BTreeMap<u32, u64>| -> Map<String, Value> {
        lengths.iter().map(|(k, n)| (k.to_string(), json!(n))).collect()
    };
    let tail = facts.tail.map(|tail| {
        json!({
            "from": tail.from,
            "geometric_p": tail.p,
            "goes_on": tail.fit.map(|fit| fit.continues),
            "interval": ends(tail.fit.map(|fit| fit.interval)),
        })
    });
    json!({
        "mean": mean.value,
        "interval": ends(mean.interval),
        "remark": remark(mean),
        "histogram": histogram(&t.duel_histogram),
        "open": histogram(&t.open_duels),
        "of_chosen": {
            "mean": facts.duel.value,
            "interval": ends(facts.duel.interval),
            "remark": remark(facts.duel),
        },
        "n": sums.n,
        "sum": Wide(sums.sum),
        "sum_squares": Wide(sums.sum_squares),
        "sum_cubes": Wide(sums.sum_cubes),
        "tail": tail,
    })
}

fn first_choice(facts: &CellFacts) -> Value {
    let f = &facts.first_choice;
    let both = |reached: Reached| [reached.ends.0, reached.ends.1];
    let [median, p90, p99] = f.quantiles;
    json!({
        "median_ns": median.value,
        "median_interval_ns": both(median),
        "p90_ns": p90.value,
        "p90_interval_ns": both(p90),
        "p99_ns": p99.value,
        "p99_interval_ns": both(p99),
        "of_chosen_mean_ns": f.chosen.value,
        "of_chosen_mean_interval_ns": ends(f.chosen.interval),
        "of_chosen_mean_remark": remark(f.chosen),
        "never_chosen": f.never.share,
        "never_chosen_interval": [f.never.interval.low, f.never.interval.high],
        "until_ns": f.until_ns,
        "restricted_mean_ns": f.bounded,
        "restricted_mean_error_ns": f.bounded_error,
        "restricted_mean_interval_ns": ends(f.bounded_interval),
    })
}

/// When each client has its answer; null where a time is later than the horizon or depends on runs that ended before.
fn answers(facts: &CellFacts) -> Value {
    let one = |it: &AnswerFact| {
        let mut out = json!({
            "answered": it.answered,
            "deadline_ns": it.deadline_ns,
            "by_deadline": it.by,
            "by_deadline_interval": [it.by_interval.low, it.by_interval.high],
            "cut_early": it.cut_early,
        });
        for (name, found) in ["p50", "p99"].into_iter().zip(it.quantiles) {
            out[format!("{name}_ns")] = json!(found.and_then(|q| known(q.value)));
            out[format!("{name}_interval_ns")] = json!(found.map(|q| [q.low, q.high]));
            out[format!("{name}_beyond_horizon")] = json!(found.map(|q| q.value == When::Beyond));
        }
        (it.name.clone(), out)
    };
    Value::Object(facts.answers.iter().map(one).collect())
}

/// The differences from the baseline's runs of the same seeds: this cell's figure minus the baseline's.
fn paired(report: &SweepReport, cell: &CellReport, facts: &CellFacts) -> Value {
    let Some(paired) = &cell.paired else { return Value::Null };
    json!({
        "baseline": report.base_of(cell).map(|base| base.index),
        "pairs": paired.pairs,
        "cut_off": paired.cut,
        "winners_differ": paired.parted,
        "figures": figures(&facts.differences),
    })
}
