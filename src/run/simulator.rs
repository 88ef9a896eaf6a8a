//! Who runs a plan's seeds.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::{Outcome, Violation};
use crate::paxos::Node;
use crate::scenario::model::Fault;
use crate::trace::{Observer, StopReason};

use super::deviate::{Deviant, Deviations};
use super::engine::{Engine, Yield};
use super::error::PlanError;
use super::hooks::{Hooks, NoHooks};
use super::livelock::{Certificate, Hunt};
use super::plan::Plan;
use super::world::World;

/// Runs a plan's seeds, one after the other.
#[derive(Debug)]
pub struct Simulator<'p> {
    world: World<'p>,
    /// In what runs deviate from their seeds.
    deviant: Deviant,
    /// The search for a cycle.
    hunt: Hunt<'p>,
}

impl<'p> Simulator<'p> {
    /// A simulator for this plan.
    pub fn new(plan: &'p Plan) -> Self {
        Simulator { world: World::new(plan), deviant: Deviant::default(), hunt: Hunt::default() }
    }

    /// Runs one seed under the eyes of an observer.
    pub fn run(&mut self, seed: u64, observer: &mut impl Observer) -> &Outcome {
        let Simulator { world, deviant, hunt } = self;
        let plan = world.plan;
        if plan.proves_cycles {
            hunt.begin_run();
        }
        if plan.is_plain {
            let recurs = |world: &mut _, _: &NoHooks| hunt.sees_a_cycle(world, &Deviant::default());
            play(world, seed, observer, &mut NoHooks, recurs);
        } else if plan.scripted {
            world.begin(seed, deviant);
            let mut engine = Engine { world, observer, hooks: deviant };
            let reason = engine.run_script(|world, steps| hunt.sees_a_round_recur(world, steps));
            engine.finish(engine.world.pool.steps, reason);
        } else {
            play(world, seed, observer, deviant, |world, deviant| hunt.sees_a_cycle(world, deviant));
        }
        self.world.monitor.outcome()
    }

    /// The same; none, soon after `stop` is set: also a long run is then left where it is, and nothing may be asked of it.
    pub fn run_unless(
        &mut self,
        stop: &'p AtomicBool,
        seed: u64,
        observer: &mut impl Observer,
    ) -> Option<&Outcome> {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        (self.world.stop, self.world.is_left) = (Some(stop), false);
        self.run(seed, observer);
        self.world.stop = None;
        (!self.world.is_left).then(|| self.world.monitor.outcome())
    }

    /// From now on runs deviate in this, on a plan that can ([`Plan::deviable`]).
    pub(super) fn deviate(&mut self, deviations: Deviations) {
        self.deviant.deviate(deviations);
    }

    /// The broken invariants of the last run, with evidence.
    pub fn violations(&self) -> &[Violation] {
        self.world.monitor.safety.violations()
    }

    /// The step of its script that could not happen.
    pub(super) fn impossible(&self) -> Option<&PlanError> {
        self.world.pool.impossible.as_ref()
    }

    /// The faults that were drawn in the last run, as far as they have happened: a schedule that gives the same run.
    pub fn drawn_faults(&self) -> Vec<Fault> {
        let faults = &self.world.plan.faults;
        self.world.faults.drawn.iter().filter_map(|drawn| faults.as_written(drawn)).collect()
    }

    /// The proof that the last run would have gone on for ever, if it stopped at one.
    pub fn livelock(&self) -> Option<&Certificate> {
        self.hunt.certificate.as_ref()
    }

    /// The nodes as the last run left them, node 1 first.
    pub fn nodes(&self) -> &[Node] {
        &self.world.nodes[1..=usize::from(self.world.plan.rules.nodes)]
    }
}

/// Plays a run from the first event to the last; it ends as well where it is to be looked at and `recurs`.
fn play<'p, O: Observer, H: Hooks>(
    world: &mut World<'p>,
    seed: u64,
    observer: &mut O,
    hooks: &mut H,
    mut recurs: impl FnMut(&mut World<'p>, &H) -> bool,
) {
    world.begin(seed, hooks);
    let mut engine = Engine { world, observer, hooks };
    let reason = loop {
        match engine.run() {
            Yield::Over(reason) => break reason,
            Yield::Look(goes_on) => {
                if recurs(engine.world, engine.hooks) && goes_on {
                    break StopReason::Cycle;
                }
            }
        }
    };
    engine.finish(engine.world.events(), reason);
}
