//! Exhaustive exploration: every order in which the messages of a small contention can arrive, through the same
//! protocol code, with the safety invariants checked at every step.
//!
//! What a **state** is:
//!
//! - each acceptor: its promise and its vote; each node's round counter;
//! - each proposer: how many attempts it has begun, whether its client has an answer, and everything that the protocol
//!   remembers of the attempt that is running (phase, ballot, proposal, highest reported vote, who said yes and no);
//! - the messages in flight, as a set: two equal messages are one, for a second copy can do nothing that the first
//!   does not, and the order of sending is forgotten;
//! - for the invariants: of each ballot its value and everyone who ever voted in it, of each acceptor the highest
//!   ballot that it promised or voted in, of each node the highest ballot that it has begun, and what a client was told.
//!
//! What can no longer matter is left out: a proposer's memory of an attempt that is over, and answers that it would
//! ignore. (Under a mutant nothing is left out, for a mutant may not ignore them.)
//!
//! What can happen in a state: a proposer with attempts left begins the next one, abandoning the one that is running
//! (a time-out may come at any moment); any message in flight arrives; with duplicates, it stays in flight as well. A
//! loss needs no step of its own: a message that is never delivered is lost, and every state is checked, not only
//! those at the end. Own messages are messages like others, which includes the case that they are instant.
//!
//! Answers that complete a quorum are heard in one step: until then nobody else can see what the proposer has heard.
//!
//! The search is breadth first, so a violation comes with a schedule of the fewest such steps. Once every state was visited,
//! a pass backwards over the steps tells from which of them nothing can be chosen any more.
//!
//! Absent on purpose: time and delays, restarts, announcements, reads, further submissions. What becomes of each key of a
//! scenario is decided in `coverage`: it is honoured, refused, or named in what is printed.

mod act;
mod conditions;
mod coverage;
mod invariants;
mod message;
mod mutant;
mod outlook;
mod reduce;
mod room;
mod schedule;
mod search;
mod state;
mod visited;

pub use coverage::Coverage;
pub use invariants::EXPLORED;

use crate::check::Invariant;
use crate::scenario::{Scenario, script};

use super::error::PlanError;
use super::plan::Plan;

/// How far to explore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Most attempts of a proposer; 1 to 255.
    pub attempts: u8,
    /// Whether a message may arrive any number of times.
    pub duplicates: bool,
    /// Whether an attempt can be abandoned at any moment.
    pub timeouts: bool,
    /// Whether to tell apart even what cannot make a difference.
    pub full: bool,
    /// The only invariant to look for; none for any.
    pub until: Option<Invariant>,
    /// Where to stop, whatever is left.
    pub most_states: u64,
    /// Bytes that states may take in memory, about; the search stops there as well.
    pub most_bytes: u64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Exploration {
    /// Different states.
    pub states: u64,
    /// Steps from a state to a state.
    pub transitions: u64,
    /// Steps of the longest of all shortest ways to a state.
    pub depth: u32,
    /// Whether every state within the bounds was visited.
    pub complete: bool,
    /// By proposer: in how many states its value is chosen.
    pub chosen: Vec<u64>,
    /// States from which nothing can be chosen any more, even if all that is in flight arrives; none where not every state
    /// was visited, or where they are more than [`Exploration::outlook_limit`].
    pub stuck: Option<u64>,
    /// How what was explored differs from the scenario.
    pub coverage: Coverage,
    /// A shortest way to break an invariant.
    pub violation: Option<Counterexample>,
}

/// A shortest way to break an invariant.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// Which.
    pub invariant: Invariant,
    /// What was seen, in words.
    pub evidence: String,
    /// Steps.
    pub steps: u32,
    /// The schedule, in the notation of scripts.
    pub schedule: String,
    /// The scenario with this schedule in place of its network.
    pub scenario: Scenario,
}

/// Why a scenario cannot be explored.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExploreError {
    /// It cannot even be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// It has what a state does not hold.
    #[error("{why}")]
    Outside {
        /// The key, with dots and places in lists: `network.link.0.fifo`.
        key: String,
        /// Why, and what to do.
        why: String,
    },
}

impl Exploration {
    /// Above how many states and steps nobody looks at what can still be chosen, in words.
    pub fn outlook_limit() -> String {
        outlook::Outlook::limit()
    }
}

/// Visits every state of a scenario within the bounds, or until an invariant breaks. `go_on` is told the number of
/// states from time to time, and ends the search by `false`.
///
/// # Errors
/// When the scenario has what a state does not hold.
pub fn explore(
    scenario: &Scenario,
    bounds: &Bounds,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Exploration, ExploreError> {
    let bare = schedule::bare(scenario);
    let (coverage, conditions) = coverage::coverage(scenario, bounds)?;
    let plan = Plan::new(&bare)?;
    let model = act::Model::new(&plan, bounds, &conditions);
    let (mut found, broken) = search::search(&model, go_on);
    found.coverage = coverage;
    found.violation = broken.map(|(path, broken)| {
        let names: Vec<&str> = scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect();
        let schedule = script::write(&schedule::acts(&path), &names);
        let evidence = broken.told(&bare);
        let scenario = schedule::scripted(bare, &schedule);
        Counterexample { invariant: broken.invariant, evidence, steps: path.len() as u32, schedule, scenario }
    });
    Ok(found)
}
