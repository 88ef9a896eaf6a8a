//! Exact probabilities: against fractions worked out by hand, against the figures of another solver, against simulations; and
//! what is refused.
//!
//! `SYNOD_RUNS=1000000 cargo test --release --test it exact::` takes more runs for the comparison with simulations.

mod configurations;
mod constant;
mod coupled;
mod files;
mod known;
mod refused;
mod simulated;

use synod::run::{Exact, Limits, NotExact, exact};
use synod::scenario::Scenario;

/// Far enough for every scenario here.
fn limits() -> Limits {
    Limits { states: 100_000, cut: 1e-5, gap: None, by: Vec::new(), answers: true }
}

fn find(scenario: &Scenario) -> Result<Exact, NotExact> {
    exact(scenario, &limits(), &mut |_| true)
}

#[track_caller]
fn known_of(scenario: &Scenario) -> Exact {
    find(scenario).unwrap_or_else(|error| panic!("{error}"))
}
