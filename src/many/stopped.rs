//! Why many runs came to no end: they were interrupted, or one of them cannot be answered: time stands still in it, or a user's
//! node has failed.

use crate::check::Outcome;
use crate::own::Trouble;
use crate::trace::StopReason;

/// The runs came to no end.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Stopped {
    /// Somebody wished so.
    #[error("interrupted")]
    Interrupted,
    /// A run says nothing: what is asked for cannot be answered.
    #[error(transparent)]
    BadRun(#[from] BadRun),
}

impl Stopped {
    /// Whether the work is whole; if it was interrupted, its beginning counts.
    ///
    /// # Errors
    /// Where a run says nothing.
    pub fn or_partial(ended: Result<(), Stopped>) -> Result<bool, BadRun> {
        match ended {
            Ok(()) => Ok(true),
            Err(Stopped::Interrupted) => Ok(false),
            Err(Stopped::BadRun(found)) => Err(found),
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

/// A run that says nothing of what is asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.words())]
pub struct BadRun {
    /// Of which scenario, by its place among those that were run.
    pub cell: usize,
    /// Of which seed.
    pub seed: u64,
    /// The instant at which it ends, ns.
    pub at_ns: u64,
    /// Events of the run up to then.
    pub events: u32,
    /// What a user's node did to it; none where its clock stands still ([`StopReason::Standstill`]).
    pub trouble: Option<Box<Trouble>>,
}

impl BadRun {
    /// Nothing, if the run's clock went on and no node failed; `trouble` is what one did.
    ///
    /// # Errors
    /// If it stands still, or a node failed.
    #[inline]
    pub fn check(cell: usize, seed: u64, outcome: &Outcome, trouble: Option<&Trouble>) -> Result<(), BadRun> {
        if !matches!(outcome.stopped, StopReason::Standstill | StopReason::NodeFailed) {
            return Ok(());
        }
        let trouble = trouble.cloned().map(Box::new);
        Err(BadRun { cell, seed, at_ns: outcome.ended_at_ns, events: outcome.events, trouble })
    }

    fn words(&self) -> String {
        let BadRun { seed, at_ns, events, .. } = self;
        match &self.trouble {
            Some(trouble) => format!("seed {seed}: {trouble}"),
            None => format!(
                "time stands still in the run of seed {seed}: {events} events and no end at {} ms; something that is tried \
                 again there takes no time: give `protocol.retry` or `network.delay` a duration above 0, or set \
                 `protocol.max_attempts`",
                *at_ns as f64 / 1e6
            ),
        }
    }
}
