//! Safety invariants and progress verdicts, from events alone.
//!
//! Shares no code with `paxos`: a bug there cannot hide itself here. Absent on purpose: the live world.

mod ballots;
mod evidence;
mod monitor;
mod outcome;
mod progress;
mod safety;
mod situations;
mod tally;
mod votes;

pub use evidence::Evidence;
pub use monitor::Monitor;
pub use outcome::{Client, Hazard, Invariant, InvariantSet, Outcome, Verdict};
pub use progress::{Progress, Refused};
pub use safety::{Chosen, Safety, Violation};
pub use situations::{Situation, Situations, situations};
pub use tally::Tally;
pub use votes::Votes;
