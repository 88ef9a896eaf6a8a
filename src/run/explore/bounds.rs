//! How far an exploration goes, and why it cannot begin.
//!
//! Absent on purpose: what it finds (`found`).

use super::super::condition::Condition;
use super::super::error::PlanError;
use crate::check::Invariant;

/// How far to explore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Most attempts of a proposer; 1 to 255.
    pub attempts: u8,
    /// Whether a message may arrive any number of times.
    pub duplicates: bool,
    /// How often a node may crash and come back at once, all nodes together.
    pub restarts: u8,
    /// Whether an attempt can be abandoned at any moment.
    pub timeouts: bool,
    /// Whether to tell apart even what cannot make a difference.
    pub full: bool,
    /// Whether to leave out more: requests that will be refused where nobody learns anything from it, and which of several
    /// acceptors that are alike is which. The verdict stays the same, and so does the length of a shortest violation.
    pub reductions: bool,
    /// Whether to begin where the scenario's script ends.
    pub after_script: bool,
    /// Whether states are packed where they can be. The same is found if not, more slowly.
    pub packed: bool,
    /// Whether states are told apart by all that they hold, not by fingerprints: so none is missed, in more memory and time.
    /// Only packed states can be.
    pub exact: bool,
    /// The only invariant to look for; none for any.
    pub until: Option<Invariant>,
    /// Where to stop, whatever is left.
    pub most_states: u64,
    /// Bytes that states may take in memory, about; the search stops there as well.
    pub most_bytes: u64,
}

impl Bounds {
    /// One attempt of each proposer, with time-outs and without reductions; no limit.
    pub const ONCE: Bounds = Bounds {
        attempts: 1,
        duplicates: false,
        restarts: 0,
        timeouts: true,
        full: false,
        reductions: false,
        after_script: false,
        packed: true,
        exact: false,
        until: None,
        most_states: u64::MAX,
        most_bytes: u64::MAX,
    };
}

/// Which states a search is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'q> {
    /// Those to begin at: every state that can be reached in which this holds. None for where nothing has happened yet, or where a
    /// script ends. Only packed states can be begun at.
    pub from: Option<&'q Condition>,
    /// Those to end at; none for all there are.
    pub to: Option<&'q Condition>,
}

impl Asked<'_> {
    /// Whether it tells acceptors apart by their numbers.
    pub(super) fn names_nodes(&self) -> bool {
        [self.from, self.to].into_iter().flatten().any(Condition::names_nodes)
    }
}

/// Why a scenario cannot be explored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExploreError {
    /// It cannot even be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Its states cannot be packed, and only those can be kept, told apart by all that they hold, or begun at.
    #[error(
        "the states of this scenario cannot be packed, nor those of any with blocking callers, local pre-emption, proposers that share a node, restarts or most mutants"
    )]
    Unpacked,
    /// What was kept of a search cannot be read, or nothing can be kept.
    #[error("{0}")]
    Kept(String),
    /// It has what a state does not hold.
    #[error("{why}")]
    Outside {
        /// The key, with dots and places in lists: `network.link.0.fifo`.
        key: String,
        /// Why, and what to do.
        why: String,
    },
}
