//! Safety invariants and progress verdicts, from events alone.
//!
//! Shares no code with `paxos`: a bug there cannot hide itself here. Absent on purpose: the live world.

mod audit;
mod ballots;
mod client;
mod counter;
mod evidence;
mod findings;
mod history;
mod invariant;
mod monitor;
mod outcome;
mod progress;
mod safety;
mod situations;
mod tally;
mod votes;

pub use audit::{Audit, Roles};
pub use client::{ClientOutcome, joint_outcome};
pub use counter::{ByCounter, Counter, Metric, Scope};
pub use evidence::{Evidence, Names, Vote};
pub use findings::Violation;
pub use history::{BallotList, History, Shelf};
pub use invariant::{Checks, Invariant, InvariantSet};
pub use monitor::Monitor;
pub use outcome::{Client, Hazard, Outcome, Verdict};
pub use progress::{Progress, Refused};
pub use safety::{Chosen, Safety};
pub use situations::{Situation, Situations, situations};
pub use tally::Tally;
pub use votes::Votes;
