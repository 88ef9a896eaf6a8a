//! Exact figures of a scenario, as text, as JSON, and as a column of a sweep.
//!
//! Exact figures of each cell of a sweep stand beside the simulated ones (`column`). Absent on purpose: finding them (`run`).

mod column;
mod columns;
mod coupled;
mod export;
mod json;
mod number;
mod pieces;
mod text;

pub(super) use column::exact_column;
pub(super) use columns::exact_fields;
pub use coupled::{CoupledView, coupled_json, coupled_text};
pub use export::exact_files;
pub use json::exact_json;
pub use pieces::{pieces_json, pieces_text};
pub use text::exact_text;

use crate::check::{ClientOutcome, joint_outcome};
use crate::run::{Answers, Exact, Joint};
use crate::scenario::Scenario;

/// Exact figures beside their scenario.
#[derive(Clone, Debug)]
pub struct ExactView<'a> {
    /// Of what.
    pub scenario: &'a Scenario,
    /// How a command line names it, with what was set.
    pub arguments: &'a str,
    /// What is known.
    pub exact: &'a Exact,
}

impl ExactView<'_> {
    fn names(&self) -> Vec<&str> {
        self.scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect()
    }

    /// A joint outcome as files write it.
    fn joint(&self, joint: &Joint) -> String {
        joint_outcome(&self.names(), &joint.told)
    }
}

/// Whether a client is told FAILED.
fn fails(told: ClientOutcome) -> bool {
    matches!(told, ClientOutcome::Failed { .. })
}

/// The clients that may be told FAILED although they may be chosen.
fn misled(answers: &Answers, clients: usize) -> impl Iterator<Item = usize> {
    let is = |client: usize| {
        let failed = answers.share(&|joint| fails(joint.told[client])).value > 0.0;
        failed && answers.share(&|joint| joint.winner == Some(client)).value > 0.0
    };
    (0..clients).filter(move |&client| is(client))
}
