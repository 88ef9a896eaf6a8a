//! Copies, fifo links, crashes, pauses, slow nodes, wrong clocks, cuts, time-outs, waiting submissions and split handlers:
//! each alone, and several together.
//!
//! Absent on purpose: drawn faults, which are schedules once they are drawn.

use crate::reference::Seen;
use crate::reference::anything::{Points, allowed, anything};
use crate::reference::measure::runs;
use crate::support::build::*;
use synod::scenario::model::*;

use super::{agree, wide};

/// What is added to a scenario of `anything`.
const FEATURES: [fn(&mut Points, &mut Scenario); 10] =
    [copies, fifo, crashes, pauses, slow_nodes, wrong_clocks, cuts, timeouts, waiting, split_handlers];

/// Times that like to coincide with each other and with deliveries, or lie anywhere.
fn time(p: &mut Points) -> u64 {
    p.below(41) * 5 * MS + p.pick(&[0, 0, 1]) * p.below(5 * MS)
}

/// A node: more often than not one on which a proposer lives.
fn node(p: &mut Points, s: &Scenario) -> u8 {
    let home = s.proposer[p.below(s.proposer.len() as u64) as usize].node;
    let any = 1 + p.below(u64::from(s.cluster.nodes)) as u8;
    if home == 0 || p.below(3) == 0 { any } else { home }
}

/// One node, or now and then two.
fn nodes(p: &mut Points, s: &Scenario) -> Vec<u8> {
    let (one, other) = (node(p, s), node(p, s));
    if one == other || p.below(4) > 0 { vec![one] } else { vec![one, other] }
}

fn some_kind(p: &mut Points) -> Option<Kind> {
    use Kind::{Accept, Accepted, Prepare, Promise, Reject};
    p.pick(&[None, None, Some(Prepare), Some(Promise), Some(Accept), Some(Accepted), Some(Reject)])
}

fn link(p: &mut Points, s: &Scenario) -> Link {
    let mut link: Link = serde_json::from_value(serde_json::json!({ "from": 0, "to": 0 })).expect("a link");
    let near = u64::from(s.cluster.nodes).min(3) + 1;
    (link.from, link.to) = (p.below(near) as u8, p.below(near) as u8);
    link.kind = some_kind(p);
    if p.below(3) == 0 {
        let from = time(p);
        (link.from_time, link.until_time) = (Some(ns(from)), Some(ns(from + 1 + time(p))));
    }
    link
}

fn copies(p: &mut Points, s: &mut Scenario) {
    s.network.duplicate = probability(p.pick(&[0.0, 0.3, 0.3, 1.0]));
    for kind in [some_kind(p), some_kind(p)].into_iter().flatten() {
        s.network.kind.entry(kind).or_default().duplicate = Some(probability(p.pick(&[0.0, 0.5, 1.0])));
    }
    for _ in 0..p.below(3) {
        let duplicate = Some(probability(p.pick(&[0.0, 0.5, 1.0])));
        let link = Link { duplicate, ..link(p, s) };
        s.network.link.push(link);
    }
}

fn fifo(p: &mut Points, s: &mut Scenario) {
    for _ in 0..1 + p.below(8) {
        let fifo = Some(p.below(8) > 0);
        let link = Link { fifo, ..link(p, s) };
        s.network.link.push(link);
    }
}

/// Down and up again, or for good; now and then twice without a word between. Often between attempts, when what a rejection
/// has taught is all that a proposer knows.
fn crashes(p: &mut Points, s: &mut Scenario) {
    if p.below(3) == 0 {
        (s.protocol.ballots, s.protocol.retry) = (Ballots::PastSeen, fixed(p.pick(&[20, 45]) * MS));
        s.proposer.iter_mut().for_each(|proposer| proposer.initial_round = p.below(6) as u32);
    }
    for _ in 0..1 + p.below(3) {
        let (at, nodes) = (time(p), nodes(p, s));
        s.fault.push(Fault::crash(ns(at), nodes.clone()));
        if p.below(6) > 0 {
            let lasts = p.pick(&[0, 1, 5, 10, 20, 60]) * MS;
            s.fault.push(Fault::restart(ns(at + lasts), nodes));
        }
    }
}

fn pauses(p: &mut Points, s: &mut Scenario) {
    for _ in 0..1 + p.below(3) {
        let (at, nodes) = (time(p), nodes(p, s));
        s.fault.push(Fault::pause(ns(at), nodes.clone()));
        if p.below(6) > 0 {
            let lasts = p.pick(&[0, 5, 20, 60, 90]) * MS;
            s.fault.push(Fault::resume(ns(at + lasts), nodes));
        }
    }
}

fn slow_nodes(p: &mut Points, s: &mut Scenario) {
    for _ in 0..1 + p.below(3) {
        let (at, nodes) = (p.pick(&[0, 1]) * time(p), nodes(p, s));
        let takes = p.pick(&[0, 1, 5, 7, 20]) * MS;
        let service = if p.below(3) > 0 { constant(takes) } else { exponential(takes + MS) };
        s.fault.push(Fault::slow(ns(at), nodes, service));
    }
}

fn wrong_clocks(p: &mut Points, s: &mut Scenario) {
    for _ in 0..1 + p.below(3) {
        let (at, nodes) = (p.pick(&[0, 1]) * time(p), nodes(p, s));
        s.fault.push(Fault::clock_rate(ns(at), nodes, p.pick(&[0.3, 0.5, 1.0, 2.0, 3.7, 1000.0])));
    }
    if p.below(2) == 0 {
        timeouts(p, s);
    }
}

fn cuts(p: &mut Points, s: &mut Scenario) {
    for _ in 0..1 + p.below(3) {
        let (at, some, others) = (ns(time(p)), nodes(p, s), nodes(p, s));
        let fault = match p.below(5) {
            0 => Fault::partition(at, vec![some]),
            1 => Fault::partition(at, vec![some, others]),
            2 => Fault::partition(at, vec![[some, vec![0]].concat()]),
            3 => Fault::one_way(at, some, [others, vec![0]].concat()),
            _ => Fault::one_way(at, [vec![0], some].concat(), others),
        };
        s.fault.push(fault);
        if p.below(4) > 0 {
            let healed = nodes(p, s);
            let healed = (p.below(3) == 0).then_some(healed);
            s.fault.push(Fault::heal(ns(at.ns() + p.pick(&[5, 20, 60]) * MS), healed));
        }
    }
}

fn timeouts(p: &mut Points, s: &mut Scenario) {
    let mut limit = |usual: u64| p.pick(&[None, Some(ns(usual)), Some(ns(usual / 2)), Some(ns(3 * usual))]);
    s.protocol.phase_timeout = limit(40 * MS);
    s.protocol.attempt_timeout = limit(60 * MS);
    if s.protocol.transport == Transport::Sequential {
        s.protocol.rpc_timeout = limit(20 * MS);
    }
}

fn waiting(p: &mut Points, s: &mut Scenario) {
    let names: Vec<String> = s.proposer.iter().map(|proposer| proposer.name.clone()).collect();
    for i in 0..1 + p.below(5) {
        let name = &names[p.below(names.len() as u64).min(1) as usize];
        s.submit.push(submit(name, &format!("more {i}"), p.pick(&[0, 0, 1]) * time(p)));
    }
}

/// Two values may be chosen then; so both must see the same violations.
fn split_handlers(p: &mut Points, s: &mut Scenario) {
    let gap = ns(p.pick(&[0, 1, 5, 20]) * MS);
    s.protocol.handlers = Handlers::Split(SplitHandlers { gap });
}

/// One feature in every third scenario, several in the others; retries more often than not, for most faults show only in
/// a second attempt.
pub fn scenario(p: &mut Points) -> Scenario {
    let mut s = if p.below(8) == 0 { wide::scenario(p) } else { anything(p) };
    s.run.livelock = Livelock::Off;
    s.run.max_events = p.pick(&[s.run.max_events, 3_000, 3_000]);
    let k = &mut s.protocol;
    if k.retry == Retry::None && p.below(4) > 0 {
        let backoff = RetryBackoff { base: ns(10 * MS), cap: ns(100 * MS) };
        k.retry = p.pick(&[fixed(0), fixed(5 * MS), fixed(13 * MS), Retry::Backoff(backoff)]);
    }
    k.max_attempts = p.pick(&[k.max_attempts, None, Some(2), Some(4)]);
    if p.below(3) == 0 {
        FEATURES[p.below(FEATURES.len() as u64) as usize](p, &mut s);
    } else {
        for feature in FEATURES {
            if p.below(3) == 0 {
                feature(p, &mut s);
            }
        }
    }
    s
}

/// That so many of a thousand runs have seen each.
fn is_drawn_often(seen: &[Seen]) {
    let per_mille = |what: &str, at_least: usize, of: fn(&Seen) -> u32| {
        let share = seen.iter().filter(|seen| of(seen) > 0).count() * 1000 / seen.len();
        println!("{what}: in {share} of 1000 runs");
        assert!(share >= at_least, "{what}: in {share} of 1000 runs, not {at_least}");
    };
    per_mille("copies", 50, |s| s.copies);
    per_mille("held back on a fifo link", 20, |s| s.held_back);
    per_mille("cut", 20, |s| s.cut);
    per_mille("refused", 20, |s| s.refused);
    per_mille("aborted", 20, |s| s.aborted);
    per_mille("spent by a crash", 5, |s| s.spent_by_crash);
    per_mille("revived", 20, |s| s.revived);
    per_mille("submitted in vain", 5, |s| s.in_vain);
    per_mille("messages held", 20, |s| s.held_messages);
    per_mille("late timers", 10, |s| s.late_timers);
    per_mille("served", 50, |s| s.served);
    per_mille("stretched", 50, |s| s.stretched);
    per_mille("split", 50, |s| s.split);
    per_mille("overtaken in the gap", 2, |s| s.overtaken);
    per_mille("forgotten rounds", 2, |s| s.forgotten);
    per_mille("a handler in two steps and a crash", 5, |s| s.split.min(s.aborted));
    per_mille("copies and a crash", 5, |s| s.copies.min(s.aborted));
    per_mille("a slow node and a pause", 5, |s| s.served.min(s.held_messages));
    per_mille("a wrong clock and a crash", 5, |s| s.stretched.min(s.aborted));
}

#[test]
fn weather_alone_and_together() {
    let mut points = Points(13);
    let seen: Vec<Seen> = (0..runs(0.2)).map(|seed| agree(&allowed(scenario(&mut points)), seed)).collect();
    is_drawn_often(&seen);
}
