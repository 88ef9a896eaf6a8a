//! Delays and losses. Distributions come from a short list, whose tables are made once.

use super::draw::{Draw, Knob};
use super::ms;
use crate::scenario::{
    Delay, Duration, ExponentialDelay, GammaDelay, Kind, Link, LinkFate, LognormalDelay, MixturePart,
    ParetoDelay, Probability, Scenario, UniformDelay, WeibullDelay,
};

const KINDS: [Kind; 5] = [Kind::Prepare, Kind::Promise, Kind::Accept, Kind::Accepted, Kind::Reject];

pub(super) fn draw(draw: &mut Draw, scenario: &mut Scenario) {
    let nodes = scenario.cluster.nodes;
    let network = &mut scenario.network;
    network.delay = delay(draw, Knob::Delay, 0);
    if draw.has(Knob::Loss, 40) {
        network.loss = loss(draw, Knob::Loss, 1);
    }
    if draw.has(Knob::Phases, 30) {
        // One phase, or all answers, much slower than the rest: what is late then is late by a whole phase or attempt.
        let phase_one = [Kind::Prepare, Kind::Promise];
        let (phase_two, answers) = ([Kind::Accept, Kind::Accepted], [Kind::Promise, Kind::Accepted]);
        for kind in draw.one_of(Knob::Phases, 1, &[phase_one, phase_two, answers]) {
            let delay = Some(Delay::Exponential(ExponentialDelay { mean: ms(15) }));
            network.kind.insert(kind, LinkFate { delay, ..LinkFate::default() });
        }
        network.delay = Delay::Exponential(ExponentialDelay { mean: ms(1) });
    }
    if draw.has(Knob::Kinds, 40) {
        for (i, kind) in KINDS.into_iter().enumerate() {
            if draw.below(Knob::Kinds, 1 + 4 * i, 3) == 0 {
                let loss = draw.flip(Knob::Kinds, 2 + 4 * i).then(|| loss(draw, Knob::Kinds, 3 + 4 * i));
                let delay = Some(delay(draw, Knob::Kinds, 4 + 4 * i));
                network.kind.insert(kind, LinkFate { delay, loss, duplicate: None });
            }
        }
    }
    if draw.has(Knob::Links, 30) {
        for i in 0..=draw.below(Knob::Links, 1, 4) as usize {
            let link = link(draw, 2 + 8 * i, nodes);
            network.link.push(link);
        }
    }
}

fn link(draw: &mut Draw, i: usize, nodes: u8) -> Link {
    let mut node = |i| draw.below(Knob::Links, i, u64::from(nodes) + 1) as u8;
    let (from, to) = (node(i), node(i + 1));
    let delay = delay(draw, Knob::Links, i + 2);
    let loss = draw.flip(Knob::Links, i + 3).then(|| loss(draw, Knob::Links, i + 2));
    let from_time = draw.below(Knob::Links, i + 5, 4) == 0;
    let until_time = draw.below(Knob::Links, i + 6, 4) == 0;
    Link {
        from,
        to,
        kind: None,
        delay: Some(delay),
        loss,
        duplicate: None,
        fifo: (draw.below(Knob::Links, i + 4, 3) == 0).then_some(true),
        from_time: from_time.then(|| ms(5)),
        until_time: until_time.then(|| ms(25)),
    }
}

fn loss(draw: &mut Draw, knob: Knob, i: usize) -> Probability {
    Probability::new(draw.one_of(knob, i, &[0.02, 0.1, 0.3])).unwrap_or(Probability::ZERO)
}

fn delay(draw: &mut Draw, knob: Knob, i: usize) -> Delay {
    let us = |us: u64| Duration::from_ns(us * 1_000);
    match draw.below(knob, i, 15) {
        0 => Delay::Constant(ms(1)),
        1 => Delay::Constant(ms(4)),
        2 => Delay::Uniform(UniformDelay { min: us(500), max: us(1500) }),
        3 | 4 => Delay::Uniform(UniformDelay { min: ms(0), max: ms(8) }),
        5 => Delay::Exponential(ExponentialDelay { mean: ms(1) }),
        6 | 7 => Delay::Exponential(ExponentialDelay { mean: ms(4) }),
        8 => Delay::Exponential(ExponentialDelay { mean: ms(15) }),
        9 => Delay::Lognormal(LognormalDelay::of_median(ms(2), 0.5)),
        10 => Delay::Lognormal(LognormalDelay::of_median(ms(2), 1.5)),
        11 => Delay::Gamma(GammaDelay { shape: 0.5, scale: ms(8) }),
        12 => Delay::Weibull(WeibullDelay { shape: 0.7, scale: ms(3) }),
        13 => Delay::Mixture(vec![
            MixturePart { weight: 9.0, delay: Delay::Exponential(ExponentialDelay { mean: ms(1) }) },
            MixturePart { weight: 1.0, delay: Delay::Constant(ms(30)) },
        ]),
        _ => Delay::Pareto(ParetoDelay::of_min(us(500), 1.2)),
    }
}
