//! What each fault is equal to, and what is equal to none.

use super::{is_weather, result, run, scenario, story};
use synod::check::Verdict;
use synod::trace::{Event, Loss};

/// Two proposers on nodes 1 and 3 that contend; node 2 is an acceptor alone.
const DUEL: &str = r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3, start = { uniform = { min = "0ms", max = "40ms" } } }]
protocol = { phase_timeout = "60ms", retry = { uniform = { max = "20ms" } } }
[network]
delay = { exponential = { mean = "10ms" } }
loss = 0.05
"#;
/// One proposer and nothing by chance.
const SOLO: &str = r#"
proposer = [{ name = "A", node = 1 }]
protocol = { phase_timeout = "500ms", retry = { fixed = { delay = "10ms" } } }
[network]
delay = { constant = "10ms" }
"#;

/// Runs both with many seeds; the story of each must be the same.
#[track_caller]
fn are_equal(one: &str, other: &str) {
    let (one, other) = (scenario(one), scenario(other));
    for seed in 0..300 {
        let (one, other) = (run(&one, seed), run(&other, seed));
        assert_eq!(story(&one), story(&other), "seed {seed}");
        assert_eq!(result(&one), result(&other), "seed {seed}");
    }
}

/// Whether the two differ in some seed.
fn differ(one: &str, other: &str) -> bool {
    let (one, other) = (scenario(one), scenario(other));
    (0..300).any(|seed| story(&run(&one, seed)) != story(&run(&other, seed)))
}

fn with(base: &str, faults: &[&str]) -> String {
    faults
        .iter()
        .fold(base.to_owned(), |text, fault| format!("{text}[[fault]]\n{}\n", fault.replace(';', "\n")))
}

#[test]
fn what_heals_at_once_never_was() {
    for (begin, end) in [
        ("partition = { groups = [[1], [2], [3]] }", "heal = {}"),
        ("one-way = { from = [1], to = [2, 3] }", "heal = { nodes = [1] }"),
        ("pause = { nodes = [1, 2, 3] }", "resume = { nodes = [1, 2, 3] }"),
        // Nothing runs on node 2, and what it has promised is on its disk.
        ("crash = { nodes = [2] }", "restart = { nodes = [2] }"),
        (
            "slow = { nodes = [1, 3], service = { constant = \"9ms\" } }",
            "slow = { nodes = [1, 3], service = { constant = \"0s\" } }",
        ),
        ("clock-rate = { nodes = [1, 2, 3], rate = 3.0 }", "clock-rate = { nodes = [1, 2, 3], rate = 1.0 }"),
    ] {
        for at in ["0s", "15ms", "40ms"] {
            let (begin, end) = (format!("at = \"{at}\";{begin}"), format!("at = \"{at}\";{end}"));
            are_equal(&with(DUEL, &[&begin, &end]), DUEL);
        }
        // The same a while later is something.
        let (begin, end) = (format!("at = \"3ms\";{begin}"), format!("at = \"90ms\";{end}"));
        assert!(differ(&with(DUEL, &[&begin, &end]), DUEL), "{begin} changes nothing");
    }
}

#[test]
fn what_does_not_concern_anybody_is_nothing() {
    for nothing in [
        "restart = { nodes = [1, 2, 3] }",
        "resume = { nodes = [1, 2, 3] }",
        "heal = {}",
        "partition = { groups = [[1, 2, 3]] }",
        "one-way = { from = [2], to = [2] }",
        "slow = { nodes = [1, 2, 3], service = { constant = \"0s\" } }",
        "clock-rate = { nodes = [1, 2, 3], rate = 1.0 }",
    ] {
        are_equal(&with(DUEL, &[&format!("at = \"7ms\";{nothing}")]), DUEL);
    }
    // After the last answer nothing happens any more.
    let late = with(DUEL, &["at = \"59s\";crash = { nodes = [1, 2, 3] }"]);
    are_equal(&late, DUEL);
}

/// To a node on which nobody proposes: cut off for ever, down for ever, still for ever and unreachable are one.
#[test]
fn a_node_that_is_gone_is_gone_however_it_went() {
    let gone = ["partition = { groups = [[2]] }", "crash = { nodes = [2] }", "pause = { nodes = [2] }"];
    let unreachable = scenario(&with(DUEL, &["at = \"0s\";unreachable = { nodes = [2] }"]));
    for how in gone {
        let gone = scenario(&with(DUEL, &[&format!("at = \"0s\";{how}")]));
        for seed in 0..300 {
            let (one, other) = (run(&gone, seed), run(&unreachable, seed));
            let of = |r: &synod::run::Record| {
                let o = &r.outcome;
                (
                    o.verdict,
                    o.chosen,
                    o.chosen_at_ns,
                    o.attempts,
                    o.messages_sent,
                    o.clients.clone(),
                    r.votes.clone(),
                )
            };
            assert_eq!(of(&one), of(&other), "{how}, seed {seed}");
        }
    }
}

/// A pause holds each message that arrives in it until its end.
#[test]
fn a_pause_is_a_delay_until_its_end() {
    let pause =
        with(SOLO, &["at = \"5ms\";pause = { nodes = [2, 3] }", "at = \"50ms\";resume = { nodes = [2, 3] }"]);
    let late = format!(
        "{SOLO}[[network.link]]\nfrom = 1\nto = 2\ndelay = {{ constant = \"50ms\" }}\nuntil_time = \"1ms\"\n\
         [[network.link]]\nfrom = 1\nto = 3\ndelay = {{ constant = \"50ms\" }}\nuntil_time = \"1ms\"\n"
    );
    let (pause, late) = (run(&scenario(&pause), 0), run(&scenario(&late), 0));
    assert_eq!(result(&pause), result(&late));
    assert_eq!(pause.outcome.chosen_at_ns, Some(70_000_000));
    let waits = pause.events.iter().filter(|(_, event)| matches!(event, Event::Queued { .. })).count();
    assert_eq!(waits, 2);
}

/// Timers that are due during a pause ring at its end, unless what has queued up before them makes them pointless.
#[test]
fn a_timer_is_late_after_a_pause_and_messages_that_came_before_it_count() {
    let base = SOLO.replace("500ms", "30ms");
    let pause = |until: &str| {
        with(
            &base,
            &[
                "at = \"15ms\";pause = { nodes = [1] }",
                &format!("at = \"{until}\";resume = {{ nodes = [1] }}"),
            ],
        )
    };
    // The promises came at 20 ms, the time-out was due at 30 ms: the promises are handled first.
    let record = run(&scenario(&pause("100ms")), 0);
    assert_eq!((record.outcome.timeouts, record.outcome.attempts), (0, 1));
    assert_eq!(record.outcome.chosen_at_ns, Some(110_000_000));
    // With slow links they come at 40 ms, after the time-out.
    let slow = pause("100ms").replace("constant = \"10ms\"", "constant = \"20ms\"").replace("15ms", "25ms");
    let record = run(&scenario(&slow), 0);
    let failed = record.events.iter().find(|(_, event)| matches!(event, Event::Failed { .. }));
    assert_eq!(failed.map(|(at, _)| *at), Some(100_000_000));
}

/// A service time adds to the delay of each message, one after the other.
#[test]
fn a_slow_node_is_a_longer_link_to_it() {
    let slow = with(DUEL, &["at = \"0s\";slow = { nodes = [2], service = { constant = \"0.000001ms\" } }"]);
    assert!(differ(&slow, DUEL), "one nanosecond is something");
    let solo = with(SOLO, &["at = \"0s\";slow = { nodes = [2, 3], service = { constant = \"7ms\" } }"]);
    let link = |to: u8| format!("[[network.link]]\nfrom = 1\nto = {to}\ndelay = {{ constant = \"17ms\" }}\n");
    let (solo, links) =
        (run(&scenario(&solo), 0), run(&scenario(&format!("{SOLO}{}{}", link(2), link(3))), 0));
    assert_eq!(result(&solo), result(&links));
    // Two messages at one instant are served one after the other.
    let two = SOLO
        .replace("[{ name = \"A\", node = 1 }]", "[{ name = \"A\", node = 1 }, { name = \"B\", node = 3 }]");
    let two = run(
        &scenario(&with(&two, &["at = \"0s\";slow = { nodes = [2], service = { constant = \"7ms\" } }"])),
        0,
    );
    let handled = two.events.iter().filter_map(|(at, event)| match event {
        Event::Delivered { message } if message.id.node == 2 && !message.id.reply => Some(*at),
        _ => None,
    });
    assert_eq!(handled.take(2).collect::<Vec<_>>(), [17_000_000, 24_000_000]);
}

/// Clocks that all run twice as fast: every time-out and every retry is halved.
#[test]
fn fast_clocks_are_shorter_time_outs() {
    let fast = with(DUEL, &["at = \"0s\";clock-rate = { nodes = [1, 2, 3], rate = 2.0 }"]);
    are_equal(&fast, &DUEL.replace("60ms", "30ms").replace("20ms", "10ms"));
    // Fixed, for a drawn delay is rounded before it is stretched.
    let fixed = DUEL.replace("{ uniform = { max = \"20ms\" } }", "{ fixed = { delay = \"21ms\" } }");
    let slow = with(&fixed, &["at = \"0s\";clock-rate = { nodes = [1, 2, 3], rate = 0.5 }"]);
    are_equal(&slow, &fixed.replace("60ms", "120ms").replace("21ms", "42ms"));
}

/// A crash ends the attempt; without a retry its client hears nothing, with one it asks again after the restart.
#[test]
fn a_client_of_a_crashed_node_hears_nothing_unless_it_asks_again() {
    let crash = ["at = \"15ms\";crash = { nodes = [1] }", "at = \"100ms\";restart = { nodes = [1] }"];
    let retries = run(&scenario(&with(SOLO, &crash)), 0);
    assert_eq!((retries.outcome.verdict, retries.outcome.attempts), (Verdict::Decided, 2));
    // Restart, the policy's 10 ms, and two round trips and a half.
    assert_eq!(retries.outcome.chosen_at_ns, Some(140_000_000));
    assert_eq!(retries.outcome.clients[0].counter, 2, "the round is durable");
    let patient =
        run(&scenario(&with(&SOLO.replace("{ fixed = { delay = \"10ms\" } }", "\"none\""), &crash)), 0);
    assert_eq!((patient.outcome.verdict, patient.outcome.attempts), (Verdict::Blocked, 1));
    assert!(patient.outcome.clients[0].answer.is_none());
    let twice = SOLO.replace("retry =", "max_attempts = 1, retry =");
    assert!(run(&scenario(&with(&twice, &crash)), 0).outcome.clients[0].answer.is_none());
    // A submission to a node that is down.
    let down = ["at = \"0s\";crash = { nodes = [1] }", "at = \"100ms\";restart = { nodes = [1] }"];
    assert_eq!(run(&scenario(&with(SOLO, &down)), 0).outcome.chosen_at_ns, Some(140_000_000));
}

/// A sequential caller has an error from a node that is down, and hangs in a cut until a time-out.
#[test]
fn a_blocking_call_fails_at_a_node_that_is_down_and_hangs_in_a_cut() {
    let lab = SOLO.replace(
        "phase_timeout = \"500ms\", retry = { fixed = { delay = \"10ms\" } }",
        "transport = \"sequential\"",
    );
    let down = run(&scenario(&with(&lab, &["at = \"0s\";crash = { nodes = [2] }"])), 0);
    let fails = |record: &synod::run::Record| {
        let failed = |(at, event): &(u64, Event)| matches!(event, Event::CallFailed { .. }).then_some(*at);
        record.events.iter().filter_map(failed).collect::<Vec<_>>()
    };
    assert_eq!((fails(&down), down.outcome.verdict), (vec![10_000_000, 40_000_000], Verdict::Decided));
    let cut = with(&lab, &["at = \"0s\";partition = { groups = [[2]] }"]);
    assert_eq!(run(&scenario(&cut), 0).outcome.verdict, Verdict::Blocked);
    let timed = cut.replace("\"sequential\"", "\"sequential\", rpc_timeout = \"35ms\"");
    assert_eq!(fails(&run(&scenario(&timed), 0)), [35_000_000, 90_000_000]);
}

/// The same with reads: refused by a node that is down, answered late by one that stands still; a learner forgets.
#[test]
fn reads_of_nodes_in_trouble() {
    let reads = r#"
[[read]]
node = 2
at = "60ms"
[[read]]
node = 2
at = "200ms"
returns = "learned"
[run]
stop = "quiescent"
"#;
    let announce = SOLO.replace("phase_timeout", "announce = true, phase_timeout");
    let told = |faults: &[&str]| {
        let record = run(&scenario(&with(&format!("{announce}{reads}"), faults)), 0);
        let read = |(at, event): &(u64, Event)| match event {
            Event::Read { value, .. } => Some((*at / 1_000_000, value.is_some())),
            Event::ReadFailed { .. } => Some((*at / 1_000_000, false)),
            _ => None,
        };
        (record.events.iter().filter_map(read).collect::<Vec<_>>(), record.outcome.hazards)
    };
    assert_eq!(told(&[]), (vec![(60, true), (200, true)], [0, 0, 0]));
    let pause = ["at = \"55ms\";pause = { nodes = [2] }", "at = \"90ms\";resume = { nodes = [2] }"];
    assert_eq!(told(&pause), (vec![(90, true), (200, true)], [0, 0, 0]));
    let crash = ["at = \"55ms\";crash = { nodes = [2] }", "at = \"90ms\";restart = { nodes = [2] }"];
    // The vote is on disk; what the learner knew is not: a stale read.
    assert_eq!(told(&crash), (vec![(60, false), (200, false)], [0, 0, 1]));
}

/// What was under way when its sender crashed arrives; what reaches a node that is down does not.
#[test]
fn a_crash_takes_back_nothing_that_was_sent() {
    let crash = run(&scenario(&with(SOLO, &["at = \"5ms\";crash = { nodes = [1] }"])), 0);
    let count = |wanted: fn(&Event) -> bool| crash.events.iter().filter(|(_, event)| wanted(event)).count();
    assert_eq!(count(|event| matches!(event, Event::Promised { node: 2 | 3, .. })), 2);
    assert_eq!(count(|event| matches!(event, Event::Dropped { why: Loss::Down, .. })), 2);
    assert_eq!(count(|event| matches!(event, Event::Aborted { attempt: 1, .. })), 1);
    assert_eq!(count(is_weather), 1);
    assert_eq!(crash.outcome.messages_lost, 2);
}

/// The time-outs of a phase and of its attempt that come due in one pause queue up, each in its turn: a message that came
/// before them is handled first, then the one that still means something ends the attempt, and time never goes back.
#[test]
fn every_timeout_that_comes_due_in_a_pause_is_late() {
    let text = SOLO.replace("\"500ms\"", "\"40ms\", attempt_timeout = \"50ms\"");
    let pause = ["at = \"15ms\";pause = { nodes = [1] }", "at = \"100ms\";resume = { nodes = [1] }"];
    let record = run(&scenario(&with(&text, &pause)), 0);
    assert!(record.events.is_sorted_by_key(|(at, _)| *at), "time goes back: {:?}", record.events);
    let failed = record.events.iter().find(|(_, event)| matches!(event, Event::Failed { .. }));
    assert!(matches!(failed, Some((100_000_000, Event::Failed { phase: 2, .. }))), "{failed:?}");
}

/// What a slow node was working on when it crashed is done no more: it keeps no run going.
#[test]
fn a_crash_ends_a_slow_nodes_work() {
    let slow = "at = \"0ms\";slow = { nodes = [2, 3], service = { constant = \"1s\" } }";
    let crash = "at = \"15ms\";crash = { nodes = [1, 2, 3] }";
    let record = run(&scenario(&with(&SOLO.replace("retry", "max_attempts = 1, retry"), &[slow, crash])), 0);
    assert_eq!((record.outcome.verdict, record.outcome.ended_at_ns), (Verdict::Blocked, 15_000_000));
}
