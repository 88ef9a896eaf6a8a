//! The legend of a space–time diagram: whose colour is whose, what lines and marks mean.
//!
//! Absent on purpose: what stands beside each mark in words.

use super::super::scene::{Anchor, Ink, Point, Scene, Stroke, Type};
use super::super::text::{fitted, width};
use super::marks::{cross, form};
use super::spacetime::{EDGE, Page};
use super::story::What;
use crate::trace::ProposerId;

impl Page<'_> {
    /// Whose colour is whose, then what the marks mean.
    pub(super) fn legend(&mut self, top: f64) -> f64 {
        let (mut x, mut y) = (EDGE, top);
        let mut put = |scene: &mut Scene, sample: &dyn Fn(&mut Scene, Point), name: &str, limit: f64| {
            let name = fitted(name, 11.0, false, limit - 2.0 * EDGE - 40.0);
            let needed = 28.0 + width(&name, 11.0, false);
            if x > EDGE && x + needed > limit - EDGE {
                (x, y) = (EDGE, y + 16.0);
            }
            sample(scene, (x, y - 3.5));
            scene.text((x + 24.0, y), Anchor::Left, &name, Type { size: 11.0, bold: false, ink: Ink::Text });
            x += needed + 16.0;
        };
        let limit = self.scene.width;
        for (i, proposer) in self.story.view.scenario.proposer.iter().enumerate().take(12) {
            let (ink, text) = (self.ink(i as ProposerId), proposer.text());
            let name = format!("{}: {}", proposer.name, fitted(&text, 11.0, false, 150.0));
            put(
                &mut self.scene,
                &|s, (x, y)| s.line((x, y), (x + 19.0, y), Stroke::solid(ink, 2.2)),
                &name,
                limit,
            );
        }
        let line = |dash| {
            move |s: &mut Scene, (x, y): Point| {
                s.line((x, y), (x + 19.0, y), Stroke { ink: Ink::Muted, width: 1.6, dash })
            }
        };
        put(&mut self.scene, &line((0.0, 0.0)), "phase 1", limit);
        put(&mut self.scene, &line((5.0, 2.5)), "phase 2", limit);
        let marks = [
            (What::Start, "attempt begins"),
            (What::Propose, "proposal"),
            (What::Promise, "promise"),
            (What::Vote, "vote"),
            (What::Learn, "learns, is told"),
            (What::Fail, "fails"),
        ];
        for (what, name) in marks {
            let ink = if what == What::Fail { Ink::Alarm } else { Ink::Muted };
            put(&mut self.scene, &|s, (x, y)| s.mark((x + 9.0, y), form(what), 4.2, ink), name, limit);
        }
        put(&mut self.scene, &|s, (x, y)| cross(s, (x + 9.0, y)), "lost", limit);
        y
    }
}
