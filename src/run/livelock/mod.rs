//! Runs that go round for ever: found while they run, proved by a state that recurs, and checked from a certificate.
//!
//! ```text
//!   failures of attempts ──▶ hunt: looks alike? ──▶ examine: replays one period ──▶ Certificate
//!                                                    scene, canon: the state, up to renaming
//!                                                    ties: would another order change it?
//! ```
//!
//! `hunt` only guesses; its guess may be wrong. What proves is `examine`: from a state of the run it plays one period
//! again, refuses it if a random draw had an influence, and compares the canonical states before and after. What
//! happens next is a function of the canonical state, so what happened once happens for ever. Absent on purpose: any
//! claim about runs with random delays or random retries, which leave every duel with probability one.

mod canon;
#[cfg(test)]
mod canon_tests;
mod examine;
mod hunt;
mod rounds;
mod scene;
mod ties;

pub use examine::{Certificate, Refusal, verify};
pub(super) use hunt::Hunt;

use crate::paxos::{Mutant, Transport};
use crate::trace::Kind;

use super::plan::Plan;

/// Whether a cycle is conceivable: attempts without an end, none of which need draw anything.
///
/// Mutants are left out, for what the canonical state takes for granted (promises never fall) may not hold there.
pub(super) fn may_cycle(plan: &Plan) -> bool {
    if plan.rules.mutant != Mutant::None || plan.split.is_some() || plan.max_attempts != u32::MAX {
        return false;
    }
    if plan.scripted {
        return rounds::may_recur(plan);
    }
    !plan.is_special
        && plan.retry.is_endless_and_certain()
        && plan.proposers.iter().any(|proposer| may_attempt_without_draw(plan, proposer.node))
}

/// A broadcast prepare goes to every peer; a sequential one perhaps only to the first.
fn may_attempt_without_draw(plan: &Plan, from: u8) -> bool {
    let mut peers = (1..=plan.rules.nodes)
        .filter(|&to| to != from || !plan.own_instant)
        .map(|to| plan.routes.fate::<false>(Kind::Prepare, from, to).is_certain());
    match plan.rules.transport {
        Transport::Broadcast => peers.all(|certain| certain),
        Transport::Sequential => plan.rules.nodes == 1 || peers.any(|certain| certain),
    }
}
