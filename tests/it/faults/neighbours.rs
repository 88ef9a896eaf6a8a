//! Proposers that share a node, where an acceptor's yes aborts its own node's lower attempts.

use synod::run::{Plan, Simulator};
use synod::scenario::Scenario;
use synod::trace::{Event, Failure, Recorder};

/// B's own acceptor promises, which ends A's attempt; A's next submission starts at once with a higher ballot and ends B's.
const NEIGHBOURS: &str = r#"
title = "Neighbours"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 1, start = { constant = "1ms" } }]
submit = [{ proposer = "A", at = "0.5ms", value = "C" }]
[protocol]
local_preemption = true
max_attempts = 1
[network]
delay = { constant = "10ms" }
[run]
horizon = "1s"
stop = "answered"
"#;

/// The own acceptor's answer comes before anything else of that instant, so it is counted (`own_messages = "instant"`).
#[test]
fn a_promise_of_the_own_acceptor_counts_whatever_it_leads_to() {
    for transport in ["broadcast", "sequential"] {
        let text = NEIGHBOURS.replace("[protocol]", &format!("[protocol]\ntransport = '{transport}'"));
        let plan = Plan::new(&Scenario::parse(&text, "neighbours").expect("valid")).expect("plans");
        let mut seen = Recorder::default();
        Simulator::new(&plan).run(0, &mut seen);
        let failures: Vec<(u8, u8)> = seen
            .events
            .iter()
            .filter_map(|(_, event)| match *event {
                Event::Failed { proposer, why: Failure::LocallyPreempted, count, .. } => {
                    Some((proposer, count))
                }
                _ => None,
            })
            .collect();
        assert_eq!(failures, [(0, 1), (1, 1)], "{transport}");
    }
}
