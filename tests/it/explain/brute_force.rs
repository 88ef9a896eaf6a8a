//! Explanations against brute force: from the trace alone, with texts of deviations put together here.

use std::collections::{BTreeMap, BTreeSet};

use synod::run::{Record, explain};
use synod::scenario::Scenario;
use synod::trace::{Event, MessageId};

use super::{scenario, with};

fn name(id: MessageId, nth: usize) -> String {
    let letter = if id.reply { "b" } else { "a" };
    let nth = if nth == 1 { String::new() } else { format!(".{nth}") };
    format!("{}.{}.{}{letter}.{}{nth}", id.proposer + 1, id.attempt, id.phase, id.node)
}

/// Every delivery late, every message lost, every lost message kept: those that change who wins.
fn flips(scenario: &Scenario, record: &Record) -> BTreeSet<String> {
    let (mut sent, mut arrived) = (BTreeMap::new(), BTreeMap::new());
    let mut texts = Vec::new();
    for (_, event) in &record.events {
        match event {
            Event::Sent { message, lost, .. } => {
                let nth = sent.entry(message.id).and_modify(|n| *n += 1).or_insert(1);
                texts.push(format!("{}={}", name(message.id, *nth), if *lost { "kept" } else { "lost" }));
            }
            Event::Delivered { message } => {
                let nth = arrived.entry(message.id).and_modify(|n| *n += 1).or_insert(1);
                texts.push(format!("{}=late", name(message.id, *nth)));
            }
            _ => {}
        }
    }
    let flips = |text: &String| with(scenario, record.seed, text).outcome.winner != record.outcome.winner;
    texts.into_iter().filter(flips).collect()
}

fn explanations_are_right_and_complete(
    name: &str,
    set: impl Fn(&mut Scenario),
    seeds: std::ops::Range<u64>,
) -> usize {
    let mut scenario = scenario(name);
    set(&mut scenario);
    let mut critical = 0;
    for seed in seeds {
        let record = Record::of(&scenario, seed).expect("plays");
        let explanation = explain(&scenario, &record).expect("explains");
        assert_eq!(explanation.unplayed_before, None);
        let mut named = BTreeSet::new();
        for it in &explanation.critical {
            // By its token, as text.
            let token: synod::run::Token = it.token.to_string().parse().expect("a token");
            let again = Record::with(&scenario, token.seed, &token.deviations).expect("plays");
            assert_eq!(again.token, token, "{name} {seed}");
            assert_ne!(again.outcome.winner, record.outcome.winner, "{name} {seed}: {token}");
            assert_eq!((again.outcome.winner, again.outcome.verdict), (it.winner, it.verdict));
            assert!(it.event <= explanation.sealed.expect("sealed").0);
            named.insert(token.deviations.to_string());
        }
        assert_eq!(named, flips(&scenario, &record), "{name} {seed}");
        critical += named.len();
    }
    critical
}

#[test]
fn what_explain_names_is_what_brute_force_finds_in_100_duels() {
    let critical = explanations_are_right_and_complete("duel", |_| {}, 1000..1100);
    assert!(critical > 50, "{critical} critical messages in 100 duels");
}

#[test]
fn and_in_duels_with_retries_losses_copies_and_faults() {
    let (mut critical, scenarios) = (0, ["random-retry", "w2", "duplicates", "weather"]);
    for name in scenarios {
        critical += explanations_are_right_and_complete(name, |_| {}, 0..15);
    }
    assert!(critical > 30, "{critical}");
    let homeless = |s: &mut Scenario| s.proposer[0].node = 0;
    assert!(explanations_are_right_and_complete("duel", homeless, 0..20) > 0);
}

#[test]
fn a_run_that_deviates_is_explained_too() {
    let scenario = scenario("duel");
    for seed in 0..20 {
        let record = with(&scenario, seed, "2.1.1a.2=lost");
        let found = explain(&scenario, &record).expect("explains");
        for it in &found.critical {
            assert!(it.token.deviations.to_string().contains("2.1.1a.2="), "{}", it.token);
        }
    }
}
