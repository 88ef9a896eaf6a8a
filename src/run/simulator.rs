//! Who runs a plan's seeds.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::{Outcome, Violation};
use crate::own::{Note, Trouble};
use crate::paxos::Node;
use crate::scenario::model::Fault;
use crate::trace::{Blind, DigestObserver, Observer, StopReason, SubmissionId};

use super::deviate::{Deviant, Deviations};
use super::engine::{Engine, Yield};
use super::error::PlanError;
use super::hooks::{Hooks, NoHooks};
use super::livelock::{Certificate, Hunt};
use super::own::Player;
use super::packet::Packet;
use super::plan::Plan;
use super::watch::NEVER;
use super::world::World;

/// Runs a plan's seeds, one after the other.
#[derive(Debug)]
pub struct Simulator<'p> {
    kind: Kind<'p>,
}

/// Whose nodes run.
#[derive(Debug)]
enum Kind<'p> {
    BuiltIn(Box<BuiltIn<'p>>),
    Own(Box<Player<'p>>),
}

/// The built-in's.
#[derive(Debug)]
struct BuiltIn<'p> {
    world: World<'p>,
    /// In what runs deviate from their seeds.
    deviant: Deviant<Packet>,
    /// The search for a cycle.
    hunt: Hunt<'p>,
}

impl<'p> Simulator<'p> {
    /// A simulator for this plan.
    pub fn new(plan: &'p Plan) -> Self {
        let kind = match &plan.own {
            Some(nodes) => Kind::Own(Box::new(Player::new(plan, nodes))),
            None => Kind::BuiltIn(Box::new(BuiltIn {
                world: World::new(plan),
                deviant: Deviant::default(),
                hunt: Hunt::default(),
            })),
        };
        Simulator { kind }
    }

    /// Runs one seed under the eyes of an observer.
    pub fn run(&mut self, seed: u64, observer: &mut dyn Observer) -> &Outcome {
        match &mut self.kind {
            Kind::BuiltIn(it) => {
                it.run(seed, observer);
                it.world.monitor.outcome()
            }
            Kind::Own(it) => {
                let ran = it.run_unless(&NEVER, seed, observer);
                ran.unwrap_or_else(|| unreachable!("nobody sets this flag"))
            }
        }
    }

    /// The same; none, soon after `stop` is set: also a long run is then left where it is, and nothing may be asked of it.
    pub fn run_unless(
        &mut self,
        stop: &'p AtomicBool,
        seed: u64,
        observer: &mut dyn Observer,
    ) -> Option<&Outcome> {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        match &mut self.kind {
            Kind::BuiltIn(it) => it.run_unless(stop, |it| it.run(seed, observer)),
            Kind::Own(it) => it.run_unless(stop, seed, observer),
        }
    }

    /// The same with the digest of every event, for which the engine is compiled once more: a sweep may ask it of every run.
    pub(crate) fn digest_unless(
        &mut self,
        stop: &'p AtomicBool,
        seed: u64,
        digest: &mut DigestObserver,
    ) -> Option<&Outcome> {
        match &mut self.kind {
            Kind::BuiltIn(_) if stop.load(Ordering::Relaxed) => None,
            Kind::BuiltIn(it) => it.run_unless(stop, |it| it.watched_by(digest, seed)),
            Kind::Own(it) => it.run_unless(stop, seed, digest),
        }
    }

    /// What the last run came to.
    #[inline]
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        match &self.kind {
            Kind::BuiltIn(it) => Some(it.world.monitor.outcome()),
            Kind::Own(it) => it.outcome(),
        }
    }

    /// From now on runs deviate in this, on a plan that can ([`Plan::deviable`]).
    pub(super) fn deviate(&mut self, deviations: Deviations) {
        match &mut self.kind {
            Kind::BuiltIn(it) => it.deviant.deviate(deviations),
            Kind::Own(it) => it.deviate(deviations),
        }
    }

    /// The broken invariants of the last run, with evidence.
    pub fn violations(&self) -> &[Violation] {
        match &self.kind {
            Kind::BuiltIn(it) => it.world.monitor.safety.violations(),
            Kind::Own(it) => it.violations(),
        }
    }

    /// What ended the last run, if one of somebody's nodes did ([`StopReason::NodeFailed`]).
    pub fn trouble(&self) -> Option<&Trouble> {
        if let Kind::Own(it) = &self.kind { it.trouble() } else { None }
    }

    /// What somebody's nodes said to people in the last run.
    pub fn notes(&self) -> &[Note] {
        if let Kind::Own(it) = &self.kind { it.notes() } else { &[] }
    }

    /// What somebody's nodes told their clients in the last run, as they said it.
    pub fn replies(&self) -> &BTreeMap<SubmissionId, String> {
        const NONE: &BTreeMap<SubmissionId, String> = &BTreeMap::new();
        if let Kind::Own(it) = &self.kind { it.replies().unwrap_or(NONE) } else { NONE }
    }

    /// The step of its script that could not happen.
    pub(super) fn impossible(&self) -> Option<&PlanError> {
        if let Kind::BuiltIn(it) = &self.kind { it.world.pool.impossible.as_ref() } else { None }
    }

    /// The faults that were drawn in the last run, as far as they have happened: a schedule that gives the same run.
    pub fn drawn_faults(&self) -> Vec<Fault> {
        let (plan, drawn) = match &self.kind {
            Kind::BuiltIn(it) => (it.world.plan, &it.world.faults.sources.drawn[..]),
            Kind::Own(it) => (it.plan(), it.drawn()),
        };
        drawn.iter().filter_map(|drawn| plan.faults.as_written(drawn)).collect()
    }

    /// The proof that the last run would have gone on for ever, if it stopped at one.
    pub fn livelock(&self) -> Option<&Certificate> {
        if let Kind::BuiltIn(it) = &self.kind { it.hunt.certificate.as_ref() } else { None }
    }

    /// The nodes as the last run left them, node 1 first; none of somebody's, whose state is theirs.
    pub fn nodes(&self) -> &[Node] {
        match &self.kind {
            Kind::BuiltIn(it) => &it.world.nodes[1..=usize::from(it.world.plan.rules.nodes)],
            Kind::Own(_) => &[],
        }
    }
}

impl<'p> BuiltIn<'p> {
    /// Compiles the engine once for runs that nobody watches, and once for all observers.
    fn run(&mut self, seed: u64, observer: &mut dyn Observer) {
        if observer.is_blind() { self.watched_by(&mut Blind, seed) } else { self.watched_by(observer, seed) }
    }

    fn watched_by(&mut self, observer: &mut (impl Observer + ?Sized), seed: u64) {
        let BuiltIn { world, deviant, hunt } = self;
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
    }

    /// Runs by this, which ends soon after `stop` is set; then none.
    fn run_unless(&mut self, stop: &'p AtomicBool, run: impl FnOnce(&mut Self)) -> Option<&Outcome> {
        (self.world.stop, self.world.is_left) = (Some(stop), false);
        run(self);
        self.world.stop = None;
        (!self.world.is_left).then(|| self.world.monitor.outcome())
    }
}

/// Plays a run from the first event to the last; it ends as well where it is to be looked at and `recurs`.
fn play<'p, O: Observer + ?Sized, H: Hooks>(
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
