//! Forms 6, 7 and 8: where two proposers with constant delays never decide, on random points.
//!
//! Absent on purpose: points on a boundary, where ties decide.

use crate::livelock::forms::{BALLOTS, TIES, window};
use crate::reference::anything::Points;
use crate::reference::measure::runs;
use crate::reference::{Outcome, Sampler, Verdict, simulate};
use crate::support::build::*;
use synod::scenario::model::*;

/// A at node 1 and B at node 3, the one of them first by x, decided or not within 500 round trips.
fn duel(d: u64, a_first: bool, x: u64, retry_ns: u64) -> Scenario {
    let (a, b) = if a_first { (0, x) } else { (x, 0) };
    let mut s = contest(3, &[(1, constant(a)), (3, constant(b))], constant(d));
    s.protocol.retry = fixed(retry_ns);
    s.run.horizon = ns(x + 1_000 * d);
    s
}

fn outcome(s: &Scenario, seed: u64) -> Outcome {
    simulate(s, &mut Sampler::new(s, seed))
}

/// Form 6: a value is always chosen, after at most two pre-emptions; under quorum-impossible after at most one.
/// It says nothing of what follows: see the next test.
#[test]
fn two_proposers_with_nacks_always_choose() {
    let mut points = Points(6);
    let mut longest = [0, 0];
    for seed in 0..runs(0.3) {
        let d = 1 + points.below(50 * MS);
        let retry = if points.below(4) == 0 { 0 } else { points.below(4 * d) };
        let mut s = duel(d, points.below(2) == 0, points.below(5 * d), retry);
        let patient = points.below(2);
        s.protocol.ballots = points.pick(&BALLOTS);
        s.protocol.give_up = [GiveUp::FirstReject, GiveUp::QuorumImpossible][patient as usize];
        s.run.ties = points.pick(&TIES);
        s.run.stop = Stop::Chosen;
        let o = outcome(&s, seed);
        assert_eq!(o.verdict, Verdict::Decided, "{s:?}");
        longest[patient as usize] = longest[patient as usize].max(o.duel);
    }
    assert_eq!(longest, [2, 1], "the bounds hold and are reached");
}

/// Beyond form 6: with first-reject and ties in order, clients may duel for ever after the choice, for their
/// second accepted and another node's rejection arrive together. Under quorum-impossible nobody starves.
#[test]
fn first_reject_may_starve_the_clients_of_a_chosen_value() {
    let mut points = Points(66);
    let mut starved = 0;
    for seed in 0..runs(0.02) {
        let d = 1 + points.below(50 * MS);
        let mut s = duel(d, points.below(2) == 0, points.below(5 * d), points.below(2 * d));
        let o = outcome(&s, seed);
        assert_eq!(o.verdict, Verdict::Decided, "{o:?} {s:?}");
        assert!(o.preemptions <= 1, "{o:?} {s:?}");
        s.protocol.give_up = GiveUp::FirstReject;
        s.run.ties = Ties::Fifo;
        // Without proofs such a run goes on to its horizon.
        starved += u32::from(outcome(&s, seed).verdict == Verdict::Unfinished);
    }
    assert!(starved > 0, "the cycle after the choice is reached");
}

/// Form 7: local pre-emption makes a livelock exactly when the retry is shorter than a message.
#[test]
fn local_preemption_livelocks_below_the_delay() {
    let mut points = Points(7);
    let (mut never, mut decided) = (0, 0);
    for seed in 0..runs(0.03) {
        let d = 1_000 + points.below(50 * MS);
        let (x, r, a_first) = (points.below(3 * d), points.below(2 * d), points.below(2) == 0);
        let mut s = duel(d, a_first, x, r);
        s.protocol.local_preemption = true;
        s.protocol.ballots = points.pick(&BALLOTS);
        s.protocol.give_up = points.pick(&[GiveUp::FirstReject, GiveUp::QuorumImpossible]);
        s.run.ties = points.pick(&TIES);
        let o = outcome(&s, seed);
        let livelock = r < d && x < window(s.protocol.ballots, s.protocol.give_up, a_first, d, r);
        assert_eq!(o.verdict == Verdict::Undecided, livelock, "{o:?} {s:?}");
        if livelock {
            let periods = (o.ended_at_ns - x) as f64 / (2 * (d + r)) as f64;
            assert!((f64::from(o.preemptions) - 2.0 * periods).abs() < 4.0, "{periods} periods: {o:?}");
            never += 1;
        } else {
            decided += 1;
        }
    }
    assert!(never > 20 && decided > 20, "both sides are reached: {never}, {decided}");
}

/// Whether form 8 says "never chosen" (`None`: it does not say), for either kind of ballots and either proposer first by x.
fn starves(ballots: Ballots, a_first: bool, d: u64, cycle: u64, x: u64) -> Option<bool> {
    let from = cycle - 2 * d;
    let (low, high) = match (ballots, a_first) {
        (Ballots::Lab, true) => (from, 2 * d),
        (Ballots::PastHighest, true) => (from, (2 * d).min(cycle - d)),
        (Ballots::PastHighest, false) => (d.max(from), 2 * d),
        _ => return None,
    };
    Some(cycle < 4 * d && low < x && x < high)
}

/// Form 8: silent rejections and an attempt time-out.
#[test]
fn silent_rejections_livelock_in_the_windows() {
    let mut points = Points(8);
    let (mut never, mut decided) = (0, 0);
    for seed in 0..runs(0.1) {
        let d = 1_000 + points.below(50 * MS);
        let timeout = 2 * d + 1 + points.below(2 * d + d / 2);
        let (x, r) = (1 + points.below(3 * d), points.below(d));
        let (a_first, ballots) = (points.below(2) == 0, points.pick(&BALLOTS));
        let Some(livelock) = starves(ballots, a_first, d, timeout + r, x) else { continue };
        let mut s = duel(d, a_first, x, r);
        s.protocol.ballots = ballots;
        s.protocol.rejection = Rejection::Silent;
        s.protocol.attempt_timeout = Some(ns(timeout));
        s.run.ties = points.pick(&TIES);
        s.run.stop = Stop::Chosen;
        let o = outcome(&s, seed);
        assert_eq!(
            o.verdict == Verdict::Undecided,
            livelock,
            "d {d} timeout {timeout} r {r} x {x}: {o:?} {s:?}"
        );
        if livelock {
            never += 1;
        } else {
            decided += 1;
        }
    }
    assert!(never > 20 && decided > 20, "both sides are reached: {never}, {decided}");
}
