//! How runs end: for each cell, the shares of its runs by verdict, stacked to all of them.
//!
//! Absent on purpose: the figure where nearly every run decided and nobody asked for it, for it would be one colour.

use super::super::axis::Axis;
use super::super::data::{CellReport, SweepReport};
use super::super::facts::CellFacts;
use super::super::numbers::{percent, percent_interval};
use super::super::scene::{Anchor, Ink, Mark, Scene, Stroke};
use super::super::table::verdicts;
use super::super::text::width;
use super::figure::Figure;
use super::frame::{AXIS, Key, MARGIN, TICK, WIDTH, heading, introduction, plain, runs, x_axis};
use super::rows;
use crate::check::Verdict;
use crate::scenario::FigureName;
use crate::stats::{clopper_pearson, share};
use crate::sweep::ALPHA;

/// More bars than this are no picture.
const MOST_CELLS: usize = 200;
/// A share below this is a hair; tables have it.
const LEAST: f64 = 0.005;
/// Height that the bars of many cells share, points.
const TALL: f64 = 640.0;
/// Bars below this height have no words, points.
const WRITTEN: f64 = 12.0;
/// An interval that is narrower than this is not seen beside the line between two colours, points.
const SEEN: f64 = 2.0;

/// Why there is no such figure, if it is not for want of anything to see.
pub fn why_not(report: &SweepReport) -> Option<String> {
    (report.cells.len() > MOST_CELLS).then(|| format!("of more than {MOST_CELLS} cells it is no picture"))
}

/// The figure; of more cells than can be told apart none, and where nearly every run decided only if it is asked for.
pub fn figure(report: &SweepReport, all: &[CellFacts]) -> Option<Figure> {
    let others = verdicts(report);
    let is_seen = |cell: &CellReport| {
        let others = cell.totals.runs - cell.totals.verdicts[Verdict::Decided as usize];
        share(others, cell.totals.runs).is_some_and(|share| share >= LEAST)
    };
    let is_wanted = report.layout.asks_for(FigureName::Verdicts) || report.cells.iter().any(is_seen);
    if !is_wanted || why_not(report).is_some() {
        return None;
    }
    let shown: Vec<Verdict> = [Verdict::Decided].into_iter().chain(others).collect();
    let title = format!("How runs end, {}", runs(report));
    let about = format!(
        "{} Stacked: share of the runs by verdict; bars across: 95 % intervals of the share of all to their left.",
        introduction(report)
    );
    let key = |verdict: &Verdict| Key {
        name: format!("{} ({})", verdict.name(), said(*verdict)),
        ink: ink(*verdict),
        mark: Some(Mark::Square),
        dash: None,
    };
    let keys: Vec<Key> = shown.iter().map(key).collect();
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &keys);
    draw(&mut scene, top, report, all, &shown);
    Some(Figure { name: FigureName::Verdicts.name(), title, caption: caption(report), scene })
}

/// In a few words.
fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Decided => "chosen, clients answered",
        Verdict::Starved => "chosen, a client is never answered",
        Verdict::Unfinished => "chosen, cut off before all clients were answered",
        Verdict::LivelockProved => "never chosen: the run goes round",
        Verdict::Undecided => "cut off before a choice",
        Verdict::Blocked => "never chosen: nothing more happens",
        Verdict::GaveUp => "never chosen: all clients were told FAILED",
    }
}

const fn ink(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::Decided => Ink::Shade(12),
        Verdict::Starved => Ink::Series(5),
        Verdict::Unfinished => Ink::Series(4),
        Verdict::LivelockProved => Ink::Series(1),
        Verdict::Undecided => Ink::Series(3),
        Verdict::Blocked => Ink::Nothing,
        Verdict::GaveUp => Ink::Series(0),
    }
}

/// Of words on it.
const fn words_on(verdict: Verdict) -> Ink {
    match verdict {
        Verdict::LivelockProved | Verdict::Blocked | Verdict::GaveUp => Ink::OnDark,
        _ => Ink::OnLight,
    }
}

fn caption(report: &SweepReport) -> String {
    let mut text = String::from(
        "Share of the runs by how they end. Bars across a line between two colours are the 95 % interval (Clopper–Pearson, each \
         alone) of the share of all runs to its left; where it is too narrow to be seen there is none.",
    );
    if report.cells.iter().any(|cell| cell.totals.verdicts[Verdict::LivelockProved as usize] > 0) {
        text.push_str(" A run goes round where a state recurs with no draw in between, which proves that nothing is ever chosen.");
    }
    text
}

fn draw(scene: &mut Scene, top: f64, report: &SweepReport, all: &[CellFacts], shown: &[Verdict]) {
    let cells = report.cells.len();
    let band = match cells {
        1..=3 => 34.0,
        4..=8 => 28.0,
        9..=20 => 21.0,
        21..=40 => 16.0,
        _ => TALL / cells as f64,
    };
    let columns = if band >= WRITTEN { rows::columns(report, band) } else { Vec::new() };
    let left = columns.last().map_or(MARGIN + 30.0, |column| column.right) + 14.0;
    let first = top + if columns.is_empty() { 6.0 } else { 22.0 };
    let bottom = first + band * cells as f64;
    let axis = Axis { from: 0.0, to: 100.0, logarithmic: false, start: left, end: WIDTH - MARGIN - 8.0 };
    x_axis(scene, &axis, &axis.ticks(5), (first, bottom), TICK);
    scene.text(((axis.start + axis.end) / 2.0, bottom + 36.0), Anchor::Middle, "share of runs (%)", AXIS);
    rows::words(scene, &columns, top, first, band);
    if columns.is_empty() {
        numbers(scene, report, (left, first), band);
    }
    let gap = (0.14 * band).min(3.0);
    for (i, (cell, facts)) in report.cells.iter().zip(all).enumerate() {
        let y = first + band * i as f64;
        bar(scene, &axis, (cell, facts), shown, (y + gap, y + band - gap));
    }
    scene.height = bottom + 36.0 + MARGIN;
}

/// Numbers of cells, as many as there is room for.
fn numbers(scene: &mut Scene, report: &SweepReport, (left, first): (f64, f64), band: f64) {
    let every = libm::ceil(WRITTEN / band) as usize;
    for (i, cell) in report.cells.iter().enumerate().step_by(every) {
        let y = first + band * (i as f64 + 0.5) + 4.0;
        scene.text((left - 6.0, y), Anchor::Right, &cell.index.to_string(), TICK);
    }
}

/// One cell's runs, and the intervals of what lies to the left of each line between two verdicts.
fn bar(
    scene: &mut Scene,
    axis: &Axis,
    (cell, facts): (&CellReport, &CellFacts),
    shown: &[Verdict],
    (top, bottom): (f64, f64),
) {
    let runs = cell.totals.runs;
    let (mut before, mut ends) = (0, Vec::new());
    for &verdict in shown {
        let it = facts.verdict(verdict);
        let Some(share) = it.share.filter(|_| it.count > 0) else { continue };
        let place = |count: u64| axis.place(100.0 * count as f64 / runs as f64);
        let (from, to) = (place(before), place(before + it.count));
        if before > 0 {
            ends.push((from, clopper_pearson(before, runs, ALPHA)));
        }
        scene.rect((from, top), (to, bottom), ink(verdict));
        let middle = ((from + to) / 2.0, (top + bottom) / 2.0);
        let figure = format!("{} %", percent(share, it.interval));
        let whole = format!("{} {figure} {}", verdict.name(), percent_interval(it.interval));
        scene.hint(middle, ((to - from) / 2.0, (bottom - top) / 2.0), &whole);
        let fits = |text: &String| width(text, 11.0, false) + 26.0 <= to - from && bottom - top >= WRITTEN;
        let words = [whole, format!("{} {figure}", verdict.name()), figure];
        if let Some(text) = words.iter().find(|text| fits(text)) {
            scene.text((middle.0, middle.1 + 4.0), Anchor::Middle, text, plain(11.0, words_on(verdict)));
        }
        before += it.count;
    }
    for (x, interval) in ends {
        scene.line((x, top), (x, bottom), Stroke::solid(Ink::Paper, 1.2));
        let [low, high] = [interval.low, interval.high].map(|end| axis.place(100.0 * end));
        if high - low >= SEEN {
            // Below the words.
            let y = bottom - 0.1 * (bottom - top);
            scene.line((low, y), (high, y), Stroke::solid(Ink::OnLight, 1.3));
        }
    }
}
