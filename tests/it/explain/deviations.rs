//! A deviation does what it says, and changes no other draw.

use std::collections::BTreeMap;

use synod::run::Record;
use synod::scenario::shipped;
use synod::trace::{Event, MessageId};

use super::{scenario, with};

/// A deviation that no run meets: the second sending of an announcement.
const NOTHING: &str = "1.1.3a.1.2=lost";

#[test]
fn runs_that_can_deviate_and_do_not_are_those_that_cannot() {
    for shipped in shipped::ALL {
        let mut scenario = scenario(shipped.name);
        if scenario.script.is_some() {
            assert!(Record::with(&scenario, 0, &super::parsed(NOTHING)).is_err(), "{}", shipped.name);
            continue;
        }
        // A deviation that may still come stands in the way of a proof.
        scenario.run.horizon = synod::scenario::Duration::from_ns(10_000_000_000);
        scenario.run.livelock = synod::scenario::Livelock::Off;
        for seed in 0..5 {
            let plain = Record::of(&scenario, seed).expect("plays");
            let other = with(&scenario, seed, NOTHING);
            assert_eq!(plain.events, other.events, "{} {seed}", shipped.name);
            assert_eq!(plain.outcome, other.outcome);
            assert_ne!(plain.token, other.token);
        }
    }
}

/// The fates of all messages, as drawn.
fn fates(record: &Record) -> BTreeMap<MessageId, (u64, bool)> {
    let fate = |event: &Event| match event {
        Event::Sent { message, delay_ns, lost } => Some((message.id, (*delay_ns, *lost))),
        _ => None,
    };
    record.events.iter().filter_map(|(_, event)| fate(event)).collect()
}

#[test]
fn a_deviation_changes_the_fate_of_no_other_message() {
    let scenario = scenario("w2");
    let mut compared = 0;
    for seed in 0..200 {
        let base = Record::of(&scenario, seed).expect("plays");
        let drawn = fates(&base);
        for (what, fate) in
            [("1.1.1b.2=lost", None), ("2.1.2a.1=70ms", Some((70_000_000, false))), ("2.1.1a.2=late", None)]
        {
            let (id, change) = what.split_once('=').expect("two parts");
            for (it, fate_of_it) in fates(&with(&scenario, seed, what)) {
                let letter = if it.reply { 'b' } else { 'a' };
                let name = format!("{}.{}.{}{letter}.{}", it.proposer + 1, it.attempt, it.phase, it.node);
                if name == id && change != "late" {
                    assert_eq!(fate.unwrap_or((fate_of_it.0, true)), fate_of_it, "{what} {seed}");
                } else if let Some(before) = drawn.get(&it) {
                    assert_eq!(*before, fate_of_it, "{what} {seed} {it:?}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 10_000, "{compared}");
}

#[test]
fn a_late_message_is_handled_right_after_the_next_at_its_node() {
    let scenario = scenario("duel");
    let node_of =
        |id: MessageId| if id.reply { scenario.proposer[usize::from(id.proposer)].node } else { id.node };
    let mut passed = 0;
    for seed in 0..100 {
        let base = Record::of(&scenario, seed).expect("plays");
        for (i, (_, event)) in base.events.iter().enumerate() {
            let Event::Delivered { message } = event else { continue };
            let id = message.id;
            let letter = if id.reply { 'b' } else { 'a' };
            let what = format!("{}.{}.{}{letter}.{}=late", id.proposer + 1, id.attempt, id.phase, id.node);
            let late = with(&scenario, seed, &what);
            assert_eq!(late.events[..i], base.events[..i], "{what} {seed}: nothing before it changes");
            let deliveries = |from: usize| {
                late.events[from..].iter().filter_map(|(at, event)| match event {
                    Event::Delivered { message } if node_of(message.id) == node_of(id) => {
                        Some((*at, message.id))
                    }
                    _ => None,
                })
            };
            let after: Vec<_> = deliveries(i).take(2).collect();
            match after[..] {
                // The next, and at the same instant the late one.
                [(at, next), (same, it)] if next != id => {
                    assert_eq!((same, it), (at, id), "{what} {seed}");
                    passed += 1;
                }
                // The choice came first, or nothing else was left to happen.
                [(_, next)] | [(_, next), _] => {
                    assert!(next == id || deliveries(i).count() == 1, "{what} {seed}")
                }
                _ => {}
            }
        }
    }
    assert!(passed > 300, "{passed}");
}

#[test]
fn starts_waits_copies_and_kept_messages_are_as_they_say() {
    let scenario = scenario("random-retry");
    let events = with(&scenario, 6, "1.start=3ms,2.start=4ms,1.1.wait=1234ns,1.1.1a.2=copy@30ms").events;
    let start = |p: u8| {
        events
            .iter()
            .find(|(_, event)| matches!(event, Event::Started { proposer, .. } if *proposer == p))
            .expect("starts")
            .0
    };
    assert_eq!((start(0), start(1)), (3_000_000, 4_000_000));
    assert!(
        events.iter().any(|(_, event)| matches!(event, Event::RetryAfter { proposer: 0, delay_ns: 1234 }))
    );
    let copies =
        events.iter().filter(|(_, event)| matches!(event, Event::Duplicated { delay_ns: 30_000_000, .. }));
    assert_eq!(copies.count(), 1);

    let lossy = super::scenario("w2");
    let record = Record::of(&lossy, 3).expect("plays");
    let lost = record.events.iter().find_map(|(_, event)| match event {
        Event::Sent { message, lost: true, .. } => Some(message.id),
        _ => None,
    });
    let id = lost.expect("a lost message");
    let letter = if id.reply { 'b' } else { 'a' };
    let kept = format!("{}.{}.{}{letter}.{}=kept", id.proposer + 1, id.attempt, id.phase, id.node);
    let delivered = |record: &Record| {
        record
            .events
            .iter()
            .any(|(_, event)| matches!(event, Event::Delivered { message } if message.id == id))
    };
    assert!(!delivered(&record) && delivered(&with(&lossy, 3, &kept)), "{kept}");
}

#[test]
fn the_calm_run_draws_nothing() {
    for name in ["w2", "weather", "random-retry", "lab2-exponential", "five-proposers"] {
        let scenario = scenario(name);
        let calm = with(&scenario, 1, "calm");
        assert_eq!(calm.outcome, with(&scenario, 2, "calm").outcome, "{name}");
        assert_eq!((calm.outcome.messages_lost, calm.outcome.duplicates), (0, 0), "{name}");
    }
    // The median of an exponential delay of mean 20 ms is 20 ln 2 = 13.863 ms.
    let delays = fates(&with(&scenario("w2"), 1, "calm"));
    assert!(delays.values().all(|&(ns, _)| ns.abs_diff(13_862_943) < 50_000), "{delays:?}");
}

#[test]
fn deviations_of_what_is_not_there_are_refused() {
    let scenario = scenario("duel");
    for (text, says) in
        [("3.start=1ms", "proposer 3"), ("1.1.1a.4=lost", "node 4"), ("9.1.1a.2=late", "proposer 9")]
    {
        let error = Record::with(&scenario, 0, &super::parsed(text)).expect_err(text);
        assert!(error.to_string().contains(says), "{error}");
    }
}
