//! Scripted schedules: the notation, read into steps that know where they were written.
//!
//! Absent on purpose: whether a step can happen, which only running it tells (`run::script`).
//!
//! ```text
//!   start A                 A's next attempt begins; one that is still running is abandoned
//!   A1:P2                   the prepare of A's attempt 1 is executed at node 2, and the answer reaches A
//!   A1:A2                   the same for the accept
//!   A1:L2                   the announcement of A's attempt 1 reaches node 2's learner
//!   A1:P2>   A1:P2<         the request only; the answer only (given again: a duplicate)
//!   A1:P2!                  the call fails: its caller gets an error (sequential transport)
//!   timeout A               A's attempt ends by a time-out
//!   giveup A                A's client, whose attempt is over, waits for no other and is told that it failed
//!   crash 2   restart 2     node 2 stops, and comes back with what is durable
//!   read 1                  get_value on node 1
//!   repeat 5 { Ak:P1 … }    five times, k = 1, 2, …; attempts: k, (k-1), (k+1)
//!   [ B(k-1):A3 … ]         left out of a round in which it names an attempt below 1
//!   'two words'1:P2         a name with blanks or signs of the notation stands in quotes
//! ```

mod literal;
mod parse;
mod unroll;
mod words;
mod write;

use std::ops::Range;

use crate::trace::{NodeId, ProposerId};

pub(super) use literal::place;
pub(super) use words::normal;
pub use write::write;

/// Most steps of a script, with every round of a `repeat` counted.
pub const MOST_STEPS: usize = 1_000_000;

/// One step and where it is written, in bytes of the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happens.
    pub act: Act,
    /// Its words in the schedule.
    pub at: Range<usize>,
}

/// A schedule, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Its steps, every round of a `repeat` written out.
    pub steps: Vec<Step>,
    /// How it would go on, if it ends in a `repeat`.
    pub rounds: Option<Rounds>,
}

/// The rounds of a `repeat` at the end of a schedule that all do the same, but for k: every group is in them, and no
/// attempt has a fixed number. What such a schedule does could go on for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounds {
    /// k of the first of them.
    pub first: u32,
    /// After how many steps each of them ends.
    pub ends: Vec<usize>,
    /// By how much the lowest attempt that a round names lies below its k.
    pub back: u32,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// This proposer begins its next attempt.
    Start(ProposerId),
    /// This proposer's attempt times out.
    Timeout(ProposerId),
    /// This proposer's client, whose attempt is over, waits for no other.
    GiveUp(ProposerId),
    /// This node stops.
    Crash(NodeId),
    /// This node comes back.
    Restart(NodeId),
    /// `get_value` on this node.
    Read(NodeId),
    /// Messages of an exchange are delivered.
    Deliver(Exchange, Part),
}

/// A request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exchange {
    /// Whose.
    pub proposer: ProposerId,
    /// Of this attempt, from 1.
    pub attempt: u32,
    /// 1, 2; 3 for an announcement, which has no answer.
    pub phase: u8,
    /// With this node.
    pub node: NodeId,
}

/// Which messages of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The request, and the answer that it meets.
    Both,
    /// The request only (`>`).
    Request,
    /// The answer only (`<`).
    Answer,
    /// Neither: the call fails (`!`).
    Failure,
}

/// Why a schedule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The reason, a lowercase fragment.
    pub why: String,
    /// The words that are to blame, in bytes of the schedule.
    pub at: Range<usize>,
}

impl ScriptError {
    /// A reason and its place.
    pub fn new(why: impl Into<String>, at: &Range<usize>) -> Self {
        ScriptError { why: why.into(), at: at.clone() }
    }
}

/// Reads a schedule for proposers of these names in a cluster of `nodes` nodes.
///
/// # Errors
/// The first word that is no step, names nobody, or asks for too much.
pub fn parse(schedule: &str, names: &[&str], nodes: u8) -> Result<Schedule, ScriptError> {
    unroll::unroll(&parse::parse(schedule, names, nodes)?)
}

/// An exchange in the notation: `A1:P2`.
pub fn show(exchange: Exchange, name: &str) -> String {
    let Exchange { attempt, phase, node, .. } = exchange;
    let letter = ['?', 'P', 'A', 'L'][usize::from(phase.min(3))];
    format!("{}{attempt}:{letter}{node}", quoted(name))
}

/// A proposer's name as the notation takes it: in single quotes if it needs them, and in these one of its own stands twice.
pub fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        && !name.ends_with(|c: char| c.is_ascii_digit() || c == 'k');
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) }
}

#[cfg(test)]
mod tests;
