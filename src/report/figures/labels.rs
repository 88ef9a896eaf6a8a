//! Names beside the lines that they are of, at the right of a plot, in place of a legend.
//!
//! Absent on purpose: names that would take more of the plot than they are worth; those stand in a legend.

use super::super::names::printable;
use super::super::scene::{Anchor, Ink, Mark, Point, Scene, Stroke, dash};
use super::super::text::width;
use super::frame::plain;

/// Size of the names, points.
const SIZE: f64 = 11.5;
/// From the plot's end to the line's sample, and its length, points.
const SAMPLE: (f64, f64) = (8.0, 22.0);
/// From one name to the next, points.
const PITCH: f64 = 16.0;
/// The most room that names take, points.
const MOST: f64 = 190.0;

/// The room that these names need beside a plot; none if it is too much, or there is nothing to tell apart.
pub fn fit(names: &[String]) -> Option<f64> {
    let widest = names.iter().map(|name| width(&printable(name), SIZE, false)).fold(0.0, f64::max);
    let room = SAMPLE.0 + SAMPLE.1 + 5.0 + widest;
    (names.len() > 1 && room <= MOST).then_some(room)
}

/// Writes each name as near to the end of its line as the others let it.
pub fn beside(
    scene: &mut Scene,
    right: f64,
    (top, bottom): (f64, f64),
    ends: &[(usize, Point)],
    names: &[String],
) {
    let mut lines: Vec<(usize, f64)> = ends.iter().map(|(series, end)| (*series, end.1)).collect();
    lines.sort_by(|a, b| a.1.total_cmp(&b.1));
    let wanted: Vec<f64> = lines.iter().map(|line| line.1).collect();
    for ((series, _), y) in lines.iter().zip(apart(&wanted, (top, bottom))) {
        let (from, to) = (right + SAMPLE.0, right + SAMPLE.0 + SAMPLE.1);
        let ink = Ink::Series(*series);
        scene.line((from, y), (to, y), Stroke { ink, width: 2.0, dash: dash(*series) });
        scene.mark(((from + to) / 2.0, y), Mark::of(*series), 3.6, ink);
        scene.text((to + 5.0, y + 4.0), Anchor::Left, &printable(&names[*series]), plain(SIZE, Ink::Text));
    }
}

/// Rising places moved apart by at least the pitch, as little as that needs, within the plot as far as there is room.
fn apart(wanted: &[f64], (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut places: Vec<f64> = Vec::with_capacity(wanted.len());
    for &at in wanted {
        let free = places.last().map_or(top, |before| before + PITCH);
        places.push(at.max(free));
    }
    let mut limit = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - PITCH;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_moved_apart_and_stay_in_the_plot() {
        assert_eq!(apart(&[10.0, 100.0], (0.0, 200.0)), [10.0, 100.0], "as they are where there is room");
        assert_eq!(apart(&[50.0, 50.0, 52.0], (0.0, 200.0)), [50.0, 66.0, 82.0]);
        assert_eq!(apart(&[190.0, 199.0], (0.0, 200.0)), [184.0, 200.0]);
    }
}
