//! Scenarios without random delays, all knobs turned: a run with proofs against the same run without, and against a
//! second simulator.
//!
//! Absent on purpose: expected values; what is checked is that nobody contradicts anybody.

use std::collections::BTreeMap;

use crate::reference::anything::Points;
use crate::reference::{self, Sampler};
use crate::support::build::*;
use crate::support::env;
use synod::check::{Outcome, Verdict};
use synod::run::{Certificate, Plan, Simulator};
use synod::scenario::model::*;
use synod::trace::{Event, Recorder, StopReason};

use super::prove;

/// Events of a run without proofs.
const LONG: u32 = 10_000;

/// Anything with constant delays, certain losses and fixed retries; off any lattice but for ties of equal delays.
pub fn certain(p: &mut Points, is_measured: bool) -> Scenario {
    let d = 8 * (1_000 + p.below(2 * MS));
    // Attempts of different lengths that have no common measure come back to no former state: half of the scenarios
    // have one, d/8.
    let measure = if is_measured { d / 8 } else { 1 };
    let span = |p: &mut Points| measure * (1 + p.below(4 * d / measure));
    let nodes = p.pick(&[3, 3, 3, 5, 5, 7]);
    let proposers = 2 + p.below(3);
    let homes: Vec<_> = (0..proposers)
        .map(|i| {
            let far = p.pick(&[false, false, false, true]);
            let node = if far {
                p.below(u64::from(nodes) + 1)
            } else {
                1 + i * u64::from(nodes - 1) / (proposers - 1)
            };
            (node as u8, constant(1 + p.below(4 * d)))
        })
        .collect();
    let mut s = contest(nodes, &homes, constant(d));
    for proposer in &mut s.proposer {
        proposer.initial_round = p.pick(&[0, 0, 0, 3]);
    }
    let k = &mut s.protocol;
    k.ballots = p.pick(&[Ballots::PastHighest, Ballots::PastHighest, Ballots::PastSeen, Ballots::Lab]);
    k.give_up = p.pick(&[GiveUp::FirstReject, GiveUp::QuorumImpossible]);
    if p.below(4) == 0 {
        k.transport = Transport::Sequential;
        k.give_up = p.pick(&[GiveUp::FirstReject, GiveUp::QuorumImpossible, GiveUp::AllReplies]);
        k.advance = p.pick(&[Advance::Quorum, Advance::AllReplies]);
        let limit = ns(2 * d + span(p));
        k.rpc_timeout = p.pick(&[None, Some(limit)]);
    }
    k.rejection = p.pick(&[Rejection::Nack, Rejection::Nack, Rejection::Nack, Rejection::Silent]);
    if k.rejection == Rejection::Silent || p.below(5) == 0 {
        k.attempt_timeout = Some(ns(2 * d + span(p)));
        let limit = ns(2 * d + span(p));
        k.phase_timeout = p.pick(&[None, Some(limit)]);
    }
    let delays = [0, span(p) / 8, span(p) / 2, span(p)];
    let delay = p.pick(&delays) / measure * measure;
    k.retry = fixed(delay);
    k.local_preemption = p.pick(&[false, false, true]);
    k.announce = p.pick(&[false, false, true]);
    k.own_messages = p.pick(&[OwnMessages::Instant, OwnMessages::Instant, OwnMessages::Network]);
    if p.below(4) == 0 {
        let kind = p.pick(&[Kind::Prepare, Kind::Promise, Kind::Accept, Kind::Accepted, Kind::Reject]);
        delay_of(&mut s, kind, constant(span(p)));
    }
    if p.below(6) == 0 {
        s.fault = vec![unreachable(&[nodes])];
    }
    if p.below(6) == 0 {
        s.read = vec![Read { node: 1, at: ns(0), every: Some(ns(3 * d)), returns: ReadReturns::Accepted }];
    }
    s.run.stop = p.pick(&[Stop::Answered, Stop::Chosen, Stop::Quiescent]);
    s.run.ties = p.pick(&[Ties::Fifo, Ties::Fifo, Ties::Seeded]);
    s.run.horizon = ns(2_000 * d);
    s.run.max_events = 200_000;
    s
}

/// The same run without proofs.
pub fn unproved(s: &Scenario, seed: u64, events: u32) -> (Outcome, Vec<(u64, Event)>) {
    let mut s = s.clone();
    s.run.livelock = Livelock::Off;
    s.run.max_events = events;
    s.run.horizon = ns(1 << 50);
    let plan = Plan::new(&s).expect("plans");
    let mut recorder = Recorder::default();
    let outcome = Simulator::new(&plan).run(seed, &mut recorder).clone();
    (outcome, recorder.events)
}

/// What happens in each period of the run after the certificate's prefix: attempts, votes and, with ties in order,
/// promises and causes. As a drawn tie falls, a promise that is overtaken at once may be made or not.
fn periods(events: &[(u64, Event)], proof: &Certificate, fifo: bool) -> Vec<BTreeMap<(u64, String), u32>> {
    let end = events.last().map_or(0, |(at, _)| *at);
    // The last instant may be cut in two by the event budget.
    let whole = (end - proof.prefix_ns).saturating_sub(1) / proof.period_ns;
    let mut periods = vec![BTreeMap::new(); whole as usize];
    for (at, event) in events.iter().filter(|(at, _)| *at > proof.prefix_ns) {
        let since = at - proof.prefix_ns - 1;
        let what = match event {
            Event::Started { proposer, .. } => format!("{proposer} starts"),
            Event::Failed { proposer, why, .. } if fifo => format!("{proposer} fails, {why:?}"),
            Event::Failed { proposer, .. } => format!("{proposer} fails"),
            Event::Promised { node, ballot } if fifo => format!("{node} promises {}", ballot.node()),
            Event::Voted { node, ballot, value } => format!("{node} votes for {value} by {}", ballot.node()),
            _ => continue,
        };
        if let Some(period) = periods.get_mut((since / proof.period_ns) as usize) {
            *period.entry((since % proof.period_ns, what)).or_default() += 1;
        }
    }
    periods
}

/// That the run without proofs does what the certificate says of it.
pub fn bears_out(s: &Scenario, seed: u64, o: &Outcome, proof: &Certificate) {
    let (long, events) = unproved(s, seed, LONG.max(proof.prefix_events + 4 * proof.period_events));
    assert_eq!(long.stopped, StopReason::MaxEvents, "it ends: {long:?} {proof:?} {s:?}");
    assert_eq!(long.chosen, o.chosen, "{long:?} {proof:?} {s:?}");
    assert!(
        long.clients.iter().zip(&o.clients).all(|(l, c)| l.answer == c.answer),
        "{long:?} {proof:?} {s:?}"
    );
    let periods = periods(&events, proof, s.run.ties == Ties::Fifo);
    assert!(periods.len() >= 3, "{} periods: {proof:?} {s:?}", periods.len());
    for (k, period) in periods.iter().enumerate() {
        assert_eq!(period, &periods[0], "period {k}: {proof:?} {s:?}");
        let starts: u32 =
            period.iter().filter(|((_, what), _)| what.ends_with("starts")).map(|(_, n)| n).sum();
        assert_eq!(starts, proof.attempts_per_period, "{proof:?} {s:?}");
    }
}

/// Of each run: it is proved, and then the long run bears it out; or it ends as it does without proofs.
#[test]
fn proofs_and_brute_force_agree() {
    let mut points = Points(500);
    let mut count: BTreeMap<(Verdict, bool, bool), u32> = BTreeMap::new();
    let mut open = [0, 0];
    let runs = env::runs(20_000) / 40;
    for seed in 0..runs {
        let s = certain(&mut points, seed % 2 == 0);
        let (o, proof) = prove(&s, seed);
        *count.entry((o.verdict, s.run.ties == Ties::Fifo, proof.is_some())).or_default() += 1;
        match &proof {
            Some(proof) => bears_out(&s, seed, &o, proof),
            // Ties that matter; or proposers that fail with periods of their own, without a common multiple that is near;
            // or attempts without end in one instant, whose messages pile up; or rounds that drift apart, as where two
            // proposers raise one node's counter and one another's. Without a recurrence there is no proof.
            None if matches!(o.stopped, StopReason::Horizon | StopReason::MaxEvents) => {
                open[seed as usize % 2] += u32::from(s.run.ties == Ties::Fifo);
                continue;
            }
            None => {
                let (long, _) = unproved(&s, seed, s.run.max_events);
                assert_eq!(o, long, "{s:?}");
            }
        }
        if s.run.ties == Ties::Fifo {
            let mut s = s.clone();
            s.run.horizon = ns(s.run.horizon.ns() / 4);
            let long = reference::simulate(&s, &mut Sampler::new(&s, seed));
            assert_eq!(long.chosen.is_some(), o.chosen.is_some(), "{long:?} {o:?} {s:?}");
            let goes_on = matches!(long.stopped, reference::Stopped::Horizon | reference::Stopped::MaxEvents);
            assert_eq!(goes_on, proof.is_some(), "{long:?} {o:?} {s:?}");
        }
    }
    println!("(verdict, fifo, proved): {count:#?}");
    let proved: u32 = count.iter().filter(|((_, _, proved), _)| *proved).map(|(_, n)| n).sum();
    assert!(u64::from(proved) >= runs / 3, "{proved} certificates in {runs} runs");
    println!("without a proof, ties in order: {} with a common measure, {} without", open[0], open[1]);
    let most = runs as u32 / 25;
    assert!(open[0] <= most && open[1] <= most, "too many go on without a proof: {open:?} {count:?}");
}
