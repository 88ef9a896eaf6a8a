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
//! States are packed into a few words and searched on all threads (`packed`) where they fit; else they are searched as they
//! are, which is also what the packed search is held against. With a budget of restarts a node may crash and come back.
//!
//! Absent on purpose: time and delays, announcements, reads, further submissions. What becomes of each key of a
//! scenario is decided in `coverage`: it is honoured, refused, or named in what is printed.

mod act;
mod beginning;
mod bounds;
mod conditions;
mod coverage;
mod found;
mod graph;
mod invariants;
mod keeper;
mod message;
mod moves;
mod mutant;
mod outlook;
mod packed;
mod reduce;
mod room;
mod schedule;
mod search;
mod state;
mod visited;

pub use bounds::{Asked, Bounds, ExploreError};
pub use coverage::Coverage;
pub use found::{Beginning, Counterexample, Exploration, Reached, Untold};
pub use graph::{Graph, GraphAcceptor, GraphState, GraphStep};
pub use invariants::EXPLORED;
pub use keeper::{Course, Keeper};
pub use moves::Move;

use crate::scenario::{Scenario, script};

use super::condition::Condition;
use super::plan::Plan;

/// Visits every state of a scenario within the bounds, or until an invariant breaks. `go_on` is told the number of
/// states from time to time, and ends the search by `false`. States that can be packed are searched on all threads of the
/// pool that it is called in.
///
/// # Errors
/// When the scenario has what a state does not hold.
pub fn explore(
    scenario: &Scenario,
    bounds: &Bounds,
    go_on: &mut (dyn FnMut(u64) -> bool + Send),
) -> Result<Exploration, ExploreError> {
    explore_until(scenario, bounds, None, go_on)
}

/// The same, or until a state is reached that was asked for ([`Condition::of_states`]).
///
/// # Errors
/// As [`explore`].
pub fn explore_until(
    scenario: &Scenario,
    bounds: &Bounds,
    question: Option<&Condition>,
    mut go_on: &mut (dyn FnMut(u64) -> bool + Send),
) -> Result<Exploration, ExploreError> {
    let question = Asked { to: question, ..Asked::default() };
    explore_kept(scenario, bounds, question, (&mut go_on, false))
}

/// The same, watched by a keeper, which is asked to keep the search if so it says, and to hand out what it has kept of it
/// before. What is found does not depend on how often a search was kept and gone on with, nor on how many threads.
///
/// # Errors
/// As [`explore`]; besides, when the states cannot be packed and are to be kept or begun at, and when the keeper fails or hands out what is of
/// another search, or damaged.
pub fn explore_kept(
    scenario: &Scenario,
    bounds: &Bounds,
    question: Asked<'_>,
    (keeper, keeps): (&mut dyn Keeper, bool),
) -> Result<Exploration, ExploreError> {
    prepared(scenario, bounds, |model, bare, coverage| {
        let model = model.asked(question).known_by(identity(scenario, bounds, question));
        let packed = packed::search_packed(&model, keeper);
        let (mut found, way) = match packed {
            Some(searched) => searched.map_err(|error| ExploreError::Kept(error.to_string()))?,
            None if keeps || bounds.exact || question.from.is_some() => return Err(ExploreError::Unpacked),
            None => search::search(&model, keeper),
        };
        found.coverage = coverage;
        let Some((path, broken)) = way else { return Ok(found) };
        let names = names(scenario);
        let before = model.plan.script.iter().map(|step| step.act);
        let acts: Vec<_> = before.chain(schedule::acts(&path)).collect();
        let schedule = script::write(&acts, &names);
        let (steps, scripted) = (path.len() as u32, schedule::scripted(bare.clone(), &schedule));
        match broken {
            None => found.reached = Some(Reached { steps, schedule, scenario: scripted }),
            Some(broken) => {
                let (invariant, ballot, evidence) = (broken.invariant, broken.about(bare), broken.told(bare));
                found.violation =
                    Some(Counterexample { invariant, ballot, evidence, steps, schedule, scenario: scripted });
            }
        }
        Ok(found)
    })
}

/// Stands for what is searched, whatever the limits.
fn identity(scenario: &Scenario, bounds: &Bounds, question: Asked<'_>) -> u128 {
    let bounds = Bounds { most_states: 0, most_bytes: 0, ..*bounds };
    let version = env!("CARGO_PKG_VERSION");
    let all = format!("{version} {} {bounds:?} {question:?} {}", crate::sim::EPOCH, scenario.to_toml());
    xxhash_rust::xxh3::xxh3_128(all.as_bytes())
}

/// How many states fit into the memory of these bounds, about.
///
/// # Errors
/// As [`explore`].
pub fn room_for(scenario: &Scenario, bounds: &Bounds) -> Result<u64, ExploreError> {
    let bytes = bounds.most_bytes;
    prepared(scenario, bounds, |model, _, _| {
        Ok(packed::room_for(&model, bytes).unwrap_or_else(|| room::Room::holds(bytes)))
    })
}

/// All states and the steps between them; none if there are more than `most`.
///
/// # Errors
/// As [`explore`].
pub fn explore_graph(
    scenario: &Scenario,
    bounds: &Bounds,
    question: Option<&Condition>,
    most: usize,
) -> Result<Option<Graph>, ExploreError> {
    prepared(scenario, bounds, |model, _, _| {
        let question = Asked { to: question, ..Asked::default() };
        Ok(graph::graph(&model.asked(question), &names(scenario), most))
    })
}

fn names(scenario: &Scenario) -> Vec<&str> {
    scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect()
}

/// Does something with a model of the scenario, what is left of the scenario in it, and how that differs from the scenario.
fn prepared<T>(
    scenario: &Scenario,
    bounds: &Bounds,
    work: impl FnOnce(act::Model<'_>, &Scenario, Coverage) -> Result<T, ExploreError>,
) -> Result<T, ExploreError> {
    let mut bare = schedule::bare(scenario);
    let (coverage, conditions) = coverage::coverage(scenario, bounds)?;
    if bounds.after_script {
        bare.script.clone_from(&scenario.script);
    }
    let plan = Plan::new(&bare)?;
    let model = act::Model::new(&plan, bounds, &conditions);
    let model = if plan.script.is_empty() { model } else { beginning::after_script(model)? };
    work(model, &bare, coverage)
}
