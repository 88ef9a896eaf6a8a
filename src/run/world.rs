//! The state of a run, from one seed to the next.
//!
//! Everything is reused from run to run; in the steady state a run allocates nothing. Absent on purpose: what happens
//! in it (`engine`) and what follows from that (`actions`).

use std::sync::atomic::AtomicBool;

use crate::check::Monitor;
use crate::paxos::{Node, Proposer};
use crate::sim::{Agenda, Slot, Words};
use crate::trace::StopReason;

use super::calendar::{Calendar, Entry};
use super::fault_state::FaultState;
use super::hooks::Hooks;
use super::packet::Packet;
use super::plan::Plan;
use super::probe::Probe;
use super::script::Pool;
use super::seat::{Alarm, Seat};

/// After so many events it is looked whether time went on; where it did not, the run is over. The largest cluster with the most
/// proposers has some 16,000 messages in flight at once, so a legal instant has fewer.
pub(super) const STANDSTILL: u32 = 1 << 18;
/// After so many it is looked whether somebody wishes that the run be left: a few milliseconds, wherever it runs.
pub(super) const PIECE: u32 = STANDSTILL / 16;

/// Everything that changes during a run.
#[derive(Clone, Debug)]
pub(super) struct World<'p> {
    pub plan: &'p Plan,
    pub now: u64,
    pub agenda: Agenda<Packet>,
    pub cast: Cast<'p>,
    /// By node number; beyond the cluster's, the round counters of proposers on no node.
    pub nodes: Vec<Node>,
    pub monitor: Monitor,
    /// What waits to be delivered in a scripted run.
    pub pool: Pool,
    /// Cuts, and the state of nodes; untouched by a plan without faults.
    pub faults: FaultState,
    /// Why the run is over, once it is.
    pub stopped: Option<StopReason>,
    /// Events at this time or later do not happen: just past the horizon, or 0 once the run is over. Sooner where the
    /// loop is to pause, for a look at whether the state recurs.
    pub limit: u64,
    /// How many events may still happen before it is looked whether to go on.
    pub budget: u32,
    /// How many may happen after that.
    pub reserve: u32,
    /// How often it was looked; each sixteenth time also whether time goes on.
    pub looks: u32,
    /// The time when that was looked at last.
    pub looked_at: u64,
    /// What to look at then, for a wish that the run be left.
    pub stop: Option<&'p AtomicBool>,
    /// Whether it was left.
    pub is_left: bool,
    /// Whether something was scheduled beyond the horizon and dropped.
    pub beyond: bool,
    /// When the loop is to return for a look at whether the state recurs.
    pub probe: Probe,
}

/// Who acts, and the draws that they act by; together they say who comes first within an instant.
#[derive(Clone, Debug)]
pub(super) struct Cast<'p> {
    pub plan: &'p Plan,
    pub words: Words,
    pub seats: Vec<Seat>,
    pub calendar: Calendar,
    /// Tie keys of the starts, where starts have alarms of their own.
    pub start_ties: Vec<u64>,
}

impl<'p> World<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        let proposers = plan.proposers.len();
        let alarms = if plan.has_calendar() { 2 * proposers + 1 } else { proposers };
        World {
            plan,
            now: 0,
            agenda: Agenda::new(alarms),
            cast: Cast {
                plan,
                words: Words::new(proposers, usize::from(plan.rules.nodes)),
                seats: vec![Seat::default(); proposers],
                calendar: Calendar::default(),
                start_ties: Vec::new(),
            },
            nodes: vec![Node::default(); usize::from(plan.homes()) + 1],
            monitor: Monitor::with(plan.checks, plan.roles(), &plan.submissions),
            pool: Pool::default(),
            faults: FaultState::new(plan),
            stopped: None,
            limit: 0,
            budget: 0,
            reserve: 0,
            looks: 0,
            looked_at: 0,
            stop: None,
            is_left: false,
            beyond: false,
            probe: Probe::new(),
        }
    }

    /// Sets everything to the beginning of this seed's run.
    #[inline]
    pub fn begin(&mut self, seed: u64, hooks: &mut impl Hooks) {
        let plan = self.plan;
        self.now = 0;
        self.stopped = None;
        self.limit = plan.end();
        self.budget = plan.max_events.min(PIECE);
        (self.reserve, self.looks, self.looked_at) = (plan.max_events - self.budget, 0, 0);
        self.beyond = false;
        self.probe = Probe::new();
        self.agenda.clear();
        self.cast.words.begin_run(seed);
        self.monitor.clear();
        self.nodes.fill(Node::default());
        for (seat, planned) in self.cast.seats.iter_mut().zip(&plan.proposers) {
            seat.paxos = Proposer { node: planned.node, ..Proposer::default() };
            (seat.attempt, seat.failures, seat.current) = (0, 0, None);
            seat.alarm = Alarm::Start;
            let round = &mut self.nodes[usize::from(planned.home)].round;
            *round = planned.initial_round.max(*round);
        }
        hooks.begin();
        if plan.scripted {
            self.pool.begin(plan);
            self.begin_faults();
        } else if plan.has_calendar() {
            self.begin_calendar(hooks);
        } else {
            if plan.is_special {
                self.begin_faults();
            }
            for p in 0..plan.proposers.len() {
                let number = self.agenda.number();
                self.agenda.set_alarm(p, self.start_of(p, hooks), number);
            }
        }
    }

    #[inline(always)]
    fn start_of(&self, p: usize, hooks: &impl Hooks) -> u64 {
        let drawn_ns =
            self.plan.proposers[p].start.sample((self.cast.words.current(p, Slot::START) >> 32) as u32);
        hooks.start(p, drawn_ns)
    }

    /// With submissions or reads beside the starts, each start has an alarm of its own, for its proposer may be busy.
    #[cold]
    fn begin_calendar(&mut self, hooks: &impl Hooks) {
        let (plan, proposers) = (self.plan, self.plan.proposers.len());
        self.cast.calendar.clear();
        self.cast.start_ties.clear();
        for p in 0..proposers {
            self.cast.seats[p].waiting.clear();
            self.cast.start_ties.push(self.cast.words.current(p, Slot::START_TIE));
            let number = self.agenda.number();
            self.agenda.set_alarm(proposers + p, self.start_of(p, hooks), number);
        }
        for &(at, submission) in &plan.submits {
            let order = self.agenda.number();
            self.cast.calendar.add(at, Entry::Submit(submission), order, plan, &mut self.cast.words);
        }
        for (i, read) in plan.reads.iter().enumerate() {
            let order = self.agenda.number();
            self.cast.calendar.add(read.at, Entry::Read(i, 0), order, plan, &mut self.cast.words);
        }
        if plan.is_special || plan.split.is_some() {
            self.begin_faults();
        }
        self.set_calendar_alarm();
    }

    fn begin_faults(&mut self) {
        self.faults.begin(self.plan, &mut self.cast.words, &mut self.cast.calendar);
    }

    /// An attempt has failed: from some number on the loop returns at the end of the instant.
    #[inline]
    pub fn note_failure(&mut self) {
        let limit = self.probe.note_failure(self.now.saturating_add(1), self.plan.end());
        if self.stopped.is_none() {
            self.limit = limit.unwrap_or(self.limit);
        }
    }

    /// Lets the calendar's alarm ring for its next entry.
    pub fn set_calendar_alarm(&mut self) {
        let owner = 2 * self.plan.proposers.len();
        match self.cast.calendar.next_at() {
            // Entries have numbers of their own; the alarm's is never asked for.
            Some(at) => self.agenda.set_alarm(owner, at, 0),
            None => self.agenda.cancel_alarm(owner),
        }
    }
}
