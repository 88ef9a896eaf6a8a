//! The words of a space–time diagram: none lies on another, names give way before verbs.
//!
//! Absent on purpose: which words (`story`).

use super::super::scene::{Anchor, Ink, Point, Shape, Type};
use super::super::text::{fitted, width};
use super::spacetime::{Page, WORDS};

const WORD: Type = Type { size: 8.5, bold: false, ink: Ink::Muted };

impl Page<'_> {
    /// Words that fit between two lifelines: names give way first, for the verb says what happens.
    pub(super) fn shortened(&self, text: &str, size: f64) -> String {
        let room = self.spacing.min(WORDS + 12.0) - 24.0;
        let mut short = text.to_owned();
        for limit in [60.0, 40.0, 24.0] {
            if width(&short, size, false) <= room {
                return short;
            }
            let names = self.story.view.scenario.proposer.iter().map(|p| p.name.as_str());
            short = names
                .filter(|name| width(name, size, false) > limit)
                .fold(text.to_owned(), |text, name| text.replace(name, &fitted(name, size, false, limit)));
        }
        fitted(&short, size, false, room)
    }

    /// A text on a patch of paper.
    pub(super) fn halo(&mut self, at: Point, anchor: Anchor, text: &str, look: Type) {
        let shape = Shape::Text { at, anchor, text: text.to_owned(), look };
        let bounds @ ((l, t), (r, b)) = shape.bounds();
        self.scene.fill(vec![(l - 1.0, t), (r + 1.0, t), (r + 1.0, b), (l - 1.0, b)], Ink::Paper, 1.0);
        self.scene.text(at, anchor, text, look);
        self.take(bounds);
    }

    /// Notes what a text covers.
    fn take(&mut self, bounds: (Point, Point)) {
        for strip in strips(bounds) {
            self.taken.entry(strip).or_default().push(bounds);
        }
    }

    /// What each message says, where there is room along its arrow.
    pub(super) fn words(&mut self) {
        for ((x0, y0), (x1, y1), text) in std::mem::take(&mut self.waiting) {
            for share in [0.5, 0.3, 0.7, 0.2, 0.4, 0.6, 0.8] {
                let at = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share - 2.0);
                let text = self.shortened(&text, WORD.size);
                let shape = Shape::Text { at, anchor: Anchor::Middle, text: text.clone(), look: WORD };
                let ((l, t), (r, b)) = shape.bounds();
                let covers = |&((l2, t2), (r2, b2)): &(Point, Point)| l < r2 && l2 < r && t < b2 && t2 < b;
                let on_a_line = self.lanes.iter().any(|&x| l - 7.0 < x && x < r + 7.0);
                let near = strips(((l, t), (r, b))).filter_map(|strip| self.taken.get(&strip)).flatten();
                if on_a_line || near.into_iter().any(covers) {
                    continue;
                }
                let patch = vec![(l - 1.0, t), (r + 1.0, t), (r + 1.0, b), (l - 1.0, b)];
                self.scene.fill(patch, Ink::Paper, 1.0);
                self.scene.text(at, Anchor::Middle, &text, WORD);
                self.take(((l, t), (r, b)));
                break;
            }
        }
    }
}

/// The strips of the page that something touches.
fn strips(((_, top), (_, bottom)): (Point, Point)) -> std::ops::RangeInclusive<i64> {
    const HIGH: f64 = 32.0;
    let strip = |y: f64| libm::floor(y / HIGH) as i64;
    strip(top)..=strip(bottom)
}
