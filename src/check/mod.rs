//! Safety invariants and progress verdicts, from events alone.
//!
//! Shares no code with `paxos`: a bug there cannot hide itself here. Absent on purpose: the live world.

mod ballots;
mod monitor;
mod outcome;
mod safety;
mod tally;
mod votes;

pub use monitor::Monitor;
pub use outcome::{Client, Hazard, Invariant, InvariantSet, Outcome, Verdict};
pub use safety::{Chosen, Safety, Violation};
pub use tally::Tally;
pub use votes::Votes;
