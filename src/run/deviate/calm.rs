//! The calm run of a scenario, as a scenario of its own: nothing in it is drawn.
//!
//! Every delay, start and retry is its median, nothing is lost or doubled, no fault happens, and ties are broken in the
//! order of scheduling. Absent on purpose: a back-off's median, which differs from failure to failure; the engine takes
//! that itself.

use crate::run::delays::sampler;
use crate::run::error::PlanError;
use crate::run::retry::Retry;
use crate::scenario::{self, Delay, Duration, Kind, Link, LinkFate, Probability, RetryFixed, Scenario, Ties};

/// Of 2³² words half are below.
pub(in crate::run) const MEDIAN: u64 = 1 << 63;

/// The calm version of a scenario; with the ties, and with the faults, of its seeds if they are wanted.
///
/// # Errors
/// When the scenario asks for what the engine cannot do.
pub fn calm(scenario: &Scenario, ties: bool, faults: bool) -> Result<Scenario, PlanError> {
    let mut calm = scenario.clone();
    for proposer in &mut calm.proposer {
        proposer.start = median(&proposer.start, None)?;
    }
    calm.protocol.retry = match &scenario.protocol.retry {
        keep @ (scenario::Retry::None | scenario::Retry::Fixed(_) | scenario::Retry::Backoff(_)) => *keep,
        drawn => {
            let delay_ns = Retry::new(drawn)?.delay_ns(1, MEDIAN).unwrap_or(0);
            scenario::Retry::Fixed(RetryFixed { delay: Duration::from_ns(delay_ns) })
        }
    };
    calm_network(&mut calm)?;
    if !ties {
        calm.run.ties = Ties::Fifo;
    }
    if !faults {
        calm.fault.clear();
        calm.faults = scenario::Faults::default();
    }
    Ok(calm)
}

const KINDS: [Kind; 5] = [Kind::Prepare, Kind::Promise, Kind::Accept, Kind::Accepted, Kind::Reject];

fn calm_network(scenario: &mut Scenario) -> Result<(), PlanError> {
    let network = &mut scenario.network;
    *network = network.with_links(scenario.cluster.nodes);
    (network.loss, network.duplicate) = (Probability::ZERO, Probability::ZERO);
    let default = network.delay.clone();
    for kind in KINDS {
        let of_kind: &mut LinkFate = network.kind.entry(kind).or_default();
        (of_kind.loss, of_kind.duplicate) = (None, None);
        let delay = of_kind.delay.as_ref().unwrap_or(&default);
        // A preset has another delay for each kind.
        of_kind.delay = Some(median(delay, Some(kind))?);
    }
    network.delay = median(&default, None)?;
    let mut links: Vec<Link> = Vec::new();
    for link in &network.link {
        let mut link = Link { loss: None, duplicate: None, ..link.clone() };
        let Some(delay) = link.delay.clone() else {
            links.push(link);
            continue;
        };
        link.delay = Some(median(&delay, link.kind)?);
        let every_kind = link.kind.is_none() && matches!(delay, Delay::Preset(_));
        links.push(link.clone());
        for kind in KINDS.into_iter().filter(|_| every_kind) {
            let delay = Some(median(&delay, Some(kind))?);
            links.push(Link { kind: Some(kind), delay, ..link.clone() });
        }
    }
    network.link = links;
    Ok(())
}

fn median(delay: &Delay, kind: Option<Kind>) -> Result<Delay, PlanError> {
    let ns = sampler(delay, kind)?.sample((MEDIAN >> 32) as u32);
    Ok(Delay::Constant(Duration::from_ns(ns.min(Duration::MAX.ns()))))
}
