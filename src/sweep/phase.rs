//! A phase diagram: what kind each cell is of, and the boundary between kinds, found by halving.
//!
//! Every point is a scenario that is run; nothing is interpolated. Absent on purpose: drawing.

use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::theory::livelock_form;
use super::totals::Totals;
use crate::check::Verdict;
use crate::many::{Driver, Interruptible, Runner, Seeds, Stopped};
use crate::run::{Plan, PlanError, Progress};
use crate::scenario::{Plane, ScenarioError};
use crate::stats::{Corner, Form, Half, Point, clipped};
use crate::trace::Blind;

/// What the runs at a point have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Every run is a proved livelock.
    #[serde(rename = "livelock-proved")]
    Proved,
    /// Every run chooses a value.
    #[serde(rename = "chosen-in-all-runs")]
    Chosen,
    /// Some of both, or runs that came to no end.
    #[serde(rename = "mixed")]
    Mixed,
}

impl Kind {
    /// Of runs, of which so many are proved livelocks and so many choose.
    fn of(runs: u64, proved: u64, chosen: u64) -> Kind {
        match runs {
            runs if runs == chosen => Kind::Chosen,
            runs if runs == proved => Kind::Proved,
            _ => Kind::Mixed,
        }
    }
}

impl From<&Totals> for Kind {
    fn from(totals: &Totals) -> Kind {
        let proved = totals.verdicts[Verdict::LivelockProved as usize];
        Kind::of(totals.runs, proved, totals.runs - totals.undecided)
    }
}

/// Two points on a line along an axis, of different kinds, as near to each other as was looked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    /// The axis that it lies along.
    pub along: usize,
    /// The value on the other axis.
    pub at: f64,
    /// The two values on this one.
    pub between: [f64; 2],
    /// The kinds there.
    pub kinds: [Kind; 2],
}

/// A closed form in the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// What it says.
    pub label: &'static str,
    /// Where nothing is ever chosen, as convex polygons in the axes' values.
    pub regions: Vec<Vec<Corner>>,
    /// Cells of which it says the kind, and those of them that are of it.
    pub cells: [u64; 2],
    /// Crossings that one of its bounds passes through, to a nanosecond.
    pub crossed: u64,
}

/// A phase diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// The plane's axes.
    pub axes: [crate::scenario::PlaneAxis; 2],
    /// Each cell's kind, in the order of the cells.
    pub kinds: Vec<Kind>,
    /// The boundary.
    pub crossings: Vec<Crossing>,
    /// How often each step was halved.
    pub halvings: u32,
    /// The closed form that applies, if one does everywhere.
    pub form: Option<Drawn>,
}

/// Why a phase diagram came to no end.
#[derive(Debug, thiserror::Error)]
pub enum PhaseError {
    /// It was interrupted, or cannot be answered.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A point's values do not go together.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A point cannot be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Halving the steps between these cells comes to no such boundary.
    #[error("its boundary is not where halving the steps between its cells can find one")]
    Boundary,
}

impl Interruptible for PhaseError {
    fn is_interruption(&self) -> bool {
        matches!(self, PhaseError::Stopped(Stopped::Interrupted))
    }
}

/// The diagram of a plane whose cells came to these kinds. Points between are run with the seeds `first..first + count`.
///
/// # Errors
/// When interrupted, or when a point between two cells cannot be run.
pub fn phase(
    plane: &Plane,
    kinds: Vec<Kind>,
    (first, count): (u64, u64),
    halvings: u32,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Phase, PhaseError> {
    let edges = edges(plane, &kinds);
    progress.expect((edges.len() as u64).saturating_mul(halvings.into()).saturating_mul(count));
    let (driver, seeds) = (Driver { progress, stop }, Seeds { first, count });
    let refine = |edge: u64| refine(driver, plane, edges[edge as usize], seeds, halvings);
    let refined = driver.map(0..edges.len() as u64, refine)?;
    Phase::of(plane, kinds, refined, halvings)
}

impl Phase {
    /// The diagram of a plane whose cells came to these kinds, with a boundary that is known already.
    ///
    /// # Errors
    /// When the values of a corner do not go together, and [`PhaseError::Boundary`].
    pub fn of(
        plane: &Plane,
        kinds: Vec<Kind>,
        crossings: Vec<Crossing>,
        halvings: u32,
    ) -> Result<Phase, PhaseError> {
        let edges = edges(plane, &kinds);
        let is_refined = |(edge, crossing): (&Crossing, &Crossing)| reaches(plane, edge, crossing, halvings);
        if edges.len() != crossings.len() || !edges.iter().zip(&crossings).all(is_refined) {
            return Err(PhaseError::Boundary);
        }
        let form = drawn(plane, &kinds, &crossings)?;
        Ok(Phase { axes: plane.axes.clone(), kinds, crossings, halvings, form })
    }
}

/// Neighbouring cells of different kinds.
fn edges(plane: &Plane, kinds: &[Kind]) -> Vec<Crossing> {
    let [x, y] = plane.axes.each_ref().map(|axis| &axis.values);
    let kind = |i: usize, j: usize| kinds[i * y.len() + j];
    let mut edges = Vec::new();
    for i in 0..x.len() {
        for j in 0..y.len() {
            if i + 1 < x.len() && kind(i, j) != kind(i + 1, j) {
                let kinds = [kind(i, j), kind(i + 1, j)];
                edges.push(Crossing { along: 0, at: y[j], between: [x[i], x[i + 1]], kinds });
            }
            if j + 1 < y.len() && kind(i, j) != kind(i, j + 1) {
                let kinds = [kind(i, j), kind(i, j + 1)];
                edges.push(Crossing { along: 1, at: x[i], between: [y[j], y[j + 1]], kinds });
            }
        }
    }
    edges
}

/// Halves an edge, keeping the half whose ends are of different kinds; of two such halves the lower one.
fn refine(
    driver: Driver<'_>,
    plane: &Plane,
    mut edge: Crossing,
    seeds: Seeds,
    halvings: u32,
) -> Result<Crossing, PhaseError> {
    for _ in 0..halvings {
        let [low, high] = edge.between;
        let Some(middle) = plane.axes[edge.along].scale.middle(low, high) else { break };
        let point = if edge.along == 0 { [middle, edge.at] } else { [edge.at, middle] };
        let kind = kind_at(driver, plane, point, seeds)?;
        let end = usize::from(kind != edge.kinds[0]);
        (edge.between[end], edge.kinds[end]) = (middle, kind);
    }
    Ok(edge)
}

/// Whether so many halvings of an edge can come to this crossing: each keeps one half, and the kind of its lower end.
fn reaches(plane: &Plane, edge: &Crossing, crossing: &Crossing, halvings: u32) -> bool {
    let [mut low, mut high] = edge.between;
    for _ in 0..halvings {
        let Some(middle) = plane.axes[edge.along].scale.middle(low, high) else { break };
        // A crossing that lies in neither half is not reached.
        if crossing.between[0] >= middle { low = middle } else { high = middle }
    }
    let at = (crossing.along, crossing.at, crossing.between) == (edge.along, edge.at, [low, high]);
    let is_end = crossing.between[1] == edge.between[1];
    at && crossing.kinds[0] == edge.kinds[0]
        && crossing.kinds[1] != edge.kinds[0]
        && (!is_end || crossing.kinds[1] == edge.kinds[1])
}

fn kind_at(driver: Driver<'_>, plane: &Plane, point: [f64; 2], seeds: Seeds) -> Result<Kind, PhaseError> {
    let plan = Plan::new(&plane.at(point)?.scenario)?;
    let mut runner = Runner::new(driver, &plan, 0);
    let (mut proved, mut chosen) = (0, 0);
    for seed in seeds.iter() {
        let outcome = runner.run(seed, &mut Blind)?;
        proved += u64::from(outcome.verdict == Verdict::LivelockProved);
        chosen += u64::from(outcome.chosen.is_some());
    }
    Ok(Kind::of(seeds.count, proved, chosen))
}

/// The closed form in the plane, if one applies at all corners.
fn drawn(plane: &Plane, kinds: &[Kind], crossings: &[Crossing]) -> Result<Option<Drawn>, PhaseError> {
    let Some(map) = Map::new(plane)? else { return Ok(None) };
    let [x, y] = plane.axes.each_ref().map(|axis| &axis.values);
    let mut cells = [0, 0];
    for (index, kind) in kinds.iter().enumerate() {
        let point = map.point((x[index / y.len()], y[index % y.len()]));
        if let Some(livelocks) = map.form.livelocks(point) {
            cells[0] += 1;
            cells[1] += u64::from(*kind == if livelocks { Kind::Proved } else { Kind::Chosen });
        }
    }
    let crossed = crossings.iter().filter(|crossing| map.is_crossed(crossing)).count() as u64;
    Ok(Some(Drawn { label: map.form.label, regions: map.regions(plane), cells, crossed }))
}

/// How a closed form lies in the plane: its point depends on the axes' values by an affine map.
struct Map {
    form: &'static Form,
    /// The low corner's values, the point there, and the points at the far end of either axis.
    origin: Corner,
    ends: Corner,
    corners: [Point; 3],
}

impl Map {
    fn new(plane: &Plane) -> Result<Option<Map>, PhaseError> {
        let [x, y] = plane.axes.each_ref().map(|axis| [axis.values[0], axis.values[axis.values.len() - 1]]);
        let mut found = Vec::new();
        for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            match livelock_form(&plane.at([x[i], y[j]])?.scenario) {
                Some(one) => found.push(one),
                None => return Ok(None),
            }
        }
        let form = found[0].0;
        let corners = [found[0].1, found[1].1, found[2].1];
        let map = Map { form, origin: (x[0], y[0]), ends: (x[1], y[1]), corners };
        let fits = found.iter().all(|one| std::ptr::eq(one.0, form)) && map.point((x[1], y[1])) == found[3].1;
        Ok(fits.then_some(map))
    }

    /// The form's point at these values.
    fn point(&self, at: Corner) -> Point {
        let [low, right, up] = self.corners;
        let u = (at.0 - self.origin.0) / (self.ends.0 - self.origin.0);
        let v = (at.1 - self.origin.1) / (self.ends.1 - self.origin.1);
        let mixed = |get: fn(Point) -> i64| {
            let [low, right, up] = [low, right, up].map(|p| get(p) as f64);
            libm::round(low + u * (right - low) + v * (up - low)) as i64
        };
        Point {
            delay: mixed(|p| p.delay),
            retry: mixed(|p| p.retry),
            offset: mixed(|p| p.offset),
            timeout: mixed(|p| p.timeout),
        }
    }

    /// A bound's left side at these values, not rounded.
    fn value(&self, half: &Half, at: Corner) -> f64 {
        let [low, right, up] = self.corners.map(|p| half.at(p) as f64);
        let u = (at.0 - self.origin.0) / (self.ends.0 - self.origin.0);
        let v = (at.1 - self.origin.1) / (self.ends.1 - self.origin.1);
        low + u * (right - low) + v * (up - low)
    }

    /// The regions as far as the cells reach.
    fn regions(&self, plane: &Plane) -> Vec<Vec<Corner>> {
        let [(x0, x1), (y0, y1)] = plane.axes.each_ref().map(|axis| {
            let borders = axis.borders();
            (borders[0], borders[borders.len() - 1])
        });
        let whole = vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)];
        let region = |bounds: &&[Half]| {
            let all = self.form.domain.iter().chain(*bounds);
            all.fold(whole.clone(), |polygon, half| clipped(&polygon, |at| self.value(half, at)))
        };
        self.form.regions.iter().map(region).filter(|polygon| polygon.len() > 2).collect()
    }

    /// Whether a bound passes between a crossing's ends or through one of them, to a nanosecond.
    fn is_crossed(&self, crossing: &Crossing) -> bool {
        let ends = crossing.between.map(|value| match crossing.along {
            0 => (value, crossing.at),
            _ => (crossing.at, value),
        });
        self.form.regions.iter().flat_map(|bounds| bounds.iter()).any(|half| {
            let [low, high] = ends.map(|at| self.value(half, at));
            low.min(high) <= 1.0 && low.max(high) >= -1.0
        })
    }
}
