//! Why a scenario has no exact figures.

use crate::run::error::PlanError;

/// Why a scenario has no exact figures, and what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotExact {
    /// It cannot even be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A key of it makes it no chain with finitely many states that are told apart by what can come next.
    #[error("{why}")]
    Outside {
        /// The key, with dots and places in lists: `network.link.0.fifo`.
        key: String,
        /// Why, and what to do.
        why: String,
    },
    /// There are more states than allowed.
    #[error("more than {most} states ({who}): raise --states (a state takes some 300 bytes){or}")]
    TooLarge {
        /// How many were allowed.
        most: usize,
        /// What of the scenario makes them so many.
        who: String,
        /// What else would help.
        or: String,
    },
    /// More probability was cut off than allowed.
    #[error("{share:.1e} of the probability would be cut off, more than {most:.1e}: {why}")]
    Cut {
        /// How much.
        share: f64,
        /// How much was allowed.
        most: f64,
        /// Where, and what to do.
        why: String,
    },
    /// Two things happen at one instant, and which of them comes first depends on what came before.
    #[error(
        "several attempts fail and begin again at one instant, and their order is no plain chance: exact does not know it; \
         write a `retry` that takes time, or leave out `local_preemption`"
    )]
    Instant,
    /// Attempts fail and begin again without any time going by.
    #[error(
        "time stands still: attempts fail and begin again at one instant, without end; write a `retry` that takes time"
    )]
    Standstill,
    /// An error of this program.
    #[error("{0}; please report this")]
    Internal(&'static str),
    /// Somebody wished that the work end before anything was known.
    #[error("interrupted before anything was known")]
    Stopped,
}

/// Refuses a key.
pub(in crate::run) fn refuse<T>(key: impl Into<String>, why: impl Into<String>) -> Result<T, NotExact> {
    Err(NotExact::Outside { key: key.into(), why: why.into() })
}
