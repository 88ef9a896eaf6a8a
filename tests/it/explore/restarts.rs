//! Nodes that crash and come back at once.

use synod::check::Invariant;
use synod::run::Bounds;

use super::{ONCE, TWICE, is_found, protocol, visit};

const ONE: Bounds = Bounds { restarts: 1, ..ONCE };

/// What was promised and voted is on the disk: a restart ends an attempt, as a time-out does.
#[test]
fn a_restart_changes_no_verdict() {
    let lab = protocol("ballots = \"lab\"");
    let (without, with) = (visit(&lab, &ONCE), visit(&lab, &ONE));
    assert!(with.complete && with.violation.is_none() && with.states > without.states, "{with:?}");
    assert!(with.coverage.wider.iter().any(|it| it.contains("restarts of any node")), "{:?}", with.coverage);
    // A's attempt may be its last, and B's too: then nothing may be chosen any more.
    assert!(with.stuck > Some(0), "{with:?}");
}

#[test]
fn what_is_not_on_the_disk_is_missed() {
    for (mutant, invariant) in [
        ("forgets-promise-on-restart", Invariant::PromisesKept),
        ("forgets-everything-on-restart", Invariant::PromisesKept),
        ("forgets-vote-on-restart", Invariant::ProposalSafety),
    ] {
        is_found(mutant, &ONE, invariant);
    }
    is_found("forgets-round-on-restart", &Bounds { restarts: 1, ..TWICE }, Invariant::BallotBegunOnce);
}
