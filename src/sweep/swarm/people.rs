//! Who submits what, when, and who reads.

use super::draw::{Draw, Knob};
use super::ms;
use crate::scenario::{Delay, Duration, Proposer, Read, ReadReturns, Scenario, Submit, UniformDelay};

const NAMES: [&str; 4] = ["A", "B", "C", "D"];

pub(super) fn draw(draw: &mut Draw, scenario: &mut Scenario) {
    let proposers = 2 + draw.below(Knob::Proposers, 0, 3) as usize;
    for (i, name) in NAMES[..proposers].iter().enumerate() {
        let proposer = proposer(draw, i, name, scenario.cluster.nodes);
        scenario.proposer.push(proposer);
    }
    if draw.has(Knob::Submits, 40) {
        for i in 0..=draw.below(Knob::Submits, 1, 3) as usize {
            let who = draw.below(Knob::Submits, 2 + 3 * i, proposers as u64) as usize;
            let value =
                text(draw, Knob::Submits, 3 + 3 * i).unwrap_or_else(|| format!("{} again", NAMES[who]));
            let at = ms(draw.below(Knob::Submits, 4 + 3 * i, 80));
            scenario.submit.push(Submit { proposer: NAMES[who].into(), value, at });
        }
    }
    if draw.has(Knob::Reads, 40) {
        let returns = if draw.has(Knob::Reads, 25) { ReadReturns::Learned } else { ReadReturns::Accepted };
        for i in 0..=draw.below(Knob::Reads, 1, 3) as usize {
            let node = 1 + draw.below(Knob::Reads, 2 + 3 * i, u64::from(scenario.cluster.nodes)) as u8;
            let at = ms(draw.below(Knob::Reads, 3 + 3 * i, 50));
            let every = draw.flip(Knob::Reads, 4 + 3 * i).then(|| ms(7));
            scenario.read.push(Read { node, at, every, returns });
        }
    }
}

fn proposer(draw: &mut Draw, i: usize, name: &str, nodes: u8) -> Proposer {
    // Node 0 in one of nodes + 1 cases; often two proposers share a node.
    let node = draw.below(Knob::Homes, i, u64::from(nodes) + 1) as u8;
    let within = |max| Delay::Uniform(UniformDelay { min: Duration::from_ns(0), max: ms(max) });
    let start = match draw.below(Knob::Starts, 0, 3) {
        0 => Delay::zero(),
        1 => within(10),
        _ => within(draw.one_of(Knob::Starts, 1 + i, &[1, 10, 60])),
    };
    let initial_round =
        if draw.has(Knob::Rounds, 25) { draw.below(Knob::Rounds, 1 + i, 4) as u32 } else { 0 };
    Proposer { name: name.into(), node, value: text(draw, Knob::Texts, i), start, initial_round }
}

/// A text of its own, or none for the default: now and then one that means something to a careless program, or one
/// that somebody else submits too.
fn text(draw: &mut Draw, knob: Knob, i: usize) -> Option<String> {
    match draw.below(knob, i, 8) {
        0 | 1 => Some("None".into()),
        2 => Some("the same".into()),
        _ => None,
    }
}
