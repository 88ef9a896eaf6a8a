//! Each cell's paired difference from the baseline with its interval, a row a cell: of the first choice, and of the wins.
//!
//! Absent on purpose: cells without pairs, and more cells than can be read as rows.

use super::super::axis::{Axis, nice_step};
use super::super::comparison::{Row, Value};
use super::super::data::{CellReport, SweepReport};
use super::super::facts::CellFacts;
use super::super::names::printable;
use super::super::numbers::time_unit;
use super::super::scene::{Anchor, Ink, Mark, Scene, Stroke};
use super::super::text::{fitted, width, wrapped};
use super::figure::Figure;
use super::frame::{
    AXIS, MARGIN, TICK, WIDTH, bold, cell_name, cell_values, heading, introduction, plain, runs, x_axis,
};
use crate::scenario::FigureName;
use crate::stats::holm;
use crate::sweep::ALPHA;

/// More rows than this cannot be read.
const MOST: usize = 40;
/// Height of a row whose name has one line, and two, points.
const PITCH: [f64; 2] = [19.0, 30.0];
/// Room for the cells' names, points.
const NAMES: f64 = 262.0;
/// Between the panels, points.
const GAP: f64 = 36.0;

/// A column of differences.
struct Panel<'a> {
    title: String,
    /// What one unit of the axis is.
    scale: f64,
    rows: Vec<Option<&'a Row>>,
}

/// Why there is no such figure.
pub fn why_not(report: &SweepReport) -> Option<String> {
    match report.cells.iter().filter(|cell| cell.paired.is_some()).count() {
        0 => Some("no cell can be paired with the baseline".to_owned()),
        n if n > MOST => {
            Some(format!("more than {MOST} cells are compared; the table of differences has them"))
        }
        _ => None,
    }
}

/// The figure, if cells are compared with others.
pub fn figure(report: &SweepReport, all: &[CellFacts]) -> Option<Figure> {
    let words = report.base_words()?;
    if why_not(report).is_some() {
        return None;
    }
    let paired = report.cells.iter().zip(all).filter(|(cell, _)| cell.paired.is_some());
    let mut rows: Vec<Compared> = paired
        .filter_map(|(cell, facts)| Some(Compared { cell, facts, base: report.base_of(cell)? }))
        .collect();
    // The cells that share a baseline stand together.
    rows.sort_by_key(|row| (row.base.index, row.cell.index));
    let first = rows.first()?.base;
    let base = match report.base_values()?.is_empty() {
        true => printable(&cell_name(report, first)),
        false => printable(&words),
    };
    let title = printable(&format!("Differences from {words}, paired by seed, {}", runs(report)));
    let about = format!("{} Each cell minus {base}; bars: 95 % intervals.", introduction(report));
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &[]);
    draw(&mut scene, top, &lines(report, &rows), &panels(first, &rows));
    let with = if base == printable(&words) { base } else { format!("{words} ({base})") };
    let caption = format!(
        "Each row is a cell, compared with {with} over runs with the same seeds, in which a message of both runs \
         has the same delay and the same fate. Left: mean time of the first choice, over the pairs in which both runs choose; \
         right: share of the runs won by {}, in percentage points. Bars are 95 % intervals of the paired difference, each \
         for its row alone: of rows that do not differ, about one bar in twenty is off 0. Filled: differs from 0 even when all bars \
         of the figure are taken together (Holm); rings do not. A point without a bar: all pairs differ by the same, or so few \
         of them make the mean that it says little.",
        first.lineup.proposers.first().map(|name| printable(name)).unwrap_or_default()
    );
    Some(Figure { name: FigureName::Differences.name(), title, caption, scene })
}

/// A cell and the one that it is compared with.
struct Compared<'a> {
    cell: &'a CellReport,
    facts: &'a CellFacts,
    base: &'a CellReport,
}

/// A line of the figure.
enum Line {
    /// What the rows below it are compared with.
    Heading(String),
    /// A row, by its name.
    Row(String),
}

/// The rows, below a heading for each cell that some are compared with, where it is not one for all.
fn lines(report: &SweepReport, rows: &[Compared]) -> Vec<Line> {
    let is_along = report.baseline.as_ref().is_some_and(|bases| bases.only().is_none());
    let mut lines = Vec::new();
    for own in rows.chunk_by(|a, b| a.base.index == b.base.index) {
        if let Some(row) = own.first().filter(|_| is_along) {
            let name = printable(&cell_values(report, row.base));
            lines.push(Line::Heading(format!("minus {}: {name}", row.base.index)));
        }
        lines.extend(own.iter().map(|row| {
            Line::Row(format!("{}: {}", row.cell.index, printable(&cell_values(report, row.cell))))
        }));
    }
    lines
}

fn panels<'a>(baseline: &CellReport, all: &[Compared<'a>]) -> Vec<Panel<'a>> {
    let pick =
        |name: &str| all.iter().map(|row| row.facts.differences.iter().find(|it| it.name == name)).collect();
    let times: Vec<Option<&Row>> = pick("first_choice_both");
    let (unit, scale) = time_unit(farthest(&times));
    let mut panels = Vec::new();
    if times.iter().any(Option::is_some) {
        panels.push(Panel { title: format!("first choice ({unit})"), scale, rows: times });
    }
    if let Some(name) = baseline.lineup.proposers.first() {
        let rows = pick(&format!("winner.{name}"));
        panels.push(Panel { title: format!("{name} wins (percentage points)"), scale: 0.01, rows });
    }
    panels
}

/// The end of an interval that is farthest from 0.
fn farthest(rows: &[Option<&Row>]) -> f64 {
    let ends = rows.iter().flatten().flat_map(|row| match (row.interval, row.difference) {
        (Some(i), _) => [i.low, i.high],
        (None, difference) => [difference.unwrap_or(0.0); 2],
    });
    ends.map(libm::fabs).fold(0.0, f64::max)
}

fn draw(scene: &mut Scene, top: f64, lines: &[Line], panels: &[Panel]) {
    let first = top + 24.0;
    let name = |line: &Line| match line {
        Line::Heading(text) | Line::Row(text) => text.clone(),
    };
    let is_heading = |line: &Line| matches!(line, Line::Heading(_));
    let words: Vec<Vec<String>> =
        lines.iter().map(|line| wrapped(&name(line), 11.0, is_heading(line), NAMES, 2)).collect();
    let pitch = PITCH[usize::from(words.iter().any(|words| words.len() > 1))];
    let bottom = first + pitch * lines.len() as f64;
    let widest = lines.iter().map(|line| width(&name(line), 11.0, is_heading(line))).fold(0.0, f64::max);
    let left = MARGIN + widest.min(NAMES) + 22.0;
    let mut middles = Vec::new();
    for (i, (line, words)) in lines.iter().zip(&words).enumerate() {
        let y = first + pitch * i as f64;
        if !is_heading(line) {
            middles.push(y + pitch / 2.0);
            if middles.len() % 2 == 0 {
                scene.rect((MARGIN - 6.0, y), (WIDTH - MARGIN + 6.0, y + pitch), Ink::Stripe);
            }
        }
        let look = if is_heading(line) { bold(11.0, Ink::Text) } else { plain(11.0, Ink::Text) };
        for (j, text) in words.iter().enumerate() {
            let middle = y + pitch / 2.0 + 13.0 * (j as f64 - (words.len() as f64 - 1.0) / 2.0);
            scene.text((MARGIN, middle + 4.0), Anchor::Left, text, look);
        }
    }
    let tests: Vec<Option<f64>> =
        panels.iter().flat_map(|panel| &panel.rows).map(|row| row.and_then(Row::alone)).collect();
    let mut stands = holm(&tests, ALPHA).into_iter();
    let count = panels.len().max(1) as f64;
    let wide = (WIDTH - MARGIN - 16.0 - left - GAP * (count - 1.0)) / count;
    for (i, panel) in panels.iter().enumerate() {
        let start = left + (wide + GAP) * i as f64;
        let stands: Vec<bool> = stands.by_ref().take(panel.rows.len()).collect();
        column(scene, (panel, &stands), (start, start + wide), (top, first, bottom), &middles);
    }
    scene.height = bottom + 26.0 + MARGIN;
}

/// A panel, each of its rows at the height of its middle.
fn column(
    scene: &mut Scene,
    (panel, stands): (&Panel, &[bool]),
    (start, end): (f64, f64),
    (top, first, bottom): (f64, f64, f64),
    middles: &[f64],
) {
    let ends = panel.rows.iter().flatten().map(|row| {
        let alone = row.difference.unwrap_or(0.0);
        row.interval.map_or([alone, alone], |i| [i.low, i.high]).map(|end| end / panel.scale)
    });
    let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), [a, b]| (low.min(a), high.max(b)));
    let step = nice_step(((high - low) / 5.0).max(1e-9));
    let axis = Axis {
        from: libm::floor(low / step) * step,
        to: (libm::ceil(high / step) * step).max(libm::floor(low / step) * step + step),
        logarithmic: false,
        start,
        end,
    };
    let title = fitted(&printable(&panel.title), 12.0, true, end - start + 20.0);
    scene.text((start, top + 10.0), Anchor::Left, &title, AXIS);
    x_axis(scene, &axis, &axis.ticks(5), (first, bottom), TICK);
    let zero = axis.place(0.0);
    scene.line((zero, first), (zero, bottom), Stroke::solid(Ink::Muted, 1.2));
    for (i, (row, &y)) in panel.rows.iter().zip(middles).enumerate() {
        let Some((row, difference)) = row.and_then(|row| Some((row, row.difference?))) else { continue };
        let ink = if row.value == Value::Share { Ink::Series(1) } else { Ink::Series(0) };
        if let Some(interval) = row.interval {
            let ends = [interval.low, interval.high].map(|end| axis.place(end / panel.scale));
            scene.line((ends[0], y), (ends[1], y), Stroke::solid(ink, 1.8));
            for x in ends {
                scene.line((x, y - 5.5), (x, y + 5.5), Stroke::solid(ink, 1.2));
            }
        }
        let mark = if stands.get(i) == Some(&true) { Mark::Circle } else { Mark::Ring };
        scene.mark((axis.place(difference / panel.scale), y), mark, 3.4, ink);
    }
}
