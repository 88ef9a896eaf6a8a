//! Why many runs came to no end: they were interrupted, or time stands still in one of them.

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

impl Stopped {
    /// Whether the work is whole; if it was interrupted, its beginning counts.
    ///
    /// # Errors
    /// Where time stands still in a run.
    pub fn or_partial(ended: Result<(), Stopped>) -> Result<bool, Standstill> {
        match ended {
            Ok(()) => Ok(true),
            Err(Stopped::Interrupted) => Ok(false),
            Err(Stopped::Standstill(found)) => Err(found),
        }
    }
}

/// Why a task failed, where it may also have been interrupted.
pub trait Interruptible: From<Stopped> + Send {
    /// Whether somebody wished so.
    fn is_interruption(&self) -> bool;
}

impl Interruptible for Stopped {
    fn is_interruption(&self) -> bool {
        *self == Stopped::Interrupted
    }
}

/// A run whose clock stands still ([`StopReason::Standstill`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
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
