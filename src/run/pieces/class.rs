//! Which scenarios draw nothing but their starts. Every key is decided, as in `chain`.

use crate::run::chain::NotExact;
use crate::run::chain::{admit, has_laws, refuse};
use crate::scenario::model::{Delay, Network, Retry, Scenario};

use super::offset::Span;

/// The spans of the two starts, ns; else the key that draws something, or that this does not look at.
pub(super) fn spans(scenario: &Scenario) -> Result<[Span; 2], NotExact> {
    admit(scenario)?;
    let [one, other] = &scenario.proposer[..] else {
        return refuse(
            "proposer",
            "constant delays: exact goes through the offsets of two proposers, no more and no fewer",
        );
    };
    let network = &scenario.network;
    draws_nothing(network)?;
    match scenario.protocol.retry {
        Retry::None | Retry::Fixed(_) => {}
        _ => {
            let why =
                "with constant delays exact needs a `retry` that draws nothing: `none`, or a fixed time";
            return refuse("protocol.retry", why);
        }
    }
    Ok([span(&one.start, 0)?, span(&other.start, 1)?])
}

/// Whether this is about the scenario at all: its delays are constant, at least those that no chain could follow.
pub(super) fn is_about(scenario: &Scenario) -> bool {
    let constant = |delay: &Delay| matches!(delay, Delay::Constant(_));
    scenario.network.delays().all(constant) || constant(&scenario.network.delay) && !has_laws(scenario)
}

fn draws_nothing(network: &Network) -> Result<(), NotExact> {
    let mut lossy = vec![("network.loss".to_owned(), Some(network.loss))];
    let mut delays = vec![("network.delay".to_owned(), Some(&network.delay))];
    for (kind, fate) in &network.kind {
        lossy.push((format!("network.kind.{}.loss", kind.name()), fate.loss));
        delays.push((format!("network.kind.{}.delay", kind.name()), fate.delay.as_ref()));
    }
    for (i, fate) in network.node.iter().enumerate() {
        lossy.push((format!("network.node.{i}.loss"), fate.loss));
        delays.push((format!("network.node.{i}.delay"), fate.delay.as_ref()));
    }
    for (i, link) in network.link.iter().enumerate() {
        lossy.push((format!("network.link.{i}.loss"), link.loss));
        delays.push((format!("network.link.{i}.delay"), link.delay.as_ref()));
    }
    if let Some((key, _)) = lossy.into_iter().find(|(_, loss)| loss.is_some_and(|loss| loss.threshold() > 0))
    {
        let why = format!("with constant delays exact needs a network that loses nothing; leave out `{key}`");
        return refuse(key, why);
    }
    let drawn =
        |it: &(String, Option<&Delay>)| it.1.is_some_and(|delay| !matches!(delay, Delay::Constant(_)));
    match delays.into_iter().find(drawn) {
        None => Ok(()),
        Some((key, _)) => {
            let why = format!(
                "`{key}` is drawn, while others are constant: exact needs all delays to be constant, or none"
            );
            refuse(key, why)
        }
    }
}

fn span(start: &Delay, p: usize) -> Result<Span, NotExact> {
    match start {
        Delay::Constant(at) => Ok(Span { from: at.ns(), to: at.ns() }),
        Delay::Uniform(it) => Ok(Span { from: it.min.ns(), to: it.max.ns() }),
        _ => {
            let key = format!("proposer.{p}.start");
            let why = format!("with constant delays `{key}` must be a constant time or uniform");
            refuse(key, why)
        }
    }
}
