//! Shares with a row for each cell: parameters on the left, intervals in the middle, figures on the right.
//!
//! Absent on purpose: more cells than can be read; `trend` draws those.

use super::super::axis::Axis;
use super::super::data::{CellReport, SweepReport};
use super::super::facts::Share;
use super::super::names::printable;
use super::super::numbers::{grouped, percent, percent_interval};
use super::super::scene::{Anchor, Ink, Scene, Stroke};
use super::super::text::{fitted, width, wrapped};
use super::frame::{AXIS, MARGIN, TICK, WIDTH, bold, plain, varying, x_axis};
use super::winners::Series;

/// A column of words to the left of the plot.
pub(super) struct Column {
    head: String,
    /// In lines; below each other as many rows as have the same words, which are written once.
    blocks: Vec<(usize, Vec<String>)>,
    numeric: bool,
    left: f64,
    pub(super) right: f64,
}

/// Room that the columns may take, points.
const MOST_LEFT: f64 = 400.0;
/// From a line of words to the next, points.
const LINE: f64 = 13.0;
/// A column is not widened beyond this for its head, points.
const MOST_HEAD: f64 = 120.0;
/// A column of shares on the right, points.
const SHARES: f64 = 54.0;
/// More series than this have no shares beside them.
const MOST_SHARES: usize = 4;
/// Up to this many cells, each series has its share and interval written beside it.
const MOST_WRITTEN: usize = 8;
/// Room for a share with its interval, points.
const WRITTEN: f64 = 132.0;

/// Draws it below `top` and sets the scene's height.
pub fn draw(scene: &mut Scene, top: f64, report: &SweepReport, series: &[Series]) {
    let cells = report.cells.len();
    let written = cells <= MOST_WRITTEN;
    let pitch: f64 = match cells {
        1..=3 => 22.0,
        4..=8 => 15.0,
        9..=20 => 11.0,
        _ => 8.5,
    };
    let band = (pitch * series.len() as f64 + pitch * 0.7).max(19.0);
    let columns = columns(report, band);
    let left = columns.last().map_or(MARGIN, |c| c.right) + 20.0;
    let shares = match series.len() {
        _ if written => WRITTEN,
        n if n <= MOST_SHARES => n as f64 * SHARES,
        _ => 0.0,
    };
    let right = WIDTH - MARGIN - shares - 8.0;
    let first = top + 22.0;
    let bottom = first + band * cells as f64;
    let axis = Axis { from: 0.0, to: 100.0, logarithmic: false, start: left, end: right };
    for i in (1..cells).step_by(2) {
        let y = first + band * i as f64;
        scene.rect((MARGIN - 6.0, y), (WIDTH - MARGIN + 6.0, y + band), Ink::Stripe);
    }
    x_axis(scene, &axis, &axis.ticks(5), (first, bottom), TICK);
    scene.text(((left + right) / 2.0, bottom + 36.0), Anchor::Middle, "share of runs (%)", AXIS);
    words(scene, &columns, top, first, band);
    for (s, one) in series.iter().enumerate() {
        let lines = (0..cells).map(|c| {
            let middle = first + band * (c as f64 + 0.5);
            (middle, middle + pitch * (s as f64 - (series.len() as f64 - 1.0) / 2.0))
        });
        let lines: Vec<(f64, f64)> = lines.collect();
        points(scene, &axis, one, &lines, pitch);
        exact(scene, &axis, one, &lines, pitch);
        if shares > 0.0 && !written {
            let x = WIDTH - MARGIN - shares + SHARES * (s + 1) as f64;
            share_column(scene, one, (x, top + 12.0), &lines);
        }
        for (share, (_, y)) in one.shares.iter().zip(&lines).filter(|_| written) {
            let Some((share, value)) = known(share) else { continue };
            let text = format!("{} % {}", percent(value, share.interval), percent_interval(share.interval));
            scene.text((WIDTH - MARGIN, y + 4.0), Anchor::Right, &text, plain(11.0, Ink::Text));
        }
    }
    scene.height = bottom + 36.0 + MARGIN;
}

/// Markers with their intervals, whose caps stand out where the interval is narrower than the marker.
fn points(scene: &mut Scene, axis: &Axis, one: &Series, lines: &[(f64, f64)], pitch: f64) {
    let radius = (pitch * 0.31).clamp(2.6, 4.8);
    for (share, &(_, y)) in one.shares.iter().zip(lines) {
        let Some((share, value)) = known(share) else { continue };
        let ends = [share.interval.low, share.interval.high].map(|end| axis.place(100.0 * end));
        scene.line((ends[0], y), (ends[1], y), Stroke::solid(one.ink, (radius * 0.45).max(1.4)));
        let cap = (radius + 2.2).min(pitch * 0.48);
        for x in ends {
            scene.line((x, y - cap), (x, y + cap), Stroke::solid(one.ink, 1.2));
        }
        let at = (axis.place(100.0 * value), y);
        scene.mark(at, one.mark, radius, one.ink);
        let told = format!(
            "{}: {} % {}",
            one.short,
            percent(value, share.interval),
            percent_interval(share.interval)
        );
        scene.hint(at, (7.0, (pitch * 0.5).min(7.0)), &told);
    }
}

/// A stroke at each exact probability that is known.
fn exact(scene: &mut Scene, axis: &Axis, one: &Series, lines: &[(f64, f64)], pitch: f64) {
    for (value, &(_, y)) in one.exact.iter().zip(lines) {
        let Some(value) = value else { continue };
        let (x, half) = (axis.place(100.0 * value), pitch * 0.5);
        scene.line((x, y - half), (x, y + half), Stroke::solid(Ink::Text, 1.0));
    }
}

/// A share with its value; none without runs, and where the proposer does not contend.
fn known(share: &Option<Share>) -> Option<(&Share, f64)> {
    let share = share.as_ref()?;
    Some((share, share.share?))
}

fn share_column(scene: &mut Scene, one: &Series, (x, head_y): (f64, f64), lines: &[(f64, f64)]) {
    let head = fitted(&printable(&one.short), 11.0, true, SHARES - 6.0);
    scene.text((x, head_y), Anchor::Right, &head, bold(11.0, Ink::Text));
    for (share, (middle, _)) in one.shares.iter().zip(lines) {
        let Some((share, value)) = known(share) else { continue };
        let text = format!("{} %", percent(value, share.interval));
        scene.text((x, middle + 4.0), Anchor::Right, &text, plain(11.0, Ink::Text));
    }
}

/// Writes the columns to the left of rows that are so high, the first of which begins at `first`.
pub(super) fn words(scene: &mut Scene, columns: &[Column], top: f64, first: f64, band: f64) {
    for column in columns {
        let (x, anchor) =
            if column.numeric { (column.right, Anchor::Right) } else { (column.left, Anchor::Left) };
        scene.text((x, top + 12.0), anchor, &column.head, bold(11.0, Ink::Text));
        let mut row = 0;
        for (rows, lines) in &column.blocks {
            // Alone in the middle of its row; else from the first row of those that share it.
            let up = if *rows == 1 { (lines.len() as f64 - 1.0) / 2.0 } else { 0.0 };
            let middle = first + band * (row as f64 + 0.5) + 4.0;
            for (j, text) in lines.iter().enumerate() {
                scene.text((x, middle + LINE * (j as f64 - up)), anchor, text, plain(11.0, Ink::Text));
            }
            row += rows;
        }
    }
}

/// A head, and words with the number of rows that share them.
type Words = (String, Vec<(usize, String)>);

/// The cell's number, its varying parameters, and its runs if they are not the same everywhere (the title has them then).
fn words_of(report: &SweepReport) -> Vec<Words> {
    let each =
        |text: fn(&CellReport) -> String| report.cells.iter().map(move |cell| (1, text(cell))).collect();
    let mut all: Vec<Words> = Vec::new();
    if report.cells.len() > 1 {
        all.push(("cell".into(), each(|cell| cell.index.to_string())));
    }
    let varying = varying(report);
    for (nth, (head, i)) in report.parameter_names(&varying).iter().zip(&varying).enumerate() {
        // What stands to the left has to be the same as well.
        let is_same = |a: &CellReport, b: &CellReport| {
            varying[..=nth].iter().all(|i| a.parameters[*i].1 == b.parameters[*i].1)
        };
        let blocks = report.cells.chunk_by(is_same);
        let value = |cell: &CellReport| printable(&report.value_name(*i, &cell.parameters[*i].1));
        all.push((printable(head), blocks.map(|block| (block.len(), value(&block[0]))).collect()));
    }
    let runs = report.cells.first().map(|cell| cell.totals.runs);
    if report.cells.len() == 1 || report.cells.iter().any(|cell| Some(cell.totals.runs) != runs) {
        all.push(("runs".into(), each(|cell| grouped(cell.totals.runs))));
    }
    all
}

/// The columns, cut to what there is room for.
pub(super) fn columns(report: &SweepReport, band: f64) -> Vec<Column> {
    let texts = words_of(report);
    // What many rows share has room for as many lines as it needs.
    let lines = |rows: usize| ((band * rows as f64 / LINE) as usize).clamp(1, if rows == 1 { 2 } else { 4 });
    let natural = |(head, blocks): &Words| {
        let widest = blocks.iter().map(|(_, t)| width(t, 11.0, false)).fold(0.0, f64::max);
        widest.max(width(head, 11.0, true).min(MOST_HEAD)) + 2.0
    };
    let widths: Vec<f64> = texts.iter().map(natural).collect();
    let limit = column_limit(&widths, MOST_LEFT);
    let mut right = MARGIN - 14.0;
    texts
        .into_iter()
        .zip(widths)
        .map(|((head, blocks), natural)| {
            let w = natural.min(limit);
            let left = right + 14.0;
            right = left + w;
            let numeric = blocks.iter().all(|(_, t)| t.starts_with(|c: char| c.is_ascii_digit()));
            let cut = |(rows, t): (usize, String)| (rows, wrapped(&t, 11.0, false, w, lines(rows)));
            Column {
                head: fitted(&head, 11.0, true, w),
                blocks: blocks.into_iter().map(cut).collect(),
                numeric,
                left,
                right,
            }
        })
        .collect()
}

/// The width at which the widest columns are cut so that all fit.
fn column_limit(widths: &[f64], room: f64) -> f64 {
    let room = (room - 14.0 * widths.len() as f64).max(30.0 * widths.len() as f64);
    let (mut low, mut high) = (0.0, room);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        let total: f64 = widths.iter().map(|w| w.min(middle)).sum();
        if total > room { high = middle } else { low = middle }
    }
    low
}
