//! Forms 6, 7 and 8 with their siblings, point by point: each run ends in a decision or a proof, as the form says.

use crate::reference::anything::Points;
use crate::support::build::*;
use synod::check::Verdict;
use synod::scenario::model::*;
use synod::trace::StopReason;

use super::{off_lattice, prove};

pub const BALLOTS: [Ballots; 3] = [Ballots::PastHighest, Ballots::PastSeen, Ballots::Lab];
pub const TIES: [Ties; 2] = [Ties::Seeded, Ties::Fifo];
/// Points of each form.
const POINTS: u64 = 2_000;

/// A at node 1 and B at node 3, the one of them first by x.
fn duel(d: u64, a_first: bool, x: u64, retry_ns: u64) -> Scenario {
    let (a, b) = if a_first { (0, x) } else { (x, 0) };
    let mut s = contest(3, &[(1, constant(a)), (3, constant(b))], constant(d));
    s.protocol.retry = fixed(retry_ns);
    s
}

/// Form 6: with rejections a value is always chosen, after at most two pre-emptions. What follows may go round for
/// ever; then that is proved.
#[test]
fn form_6_a_value_is_always_chosen() {
    let mut points = Points(6);
    let (mut longest, mut starved) = (0, [0, 0]);
    for i in 0..POINTS {
        let d = 1_000 + points.below(50 * MS);
        let x = off_lattice(&mut points, i, 5 * d, &[d, 2 * d, 3 * d, 4 * d]);
        let r = off_lattice(&mut points, i + 1, 4 * d, &[d, 2 * d, 3 * d]);
        let mut s = duel(d, points.below(2) == 0, x, r);
        s.protocol.ballots = points.pick(&BALLOTS);
        s.protocol.give_up = points.pick(&[GiveUp::FirstReject, GiveUp::QuorumImpossible]);
        s.run.ties = points.pick(&TIES);
        let (o, proof) = prove(&s, i);
        assert!(o.chosen.is_some() && o.duel <= 2, "{o:?} {s:?}");
        longest = longest.max(o.duel);
        match o.verdict {
            Verdict::Decided => assert_eq!(proof, None),
            Verdict::Starved if s.protocol.give_up == GiveUp::FirstReject => {
                let proof = proof.unwrap_or_else(|| panic!("no proof: {o:?} {s:?}"));
                assert!(proof.preemptions_per_period > 0);
                starved[usize::from(s.run.ties == Ties::Fifo)] += 1;
            }
            _ => panic!("{o:?} {s:?}"),
        }
    }
    assert_eq!(longest, 2, "the bound is reached");
    assert!(starved[1] > 5, "clients starve after the choice where ties are in order: {starved:?}");
}

/// The offset below which form 7 has a livelock. With `lab` and past-seen ballots and the higher id first it is
/// another one.
pub fn window(ballots: Ballots, give_up: GiveUp, a_first: bool, d: u64, r: u64) -> u64 {
    match give_up {
        _ if a_first || ballots == Ballots::PastHighest => 2 * d,
        GiveUp::FirstReject => (2 * d).saturating_sub(r),
        _ => d,
    }
}

/// Form 7: local pre-emption livelocks exactly when the retry is shorter than a message and the starts are near.
#[test]
fn form_7_local_preemption_livelocks_below_the_delay() {
    let mut points = Points(7);
    let (mut never, mut decided) = (0, 0);
    for i in 0..POINTS {
        let d = 1_000 + points.below(50 * MS);
        let (a_first, ballots) = (points.below(2) == 0, points.pick(&BALLOTS));
        let give_up = points.pick(&[GiveUp::FirstReject, GiveUp::QuorumImpossible]);
        let r = off_lattice(&mut points, i, 2 * d, &[d]);
        let x =
            off_lattice(&mut points, i + 1, 3 * d, &[window(ballots, give_up, a_first, d, r).max(2), 2 * d]);
        let mut s = duel(d, a_first, x, r);
        s.protocol.local_preemption = true;
        (s.protocol.ballots, s.protocol.give_up) = (ballots, give_up);
        s.run.ties = points.pick(&TIES);
        s.run.stop = points.pick(&[Stop::Chosen, Stop::Answered]);
        let (o, proof) = prove(&s, i);
        if r < d && x < window(ballots, give_up, a_first, d, r) {
            assert_eq!(o.verdict, Verdict::LivelockProved, "{o:?} {s:?}");
            let proof = proof.expect("a livelock is proved by a certificate");
            let period = (proof.period_ns, proof.preemptions_per_period, proof.timeouts_per_period);
            assert_eq!(period, (2 * (d + r), 2, 0), "{s:?}");
            never += 1;
        } else {
            let cycle = o.verdict == Verdict::Starved && o.stopped == StopReason::Cycle;
            assert!(o.verdict == Verdict::Decided || cycle && s.run.stop == Stop::Answered, "{o:?} {s:?}");
            decided += 1;
        }
    }
    assert!(never > 300 && decided > 300, "both sides are reached: {never}, {decided}");
}

/// Form 8's windows of x, for either kind of ballots and either proposer first; none where it does not say.
fn starving(ballots: Ballots, a_first: bool, d: u64, cycle: u64) -> Option<(u64, u64)> {
    let from = cycle - 2 * d;
    match (ballots, a_first) {
        (Ballots::Lab, true) => Some((from, 2 * d)),
        (Ballots::PastHighest, true) => Some((from, (2 * d).min(cycle - d))),
        (Ballots::PastHighest, false) => Some((d.max(from), 2 * d)),
        _ => None,
    }
}

/// Form 8: silent rejections and an attempt time-out; attempts end by time-outs alone.
#[test]
fn form_8_silent_rejections_livelock_in_the_windows() {
    let mut points = Points(8);
    let (mut never, mut decided) = (0, 0);
    for i in 0..POINTS {
        let d = 1_000 + points.below(50 * MS);
        let (ballots, a_first) =
            points.pick(&[(Ballots::Lab, true), (Ballots::PastHighest, true), (Ballots::PastHighest, false)]);
        let r = 1 + points.below(d);
        let timeout = if i % 10 == 0 {
            // τ + r near 4d.
            off_lattice(&mut points, 0, d, &[4 * d]).max(3 * d) - r
        } else {
            2 * d + 1 + points.below(2 * d + d / 2)
        };
        let cycle = timeout + r;
        let Some((low, high)) = starving(ballots, a_first, d, cycle) else { continue };
        let x = off_lattice(&mut points, i + 1, 3 * d, &[low.max(2), high]);
        let mut s = duel(d, a_first, x, r);
        s.protocol.ballots = ballots;
        s.protocol.rejection = Rejection::Silent;
        s.protocol.attempt_timeout = Some(ns(timeout));
        s.run.ties = points.pick(&TIES);
        s.run.stop = Stop::Chosen;
        let (o, proof) = prove(&s, i);
        if cycle < 4 * d && low < x && x < high {
            assert_eq!(o.verdict, Verdict::LivelockProved, "{o:?} {s:?}");
            let proof = proof.expect("a livelock is proved by a certificate");
            let period = (proof.period_ns, proof.preemptions_per_period, proof.timeouts_per_period);
            assert_eq!(period, (cycle, 0, 2), "{s:?}");
            never += 1;
        } else {
            assert_eq!(o.verdict, Verdict::Decided, "{o:?} {s:?}");
            decided += 1;
        }
    }
    assert!(never > 200 && decided > 200, "both sides are reached: {never}, {decided}");
}
