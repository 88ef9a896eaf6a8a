//! Why many runs came to no end: they were interrupted, or time stands still in one of them.
//!
//! Absent on purpose: what is done about it, and what is kept.

use crate::check::Outcome;
use crate::trace::StopReason;

/// The runs came to no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// Somebody wished so.
    #[error("interrupted")]
    Interrupted,
    /// There are events without end at one instant of a run: what is asked for cannot be answered.
    #[error(transparent)]
    Standstill(#[from] Standstill),
}

/// A run whose clock stands still ([`StopReason::Standstill`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error(
    "time stands still in the run of seed {seed}: {events} events and no end at {} ms; something that is tried again there \
     takes no time: give `protocol.retry` or `network.delay` a duration above 0, or set `protocol.max_attempts`",
    *.at_ns as f64 / 1e6
)]
pub struct Standstill {
    /// Of which scenario, by its place among those that were run.
    pub cell: usize,
    /// Of which seed.
    pub seed: u64,
    /// The instant, ns.
    pub at_ns: u64,
    /// Events of the run up to then.
    pub events: u32,
}

impl Standstill {
    /// Nothing, if the run's clock went on.
    ///
    /// # Errors
    /// If it stands still.
    #[inline]
    pub fn check(cell: usize, seed: u64, outcome: &Outcome) -> Result<(), Standstill> {
        if outcome.stopped != StopReason::Standstill {
            return Ok(());
        }
        Err(Standstill { cell, seed, at_ns: outcome.ended_at_ns, events: outcome.events })
    }
}
