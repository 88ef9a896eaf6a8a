//! The heat map of a grid of two axes: one square a cell, its share as a shade and as a number with its interval.
//!
//! Absent on purpose: interpolation between cells.

use std::collections::{BTreeMap, BTreeSet};

use super::super::data::{CellReport, SweepReport};
use super::super::facts::{CellFacts, Share, UNDECIDED};
use super::super::names::printable;
use super::super::numbers::{percent, percent_interval};
use super::super::scene::{Anchor, Ink, Scene, Stroke};
use super::super::text::{fitted, width, wrapped};
use super::figure::Figure;
use super::frame::{AXIS, MARGIN, TICK, WIDTH, bold, heading, introduction, plain, runs, varying};
use crate::scenario::FigureName;
use crate::stats::Interval;

/// Fewer values than this along an axis are better read as rows.
const LEAST: usize = 3;
/// Height of a square, points; of very many rows less, so that they fit.
const TALL: f64 = 34.0;
/// Height of all rows at most, points.
const TALLEST: f64 = 4_000.0;
/// Squares narrower than this hold no numbers, points.
const NARROW: f64 = 34.0;
/// Room for the scale to the right, points.
const SCALE: f64 = 70.0;

/// A complete grid of two axes.
struct Grid {
    /// The parameters' short paths: down, across.
    paths: [String; 2],
    /// What their values are called, in the order of the cells.
    values: [Vec<String>; 2],
    /// Positions in the report's cells, row by row.
    cells: Vec<usize>,
}

/// The figure, if the cells are a complete grid of two axes.
pub fn figure(report: &SweepReport, all: &[CellFacts]) -> Option<Figure> {
    let grid = grid(report)?;
    let cells: Vec<&CellFacts> = grid.cells.iter().map(|i| &all[*i]).collect();
    let is_everywhere = |name: &&String| cells.iter().all(|facts| facts.winner(name).is_some());
    let first = || report.proposers.iter().find(is_everywhere).or(report.proposers.first());
    let name = report.layout.winner.as_ref().or_else(first)?;
    let won = (name.as_str(), format!("won by {name}"));
    let mut panels: Vec<(&str, String)> = [won].into_iter().filter(|it| it.0 != UNDECIDED).collect();
    let fails = |facts: &&CellFacts| facts.winner(UNDECIDED).is_some_and(|share| share.count > 0);
    if name == UNDECIDED || cells.iter().any(fails) {
        panels.push((UNDECIDED, "nothing chosen".to_string()));
    }
    let title = format!("Shares over {} and {}, {}", grid.paths[0], grid.paths[1], runs(report));
    let about = format!("{} Share of runs (%) and its 95 % interval.", introduction(report));
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let mut y = heading(&mut scene, report, &title, &about, &[]);
    for (whose, name) in panels {
        let of_cells: Vec<Option<&Share>> = cells.iter().map(|facts| facts.winner(whose)).collect();
        y = panel(&mut scene, y, &grid, &of_cells, &name);
    }
    scene.height = y - 6.0;
    let caption = format!(
        "Each square is a cell: {} down, {} across. The number is a share of its runs in percent; below it stands its \
         95 % interval, simultaneous in the cell, or half of its width. Shades go from the least to the greatest share shown, \
         rounded to tens.{}",
        grid.paths[0],
        grid.paths[1],
        if is_everywhere(&name) {
            ""
        } else {
            " Without a square: cells in which that proposer does not contend."
        }
    );
    Some(Figure { name: FigureName::HeatMap.name(), title, caption, scene })
}

/// The values of a parameter in the order in which the cells bring them.
fn values_of(report: &SweepReport, parameter: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let values = report.cells.iter().map(|cell| cell.parameters[parameter].1.as_str());
    values.filter(|value| seen.insert(*value)).map(str::to_owned).collect()
}

fn grid(report: &SweepReport) -> Option<Grid> {
    let [mut down, mut across] = varying(report)[..] else { return None };
    let name = |i: usize, value: &str| printable(&report.value_name(i, value));
    let longest = |i: usize| values_of(report, i).iter().map(|v| name(i, v).chars().count()).max();
    // Unless it is said what goes across, long words have more room at the left.
    let is_turned = report.layout.x.map_or(longest(across) > longest(down), |x| x == down);
    if is_turned {
        (down, across) = (across, down);
    }
    let values = [values_of(report, down), values_of(report, across)];
    if values.iter().any(|v| v.len() < LEAST) || values[0].len() * values[1].len() != report.cells.len() {
        return None;
    }
    let of = |cell: &CellReport, i: usize| cell.parameters[i].1.clone();
    let places: BTreeMap<(String, String), usize> =
        report.cells.iter().enumerate().map(|(i, cell)| ((of(cell, down), of(cell, across)), i)).collect();
    let pairs = values[0].iter().flat_map(|r| values[1].iter().map(move |c| (r.clone(), c.clone())));
    let cells = pairs.map(|pair| places.get(&pair).copied()).collect::<Option<_>>()?;
    let names = report.parameter_names(&[down, across]);
    let [down, across] = [(down, &values[0]), (across, &values[1])]
        .map(|(i, values)| values.iter().map(|value| name(i, value)).collect());
    Some(Grid { paths: [printable(&names[0]), printable(&names[1])], values: [down, across], cells })
}

/// One share of all cells; returns the height below it.
fn panel(scene: &mut Scene, top: f64, grid: &Grid, shares: &[Option<&Share>], name: &str) -> f64 {
    let [rows, columns] = &grid.values;
    let shades = Shades::of(shares);
    let widest = rows.iter().map(|t| width(t, 11.0, false)).fold(0.0, f64::max).min(210.0);
    let left = (MARGIN + widest + 8.0).max(MARGIN + 60.0);
    let wide = ((WIDTH - MARGIN - SCALE - left) / columns.len() as f64).min(110.0);
    let (right, first) = (left + wide * columns.len() as f64, top + 34.0);
    let tall = TALL.min(TALLEST / rows.len() as f64);
    let bottom = first + tall * rows.len() as f64;
    let title = fitted(&printable(name), 12.0, true, WIDTH - 2.0 * MARGIN);
    scene.text((MARGIN, top + 8.0), Anchor::Left, &title, bold(12.0, Ink::Text));
    let path = fitted(&printable(&grid.paths[0]), 12.0, false, left - 8.0 - MARGIN);
    scene.text((left - 8.0, first - 8.0), Anchor::Right, &path, AXIS);
    for (i, share) in shares.iter().enumerate() {
        let (row, column) = (i / columns.len(), i % columns.len());
        let corner = (left + wide * column as f64, first + tall * row as f64);
        square(scene, corner, (wide, tall), *share, shades);
    }
    for (i, value) in rows.iter().enumerate().step_by(libm::ceil(12.0 / tall) as usize) {
        let most = if tall < TALL { 1 } else { 2 };
        let lines = wrapped(value, 11.0, false, widest + 2.0, most);
        for (j, line) in lines.iter().enumerate() {
            let below = 13.0 * (j as f64 - (lines.len() as f64 - 1.0) / 2.0);
            let y = first + tall * (i as f64 + 0.5) + 4.0 + below;
            scene.text((left - 8.0, y), Anchor::Right, line, TICK);
        }
    }
    let every = libm::ceil(30.0 / wide).max(1.0) as usize;
    let mut below = bottom;
    for (i, value) in columns.iter().enumerate().step_by(every) {
        for (j, line) in wrapped(value, 11.0, false, wide * every as f64 - 4.0, 2).iter().enumerate() {
            let place = (left + wide * (i as f64 + 0.5), bottom + 16.0 + 13.0 * j as f64);
            scene.text(place, Anchor::Middle, line, TICK);
            below = below.max(place.1);
        }
    }
    let title = fitted(&printable(&grid.paths[1]), 12.0, false, right - left + 60.0);
    let half = width(&title, 12.0, false) / 2.0;
    let middle = ((left + right) / 2.0).clamp(MARGIN + half, WIDTH - MARGIN - half);
    scene.text((middle, below + 20.0), Anchor::Middle, &title, AXIS);
    scale(scene, right + 22.0, (first, bottom), shades);
    below + 46.0
}

fn square(
    scene: &mut Scene,
    (x, y): (f64, f64),
    (wide, tall): (f64, f64),
    share: Option<&Share>,
    shades: Shades,
) {
    let Some((share, value)) = share.and_then(|share| Some((share, share.share?))) else { return };
    let level = shades.level(value);
    let (aside, below) = (0.75_f64.min(wide / 8.0), 0.75_f64.min(tall / 8.0));
    scene.rect((x + aside, y + below), (x + wide - aside, y + tall - below), Ink::Shade(level));
    if wide < NARROW || tall < TALL {
        return;
    }
    let ink = if level < 55 { Ink::OnLight } else { Ink::OnDark };
    let middle = x + wide / 2.0;
    let number = percent(value, share.interval);
    let half = beside(&number, share.interval, wide - 6.0);
    scene.text((middle, y + 15.5), Anchor::Middle, &number, bold(11.0, ink));
    scene.text((middle, y + 27.5), Anchor::Middle, &half, plain(9.0, ink));
}

/// The interval of a share, where there is room; else half of its width, or the end that is not 0 or 100 %.
fn beside(number: &str, interval: Interval, room: f64) -> String {
    // With as many decimals as the number itself.
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let whole = percent_interval(interval);
    match (100.0 * interval.low, 100.0 * interval.high) {
        _ if width(&whole, 9.0, false) <= room => whole,
        (0.0, high) => format!("≤{high:.decimals$}"),
        (low, 100.0) => format!("≥{low:.decimals$}"),
        (low, high) => format!("±{:.decimals$}", 0.5 * (high - low)),
    }
}

/// The shares that the shades stand for, percent: from tens to tens, so that what is shown uses them.
#[derive(Clone, Copy)]
struct Shades {
    from: f64,
    to: f64,
}

impl Shades {
    /// For these shares.
    fn of(shares: &[Option<&Share>]) -> Shades {
        let values = || shares.iter().flatten().filter_map(|share| Some(100.0 * share.share?));
        let from = libm::floor(values().fold(100.0, f64::min) / 10.0) * 10.0;
        let to = libm::ceil(values().fold(0.0, f64::max) / 10.0) * 10.0;
        // Not so fine that chance has colours.
        let wide = (to - from).max(20.0);
        let from = from.min(100.0 - wide).max(0.0);
        Shades { from, to: from + wide }
    }

    /// From 0 to 100, the shade of a share.
    fn level(self, share: f64) -> u8 {
        libm::round(100.0 * (100.0 * share - self.from) / (self.to - self.from)).clamp(0.0, 100.0) as u8
    }
}

/// The shades, with the shares that they stand for.
fn scale(scene: &mut Scene, x: f64, (top, bottom): (f64, f64), shades: Shades) {
    let step = (bottom - top) / 50.0;
    for i in 0..50u8 {
        let y = bottom - step * f64::from(i);
        scene.rect((x, y - step), (x + 12.0, y), Ink::Shade(2 * i + 1));
    }
    for part in [0.0, 0.5, 1.0] {
        let y = bottom + (top - bottom) * part;
        let share = shades.from + (shades.to - shades.from) * part;
        scene.line((x + 12.0, y), (x + 16.0, y), Stroke::solid(Ink::Muted, 0.8));
        scene.text((x + 19.0, y + 4.0), Anchor::Left, &format!("{share} %"), TICK);
    }
}
