//! Duplicates, ordered links, link windows, and faults drawn from rates, so that each run of a block has its own.

use super::draw::{Draw, Knob};
use super::ms;
use crate::scenario::{Delay, Fault, Faults, NodeList, Probability, RandomFaults, Scenario, UniformDelay};

pub(super) fn draw(draw: &mut Draw, scenario: &mut Scenario) {
    let nodes = scenario.cluster.nodes;
    if draw.has(Knob::Unreachable, 6) {
        let node = 1 + draw.below(Knob::Unreachable, 1, u64::from(nodes)) as u8;
        let at = ms(draw.below(Knob::Unreachable, 2, 30));
        let unreachable = Some(NodeList { nodes: vec![node] });
        scenario.fault.push(Fault { at, unreachable, ..Fault::default() });
    }
    if draw.has(Knob::ClockRate, 10) {
        let node = 1 + draw.below(Knob::ClockRate, 1, u64::from(nodes)) as u8;
        let rate = draw.one_of(Knob::ClockRate, 2, &[0.25, 0.5, 2.0, 4.0]);
        scenario.fault.push(Fault::clock_rate(ms(0), vec![node], rate));
    }
    if draw.has(Knob::Duplicates, 30) {
        let p = draw.one_of(Knob::Duplicates, 1, &[0.05, 0.3, 0.8]);
        scenario.network.duplicate = Probability::new(p).unwrap_or(Probability::ZERO);
    }
    let random = random(draw);
    if random.strike() {
        scenario.faults = Faults { random: Some(random) };
    }
}

/// Rates per second of virtual time, of which most runs need a tenth or less.
fn random(draw: &mut Draw) -> RandomFaults {
    let mut faults = RandomFaults { until: Some(ms(300)), ..RandomFaults::default() };
    let mut of = |knob, percent, rates: &[f64]| {
        let rate = draw.has(knob, percent).then(|| draw.one_of(knob, 1, rates))?;
        let max = ms(draw.one_of(knob, 2, &[1, 2, 10, 40]));
        Some((rate, Delay::Uniform(UniformDelay { min: ms(0), max })))
    };
    if let Some((rate, lasts)) = of(Knob::Crashes, 35, &[10.0, 40.0, 120.0]) {
        (faults.crash_rate, faults.downtime) = (Some(rate), Some(lasts));
    }
    if let Some((rate, lasts)) = of(Knob::Partitions, 15, &[10.0, 40.0]) {
        (faults.partition_rate, faults.partition_duration) = (Some(rate), Some(lasts));
    }
    if let Some((rate, lasts)) = of(Knob::OneWays, 10, &[10.0, 40.0]) {
        (faults.one_way_rate, faults.one_way_duration) = (Some(rate), Some(lasts));
    }
    if let Some((rate, lasts)) = of(Knob::Pauses, 15, &[10.0, 40.0]) {
        (faults.pause_rate, faults.pause_duration) = (Some(rate), Some(lasts));
    }
    if let Some((rate, lasts)) = of(Knob::Slow, 10, &[10.0, 40.0]) {
        (faults.slow_rate, faults.slow_duration) = (Some(rate), Some(lasts));
        faults.slow_service = Some(Delay::Uniform(UniformDelay { min: ms(0), max: ms(3) }));
    }
    faults
}
