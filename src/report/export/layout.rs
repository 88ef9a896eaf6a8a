//! Where on paper each event of a space–time diagram lies: time runs downwards, events of one instant below each
//! other in their order.
//!
//! Absent on purpose: shapes (`spacetime`). The distance between instants grows with the time between them, but less
//! and less: a run has stretches of microseconds and of seconds, and both must be read.

use std::collections::BTreeMap;

use super::focus::Focus;
use super::story::{Moment, Story};
use crate::run::Window;

/// Height of a line of moments, points.
pub const LINE: f64 = 12.5;
/// Least and most distance between instants, points.
const GAP: (f64, f64) = (10.0, 46.0);
/// The same before an instant of which nothing is drawn in full.
const QUIET: (f64, f64) = (1.5, 7.0);

/// Heights, points from the diagram's top.
pub struct Layout {
    /// Instants, ns, with the heights where they begin and end; at least one.
    instants: Vec<(u64, f64, f64)>,
    /// Those of them with something that is drawn in full.
    loud: Vec<bool>,
    /// Of events in the window.
    events: BTreeMap<usize, f64>,
    /// The last height.
    pub bottom: f64,
    /// Instants that lie so far after the one before that their distance says little, and that one.
    pub breaks: Vec<(f64, f64)>,
    window: Window,
}

impl Layout {
    /// Lays out a stretch of a run, with little room for what is not drawn in full.
    pub fn of(story: &Story<'_>, window: Window, focus: &Focus) -> Self {
        let all = &story.view.record.events;
        let shown: Vec<usize> = (0..all.len()).filter(|&i| window.holds(all[i].0)).collect();
        let mut layout = Layout {
            instants: Vec::new(),
            loud: Vec::new(),
            events: BTreeMap::new(),
            bottom: 0.0,
            breaks: Vec::new(),
            window,
        };
        let mut by_event: BTreeMap<usize, Vec<&Moment>> = BTreeMap::new();
        for moment in story.moments.iter().filter(|moment| focus.has(moment.proposer)) {
            by_event.entry(moment.event).or_default().push(moment);
        }
        let typical = typical_gap(shown.iter().map(|&i| all[i].0));
        for instant in shown.chunk_by(|&a, &b| all[a].0 == all[b].0) {
            let is_loud = instant.iter().any(|&event| !focus.is_quiet(event));
            layout.place((all[instant[0]].0, is_loud), instant, &by_event, story.lanes.len(), typical);
        }
        if layout.instants.is_empty() {
            layout.instants.push((window.from_ns, 0.0, 0.0));
            layout.loud.push(true);
        }
        layout
    }

    fn place(
        &mut self,
        (at_ns, is_loud): (u64, bool),
        events: &[usize],
        moments: &BTreeMap<usize, Vec<&Moment>>,
        lanes: usize,
        typical: f64,
    ) {
        let top = match self.instants.last() {
            None => 0.0,
            Some(&(before, _, end)) => {
                let gap = (at_ns - before) as f64;
                let (least, most) = if is_loud { GAP } else { QUIET };
                let room = (least + (most - least) * gap / (gap + 2.0 * typical)).min(most);
                if is_loud && gap > 20.0 * typical {
                    self.breaks.push((end + 3.0, end + room - 3.0));
                }
                end + room
            }
        };
        let mut lines = vec![0usize; lanes];
        for &event in events {
            let here = moments.get(&event).map_or(&[][..], Vec::as_slice);
            for moment in here {
                lines[moment.lane] += 1;
            }
            // Whoever has no line of its own is level with the lowest line so far: what it follows.
            let lane = here.first().map(|m| m.lane);
            let line = lane.map_or_else(|| lines.iter().max().copied().unwrap_or(0), |lane| lines[lane]);
            self.events.insert(event, top + LINE * line.saturating_sub(1) as f64);
        }
        let tall = lines.into_iter().max().unwrap_or(0).saturating_sub(1);
        self.bottom = top + LINE * tall as f64;
        self.instants.push((at_ns, top, self.bottom));
        self.loud.push(is_loud);
    }

    /// The height of an event in the window.
    pub fn event(&self, event: usize) -> Option<f64> {
        self.events.get(&event).copied()
    }

    /// The instants with something that is drawn in full, with the heights where they begin.
    pub fn instants(&self) -> impl Iterator<Item = (u64, f64)> {
        let loud = self.instants.iter().zip(&self.loud).filter(|(_, is_loud)| **is_loud);
        loud.map(|(&(at_ns, top, _), _)| (at_ns, top))
    }

    /// The height of any time: between instants in proportion, outside of the window at its edge.
    pub fn time(&self, at_ns: u64) -> f64 {
        let after = self.instants.partition_point(|instant| instant.0 <= at_ns);
        match (after.checked_sub(1).map(|i| self.instants[i]), self.instants.get(after)) {
            (None, _) => 0.0,
            (Some((_, _, end)), None) => end + 8.0,
            (Some((at, top, end)), Some(&(next, below, _))) => {
                if at == at_ns {
                    return top;
                }
                end + (below - end) * (at_ns - at) as f64 / (next - at) as f64
            }
        }
    }

    /// The window.
    pub const fn window(&self) -> Window {
        self.window
    }
}

/// The median distance between instants that differ, ns.
fn typical_gap(times: impl Iterator<Item = u64>) -> f64 {
    let mut times: Vec<u64> = times.collect();
    times.dedup();
    let mut gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).map_or(1.0, |&gap| gap as f64).max(1.0)
}
