//! A field of the canonical state that decides: without it a run that goes on to something new would be proved to go round
//! for ever.
//!
//! Absent on purpose: fields whose want the closed forms and brute force notice.

use synod::check::{Outcome, Verdict};
use synod::scenario::Scenario;
use synod::trace::StopReason;

use super::brute_force::{bears_out, unproved};
use super::prove;

/// The run with proofs comes to what the run without them comes to, and a proof that it stops at is borne out.
#[track_caller]
fn sound(text: &str) -> (Scenario, Outcome) {
    let s = Scenario::parse(text, "field.toml").unwrap_or_else(|error| panic!("{error}"));
    let (o, proof) = prove(&s, 0);
    match proof {
        Some(proof) => bears_out(&s, 0, &o, &proof),
        None => assert_eq!(o, unproved(&s, 0, s.run.max_events).0),
    }
    (s, o)
}

/// What a proposer bids above. C's rounds are far up, and its value is never chosen, for its accepts are lost; A's are far
/// down, and it hears of no refusal. In each 40 ms either begins one attempt, and B, which its own acceptor refuses at
/// once, two. So of all that the acceptors show nothing ever changes but by a shift of rounds, and B comes closer by one
/// each time, until it passes C after some 400 times and its value is chosen.
#[test]
fn a_proposer_that_catches_up_is_in_no_livelock() {
    let (_, o) = sound(
        r#"
        proposer = [
          { name = "A", node = 0, start = { constant = "0.3ms" } },
          { name = "B", node = 1, start = { constant = "0.7ms" } },
          { name = "C", node = 3, initial_round = 400 },
        ]
        [protocol]
        ballots = "lab"
        give_up = "first-reject"
        retry = { fixed = { delay = "20ms" } }
        attempt_timeout = "20ms"
        [network]
        delay = { constant = "1ms" }
        link = [
          { from = 1, to = 0, kind = "reject", loss = 1.0 },
          { from = 2, to = 0, kind = "reject", loss = 1.0 },
          { from = 3, to = 0, kind = "reject", loss = 1.0 },
          { from = 3, to = 1, kind = "accept", loss = 1.0 },
          { from = 3, to = 2, kind = "accept", loss = 1.0 },
        ]
        [run]
        stop = "chosen"
        ties = "fifo"
        "#,
    );
    assert_eq!((o.verdict, o.stopped, o.winner), (Verdict::Decided, StopReason::Chosen, Some(1)), "{o:?}");
    assert!(o.chosen_at_ns.is_some_and(|at| at > 10_000_000_000), "{o:?}");
}
