//! A scenario and whose nodes play it: what a run is of, beside its seed and its deviations.

use crate::check::Outcome;
use crate::scenario::{Scenario, ScenarioHash, hash};
use crate::sim::EPOCH;

use super::deviate::Deviations;
use super::error::PlanError;
use super::own::OwnNodes;
use super::plan::Plan;
use super::token::Token;

/// A scenario, played by the built-in or by somebody's nodes.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Somebody's nodes that play it; none for the built-in's.
    pub nodes: Option<&'a OwnNodes>,
}

impl<'a> From<&'a Scenario> for Setup<'a> {
    fn from(scenario: &'a Scenario) -> Self {
        Setup { scenario, nodes: None }
    }
}

impl<'a> Setup<'a> {
    /// The plan of its runs.
    ///
    /// # Errors
    /// When the scenario asks for what the engine cannot do.
    pub fn plan(self) -> Result<Plan, PlanError> {
        self.plan_of(self.scenario)
    }

    /// The same nodes in the runs of another scenario that has the same submissions.
    pub(super) fn plan_of(self, scenario: &Scenario) -> Result<Plan, PlanError> {
        let plan = Plan::new(scenario)?;
        Ok(match self.nodes {
            Some(nodes) => plan.with_nodes(nodes.clone()),
            None => plan,
        })
    }

    /// The same nodes in another scenario that has the same submissions.
    pub(crate) fn with_scenario<'b>(self, scenario: &'b Scenario) -> Setup<'b>
    where
        'a: 'b,
    {
        Setup { scenario, nodes: self.nodes }
    }

    /// The identity of somebody's nodes, if they play.
    pub fn identity(self) -> Option<u128> {
        self.nodes.map(|nodes| nodes.identity())
    }

    /// The scenario's hash.
    pub fn hash(self) -> ScenarioHash {
        hash(self.scenario)
    }

    /// The name of its run with this seed and these deviations, which came to this.
    pub fn token(self, seed: u64, deviations: Deviations, outcome: &Outcome) -> Token {
        Token { nodes: self.identity(), ..Token::new(self.hash(), EPOCH, seed, deviations, outcome) }
    }
}
