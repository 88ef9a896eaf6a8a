//! A scenario's faults compiled for running, and drawn faults written down as a schedule.
//!
//! Absent on purpose: what a fault does (`injector`).

use crate::scenario::Duration;
use crate::scenario::model::{self, Scenario};
use crate::sim::{Cuts, Renewal, Sampler, Spell, split};

use super::delays::sampler;
use super::error::PlanError;

/// The faults of a plan.
#[derive(Clone, Debug, Default)]
pub(super) struct PlannedFaults {
    /// In order of time, and of the file within an instant.
    pub scheduled: Vec<(u64, Action)>,
    /// Sources of faults that are drawn.
    pub sources: Vec<Source>,
    /// The service times that slow nodes can have.
    pub services: Vec<Sampler>,
    nodes: u8,
    /// For the schedule of what was drawn.
    slow_service: Option<model::Delay>,
}

/// What happens at a fault; sets of nodes are words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Two nodes talk exactly if some group holds both.
    Partition(Vec<u64>),
    /// Nothing passes in this direction.
    OneWay {
        /// From any of these.
        from: u64,
        /// To any of these.
        to: u64,
    },
    /// Every link from or to one of these is whole again.
    Heal(u64),
    /// These go down.
    Crash(u64),
    /// These come up.
    Restart(u64),
    /// These stand still.
    Pause(u64),
    /// These go on.
    Resume(u64),
    /// The index of the service time; none for a node that is fast again.
    Slow(u64, Option<u16>),
    /// Their clocks run at so many millionths of the true rate.
    ClockRate(u64, u32),
}

/// A source of drawn faults.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// What it draws.
    pub kind: FaultKind,
    /// At this node; 0 for faults of links.
    pub node: u8,
    /// When its faults begin and end.
    pub renewal: Renewal,
}

/// Kinds of drawn faults; their numbers are part of the words' layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// A node goes down for a while.
    Crash = 0,
    /// The cluster falls in two parts.
    Partition = 1,
    /// Nothing passes from one part to the other.
    OneWay = 2,
    /// A node stands still for a while.
    Pause = 3,
    /// A node is slow for a while.
    Slow = 4,
}

/// A drawn fault's beginning or end, as it happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    /// When, ns.
    pub at: u64,
    /// The index of its source.
    pub source: usize,
    /// From when to when, and whom it strikes.
    pub spell: Spell,
    /// Whether it is the end.
    pub ends: bool,
}

/// Every node, and those that live on none.
pub(super) const EVERYBODY: u64 = !0;
/// How long drawn faults last where nobody says, and how long a slow node takes, ns.
const LASTS: u64 = 100_000_000;
const SERVICE: u64 = 10_000_000;

impl Action {
    /// Does to the links between nodes 1 to `nodes` what it does to them: whose cuts are others now, and whom they keep each
    /// from, sender by sender.
    pub(super) fn on_links(&self, cuts: &mut Cuts, nodes: u8) -> Vec<(u8, u64)> {
        let before = cuts.clone();
        match self {
            Action::Partition(groups) => cuts.partition(groups, all(nodes)),
            Action::OneWay { from, to } => cuts.one_way(*from, *to),
            Action::Heal(nodes) => cuts.heal(*nodes),
            _ => {}
        }
        let now = (0..=nodes).map(|from| (from, cuts.from(from)));
        now.filter(|&(from, to)| to != before.from(from)).collect()
    }
}

/// Nodes 1 to this one.
fn all(nodes: u8) -> u64 {
    ((1u128 << (nodes + 1)) - 2) as u64
}

impl PlannedFaults {
    pub(super) fn new(scenario: &Scenario) -> Result<PlannedFaults, PlanError> {
        let mut faults = PlannedFaults { nodes: scenario.cluster.nodes, ..PlannedFaults::default() };
        for fault in &scenario.fault {
            if let Some(action) = faults.action(fault)? {
                faults.scheduled.push((fault.at.ns(), action));
            }
        }
        faults.scheduled.sort_by_key(|&(at, _)| at);
        if let Some(random) = &scenario.faults.random {
            faults.draw_from(random, scenario)?;
        }
        Ok(faults)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.scheduled.is_empty() && self.sources.is_empty()
    }

    /// What a fault does; nothing for a node that becomes unreachable, which concerns its callers.
    fn action(&mut self, fault: &model::Fault) -> Result<Option<Action>, PlanError> {
        let bits = |nodes: &[u8]| nodes.iter().fold(0u64, |bits, node| bits | 1 << (node & 63));
        let listed = |list: &model::NodeList| bits(&list.nodes);
        if let Some(slow) = &fault.slow {
            let service = self.service(&slow.service)?;
            return Ok(Some(Action::Slow(bits(&slow.nodes), service)));
        }
        let partition =
            |it: &model::Partition| Action::Partition(it.groups.iter().map(|g| bits(g)).collect());
        let cut = |it: &model::OneWay| Action::OneWay { from: bits(&it.from), to: bits(&it.to) };
        let heal = |it: &model::Heal| Action::Heal(it.nodes.as_ref().map_or(EVERYBODY, |nodes| bits(nodes)));
        let clock = |it: &model::ClockRate| Action::ClockRate(bits(&it.nodes), (it.rate * 1e6 + 0.5) as u32);
        let action = fault.partition.as_ref().map(partition);
        let action = action.or_else(|| fault.one_way.as_ref().map(cut));
        let action = action.or_else(|| fault.heal.as_ref().map(heal));
        let action = action.or_else(|| fault.crash.as_ref().map(|it| Action::Crash(listed(it))));
        let action = action.or_else(|| fault.restart.as_ref().map(|it| Action::Restart(listed(it))));
        let action = action.or_else(|| fault.pause.as_ref().map(|it| Action::Pause(listed(it))));
        let action = action.or_else(|| fault.resume.as_ref().map(|it| Action::Resume(listed(it))));
        Ok(action.or_else(|| fault.clock_rate.as_ref().map(clock)))
    }

    /// The index of a service time; none if it is none.
    fn service(&mut self, delay: &model::Delay) -> Result<Option<u16>, PlanError> {
        let service = sampler(delay, None)?;
        if service == Sampler::Constant(0) {
            return Ok(None);
        }
        let known = self.services.iter().position(|other| *other == service);
        let index = known.unwrap_or_else(|| {
            self.services.push(service);
            self.services.len() - 1
        });
        // At most 10,000 faults: fits.
        Ok(Some(index as u16))
    }

    fn draw_from(&mut self, random: &model::RandomFaults, scenario: &Scenario) -> Result<(), PlanError> {
        let until = random.until.unwrap_or(scenario.run.horizon).ns();
        let lasts = |delay: &Option<model::Delay>| match delay {
            Some(delay) => sampler(delay, None),
            None => Ok(Sampler::Constant(LASTS)),
        };
        let kinds = [
            (FaultKind::Crash, random.crash_rate, &random.downtime, true),
            (FaultKind::Partition, random.partition_rate, &random.partition_duration, false),
            (FaultKind::OneWay, random.one_way_rate, &random.one_way_duration, false),
            (FaultKind::Pause, random.pause_rate, &random.pause_duration, true),
            (FaultKind::Slow, random.slow_rate, &random.slow_duration, true),
        ];
        for (kind, rate, duration, of_nodes) in kinds {
            let Some(rate) = rate.filter(|&rate| rate > 0.0) else { continue };
            let mean_gap = (1e9 / rate + 0.5) as u64;
            for node in if of_nodes { 1..=self.nodes } else { 0..=0 } {
                let renewal = Renewal::new(kind as u8, node, mean_gap, lasts(duration)?, until)?;
                self.sources.push(Source { kind, node, renewal });
            }
        }
        let service = model::Delay::Constant(Duration::from_ns(SERVICE));
        let service = random.slow_service.clone().unwrap_or(service);
        if self.sources.iter().any(|source| source.kind == FaultKind::Slow) {
            self.services.insert(0, sampler(&service, None)?);
            for (_, action) in &mut self.scheduled {
                if let Action::Slow(_, Some(index)) = action {
                    *index += 1;
                }
            }
        }
        self.slow_service = Some(service);
        Ok(())
    }

    /// What the beginning or the end of a drawn fault does.
    pub(super) fn drawn_action(&self, drawn: &Drawn) -> Option<Action> {
        let source = &self.sources[drawn.source];
        let node = 1u64 << source.node;
        let sides = || split(drawn.spell.word, self.nodes).map(|side| (side, all(self.nodes) & !side));
        Some(match (source.kind, drawn.ends) {
            (FaultKind::Crash, false) => Action::Crash(node),
            (FaultKind::Crash, true) => Action::Restart(node),
            (FaultKind::Pause, false) => Action::Pause(node),
            (FaultKind::Pause, true) => Action::Resume(node),
            (FaultKind::Slow, ends) => Action::Slow(node, (!ends).then_some(0)),
            (FaultKind::Partition, false) => sides().map(|(a, b)| Action::Partition(vec![a, b]))?,
            (FaultKind::OneWay, false) => sides().map(|(from, to)| Action::OneWay { from, to })?,
            (FaultKind::Partition | FaultKind::OneWay, true) => Action::Heal(EVERYBODY),
        })
    }

    /// A drawn fault as a scenario would write it.
    pub(super) fn as_written(&self, drawn: &Drawn) -> Option<model::Fault> {
        let at = Duration::from_ns(drawn.at);
        let list = |bits: u64| (0..64u8).filter(|node| bits >> node & 1 != 0).collect::<Vec<u8>>();
        Some(match self.drawn_action(drawn)? {
            Action::Partition(groups) => model::Fault::partition(at, groups.into_iter().map(list).collect()),
            Action::OneWay { from, to } => model::Fault::one_way(at, list(from), list(to)),
            Action::Heal(_) => model::Fault::heal(at, None),
            Action::Crash(nodes) => model::Fault::crash(at, list(nodes)),
            Action::Restart(nodes) => model::Fault::restart(at, list(nodes)),
            Action::Pause(nodes) => model::Fault::pause(at, list(nodes)),
            Action::Resume(nodes) => model::Fault::resume(at, list(nodes)),
            Action::Slow(nodes, Some(_)) => model::Fault::slow(at, list(nodes), self.slow_service.clone()?),
            Action::Slow(nodes, None) => {
                model::Fault::slow(at, list(nodes), model::Delay::Constant(Duration::from_ns(0)))
            }
            Action::ClockRate(nodes, ppm) => model::Fault::clock_rate(at, list(nodes), f64::from(ppm) / 1e6),
        })
    }
}
