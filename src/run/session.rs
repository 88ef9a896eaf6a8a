//! A run made step by step: what can happen next is asked for, one thing is chosen, and the schedule can be taken away.
//!
//! Nothing happens by itself and nothing is drawn; every step is one of a script's, taken by the same code. Absent on purpose:
//! who chooses, and times.

use crate::check::{Outcome, Violation};
use crate::paxos::{Node, Phase, Proposer, Transport};
use crate::scenario::Scenario;
use crate::scenario::model::Script;
use crate::scenario::script::{self, Act, Exchange, Part, Step};
use crate::trace::{Event, Observer, Recorder, StopReason};

use super::deviate::Deviant;
use super::engine::Engine;
use super::error::PlanError;
use super::packet::Packet;
use super::plan::Plan;
use super::script::bare;
use super::stage::number;
use super::world::World;

/// A run that is under way. A clone is a branch of it.
#[derive(Clone, Debug)]
pub struct Session<'p> {
    world: World<'p>,
    hooks: Deviant<Packet>,
    record: Recorder,
    acts: Vec<Act>,
    is_finished: bool,
}

/// Why a step cannot be taken; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// It cannot happen now; why, and what to do before.
    #[error("{0}")]
    Impossible(String),
    /// A request and its answer are two steps, since other things may happen in between.
    #[error("a request and its answer are two steps; take the request, then the answer")]
    TwoAtOnce,
    /// The run is over.
    #[error(
        "the run is over, or has had as many steps as a run may have; go on from a branch of an earlier state"
    )]
    Over(StopReason),
}

impl Plan {
    /// Compiles a scenario whose steps are said one by one. Left out of it is what a script has no place for: delays and losses,
    /// faults, reads, retries and time-outs as times, and what ends a run.
    ///
    /// # Errors
    /// When the scenario is not valid, or its handlers take time.
    pub fn by_hand(scenario: &Scenario) -> Result<Plan, PlanError> {
        let name = scenario.proposer.first().map_or("", |proposer| proposer.name.as_str());
        // A schedule that could be read lets the rules for scripts see the rest.
        let first = script::write(&[Act::Start(0)], &[name]);
        let mut plan =
            Plan::compile(&Scenario { script: Some(Script { schedule: first }), ..bare(scenario) })?;
        plan.script.clear();
        (plan.rounds, plan.proves_cycles) = (None, false);
        // Whether a client goes on is said when it does.
        plan.script_turns.fill(u32::MAX);
        Ok(plan)
    }
}

impl<'p> Session<'p> {
    /// Before the first step of a plan made by [`Plan::by_hand`].
    pub fn new(plan: &'p Plan) -> Self {
        let (mut world, mut hooks) = (World::new(plan), Deviant::default());
        world.begin(0, &mut hooks);
        Session { world, hooks, record: Recorder::default(), acts: Vec::new(), is_finished: false }
    }

    /// Everything that can happen next, but for second copies of messages: attempts in the order of proposers, then messages,
    /// then nodes.
    pub fn moves(&self) -> Vec<Act> {
        if self.over().is_some() {
            return Vec::new();
        }
        let mut moves = Vec::new();
        for p in 0..self.world.cast.seats.len() {
            self.moves_of(p, &mut moves);
        }
        self.deliveries(false, &mut moves);
        for node in 1..=self.world.plan.rules.nodes {
            moves.push(if self.world.is_down(node) { Act::Restart(node) } else { Act::Crash(node) });
            moves.push(Act::Read(node));
        }
        moves
    }

    /// The messages that have arrived and can arrive once more.
    pub fn copies(&self) -> Vec<Act> {
        let mut moves = Vec::new();
        if self.over().is_none() {
            self.deliveries(true, &mut moves);
        }
        moves
    }

    /// One thing happens.
    ///
    /// # Errors
    /// When it cannot; nothing has changed then.
    pub fn apply(&mut self, act: Act) -> Result<(), SessionError> {
        if let Some(reason) = self.over() {
            return Err(SessionError::Over(reason));
        }
        if matches!(act, Act::Deliver(_, Part::Both)) {
            return Err(SessionError::TwoAtOnce);
        }
        self.engine().take(&Step { act, at: 0..0 }).map_err(SessionError::Impossible)?;
        // The step after the last one that a run may have does not happen.
        match self.world.stopped {
            Some(reason @ (StopReason::Horizon | StopReason::MaxEvents)) => Err(SessionError::Over(reason)),
            _ => {
                self.acts.push(act);
                Ok(())
            }
        }
    }

    /// The steps so far.
    pub fn acts(&self) -> &[Act] {
        &self.acts
    }

    /// The schedule in the notation of scripts, whose run is this one, event by event, once it is finished: clients that still
    /// wait give up at its end.
    pub fn schedule(&self) -> String {
        let acts: Vec<Act> = self.acts.iter().copied().chain(self.waiting().map(Act::GiveUp)).collect();
        let names: Vec<&str> = self.world.plan.proposers.iter().map(|proposer| &proposer.name[..]).collect();
        script::write(&acts, &names)
    }

    /// The scenario with this schedule, none before the first step; `scenario` is what the plan was made of.
    pub fn scenario(&self, scenario: &Scenario) -> Option<Scenario> {
        let schedule = Some(self.schedule()).filter(|schedule| !schedule.is_empty())?;
        Some(Scenario { script: Some(Script { schedule }), ..bare(scenario) })
    }

    /// Ends the run: clients that still wait give up. What it came to.
    pub fn finish(&mut self) -> &Outcome {
        let waiting: Vec<u8> = self.waiting().collect();
        for p in waiting {
            // It waits, so it can give up, unless the run may have no more steps.
            let _ = self.apply(Act::GiveUp(p));
        }
        if !self.is_finished {
            self.is_finished = true;
            let quiet = self.world.pool.nothing_in_flight();
            let ended = if quiet { StopReason::Quiescent } else { StopReason::ScriptEnded };
            let (steps, reason) = (self.world.pool.steps, self.world.stopped.unwrap_or(ended));
            self.engine().finish(steps, reason);
            self.world.stopped = Some(reason);
        }
        self.world.monitor.outcome()
    }

    /// What has happened, with virtual times in ns: a millisecond a step.
    pub fn record(&self) -> &[(u64, Event)] {
        &self.record.events
    }

    /// The broken invariants so far, with evidence.
    pub fn violations(&self) -> &[Violation] {
        self.world.monitor.safety.violations()
    }

    /// The nodes as they are, node 1 first.
    pub fn nodes(&self) -> &[Node] {
        &self.world.nodes[1..=usize::from(self.world.plan.rules.nodes)]
    }

    /// Why no step can be taken any more.
    pub fn over(&self) -> Option<StopReason> {
        self.world.stopped
    }

    fn engine(&mut self) -> Engine<'_, 'p, dyn Observer, Deviant<Packet>> {
        Engine { world: &mut self.world, observer: &mut self.record, hooks: &mut self.hooks }
    }

    /// The proposers whose clients wait although no attempt runs.
    fn waiting(&self) -> impl Iterator<Item = u8> {
        let seats = self.world.cast.seats.iter().enumerate();
        let waits = seats.filter(|(_, seat)| seat.current.is_some() && seat.paxos.phase == Phase::Idle);
        waits.map(|(p, _)| p as u8)
    }

    /// What a proposer and its client can do, and its call, which can fail.
    fn moves_of(&self, p: usize, moves: &mut Vec<Act>) {
        let (plan, seat) = (self.world.plan, &self.world.cast.seats[p]);
        let Proposer { node, calling, phase, .. } = seat.paxos;
        let (is_up, runs, proposer) = (!self.world.is_down(node), phase != Phase::Idle, p as u8);
        let has_work = seat.current.is_some() || self.world.next_submission(p).is_some();
        // The attempt that is abandoned may be the last one that its submission has.
        let is_last = runs && seat.failures + 1 >= plan.max_attempts;
        if is_up && has_work && !is_last {
            moves.push(Act::Start(proposer));
        }
        if runs {
            moves.push(Act::Timeout(proposer));
        } else if seat.current.is_some() {
            moves.push(Act::GiveUp(proposer));
        }
        if plan.rules.transport == Transport::Sequential && runs && calling != 0 {
            let call = Exchange { proposer, attempt: seat.attempt, phase: number(phase), node: calling };
            moves.push(Act::Deliver(call, Part::Failure));
        }
    }

    /// The messages that can arrive, for the first time or once more.
    fn deliveries(&self, again: bool, moves: &mut Vec<Act>) {
        for (&exchange, state) in self.world.pool.all() {
            let home = self.world.plan.proposers[usize::from(exchange.proposer)].node;
            let request = if again { state.handled > 0 } else { state.handled == 0 };
            if request && state.request.is_some() && !self.world.is_down(exchange.node) {
                moves.push(Act::Deliver(exchange, Part::Request));
            }
            let all_heard = state.heard == state.answers.len();
            let answer = if again { all_heard && state.heard > 0 } else { !all_heard };
            if answer && !self.world.is_down(home) {
                moves.push(Act::Deliver(exchange, Part::Answer));
            }
        }
    }
}
