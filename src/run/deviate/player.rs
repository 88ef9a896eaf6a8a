//! Plays runs of one scenario with any deviations, many of them: plans are compiled once.
//!
//! Absent on purpose: which deviations (`explain`, `shrink`).

use std::cell::OnceCell;
use std::sync::atomic::AtomicBool;

use crate::check::Outcome;
use crate::run::error::PlanError;
use crate::run::plan::Plan;
use crate::run::setup::Setup;
use crate::run::simulator::Simulator;
use crate::trace::Observer;

use super::{Deviations, Subject, plan_for};

/// Why a run was not played to its end.
#[derive(Debug)]
pub(in crate::run) enum Halt {
    /// It cannot be played so.
    Plan(PlanError),
    /// Somebody wished so.
    Stopped,
}

impl From<PlanError> for Halt {
    fn from(error: PlanError) -> Halt {
        Halt::Plan(error)
    }
}

/// A scenario whose runs are to be played with deviations.
#[derive(Debug)]
pub(in crate::run) struct Player<'s> {
    setup: Setup<'s>,
    /// Whether runs end at the choice: for who asks for the winner alone.
    until_choice: bool,
    /// Set when runs are to be left.
    stop: &'s AtomicBool,
    /// Runs end after so many events, if they have not before.
    most_events: u32,
    /// The seed's own, and the calm ones with or without ties and faults.
    plans: [OnceCell<Plan>; 5],
}

impl<'s> Player<'s> {
    pub fn new(setup: Setup<'s>, until_choice: bool, stop: &'s AtomicBool) -> Self {
        Player { setup, until_choice, stop, most_events: u32::MAX, plans: Default::default() }
    }

    /// The same, whose runs end after so many events.
    pub fn with_most_events(self, most_events: u32) -> Self {
        Player { most_events, ..self }
    }

    /// Plays a run.
    ///
    /// # Errors
    /// As [`plan_for`], and soon after the flag is set.
    pub fn play(&self, seed: u64, wanted: &Deviations, observer: &mut dyn Observer) -> Result<Outcome, Halt> {
        let plan = self.plan(wanted)?;
        let mut simulator = Simulator::new(plan);
        simulator.deviate(wanted.clone());
        simulator.run_unless(self.stop, seed, observer).cloned().ok_or(Halt::Stopped)
    }

    /// For runs one after the other, which then cost no new memory.
    pub fn stage(&self) -> Stage<'_> {
        Stage { player: self, simulators: Default::default() }
    }

    fn plan(&self, wanted: &Deviations) -> Result<&Plan, PlanError> {
        let which = which(wanted);
        if let Some(plan) = self.plans[which].get() {
            return Ok(plan);
        }
        let plan = plan_for(self.setup, wanted)?.deviable().with_most_events(self.most_events);
        let plan = if self.until_choice { plan.stopping_at_choice() } else { plan };
        Ok(self.plans[which].get_or_init(|| plan))
    }
}

/// Which of a player's plans such deviations need.
fn which(wanted: &Deviations) -> usize {
    let has = |subject| usize::from(wanted.get(subject).is_some());
    if wanted.calm { 1 + has(Subject::Ties) + 2 * has(Subject::Faults) } else { 0 }
}

/// A player with a simulator for each of its plans.
#[derive(Debug)]
pub(in crate::run) struct Stage<'p> {
    player: &'p Player<'p>,
    simulators: [Option<Simulator<'p>>; 5],
}

impl<'p> Stage<'p> {
    /// Plays a run.
    ///
    /// # Errors
    /// As [`Player::play`].
    pub fn play(
        &mut self,
        seed: u64,
        wanted: Deviations,
        observer: &mut dyn Observer,
    ) -> Result<&Outcome, Halt> {
        let simulator = &mut self.simulators[which(&wanted)];
        let simulator = match simulator {
            Some(simulator) => simulator,
            None => simulator.insert(Simulator::new(self.player.plan(&wanted)?)),
        };
        simulator.deviate(wanted);
        simulator.run_unless(self.player.stop, seed, observer).ok_or(Halt::Stopped)
    }
}
