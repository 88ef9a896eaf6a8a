//! Each shipped scenario with a fault has an expectation that fails when the fault is taken away.

use crate::support::totals::{shipped, totals};
use synod::run::{Plan, Simulator};
use synod::scenario::{Fault, Scenario};
use synod::sweep::findings;
use synod::trace::Blind;

/// Which of its expectations do not hold.
fn failing(scenario: &Scenario) -> Vec<String> {
    let expect = scenario.expect.clone().expect("expectations");
    let seeds = expect.seeds.unwrap_or(2_000).min(2_000);
    let findings = findings(scenario, &expect, &totals(scenario, seeds));
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
