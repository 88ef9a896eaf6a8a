//! The grid of a sweep: which combination of values each cell has, made one at a time.
//!
//! Absent on purpose: running them. A million cells cost the memory of their axes, not of their scenarios.

use std::collections::BTreeSet;

use super::document::Document;
use super::error::{Problem, ScenarioError};
use super::model::Scenario;
use super::node::{At, Node, Value};
use super::{checked, path};

/// Most cells of a sweep.
pub const MOST_CELLS: usize = 10_000_000;

/// One point of a sweep's grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its number, from 0; the last axis varies fastest.
    pub index: usize,
    /// Path and value of each axis here, as `--set PATH=VALUE` takes them, in the file's order.
    pub parameters: Vec<(String, String)>,
    /// The scenario with these values, without its sweep.
    pub scenario: Scenario,
}

/// The grid of a sweep. Cells are made on demand.
#[derive(Clone, Debug)]
pub struct Cells {
    document: Document,
    base: Node,
    pub(super) axes: Vec<Axis>,
    len: usize,
}

/// One path with its values, or several paths in lock-step.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub paths: Vec<AxisPath>,
    /// Number of points; every path has as many values.
    pub len: usize,
}

#[derive(Clone, Debug)]
pub(super) struct AxisPath {
    pub text: String,
    pub steps: Vec<String>,
    at: At,
    pub values: Vec<Node>,
}

impl Cells {
    pub(super) fn new(document: &Document) -> Result<Self, ScenarioError> {
        let locate = |problem: Problem| document.error(&problem);
        let mut base = document.root().clone();
        let sweep = match &mut base.value {
            Value::Table(entries) => {
                entries.iter().position(|entry| entry.key == "sweep").map(|at| entries.remove(at).node)
            }
            _ => None,
        };
        let axes = match &sweep {
            Some(sweep) => axes(sweep).map_err(locate)?,
            None => Vec::new(),
        };
        let len = axes.iter().try_fold(1usize, |len, axis| len.checked_mul(axis.len));
        let len = match len {
            Some(len) if len <= MOST_CELLS => len,
            _ => {
                let at = sweep
                    .as_ref()
                    .and_then(|sweep| sweep.get("axes"))
                    .map_or(At::File(0..0), |axes| axes.at.clone());
                let why = format!("the sweep has more than {MOST_CELLS} cells; shorten an axis");
                return Err(locate(Problem::new(why).placed(at)));
            }
        };
        let cells = Cells { document: document.clone(), base, axes, len };
        cells.try_values().map_err(locate)?;
        Ok(cells)
    }

    /// Number of cells, from 1 to [`MOST_CELLS`].
    #[expect(clippy::len_without_is_empty, reason = "a grid is never empty")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The cell with this number, or `None` past the last. Fails where its values don't go together.
    pub fn get(&self, index: usize) -> Option<Result<Cell, ScenarioError>> {
        (index < self.len).then(|| self.cell(index))
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = Result<Cell, ScenarioError>> + '_ {
        (0..self.len).map(|index| self.cell(index))
    }

    /// The paths of the axes, in the order of a cell's parameters.
    pub fn paths(&self) -> Vec<&str> {
        self.axes.iter().flat_map(|axis| &axis.paths).map(|path| path.text.as_str()).collect()
    }

    /// The paths of the axes with their values, as `--set` takes them, in the order of a cell's parameters.
    pub fn values(&self) -> Vec<(&str, Vec<String>)> {
        let paths = self.axes.iter().flat_map(|axis| &axis.paths);
        paths.map(|path| (path.text.as_str(), path.values.iter().map(path::text).collect())).collect()
    }

    fn cell(&self, index: usize) -> Result<Cell, ScenarioError> {
        let mut rest = index;
        let mut points = vec![0; self.axes.len()];
        for (point, axis) in points.iter_mut().zip(&self.axes).rev() {
            *point = rest % axis.len;
            rest /= axis.len;
        }
        let points = self.axes.iter().zip(&points);
        let chosen =
            points.flat_map(|(axis, point)| axis.paths.iter().map(|path| (path, &path.values[*point])));
        self.made(index, &chosen.collect::<Vec<_>>())
    }

    /// A point beside the grid: the scenario with these values, one for each of [`Cells::paths`], as `--set` takes them.
    pub fn at(&self, values: &[String]) -> Result<Cell, ScenarioError> {
        let locate = |problem: Problem| self.document.error(&problem);
        let paths = || self.axes.iter().flat_map(|axis| &axis.paths);
        let nodes = paths().zip(values).map(|(path, text)| {
            let value = path::value(text).map_err(|problem| locate(problem.placed(path.at.clone())))?;
            Ok(Node { value, at: path.at.clone() })
        });
        let nodes = nodes.collect::<Result<Vec<Node>, ScenarioError>>()?;
        self.made(self.len, &paths().zip(&nodes).collect::<Vec<_>>())
    }

    /// What `baseline` of the sweep is written as.
    pub(super) fn baseline(&self) -> Option<&Node> {
        self.document.root().get("sweep")?.get("baseline")
    }

    /// A problem with its place.
    pub(super) fn located(&self, problem: &Problem) -> ScenarioError {
        self.document.error(problem)
    }

    /// An error about a key of the sweep.
    pub(super) fn refuse(&self, key: &str, why: &str) -> ScenarioError {
        let place = self.document.root().place(&["sweep", key].map(super::node::Step::from));
        self.document.error(&Problem::new(why).placed(place))
    }

    fn made(&self, index: usize, chosen: &[(&AxisPath, &Node)]) -> Result<Cell, ScenarioError> {
        let parameters: Vec<_> =
            chosen.iter().map(|(path, value)| (path.text.clone(), path::text(value))).collect();
        let read = || {
            let mut root = self.base.clone();
            for (path, value) in chosen {
                path::set(&mut root, &path.steps, (*value).clone(), &path.at)?;
            }
            self.document.whole(&root)
        };
        match read() {
            Ok(scenario) => Ok(Cell { index, parameters, scenario }),
            Err(problem) => Err(self.document.error(&problem).with_context(in_cell(index, &parameters))),
        }
    }

    /// Every value alone, over the scenario as written: a slip in an axis shows before the first run. Whether
    /// values go together is seen when their cell is made.
    fn try_values(&self) -> Result<(), Problem> {
        for axis in &self.axes {
            for point in 0..axis.len {
                let mut root = self.base.clone();
                for path in &axis.paths {
                    path::set(&mut root, &path.steps, path.values[point].clone(), &path.at)?;
                }
                checked::unchecked(&root)?;
            }
        }
        Ok(())
    }
}

fn in_cell(index: usize, parameters: &[(String, String)]) -> String {
    let parameters = parameters.iter().map(|(path, value)| format!("{path} = {value}"));
    super::escape::printable(&format!("in cell {index}: {}", parameters.collect::<Vec<_>>().join(", ")))
}

/// Whether the axes are lists under paths. Asked before the typed reading, which would not know why a path
/// without quotes is a table.
pub(super) fn check_axes(root: &Node) -> Result<(), Problem> {
    root.get("sweep").map_or(Ok(()), |sweep| axes(sweep).map(drop))
}

/// The axes of a `[sweep]` table: each of `axes`, then all of `zip` as one.
fn axes(sweep: &Node) -> Result<Vec<Axis>, Problem> {
    let mut axes = Vec::new();
    for path in axis_paths(sweep.get("axes"))? {
        if let Some(again) = repeated(&path.values) {
            return Err(
                Problem::new("this value is on the axis twice; keep one of them").placed(again.at.clone())
            );
        }
        axes.push(Axis { len: path.values.len(), paths: vec![path] });
    }
    let zipped = axis_paths(sweep.get("zip"))?;
    if let Some(first) = zipped.first() {
        let len = first.values.len();
        if let Some(other) = zipped.iter().find(|path| path.values.len() != len) {
            let why = format!(
                "lists in lock-step have one length; this one has {}, that of `{}` has {len}",
                other.values.len(),
                super::escape::printable(&first.text)
            );
            return Err(Problem::new(why).placed(other.at.clone()));
        }
        axes.push(Axis { paths: zipped, len });
    }
    let mut paths: Vec<&AxisPath> = axes.iter().flat_map(|axis| &axis.paths).collect();
    paths.sort_by_key(|path| &path.steps);
    match paths.windows(2).find(|pair| pair[0].steps == pair[1].steps) {
        Some(pair) => Err(Problem::new(format!("{} is an axis twice", super::escape::shown(&pair[1].text)))
            .placed(pair[1].at.clone())),
        None => Ok(axes),
    }
}

/// The first value that stands in a list before.
fn repeated(values: &[Node]) -> Option<&Node> {
    let mut known = BTreeSet::new();
    values.iter().find(|one| match &one.value {
        // Tables and lists of one meaning can be written in many ways; two such cells are only a waste.
        Value::List(_) | Value::Table(_) => false,
        plain => !known.insert(format!("{plain:?}")),
    })
}

fn axis_paths(table: Option<&Node>) -> Result<Vec<AxisPath>, Problem> {
    let Some(Node { value: Value::Table(entries), .. }) = table else { return Ok(Vec::new()) };
    let mut paths = Vec::new();
    for entry in entries {
        let problem = |why: String| Problem::new(why).placed(entry.node.at.clone());
        let values = match &entry.node.value {
            Value::List(values) if !values.is_empty() => values.clone(),
            Value::Table(_) => {
                return Err(Problem::new(
                    "put the path of an axis in quotes, as \"network.loss\" = [0.0, 0.1]",
                )
                .placed(entry.at.clone()));
            }
            _ => {
                return Err(problem(format!(
                    "{} needs a list of at least one value",
                    super::escape::shown(&entry.key)
                )));
            }
        };
        let steps = path::parse(&entry.key).map_err(|problem| problem.placed(entry.at.clone()))?;
        if let Some(first @ ("sweep" | "expect" | "title" | "file")) = steps.first().map(String::as_str) {
            return Err(Problem::new(format!("`{first}` is no part of a run, so it can't be an axis"))
                .placed(entry.at.clone()));
        }
        paths.push(AxisPath { text: entry.key.clone(), steps, at: entry.at.clone(), values });
    }
    Ok(paths)
}

#[cfg(test)]
#[path = "cells_tests.rs"]
mod tests;
