//! The engine against the reference simulator, run by run: fed with the same draws, they must agree to the last
//! message, on scenarios in which every knob is turned at random.
//!
//! `SYNOD_RUNS` scales the number of runs (30,000 unless it is set).

mod draws;
mod weather;
mod wide;

use crate::reference;
use crate::reference::anything::{Points, anything};
use crate::reference::{Reply, measure::runs, simulate};
use draws::Addressed;
use synod::check::{Outcome, Verdict};
use synod::paxos::Node;
use synod::run::{Plan, Simulator};
use synod::scenario::Duration;
use synod::scenario::model::*;
use synod::trace::{Answer, Blind};

/// What both simulators say of a run, in one form.
fn of_engine(outcome: &Outcome, nodes: &[Node]) -> String {
    let clients: Vec<String> = outcome
        .clients
        .iter()
        .map(|c| match c.answer {
            None => "none".to_owned(),
            Some(Answer::Succeeded { value }) => {
                format!("value {value} at {} counter {}", c.at_ns, c.counter)
            }
            Some(Answer::Failed { phase, count }) => {
                format!("failed {phase}/{count} at {} counter {}", c.at_ns, c.counter)
            }
        })
        .collect();
    let acceptors: Vec<_> = nodes
        .iter()
        .map(|n| {
            let ballot = |b: synod::paxos::Ballot| (b.round(), b.node());
            let vote = n.acceptor.vote;
            (ballot(n.acceptor.promised), ballot(vote.ballot), vote.value().map(|v| usize::from(v.0)))
        })
        .collect();
    format!(
        "{:?} {:?} winner {:?} chosen {:?} at {:?} end {} preemptions {} duel {} timeouts {} attempts {} sent {} lost {} events {} reads {}/{} misled {} clients {clients:?} acceptors {acceptors:?}",
        outcome.verdict,
        outcome.stopped,
        outcome.winner.map(usize::from),
        outcome.chosen.map(usize::from),
        outcome.chosen_at_ns,
        outcome.ended_at_ns,
        outcome.preemptions,
        outcome.duel,
        outcome.timeouts,
        outcome.attempts,
        outcome.messages_sent,
        outcome.messages_lost,
        outcome.events,
        outcome.hazards[0],
        outcome.hazards[2],
        outcome.hazards[1]
    )
}

fn of_reference(o: &reference::Outcome) -> String {
    let clients: Vec<String> = (0..)
        .zip(&o.clients)
        .map(|(i, c)| {
            let at = c.at_ns.unwrap_or(0);
            match c.reply {
                Reply::None => "none".to_owned(),
                Reply::Own => format!("value {i} at {at} counter {}", c.counter),
                Reply::Other(value) => format!("value {value} at {at} counter {}", c.counter),
                Reply::Failed { phase, count } => {
                    format!("failed {phase}/{count} at {at} counter {}", c.counter)
                }
            }
        })
        .collect();
    let acceptors: Vec<_> = o
        .acceptors
        .iter()
        .map(|a| {
            let ballot = |b: Option<reference::Ballot>| b.map_or((0, 0), |b| (b.round, b.id));
            (ballot(a.promised), ballot(a.accepted.map(|(b, _)| b)), a.accepted.map(|(_, v)| v))
        })
        .collect();
    let verdict = match o.verdict {
        reference::Verdict::Decided => Verdict::Decided,
        reference::Verdict::Starved => Verdict::Starved,
        reference::Verdict::Unfinished => Verdict::Unfinished,
        reference::Verdict::Undecided => Verdict::Undecided,
        reference::Verdict::Blocked => Verdict::Blocked,
        reference::Verdict::GaveUp => Verdict::GaveUp,
    };
    format!(
        "{verdict:?} {:?} winner {:?} chosen {:?} at {:?} end {} preemptions {} duel {} timeouts {} attempts {} sent {} lost {} events {} reads {}/{} misled {} clients {clients:?} acceptors {acceptors:?}",
        o.stopped,
        o.winner,
        o.chosen,
        o.chosen_at_ns,
        o.ended_at_ns,
        o.preemptions,
        o.duel,
        o.timeouts,
        o.attempts,
        o.messages_sent,
        o.messages_lost,
        o.events,
        o.unchosen_reads,
        o.stale_reads,
        o.failed_but_chosen
    )
}

/// What both say of a run, and what the reference has seen of the rarer things.
fn both(scenario: &Scenario, seed: u64) -> (String, String, reference::Seen) {
    let plan = Plan::new(scenario).expect("plans");
    let mut simulator = Simulator::new(&plan);
    let outcome = simulator.run(seed, &mut Blind).clone();
    let engine = of_engine(&outcome, simulator.nodes());
    let may_break = scenario.cluster.unsafe_ || scenario.protocol.handlers != Handlers::Atomic;
    let is_sound = outcome.violated.is_empty() || may_break;
    assert!(is_sound, "seed {seed} of {}", serde_json::to_string(scenario).expect("a scenario"));
    let outcome = simulate(scenario, &mut Addressed::new(scenario, seed));
    (engine, of_reference(&outcome), outcome.seen)
}

/// The words in which they differ, each behind the word before it.
fn differences(engine: &str, reference: &str) -> String {
    let (engine, reference): (Vec<_>, Vec<_>) = (engine.split(' ').collect(), reference.split(' ').collect());
    let pairs = engine.iter().zip(&reference).enumerate().filter(|(_, (e, r))| e != r);
    let behind = |i: usize| if i == 0 { "verdict" } else { engine[i - 1] };
    let told: Vec<_> = pairs.map(|(i, (e, r))| format!("{} {e} | {r}", behind(i))).collect();
    told.join(", ")
}

/// Runs a seed in both, which must agree; what the reference has seen.
#[track_caller]
fn agree(scenario: &Scenario, seed: u64) -> reference::Seen {
    let (engine, reference, seen) = both(scenario, seed);
    if engine != reference {
        let scenario = serde_json::to_string(scenario).expect("a scenario");
        let differ = differences(&engine, &reference);
        panic!(
            "seed {seed}: they differ (engine | reference) in {differ}\n   engine: {engine}\nreference: {reference}\nof {scenario}"
        );
    }
    seen
}

#[test]
fn all_knobs_at_random() {
    let mut points = Points(7);
    for seed in 0..runs(1.0) {
        let mut scenario = anything(&mut points);
        scenario.run.livelock = Livelock::Off;
        agree(&scenario, seed);
    }
}

/// The shipped scenarios, many seeds each.
#[test]
fn shipped_scenarios() {
    for shipped in synod::scenario::shipped::ALL {
        let mut scenario = Scenario::parse(shipped.text, shipped.name).expect("valid");
        // The reference knows no scripts.
        if scenario.script.is_some() {
            continue;
        }
        scenario.run.livelock = Livelock::Off;
        if reference::unsupported(&scenario).is_some() {
            continue;
        }
        // A livelock goes on to the horizon: a few such runs are as good as many short ones.
        scenario.run.horizon = Duration::from_ns(scenario.run.horizon.ns().min(60_000_000_000));
        let (mut seed, mut events) = (0, 0);
        while seed < runs(0.03) && events < runs(2.0) {
            events += u64::from(agree(&scenario, seed).events);
            seed += 1;
        }
    }
}
