//! The plane of a phase diagram: two axes of rising times or numbers, and a scenario for every point on it.
//!
//! Absent on purpose: running the points, and where to look between them.

use super::cells::{Cell, Cells};
use super::error::ScenarioError;
use super::units::Duration;

/// What an axis counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Whole nanoseconds.
    Time,
    /// Whole numbers.
    Whole,
    /// Numbers.
    Real,
}

/// An axis of a phase diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneAxis {
    /// Its path.
    pub path: String,
    /// What its values are.
    pub scale: Scale,
    /// Its values, rising; times in ns.
    pub values: Vec<f64>,
}

/// Two axes, and the scenarios between.
#[derive(Clone, Debug)]
pub struct Plane {
    cells: Cells,
    /// The axes, in the order of the file; the second varies fastest among the cells.
    pub axes: [PlaneAxis; 2],
}

impl Plane {
    /// The plane of a grid.
    ///
    /// # Errors
    /// If the grid has not exactly two axes, or their values are no rising times or numbers.
    pub fn new(cells: &Cells) -> Result<Self, ScenarioError> {
        let axes: Result<Vec<PlaneAxis>, String> =
            cells.values().into_iter().map(|(path, texts)| axis(path, &texts)).collect();
        let axes =
            axes.and_then(|axes| match <[PlaneAxis; 2]>::try_from(axes) {
                Ok(axes) if cells.len() == axes[0].values.len() * axes[1].values.len() => Ok(axes),
                _ => Err("a phase diagram needs exactly two paths under [sweep.axes], and no [sweep.zip]"
                    .to_owned()),
            });
        match axes {
            Ok(axes) => Ok(Plane { cells: cells.clone(), axes }),
            Err(why) => Err(cells.refuse("kind", &why)),
        }
    }

    /// The scenario at a point, in the units of the axes; whole where an axis is.
    ///
    /// # Errors
    /// If the values do not go together.
    pub fn at(&self, point: [f64; 2]) -> Result<Cell, ScenarioError> {
        let texts = [0, 1].map(|i| self.axes[i].scale.text(point[i]));
        self.cells.at(&texts)
    }
}

impl PlaneAxis {
    /// The values half-way between neighbours, and half a step beyond the outer ones, but not below 0 where none is.
    pub fn borders(&self) -> Vec<f64> {
        let values = &self.values;
        let (first, last) = (values[0], values[values.len() - 1]);
        let mut borders = vec![first - (values[1] - first) / 2.0];
        borders.extend(values.windows(2).map(|w| (w[0] + w[1]) / 2.0));
        borders.push(last + (last - values[values.len() - 2]) / 2.0);
        if first >= 0.0 {
            borders[0] = borders[0].max(0.0);
        }
        borders
    }
}

impl Scale {
    /// The middle between two values; none where there is nothing between them.
    pub fn middle(self, low: f64, high: f64) -> Option<f64> {
        let middle = match self {
            Scale::Real => low + (high - low) / 2.0,
            Scale::Time | Scale::Whole => (low + (high - low) / 2.0).floor(),
        };
        (low < middle && middle < high).then_some(middle)
    }

    /// A value as `--set` takes it.
    pub fn text(self, value: f64) -> String {
        match self {
            Scale::Time => Duration::from_ns(value as u64).to_string(),
            Scale::Whole => format!("{}", value as i64),
            Scale::Real => format!("{value:?}"),
        }
    }
}

fn axis(path: &str, texts: &[String]) -> Result<PlaneAxis, String> {
    let all = |parse: &dyn Fn(&String) -> Option<f64>| texts.iter().map(parse).collect::<Option<Vec<f64>>>();
    let time = |text: &String| text.trim_matches('"').parse::<Duration>().ok().map(|time| time.ns() as f64);
    let whole = |text: &String| text.parse::<i32>().ok().map(f64::from);
    let real = |text: &String| text.parse::<f64>().ok().filter(|x| x.is_finite());
    let of = |scale: Scale, values: Option<Vec<f64>>| values.map(|values| (scale, values));
    let found = of(Scale::Time, all(&time))
        .or_else(|| of(Scale::Whole, all(&whole)))
        .or_else(|| of(Scale::Real, all(&real)));
    let shown = super::escape::shown(path);
    match found {
        Some((scale, values)) if values.len() > 1 && values.windows(2).all(|w| w[0] < w[1]) => {
            Ok(PlaneAxis { path: path.to_owned(), scale, values })
        }
        Some(_) => Err(format!(
            "the values of {shown} must rise, at least two of them, to be an axis of a phase diagram"
        )),
        None => Err(format!(
            "the values of {shown} must all be times or all numbers, to be an axis of a phase diagram"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Document;

    fn plane(axes: &str) -> Result<Plane, ScenarioError> {
        let text = format!(
            "[[proposer]]\nname = \"A\"\nnode = 1\n[sweep]\nkind = \"phase\"\n[sweep.axes]\n{axes}\n"
        );
        Plane::new(&Document::parse(&text, "plane.toml")?.cells()?)
    }

    #[test]
    fn a_plane_has_a_scenario_at_every_point() {
        let axes = "\"protocol.retry.fixed.delay\" = [\"0ms\", \"10ms\"]\n\"network.loss\" = [0.0, 0.5]";
        let plane = plane(axes).unwrap();
        assert_eq!(plane.axes[0].values, [0.0, 1e7]);
        let cell = plane.at([3_000_001.0, 0.25]).unwrap();
        assert_eq!(cell.parameters[0].1, "3000001ns");
        assert_eq!(cell.parameters[1].1, "0.25");
    }

    #[test]
    fn what_is_no_plane_is_refused() {
        for (axes, why) in [
            ("\"network.loss\" = [0.0, 0.5]", "exactly two"),
            ("\"network.loss\" = [0.0, 0.5]\n\"network.duplicate\" = [0.5, 0.1]", "must rise"),
            (
                "\"network.loss\" = [0.0, 0.5]\n\"run.ties\" = [\"fifo\", \"seeded\"]",
                "all be times or all numbers",
            ),
        ] {
            let error = plane(axes).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn the_middle_ends_where_nothing_is_between() {
        assert_eq!(Scale::Time.middle(0.0, 5.0), Some(2.0));
        assert_eq!(Scale::Whole.middle(2.0, 3.0), None);
        assert_eq!(Scale::Real.middle(2.0, 3.0), Some(2.5));
    }
}
