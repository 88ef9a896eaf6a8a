//! The only place where protocol and engine meet: a scenario and a seed become a run.
//!
//! ```text
//!   Scenario ──▶ Plan ──▶ Simulator::run(seed, observer) ──▶ Outcome
//!                 (compiled once)   (reused for every seed)
//! ```
//!
//! Absent on purpose: sweeping, rendering, printing.

mod actions;
mod calendar;
mod chain;
mod condition;
mod delays;
mod detail;
mod deviate;
mod engine;
mod error;
mod excerpt;
mod explain;
mod explore;
mod fault_sources;
mod fault_state;
mod faults;
mod handlers;
mod hooks;
mod injector;
pub mod known;
pub mod lab;
mod late;
mod livelock;
mod meeting;
mod network;
#[cfg_attr(not(feature = "own"), path = "no_own.rs")]
mod own;
mod packet;
mod pieces;
mod plan;
mod prepare;
mod probe;
mod reads;
mod record;
mod retry;
mod routes;
mod script;
mod seat;
mod send;
mod session;
mod setting;
mod setup;
mod shrink;
mod simulator;
mod split;
mod stage;
mod threads;
mod ties;
mod token;
mod watch;
mod world;

pub use chain::{
    Answered, Answers, Duel, Exact, ExactChain, Extent, Figure, FirstChoice, Joint, Limits, Near, NotExact,
    Replaced, Tail, exact, exact_chain, near, nearest_exact,
};
pub use condition::{Condition, ConditionError};
pub use deviate::{Change, DeviationError, Deviations, Subject, calm};
pub use error::PlanError;
pub use excerpt::{Choice, ChoiceFinder, Looked, Survey, Wanted, Window, look};
pub use explain::{
    Arrival, Arrivals, Critical, Explanation, Pattern, Place, explain, explain_unless, explain_within,
};
pub use explore::{
    Asked, Beginning, Bounds, Counterexample, Course, Coverage, EXPLORED, Exploration, ExploreError, Graph,
    GraphAcceptor, GraphState, GraphStep, Keeper, Move, Reached, Untold, explore, explore_graph,
    explore_kept, explore_until, room_for,
};
pub use livelock::{Certificate, Refusal, verify};
pub use meeting::Meeting;
pub use own::OwnNodes;
#[cfg(feature = "own")]
pub use own::{Clusters, Run, Split, Twins, twins};
pub use pieces::{Piece, Pieces, pieces};
pub use plan::Plan;
pub use record::{Record, header};
pub use session::{Session, SessionError};
pub use setup::Setup;
pub use shrink::{ShrinkError, Shrunk, shrink};
pub use simulator::Simulator;
pub use threads::Threads;
pub use token::{Token, TokenError};
pub use watch::{Progress, Silent};

use crate::check::Outcome;
use crate::scenario::Scenario;
use crate::trace::Observer;

/// Runs one seed of a scenario under the eyes of an observer.
///
/// # Errors
/// When the scenario asks for what the engine cannot do.
pub fn simulate(scenario: &Scenario, seed: u64, observer: &mut dyn Observer) -> Result<Outcome, PlanError> {
    let plan = Plan::new(scenario)?;
    Ok(Simulator::new(&plan).run(seed, observer).clone())
}
