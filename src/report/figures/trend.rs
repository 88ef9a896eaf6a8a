//! Shares as lines over a numeric parameter, or over the cells' numbers when there are too many for rows.
//!
//! Absent on purpose: smoothing and fits.

use super::super::axis::{Axis, Tick};
use super::super::data::SweepReport;
use super::super::numbers::{percent, percent_interval};
use super::super::scene::{Anchor, Point, Scene, Stroke, dash};
use super::frame::{AXIS, CAP, MARGIN, TICK, WIDTH, varying, whisker, x_axis, y_axis};
use super::numeric::Numeric;
use super::winners::Series;
use crate::stats::Interval;

/// Fewer cells than this are better read as rows.
const LEAST_POINTS: usize = 4;
/// More cells than this have a band instead of whiskers and markers.
pub const MOST_MARKERS: usize = 60;
/// Height of the plot, points.
const HEIGHT: f64 = 300.0;

/// The parameter that the cells line up along, if there is one.
pub fn numeric_axis(report: &SweepReport) -> Option<Numeric> {
    let [only] = varying(report)[..] else { return None };
    let values: Vec<&str> = report.cells.iter().map(|c| c.parameters[only].1.as_str()).collect();
    Numeric::of(report, only, &values).filter(|numeric| numeric.values.len() >= LEAST_POINTS)
}

/// Draws it below `top` and sets the scene's height.
pub fn draw(scene: &mut Scene, top: f64, report: &SweepReport, series: &[Series], numeric: Option<Numeric>) {
    let (left, right) = (MARGIN + 40.0, WIDTH - MARGIN - 12.0);
    let (plot_top, bottom) = (top + 18.0, top + 18.0 + HEIGHT);
    let y = Axis { from: 0.0, to: 100.0, logarithmic: false, start: bottom, end: plot_top };
    let (x, ticks, title, values) = horizontal(report, numeric, (left + 12.0, right - 12.0));
    y_axis(scene, &y, &y.ticks(5), (left, right), TICK);
    x_axis(scene, &Axis { start: left, end: right, ..x }, &[], (plot_top, bottom), TICK);
    x_axis(scene, &x, &ticks, (plot_top, bottom), TICK);
    scene.text((MARGIN, top + 6.0), Anchor::Left, "share of runs (%)", AXIS);
    scene.text(((left + right) / 2.0, bottom + 38.0), Anchor::Middle, &title, AXIS);
    let crowded = report.cells.len() > MOST_MARKERS;
    for (i, one) in series.iter().enumerate() {
        // Neighbours are moved apart a little, so that equal shares do not hide each other.
        let aside = if crowded { 0.0 } else { 3.0 * (i as f64 - (series.len() as f64 - 1.0) / 2.0) };
        let known = values.iter().zip(&one.shares).map(|(v, share)| {
            let share = share.as_ref()?;
            Some((x.place(*v) + aside, share.share?, share.interval))
        });
        let known: Vec<Option<Known>> = known.collect();
        // No line over cells in which the proposer does not contend.
        for piece in known.split(Option::is_none).filter(|piece| !piece.is_empty()) {
            let piece: Vec<Known> = piece.iter().flatten().copied().collect();
            stretch(scene, &y, one, &piece, (crowded, i));
        }
    }
    scene.height = bottom + 38.0 + MARGIN;
}

/// A share in its place: across, its value and its interval.
type Known = (f64, f64, Interval);

/// The shares of neighbouring cells.
fn stretch(scene: &mut Scene, y: &Axis, one: &Series, known: &[Known], (crowded, series): (bool, usize)) {
    let line: Vec<Point> = known.iter().map(|(px, share, _)| (*px, y.place(100.0 * share))).collect();
    if crowded {
        let upper = known.iter().map(|(px, _, i)| (*px, y.place(100.0 * i.high)));
        let lower = known.iter().rev().map(|(px, _, i)| (*px, y.place(100.0 * i.low)));
        scene.fill(upper.chain(lower).collect(), one.ink, 0.2);
    }
    let dash = if crowded { (0.0, 0.0) } else { dash(series) };
    scene.path(line.clone(), Stroke { ink: one.ink, width: if crowded { 1.2 } else { 1.6 }, dash });
    // Alone it would be seen neither as a line nor as a band.
    if crowded && known.len() > 1 {
        return;
    }
    for (&(px, py), (_, share, interval)) in line.iter().zip(known) {
        let ends = (y.place(100.0 * interval.high), y.place(100.0 * interval.low));
        whisker(scene, px, ends, Stroke::solid(one.ink, 1.4), CAP);
        scene.mark((px, py), one.mark, 3.6, one.ink);
        let told = format!("{}: {} % {}", one.short, percent(*share, *interval), percent_interval(*interval));
        scene.hint((px, py), (7.0, 7.0), &told);
    }
}

/// The horizontal axis, its ticks, its title, and each cell's value on it.
fn horizontal(
    report: &SweepReport,
    numeric: Option<Numeric>,
    (start, end): Point,
) -> (Axis, Vec<Tick>, String, Vec<f64>) {
    let Some(n) = numeric else {
        let values: Vec<f64> = report.cells.iter().map(|c| c.index as f64).collect();
        let (from, to) = (values[0], values[values.len() - 1].max(values[0] + 1.0));
        let axis = Axis { from, to, logarithmic: false, start, end };
        return (axis, axis.ticks(12), "cell (numbered as in cells.csv)".into(), values);
    };
    let (axis, ticks, title) = n.axis((start, end), 8);
    (axis, ticks, title, n.values)
}
