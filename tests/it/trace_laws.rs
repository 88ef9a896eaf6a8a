//! What holds in every trace of every scenario, whatever happens in it: time does not run backwards, nothing arrives
//! that was not sent, acceptors only move on, clients are answered once.
//!
//! Absent on purpose: Paxos. These are the laws of the record, not of the protocol.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::scenarios::INLINE;
use synod::run::simulate;
use synod::scenario::{Scenario, shipped};
use synod::trace::{BallotId, Event, Recorder};

/// The first law that a trace breaks.
fn broken(scenario: &Scenario, events: &[(u64, Event)]) -> Option<String> {
    // A script says when, how often and whether a message is delivered.
    let scripted = scenario.script.is_some();
    let mut in_flight = BTreeMap::new();
    let mut promised = BTreeMap::new();
    let mut ballots = BTreeMap::new();
    let mut waiting: BTreeMap<u16, u8> = BTreeMap::new();
    let mut last = 0;
    for (i, &(at, event)) in events.iter().enumerate() {
        let why = match event {
            _ if at < last => Some("time runs backwards"),
            _ if at > scenario.run.horizon.ns() => Some("later than the horizon"),
            Event::Stopped { .. } => (i + 1 != events.len()).then_some("something follows the end"),
            _ if i + 1 == events.len() => Some("there is no end"),
            // An answer is given again where the request arrives again.
            Event::Sent { message, .. } if scripted && message.id.reply => {
                in_flight.insert(message.id, Some((at, message)));
                None
            }
            Event::Sent { message, delay_ns, lost } => {
                let arrives = (!lost).then_some((at + delay_ns, message));
                in_flight.insert(message.id, arrives).map(|_| "two messages of one name")
            }
            Event::Delivered { message } if scripted => {
                let sent: Option<&Option<(u64, _)>> = in_flight.get(&message.id);
                (!sent.is_some_and(|sent| sent.is_some_and(|(sent_at, it)| sent_at <= at && it == message)))
                    .then_some("delivered and never sent, before it was, or changed")
            }
            Event::Delivered { message } => match in_flight.insert(message.id, None) {
                Some(Some(sent)) if sent == (at, message) => None,
                Some(Some(_)) => Some("delivered at another time, or changed"),
                Some(None) => Some("delivered though lost, or twice"),
                None => Some("delivered and never sent"),
            },
            Event::Promised { node, ballot } => {
                let before = promised.insert(node, ballot).unwrap_or(BallotId::NONE);
                (before == ballot).then_some("a promise that changes nothing")
            }
            Event::Started { proposer, ballot, .. } => {
                ballots.insert(ballot, proposer).map(|_| "two attempts of one ballot")
            }
            Event::Proposed { proposer, ballot, .. } | Event::Learned { proposer, ballot, .. } => {
                (ballots.get(&ballot) != Some(&proposer)).then_some("a ballot that is not the proposer's")
            }
            Event::Submitted { proposer, submission } => {
                waiting.insert(submission, proposer).map(|_| "one submission twice")
            }
            Event::Answered { proposer, submission, .. } => {
                (waiting.remove(&submission) != Some(proposer)).then_some("answered unasked, or by another")
            }
            _ => None,
        };
        if let Some(why) = why {
            return Some(format!("event {i} at {at} ns, {event:?}: {why}"));
        }
        last = at;
    }
    // What is still under way would have arrived after the end.
    let late = |sent: &&(u64, _)| sent.0 < last && !scripted;
    in_flight.values().flatten().find(late).map(|sent| format!("{sent:?} never arrived"))
}

fn scenarios() -> Vec<(&'static str, Scenario)> {
    let shipped = shipped::ALL.iter().map(|shipped| (shipped.name, shipped.text));
    let all = shipped.chain(INLINE.iter().copied());
    // What copies and faults change is looked at beside them.
    let is_plain = |scenario: &Scenario| {
        let faults = scenario.fault.iter().any(|fault| fault.unreachable.is_none());
        !faults && scenario.faults.random.is_none() && scenario.network.duplicate.threshold() == 0
    };
    all.map(|(name, text)| {
        let mut scenario = Scenario::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        scenario.run.max_events = scenario.run.max_events.min(3_000);
        (name, scenario)
    })
    .filter(|(_, scenario)| is_plain(scenario))
    .collect()
}

fn trace(scenario: &Scenario, seed: u64) -> Vec<(u64, Event)> {
    let mut recorder = Recorder::default();
    simulate(scenario, seed, &mut recorder).expect("plans");
    recorder.events
}

#[test]
fn every_trace_keeps_the_laws() {
    for (name, scenario) in scenarios() {
        for seed in 0..20 {
            assert_eq!(broken(&scenario, &trace(&scenario, seed)), None, "{name}, seed {seed}");
        }
    }
}

/// Each proposer's pre-emptions are those of its attempts that a higher ballot ended.
#[test]
fn pre_emptions_are_counted_for_whom_they_befall() {
    let mut most = 0;
    for (name, scenario) in scenarios() {
        let mut recorder = Recorder::default();
        for seed in 0..20 {
            recorder.events.clear();
            let outcome = simulate(&scenario, seed, &mut recorder).expect("plans");
            let mut counted = vec![0; scenario.proposer.len()];
            for (_, event) in &recorder.events {
                if let Event::Failed { proposer, why, .. } = event {
                    counted[usize::from(*proposer)] += u32::from(why.is_preemption());
                }
            }
            assert_eq!(outcome.preempted, counted, "{name}, seed {seed}");
            assert_eq!(outcome.preempted.iter().sum::<u32>(), outcome.preemptions, "{name}, seed {seed}");
            most = most.max(outcome.preemptions);
        }
    }
    assert!(most > 50, "the test can fail: {most}");
}

/// The name of an event's kind.
fn kind(event: &Event) -> String {
    format!("{event:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

/// A good trace with one event left out, given twice, moved or delayed keeps them no longer.
#[test]
fn a_damaged_trace_breaks_a_law() {
    let (_, scenario) = scenarios().into_iter().find(|(name, _)| *name == "w2").expect("shipped");
    let good = trace(&scenario, 3);
    let mut seen = BTreeSet::new();
    for i in 0..good.len() {
        let damaged = ["without", "twice", "earlier", "later"].map(|damage| {
            let mut trace = good.clone();
            match damage {
                "without" => _ = trace.remove(i),
                "twice" => trace.insert(i, good[i]),
                "earlier" => trace[i].0 = trace[i].0.saturating_sub(1),
                _ => trace[i].0 += 1,
            }
            (damage, trace)
        });
        for (damage, trace) in damaged {
            if broken(&scenario, &trace).is_some() {
                seen.insert((kind(&good[i].1), damage));
            }
        }
    }
    for (kind, damages) in [
        ("Sent", &["without", "twice", "earlier", "later"][..]),
        ("Delivered", &["without", "twice", "earlier", "later"]),
        ("Started", &["without", "twice"]),
        ("Submitted", &["without", "twice"]),
        ("Answered", &["twice"]),
        ("Promised", &["twice"]),
        ("Stopped", &["without", "twice", "earlier"]),
    ] {
        for damage in damages {
            assert!(seen.contains(&(kind.to_owned(), *damage)), "no {kind} {damage} is seen: {seen:?}");
        }
    }
}
