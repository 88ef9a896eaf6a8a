//! How a report lays its cells out and what it calls its axes, as `[sweep.figure]` has it: by number, with a name for each value.
//!
//! Absent on purpose: places on paper, and the files for machines, which keep paths and values as they are written.

use std::collections::BTreeMap;

use super::data::SweepReport;
use super::names::short_paths;
use super::values::short_value;
use crate::scenario::{FigureName, SweepFigure};

/// The layout that a scenario asks for; of the default nothing is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The parameter that goes across.
    pub x: Option<usize>,
    /// The one whose values differ in colour.
    pub series: Option<usize>,
    /// Those with panels of their own, the outermost first.
    pub panels: Vec<usize>,
    /// Whose wins are shown: a proposer, or `undecided`.
    pub winner: Option<String>,
    /// Which figures are made, in this order; none: all that can be.
    pub make: Option<Vec<FigureName>>,
    /// What the parameters are called; one each, or none at all.
    words: Vec<Words>,
}

/// What a parameter is called.
#[derive(Clone, Debug, Default, PartialEq)]
struct Words {
    name: Option<String>,
    unit: Option<String>,
    /// By the value as it is written.
    values: BTreeMap<String, String>,
}

impl Layout {
    /// What is asked for, of cells with these parameters: each path with its values, in their order, as cells have them.
    pub fn of(asked: &SweepFigure, parameters: &[(String, Vec<String>)]) -> Layout {
        let number = |path: &String| parameters.iter().position(|known| known.0 == *path);
        let words = |(path, values): &(String, Vec<String>)| {
            let Some(asked) = asked.axis.get(path) else { return Words::default() };
            let names = asked.values.iter().flatten().cloned();
            Words {
                name: asked.name.clone(),
                unit: asked.unit.clone(),
                values: values.iter().cloned().zip(names).collect(),
            }
        };
        Layout {
            x: asked.x.as_ref().and_then(number),
            series: asked.series.as_ref().and_then(number),
            panels: asked.panels.iter().filter_map(number).collect(),
            winner: asked.winner.clone(),
            make: asked.make.clone(),
            words: parameters.iter().map(words).collect(),
        }
    }

    /// Whether it says which cells share a panel.
    pub fn has_places(&self) -> bool {
        self.x.is_some() || self.series.is_some() || !self.panels.is_empty()
    }

    /// Whether this figure is asked for by its name.
    pub fn asks_for(&self, name: FigureName) -> bool {
        self.make.as_ref().is_some_and(|make| make.contains(&name))
    }

    /// The unit of a parameter's numbers, if one is given.
    pub fn unit(&self, parameter: usize) -> Option<&str> {
        self.words.get(parameter)?.unit.as_deref()
    }
}

impl SweepReport {
    /// What these parameters are called: by the name that the scenario gives, else by the end of the path.
    pub fn parameter_names(&self, which: &[usize]) -> Vec<String> {
        let Some(first) = self.cells.first() else { return Vec::new() };
        let paths: Vec<&str> = which.iter().map(|i| first.parameters[*i].0.as_str()).collect();
        let given = |i: &usize| self.layout.words.get(*i)?.name.clone();
        let short = short_paths(&paths).into_iter().zip(which);
        short.map(|(path, i)| given(i).unwrap_or_else(|| path.to_owned())).collect()
    }

    /// What one parameter is called.
    pub fn parameter_name(&self, parameter: usize) -> String {
        self.parameter_names(&[parameter]).pop().unwrap_or_default()
    }

    /// What a value of a parameter is called: by its own name, else in few words, with the unit that times have anyway.
    pub fn value_name(&self, parameter: usize, value: &str) -> String {
        if let Some(name) = self.own_name(parameter, value) {
            return name.to_owned();
        }
        let short = short_value(value);
        match (self.layout.unit(parameter), short.parse::<f64>()) {
            (Some("%"), Ok(share)) => format!("{} %", (1e10 * share).round() / 1e8),
            (Some(unit), Ok(_)) => format!("{short} {unit}"),
            _ => short,
        }
    }

    /// The same for where its parameter is not named beside it.
    pub fn value_alone(&self, parameter: usize, value: &str) -> String {
        match self.own_name(parameter, value) {
            Some(name) => name.to_owned(),
            None => format!("{} {}", self.parameter_name(parameter), self.value_name(parameter, value)),
        }
    }

    fn own_name(&self, parameter: usize, value: &str) -> Option<&str> {
        self.layout.words.get(parameter)?.values.get(value).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::FigureAxis;

    #[test]
    fn paths_become_numbers_and_values_names() {
        let axis =
            FigureAxis { values: Some(vec!["at once".into(), "later".into()]), ..FigureAxis::default() };
        let asked = SweepFigure {
            x: Some("b".into()),
            panels: vec!["a".into()],
            axis: BTreeMap::from([("a".to_owned(), axis)]),
            ..SweepFigure::default()
        };
        let parameters =
            [("a".to_owned(), vec!["0".into(), "1".into()]), ("b".to_owned(), vec!["5ms".into()])];
        let layout = Layout::of(&asked, &parameters);
        assert_eq!((layout.x, layout.series, &layout.panels[..]), (Some(1), None, &[0][..]));
        assert_eq!(layout.words[0].values["1"], "later");
        assert!(layout.words[1].values.is_empty() && layout.has_places());
    }
}
