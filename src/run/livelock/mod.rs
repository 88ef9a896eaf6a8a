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

mod branch;
mod canon;
#[cfg(test)]
mod canon_tests;
mod certificate;
mod examine;
mod hunt;
mod rounds;
mod scene;
mod ties;

pub use certificate::{Certificate, Refusal};
pub use examine::verify;
pub(super) use hunt::Hunt;
