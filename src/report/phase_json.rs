//! A phase diagram in `summary.json`: kinds, boundary and closed form, to be drawn again elsewhere; and the boundary read
//! back, for it took runs that no cell counts.
//!
//! Absent on purpose: the cells' figures, which stand under `cells`.

use serde_json::{Value, json};

use crate::scenario::{PlaneAxis, Scale};
use crate::sweep::{Crossing, Drawn, Kind, Phase};

/// The object under `phase`; null where the sweep made none.
pub fn phase(phase: Option<&Phase>) -> Value {
    let Some(phase) = phase else { return Value::Null };
    json!({
        "axes": phase.axes.each_ref().map(axis),
        "kinds": phase.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "halvings": phase.halvings,
        "boundary": phase.crossings.iter().map(crossing).collect::<Vec<_>>(),
        "closed_form": phase.form.as_ref().map(form),
    })
}

fn axis(axis: &PlaneAxis) -> Value {
    let unit = if axis.scale == Scale::Time { "ns" } else { "" };
    json!({ "path": axis.path, "unit": unit, "values": axis.values })
}

/// The two nearest points of different kinds: `along` is the axis (0 or 1) on which they differ, `at` the other's value.
fn crossing(crossing: &Crossing) -> Value {
    json!({
        "along": crossing.along,
        "at": crossing.at,
        "between": crossing.between,
        "kinds": crossing.kinds.map(|kind| kind.name()),
    })
}

/// The boundary and how often each step was halved, from the bytes of a `summary.json`; none if they are not there.
pub fn boundary(summary: &[u8]) -> Option<(Vec<Crossing>, u32)> {
    /// All that is read of it; the rest, which may be long, is read over.
    #[derive(serde::Deserialize)]
    struct Summary {
        phase: Value,
    }
    let Summary { phase } = serde_json::from_slice(summary).ok()?;
    let crossings = phase["boundary"].as_array()?.iter().map(read);
    Some((crossings.collect::<Option<_>>()?, u32::try_from(phase["halvings"].as_u64()?).ok()?))
}

fn read(value: &Value) -> Option<Crossing> {
    let number = |value: &Value| value.as_f64();
    let kind = |value: &Value| Kind::named(value.as_str()?);
    Some(Crossing {
        along: usize::try_from(value["along"].as_u64()?).ok().filter(|&along| along < 2)?,
        at: number(&value["at"])?,
        between: [number(&value["between"][0])?, number(&value["between"][1])?],
        kinds: [kind(&value["kinds"][0])?, kind(&value["kinds"][1])?],
    })
}

fn form(form: &Drawn) -> Value {
    json!({
        "label": form.label,
        "regions": form.regions,
        "cells": form.cells[0],
        "cells_that_agree": form.cells[1],
        "boundary_points_on_it": form.crossed,
    })
}
