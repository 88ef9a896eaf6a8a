//! A scenario made ready to run: compiled, and its script rehearsed.

use crate::scenario::Scenario;
use crate::trace::Blind;

use super::error::PlanError;
use super::plan::Plan;
use super::simulator::Simulator;

impl Plan {
    /// Compiles a scenario, which is checked first.
    ///
    /// # Errors
    /// When it is not valid ([`Scenario::validate`]), or asks for what the engine cannot do.
    pub fn new(scenario: &Scenario) -> Result<Plan, PlanError> {
        let plan = Plan::compile(scenario)?;
        rehearse(&plan)?;
        Ok(plan)
    }
}

/// Runs a plan's script once, so that an impossible step is an error of the scenario and not of a run. Nothing in a
/// script is random: what one seed does all do.
fn rehearse(plan: &Plan) -> Result<(), PlanError> {
    if !plan.scripted {
        return Ok(());
    }
    let mut simulator = Simulator::new(plan);
    simulator.run(0, &mut Blind);
    match simulator.impossible() {
        None => Ok(()),
        Some(found) => Err(PlanError::Script { why: found.why.clone(), at: found.at.clone() }),
    }
}
