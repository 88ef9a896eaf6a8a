//! What the colour of a cell of a phase diagram fills: half of the way to a neighbour of its kind, and all of the way to the boundary
//! with one of another.
//!
//! ```text
//!   ┌───┬───┬───┐      o: cells of one kind      x: of another      •: boundaries that halving found
//!   │ o │ o │ o │
//!   ├───┼─•─┼───┤      Four cells meet where the lines between their boundaries cross, or half-way where there is none.
//!   │ o • x │ x │
//!   └───┴───┴───┘
//! ```
//!
//! Absent on purpose: ink.

use super::super::scene::Point;
use crate::sweep::Phase;

/// The outlines of all cells, in their order, in the values of the axes.
pub fn outlines(phase: &Phase) -> Vec<Vec<Point>> {
    let patches = Patches::of(phase);
    let (columns, rows) = (phase.axes[0].values.len(), phase.axes[1].values.len());
    let cells = (0..columns).flat_map(|i| (0..rows).map(move |j| (i, j)));
    cells.map(|(i, j)| patches.outline(i, j)).collect()
}

/// Where cells end.
struct Patches<'a> {
    values: [&'a [f64]; 2],
    /// Half-way between neighbours, and beyond the outer ones.
    borders: [Vec<f64>; 2],
    /// Along each axis the boundary after a cell, by its column and row; none between cells of one kind.
    crossed: [Vec<Option<f64>>; 2],
}

impl<'a> Patches<'a> {
    fn of(phase: &'a Phase) -> Self {
        let values = phase.axes.each_ref().map(|axis| &axis.values[..]);
        let mut crossed = [(); 2].map(|()| vec![None; values[0].len() * values[1].len()]);
        for crossing in &phase.crossings {
            let (along, across) = (crossing.along, 1 - crossing.along);
            let before =
                |values: &[f64], at: f64| values.partition_point(|&value| value <= at).saturating_sub(1);
            let mut cell = [0; 2];
            cell[along] = before(values[along], crossing.between[0]);
            cell[across] = before(values[across], crossing.at);
            let middle = (crossing.between[0] + crossing.between[1]) / 2.0;
            crossed[along][cell[0] * values[1].len() + cell[1]] = Some(middle);
        }
        Patches { values, borders: phase.axes.each_ref().map(|axis| axis.borders()), crossed }
    }

    /// The boundary between a cell and the next one along an axis.
    fn crossing(&self, along: usize, i: usize, j: usize) -> Option<f64> {
        self.crossed[along][i * self.values[1].len() + j]
    }

    /// Where border `i`, before column `i`, lies in a row.
    fn side_x(&self, i: usize, j: usize) -> f64 {
        let inner = (i > 0 && i < self.values[0].len()).then(|| self.crossing(0, i - 1, j)).flatten();
        inner.unwrap_or(self.borders[0][i])
    }

    /// Where border `j`, before row `j`, lies in a column.
    fn side_y(&self, i: usize, j: usize) -> f64 {
        let inner = (j > 0 && j < self.values[1].len()).then(|| self.crossing(1, i, j - 1)).flatten();
        inner.unwrap_or(self.borders[1][j])
    }

    /// Where the cells round the crossing of two borders meet. At the edge of the plot the sides go straight on.
    fn corner(&self, i: usize, j: usize) -> Point {
        let (columns, rows) = (self.values[0].len(), self.values[1].len());
        let (is_end_x, is_end_y) = (i == 0 || i == columns, j == 0 || j == rows);
        if is_end_x || is_end_y {
            let x = if is_end_x { self.borders[0][i] } else { self.side_x(i, j.min(rows - 1)) };
            let y = if is_end_y { self.borders[1][j] } else { self.side_y(i.min(columns - 1), j) };
            return (x, y);
        }
        let (x, y) = (self.values[0], self.values[1]);
        let around = [
            self.crossing(0, i - 1, j - 1).map(|at| (at, y[j - 1])),
            self.crossing(0, i - 1, j).map(|at| (at, y[j])),
            self.crossing(1, i - 1, j - 1).map(|at| (x[i - 1], at)),
            self.crossing(1, i, j - 1).map(|at| (x[i], at)),
        ];
        let known: Vec<Point> = around.into_iter().flatten().collect();
        if known.is_empty() {
            return (self.borders[0][i], self.borders[1][j]);
        }
        let sum = known.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
        (sum.0 / known.len() as f64, sum.1 / known.len() as f64)
    }

    fn outline(&self, i: usize, j: usize) -> Vec<Point> {
        let (x, y) = (self.values[0][i], self.values[1][j]);
        vec![
            (self.side_x(i + 1, j), y),
            self.corner(i + 1, j + 1),
            (x, self.side_y(i, j + 1)),
            self.corner(i, j + 1),
            (self.side_x(i, j), y),
            self.corner(i, j),
            (x, self.side_y(i, j)),
            self.corner(i + 1, j),
        ]
    }
}

/// The pieces of the line `x + y = at` that lie in a polygon.
pub fn within(polygon: &[Point], at: f64) -> Vec<(Point, Point)> {
    let mut met: Vec<Point> = Vec::new();
    for (i, &(x0, y0)) in polygon.iter().enumerate() {
        let (x1, y1) = polygon[(i + 1) % polygon.len()];
        let (from, to) = (x0 + y0 - at, x1 + y1 - at);
        if (from < 0.0) != (to < 0.0) {
            let part = from / (from - to);
            met.push((x0 + part * (x1 - x0), y0 + part * (y1 - y0)));
        }
    }
    met.sort_by(|a, b| a.0.total_cmp(&b.0));
    met.chunks_exact(2).map(|two| (two[0], two[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{PlaneAxis, Scale};
    use crate::sweep::{Crossing, Kind};

    /// Four columns and three rows, of which the inner two cells are of another kind.
    fn plane() -> Phase {
        let axis = |path: &str, values: &[f64]| PlaneAxis {
            path: path.into(),
            scale: Scale::Real,
            values: values.to_vec(),
        };
        let axes = [axis("x", &[0.0, 10.0, 20.0, 30.0]), axis("y", &[0.0, 10.0, 20.0])];
        let mut kinds = vec![Kind::Chosen; 12];
        (kinds[4], kinds[7]) = (Kind::Proved, Kind::Proved);
        let crossing = |along, at, middle: f64, rises: bool| {
            let kinds = if rises { [Kind::Chosen, Kind::Proved] } else { [Kind::Proved, Kind::Chosen] };
            Crossing { along, at, between: [middle - 0.5, middle + 0.5], kinds }
        };
        let crossings = vec![
            crossing(0, 10.0, 2.0, true),
            crossing(1, 10.0, 3.0, true),
            crossing(1, 10.0, 18.0, false),
            crossing(0, 10.0, 29.0, false),
            crossing(1, 20.0, 4.0, true),
            crossing(1, 20.0, 17.0, false),
        ];
        Phase { axes, kinds, crossings, halvings: 4, form: None }
    }

    fn area(polygon: &[Point]) -> f64 {
        let turned = polygon.iter().enumerate().map(|(i, &(x, y))| {
            let next = polygon[(i + 1) % polygon.len()];
            x * next.1 - next.0 * y
        });
        turned.sum::<f64>() / 2.0
    }

    #[test]
    fn a_cell_reaches_to_the_boundary_and_no_two_overlap() {
        let outlines = outlines(&plane());
        // The second column's middle cell: to the dots on three sides, half-way to its like.
        let own = &outlines[4];
        assert_eq!([own[0], own[2], own[4], own[6]], [(15.0, 10.0), (10.0, 18.0), (2.0, 10.0), (10.0, 3.0)]);
        // Between two dots of one boundary it ends on the line from one to the other.
        assert_eq!((own[1], own[7]), ((15.0, 17.5), (15.0, 3.5)));
        assert_eq!(own[3], (6.0, 14.0));
        let all: f64 = outlines.iter().map(|outline| area(outline)).sum();
        assert!(libm::fabs(all - 35.0 * 25.0) < 1e-9, "they tile the plot, {all}");
        assert!(outlines.iter().all(|outline| area(outline) > 0.0));
    }

    #[test]
    fn a_plane_of_one_kind_has_squares() {
        let mut phase = plane();
        phase.crossings.clear();
        let own = &outlines(&phase)[4];
        assert_eq!((own[1], own[5]), ((15.0, 15.0), (5.0, 5.0)));
    }

    #[test]
    fn a_line_is_cut_at_a_polygon() {
        let square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)];
        assert_eq!(within(&square, 2.0), [((0.0, 2.0), (2.0, 0.0))]);
        assert_eq!(within(&square, 9.0), []);
    }
}
