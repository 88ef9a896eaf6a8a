//! The phase diagram of two axes to scale: where a livelock is proved, where all runs choose a value, the boundary that
//! halving found, and that of the closed form.
//!
//! Absent on purpose: smoothing; and how far the colour of a cell reaches (`patches`).

use super::super::axis::Axis;
use super::super::data::SweepReport;
use super::super::names::printable;
use super::super::numbers::{counted, exact_time, grouped};
use super::super::scene::{Anchor, Ink, Mark, Point, Scene, Stroke};
use super::super::text::{fitted, width};
use super::figure::Figure;
use super::frame::{AXIS, Key, MARGIN, TICK, WIDTH, heading, introduction, runs, x_axis, y_axis};
use super::numeric::ticks;
use super::patches::{outlines, within};
use crate::scenario::{FigureName, PlaneAxis, Scale};
use crate::sweep::{Kind, Phase};

/// Height of the plot, points.
const HEIGHT: f64 = 400.0;
/// Room for the ticks of the vertical axis, points.
const TICKS: f64 = 46.0;
/// Room for the scale of shares to the right, points.
const SCALE: f64 = 64.0;
/// No lines are drawn between cells that are narrower, points.
const LEAST_WITH_EDGE: f64 = 8.0;
/// Where all runs choose a value.
const CHOSEN: Ink = Ink::Stripe;
/// Where a livelock is proved.
const PROVED: Ink = Ink::Series(1);

/// A share of runs; even the smallest differs from none.
fn shade(share: f64) -> Ink {
    Ink::Shade(libm::round(15.0 + 85.0 * share) as u8)
}

/// The figure, if the sweep made a phase diagram.
pub fn figure(report: &SweepReport) -> Option<Figure> {
    let phase = report.phase.as_ref()?;
    let title = format!("Phase diagram, {}", runs(report));
    let seeds = if report.seeds == 1 { "seed" } else { "seeds" };
    let about = format!("{} Each cell is run with {} {seeds}.", introduction(report), grouped(report.seeds));
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &keys(phase, report.seeds));
    draw(&mut scene, top, report, phase);
    Some(Figure { name: FigureName::Phase.name(), title, caption: caption(report, phase), scene })
}

fn keys(phase: &Phase, seeds: u64) -> Vec<Key> {
    let all = match seeds {
        1 => "the only run".to_owned(),
        seeds => format!("all {} runs", grouped(seeds)),
    };
    let square = |name: &str, ink| Key { name: name.into(), ink, mark: Some(Mark::Square), dash: None };
    let has = |kind| phase.kinds.contains(&kind);
    let mut keys = Vec::new();
    if has(Kind::Proved) {
        let hatched = if has(Kind::Mixed) { " (hatched)" } else { "" };
        keys.push(square(&format!("livelock proved in {all}{hatched}"), PROVED));
    }
    if has(Kind::Chosen) {
        keys.push(square(&format!("chosen in {all}"), CHOSEN));
    }
    if has(Kind::Mixed) {
        keys.push(square("estimated: share of runs in which nothing is chosen", shade(0.5)));
    }
    if !phase.crossings.is_empty() {
        keys.push(Key {
            name: "boundary, by runs".into(),
            ink: Ink::Text,
            mark: Some(Mark::Circle),
            dash: None,
        });
    }
    if phase.form.as_ref().is_some_and(|form| !form.regions.is_empty()) {
        keys.push(Key { name: "closed form".into(), ink: Ink::Text, mark: None, dash: Some((7.0, 3.0)) });
    }
    keys
}

fn caption(report: &SweepReport, phase: &Phase) -> String {
    let [x, y] = names(report, phase);
    let mut text = format!(
        "{x} across, {y} up. A cell is coloured by all of its runs: every one a proved livelock, every one with a chosen \
         value, or else by the share in which nothing is chosen by the horizon (95 % intervals stand in the tables)."
    );
    if !phase.crossings.is_empty() {
        let steps = phase.axes.each_ref().map(|axis| resolution(axis, phase.halvings));
        text.push_str(&format!(
            " Dots: the boundary between neighbouring cells of different colour, found by halving the step between them {} \
             and running each point; it lies within {} across and {} up. Colours reach to the dots, and from one to the next in a \
             straight line, on which nothing was run.",
            times(phase.halvings),
            steps[0],
            steps[1]
        ));
    }
    if let Some(form) = &phase.form {
        text.push_str(&format!(
            " Dashed: the closed form ({}); of the {} about which it says something, {} as it says, and its bounds pass \
             through {} of {}.",
            form.label,
            counted(form.cells[0], "cell"),
            if form.cells[1] == 1 { "1 is".into() } else { format!("{} are", grouped(form.cells[1])) },
            grouped(form.crossed),
            counted(phase.crossings.len() as u64, "dot")
        ));
    }
    text
}

fn times(n: u32) -> String {
    if n == 1 { "once".into() } else { format!("{n} times") }
}

/// The widest step of an axis after so many halvings, for people.
fn resolution(axis: &PlaneAxis, halvings: u32) -> String {
    let widest = axis.values.windows(2).map(|w| w[1] - w[0]).fold(0.0, f64::max);
    let after = widest / f64::from(1u32 << halvings.min(31));
    match axis.scale {
        Scale::Time => exact_time(libm::ceil(after.max(1.0)) as u64),
        Scale::Whole => format!("{}", libm::ceil(after.max(1.0))),
        Scale::Real => format!("{after:.2e}"),
    }
}

fn names(report: &SweepReport, phase: &Phase) -> [String; 2] {
    let paths: Vec<&str> = report.cells[0].parameters.iter().map(|p| p.0.as_str()).collect();
    let short = report.parameter_names(&(0..paths.len()).collect::<Vec<_>>());
    [0, 1].map(|i| {
        let place = paths.iter().position(|path| *path == phase.axes[i].path);
        printable(place.map_or(phase.axes[i].path.as_str(), |i| &short[i]))
    })
}

fn draw(scene: &mut Scene, top: f64, report: &SweepReport, phase: &Phase) {
    let mixed = phase.kinds.contains(&Kind::Mixed);
    let (left, right) = (MARGIN + TICKS, WIDTH - MARGIN - if mixed { SCALE } else { 14.0 });
    let (plot_top, bottom) = (top + 20.0, top + 20.0 + HEIGHT);
    let [across, up] = phase.axes.each_ref().map(PlaneAxis::borders);
    let ends = |borders: &[f64]| (borders[0], borders[borders.len() - 1]);
    let ((x0, x1), (y0, y1)) = (ends(&across), ends(&up));
    let x = Axis { from: x0, to: x1, logarithmic: false, start: left, end: right };
    let y = Axis { from: y0, to: y1, logarithmic: false, start: bottom, end: plot_top };
    cells(scene, report, phase, &x, &y);
    squares(scene, (&x, &across), (&y, &up));
    let [name_x, name_y] = names(report, phase);
    let ticks = |nth: usize, axis: &Axis, most| {
        let PlaneAxis { path, scale, .. } = &phase.axes[nth];
        let parameter = report.cells[0].parameters.iter().position(|it| it.0 == *path);
        let unit = parameter.and_then(|parameter| report.layout.unit(parameter));
        ticks(axis, *scale == Scale::Time, unit, most)
    };
    let (ticks_x, unit_x) = ticks(0, &x, 10);
    let (ticks_y, unit_y) = ticks(1, &y, 8);
    // Over the cells the grid would be data: it is drawn as ticks alone.
    x_axis(scene, &x, &ticks_x, (bottom, bottom), TICK);
    y_axis(scene, &y, &ticks_y, (left - 4.0, left), TICK);
    boundary(scene, phase, &x, &y);
    let title = fitted(&format!("{name_y}{unit_y}"), 12.0, false, WIDTH - 2.0 * MARGIN);
    scene.text((MARGIN, top + 8.0), Anchor::Left, &title, AXIS);
    let title = fitted(&format!("{name_x}{unit_x}"), 12.0, false, right - left);
    let middle = ((left + right) / 2.0).max(MARGIN + width(&title, 12.0, false) / 2.0);
    scene.text((middle, bottom + 38.0), Anchor::Middle, &title, AXIS);
    if mixed {
        scale(scene, right + 14.0, (plot_top, bottom));
    }
    scene.height = bottom + 38.0 + MARGIN;
}

fn cells(scene: &mut Scene, report: &SweepReport, phase: &Phase, x: &Axis, y: &Axis) {
    for ((outline, kind), cell) in outlines(phase).into_iter().zip(&phase.kinds).zip(&report.cells) {
        let share = cell.totals.undecided as f64 / cell.totals.runs.max(1) as f64;
        let ink = match kind {
            Kind::Proved => PROVED,
            Kind::Chosen => CHOSEN,
            Kind::Mixed => shade(share),
        };
        let mut outline: Vec<Point> = outline.into_iter().map(|(a, b)| (x.place(a), y.place(b))).collect();
        scene.fill(outline.clone(), ink, 1.0);
        // In grey a proved cell would look like a mixed one.
        if *kind == Kind::Proved && phase.kinds.contains(&Kind::Mixed) {
            hatch(scene, &outline);
        }
        // Else the paper shines through between neighbours.
        outline.extend(outline.first().copied());
        scene.path(outline, Stroke::solid(ink, 0.6));
    }
}

/// Straight lines half-way between the cells' values, as far as squares are large enough to be told apart.
fn squares(scene: &mut Scene, (x, across): (&Axis, &[f64]), (y, up): (&Axis, &[f64])) {
    let step = |axis: &Axis, borders: &[f64]| libm::fabs(axis.place(borders[2]) - axis.place(borders[1]));
    if step(x, across).min(step(y, up)) < LEAST_WITH_EDGE {
        return;
    }
    let edge = Stroke::solid(Ink::Paper, 0.8);
    for at in &across[1..across.len() - 1] {
        scene.line((x.place(*at), y.start), (x.place(*at), y.end), edge);
    }
    for at in &up[1..up.len() - 1] {
        scene.line((x.start, y.place(*at)), (x.end, y.place(*at)), edge);
    }
}

/// Rising lines over a polygon, which go on in its neighbours.
fn hatch(scene: &mut Scene, outline: &[Point]) {
    const APART: f64 = 9.0;
    let along = outline.iter().map(|(x, y)| x + y);
    let (from, to) =
        along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)));
    let mut at = libm::ceil(from / APART) * APART;
    while at < to {
        for (start, end) in within(outline, at) {
            scene.line(start, end, Stroke::solid(Ink::Paper, 1.0));
        }
        at += APART;
    }
}

/// The closed form's bounds, and over them the points between which the kind changes.
fn boundary(scene: &mut Scene, phase: &Phase, x: &Axis, y: &Axis) {
    let place = |(a, b): (f64, f64)| -> Point { (x.place(a), y.place(b)) };
    let looks = [Stroke::solid(Ink::Paper, 4.2), Stroke { ink: Ink::Text, width: 1.6, dash: (7.0, 3.0) }];
    for region in phase.form.iter().flat_map(|form| &form.regions) {
        let corners: Vec<Point> = region.iter().copied().map(place).collect();
        for look in looks {
            bounds(&corners, x, y).into_iter().for_each(|line| scene.path(line, look));
        }
    }
    for crossing in &phase.crossings {
        let middle = (crossing.between[0] + crossing.between[1]) / 2.0;
        let at = if crossing.along == 0 { (middle, crossing.at) } else { (crossing.at, middle) };
        scene.mark(place(at), Mark::Circle, 3.4, Ink::Paper);
        scene.mark(place(at), Mark::Circle, 2.4, Ink::Text);
    }
}

/// A polygon's outline without what runs along the plot's edge, where the plot ends and not the form.
fn bounds(corners: &[Point], x: &Axis, y: &Axis) -> Vec<Vec<Point>> {
    let near = |a: f64, b: f64| libm::fabs(a - b) < 1e-6;
    let on_edge = |(x0, y0): Point, (x1, y1): Point| {
        [x.start, x.end].iter().any(|&edge| near(x0, edge) && near(x1, edge))
            || [y.start, y.end].iter().any(|&edge| near(y0, edge) && near(y1, edge))
    };
    let mut lines: Vec<Vec<Point>> = Vec::new();
    for (i, &from) in corners.iter().enumerate() {
        let to = corners[(i + 1) % corners.len()];
        match lines.last_mut() {
            _ if on_edge(from, to) => {}
            Some(line) if line.last() == Some(&from) => line.push(to),
            _ => lines.push(vec![from, to]),
        }
    }
    lines
}

/// The shades of the mixed cells, from 0 to 100 %.
fn scale(scene: &mut Scene, x: f64, (top, bottom): (f64, f64)) {
    let step = (bottom - top) / 50.0;
    for i in 0..50u8 {
        let y = bottom - step * f64::from(i);
        scene.rect((x, y - step), (x + 12.0, y), shade((2.0 * f64::from(i) + 1.0) / 100.0));
    }
    for percent in [0.0, 50.0, 100.0] {
        let y = bottom + (top - bottom) * percent / 100.0;
        scene.line((x + 12.0, y), (x + 16.0, y), Stroke::solid(Ink::Muted, 0.8));
        scene.text((x + 19.0, y + 4.0), Anchor::Left, &format!("{percent} %"), TICK);
    }
}
