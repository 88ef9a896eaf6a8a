//! What the swarm consists of: valid scenarios that can be printed, with everything switched off now and then; and
//! what it meets.

use std::collections::BTreeSet;

use synod::check::situations;
use synod::run::Plan;
use synod::scenario::{Mutant, Scenario, canonical, hash};
use synod::sweep::{BLOCK, Runs, swarm_scenario};

use super::run;

#[test]
fn scenarios_are_valid_and_come_back_from_their_text() {
    for block in (0..1_000).chain([u64::MAX / BLOCK]) {
        let scenario = swarm_scenario(block * BLOCK);
        scenario.validate().unwrap_or_else(|error| panic!("block {block}: {error}"));
        Plan::new(&scenario).unwrap_or_else(|error| panic!("block {block}: {error}"));
        assert_eq!(scenario.protocol.mutant, Mutant::None);
        assert_eq!(scenario.labels(), [""; 0], "the swarm is of the correct protocol");
        let text = scenario.to_toml();
        let again =
            Scenario::parse(&text, "swarm.toml").unwrap_or_else(|e| panic!("block {block}: {e}\n{text}"));
        assert_eq!(again, scenario, "block {block}:\n{text}");
        assert_eq!(hash(&again), hash(&scenario));
    }
}

#[test]
fn a_block_has_one_scenario_and_the_next_another() {
    assert_eq!(swarm_scenario(0), swarm_scenario(BLOCK - 1));
    let scenarios: BTreeSet<String> =
        (0..1_000).map(|block| canonical(&swarm_scenario(block * BLOCK))).collect();
    assert_eq!(scenarios.len(), 1_000);
}

/// Every knob is missing from some scenarios and there in others.
#[test]
fn every_knob_is_switched_off_now_and_then() {
    let mut seen = std::collections::BTreeMap::new();
    const BLOCKS: u64 = 500;
    for block in 0..BLOCKS {
        let value: serde_json::Value =
            serde_json::from_str(&canonical(&swarm_scenario(block * BLOCK))).expect("JSON");
        for (section, keys) in value.as_object().expect("an object") {
            for key in keys.as_object().into_iter().flat_map(|keys| keys.keys()) {
                *seen.entry(format!("{section}.{key}")).or_insert(0) += 1;
            }
            *seen.entry(section.clone()).or_insert(0) += 1;
        }
    }
    for knob in [
        "cluster.nodes",
        "cluster.quorum",
        "protocol.transport",
        "protocol.ballots",
        "protocol.rejection",
        "protocol.give_up",
        "protocol.advance",
        "protocol.retry",
        "protocol.max_attempts",
        "protocol.phase_timeout",
        "protocol.attempt_timeout",
        "protocol.rpc_timeout",
        "protocol.local_preemption",
        "protocol.announce",
        "protocol.own_messages",
        "network.loss",
        "network.kind",
        "network.link",
        "run.stop",
        "run.ties",
        "submit",
        "read",
        "fault",
    ] {
        let count = seen.get(knob).copied().unwrap_or_default();
        assert!((10..BLOCKS - 10).contains(&count), "{knob} is there in {count} of {BLOCKS} scenarios");
    }
}

#[test]
fn proposers_live_anywhere_and_time_outs_may_be_too_short() {
    let scenarios: Vec<Scenario> = (0..300).map(|block| swarm_scenario(block * BLOCK)).collect();
    let count = |test: &dyn Fn(&Scenario) -> bool| scenarios.iter().filter(|s| test(s)).count();
    assert!(count(&|s| s.proposer.iter().any(|p| p.node == 0)) > 100, "on no acceptor's node");
    assert!(count(&|s| s.proposer.iter().all(|p| p.node != 0)) > 50, "all on acceptors' nodes");
    let shared = |s: &Scenario| {
        let nodes: Vec<u8> = s.proposer.iter().map(|p| p.node).filter(|&node| node != 0).collect();
        nodes.iter().collect::<BTreeSet<_>>().len() < nodes.len()
    };
    assert!(count(&shared) > 50, "two on one node");
    for nodes in 3..=5 {
        assert!(count(&|s| s.cluster.nodes == nodes) > 40, "{nodes} nodes");
    }
    for proposers in 2..=4 {
        assert!(count(&|s| s.proposer.len() == proposers) > 40, "{proposers} proposers");
    }
    assert!(count(&|s| s.protocol.phase_timeout.is_some_and(|t| t.ns() <= 1_000_000)) > 20, "1 ms");
}

#[test]
fn rare_situations_are_met_a_hundred_times_in_100_000_runs() {
    const RUNS: u64 = 100_000;
    let toll = run(Runs { mutant: Mutant::None, first: 0, count: RUNS, situations: true });
    let met: Vec<(&str, u64)> = situations().map(|s| s.name).zip(toll.situations).collect();
    assert!(met.len() >= 30);
    let rare: Vec<_> = met.iter().filter(|(_, count)| *count < 100).collect();
    assert!(rare.is_empty(), "{rare:?}");
    let trivial: Vec<_> = met.iter().filter(|(_, count)| *count > RUNS * 99 / 100).collect();
    assert!(trivial.is_empty(), "a situation of every run says nothing: {trivial:?}");
}
