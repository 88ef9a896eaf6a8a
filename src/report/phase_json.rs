//! A phase diagram in `summary.json`: kinds, boundary and closed form, to be drawn again elsewhere.
//!
//! Absent on purpose: the cells' figures, which stand under `cells`.

use serde_json::{Value, json};

use crate::scenario::{PlaneAxis, Scale};
use crate::sweep::{Crossing, Drawn, Phase};

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

fn form(form: &Drawn) -> Value {
    json!({
        "label": form.label,
        "regions": form.regions,
        "cells": form.cells[0],
        "cells_that_agree": form.cells[1],
        "boundary_points_on_it": form.crossed,
    })
}
