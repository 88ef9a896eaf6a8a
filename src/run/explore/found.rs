//! What an exploration finds.
//!
//! Absent on purpose: how.

use super::act::Action;
use super::coverage::Coverage;
use super::invariants::Broken;
use super::outlook::Outlook;
use crate::check::Invariant;
use crate::scenario::Scenario;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exploration {
    /// Different states.
    pub states: u64,
    /// Steps from a state to a state.
    pub transitions: u64,
    /// Steps of the longest of all shortest ways to a state.
    pub depth: u32,
    /// Whether every state within the bounds was visited.
    pub complete: bool,
    /// Where it began, if a condition says so; none too where the search for those states ended before every state was visited.
    pub beginning: Option<Beginning>,
    /// By proposer: in how many states its value is chosen.
    pub chosen: Vec<u64>,
    /// States from which nothing can be chosen any more, even if all that is in flight arrives; none where not every state
    /// was visited, or where they are more than [`Exploration::outlook_limit`].
    pub stuck: Option<u64>,
    /// In how many steps each of [`super::Move::ALL`] happens.
    pub moves: Vec<u64>,
    /// Acceptors that are alike, a list for each kind: of states that differ only in which of them is which one was visited.
    pub alike: Vec<Vec<u8>>,
    /// How what was explored differs from the scenario.
    pub coverage: Coverage,
    /// A shortest way to break an invariant.
    pub violation: Option<Counterexample>,
    /// A shortest way to a state that was asked for.
    pub reached: Option<Reached>,
    /// What is there although the way to it was not found, for the search was ended while it was looked for.
    pub untold: Option<Untold>,
}

/// Something to which the way was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untold {
    /// A step that breaks an invariant.
    Violation,
    /// A state that was asked for.
    Reached,
}

/// The states that a search began at, where a condition says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// How many they are.
    pub states: u64,
    /// Of so many: all there are.
    pub visited: u64,
}

/// Where a search ended before every state was visited: the actions that lead there, and the invariant that they break; none
/// if they lead to a state that was asked for.
pub(super) type Way = (Vec<Action>, Option<Broken>);

/// A shortest way to a state that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// Steps.
    pub steps: u32,
    /// The schedule, in the notation of scripts.
    pub schedule: String,
    /// The scenario with this schedule in place of its network.
    pub scenario: Scenario,
}

/// A shortest way to break an invariant.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// Which.
    pub invariant: Invariant,
    /// The ballot that it is about, if it is about one, as outputs of the scenario's runs call it.
    pub ballot: Option<String>,
    /// What was seen, in words.
    pub evidence: String,
    /// Steps.
    pub steps: u32,
    /// The schedule, in the notation of scripts.
    pub schedule: String,
    /// The scenario with this schedule in place of its network.
    pub scenario: Scenario,
}

impl Exploration {
    /// The probability, at most, that two of the states, or of those among which it began, had the same fingerprint by accident, so that one of them was taken
    /// for the other and not visited.
    pub fn collision(&self) -> f64 {
        // Of n states there are n²/2 pairs, and one in 2⁶⁴ fingerprints is that of the other.
        let among = |states: u64| {
            let states = states as f64;
            states / (1_u64 << 33) as f64 * (states / (1_u64 << 32) as f64)
        };
        among(self.states) + self.beginning.map_or(0.0, |it| among(it.visited))
    }

    /// Above how many states and steps nobody looks at what can still be chosen, in words.
    pub fn outlook_limit() -> String {
        Outlook::limit()
    }
}
