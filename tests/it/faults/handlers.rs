//! Handlers in two steps: what a gap between check and set does, on every way that a request can come.

use synod::check::Invariant;
use synod::scenario::{Handlers, Scenario, shipped};
use synod::trace::{Event, Kind, NodeId};

use super::{run, scenario};

const MS: u64 = 1_000_000;

/// A at node 1 alone; a message takes 1 ms, a handler 10 ms between its steps.
fn unlocked(more: &str) -> Scenario {
    scenario(&format!(
        "{more}\n[[proposer]]\nname = 'A'\nnode = 1\n[network]\ndelay = {{ constant = '1ms' }}\n"
    ))
}

const SPLIT: &str = "[protocol]\nhandlers = { split = { gap = '10ms' } }";

/// When each node's promise and vote changed, ms.
fn changes(scenario: &Scenario, node: NodeId) -> [Vec<u64>; 2] {
    let mut changes = [Vec::new(), Vec::new()];
    for (at, event) in run(scenario, 1).events {
        match event {
            Event::Promised { node: of, .. } if of == node => changes[0].push(at / MS),
            Event::Voted { node: of, .. } if of == node => changes[1].push(at / MS),
            _ => {}
        }
    }
    changes
}

/// An own request is a direct call: it takes the gap alone. A peer's takes its way there first, and phase 2 begins when
/// the quorum's second answer, a peer's, is back: 1 + 10 + 1 ms.
#[test]
fn every_request_waits_between_check_and_set() {
    for transport in ["broadcast", "sequential"] {
        let s = unlocked(&format!("{SPLIT}\ntransport = '{transport}'"));
        let sequential = u64::from(transport == "sequential");
        let own = 10 * sequential;
        assert_eq!(changes(&s, 1), [vec![10], vec![22 + own]], "{transport}: a direct call");
        assert_eq!(changes(&s, 2), [vec![11 + own], vec![23 + 2 * own]], "{transport}: over the network");
    }
    let atomic = unlocked("");
    assert_eq!((changes(&atomic, 1), changes(&atomic, 2)), ([vec![0], vec![2]], [vec![1], vec![3]]));
}

/// What an acceptor says is what it has just set.
#[test]
fn an_answer_is_sent_with_its_set_and_never_before() {
    let mut s = Scenario::parse(shipped::find("lab2-unlocked").expect("shipped").text, "lab2-unlocked")
        .expect("reads");
    s.protocol.own_messages = synod::scenario::OwnMessages::Network;
    for seed in 0..200 {
        let mut set = Vec::new();
        for (at, event) in run(&s, seed).events {
            match event {
                Event::Promised { node, ballot } | Event::Voted { node, ballot, .. } => {
                    set.push((at, node, ballot));
                }
                Event::Sent { message, .. } if matches!(message.kind, Kind::Promise | Kind::Accepted) => {
                    assert!(set.contains(&(at, message.id.node, message.ballot)), "seed {seed}, {at} ns");
                }
                _ => {}
            }
        }
    }
}

/// A thread that held on to what it had checked chooses a second value; a lock around the handler is enough.
#[test]
fn two_values_are_chosen_without_a_lock_and_one_with_it() {
    let text = shipped::find("lab2-unlocked").expect("shipped").text;
    let mut s = Scenario::parse(text, "lab2-unlocked").expect("reads");
    let twice = |s: &Scenario| {
        (0..2_000).filter(|&seed| run(s, seed).outcome.violated.contains(Invariant::Agreement)).count()
    };
    assert_eq!(twice(&s), 38);
    s.protocol.handlers = Handlers::Atomic;
    assert_eq!(twice(&s), 0);
}

#[test]
fn a_crash_ends_a_handler_though_the_node_is_up_again_before_its_set() {
    let s = unlocked(&format!(
        "{SPLIT}\n[[fault]]\nat = '5ms'\ncrash = {{ nodes = [2] }}\n[[fault]]\nat = '6ms'\nrestart = {{ nodes = [2] }}"
    ));
    let [promises, votes] = changes(&s, 2);
    assert_eq!((promises, votes.len()), (vec![23], 1), "it promises with its vote, in phase 2");
}

#[test]
fn a_handler_that_stands_still_goes_on_when_its_node_does() {
    let s = unlocked(&format!(
        "{SPLIT}\n[[fault]]\nat = '5ms'\npause = {{ nodes = [2] }}\n[[fault]]\nat = '40ms'\nresume = {{ nodes = [2] }}\n[run]\nstop = 'quiescent'"
    ));
    assert_eq!(changes(&s, 2)[0][0], 40);
}
