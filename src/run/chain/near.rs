//! The scenario nearest to one whose times have other laws: each law that no chain follows makes place for the exponential or
//! Erlang's law of the same mean that is nearest to it.
//!
//! Nearest is the law whose delays differ least, in mean square, from those that the same words draw of the other: for draws are
//! addressed, so that a run and the nearest scenario's run of the same seed have nearly the same delays. Nothing that is
//! estimated by it rests on the choice; only how much is saved does. Absent on purpose: the pairs of runs (`sweep`), and faults and
//! time-outs, which `exact` refuses of the nearest scenario as of any.

use crate::run::delays::sampler;
use crate::run::error::PlanError;
use crate::scenario::Duration;
use crate::scenario::model::{Delay, ExponentialDelay, GammaDelay, Kind, Retry, RetryExponential};
use crate::scenario::model::{Network, Scenario};
use crate::sim::gamma_quantile;

use super::error::NotExact;
use super::figures::Exact;
use super::law::{MOST_STAGES, SHORTEST_NS, law, name, retry, start};
use super::solve::{Limits, exact};

/// A scenario with a chain, near to one without.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The scenario.
    pub scenario: Scenario,
    /// Each key whose law it replaces, with what stands there now.
    pub replaced: Vec<Replaced>,
}

/// A law that another has replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Its key, with dots and places in lists: `network.link.0.delay`.
    pub key: String,
    /// What it was: `lognormal`.
    pub was: &'static str,
    /// Stages of the law in its place: 1 for the exponential.
    pub stages: u8,
    /// The mean of that law, ns.
    pub mean_ns: u64,
}

/// The nearest scenario with laws of at most so many stages (1 to 8).
///
/// # Errors
/// Where a delay cannot even be drawn.
pub fn near(scenario: &Scenario, stages: u8) -> Result<Near, NotExact> {
    let mut search = Search { most: stages.clamp(1, MOST_STAGES), replaced: Vec::new() };
    let mut near = scenario.clone();
    search.network(&mut near.network)?;
    for (p, proposer) in near.proposer.iter_mut().enumerate() {
        if start(p, &proposer.start).is_err() {
            proposer.start = search.law(format!("proposer.{p}.start"), &proposer.start, None)?;
        }
    }
    search.retry(&mut near.protocol.retry);
    Ok(Near { scenario: near, replaced: search.replaced })
}

/// The nearest scenario of which the chain is no larger than allowed, with what is exact of it; laws of more stages are nearer,
/// and make larger chains.
///
/// # Errors
/// As [`exact`]; [`NotExact::Stopped`] where `go_on` ended it before all was known.
pub fn nearest_exact(
    scenario: &Scenario,
    limits: &Limits,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<(Near, Exact), NotExact> {
    let mut stages = MOST_STAGES;
    loop {
        let near = near(scenario, stages)?;
        // Fewer are allowed for nothing where the nearest laws have fewer anyway.
        stages = near.replaced.iter().map(|it| it.stages).max().unwrap_or(1);
        match exact(&near.scenario, limits, go_on) {
            Err(NotExact::TooLarge { .. }) if stages > 1 => stages -= 1,
            Ok(found) if found.extent.is_partial => return Err(NotExact::Stopped),
            found => return found.map(|exact| (near, exact)),
        }
    }
}

/// What was replaced so far, by laws of at most so many stages.
struct Search {
    most: u8,
    replaced: Vec<Replaced>,
}

impl Search {
    fn network(&mut self, network: &mut Network) -> Result<(), NotExact> {
        // The delays of a preset may differ by kind.
        if let Delay::Preset(preset) = network.delay
            && preset.delay(None) != preset.delay(Some(Kind::Promise))
        {
            for kind in [Kind::Prepare, Kind::Promise, Kind::Accept, Kind::Accepted, Kind::Reject] {
                let fate = network.kind.entry(kind).or_default();
                fate.delay.get_or_insert(Delay::Preset(preset));
            }
        }
        self.delay("network.delay".to_owned(), &mut network.delay, None)?;
        for (kind, fate) in &mut network.kind {
            let key = format!("network.kind.{}.delay", kind.name());
            fate.delay.iter_mut().try_for_each(|delay| self.delay(key.clone(), delay, Some(*kind)))?;
        }
        for (i, fate) in network.node.iter_mut().enumerate() {
            let (key, kind) = (format!("network.node.{i}.delay"), fate.kind);
            fate.delay.iter_mut().try_for_each(|delay| self.delay(key.clone(), delay, kind))?;
        }
        for (i, link) in network.link.iter_mut().enumerate() {
            let (key, kind) = (format!("network.link.{i}.delay"), link.kind);
            link.delay.iter_mut().try_for_each(|delay| self.delay(key.clone(), delay, kind))?;
        }
        Ok(())
    }

    fn delay(&mut self, key: String, delay: &mut Delay, kind: Option<Kind>) -> Result<(), NotExact> {
        if law(delay).is_err() {
            *delay = self.law(key, delay, kind)?;
        }
        Ok(())
    }

    /// The nearest law, and a note of it.
    fn law(&mut self, key: String, delay: &Delay, kind: Option<Kind>) -> Result<Delay, NotExact> {
        let (stages, scale_ns) = nearest(delay, kind, self.most)?;
        let mean_ns = u64::from(stages) * scale_ns;
        self.replaced.push(Replaced { key, was: name(delay), stages, mean_ns });
        Ok(match stages {
            1 => Delay::Exponential(ExponentialDelay { mean: Duration::from_ns(scale_ns) }),
            _ => Delay::Gamma(GammaDelay { shape: stages.into(), scale: Duration::from_ns(scale_ns) }),
        })
    }

    /// Every retry that takes time is exponential: the model has no other that a chain follows.
    fn retry(&mut self, policy: &mut Retry) {
        if retry(policy).is_ok() {
            return;
        }
        let (was, mean_ns) = match *policy {
            Retry::None => return,
            Retry::Fixed(it) => ("a fixed time", it.delay.ns()),
            Retry::Uniform(it) => ("uniform", it.max.ns() / 2),
            Retry::Exponential(it) => ("shorter than 1us", it.mean.ns()),
            // The mean of the first; it doubles from failure to failure.
            Retry::Backoff(it) => ("a back-off", it.base.ns().min(it.cap.ns()) / 2),
        };
        let mean_ns = mean_ns.max(SHORTEST_NS);
        let key = "protocol.retry".to_owned();
        self.replaced.push(Replaced { key, was, stages: 1, mean_ns });
        let mean = Duration::from_ns(mean_ns);
        *policy = Retry::Exponential(RetryExponential { mean });
    }
}

/// Words that stand for all of 2³².
const STRATA: u32 = 1 << 12;

/// Stages and the mean of each, ns, of the law of at most `most` stages whose delays are nearest.
fn nearest(delay: &Delay, kind: Option<Kind>, most: u8) -> Result<(u8, u64), PlanError> {
    let sampler = sampler(delay, kind)?;
    let word = |i: u32| i * (u32::MAX / STRATA + 1) + u32::MAX / STRATA / 2;
    let drawn: Vec<f64> = (0..STRATA).map(|i| sampler.sample(word(i)) as f64).collect();
    let mean = drawn.iter().sum::<f64>() / f64::from(STRATA);
    let apart = |stages: u8| {
        let scale = mean / f64::from(stages);
        let each = drawn.iter().zip(0..STRATA).map(|(drawn, i)| {
            let below = (f64::from(i) + 0.5) / f64::from(STRATA);
            let (p, upper) = if below > 0.5 { (1.0 - below, true) } else { (below, false) };
            let off = scale * gamma_quantile(stages.into(), p, upper) - drawn;
            off * off
        });
        each.sum::<f64>()
    };
    let is_long_enough = |&stages: &u8| stages == 1 || mean / f64::from(stages) >= SHORTEST_NS as f64;
    let mut best = (1, f64::INFINITY);
    for stages in (1..=most).filter(is_long_enough) {
        let apart = apart(stages);
        if apart < best.1 {
            best = (stages, apart);
        }
    }
    Ok((best.0, ((mean / f64::from(best.0)) as u64).max(SHORTEST_NS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::shipped;

    fn with(key: &str, value: &str) -> Scenario {
        let text = shipped::find("duel").expect("it is shipped").text;
        let mut document = crate::scenario::Document::parse(text, "duel").expect("it parses");
        document.set(key, value).expect("it is a key");
        document.scenario().expect("it is valid")
    }

    fn stages_of(law: &str, most: u8) -> (u8, u64) {
        let near = near(&with("network.delay", law), most).expect("it can be drawn");
        let [only] = &near.replaced[..] else { panic!("{near:?}") };
        assert_eq!(only.key, "network.delay");
        (only.stages, only.mean_ns)
    }

    #[test]
    fn the_nearest_law_has_the_same_mean_and_a_like_spread() {
        // Shape 2 of a gamma law comes back as it is, so this one is nearly its own neighbour.
        let (stages, mean) = stages_of("{ gamma = { shape = 3.1, scale = \"1ms\" } }", 8);
        assert_eq!(stages, 3);
        assert!((mean as f64 / 3.1e6 - 1.0).abs() < 1e-3, "{mean}");
        // Heavier than the exponential: nothing is nearer than that.
        assert_eq!(stages_of("{ weibull = { shape = 0.7, scale = \"10ms\" } }", 8).0, 1);
        // A constant is nearest to what has the most stages.
        assert_eq!(stages_of("{ constant = \"8ms\" }", 5), (5, 8_000_000));
    }

    #[test]
    fn what_has_a_chain_stays() {
        let duel = with("run.horizon", "\"1s\"");
        let found = near(&duel, 8).expect("it can be drawn");
        assert_eq!((found.scenario, found.replaced), (duel, vec![]));
    }

    #[test]
    fn every_kind_of_a_preset_has_its_own_neighbour() {
        let found =
            near(&with("network.delay", "{ preset = \"lab-loopback\" }"), 2).expect("it can be drawn");
        let mean = |kind: Kind| {
            let fate = &found.scenario.network.kind[&kind];
            law(fate.delay.as_ref().expect("a delay")).map(|law| law.scale_ns).unwrap_or(0)
        };
        assert!(mean(Kind::Prepare) > 100 * mean(Kind::Promise), "{found:?}");
    }

    #[test]
    fn a_retry_of_any_law_becomes_exponential_of_its_mean() {
        for (law, mean) in [
            ("{ fixed = { delay = \"4ms\" } }", 4_000_000),
            ("{ uniform = { max = \"4ms\" } }", 2_000_000),
            ("{ backoff = { base = \"6ms\", cap = \"1s\" } }", 3_000_000),
        ] {
            let found = near(&with("protocol.retry", law), 8).expect("it can be drawn");
            let exponential = RetryExponential { mean: Duration::from_ns(mean) };
            assert_eq!(found.scenario.protocol.retry, Retry::Exponential(exponential));
            assert_eq!((found.replaced[0].key.as_str(), found.replaced[0].mean_ns), ("protocol.retry", mean));
        }
    }
}
