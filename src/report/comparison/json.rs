//! A comparison as JSON: every figure with the integers it was made from.
//!
//! Absent on purpose: rounding.

use serde_json::{Map, Value as Json, json};

use super::rows::{Row, Source, Value};
use super::{Comparison, Side, methods, rows};
use crate::report::json::checks;
use crate::stats::Wide;
use crate::sweep::{Until, is_cut_short};

/// The version of the shape; raised when a key changes its meaning or goes away.
const SCHEMA: &str = "synod-comparison/2";

/// The object that `synod compare --format json` prints.
pub fn comparison_json(comparison: &Comparison) -> Json {
    let c = comparison;
    let p = &c.paired;
    let until = c.until.map(|until| match until {
        Until::Share(width) => json!({ "share": width }),
        Until::Time(ns) => json!({ "first_choice_ns": ns }),
    });
    let difference = |d: &crate::scenario::Difference| json!({ "path": d.path, "first": d.values[0], "second": d.values[1] });
    let name = |winner: Option<u8>| winner.and_then(|i| c.lineup.proposers.get(usize::from(i)));
    let parted = p.first_parted.iter().map(|parted| {
        json!({ "seed": parted.seed, "first": name(parted.winners[0]), "second": name(parted.winners[1]) })
    });
    json!({
        "schema": SCHEMA,
        "epoch": crate::sim::EPOCH,
        "version": env!("CARGO_PKG_VERSION"),
        "command_line": c.command_line,
        "first": side(&c.sides[0]),
        "second": side(&c.sides[1]),
        "differ_in": c.differences.iter().map(difference).collect::<Json>(),
        "interrupted": is_cut_short(p, c.seeds, (c.until, c.horizon_ns)),
        "seeds": { "first": c.first_seed, "allowed": c.seeds, "pairs": p.pairs },
        "until_width": until,
        "horizon_ns": c.horizon_ns,
        "at_horizon": p.at_horizon,
        "cut_off": p.cut,
        "figures": figures(&rows(p, &c.lineup, c.horizon_ns, c.until.is_some())),
        "winners_differ": { "pairs": p.parted, "first": parted.collect::<Json>() },
        "violations": p.violations,
        "checks": checks(c.checks),
        "methods": methods(c.until),
        "notes": c.notes,
    })
}

fn side(side: &Side) -> Json {
    json!({
        "title": side.title,
        "scenario": side.arguments,
        "scenario_hash": side.hash,
        "labels": side.labels,
    })
}

/// Every figure, by name.
pub fn figures(rows: &[Row]) -> Json {
    let one = |row: &Row| {
        let mut out = Map::new();
        out.insert("first".into(), json!(row.sides[0]));
        out.insert("second".into(), json!(row.sides[1]));
        out.insert("difference".into(), json!(row.difference));
        out.insert("interval".into(), json!(row.interval.map(|i| [i.low, i.high])));
        out.insert("p".into(), json!(row.p));
        out.insert("stands".into(), json!(row.stands));
        out.insert("carried_by_few".into(), json!(row.is_carried_by_few));
        out.insert("others_at_most".into(), json!(row.others));
        let saved = row.saved.map(
            |saved| json!({ "times": saved.times, "interval": [saved.interval.low, saved.interval.high] }),
        );
        out.insert("runs_saved".into(), json!(saved));
        match row.source {
            Source::Table(t) => {
                let neither = t.n - t.both - t.only_a - t.only_b;
                let table = json!({ "both": t.both, "only_first": t.only_a, "only_second": t.only_b, "neither": neither });
                out.insert("pairs".into(), table);
            }
            Source::Sums(pairs) => {
                out.insert("sums".into(), json!([pairs.a, pairs.b]));
                out.insert("sum_squares_of_differences".into(), json!(Wide(pairs.sum_squares)));
                out.insert("sum_cubes_of_differences".into(), json!(pairs.cubes.map(Wide)));
            }
        }
        let unit = if row.value == Value::Time { "_ns" } else { "" };
        (format!("{}{unit}", row.name), Json::Object(out))
    };
    Json::Object(rows.iter().map(one).collect())
}
