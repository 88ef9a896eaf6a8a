//! Exhaustive exploration: counts that can be made by hand, the same answers with and without reduction, bugs that are
//! found, and schedules that replay.
//!
//! `SYNOD_RUNS=1000000 cargo test --release --test it explore::` also visits the nine million states of the default ballots.

mod coverage;
mod from;
mod graph;
mod kept;
mod moves;
mod outlook;
mod packed;
mod question;
mod reductions;
mod restarts;

use crate::support::env;
use synod::check::Invariant;
use synod::run::{Bounds, Exploration, ExploreError, Record, explore};
use synod::scenario::Scenario;

const ONCE: Bounds = Bounds { most_states: 20_000_000, most_bytes: 8_000_000_000, ..Bounds::ONCE };
const TWICE: Bounds = Bounds { attempts: 2, ..ONCE };
const FULL: Bounds = Bounds { full: true, ..ONCE };

const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";

fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, "x.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn visit(text: &str, bounds: &Bounds) -> Exploration {
    explore(&scenario(text), bounds, &mut |_| true).unwrap_or_else(|error| panic!("{error}"))
}

fn protocol(keys: &str) -> String {
    format!("{TWO}[protocol]\n{keys}\n")
}

#[track_caller]
fn is_safe(found: &Exploration, states: u64) {
    assert_eq!(found.violation, None);
    assert!(found.complete);
    assert_eq!(found.states, states);
}

/// One proposer on one node passes through six states: nothing; prepare, promise, accept, accepted under way; learned.
#[test]
fn a_single_node_has_the_six_states_that_can_be_counted_by_hand() {
    let alone = "[cluster]\nnodes = 1\n[[proposer]]\nname = \"A\"\nnode = 1\n";
    for bounds in [ONCE, FULL] {
        let found = visit(alone, &bounds);
        is_safe(&found, 6);
        assert_eq!((found.transitions, found.depth, found.chosen[0], found.stuck), (5, 5, 2, Some(0)));
    }
}

/// Two nodes and a quorum of both. Each request is under way, its answer is, or it was heard: 3² states less the one
/// in which all was heard, which is where the next phase begins; twice, and nothing and the end beside them.
#[test]
fn two_nodes_have_the_eighteen_states_that_can_be_counted_by_hand() {
    let alone = "[cluster]\nnodes = 2\n[[proposer]]\nname = \"A\"\nnode = 1\n";
    let found = visit(alone, &FULL);
    is_safe(&found, 1 + 8 + 8 + 1);
    // Where answers of a quorum are heard together: 2² states a phase.
    is_safe(&visit(alone, &ONCE), 1 + 4 + 4 + 1);
}

#[test]
fn every_order_of_two_attempts_each_is_safe() {
    let lab = protocol("ballots = \"lab\"");
    let found = visit(&lab, &TWICE);
    is_safe(&found, 800_399);
    assert!(found.chosen.iter().all(|&states| states > 0), "{found:?}");
    // Acceptors that say nothing when they refuse, proposers that give up at once, a higher ballot that aborts.
    for keys in ["rejection = \"silent\"", "give_up = \"first-reject\"", "local_preemption = true"] {
        let found = visit(&protocol(&format!("ballots = \"lab\"\n{keys}")), &ONCE);
        assert!(found.complete && found.violation.is_none() && found.states > 1_000, "{keys}: {found:?}");
    }
}

#[test]
fn the_default_ballots_are_safe_too() {
    let (bounds, states) = if env::runs(0) >= 1_000_000 { (TWICE, 8_988_200) } else { (ONCE, 15_215) };
    is_safe(&visit(TWO, &bounds), states);
}

#[test]
fn what_is_left_out_makes_no_difference() {
    for keys in ["ballots = \"lab\"", "ballots = \"lab\"\ngive_up = \"first-reject\""] {
        let text = protocol(keys);
        let (less, all) = (visit(&text, &ONCE), visit(&text, &FULL));
        assert!(less.states * 10 < all.states, "{} of {}", less.states, all.states);
        assert!(less.complete && all.complete, "{keys}");
        assert_eq!((less.violation, all.violation), (None, None), "{keys}");
        let won = |chosen: &[u64]| chosen.iter().map(|&n| n > 0).collect::<Vec<_>>();
        assert_eq!(
            (won(&less.chosen), less.stuck > Some(0)),
            (won(&all.chosen), all.stuck > Some(0)),
            "{keys}"
        );
    }
    // Nor does it hide a bug: the same invariant breaks, after as many deliveries.
    let text = protocol("mutant = \"ignores-votes\"");
    let found = |bounds: &Bounds| visit(&text, bounds).violation.map(|it| (it.invariant, it.steps));
    assert_eq!(found(&ONCE), found(&FULL));
}

#[test]
fn a_blocking_caller_is_explored_with_its_failing_calls() {
    let lab =
        "transport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"
rpc_timeout = \"1s\"";
    let found = visit(&protocol(lab), &ONCE);
    assert!(found.complete && found.violation.is_none(), "{found:?}");
    assert!(found.stuck > Some(0), "calls that fail can leave everyone without a majority");
    // Where nothing is lost and nobody waits for a time, no call fails.
    let found = visit(&protocol(lab.replace("\nrpc_timeout = \"1s\"", "").as_str()), &ONCE);
    assert!(found.complete && found.violation.is_none() && found.stuck == Some(0), "{found:?}");
}

/// A bug is found, and its schedule shows it again under the checker of every other run.
fn is_found(mutant: &str, bounds: &Bounds, invariant: Invariant) {
    let text = protocol(&format!("mutant = \"{mutant}\""));
    let found = visit(&text, bounds);
    let it = found.violation.unwrap_or_else(|| panic!("{mutant} is not found in {} states", found.states));
    assert_eq!(it.invariant, invariant, "{mutant}: {}", it.evidence);
    let record = Record::of(&it.scenario, 0).unwrap_or_else(|error| panic!("{mutant}: {error}"));
    assert!(record.outcome.violated.contains(invariant), "{mutant}: {}", it.schedule);
    // The same schedule is harmless without the bug, or cannot even happen.
    let mut correct = it.scenario.clone();
    correct.protocol.mutant = scenario(TWO).protocol.mutant;
    assert!(
        Record::of(&correct, 0).is_ok_and(|record| record.outcome.violated.is_empty())
            || Record::of(&correct, 0).is_err()
    );
}

#[test]
fn a_dozen_bugs_that_need_no_fault_are_found() {
    use Invariant::*;
    for (mutant, invariant) in [
        ("accept-ignores-promise", PromisesKept),
        ("accept-compares-with-vote", PromisesKept),
        ("accept-does-not-raise-promise", PromisesKept),
        ("accepted-without-storing", LearnedImpliesChosen),
        ("ballots-without-node", BallotBegunOnce),
        ("promise-reports-promised", ProposalSafety),
        ("ignores-votes", ProposalSafety),
        ("takes-lowest-vote", ProposalSafety),
        ("keeps-first-value", ProposalSafety),
        ("skips-phase-one-on-retry", ProposalSafety),
        ("majority-is-half", LearnedImpliesChosen),
    ] {
        is_found(mutant, &TWICE, invariant);
    }
    is_found("counts-duplicate-promises", &Bounds { duplicates: true, ..TWICE }, ProposalSafety);
}

#[test]
fn one_invariant_can_be_looked_for_alone() {
    let bounds = Bounds { until: Some(Invariant::Agreement), ..ONCE };
    is_found("accept-ignores-promise", &bounds, Invariant::Agreement);
    is_found("majority-is-half", &bounds, Invariant::Agreement);
    assert_eq!(visit(TWO, &bounds).violation, None);
}

#[test]
fn quorums_that_need_not_meet_choose_two_values() {
    let apart =
        format!("{TWO}[cluster]\nunsafe = true\nquorum = {{ sizes = {{ prepare = 1, accept = 2 }} }}\n");
    let bounds = Bounds { until: Some(Invariant::Agreement), ..TWICE };
    let found = visit(&apart, &bounds).violation.expect("a violation");
    assert!(Record::of(&found.scenario, 0).expect("it runs").outcome.violated.contains(Invariant::Agreement));
    // Sizes that meet are safe, with phase 2 on one node and phase 1 on all.
    let flexible = format!("{TWO}[cluster]\nquorum = {{ sizes = {{ prepare = 3, accept = 1 }} }}\n");
    let found = visit(&flexible, &ONCE);
    assert!(found.complete && found.violation.is_none(), "{found:?}");
}

#[test]
fn a_search_says_where_it_ended_and_can_be_stopped() {
    let found = visit(TWO, &Bounds { most_states: 1_000, packed: false, ..TWICE });
    assert!(!found.complete && (1_000..2_000).contains(&found.states), "{found:?}");
    let found = explore(&scenario(TWO), &TWICE, &mut |_| false).expect("it can be explored");
    assert!(!found.complete && found.states < 100, "{found:?}");
}

#[test]
fn what_a_state_does_not_hold_is_refused() {
    for (more, why) in [
        ("[script]\nschedule = \"start A\"\n", "[script]"),
        ("[[submit]]\nproposer = \"A\"\nvalue = \"x\"\nat = \"1s\"\n", "[[submit]]"),
    ] {
        let found = explore(&scenario(&format!("{TWO}{more}")), &ONCE, &mut |_| true);
        assert!(
            matches!(&found, Err(ExploreError::Outside { why: text, .. }) if text.contains(why)),
            "{found:?}"
        );
    }
}
