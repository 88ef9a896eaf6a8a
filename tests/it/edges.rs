//! The ends of every range that a scenario may ask for: the fewest and the most nodes, proposers and submissions, the
//! longest times.
//!
//! Absent on purpose: what happens in between. Ignored tests are known gaps, each with its reason.

use std::collections::BTreeSet;

use synod::check::{Outcome, Verdict};
use synod::run::{Plan, Simulator, simulate};
use synod::scenario::Scenario;
use synod::trace::{Blind, Event, Recorder, StopReason};

/// 2⁵⁷ ns, the longest duration.
const LONGEST: &str = "144115188075855872ns";

fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, "edge.toml").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn run(text: &str, seed: u64) -> Outcome {
    simulate(&scenario(text), seed, &mut Blind).expect("plans")
}

#[test]
fn one_node_alone_chooses_at_once() {
    for transport in ["broadcast", "sequential"] {
        let outcome = run(
            &format!(
                "cluster = {{ nodes = 1 }}\nproposer = [{{ name = \"A\", node = 1 }}]\nprotocol = {{ transport = {transport:?} }}"
            ),
            0,
        );
        assert_eq!(
            (outcome.verdict, outcome.chosen_at_ns, outcome.messages_sent),
            (Verdict::Decided, Some(0), 0)
        );
        assert_eq!((outcome.attempts, outcome.events), (1, 1));
    }
    let away = run("cluster = { nodes = 1 }\nproposer = [{ name = \"A\", node = 0 }]", 0);
    // Prepare, promise, accept: chosen when the accept arrives, 1 ms each.
    assert_eq!((away.chosen_at_ns, away.ended_at_ns, away.messages_sent), (Some(3_000_000), 4_000_000, 4));
}

/// 63 nodes, 64 proposers, 1000 submissions: everybody is answered, and no two attempts share a ballot.
#[test]
fn the_most_nodes_proposers_and_submissions() {
    let mut text = String::from("cluster = { nodes = 63 }\n");
    for i in 0..64 {
        text += &format!("[[proposer]]\nname = \"P{i}\"\nnode = {}\n", if i % 9 == 0 { 0 } else { i });
        if i == 63 {
            text += "initial_round = 2147483648\n";
        }
    }
    for i in 0..936 {
        text += &format!("[[submit]]\nproposer = \"P{}\"\nvalue = \"v\"\nat = \"{i}ms\"\n", i % 64);
    }
    text += "[protocol]\nretry = { backoff = { base = \"20ms\", cap = \"20s\" } }\n";
    text += "[network]\ndelay = { exponential = { mean = \"5ms\" } }\n[run]\nhorizon = \"600s\"\n";
    let scenario = scenario(&text);
    let mut recorder = Recorder::default();
    let outcome = simulate(&scenario, 1, &mut recorder).expect("plans");
    assert_eq!((outcome.verdict, outcome.stopped), (Verdict::Decided, StopReason::Answered));
    assert!(outcome.clients.len() == 1000 && outcome.clients.iter().all(|client| client.answer.is_some()));
    assert!(outcome.violated.is_empty());
    let mut ballots = BTreeSet::new();
    for (_, event) in &recorder.events {
        if let Event::Started { ballot, .. } = event {
            assert!(ballots.insert(*ballot), "{ballot:?} twice");
        }
    }
    assert!(ballots.len() >= 1000 && ballots.last().is_some_and(|b| b.round() > 1 << 31));
}

/// The longest horizon with the longest time-outs, delays and waits: nothing wraps around.
#[test]
fn the_longest_times() {
    let text = |protocol: &str, network: &str| {
        format!(
            "proposer = [{{ name = \"A\", node = 1 }}, {{ name = \"B\", node = 3 }}]\nprotocol = {{ {protocol} }}\n\
             network = {{ {network} }}\nrun = {{ horizon = \"{LONGEST}\" }}"
        )
    };
    let lost = run(&text(&format!("phase_timeout = \"{LONGEST}\""), "loss = 1.0"), 0);
    // The time-out rings at the horizon itself, which is still part of the run.
    assert_eq!((lost.verdict, lost.timeouts, lost.ended_at_ns), (Verdict::GaveUp, 2, 1 << 57));
    let slow = run(&text("", &format!("delay = {{ constant = \"{LONGEST}\" }}")), 0);
    assert_eq!((slow.verdict, slow.ended_at_ns), (Verdict::Undecided, 1 << 57));
    let timeouts = "phase_timeout = \"1h\"\nattempt_timeout = \"2h\"".replace('\n', ", ");
    for retry in
        ["{ fixed = { delay = \"39000h\" } }", "{ backoff = { base = \"39000h\", cap = \"39000h\" } }"]
    {
        let outcome = run(&text(&format!("{timeouts}, retry = {retry}"), "loss = 1.0"), 0);
        assert_eq!(outcome.verdict, Verdict::Undecided, "{retry}");
        assert!(outcome.attempts >= 4, "{retry}: {outcome:?}");
    }
}

/// What is due after the horizon does not happen: such a run is cut off, not blocked.
fn ends_at_the_horizon(text: &str) {
    let scenario = scenario(text);
    let plan = Plan::new(&scenario).expect("plans");
    let mut simulator = Simulator::new(&plan);
    let mut cut = 0;
    for seed in 0..2_000 {
        let outcome = simulator.run(seed, &mut Blind);
        if outcome.chosen.is_none() {
            let how = (outcome.verdict, outcome.stopped, outcome.ended_at_ns);
            let horizon = scenario.run.horizon.ns();
            assert_eq!(how, (Verdict::Undecided, StopReason::Horizon, horizon), "seed {seed}: {text}");
            cut += 1;
        }
    }
    assert!(cut > 100, "{cut} runs are cut off: {text}");
}

#[test]
fn starts_and_retries_after_the_horizon_are_cut_off() {
    ends_at_the_horizon(
        "proposer = [{ name = \"A\", node = 1, start = { exponential = { mean = \"90s\" } } }]",
    );
    ends_at_the_horizon("proposer = [{ name = \"A\", node = 1, start = { constant = \"61s\" } }]");
    ends_at_the_horizon(
        "proposer = [{ name = \"A\", node = 1 }]\nnetwork = { loss = 1.0 }\n\
         protocol = { phase_timeout = \"50ms\", retry = { exponential = { mean = \"9h\" } } }",
    );
}

/// Alarms later than 2⁵⁸ − 1 ns are taken for none at all.
#[test]
fn starts_and_retries_of_heavy_tails_are_cut_off() {
    ends_at_the_horizon(
        "proposer = [{ name = \"A\", node = 1, start = { lognormal = { median = \"10ms\", sigma = 10.0 } } }]",
    );
    ends_at_the_horizon(
        "proposer = [{ name = \"A\", node = 1 }]\nnetwork = { loss = 1.0 }\n\
         protocol = { phase_timeout = \"50ms\", retry = { exponential = { mean = \"39000h\" } } }",
    );
}

/// Nobody's repeated look keeps a run alive, wherever the next look would fall.
#[test]
fn repeated_reads_do_not_decide_how_a_run_ends() {
    // All messages are lost; the last thing that happens is a first read at 990 ms.
    let text = |every: &str| {
        format!(
            "proposer = [{{ name = \"A\", node = 1 }}]\nnetwork = {{ loss = 1.0 }}\nrun = {{ horizon = \"1s\" }}\n\
             read = [{{ node = 1, at = \"10ms\", every = {every:?} }}, {{ node = 2, at = \"990ms\" }}]"
        )
    };
    let ends = ["5ms", "700ms"].map(|every| {
        let outcome = run(&text(every), 0);
        (outcome.verdict, outcome.stopped, outcome.ended_at_ns)
    });
    assert_eq!(ends[0], (Verdict::Blocked, StopReason::Quiescent, 990_000_000));
    assert_eq!(ends[0], ends[1]);
}

/// A sweep too large for any memory is refused like any other wrong argument.
#[test]
fn too_many_seeds_are_refused() {
    for seeds in ["100000000000000000", "18446744073709551615"] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_synod"))
            .args(["sweep", "solo", "--no-progress", "--seeds", seeds])
            .output()
            .expect("runs");
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
