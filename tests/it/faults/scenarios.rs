//! Each shipped scenario with a fault has an expectation that fails when the fault is taken away.

use std::sync::atomic::AtomicBool;

use synod::run::{Plan, Simulator};
use synod::scenario::{Fault, Scenario, hash, shipped};
use synod::sweep::{Coverage, Job, Silent, findings, sweep};
use synod::trace::Blind;

fn shipped(name: &str) -> Scenario {
    let text = shipped::find(name).expect("shipped").text;
    Scenario::parse(text, name).unwrap_or_else(|error| panic!("{error}"))
}

/// Which of its expectations do not hold.
fn failing(scenario: &Scenario) -> Vec<String> {
    let expect = scenario.expect.clone().expect("expectations");
    let job = Job { plan: Plan::new(scenario).expect("plans"), scenario_hash: hash(scenario).0 };
    let seeds = expect.seeds.unwrap_or(2_000).min(2_000);
    let never = AtomicBool::new(false);
    let results = sweep(&[job], 0, seeds, Coverage::Sample, &Silent, &never).expect("not interrupted");
    let findings = findings(scenario, &expect, &results[0].totals);
    findings.iter().filter(|finding| !finding.holds()).map(|finding| finding.what.clone()).collect()
}

#[track_caller]
fn falls_with(name: &str, is_removed: impl Fn(&Fault) -> bool) {
    let mut scenario = shipped(name);
    assert_eq!(failing(&scenario), [""; 0], "{name} as it is");
    let before = scenario.fault.len();
    scenario.fault.retain(|fault| !is_removed(fault));
    assert!(scenario.fault.len() < before, "{name} has no such fault");
    assert_ne!(failing(&scenario), [""; 0], "{name} does not need its fault");
}

#[test]
fn crash() {
    falls_with("crash", |fault| fault.crash.is_some());
    falls_with("crash-restart", |fault| fault.crash.is_some());
}

#[test]
fn restart() {
    falls_with("crash-restart", |fault| fault.restart.is_some());
}

#[test]
fn partition() {
    falls_with("partition", |fault| fault.partition.is_some());
    falls_with("partition", |fault| fault.heal.is_some());
    falls_with("bridge", |fault| fault.partition.is_some());
    falls_with("one-way", |fault| fault.one_way.is_some());
}

#[test]
fn pause() {
    falls_with("pause", |fault| fault.pause.is_some());
    falls_with("pause", |fault| fault.resume.is_some());
}

#[test]
fn slow_nodes_wrong_clocks_and_unreachable_ones() {
    falls_with("slow-node", |fault| fault.slow.is_some());
    falls_with("clock-rate", |fault| fault.clock_rate.is_some());
    falls_with("unreachable", |fault| fault.unreachable.is_some());
}

#[test]
fn copies_and_the_storm() {
    let mut scenario = shipped("duplicates");
    scenario.network.duplicate = synod::scenario::Probability::ZERO;
    assert_ne!(failing(&scenario), [""; 0]);
    let mut scenario = shipped("weather");
    scenario.faults = Default::default();
    assert_ne!(failing(&scenario), [""; 0]);
}

/// Taking what a pause teaches away from the acceptors makes two values chosen.
#[test]
fn a_ballot_from_the_dead_is_dangerous_to_acceptors_that_do_not_look() {
    let mut scenario = shipped("pause");
    scenario.protocol.mutant = synod::scenario::Mutant::AcceptIgnoresPromise;
    let plan = Plan::new(&scenario).expect("plans");
    let mut simulator = Simulator::new(&plan);
    let violated = simulator.run(0, &mut Blind).violated;
    assert!(violated.contains(synod::check::Invariant::Agreement));
}
