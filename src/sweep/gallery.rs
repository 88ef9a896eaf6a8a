//! The swarm at work: many of its runs, of the correct protocol or of a mutant, on all cores; which alarms went off.
//!
//! Absent on purpose: what the swarm consists of (`swarm`), and rendering. The same totals come out for any number of
//! threads.

use std::sync::atomic::AtomicBool;

use super::swarm::{BLOCK, swarm_scenario};
use crate::check::{Checks, Hazard, Invariant, Outcome, Progress, Situations, situations};
use crate::many::{Driver, Interruptible, Runner, Seeds, Stopped};
use crate::run::{self, Plan, PlanError};
use crate::scenario::{Mutant, Quorum, ReadReturns, Scenario};
use crate::stats::Blocks;
use crate::trace::{Event, Observer};

/// What can go off in a run: each safety check, then progress, then the hazard.
pub const ALARMS: usize = Invariant::ALL.len() + 2;
const PROGRESS: usize = Invariant::ALL.len();
const HAZARD: usize = PROGRESS + 1;

/// The alarms' names, in the order of their bits.
pub fn alarm_names() -> impl Iterator<Item = &'static str> {
    Invariant::ALL.iter().map(|invariant| invariant.name()).chain(["progress", "hazard"])
}

/// What runs of the swarm came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toll {
    /// Runs.
    pub runs: u64,
    /// Runs in which an alarm went off.
    pub killed: u64,
    /// Blocks of runs that share a scenario, with the runs of each in which an alarm went off.
    pub blocks: Blocks,
    /// Runs in which each alarm went off, in the order of [`alarm_names`].
    pub by: [u64; ALARMS],
    /// The first run with an alarm.
    pub first: Option<u64>,
    /// The run with an alarm and the fewest events: events, run.
    pub shortest: Option<(u32, u64)>,
    /// Runs in which a value was chosen.
    pub chosen: u64,
    /// Events handled.
    pub events: u64,
    /// Runs with quorums of separate sizes.
    pub flexible: u64,
    /// Runs that reached each situation, in the order of [`situations`]; zeros if nobody looked.
    pub situations: Vec<u64>,
}

impl Toll {
    /// Adds other runs of the same protocol.
    pub fn merge(&mut self, other: &Toll) {
        self.runs += other.runs;
        self.killed += other.killed;
        self.blocks.merge(&other.blocks);
        self.by.iter_mut().zip(&other.by).for_each(|(a, b)| *a += b);
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.shortest = [self.shortest, other.shortest].into_iter().flatten().min();
        self.chosen += other.chosen;
        self.events += other.events;
        self.flexible += other.flexible;
        self.situations.iter_mut().zip(&other.situations).for_each(|(a, b)| *a += b);
    }
}

/// Why the swarm cannot be run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SwarmError {
    /// The engine cannot do what a scenario of the swarm asks for: a bug.
    #[error("run {0} of the swarm: {1}")]
    Plan(u64, PlanError),
    /// It was interrupted, or time stands still in a run.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Interruptible for SwarmError {
    fn is_interruption(&self) -> bool {
        *self == SwarmError::Stopped(Stopped::Interrupted)
    }
}

/// Which runs of the swarm, of which protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// The correct protocol or a deliberate bug.
    pub mutant: Mutant,
    /// The first run.
    pub first: u64,
    /// How many; they end at the last `u64`.
    pub count: u64,
    /// Whether to look out for situations.
    pub situations: bool,
}

/// Runs the swarm on the current threads. Once `stop` is set it ends with the runs up to the first that was not run.
///
/// # Errors
/// When the engine cannot do what a scenario asks for, or time stands still in a run.
pub fn run_swarm(runs: Runs, progress: &impl run::Progress, stop: &AtomicBool) -> Result<Toll, SwarmError> {
    /// Runs of a task: some blocks.
    const TASK: u64 = 64 * BLOCK;
    let driver = Driver { progress, stop };
    let seeds = Seeds { first: runs.first, count: runs.count.min((u64::MAX - runs.first).saturating_add(1)) };
    let none = || Toll { situations: vec![0; situations().count()], ..Toll::default() };
    let some = |mut left: Seeds| {
        let mut toll = none();
        while left.count > 0 {
            let block = left.take(BLOCK - left.first % BLOCK);
            run_block(driver, runs, block, &mut toll)?;
            left = left.skip(block.count);
        }
        Ok::<_, SwarmError>(toll)
    };
    let mut total = none();
    // First what is left of a block that has begun, so that no task parts one.
    let begun = seeds.take((BLOCK - seeds.first % BLOCK) % BLOCK);
    for part in [begun, seeds.skip(begun.count)] {
        let take = |toll| {
            total.merge(&toll);
            Ok(())
        };
        match driver.fold(part, TASK, some, take) {
            Ok(()) => {}
            Err(error) if error.is_interruption() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(total)
}

/// Runs seeds of one block, which share a scenario.
fn run_block(driver: Driver<'_>, runs: Runs, block: Seeds, toll: &mut Toll) -> Result<(), SwarmError> {
    let mut scenario = swarm_scenario(block.first);
    scenario.protocol.mutant = runs.mutant;
    let plan = Plan::new(&scenario).map_err(|error| SwarmError::Plan(block.first, error))?;
    let plan = plan.watched_by(Checks::All);
    let mut runner = Runner::new(driver, &plan, 0);
    let mut watch = Watch::new(&scenario, &plan, runs.situations);
    let flexible = u64::from(matches!(scenario.cluster.quorum, Quorum::Sizes(_)));
    let before = toll.killed;
    for run in block.iter() {
        watch.clear();
        let outcome = runner.run(run, &mut watch)?;
        let alarms = watch.alarms(outcome);
        toll.runs += 1;
        toll.chosen += u64::from(outcome.chosen.is_some());
        toll.events += u64::from(outcome.events);
        toll.flexible += flexible;
        if alarms != 0 {
            toll.killed += 1;
            (0..ALARMS).for_each(|i| toll.by[i] += u64::from(alarms >> i & 1));
            toll.first = Some(toll.first.map_or(run, |first| first.min(run)));
            let this = (outcome.events, run);
            toll.shortest = Some(toll.shortest.map_or(this, |shortest| shortest.min(this)));
        }
        watch.count_situations(&mut toll.situations);
    }
    toll.blocks.record(block.count, toll.killed - before);
    Ok(())
}

/// All that watches a run of the swarm beside the safety checks.
struct Watch {
    progress: Progress,
    situations: Option<Situations>,
    /// Whether reads return only what is learned: then what is not chosen must not be read.
    reads_learned: bool,
}

impl Watch {
    fn new(scenario: &Scenario, plan: &Plan, situations: bool) -> Self {
        let (nodes, quorum) = (scenario.cluster.nodes, scenario.cluster.quorum_sizes().1);
        Watch {
            progress: Progress::of(nodes, plan.answered_at_once()),
            situations: situations.then(|| Situations::new(nodes, quorum, plan.submissions())),
            reads_learned: scenario.read.iter().all(|read| read.returns == ReadReturns::Learned),
        }
    }

    fn clear(&mut self) {
        self.progress.clear();
        self.situations.iter_mut().for_each(Situations::clear);
    }

    /// The alarms that went off, a bit each.
    fn alarms(&self, outcome: &Outcome) -> u32 {
        let misread = self.reads_learned && outcome.hazards[Hazard::UnchosenRead as usize] > 0;
        u32::from(outcome.violated.0)
            | u32::from(self.progress.refused().is_some()) << PROGRESS
            | u32::from(misread) << HAZARD
    }

    fn count_situations(&self, counts: &mut [u64]) {
        if let Some(situations) = &self.situations {
            let seen = situations.seen();
            counts.iter_mut().enumerate().for_each(|(i, count)| *count += (seen >> i & 1) as u64);
        }
    }
}

impl Observer for Watch {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.progress.on(at_ns, event);
        if let Some(situations) = &mut self.situations {
            situations.on(at_ns, event);
        }
    }
}
