//! What all figures share: the heading, the legend, axes with their grid, and what a cell is called.
//!
//! Absent on purpose: data.

use super::super::axis::{Axis, Tick};
use super::super::data::{CellReport, SweepReport};
use super::super::names::{printable, sentence};
use super::super::numbers::{counted, grouped};
use super::super::scene::{Anchor, Ink, Mark, Point, Scene, Stroke, Type};
use super::super::text::{fitted, width, wrapped};

/// Width of every figure, points.
pub const WIDTH: f64 = 760.0;
/// Space at the edges, points.
pub const MARGIN: f64 = 18.0;
/// Width of a grid line, points.
const HAIR: f64 = 0.8;

/// A type size in an ink.
pub const fn plain(size: f64, ink: Ink) -> Type {
    Type { size, bold: false, ink }
}

/// A bold one.
pub const fn bold(size: f64, ink: Ink) -> Type {
    Type { size, bold: true, ink }
}

/// Words of ticks.
pub const TICK: Type = plain(11.0, Ink::Muted);
/// Words of axes.
pub const AXIS: Type = plain(12.0, Ink::Text);

/// One entry of a legend.
pub struct Key {
    /// What it stands for.
    pub name: String,
    /// Its colour.
    pub ink: Ink,
    /// Its marker, if it has one.
    pub mark: Option<Mark>,
    /// Its line, if it has one.
    pub dash: Option<(f64, f64)>,
}

/// Draws title, explanation, warning labels and legend; returns the height below them.
pub fn heading(scene: &mut Scene, report: &SweepReport, title: &str, about: &str, keys: &[Key]) -> f64 {
    let room = WIDTH - 2.0 * MARGIN;
    let mut y = MARGIN + 4.0;
    for line in wrapped(title, 17.0, true, room, 2) {
        y += 13.0;
        scene.text((MARGIN, y), Anchor::Left, &line, bold(17.0, Ink::Text));
        y += 8.0;
    }
    for line in wrapped(about, 12.0, false, room, 4) {
        y += 11.0;
        scene.text((MARGIN, y), Anchor::Left, &line, plain(12.0, Ink::Muted));
        y += 5.0;
    }
    if !report.labels.is_empty() {
        for line in wrapped(&report.labels.join(" · "), 12.0, true, room, 2) {
            y += 12.0;
            scene.text((MARGIN, y), Anchor::Left, &line, bold(12.0, Ink::Alarm));
            y += 5.0;
        }
    }
    if !keys.is_empty() {
        y = legend(scene, y + 8.0, keys);
    }
    y + 14.0
}

/// Entries from left to right, in as many rows as they need; returns the height below them.
fn legend(scene: &mut Scene, top: f64, keys: &[Key]) -> f64 {
    let (mut x, mut y) = (MARGIN, top + 10.0);
    for key in keys {
        let name = fitted(&printable(&key.name), 12.0, false, WIDTH - 2.0 * MARGIN - 40.0);
        let sample = if key.dash.is_some() { 26.0 } else { 14.0 };
        let needed = sample + 5.0 + width(&name, 12.0, false);
        if x + needed > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + 18.0);
        }
        if let Some(dash) = key.dash {
            scene.line((x, y - 4.0), (x + sample, y - 4.0), Stroke { ink: key.ink, width: 2.2, dash });
        }
        if let Some(mark) = key.mark {
            // What is hardly darker than paper has an edge.
            if key.ink == Ink::Stripe {
                scene.mark((x + sample / 2.0, y - 4.0), mark, 5.3, Ink::Muted);
            }
            scene.mark((x + sample / 2.0, y - 4.0), mark, 4.5, key.ink);
        }
        scene.text((x + sample + 5.0, y), Anchor::Left, &name, plain(12.0, Ink::Text));
        x += needed + 20.0;
    }
    y + 4.0
}

/// How far a name may reach beyond the end of its axis, points: half of the gap between panels.
pub const OVERHANG: f64 = 10.0;

/// The middle of a name of this half width that belongs to a place: at the ends of an axis it moves inwards rather
/// than into a neighbour. The plots' margins leave room for more than the overhang.
pub fn centred(axis: &Axis, place: f64, half: f64) -> f64 {
    let (low, high) = (axis.start - OVERHANG + half, axis.end + OVERHANG - half);
    if low < high { place.clamp(low, high) } else { (low + high) / 2.0 }
}

/// Draws a horizontal axis: grid lines up to `top`, ticks and their names below `bottom`. Names that would touch the
/// one before are left out.
pub fn x_axis(scene: &mut Scene, axis: &Axis, ticks: &[Tick], (top, bottom): (f64, f64), look: Type) {
    let mut free_from = f64::NEG_INFINITY;
    for tick in ticks {
        let x = axis.place(tick.value);
        let named = !tick.label.is_empty();
        if named {
            scene.line((x, top), (x, bottom), Stroke::solid(Ink::Grid, HAIR));
        }
        let length = if named { 5.0 } else { 3.0 };
        scene.line((x, bottom), (x, bottom + length), Stroke::solid(Ink::Muted, HAIR));
        let half = width(&tick.label, look.size, look.bold) / 2.0;
        let centre = centred(axis, x, half);
        if named && centre - half > free_from {
            scene.text((centre, bottom + 7.0 + look.size * 0.8), Anchor::Middle, &tick.label, look);
            free_from = centre + half + 6.0;
        }
    }
    scene.line((axis.start, bottom), (axis.end, bottom), Stroke::solid(Ink::Muted, 1.0));
}

/// Draws a vertical axis: grid lines from `left` to `right`, names to the left of `left`.
pub fn y_axis(scene: &mut Scene, axis: &Axis, ticks: &[Tick], (left, right): (f64, f64), look: Type) {
    for tick in ticks.iter().filter(|t| !t.label.is_empty()) {
        let y = axis.place(tick.value);
        scene.line((left, y), (right, y), Stroke::solid(Ink::Grid, HAIR));
        scene.text((left - 6.0, y + look.size * 0.36), Anchor::Right, &tick.label, look);
    }
}

/// Half the width of a cap, points.
pub const CAP: f64 = 5.5;

/// A vertical interval with its caps.
/// Its caps stand out so far to the sides, beyond the marker, for where it is shorter than that.
pub fn whisker(scene: &mut Scene, x: f64, (low, high): (f64, f64), stroke: Stroke, cap: f64) {
    scene.line((x, low), (x, high), stroke);
    for y in [low, high] {
        scene.line((x - cap, y), (x + cap, y), stroke);
    }
}

/// The values of a cell's parameters that differ between cells, as `delay 5ms · retry none`.
pub fn cell_name(report: &SweepReport, cell: &CellReport) -> String {
    let varying = varying(report);
    let names = report.parameter_names(&varying).into_iter().zip(&varying);
    let parts: Vec<String> =
        names.map(|(name, i)| format!("{name} {}", report.value_name(*i, &cell.parameters[*i].1))).collect();
    match parts.len() {
        0 if report.cells.len() > 1 => format!("cell {}", cell.index),
        0 => "all runs".into(),
        _ => parts.join(" · "),
    }
}

/// The same without the parameters' names where there are several: for where there is little room.
pub fn cell_values(report: &SweepReport, cell: &CellReport) -> String {
    match &varying(report)[..] {
        [] | [_] => cell_name(report, cell),
        several => several
            .iter()
            .map(|i| report.value_name(*i, &cell.parameters[*i].1))
            .collect::<Vec<_>>()
            .join(" · "),
    }
}

/// Indices of the parameters that are not the same in all cells; all of them if there is one cell.
pub fn varying(report: &SweepReport) -> Vec<usize> {
    let Some(first) = report.cells.first() else { return Vec::new() };
    let differs = |i: usize| report.cells.iter().any(|c| c.parameters[i].1 != first.parameters[i].1);
    (0..first.parameters.len()).filter(|i| report.cells.len() == 1 || differs(*i)).collect()
}

/// `100,000 runs`, `6 cells of 100,000 runs`, or the range if cells differ.
pub fn runs(report: &SweepReport) -> String {
    let all = report.cells.iter().map(|c| c.totals.runs);
    let (least, most) = (all.clone().min().unwrap_or(0), all.max().unwrap_or(0));
    let each = if least == most {
        counted(most, "run")
    } else {
        format!("{} to {}", grouped(least), counted(most, "run"))
    };
    match report.cells.len() {
        1 => each,
        n => format!("{n} cells of {each}"),
    }
}

/// The scenario's title, or its hash if it has none; in at most two lines, so that what explains the figure has room.
pub fn scenario(report: &SweepReport) -> String {
    let title = fitted(&printable(&report.title), 12.0, false, 1.85 * (WIDTH - 2.0 * MARGIN));
    if title.trim().is_empty() { format!("scenario {}", report.scenario_hash) } else { title }
}

/// The same as a sentence, before those that explain a figure.
pub fn introduction(report: &SweepReport) -> String {
    sentence(&scenario(report))
}

/// The corners of a step curve: each value holds from its time on.
pub fn steps(points: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(2 * points.len());
    for &(x, y) in points {
        if let Some(&(_, before)) = out.last() {
            out.push((x, before));
        }
        out.push((x, y));
    }
    out
}
