//! The laws of a scenario's times, as far as a chain can follow them: a number of exponential stages.
//!
//! Absent on purpose: every other key (`class`), and sampling.

use crate::run::routes::{Chosen, Origin, chosen_of, model_kind};
use crate::scenario::model::{Delay, Network, Retry, Scenario};
use crate::trace::Kind;

use super::error::{NotExact, refuse};

/// Stages of a gamma law at most.
pub(super) const MOST_STAGES: u8 = 8;
/// The shortest stage, ns: below it the whole nanoseconds of the engine show beside it.
pub(super) const SHORTEST_NS: u64 = 1_000;
/// Words of 2³² that mean a loss: all.
const ALWAYS: u64 = 1 << 32;

/// Exponential stages, one after the other: one for an exponential law, several for a gamma law of whole shape (Erlang's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Law {
    pub stages: u8,
    /// The mean of each, ns.
    pub scale_ns: u64,
}

/// How long somebody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// For ever: it never comes.
    Never,
    /// Not at all.
    None,
    For(Law),
}

/// What befalls a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    pub law: Law,
    /// How many of 2³² words mean that it is lost.
    pub loss: u64,
}

impl Fate {
    /// The probability that it is lost.
    pub fn lost(self) -> f64 {
        self.loss as f64 / ALWAYS as f64
    }
}

/// All laws of a scenario.
#[derive(Clone, Debug)]
pub(super) struct Laws {
    /// kind × from × to.
    fates: Vec<Option<Fate>>,
    side: usize,
    pub starts: Vec<Wait>,
    pub retry: Wait,
}

impl Laws {
    pub fn of(scenario: &Scenario) -> Result<Laws, NotExact> {
        let nodes = scenario.cluster.nodes;
        let network = scenario.network.with_links(nodes);
        let side = usize::from(nodes) + 1;
        let mut laws = Laws {
            fates: vec![None; Kind::Reject as usize * side * side + side * side],
            side,
            starts: starts(scenario)?,
            retry: retry(&scenario.protocol.retry)?,
        };
        let instant = scenario.protocol.own_messages == crate::scenario::model::OwnMessages::Instant;
        for (from, to) in scenario.proposer.iter().flat_map(|it| (1..=nodes).map(move |to| (it.node, to))) {
            if instant && from == to {
                continue;
            }
            for kind in [Kind::Prepare, Kind::Accept] {
                laws.learn(scenario, &network, kind, (from, to))?;
            }
            for kind in [Kind::Promise, Kind::Accepted, Kind::Reject] {
                laws.learn(scenario, &network, kind, (to, from))?;
            }
        }
        Ok(laws)
    }

    fn at(&self, kind: Kind, (from, to): (u8, u8)) -> usize {
        (kind as usize * self.side + usize::from(from)) * self.side + usize::from(to)
    }

    fn learn(
        &mut self,
        scenario: &Scenario,
        network: &Network,
        kind: Kind,
        way: (u8, u8),
    ) -> Result<(), NotExact> {
        let Chosen { delay, origin, loss } =
            chosen_of(network, model_kind(kind as usize), way.0.into(), way.1.into());
        let law = law(delay).or_else(|why| refuse(key(scenario, origin), why(&key(scenario, origin))))?;
        let at = self.at(kind, way);
        self.fates[at] = Some(Fate { law, loss: loss.threshold() });
        Ok(())
    }

    /// What befalls a message of this kind from a node (0: of a proposer on none) to another; none where none is ever sent.
    pub fn fate(&self, kind: Kind, way: (u8, u8)) -> Option<Fate> {
        self.fates.get(self.at(kind, way)).copied().flatten()
    }

    /// Whether no message is ever lost.
    pub fn has_no_loss(&self) -> bool {
        self.fates.iter().flatten().all(|fate| fate.loss == 0)
    }

    /// Every stage's mean, ns.
    pub fn scales(&self) -> impl Iterator<Item = u64> {
        let waits = self.starts.iter().chain([&self.retry]);
        let waits = waits.filter_map(|wait| if let Wait::For(law) = wait { Some(*law) } else { None });
        self.fates.iter().flatten().map(|fate| fate.law).chain(waits).map(|law| law.scale_ns)
    }
}

/// Whether all times of a scenario are such stages.
pub(in crate::run) fn has_laws(scenario: &Scenario) -> bool {
    Laws::of(scenario).is_ok()
}

/// Where the file says what a message's delay is.
fn key(scenario: &Scenario, origin: Origin) -> String {
    match origin {
        Origin::Network => "network.delay".to_owned(),
        Origin::Kind(kind) => format!("network.kind.{}.delay", kind.name()),
        Origin::Link(mut link) => {
            for (i, node) in scenario.network.node.iter().enumerate() {
                let count = node.count(scenario.cluster.nodes);
                if link < count {
                    return format!("network.node.{i}.delay");
                }
                link -= count;
            }
            format!("network.link.{link}.delay")
        }
    }
}

type Why = Box<dyn Fn(&str) -> String>;

/// A delay as stages; else why not, given its key.
pub(super) fn law(delay: &Delay) -> Result<Law, Why> {
    let (stages, scale_ns) = match *delay {
        Delay::Exponential(it) => (1, it.mean.ns()),
        Delay::Gamma(it) if it.shape.fract() == 0.0 && it.shape <= f64::from(MOST_STAGES) => {
            (it.shape as u8, it.scale.ns())
        }
        _ => {
            let name = name(delay);
            return Err(Box::new(move |key| {
                format!(
                    "`{key}` is {name}: exact needs exponential or gamma with an integer shape of at most {MOST_STAGES}"
                )
            }));
        }
    };
    if scale_ns < SHORTEST_NS {
        return Err(Box::new(|key| {
            format!(
                "`{key}` has a mean below 1us, beside which the engine's whole nanoseconds show: exact needs 1us or more"
            )
        }));
    }
    Ok(Law { stages, scale_ns })
}

/// What a law is called, with its article where it needs one.
pub(super) fn name(delay: &Delay) -> &'static str {
    match delay {
        Delay::Constant(_) => "constant",
        Delay::Uniform(_) => "uniform",
        Delay::Exponential(_) => "exponential",
        Delay::Lognormal(_) => "lognormal",
        Delay::Pareto(_) => "pareto",
        Delay::ShiftedExponential(_) => "shifted-exponential",
        Delay::Normal(_) => "normal",
        Delay::Gamma(_) => "gamma with another shape",
        Delay::Weibull(_) => "weibull",
        Delay::Mixture(_) => "a mixture",
        Delay::Empirical(_) => "empirical",
        Delay::Preset(_) => "a preset",
    }
}

fn starts(scenario: &Scenario) -> Result<Vec<Wait>, NotExact> {
    scenario.proposer.iter().enumerate().map(|(p, proposer)| start(p, &proposer.start)).collect()
}

/// When this proposer starts.
pub(super) fn start(p: usize, delay: &Delay) -> Result<Wait, NotExact> {
    match delay {
        Delay::Constant(at) if at.ns() == 0 => Ok(Wait::None),
        Delay::Constant(_) => {
            let key = format!("proposer.{p}.start");
            let why = format!("`{key}` is a constant time: exact needs 0s, exponential or gamma");
            refuse(key, why)
        }
        delay => law(delay).map(Wait::For).or_else(|why| {
            let key = format!("proposer.{p}.start");
            let why = why(&key);
            refuse(key, why)
        }),
    }
}

/// How long who failed waits.
pub(super) fn retry(retry: &Retry) -> Result<Wait, NotExact> {
    let what = match retry {
        Retry::None => return Ok(Wait::Never),
        Retry::Fixed(fixed) if fixed.delay.ns() == 0 => return Ok(Wait::None),
        Retry::Uniform(uniform) if uniform.max.ns() == 0 => return Ok(Wait::None),
        Retry::Exponential(it) if it.mean.ns() >= SHORTEST_NS => {
            return Ok(Wait::For(Law { stages: 1, scale_ns: it.mean.ns() }));
        }
        Retry::Exponential(_) => "shorter than 1us",
        Retry::Fixed(_) => "a fixed time",
        Retry::Uniform(_) => "uniform",
        Retry::Backoff(_) => "a back-off",
    };
    let needs = "exact needs `none`, a fixed time of 0s, or exponential with a mean of at least 1us";
    refuse("protocol.retry", format!("`protocol.retry` is {what}: {needs}"))
}
