//! Who runs a plan's seeds.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::{Outcome, Violation};
use crate::paxos::Node;
use crate::scenario::model::Fault;
use crate::trace::Observer;

use super::deviate::Deviations;
use super::engine::Engine;
use super::livelock::Certificate;
use super::plan::Plan;
use super::script::Impossible;
use super::world::World;

/// Runs a plan's seeds, one after the other.
#[derive(Debug)]
pub struct Simulator<'p> {
    world: World<'p>,
}

impl<'p> Simulator<'p> {
    /// A simulator for this plan.
    pub fn new(plan: &'p Plan) -> Self {
        Simulator { world: World::new(plan) }
    }

    /// Runs one seed under the eyes of an observer.
    pub fn run(&mut self, seed: u64, observer: &mut impl Observer) -> &Outcome {
        self.world.begin(seed);
        if self.world.plan.is_plain {
            Engine::<_, true> { world: &mut self.world, observer }.run();
        } else {
            Engine::<_, false> { world: &mut self.world, observer }.run();
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
        self.world.deviant.deviate(deviations);
    }

    /// The broken invariants of the last run, with evidence.
    pub fn violations(&self) -> &[Violation] {
        self.world.monitor.safety.violations()
    }

    /// The step of its script that could not happen.
    pub(super) fn impossible(&self) -> Option<&Impossible> {
        self.world.pool.impossible.as_ref()
    }

    /// The faults that were drawn in the last run, as far as they have happened: a schedule that gives the same run.
    pub fn drawn_faults(&self) -> Vec<Fault> {
        let faults = &self.world.plan.faults;
        self.world.storm.drawn.iter().filter_map(|drawn| faults.as_written(drawn)).collect()
    }

    /// The proof that the last run would have gone on for ever, if it stopped at one.
    pub fn livelock(&self) -> Option<&Certificate> {
        self.world.certificate.as_ref()
    }

    /// The nodes as the last run left them, node 1 first.
    pub fn nodes(&self) -> &[Node] {
        &self.world.nodes[1..=usize::from(self.world.plan.rules.nodes)]
    }
}
