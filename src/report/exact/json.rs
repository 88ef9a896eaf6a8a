//! The output of `synod exact --format json`.
//!
//! Absent on purpose: rounding. Every figure is an object with its bound.

use serde_json::{Map, Value, json};

use super::{ExactView, fails, misled};
use crate::run::{Answered, Answers, Extent, Figure, FirstChoice};

/// The version of the format.
const SCHEMA: &str = "synod-exact-1";

/// Exact figures, for programs.
pub fn exact_json(view: &ExactView<'_>) -> Value {
    let exact = view.exact;
    let names = view.names();
    let winners: Map<_, _> =
        names.iter().zip(&exact.winners).map(|(name, it)| ((*name).to_owned(), figure(it))).collect();
    let by: Vec<Value> =
        exact.by.iter().map(|(at, it)| json!({ "at_ns": at, "nothing_chosen": figure(it) })).collect();
    let (answers, unknown) = match &exact.answers {
        Ok(found) => (answers(view, found), Value::Null),
        Err(why) => (Value::Null, json!(why)),
    };
    json!({
        "schema": SCHEMA,
        "scenario": view.arguments,
        "labels": view.scenario.labels(),
        "extent": extent(&exact.extent),
        "beyond_horizon": exact.beyond,
        "winners": winners,
        "nothing_chosen": figure(&exact.nothing),
        "chosen_at_ns": exact.first.as_ref().map(first),
        "by": by,
        "duel": {
            "mean": figure(&exact.duel.mean),
            "lengths": exact.duel.lengths,
            "lengths_bound": exact.extent.cut + exact.extent.rounding,
            "tail": exact.duel.tail.as_ref().map(|tail| json!({ "from": tail.from, "ratio": figure(&tail.ratio) })),
        },
        "answers": answers,
        "answers_unknown": unknown,
    })
}

fn figure(it: &Figure) -> Value {
    json!({ "value": it.value, "bound": it.bound, "fraction": it.fraction.map(|fraction| fraction.to_string()) })
}

/// How large a chain is, and what of it was cut off.
pub fn extent(it: &Extent) -> Value {
    json!({ "states": it.states, "moves": it.moves, "cut": it.cut, "rounding": it.rounding, "partial": it.is_partial })
}

fn first(it: &FirstChoice) -> Value {
    times(&it.quantiles, Some(&it.mean), it.unit_ns)
}

fn times(quantiles: &[(f64, Figure)], mean: Option<&Figure>, unit_ns: u64) -> Value {
    let named = |(share, it): &(f64, Figure)| (format!("p{:.0}", 100.0 * share), figure(it));
    let mut all: Map<_, _> = quantiles.iter().map(named).collect();
    all.insert("mean".to_owned(), json!(mean.map(figure)));
    all.insert("fraction_of_ns".to_owned(), json!(unit_ns));
    Value::Object(all)
}

/// When a client has its answer.
fn answer_time(it: &Answered) -> Value {
    let by: Vec<Value> =
        it.by.iter().map(|(at, share)| json!({ "at_ns": at, "answered": figure(share) })).collect();
    json!({ "share": figure(&it.share), "at_ns": times(&it.quantiles, it.mean.as_ref(), it.unit_ns), "by": by })
}

fn answers(view: &ExactView<'_>, found: &Answers) -> Value {
    let names = view.names();
    let name = |p: usize| names[p].to_owned();
    let clients: Map<_, _> = (0..names.len())
        .map(|client| {
            let told = found.told(client).into_iter();
            let shares = told
                .map(|told| (told.to_string(), figure(&found.share(&|joint| joint.told[client] == told))));
            (name(client), Value::Object(shares.collect()))
        })
        .collect();
    let joint: Vec<Value> = found
        .joint
        .iter()
        .map(|it| json!({ "outcome": view.joint(it), "winner": it.winner.map(name), "share": figure(&it.share) }))
        .collect();
    let given: Map<_, _> = misled(found, names.len())
        .map(|client| {
            let failed = |joint: &crate::run::Joint| fails(joint.told[client]);
            let chosen = |joint: &crate::run::Joint| joint.winner == Some(client);
            let of = |it: Option<Figure>| it.as_ref().map(figure);
            let both = json!({
                "told_failed_given_chosen": of(found.given(&failed, &chosen)),
                "chosen_given_told_failed": of(found.given(&chosen, &failed)),
            });
            (name(client), both)
        })
        .collect();
    let times: Map<_, _> =
        found.times.iter().enumerate().map(|(client, it)| (name(client), answer_time(it))).collect();
    json!({ "extent": extent(&found.extent), "clients": clients, "answered": times, "joint": joint, "given": given })
}
