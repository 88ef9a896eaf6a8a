//! A phase diagram in `summary.json`: kinds, boundary and closed form, to be drawn again elsewhere; and the boundary read
//! back, for it took runs that no cell counts.
//!
//! Absent on purpose: the cells' figures, which stand under `cells`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::scenario::{PlaneAxis, Scale};
use crate::sweep::{Crossing, Drawn, Phase};

/// The object under `phase`; null where the sweep made none.
pub fn phase(phase: Option<&Phase>) -> Value {
    let Some(phase) = phase else { return Value::Null };
    json!({
        "axes": phase.axes.each_ref().map(axis),
        "kinds": phase.kinds,
        "halvings": phase.halvings,
        "boundary": phase.crossings,
        "closed_form": phase.form.as_ref().map(form),
    })
}

fn axis(axis: &PlaneAxis) -> Value {
    let unit = if axis.scale == Scale::Time { "ns" } else { "" };
    json!({ "path": axis.path, "unit": unit, "values": axis.values })
}

/// The boundary and how often each step was halved, from the bytes of a `summary.json`; none if they are not there.
pub fn boundary(summary: &[u8]) -> Option<(Vec<Crossing>, u32)> {
    /// All that is read of it; the rest, which may be long, is read over.
    #[derive(Deserialize)]
    struct Summary {
        phase: Diagram,
    }
    #[derive(Deserialize)]
    struct Diagram {
        boundary: Vec<Crossing>,
        halvings: u32,
    }
    let Summary { phase: Diagram { boundary, halvings } } = serde_json::from_slice(summary).ok()?;
    boundary.iter().all(|crossing| crossing.along < 2).then_some((boundary, halvings))
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
