//! Small multiples: small plots, all on the same axes.
//!
//! Absent on purpose: data (`facets` says which cells a panel shows), and scales that differ between neighbours.

use super::super::names::printable;
use super::super::scene::{Anchor, Ink, Scene, Stroke};
use super::super::text::{width, wrapped};
use super::frame::{MARGIN, WIDTH, bold};

/// Side by side.
const COLUMNS: usize = 3;
/// Room for a panel's name above it, two lines, points.
const NAME: f64 = 34.0;
/// Height of a panel's plot, points.
const HEIGHT: f64 = 112.0;

/// A plot's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    /// Left end of the plot.
    pub left: f64,
    /// Right end.
    pub right: f64,
    /// Upper end.
    pub top: f64,
    /// Lower end.
    pub bottom: f64,
    /// Whether it names the vertical axis' ticks.
    pub first_column: bool,
}

/// Places for `n` panels below `top`, each with `below` points for its axis' names, and the height below them all.
pub fn places(n: usize, top: f64, below: f64) -> (Vec<Panel>, f64) {
    let (left, gap) = (MARGIN + 34.0, 26.0);
    let wide = (WIDTH - MARGIN - left - gap * (COLUMNS as f64 - 1.0)) / COLUMNS as f64;
    let tall = NAME + HEIGHT + below;
    let place = |i: usize| {
        let (row, column) = (i / COLUMNS, i % COLUMNS);
        let (x, y) = (left + column as f64 * (wide + gap), top + row as f64 * tall + NAME);
        Panel { left: x, right: x + wide, top: y, bottom: y + HEIGHT, first_column: column == 0 }
    };
    ((0..n).map(place).collect(), top + n.div_ceil(COLUMNS) as f64 * tall)
}

/// A name in at most two lines, broken between two values where that is possible.
fn named(text: &str, room: f64) -> Vec<String> {
    let fits = |part: &str| width(part, 11.0, true) <= room;
    let mut breaks = text.rmatch_indices(" · ").map(|(at, _)| text.split_at(at + " ·".len()));
    let parted = breaks.find(|(first, second)| fits(first) && fits(second.trim_start()));
    match parted {
        Some((first, second)) if !fits(text) => vec![first.to_owned(), second.trim_start().to_owned()],
        _ => wrapped(text, 11.0, true, room, 2),
    }
}

/// Draws a panel's frame and its name.
pub fn name(scene: &mut Scene, panel: &Panel, text: &str) {
    let lines = named(&printable(text), panel.right - panel.left);
    for (i, line) in lines.iter().enumerate() {
        let y = panel.top - 8.0 - 13.0 * (lines.len() - 1 - i) as f64;
        scene.text((panel.left, y), Anchor::Left, line, bold(11.0, Ink::Text));
    }
    scene.line((panel.left, panel.top), (panel.left, panel.bottom), Stroke::solid(Ink::Grid, 0.8));
}
