//! The signs of a space–time diagram: what happens on a lifeline, a loss, an arrow's head.

use super::super::scene::{Ink, Mark, Point, Scene, Stroke};
use super::story::What;

/// The form of what happens on a lifeline.
pub(super) const fn form(what: What) -> Mark {
    match what {
        What::Start => Mark::Wedge,
        What::Propose => Mark::Diamond,
        What::Promise => Mark::Ring,
        What::Vote => Mark::Square,
        What::Learn | What::Tell => Mark::Circle,
        What::Fail => Mark::Triangle,
        What::Fault => Mark::Plus,
    }
}

/// A message is lost.
pub(super) fn cross(scene: &mut Scene, (x, y): Point) {
    let stroke = Stroke::solid(Ink::Alarm, 2.0);
    scene.line((x - 4.0, y - 4.0), (x + 4.0, y + 4.0), stroke);
    scene.line((x - 4.0, y + 4.0), (x + 4.0, y - 4.0), stroke);
}

/// An arrow's head, its tip just before the lifeline's mark.
pub(super) fn head(scene: &mut Scene, from: Point, to: Point, ink: Ink) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).sqrt();
    if length < 1.0 {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let tip = (to.0 - 3.0 * ux, to.1 - 3.0 * uy);
    let at = |along: f64, aside: f64| (tip.0 - along * ux - aside * uy, tip.1 - along * uy + aside * ux);
    scene.fill(vec![tip, at(8.0, 3.2), at(8.0, -3.2)], ink, 1.0);
}
