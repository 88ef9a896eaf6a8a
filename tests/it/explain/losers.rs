//! Why clients were told FAILED: the sentences of known runs, and for many runs that what they say is in the events.

use synod::report::{RunView, explain_json};
use synod::run::{Deviations, Explanation, Record};
use synod::trace::{Answer, Event, Kind};

use super::scenario;
use crate::support::command::Place;

#[test]
fn the_labs_losers_are_told_why() {
    let place = Place::new();
    for (seed, line) in [
        (
            "567",
            "failed    A was told FAILED at 1814.715763 ms: ballot 11 had 1 promise in phase 1; its own node 1 has promised B's 13, node 3 refused, for it had promised B's 13",
        ),
        ("3230", "node 3 refused, for it had promised B's 13"),
    ] {
        let told = place.synod(&["explain", "lab2", "--seed", seed]).exits(0).out;
        assert!(told.contains(line), "{told}");
    }
    // Who is told SUCCEEDED is no loser.
    let told = place.synod(&["explain", "lab2", "--seed", "0"]).exits(0).out;
    assert!(!told.contains("failed "), "{told}");
}

/// Each refusal that is told was delivered, and each promise behind it was given; each loser was told FAILED.
#[test]
fn what_is_told_has_happened() {
    let mut told = 0;
    for name in [
        "lab2-exponential",
        "duel",
        "lab2-loopback",
        "crash-restart",
        "partition",
        "duplicates",
        "unreachable",
    ] {
        let scenario = scenario(name);
        for seed in 0..60 {
            let record: Record = Record::with(&scenario, seed, &Deviations::default()).expect("plays");
            let view = RunView { scenario: &scenario, arguments: name, record: &record };
            let json = explain_json(&view, &Explanation::default());
            let losers = json["failed"].as_array().expect("a list");
            let is_loss =
                |event: &Event| matches!(event, Event::Answered { answer: Answer::Failed { .. }, .. });
            let losses: Vec<u64> =
                record.events.iter().filter(|(_, event)| is_loss(event)).map(|(at, _)| *at).collect();
            let at: Vec<u64> = losers.iter().filter_map(|it| it["at_ns"].as_u64()).collect();
            assert_eq!(at, losses, "{name} {seed}");
            for loser in losers {
                told += 1;
                let (why, at) = (loser["why"].as_str().expect("a text"), loser["at_ns"].as_u64());
                let refused = why.split("node ").skip(1).filter(|part| part.contains("refused"));
                for part in refused {
                    let node: u8 = part.split(' ').next().and_then(|it| it.parse().ok()).expect("a node");
                    let has_refused = record.events.iter().any(|(when, event)| match event {
                        Event::Delivered { message } => {
                            message.kind == Kind::Reject && message.id.node == node && Some(*when) <= at
                        }
                        _ => false,
                    });
                    assert!(has_refused, "{name} {seed}: {why}");
                }
            }
        }
    }
    assert!(told > 100, "{told}");
}

/// Two messages that come at one instant are not ahead of each other.
#[test]
fn a_tie_is_told_with_what_broke_it() {
    const TIE: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
                       start = { constant = \"20ms\" }\n[network]\ndelay = { constant = \"10ms\" }\n";
    let place = Place::new();
    place.write("tie.toml", TIE);
    let mut rules = 0;
    for (set, words) in [
        ("run.ties=fifo", "which arrives at the same instant: it was sent first (run.ties = \"fifo\")"),
        (
            "run.ties=seeded",
            "which arrives at the same instant: a draw of the seed put it first (run.ties = \"seeded\")",
        ),
    ] {
        let told = |seed: u64| {
            place.synod(&["explain", "tie.toml", "--set", set, "--seed", &seed.to_string()]).exits(0).out
        };
        let all: Vec<String> = (0..40).map(told).collect();
        assert!(all.iter().all(|told| !told.contains(", 0 ms ahead")), "{all:#?}");
        rules += u32::from(all.iter().any(|told| told.contains(words)));
    }
    assert_eq!(rules, 2);
}
