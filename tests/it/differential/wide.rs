//! Larger clusters, more proposers, and delays and losses of their own for kinds and links.
//!
//! Absent on purpose: repeated reads, for what they keep alive at the horizon is looked at in `edges`.

use crate::reference::anything::{Points, allowed, anything};
use crate::reference::measure::runs;
use crate::support::build::*;
use synod::scenario::model::{self, *};

use super::agree;

fn delay(p: &mut Points) -> Delay {
    let at = p.below(5) * 5 * MS;
    let (span, nonzero) = (ns(at), ns(at + MS));
    match p.below(10) {
        3 => Delay::ShiftedExponential(ShiftedExponentialDelay { min: span, mean: nonzero }),
        4 => Delay::Normal(NormalDelay { mean: span, sd: nonzero }),
        5 => Delay::Gamma(GammaDelay { shape: 2.5, scale: nonzero }),
        6 => Delay::Weibull(WeibullDelay { shape: 0.7, scale: nonzero }),
        7 => Delay::Empirical(EmpiricalDelay { samples: vec![nonzero, span, span], ..Default::default() }),
        0 => constant(at),
        1 => uniform(0, at + MS),
        _ => exponential(at + MS),
    }
}

/// Up to 63 nodes, quorums of any size that intersect, up to five proposers more, anywhere.
fn crowd(p: &mut Points, s: &mut Scenario) {
    let nodes = p.pick(&[3, 4, 7, 8, 9, 20, 63]).max(s.cluster.nodes);
    s.cluster.nodes = nodes;
    let accept = 1 + p.below(u64::from(nodes)) as u8;
    let sizes = QuorumSizes { prepare: nodes + 1 - accept, accept };
    s.cluster.quorum = p.pick(&[Quorum::Majority, Quorum::Sizes(sizes)]);
    for i in 0..p.below(5) {
        let mut another = s.proposer[0].clone();
        another.name = format!("X{i}");
        another.start = delay(p);
        s.proposer.push(another);
    }
    // Now and then all on the first few nodes.
    let homes = u64::from(nodes).min(p.pick(&[2, 63, 63]));
    for proposer in &mut s.proposer {
        proposer.node = p.below(homes + 1) as u8;
        proposer.initial_round = p.below(4) as u32;
    }
}

fn links(p: &mut Points, s: &mut Scenario) {
    use model::Kind::{Accept, Accepted, Prepare, Promise, Reject};
    for kind in [Prepare, Promise, Accept, Accepted, Reject] {
        if p.below(2) == 0 {
            delay_of(s, kind, delay(p));
        }
        if p.below(4) == 0 {
            s.network.kind.entry(kind).or_default().loss = Some(probability(0.3));
        }
    }
    for _ in 0..p.below(6) {
        let mut link: Link =
            serde_json::from_value(serde_json::json!({ "from": 0, "to": 0 })).expect("a link");
        let near = u64::from(s.cluster.nodes).min(2) + 1;
        (link.from, link.to) = (p.below(near) as u8, p.below(near) as u8);
        link.kind = p.pick(&[None, None, Some(Prepare), Some(Accepted), Some(Reject)]);
        link.delay = (p.below(3) > 0).then(|| delay(p));
        link.loss = (p.below(2) > 0).then(|| probability(0.4));
        if p.below(3) == 0 {
            link.from_time = Some(ns(p.below(4) * 10 * MS));
            link.until_time = Some(ns((5 + p.below(4)) * 10 * MS));
        }
        s.network.link.push(link);
    }
}

pub fn scenario(p: &mut Points) -> Scenario {
    let mut s = anything(p);
    crowd(p, &mut s);
    if p.below(2) == 0 {
        links(p, &mut s);
    }
    let drawn = [
        Retry::Uniform(RetryUniform { max: ns(20 * MS) }),
        Retry::Exponential(RetryExponential { mean: ns(10 * MS) }),
    ];
    s.protocol.retry = p.pick(&[s.protocol.retry, drawn[0], drawn[1]]);
    let last = s.proposer.len() - 1;
    for i in 0..p.pick(&[0, 0, 4]) {
        let name = s.proposer[i * last / 3].name.clone();
        s.submit.push(submit(&name, "more", p.below(4) * 10 * MS));
    }
    for node in [1, s.cluster.nodes] {
        if p.below(3) == 0 {
            let at = ns(p.below(4) * 10 * MS);
            s.read.push(Read {
                node,
                at,
                every: None,
                returns: p.pick(&[ReadReturns::Learned, ReadReturns::Accepted]),
            });
        }
    }
    s.read.iter_mut().for_each(|read| read.every = None);
    if p.below(5) == 0 {
        let nodes = vec![1 + p.below(u64::from(s.cluster.nodes)) as u8];
        s.fault.push(Fault::unreachable(ns(p.below(4) * 10 * MS), nodes));
    }
    s.run.livelock = Livelock::Off;
    s
}

#[test]
fn large_clusters_many_proposers_kinds_and_links() {
    let mut points = Points(11);
    for seed in 0..runs(0.05) {
        agree(&allowed(scenario(&mut points)), seed);
    }
}
