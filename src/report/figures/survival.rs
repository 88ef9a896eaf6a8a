//! How long a run goes on with nothing chosen: the survival curve with its band and the numbers at risk.
//!
//! Absent on purpose: the mean of the finished runs alone.

use super::super::axis::{Axis, Tick, time_axis};
use super::super::data::{CellReport, SweepReport};
use super::super::first_choice::{self, FirstChoice};
use super::super::numbers::{grouped, percent, percent_interval, time, time_unit};
use super::super::scene::{Anchor, Ink, Point, Scene, Stroke, dash};
use super::super::text::width;
use super::frame::{
    AXIS, Key, MARGIN, TICK, WIDTH, bold, cell_name, centred, heading, introduction, plain, runs, steps,
    values_explained, x_axis, y_axis,
};
use super::{Figure, panels};
use crate::stats::Survival;

/// Height of a single plot, points.
const HEIGHT: f64 = 290.0;
/// Steps closer than this are drawn as one, points.
const FINEST: f64 = 0.2;

/// The figure.
pub fn figure(report: &SweepReport) -> Figure {
    let cells = panels::chosen(report);
    let curves: Vec<Survival> = cells.iter().map(|c| first_choice::survival(c)).collect();
    let title = format!("Share of runs with nothing chosen yet, {}", runs(report));
    let about = format!("{} Kaplan–Meier estimate with pointwise 95 % bands.", introduction(report));
    let together = cells.len() <= panels::TOGETHER;
    let about = if together { about } else { about + &values_explained(report) };
    let keys = if together { keys(report, &cells) } else { Vec::new() };
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &keys);
    if together {
        single(&mut scene, top, &curves, &cells);
    } else {
        multiple(&mut scene, top, report, &curves, &cells);
    }
    let mut caption = String::from(
        "Share of the runs in which no value is chosen yet, over virtual time (Kaplan–Meier), with pointwise 95 % \
         bands (Greenwood, log(−log)). Runs cut off at the horizon or by the event budget are censored there; runs \
         that can never choose (proved livelock, blocked, gave up) stay at risk up to the horizon.",
    );
    if let [only] = &report.cells[..] {
        caption.push_str(&FirstChoice::of(report, only).sentence());
    }
    caption.push_str(&panels::omitted(report).unwrap_or_default());
    Figure { name: "survival", title, caption, scene }
}

/// One key per cell, if there is anything to tell apart.
pub fn keys(report: &SweepReport, cells: &[&CellReport]) -> Vec<Key> {
    let key = |(i, cell): (usize, &&CellReport)| Key {
        name: cell_name(report, cell),
        ink: Ink::Series(i),
        mark: None,
        dash: Some(dash(i)),
    };
    if report.cells.len() == 1 { Vec::new() } else { cells.iter().enumerate().map(key).collect() }
}

/// From where nearly all runs are still undecided to the last event, or to where runs were cut off.
fn axis_of(curves: &[Survival], start: f64, end: f64) -> Axis {
    let first = curves.iter().filter_map(|c| c.quantile(0.001)).filter(|t| *t > 0).min();
    let last = curves.iter().filter_map(|c| {
        let decided = c.steps.iter().rev().find(|s| s.events > 0);
        let cut_off = c.steps.last().filter(|s| s.survival > 0.0);
        cut_off.or(decided).map(|s| s.time)
    });
    // Few runs far to the left are no reason for a logarithmic axis.
    let early = curves.iter().filter_map(|c| c.quantile(0.1)).min();
    time_axis(first.unwrap_or(0), early.or(first).unwrap_or(0), last.max().unwrap_or(1), start, end)
}

fn axis_title(axis: &Axis) -> String {
    if axis.logarithmic {
        "virtual time (log scale)".into()
    } else {
        format!("virtual time ({})", time_unit(axis.to).0)
    }
}

fn share_ticks() -> Vec<Tick> {
    [0.0, 25.0, 50.0, 75.0, 100.0].map(|value| Tick { value, label: format!("{value}") }).to_vec()
}

fn single(scene: &mut Scene, top: f64, curves: &[Survival], cells: &[&CellReport]) {
    let (left, right) = (MARGIN + 62.0, WIDTH - MARGIN - 14.0);
    let (plot_top, bottom) = (top + 18.0, top + 18.0 + HEIGHT);
    let x = axis_of(curves, left, right);
    let y = Axis { from: 0.0, to: 100.0, logarithmic: false, start: bottom, end: plot_top };
    let ticks = x.time_ticks(9);
    y_axis(scene, &y, &share_ticks(), (left, right), TICK);
    x_axis(scene, &x, &ticks, (plot_top, bottom), TICK);
    scene.text((MARGIN, top + 6.0), Anchor::Left, "runs with nothing chosen yet (%)", AXIS);
    scene.text(((left + right) / 2.0, bottom + 38.0), Anchor::Middle, &axis_title(&x), AXIS);
    for (i, curve) in curves.iter().enumerate() {
        draw_curve(scene, &x, &y, curve, i);
    }
    let mut row = bottom + 60.0;
    scene.text((MARGIN, row), Anchor::Left, "Number at risk", bold(11.0, Ink::Text));
    for (i, curve) in curves.iter().enumerate() {
        row += 17.0;
        if cells.len() > 1 {
            let sample = Stroke { ink: Ink::Series(i), width: 2.2, dash: dash(i) };
            scene.line((MARGIN, row - 4.0), (MARGIN + 24.0, row - 4.0), sample);
        }
        at_risk(scene, &x, &ticks, curve, row);
    }
    scene.height = row + MARGIN;
}

/// The runs under observation at each named tick.
fn at_risk(scene: &mut Scene, x: &Axis, ticks: &[Tick], curve: &Survival, row: f64) {
    let mut free_from = f64::NEG_INFINITY;
    for tick in ticks.iter().filter(|t| !t.label.is_empty()) {
        let text = grouped(curve.at_risk(libm::ceil(tick.value) as u64));
        let half = width(&text, 10.5, false) / 2.0;
        let centre = centred(x, x.place(tick.value), half);
        if centre - half > free_from {
            scene.text((centre, row), Anchor::Middle, &text, plain(10.5, Ink::Text));
            free_from = centre + half + 5.0;
        }
    }
}

fn multiple(scene: &mut Scene, top: f64, report: &SweepReport, curves: &[Survival], cells: &[&CellReport]) {
    scene.text((MARGIN, top + 6.0), Anchor::Left, "runs with nothing chosen yet (%)", AXIS);
    let (places, bottom) = panels::places(cells.len(), top + 14.0, 46.0);
    for ((panel, curve), cell) in places.iter().zip(curves).zip(cells) {
        let x = axis_of(curves, panel.left, panel.right);
        let y = Axis { from: 0.0, to: 100.0, logarithmic: false, start: panel.bottom, end: panel.top };
        panels::name(scene, panel, report, cell);
        let mut shares = share_ticks();
        if !panel.first_column {
            shares.iter_mut().for_each(|t| t.label = " ".into());
        }
        y_axis(scene, &y, &shares, (panel.left, panel.right), plain(10.0, Ink::Muted));
        let ticks = x.time_ticks(5);
        x_axis(scene, &x, &ticks, (panel.top, panel.bottom), plain(10.0, Ink::Muted));
        draw_curve(scene, &x, &y, curve, 0);
        if panel.first_column {
            scene.text(
                (panel.left - 16.0, panel.bottom + 30.0),
                Anchor::Right,
                "at risk",
                plain(9.5, Ink::Muted),
            );
        }
        at_risk(scene, &x, &ticks, curve, panel.bottom + 30.0);
    }
    let x = axis_of(curves, 0.0, 1.0);
    scene.text((WIDTH / 2.0, bottom + 4.0), Anchor::Middle, &axis_title(&x), AXIS);
    scene.height = bottom + 4.0 + MARGIN;
}

/// Places of a curve that tell their values.
const HINTS: usize = 40;

/// At most so many of a curve's steps, evenly taken.
fn every(steps: &[crate::stats::Step], most: usize) -> impl Iterator<Item = &crate::stats::Step> {
    steps.iter().step_by(steps.len().div_ceil(most).max(1))
}

fn draw_curve(scene: &mut Scene, x: &Axis, y: &Axis, curve: &Survival, series: usize) {
    let mut points: Vec<[f64; 4]> = vec![[x.start, y.end, y.end, y.end]];
    for step in &curve.steps {
        let px = x.place(step.time as f64);
        let [low, middle, high] =
            [step.interval.low, step.survival, step.interval.high].map(|share| y.place(100.0 * share));
        // The curve falls: of the steps that share a place, the last one stands for all.
        match points.last_mut() {
            Some(last) if px - last[0] < FINEST => *last = [last[0], low, middle, high],
            _ => points.push([px, low, middle, high]),
        }
    }
    let column = |i: usize| steps(&points.iter().map(|p| (p[0], p[i])).collect::<Vec<Point>>());
    let mut outline = column(1);
    outline.extend(column(3).into_iter().rev());
    scene.fill(outline, Ink::Series(series), 0.2);
    for step in every(&curve.steps, HINTS) {
        let at = (x.place(step.time as f64), y.place(100.0 * step.survival));
        let share = percent(step.survival, step.interval);
        let told = format!("{}: {share} % {}", time(step.time as f64), percent_interval(step.interval));
        scene.hint(at, (6.0, 9.0), &told);
    }
    scene.path(column(2), Stroke { ink: Ink::Series(series), width: 1.8, dash: dash(series) });
}
