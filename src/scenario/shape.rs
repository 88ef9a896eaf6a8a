//! What a scenario is like, as far as closed forms are about it: its numbers apart from everything else.
//!
//! The numbers (delays, starts, retry) are read; what is left of the scenario is compared, key by key, with that of a
//! form. So one key that a form does not speak of is enough that it does not apply. Absent on purpose: the forms.

use super::canonical::canonical;
use super::model::{Kind, Repeated, Transport};
use super::{Delay, LinkFate, Network, Probability, Proposer, Retry, Run, Scenario, Stop};

/// The numbers of a scenario, and the rest of it.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its network.
    pub net: Net,
    /// How its proposers start.
    pub starts: Starts,
    /// Its retry.
    pub retry: Retry,
    /// When it stops.
    pub stop: Stop,
    /// Nothing later happens, ns.
    pub horizon: f64,
    /// Its canonical form without these numbers and without names and texts.
    rest: String,
}

/// One-way delays, ns; nothing is lost or duplicated, and all links are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Net {
    /// Requests and replies take so long.
    Constant {
        /// A prepare or an accept.
        request: f64,
        /// A promise, an accepted or a rejection.
        reply: f64,
    },
    /// All are exponential with this mean.
    Exponential {
        /// ns.
        mean: f64,
    },
}

/// How proposers start, ns.
#[derive(Clone, Debug, PartialEq)]
pub enum Starts {
    /// At given times.
    At(Vec<f64>),
    /// All uniformly between 0 and this.
    Uniform(f64),
    /// Each at a time or uniformly between two, and not all in the same way.
    Between(Vec<(f64, f64)>),
}

impl Starts {
    /// The first and the last time at which each can start; there are `proposers`.
    pub fn spans(&self, proposers: usize) -> Vec<(f64, f64)> {
        match self {
            Starts::At(times) => times.iter().map(|&time| (time, time)).collect(),
            Starts::Uniform(within) => vec![(0.0, *within); proposers],
            Starts::Between(spans) => spans.clone(),
        }
    }
}

impl Shape {
    /// The shape of a scenario; none if it has what no form speaks of.
    pub fn of(scenario: &Scenario) -> Option<Shape> {
        // A budget that a run could spend would cut it off.
        const ENOUGH_EVENTS: u32 = 100_000;
        let net = net(&scenario.network)?;
        let starts = starts(&scenario.proposer)?;
        if scenario.run.max_events < ENOUGH_EVENTS {
            return None;
        }
        Some(Shape {
            net,
            starts,
            retry: scenario.protocol.retry,
            stop: scenario.run.stop,
            horizon: scenario.run.horizon.ns() as f64,
            rest: rest(scenario),
        })
    }

    /// Whether everything but the numbers is as in this scenario, given as its file.
    pub fn is_like(&self, text: &str) -> bool {
        Scenario::parse(text, "form").is_ok_and(|form| self.is_as(&form))
    }

    /// Whether everything but the numbers is as in this scenario.
    pub fn is_as(&self, form: &Scenario) -> bool {
        rest(form) == self.rest
    }
}

/// Canonical, without numbers, names and texts; a retry is only kept as far as whether there is one.
fn rest(scenario: &Scenario) -> String {
    let mut rest = scenario.clone();
    let bare = Run::default();
    rest.run = Run {
        horizon: bare.horizon,
        max_events: bare.max_events,
        stop: bare.stop,
        livelock: bare.livelock,
        ..rest.run
    };
    rest.network = Network { delay: Delay::zero(), ..Network::default() };
    for (i, proposer) in rest.proposer.iter_mut().enumerate() {
        (proposer.name, proposer.value, proposer.start) = (format!("p{i}"), None, Delay::zero());
    }
    rest.protocol.retry = Retry::None;
    if rest.protocol.transport == Transport::Sequential {
        // Of a blocking caller no request comes twice, and none overtakes another, where the network makes no copies.
        rest.protocol.repeated = Repeated::Answer;
    }
    canonical(&rest)
}

fn net(network: &Network) -> Option<Net> {
    let nothing = |p: Option<Probability>| p.is_none_or(|p| p.threshold() == 0);
    let fates_are_plain = network.kind.values().all(|f: &LinkFate| nothing(f.loss) && nothing(f.duplicate));
    if !network.link.is_empty()
        || !network.node.is_empty()
        || !nothing(Some(network.loss))
        || !nothing(Some(network.duplicate))
        || !fates_are_plain
    {
        return None;
    }
    let of =
        |kind: Kind| network.kind.get(&kind).and_then(|fate| fate.delay.as_ref()).unwrap_or(&network.delay);
    let requests = [Kind::Prepare, Kind::Accept].map(of);
    let replies = [Kind::Promise, Kind::Accepted, Kind::Reject].map(of);
    let all_same = |delays: &[&Delay]| delays.iter().all(|delay| *delay == delays[0]);
    if !all_same(&requests) || !all_same(&replies) {
        return None;
    }
    match (requests[0], replies[0]) {
        (Delay::Constant(q), Delay::Constant(r)) => {
            Some(Net::Constant { request: q.ns() as f64, reply: r.ns() as f64 })
        }
        (Delay::Exponential(q), Delay::Exponential(r)) if q == r => {
            Some(Net::Exponential { mean: q.mean.ns() as f64 })
        }
        _ => None,
    }
}

fn starts(proposers: &[Proposer]) -> Option<Starts> {
    let span = |p: &Proposer| match &p.start {
        Delay::Constant(at) => Some((at.ns() as f64, at.ns() as f64)),
        Delay::Uniform(u) => Some((u.min.ns() as f64, u.max.ns() as f64)),
        _ => None,
    };
    let spans = proposers.iter().map(span).collect::<Option<Vec<(f64, f64)>>>()?;
    if spans.iter().all(|(from, to)| from == to) {
        return Some(Starts::At(spans.into_iter().map(|(at, _)| at).collect()));
    }
    match spans[..] {
        [(0.0, end), ..] if spans.iter().all(|&span| span == (0.0, end)) => Some(Starts::Uniform(end)),
        _ => Some(Starts::Between(spans)),
    }
}
