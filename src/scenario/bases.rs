//! Which cell of a grid each cell is compared with, from what `baseline` under `[sweep]` says.
//!
//! Absent on purpose: whether the runs of two cells can be paired (`sweep`).

use super::cells::{Axis, AxisPath, Cells};
use super::error::{Problem, ScenarioError};
use super::escape::{brief, shown};
use super::model::Baseline;
use super::node::{Entry, Node, Value};
use super::path;
use super::suggest::{did_you_mean, no_axis};
use super::units::Duration;

/// Which cell of a grid each cell is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bases(Rule);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    /// All with this one.
    One(usize),
    /// Each with the one that these axes lead to.
    Along(Vec<Turn>),
}

/// An axis that is turned to one of its points.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Turn {
    /// Those of its paths that were named, as cells have them.
    paths: Vec<String>,
    /// Cells from one of its points to the next.
    step: usize,
    /// Its points.
    len: usize,
    /// The point that it is turned to.
    to: usize,
}

impl Bases {
    /// All cells with the one of this number.
    pub fn cell(number: usize) -> Self {
        Bases(Rule::One(number))
    }

    /// The number of the cell that a cell is compared with; its own, if with none.
    pub fn of(&self, cell: usize) -> usize {
        match &self.0 {
            Rule::One(number) => *number,
            Rule::Along(turns) => turns.iter().fold(cell, |cell, turn| {
                let point = cell / turn.step % turn.len;
                cell - point * turn.step + turn.to * turn.step
            }),
        }
    }

    /// The cell that all are compared with, if it is one.
    pub fn only(&self) -> Option<usize> {
        match self.0 {
            Rule::One(number) => Some(number),
            Rule::Along(_) => None,
        }
    }

    /// The paths of the axes by whose values alone a cell may differ from the one that it is compared with; empty where all
    /// are compared with one.
    pub fn along(&self) -> Vec<&str> {
        match &self.0 {
            Rule::One(_) => Vec::new(),
            Rule::Along(turns) => turns.iter().flat_map(|turn| &turn.paths).map(String::as_str).collect(),
        }
    }
}

impl Cells {
    /// Which cell each of them is compared with.
    ///
    /// # Errors
    /// If there is no such cell, axis or value.
    pub fn bases(&self, asked: &Baseline) -> Result<Bases, ScenarioError> {
        let values = match asked {
            Baseline::Cell(number) => {
                return usize::try_from(*number)
                    .ok()
                    .filter(|&number| number < self.len())
                    .map(Bases::cell)
                    .ok_or_else(|| {
                        self.refuse(
                            "baseline",
                            &format!("there is no cell {number}; the last is cell {}", self.len() - 1),
                        )
                    });
            }
            Baseline::Along(values) if values.is_empty() => {
                let why =
                    "`baseline` names no axis; write a value of one, as { \"protocol.retry\" = \"none\" }";
                return Err(self.refuse("baseline", why));
            }
            Baseline::Along(values) => values,
        };
        let written = self.baseline();
        let entries = values.iter().map(|(path, value)| {
            // A scenario that was built in code is no file: its values have no place.
            let entry = written.and_then(|node| node.entry(path)).cloned();
            entry.map_or_else(|| without_place(path, &path::inline_tree(value)), Ok)
        });
        let entries = entries.collect::<Result<Vec<Entry>, Problem>>();
        entries
            .and_then(|entries| self.turns(&entries))
            .map(|turns| Bases(Rule::Along(turns)))
            .map_err(|why| self.located(&why))
    }

    /// The axes that these values are on, each turned to the point that has them.
    fn turns(&self, entries: &[Entry]) -> Result<Vec<Turn>, Problem> {
        let steps =
            entries.iter().map(|entry| path::parse(&entry.key).map_err(|why| why.placed(entry.at.clone())));
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        let (mut turns, mut cells) = (Vec::new(), 1);
        for axis in self.axes.iter().rev() {
            let named = entries.iter().zip(&steps);
            let own = named.filter_map(|(entry, steps)| {
                Some((entry, axis.paths.iter().find(|path| path.steps == *steps)?))
            });
            let own: Vec<(&Entry, &AxisPath)> = own.collect();
            if !own.is_empty() {
                // What is zipped with it changes together with it.
                let paths = axis.paths.iter().map(|path| path.text.clone()).collect();
                turns.push(Turn { paths, step: cells, len: axis.len, to: point(axis, &own)? });
            }
            cells *= axis.len;
        }
        let paths = self.paths();
        let is_known = |steps: &Vec<String>| {
            self.axes.iter().flat_map(|axis| &axis.paths).any(|path| path.steps == *steps)
        };
        match entries.iter().zip(&steps).find(|(_, steps)| !is_known(steps)) {
            Some((entry, _)) => Err(Problem::new(no_axis(&entry.key, &paths)).placed(entry.at.clone())),
            None => Ok(turns),
        }
    }
}

/// The point of an axis at which these paths have these values.
fn point(axis: &Axis, asked: &[(&Entry, &AxisPath)]) -> Result<usize, Problem> {
    for (entry, path) in asked {
        if !path.values.iter().any(|value| is_same(value, &entry.node)) {
            let values: Vec<String> = path.values.iter().map(path::text).collect();
            let names: Vec<&str> = values.iter().map(String::as_str).collect();
            let wanted = path::text(&entry.node);
            let why = format!(
                "{} is no value of the axis {}{} (values: {})",
                shown(&wanted),
                shown(&path.text),
                did_you_mean(&wanted, &names),
                brief(&values.join(", "))
            );
            return Err(Problem::new(why).placed(entry.node.at.clone()));
        }
    }
    let has_all =
        |point: &usize| asked.iter().all(|(entry, path)| is_same(&path.values[*point], &entry.node));
    let points: Vec<usize> = (0..axis.len).filter(has_all).collect();
    let Some((entry, _)) = asked.first() else { return Ok(0) };
    let refuse = |why: &str| Err(Problem::new(why).placed(entry.node.at.clone()));
    match points[..] {
        [] => refuse("no point of [sweep.zip] has all of these values; write those of one point"),
        [only] => Ok(only),
        // Of one path, a value that stands on its axis twice is the same cell twice.
        [first, ..] if axis.paths.len() == 1 => Ok(first),
        _ => refuse("several points of [sweep.zip] have this value; name a further path of it"),
    }
}

/// Whether two values mean the same, however they are written: `1ms` and `1000us`, 0 and 0.0, keys in another order.
fn is_same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Text(a), Value::Text(b)) => {
            a == b || matches!((a.parse::<Duration>(), b.parse::<Duration>()), (Ok(a), Ok(b)) if a == b)
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Table(all), Value::Table(others)) => {
            let has = |entry: &Entry| b.get(&entry.key).is_some_and(|other| is_same(&entry.node, other));
            all.len() == others.len() && all.iter().all(has)
        }
        (Value::Integer(whole), Value::Float(number)) | (Value::Float(number), Value::Integer(whole)) => {
            *whole as f64 == *number
        }
        _ => path::text(a) == path::text(b),
    }
}

fn without_place(path: &str, value: &str) -> Result<Entry, Problem> {
    let at = Node::empty().at;
    let node = Node { value: path::value(value)?, at: at.clone() };
    Ok(Entry { key: path.to_owned(), at, node })
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Bases, Document};

    const GRID: &str = "title = \"t\"\n[[proposer]]\nname = \"A\"\nnode = 1\nvalue = \"x\"\n[sweep.axes]\n\
                        \"network.delay.constant\" = [\"1ms\", \"5ms\", \"20ms\"]\n\"network.loss\" = [0.0, 0.5]\n";

    fn bases(baseline: &str) -> Result<Bases, String> {
        let text = GRID.replace("[sweep.axes]", &format!("[sweep]\nbaseline = {baseline}\n[sweep.axes]"));
        let document = Document::parse(&text, "t").map_err(|e| e.to_string())?;
        let asked = document.scenario().map_err(|e| e.to_string())?.sweep.and_then(|sweep| sweep.baseline);
        document.cells().and_then(|cells| cells.bases(&asked.unwrap_or_default())).map_err(|e| e.to_string())
    }

    fn of_all(baseline: &str) -> Vec<usize> {
        let bases = bases(baseline).expect("they are there");
        (0..6).map(|cell| bases.of(cell)).collect()
    }

    #[test]
    fn a_cell_is_compared_with_the_one_that_differs_in_the_named_axes_alone() {
        assert_eq!(of_all("4"), [4; 6]);
        assert_eq!(of_all("{ \"network.loss\" = 0 }"), [0, 0, 2, 2, 4, 4]);
        assert_eq!(of_all("{ \"network.loss\" = 0.5 }"), [1, 1, 3, 3, 5, 5]);
        assert_eq!(of_all("{ \"network.delay.constant\" = \"5000us\" }"), [2, 3, 2, 3, 2, 3]);
        assert_eq!(of_all("{ \"network.loss\" = 0.5, \"network.delay.constant\" = \"20ms\" }"), [5; 6]);
        let along = bases("{ \"network.loss\" = 0.5 }").expect("they are there");
        assert_eq!((along.along(), along.only()), (vec!["network.loss"], None));
    }

    #[test]
    fn points_in_lock_step_are_named_by_as_many_values_as_it_takes() {
        let zipped = |baseline: &str| {
            let text = GRID.replace("[sweep.axes]", &format!("[sweep]\nbaseline = {baseline}\n[sweep.zip]"));
            let text = text.replace("[0.0, 0.5]", "[0.0, 0.5, 0.5]");
            let document = Document::parse(&text, "t").expect("a document");
            let asked =
                document.scenario().map_err(|e| e.to_string())?.sweep.and_then(|sweep| sweep.baseline);
            let cells = document.cells().expect("cells");
            Ok::<_, String>(cells.bases(&asked.unwrap_or_default()).expect("a base").of(0))
        };
        assert_eq!(zipped("{ \"network.delay.constant\" = \"5ms\" }"), Ok(1));
        assert_eq!(zipped("{ \"network.loss\" = 0.5, \"network.delay.constant\" = \"20ms\" }"), Ok(2));
        let two = zipped("{ \"network.loss\" = 0.5 }").expect_err("two points have it");
        assert!(two.contains("several points of [sweep.zip]"), "{two}");
        let none = zipped("{ \"network.loss\" = 0.5, \"network.delay.constant\" = \"1ms\" }")
            .expect_err("none has both");
        assert!(none.contains("no point of [sweep.zip]"), "{none}");
    }
}
