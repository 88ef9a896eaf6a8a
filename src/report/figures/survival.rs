//! How long a run goes on with nothing chosen: the survival curve with its band and the numbers at risk.
//!
//! Absent on purpose: the mean of the finished runs alone.

use super::super::axis::{Axis, Tick, time_axis};
use super::super::data::SweepReport;
use super::super::first_choice::{self, FirstChoice};
use super::super::numbers::{grouped, percent, percent_interval, time, time_unit};
use super::super::scene::{Anchor, Ink, Point, Scene, Stroke, dash};
use super::super::text::width;
use super::facets::{Facet, Facets};
use super::figure::Figure;
use super::frame::{
    AXIS, Key, MARGIN, TICK, WIDTH, bold, centred, heading, introduction, plain, runs, steps, x_axis, y_axis,
};
use super::panels;
use crate::scenario::FigureName;
use crate::stats::Survival;

/// Height of a single plot, points.
const HEIGHT: f64 = 290.0;
/// How finely a curve is drawn.
#[derive(Clone, Copy)]
struct Detail {
    /// Steps closer than this are drawn as one, points.
    finest: f64,
    /// Places that tell their values.
    hints: usize,
}

const LARGE: Detail = Detail { finest: 0.2, hints: 40 };
const SMALL: Detail = Detail { finest: 0.8, hints: 6 };

/// The figure.
pub fn figure(report: &SweepReport) -> Figure {
    let facets = Facets::of(report);
    let title = format!("Share of runs with nothing chosen yet, {}", runs(report));
    let about = format!(
        "{} Kaplan–Meier estimate with pointwise 95 % bands.{}",
        introduction(report),
        facets.explained()
    );
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &keys(&facets));
    let curves: Vec<Panel> = facets.panels.iter().map(Panel::of).collect();
    draw(&mut scene, top, &curves, "runs with nothing chosen yet (%)");
    let mut caption = String::from(
        "Share of the runs in which no value is chosen yet, over virtual time (Kaplan–Meier), with pointwise 95 % \
         bands (Greenwood, log(−log)). Runs cut off at the horizon or by the event budget are censored there; runs \
         that can never choose (proved livelock, blocked, gave up) stay at risk up to the horizon.",
    );
    if let [only] = &report.cells[..] {
        caption.push_str(&FirstChoice::of(report, only).sentence());
    }
    caption.push_str(&facets.omitted());
    Figure { name: FigureName::Survival.name(), title, caption, scene }
}

/// The series that is no cell and no client, in grey.
pub(super) const ASIDE: usize = usize::MAX;

/// A series' colour.
const fn ink_of(series: usize) -> Ink {
    if series == ASIDE { Ink::Nothing } else { Ink::Series(series) }
}

/// The curves of a facet, each with the number of its series.
pub(super) struct Panel<'f> {
    pub(super) name: &'f str,
    pub(super) curves: Vec<(usize, Survival)>,
}

/// Draws all curves below `top`, one plot or several, and sets the scene's height; `share` is what the vertical axis tells.
pub(super) fn draw(scene: &mut Scene, top: f64, panels: &[Panel<'_>], share: &str) {
    match panels {
        [one] => single(scene, top, one, share),
        _ => multiple(scene, top, panels, share),
    }
}

impl<'f> Panel<'f> {
    fn of(facet: &'f Facet<'_>) -> Self {
        let curves =
            facet.cells.iter().map(|(series, cell)| (*series, first_choice::survival(cell))).collect();
        Panel { name: &facet.name, curves }
    }
}

/// One key per series, if there is anything to tell apart.
pub fn keys(facets: &Facets<'_>) -> Vec<Key> {
    facets.series.iter().enumerate().map(|(i, name)| key(i, name)).collect()
}

/// That of one.
pub(super) fn key(series: usize, name: &str) -> Key {
    Key { name: name.to_owned(), ink: ink_of(series), mark: None, dash: Some(dash(series)) }
}

/// From where nearly all runs are still undecided to the last event, or to where runs were cut off.
fn axis_of(panels: &[&Panel<'_>], start: f64, end: f64) -> Axis {
    let curves: Vec<&Survival> = panels.iter().flat_map(|it| it.curves.iter().map(|(_, it)| it)).collect();
    let first = curves.iter().filter_map(|c| c.quantile(0.001)).filter(|t| *t > 0).min();
    let last = curves.iter().filter_map(|c| {
        let decided = c.steps.iter().rev().find(|s| s.events > 0);
        let cut_off = c.steps.last().filter(|s| s.survival > 0.0);
        cut_off.or(decided).map(|s| s.time)
    });
    // Few runs far to the left are no reason for a logarithmic axis.
    let early = curves.iter().filter_map(|c| c.quantile(0.1)).min();
    // The first fall is not at the very edge.
    let first = first.map(|first| first - first / 8);
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

fn single(scene: &mut Scene, top: f64, panel: &Panel<'_>, share: &str) {
    let (left, right) = (MARGIN + 62.0, WIDTH - MARGIN - 14.0);
    let (plot_top, bottom) = (top + 18.0, top + 18.0 + HEIGHT);
    let x = axis_of(&[panel], left, right);
    let y = Axis { from: 0.0, to: 100.0, logarithmic: false, start: bottom, end: plot_top };
    let ticks = x.time_ticks(9);
    y_axis(scene, &y, &share_ticks(), (left, right), TICK);
    x_axis(scene, &x, &ticks, (plot_top, bottom), TICK);
    scene.text((MARGIN, top + 6.0), Anchor::Left, share, AXIS);
    scene.text(((left + right) / 2.0, bottom + 38.0), Anchor::Middle, &axis_title(&x), AXIS);
    for (series, curve) in &panel.curves {
        draw_curve(scene, &x, &y, curve, (*series, LARGE));
    }
    let mut row = bottom + 60.0;
    scene.text((MARGIN, row), Anchor::Left, "Number at risk", bold(11.0, Ink::Text));
    for (series, curve) in &panel.curves {
        row += 17.0;
        if panel.curves.len() > 1 {
            let sample = Stroke { ink: ink_of(*series), width: 2.2, dash: dash(*series) };
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
        // The first begins at the axis, for its sample of the line ends there.
        let centre = centred(x, x.place(tick.value), half).max(x.start + half);
        if centre - half > free_from {
            scene.text((centre, row), Anchor::Middle, &text, plain(10.5, Ink::Text));
            free_from = centre + half + 5.0;
        }
    }
}

/// From one row of numbers at risk to the next in a small plot, points.
const ROW: f64 = 13.0;

fn multiple(scene: &mut Scene, top: f64, all: &[Panel<'_>], share: &str) {
    scene.text((MARGIN, top + 6.0), Anchor::Left, share, AXIS);
    let rows = all.iter().map(|panel| panel.curves.len()).max().unwrap_or(1);
    let below = 33.0 + ROW * rows as f64;
    let (places, bottom) = panels::places(all.len(), top + 14.0, below);
    let shown: Vec<&Panel> = all.iter().collect();
    let small = plain(9.5, Ink::Muted);
    for (place, panel) in places.iter().zip(all) {
        let x = axis_of(&shown, place.left, place.right);
        let y = Axis { from: 0.0, to: 100.0, logarithmic: false, start: place.bottom, end: place.top };
        panels::name(scene, place, panel.name);
        let mut shares = share_ticks();
        if !place.first_column {
            shares.iter_mut().for_each(|t| t.label = " ".into());
        }
        y_axis(scene, &y, &shares, (place.left, place.right), plain(10.0, Ink::Muted));
        let ticks = x.time_ticks(5);
        x_axis(scene, &x, &ticks, (place.top, place.bottom), plain(10.0, Ink::Muted));
        for (i, (series, curve)) in panel.curves.iter().enumerate() {
            draw_curve(scene, &x, &y, curve, (*series, SMALL));
            let row = place.bottom + 30.0 + ROW * i as f64;
            let left = (place.left - 16.0, row);
            if place.first_column && i == 0 {
                scene.text(left, Anchor::Right, "at risk", small);
            }
            if panel.curves.len() > 1 {
                let sample = Stroke { ink: ink_of(*series), width: 1.8, dash: dash(*series) };
                scene.line((place.left - 14.0, row - 3.5), (place.left - 2.0, row - 3.5), sample);
            }
            at_risk(scene, &x, &ticks, curve, row);
        }
    }
    let x = axis_of(&shown, 0.0, 1.0);
    scene.text((WIDTH / 2.0, bottom + 4.0), Anchor::Middle, &axis_title(&x), AXIS);
    scene.height = bottom + 4.0 + MARGIN;
}

/// At most so many of a curve's steps, evenly taken.
fn every(steps: &[crate::stats::Step], most: usize) -> impl Iterator<Item = &crate::stats::Step> {
    steps.iter().step_by(steps.len().div_ceil(most).max(1))
}

fn draw_curve(scene: &mut Scene, x: &Axis, y: &Axis, curve: &Survival, (series, detail): (usize, Detail)) {
    let mut points: Vec<[f64; 4]> = vec![[x.start, y.end, y.end, y.end]];
    for step in &curve.steps {
        let px = x.place(step.time as f64);
        let [low, middle, high] =
            [step.interval.low, step.survival, step.interval.high].map(|share| y.place(100.0 * share));
        // The curve falls: of the steps that share a place, the last one stands for all.
        match points.last_mut() {
            Some(last) if px - last[0] < detail.finest => *last = [last[0], low, middle, high],
            _ => points.push([px, low, middle, high]),
        }
    }
    let column = |i: usize| steps(&points.iter().map(|p| (p[0], p[i])).collect::<Vec<Point>>());
    let mut outline = column(1);
    outline.extend(column(3).into_iter().rev());
    scene.fill(outline, ink_of(series), 0.2);
    for step in every(&curve.steps, detail.hints) {
        let at = (x.place(step.time as f64), y.place(100.0 * step.survival));
        let share = percent(step.survival, step.interval);
        let told = format!("{}: {share} % {}", time(step.time as f64), percent_interval(step.interval));
        scene.hint(at, (6.0, 9.0), &told);
    }
    scene.path(column(2), Stroke { ink: ink_of(series), width: 1.8, dash: dash(series) });
}
