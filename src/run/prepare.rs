//! A scenario made ready to run: compiled, and its script run once, so that a step that cannot happen is an error of the
//! scenario and not of a run.

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
        if plan.scripted {
            // Nothing in a script is random: what one seed does all do.
            let mut rehearsal = Simulator::new(&plan);
            rehearsal.run(0, &mut Blind);
            rehearsal.impossible().cloned().map_or(Ok(()), Err)?;
        }
        Ok(plan)
    }
}
