//! How the cells of a grid are laid out in a figure: what is to be compared shares a panel and differs in colour, the rest is
//! panels.
//!
//! The last axis with few values gives the colours: it is the one that changes from each cell to the next. Absent on purpose:
//! places on paper (`panels`), and what is drawn.

use std::collections::BTreeMap;

use super::super::data::{CellReport, SweepReport};
use super::super::names::short_paths;
use super::super::values::short_value;
use super::frame::{cell_name, cell_values, varying};

/// Up to this many cells, or values of an axis, are told apart by colour.
pub const MOST_SERIES: usize = 6;
/// Up to this many cells share one panel whatever their axes are.
const TOGETHER: usize = 4;
/// More panels than this are not drawn,
const MOST_PANELS: usize = 24;
/// nor more curves than this,
const MOST_CURVES: usize = 36;
/// nor more points of them, where a cell is a point: a page of a thousand cells is to be opened.
const MOST_POINTS: usize = 72;

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
        if cells.len() <= TOGETHER {
            return Facets::together(report, &cells);
        }
        let axes = varying(report);
        match series_axis(report, &axes) {
            Some(axis) if axes.len() == 1 => {
                Facets { series: names_of(report, axis, &cells), ..Facets::together(report, &cells) }
            }
            Some(axis) => Facets::by(report, &axes, axis),
            None => Facets::apart(report, &axes),
        }
        .cut(MOST_CURVES)
    }

    /// A line over the axis `x` for each series; none if no other axis has few values.
    pub fn over(report: &'r SweepReport, x: usize) -> Option<Self> {
        let axes: Vec<usize> = varying(report).into_iter().filter(|axis| *axis != x).collect();
        let series = series_axis(report, &axes)?;
        Some(Facets::by(report, &axes, series).cut(MOST_POINTS))
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
            named: if axes.len() > 1 { paths(report, axes) } else { Vec::new() },
            left_out: 0,
        }
    }

    /// A panel for all cells that differ in this axis alone.
    fn by(report: &'r SweepReport, axes: &[usize], axis: usize) -> Self {
        let others: Vec<usize> = axes.iter().copied().filter(|other| *other != axis).collect();
        let names: Vec<&str> = values(report, axis);
        let mut places: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
        let mut panels: Vec<Facet<'r>> = Vec::new();
        for cell in &report.cells {
            let key: Vec<&str> = others.iter().map(|i| cell.parameters[*i].1.as_str()).collect();
            let place = *places.entry(key).or_insert(panels.len());
            if place == panels.len() {
                panels.push(Facet { name: shared_values(report, &others, cell), cells: Vec::new() });
            }
            let value = cell.parameters[axis].1.as_str();
            let series = names.iter().position(|name| *name == value).unwrap_or(0);
            panels[place].cells.push((series, cell));
        }
        panels.iter_mut().for_each(|panel| panel.cells.sort_by_key(|(series, cell)| (*series, cell.index)));
        let cells: Vec<&CellReport> = report.cells.iter().collect();
        let named = if others.len() > 1 { paths(report, &others) } else { Vec::new() };
        Facets { panels, series: names_of(report, axis, &cells), named, left_out: 0 }
    }

    /// The same with evenly chosen panels, where they are too many or have more cells than this.
    fn cut(mut self, cells: usize) -> Self {
        let n = self.panels.len();
        let all: usize = self.panels.iter().map(|panel| panel.cells.len()).sum();
        let fullest = self.panels.iter().map(|panel| panel.cells.len()).max().unwrap_or(1);
        let fit = if all <= cells { n } else { cells / fullest };
        let most = fit.clamp(2, MOST_PANELS);
        if n > most {
            let kept = (0..most).map(|i| self.panels[i * (n - 1) / (most - 1)].clone());
            self.panels = kept.collect();
            self.left_out = all - self.panels.iter().map(|panel| panel.cells.len()).sum::<usize>();
        }
        self
    }

    /// What the names of panels list, as a sentence; empty if it needs no explanation.
    pub fn explained(&self) -> String {
        if self.named.is_empty() { String::new() } else { format!(" Panels: {}.", self.named.join(" · ")) }
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

/// The last axis that colours can tell apart. A single axis is one if it has few values; of several, another must remain for the panels.
fn series_axis(report: &SweepReport, axes: &[usize]) -> Option<usize> {
    axes.iter().rev().copied().find(|axis| values(report, *axis).len() <= MOST_SERIES)
}

/// The values of an axis in the order in which the cells bring them.
pub fn values(report: &SweepReport, axis: usize) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for cell in &report.cells {
        let value = cell.parameters[axis].1.as_str();
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// What the values of an axis are called in a legend.
fn names_of(report: &SweepReport, axis: usize, cells: &[&CellReport]) -> Vec<String> {
    let Some(first) = cells.first() else { return Vec::new() };
    let path = short_paths(&[&first.parameters[axis].0])[0].to_string();
    values(report, axis).iter().map(|value| format!("{path} {}", short_value(value))).collect()
}

fn paths(report: &SweepReport, axes: &[usize]) -> Vec<String> {
    let Some(first) = report.cells.first() else { return Vec::new() };
    let paths: Vec<&str> = axes.iter().map(|i| first.parameters[*i].0.as_str()).collect();
    short_paths(&paths).into_iter().map(str::to_owned).collect()
}

/// A panel's name: with its path if it is of one axis.
fn shared_values(report: &SweepReport, axes: &[usize], cell: &CellReport) -> String {
    let values: Vec<String> = axes.iter().map(|i| short_value(&cell.parameters[*i].1)).collect();
    match &paths(report, axes)[..] {
        [path] => format!("{path} {}", values[0]),
        _ => values.join(" · "),
    }
}
