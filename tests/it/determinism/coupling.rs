//! What two scenarios that differ in one knob have in common: the delay and the loss of every message that both send.
//!
//! Shown on values in the traces, never on addresses.

use std::collections::BTreeMap;

use synod::run::{Plan, Simulator};
use synod::scenario::{Document, Scenario};
use synod::trace::{Event, MessageId, Recorder};

/// Delay in ns and loss of each message of a run, by its name.
type Fates = BTreeMap<MessageId, (u64, bool)>;

/// The fates of a run's messages, and the run.
fn fates(simulator: &mut Simulator<'_>, seed: u64) -> (Fates, Recorder) {
    let mut recorder = Recorder::default();
    simulator.run(seed, &mut recorder);
    let mut fates = BTreeMap::new();
    for (_, event) in &recorder.events {
        if let Event::Sent { message, delay_ns, lost } = event {
            let before = fates.insert(message.id, (*delay_ns, *lost));
            assert_eq!(before, None, "two messages of one name");
        }
    }
    (fates, recorder)
}

/// What was compared.
#[derive(Debug, Default)]
struct Compared {
    /// Messages that both send.
    common: u64,
    /// Of these, from second and later attempts.
    after_retry: u64,
    /// Of these, lost.
    lost: u64,
    /// Runs that went different ways.
    different_runs: u64,
    /// Messages of the first scenario's runs that the second one's never send.
    only_one: u64,
    /// The first message with two fates.
    torn: Option<(u64, MessageId)>,
}

fn compare(name: &str, a: &Scenario, b: &Scenario, seeds: u64) -> Compared {
    let (plan_a, plan_b) = (Plan::new(a).expect("plans"), Plan::new(b).expect("plans"));
    let (mut run_a, mut run_b) = (Simulator::new(&plan_a), Simulator::new(&plan_b));
    let mut compared = Compared::default();
    for seed in 0..seeds {
        let ((fates_a, events_a), (fates_b, events_b)) = (fates(&mut run_a, seed), fates(&mut run_b, seed));
        compared.different_runs += u64::from(events_a.events != events_b.events);
        for (id, fate) in &fates_a {
            let Some(other) = fates_b.get(id) else {
                compared.only_one += 1;
                continue;
            };
            if fate != other && compared.torn.is_none() {
                compared.torn = Some((seed, *id));
            }
            compared.common += 1;
            compared.after_retry += u64::from(id.attempt > 1);
            compared.lost += u64::from(fate.1);
        }
    }
    println!("{name}: {compared:?}");
    compared
}

/// Five nodes and three proposers in each other's way, a message in twenty lost.
fn contended(change: &str) -> Scenario {
    Scenario::parse(&contended_text(change), "contended.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn contended_text(change: &str) -> String {
    let mut text = String::from(
        "[cluster]\nnodes = 5\n[network]\ndelay = { exponential = { mean = \"10ms\" } }\nloss = 0.05\n",
    );
    for (name, node) in [("A", 1), ("B", 3), ("C", 5)] {
        text += &format!("[[proposer]]\nname = \"{name}\"\nnode = {node}\n");
    }
    text + change
}

const RETRY: &str = "retry = { uniform = { max = \"20ms\" } }\nphase_timeout = \"80ms\"\n";

#[track_caller]
fn share_their_fates(name: &str, a: &Scenario, b: &Scenario) {
    let compared = compare(name, a, b, 300);
    assert_eq!(compared.torn, None, "{name}: seed and message with two fates");
    assert!(compared.different_runs > 100, "{name}: the knob does something: {compared:?}");
    assert!(compared.common > 10_000, "{name}: {compared:?}");
    assert!(compared.after_retry > 1_000, "{name}: also after the first retry: {compared:?}");
    assert!(compared.lost > 100, "{name}: {compared:?}");
}

#[test]
fn another_retry_policy_changes_no_common_message() {
    let policy = |retry: &str| contended(&format!("[protocol]\nphase_timeout = \"80ms\"\nretry = {retry}\n"));
    let uniform = policy("{ uniform = { max = \"20ms\" } }");
    for other in [
        "{ fixed = { delay = \"0ms\" } }",
        "{ fixed = { delay = \"30ms\" } }",
        "{ exponential = { mean = \"15ms\" } }",
        "{ backoff = { base = \"10ms\", cap = \"640ms\" } }",
    ] {
        share_their_fates(other, &uniform, &policy(other));
    }
    let once = compare("none", &uniform, &policy("\"none\""), 300);
    assert_eq!(once.torn, None);
    assert!(once.common > 5_000 && once.after_retry == 0 && once.only_one > 1_000, "{once:?}");
}

#[test]
fn other_timeouts_change_no_common_message() {
    let knob = |knob: &str| {
        contended(&format!("[protocol]\nretry = {{ uniform = {{ max = \"20ms\" }} }}\n{knob}\n"))
    };
    let base = knob("phase_timeout = \"80ms\"");
    for other in ["phase_timeout = \"40ms\"", "attempt_timeout = \"50ms\"", "phase_timeout = \"500ms\""] {
        share_their_fates(other, &base, &knob(other));
    }
}

#[test]
fn other_protocol_knobs_change_no_common_message() {
    let base = contended(&format!("[protocol]\n{RETRY}"));
    for knob in [
        "give_up = \"first-reject\"",
        "ballots = \"past-seen\"",
        "ballots = \"lab\"",
        "rejection = \"silent\"",
        "local_preemption = true",
        "announce = true",
        "own_messages = \"network\"",
        "max_attempts = 2",
    ] {
        let other = contended(&format!("[protocol]\n{RETRY}{knob}\n"));
        share_their_fates(knob, &base, &other);
    }
}

/// Where times coincide often, the tie rule changes most runs, and no delay and no loss.
#[test]
fn another_tie_rule_changes_no_common_message() {
    let ties = |rule: &str| {
        let text = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
            [protocol]\nretry = { fixed = { delay = \"3ns\" } }\nphase_timeout = \"40ns\"\n\
            [network]\ndelay = { uniform = { min = \"1ns\", max = \"9ns\" } }\nloss = 0.1\n";
        let text = format!("{text}[run]\nties = \"{rule}\"\n");
        Scenario::parse(&text, "ties.toml").unwrap_or_else(|error| panic!("{error}"))
    };
    let compared = compare("ties", &ties("seeded"), &ties("fifo"), 3_000);
    assert_eq!(compared.torn, None);
    assert!(compared.different_runs > 500, "{compared:?}");
    assert!(compared.common > 10_000 && compared.after_retry > 1_000 && compared.lost > 100, "{compared:?}");
}

/// In the sequential transport the error of a lost call takes as long as the message would have taken.
#[test]
fn other_call_timeouts_change_no_common_message() {
    let calls = |limit: &str| {
        contended(&format!(
            "[protocol]\ntransport = \"sequential\"\nretry = {{ uniform = {{ max = \"20ms\" }} }}\n{limit}\n"
        ))
    };
    let base = calls("");
    for other in ["rpc_timeout = \"30ms\"", "rpc_timeout = \"12ms\"", "advance = \"all-replies\""] {
        share_their_fates(other, &base, &calls(other));
    }
}

/// The comparison itself can fail: another delay or another loss is seen at once.
#[test]
fn another_network_has_other_fates() {
    let base = contended(&format!("[protocol]\n{RETRY}"));
    for (path, value) in [("network.delay.exponential.mean", "10.1ms"), ("network.loss", "0.06")] {
        let mut document =
            Document::parse(&contended_text(&format!("[protocol]\n{RETRY}")), "base").expect("TOML");
        document.set(path, value).expect("a path");
        let other = document.scenario().expect("valid");
        let compared = compare(path, &base, &other, 300);
        assert!(compared.torn.is_some(), "{path}: {compared:?}");
    }
}
