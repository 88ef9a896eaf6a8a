//! How the cells of a grid are laid out in a figure: what is to be compared shares a panel and differs in colour, the rest is
//! panels.
//!
//! Unless the scenario says otherwise, the last axis with few values gives the colours: it is the one that changes from each
//! cell to the next. Absent on purpose: places on paper (`panels`), and what is drawn.

use std::collections::BTreeMap;

use super::super::data::{CellReport, SweepReport};
use super::frame::{cell_name, cell_values, varying};
use crate::scenario::MOST_SERIES;

/// Up to this many cells share one panel whatever their axes are.
const TOGETHER: usize = 4;
/// More panels than this are not drawn,
const MOST_PANELS: usize = 24;
/// nor more curves than this,
const MOST_CURVES: usize = 36;
/// nor more points of them, where a cell is a point: a page of a thousand cells is to be opened.
const MOST_POINTS: usize = 72;
/// So many times that is drawn where the scenario says how: whoever does has looked at their grid.
const ASKED: usize = 4;

/// Cells of one panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet<'r> {
    /// The values that they have in common and others have not; empty where there is one panel.
    pub name: String,
    /// Each with the number of its series, ascending.
    pub cells: Vec<(usize, &'r CellReport)>,
}

/// All panels of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Facets<'r> {
    /// In the order of the cells.
    pub panels: Vec<Facet<'r>>,
    /// What each series is called; empty where there is nothing to tell apart.
    pub series: Vec<String>,
    /// What the names of panels list, as paths.
    named: Vec<String>,
    /// How many cells no panel shows.
    left_out: usize,
}

impl<'r> Facets<'r> {
    /// Lays a report's cells out.
    pub fn of(report: &'r SweepReport) -> Self {
        let cells: Vec<&CellReport> = report.cells.iter().collect();
        let axes = varying(report);
        let asked = report.layout.has_places() && !axes.is_empty();
        if cells.len() <= TOGETHER && !asked {
            return Facets::together(report, &cells);
        }
        match series_axis(report, &axes) {
            Some(axis) if axes.len() == 1 => {
                Facets { series: names_of(report, axis), ..Facets::together(report, &cells) }
            }
            Some(axis) => Facets::by(report, &axes, Some(axis)),
            None => Facets::apart(report, &axes),
        }
        .cut(report, MOST_CURVES)
    }

    /// A panel for each cell, whose curves are not cells.
    pub fn each(report: &'r SweepReport) -> Self {
        Facets::apart(report, &varying(report)).cut(report, MOST_CURVES)
    }

    /// A line over the axis `x` for each series, in panels; none if no other axis has few values and none was asked for.
    pub fn over(report: &'r SweepReport, x: usize) -> Option<Self> {
        let others = varying(report).into_iter().filter(|axis| *axis != x && !decides(report, x, *axis));
        let axes: Vec<usize> = others.collect();
        let series = series_axis(report, &axes);
        let is_needed = series.is_none() && report.layout.x.is_none();
        (!is_needed).then(|| Facets::by(report, &axes, series).cut(report, MOST_POINTS))
    }

    fn together(report: &SweepReport, cells: &[&'r CellReport]) -> Self {
        let series = match cells.len() {
            0 | 1 => Vec::new(),
            _ => cells.iter().map(|cell| cell_name(report, cell)).collect(),
        };
        let cells = cells.iter().copied().enumerate().collect();
        let panels = vec![Facet { name: String::new(), cells }];
        Facets { panels, series, named: Vec::new(), left_out: 0 }
    }

    /// A panel for each cell.
    fn apart(report: &'r SweepReport, axes: &[usize]) -> Self {
        let facet = |cell| Facet { name: cell_values(report, cell), cells: vec![(0, cell)] };
        let panels = report.cells.iter().map(facet).collect();
        Facets {
            panels,
            series: Vec::new(),
            named: if axes.len() > 1 { report.parameter_names(axes) } else { Vec::new() },
            left_out: 0,
        }
    }

    /// A panel for all cells that differ in this axis alone, or in none of these axes.
    fn by(report: &'r SweepReport, axes: &[usize], series: Option<usize>) -> Self {
        let layout = &report.layout;
        let left =
            |other: &usize| Some(*other) != series && !series.is_some_and(|it| decides(report, it, *other));
        let first = layout.panels.iter().copied().filter(|axis| axes.contains(axis) && left(axis));
        let rest = axes.iter().copied().filter(|axis| left(axis) && !layout.panels.contains(axis));
        let others: Vec<usize> = first.chain(rest).collect();
        let places: Vec<BTreeMap<&str, usize>> = others.iter().map(|axis| places_of(report, *axis)).collect();
        let colours = series.map(|axis| (axis, places_of(report, axis)));
        let mut panels: BTreeMap<Vec<usize>, Facet<'r>> = BTreeMap::new();
        for cell in &report.cells {
            let place = |(axis, places): (&usize, &BTreeMap<&str, usize>)| {
                places.get(cell.parameters[*axis].1.as_str()).copied().unwrap_or(0)
            };
            let key: Vec<usize> = others.iter().zip(&places).map(place).collect();
            let colour = colours.as_ref().map_or(0, |(axis, places)| place((axis, places)));
            let new = || Facet { name: shared_values(report, &others, cell), cells: Vec::new() };
            panels.entry(key).or_insert_with(new).cells.push((colour, cell));
        }
        let mut panels: Vec<Facet<'r>> = panels.into_values().collect();
        panels.iter_mut().for_each(|panel| panel.cells.sort_by_key(|(series, cell)| (*series, cell.index)));
        let named = if others.len() > 1 { report.parameter_names(&others) } else { Vec::new() };
        let series = series.map_or(Vec::new(), |axis| names_of(report, axis));
        Facets { panels, series, named, left_out: 0 }
    }

    /// The same with evenly chosen panels, where they are too many or have more cells than this.
    fn cut(mut self, report: &SweepReport, cells: usize) -> Self {
        let times = if report.layout.has_places() { ASKED } else { 1 };
        let (cells, most_panels) = (cells * times, MOST_PANELS * times);
        let n = self.panels.len();
        let all: usize = self.panels.iter().map(|panel| panel.cells.len()).sum();
        let fullest = self.panels.iter().map(|panel| panel.cells.len()).max().unwrap_or(1);
        let fit = if all <= cells { n } else { cells / fullest };
        let most = fit.clamp(2, most_panels);
        if n > most {
            let kept = (0..most).map(|i| self.panels[i * (n - 1) / (most - 1)].clone());
            self.panels = kept.collect();
            self.left_out = all - self.panels.iter().map(|panel| panel.cells.len()).sum::<usize>();
        }
        self
    }

    /// What the names of panels list, and how many cells have none, as sentences; empty if neither needs a word.
    pub fn explained(&self) -> String {
        let mut text = String::new();
        if !self.named.is_empty() {
            text.push_str(&format!(" Panels: {}.", self.named.join(" · ")));
        }
        if self.left_out > 0 {
            let drawn: usize = self.panels.iter().map(|panel| panel.cells.len()).sum();
            text.push_str(&format!(" Drawn: {drawn} of {} cells.", drawn + self.left_out));
        }
        text
    }

    /// What the caption says about cells that are not drawn.
    pub fn omitted(&self) -> String {
        if self.left_out == 0 {
            return String::new();
        }
        let drawn = self.panels.iter().flat_map(|panel| panel.cells.iter().map(|(_, cell)| cell.index));
        let drawn: Vec<String> = drawn.map(|index| index.to_string()).collect();
        let all = drawn.len() + self.left_out;
        format!(" Of {all} cells, these are drawn: {}; cells.csv has all.", drawn.join(", "))
    }
}

/// The axis that colours tell apart: the one that was asked for, else the last of these with few values that is to have no panels.
fn series_axis(report: &SweepReport, axes: &[usize]) -> Option<usize> {
    if let Some(asked) = report.layout.series.filter(|asked| axes.contains(asked)) {
        return Some(asked);
    }
    let is_free = |axis: &usize| !report.layout.panels.contains(axis);
    axes.iter().rev().copied().filter(is_free).find(|axis| values(report, *axis).len() <= MOST_SERIES)
}

/// Whether a value of the first axis leaves no choice of the second, as where both go in lock-step.
fn decides(report: &SweepReport, first: usize, second: usize) -> bool {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    report.cells.iter().all(|cell| {
        let value = cell.parameters[second].1.as_str();
        *known.entry(cell.parameters[first].1.as_str()).or_insert(value) == value
    })
}

/// The values of an axis in the order in which the cells bring them.
pub fn values(report: &SweepReport, axis: usize) -> Vec<&str> {
    let places = places_of(report, axis);
    let mut all = vec![""; places.len()];
    places.into_iter().for_each(|(value, place)| all[place] = value);
    all
}

/// The place of each value of an axis in that order.
pub fn places_of(report: &SweepReport, axis: usize) -> BTreeMap<&str, usize> {
    let mut all: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in &report.cells {
        let next = all.len();
        all.entry(cell.parameters[axis].1.as_str()).or_insert(next);
    }
    all
}

/// What the values of an axis are called in a legend.
fn names_of(report: &SweepReport, axis: usize) -> Vec<String> {
    values(report, axis).iter().map(|value| report.value_alone(axis, value)).collect()
}

/// A panel's name: with its path if it is of one axis.
fn shared_values(report: &SweepReport, axes: &[usize], cell: &CellReport) -> String {
    match axes {
        [only] => report.value_alone(*only, &cell.parameters[*only].1),
        _ => {
            let values = axes.iter().map(|i| report.value_name(*i, &cell.parameters[*i].1));
            values.collect::<Vec<_>>().join(" · ")
        }
    }
}
