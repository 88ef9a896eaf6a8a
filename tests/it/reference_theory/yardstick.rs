//! The yardstick's workloads W1, W2, W3 against the statistics that its own loop measured.
//!
//! Absent on purpose: speed.

use crate::reference::build::*;
use crate::reference::measure::{Mean, each_as, runs};
use crate::reference::{Outcome, Reading};
use synod::scenario::model::*;

/// Counter ballots, first rejection ends the attempt, own messages by network, 200 ms a phase.
fn workload(nodes: u8, homes: &[u8], start: Delay, delay: Delay, loss: f64) -> Scenario {
    let proposers: Vec<_> = homes.iter().map(|&node| (node, start.clone())).collect();
    let mut s = contest(nodes, &proposers, delay);
    s.network.loss = probability(loss);
    s.protocol.ballots = Ballots::Lab;
    s.protocol.repeated = Repeated::Reject;
    s.protocol.give_up = GiveUp::FirstReject;
    s.protocol.own_messages = OwnMessages::Network;
    s.protocol.phase_timeout = Some(ns(200 * MS));
    s.protocol.retry = Retry::Uniform(RetryUniform { max: ns(100 * MS) });
    s
}

/// A wins, attempts, first chosen (ms), end (ms), events.
fn statistics(s: &Scenario, reading: Reading, n: u64) -> [Mean; 5] {
    let mut m = [Mean::default(); 5];
    each_as(s, reading, n, |o: &Outcome| {
        assert_eq!(o.agreement_violations, 0);
        m[0].add(o.winner == Some(0));
        m[1].add(o.attempts);
        m[2].add(o.chosen_at_ns.unwrap_or(0) as f64 / MS as f64);
        m[3].add(o.ended_at_ns as f64 / MS as f64);
        m[4].add(o.events);
    });
    m
}

const NAMES: [&str; 5] = ["P(A)", "attempts", "chosen ms", "end ms", "events"];

/// Half of the last digit given is the figure's own error where none is stated.
fn compare(label: &str, measured: [Mean; 5], figures: [(f64, f64); 5]) {
    for ((name, m), (figure, error)) in NAMES.iter().zip(measured).zip(figures) {
        m.is_about(&format!("{label} {name}"), figure, error);
    }
}

fn w1() -> Scenario {
    workload(3, &[1, 3], uniform(0, 2_000 * MS), uniform(5 * MS, 50 * MS), 0.05)
}

fn w2() -> Scenario {
    workload(3, &[1, 3], constant(0), exponential(20 * MS), 0.10)
}

fn w3() -> Scenario {
    workload(5, &[1, 2, 3, 4, 5], constant(0), uniform(5 * MS, 50 * MS), 0.05)
}

#[test]
fn w1_is_the_bare_loops() {
    let figures = [(0.4768, 0.0003), (2.703, 0.0005), (762.3, 0.05), (1520.6, 0.05), (28.66, 0.005)];
    compare("W1", statistics(&w1(), Reading::DECIDED, runs(1.0)), figures);
}

#[test]
fn w2_is_the_bare_loops() {
    let figures = [(0.2167, 0.0002), (3.787, 0.0005), (79.57, 0.005), (319.7, 0.05), (36.99, 0.005)];
    compare("W2", statistics(&w2(), Reading::DECIDED, runs(1.0)), figures);
}

#[test]
fn w3_is_the_bare_loops() {
    let figures = [(0.0355, 0.0003), (22.46, 0.005), (137.0, 0.05), (778.2, 0.05), (338.0, 0.05)];
    compare("W3", statistics(&w3(), Reading::DECIDED, runs(0.1)), figures);
}

/// Its specification says "messages for another phase are ignored", but its figures need a late rejection of
/// phase 1 to end phase 2 (D6).
#[test]
fn the_figures_need_late_rejections_to_end_an_attempt() {
    let ignoring = Reading { late_rejection_ends: false, ..Reading::DECIDED };
    let [_, attempts, ..] = statistics(&w2(), ignoring, runs(0.5));
    attempts.is_not("W2 attempts when late rejections are ignored", 3.787);
    let [_, attempts, ..] = statistics(&w3(), ignoring, runs(0.1));
    attempts.is_not("W3 attempts when late rejections are ignored", 22.46);
}
