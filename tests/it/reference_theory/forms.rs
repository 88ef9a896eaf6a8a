//! Forms with a probability or a mean: 1, 2, 3, 4, 5, 10 and 12.
//!
//! Absent on purpose: forms that say when a livelock exists (`livelock`, `three`).

use std::collections::BTreeMap;

use crate::reference::build::*;
use crate::reference::measure::{Mean, each, runs};
use crate::reference::{Draws, Sampler, joint_outcome};
use synod::scenario::model::*;

/// Form 1: two starts within w of each other.
#[test]
fn starts_overlap_as_often_as_two_uniforms_do() {
    let (t, w) = (2_000 * MS, 300 * MS);
    let s = lab(uniform(0, t), constant(MS));
    let mut near = Mean::default();
    for seed in 0..runs(1.0) {
        let mut draws = Sampler::new(&s, seed);
        near.add(draws.start_ns(0).abs_diff(draws.start_ns(1)) < w);
    }
    let apart = 1.0 - w as f64 / t as f64;
    near.is("starts within w", 1.0 - apart * apart);
}

/// Form 2: the lab with constant delays.
#[test]
fn lab_with_constant_delays() {
    let t = 2_000 * MS;
    for (request, reply) in [(44 * MS, MS / 5), (300 * MS, 200 * MS), (10 * MS, 600 * MS)] {
        let mut s = lab(uniform(0, t), constant(request));
        for kind in [Kind::Promise, Kind::Accepted, Kind::Reject] {
            delay_of(&mut s, kind, constant(reply));
        }
        let (mut a_wins, mut overtaken, mut decided) = (Mean::default(), Mean::default(), Mean::default());
        each(&s, runs(1.0), |o| {
            a_wins.add(o.winner == Some(0));
            overtaken.add(joint_outcome(&s, o).starts_with("A:failed/1/0"));
            decided.add(o.winner.is_some());
        });
        let rest = 1.0 - (request + reply) as f64 / t as f64;
        let g = rest * rest / 2.0;
        a_wins.is("lab, constant: A chosen", g);
        overtaken.is("lab, constant: A told 0 promises", g);
        decided.is("lab, constant: something is chosen", 1.0);
    }
}

/// Form 3: the lab with exponential delays, with every joint outcome.
#[test]
fn lab_with_exponential_delays() {
    let mut s = lab(constant(0), exponential(10 * MS));
    let expected = [
        ("A:failed/1/1 B:own", Some(1), 1.0 / 8.0),
        ("A:failed/2/0 B:own", Some(1), 41.0 / 64.0),
        ("A:failed/2/1 B:other", Some(0), 23.0 / 128.0),
        ("A:own B:other", Some(0), 7.0 / 128.0),
    ];
    for stop in [Stop::Answered, Stop::Quiescent] {
        s.run.stop = stop;
        let n = runs(1.0);
        let mut counts: BTreeMap<(String, Option<usize>), u64> = BTreeMap::new();
        let mut a_wins = Mean::default();
        each(&s, n, |o| {
            *counts.entry((joint_outcome(&s, o), o.winner)).or_default() += 1;
            a_wins.add(o.winner == Some(0));
            assert_eq!(o.failed_but_chosen, u32::from(joint_outcome(&s, o).starts_with("A:failed/2/1")));
        });
        a_wins.is("lab, exponential: A chosen", 15.0 / 64.0);
        assert_eq!(counts.len(), expected.len(), "{counts:?}");
        for (outcome, winner, share) in expected {
            let times = counts.get(&(outcome.to_string(), winner)).copied().unwrap_or(0);
            let mut m = Mean::default();
            (0..n).for_each(|i| m.add(i < times));
            m.is(outcome, share);
        }
    }
}

/// Forms 4 and 5: one attempt each, and nobody gives up.
#[test]
fn broadcast_with_exponential_delays() {
    let mean = 10 * MS;
    let mut s = contest(3, &[(1, constant(0)), (3, constant(0))], exponential(mean));
    s.protocol.ballots = Ballots::Lab;
    s.protocol.give_up = GiveUp::TimeoutOnly;
    s.run.stop = Stop::Chosen;
    let (mut a, mut b, mut at) = (Mean::default(), Mean::default(), Mean::default());
    each(&s, runs(2.0), |o| {
        a.add(o.winner == Some(0));
        b.add(o.winner == Some(1));
        at.add(o.chosen_at_ns.expect("always chosen") as f64 / mean as f64);
    });
    a.is("broadcast, exponential: A chosen", 5.0 / 54.0);
    b.is("broadcast, exponential: B chosen", 49.0 / 54.0);
    at.is("broadcast, exponential: first chosen", 1081.0 / 648.0);

    let mut alone = contest(3, &[(2, constant(0))], exponential(mean));
    alone.run.stop = Stop::Chosen;
    let mut at = Mean::default();
    each(&alone, runs(2.0), |o| at.add(o.chosen_at_ns.expect("always chosen") as f64 / mean as f64));
    at.is("single proposer: first chosen", 7.0 / 4.0);
}

/// Form 10: the length of a duel with local pre-emption, its whole distribution under a uniform retry.
#[test]
fn local_preemption_makes_a_geometric_duel() {
    let (d, b) = (10 * MS, 25 * MS);
    let spent = d as f64 / b as f64;
    for x in [0, 3 * MS, 19 * MS] {
        for (first, second) in [(0, x), (x, 0)] {
            let mut s = contest(3, &[(1, constant(first)), (3, constant(second))], constant(d));
            s.protocol.local_preemption = true;
            s.protocol.retry = Retry::Uniform(RetryUniform { max: ns(b) });
            let mut at_length = [Mean::default(); 5];
            let mut duel = Mean::default();
            each(&s, runs(0.5), |o| {
                duel.add(o.duel);
                (0..5).for_each(|k| at_length[k].add(o.duel == k as u32));
            });
            duel.is("uniform retry: duel", 1.0 / (1.0 - spent));
            at_length[0].is("uniform retry: duel = 0", 0.0);
            for (k, m) in at_length.iter().enumerate().skip(1) {
                let share = libm::pow(spent, (k - 1) as f64) * (1.0 - spent);
                m.is(&format!("uniform retry: duel = {k}"), share);
            }
            let mean = 15 * MS;
            s.protocol.retry = Retry::Exponential(RetryExponential { mean: ns(mean) });
            let mut duel = Mean::default();
            each(&s, runs(0.5), |o| duel.add(o.duel));
            duel.is("exponential retry: duel", libm::exp(d as f64 / mean as f64));
        }
    }
}

/// Form 12: with constant delays the tie rule decides. The figures are those of past-highest ballots; under the
/// others only half of A's ways to win are left.
#[test]
fn ties_decide_a_broadcast_with_constant_delays() {
    let d = 10 * MS;
    let mut s = contest(3, &[(1, uniform(0, 2 * d)), (3, uniform(0, 2 * d))], constant(d));
    for (ballots, ways) in [(Ballots::PastHighest, 2.0), (Ballots::PastSeen, 1.0), (Ballots::Lab, 1.0)] {
        for (ties, share) in [(Ties::Fifo, 1.0 / 8.0), (Ties::Seeded, 1.0 / 16.0)] {
            for give_up in [GiveUp::TimeoutOnly, GiveUp::QuorumImpossible] {
                s.protocol.ballots = ballots;
                s.run.ties = ties;
                s.protocol.give_up = give_up;
                let mut a_wins = Mean::default();
                each(&s, runs(0.5), |o| a_wins.add(o.winner == Some(0)));
                a_wins.is(&format!("{ballots:?}, {ties:?}, {give_up:?}: A chosen"), ways * share);
            }
        }
    }
}
