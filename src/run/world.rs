//! The state of a run, from one seed to the next.
//!
//! Everything is reused from run to run; in the steady state a run allocates nothing. Absent on purpose: what happens
//! in it (`engine`) and what follows from that (`actions`).

use std::sync::atomic::AtomicBool;

use crate::check::Monitor;
use crate::paxos::{Node, Proposer};
use crate::sim::{Agenda, NEVER, Slot, Words};
use crate::trace::{StopReason, SubmissionId};

use super::calendar::{Calendar, Entry};
use super::deviate::Deviant;
use super::livelock::{Certificate, Hunt};
use super::packet::Packet;
use super::plan::Plan;
use super::script::Pool;
use super::storm::Storm;

/// After so many events it is looked whether time went on; where it did not, the run is over. The largest cluster with the most
/// proposers has some 16,000 messages in flight at once, so a legal instant has fewer.
pub(super) const STANDSTILL: u32 = 1 << 18;
/// After so many it is looked whether somebody wishes that the run be left: a few milliseconds, wherever it runs.
pub(super) const PIECE: u32 = STANDSTILL / 16;

/// What a proposer's alarm is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Its start: it submits its own value.
    Start,
    /// The next attempt.
    Retry,
    /// The time-out of its phase or attempt.
    Timeout,
    /// The error that ends its call: a time-out, or the loss of the request or the reply.
    Call,
}

/// A proposer with what the runtime keeps beside it.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub paxos: Proposer,
    /// Attempts begun so far; the number of the current one.
    pub attempt: u32,
    /// Failures of the current submission.
    pub failures: u32,
    /// The submission that is worked on.
    pub current: Option<SubmissionId>,
    /// Submissions that wait for the current one's answer.
    pub waiting: std::collections::VecDeque<SubmissionId>,
    pub alarm: Alarm,
    /// When the current phase, attempt and call time out.
    pub phase_deadline: Deadline,
    pub attempt_deadline: Deadline,
    pub call_deadline: Deadline,
}

/// When something ends by itself, and the scheduling number of that; at [`NEVER`] if it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deadline {
    pub at: u64,
    pub number: u64,
    /// The lost message that an error stands for; none for a time-out.
    pub lost: Option<Slot>,
}

impl Deadline {
    pub const NONE: Deadline = Deadline { at: NEVER, number: 0, lost: None };
}

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
    pub storm: Storm,
    /// What is otherwise than drawn; untouched by a plan that is not made for it.
    pub deviant: Deviant,
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
    /// The search for a cycle.
    pub hunt: Hunt<'p>,
    /// What it found.
    pub certificate: Option<Certificate>,
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
        let seat = |planned: &super::plan::PlannedProposer| Seat {
            paxos: Proposer { node: planned.node, ..Proposer::default() },
            attempt: 0,
            failures: 0,
            current: None,
            waiting: std::collections::VecDeque::new(),
            alarm: Alarm::Start,
            phase_deadline: Deadline::NONE,
            attempt_deadline: Deadline::NONE,
            call_deadline: Deadline::NONE,
        };
        let alarms = if plan.has_calendar() { 2 * proposers + 1 } else { proposers };
        World {
            plan,
            now: 0,
            agenda: Agenda::new(alarms),
            cast: Cast {
                plan,
                words: Words::new(proposers, usize::from(plan.rules.nodes)),
                seats: plan.proposers.iter().map(seat).collect(),
                calendar: Calendar::default(),
                start_ties: Vec::new(),
            },
            nodes: vec![Node::default(); usize::from(plan.homes()) + 1],
            monitor: Monitor::with(plan.checks, plan.roles(), &plan.submissions),
            pool: Pool::default(),
            storm: Storm::new(plan),
            deviant: Deviant::default(),
            stopped: None,
            limit: 0,
            budget: 0,
            reserve: 0,
            looks: 0,
            looked_at: 0,
            stop: None,
            is_left: false,
            beyond: false,
            hunt: Hunt::default(),
            certificate: None,
        }
    }

    /// Sets everything to the beginning of this seed's run.
    #[inline]
    pub fn begin(&mut self, seed: u64) {
        let plan = self.plan;
        self.now = 0;
        self.stopped = None;
        self.limit = plan.end();
        self.budget = plan.max_events.min(PIECE);
        (self.reserve, self.looks, self.looked_at) = (plan.max_events - self.budget, 0, 0);
        self.beyond = false;
        if plan.proves_cycles {
            self.hunt.begin_run();
            self.certificate = None;
        }
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
        if plan.is_special {
            self.deviant.begin();
        }
        if plan.scripted {
            self.pool.begin(plan);
            self.begin_storm();
        } else if plan.has_calendar() {
            self.begin_calendar();
        } else {
            if plan.is_special {
                self.begin_storm();
            }
            for p in 0..plan.proposers.len() {
                let number = self.agenda.number();
                self.agenda.set_alarm(p, self.start_of(p), number);
            }
        }
    }

    #[inline(always)]
    fn start_of(&self, p: usize) -> u64 {
        let drawn_ns =
            self.plan.proposers[p].start.sample((self.cast.words.current(p, Slot::START) >> 32) as u32);
        if self.plan.is_special { self.deviant.start(p, drawn_ns) } else { drawn_ns }
    }

    /// With submissions or reads beside the starts, each start has an alarm of its own, for its proposer may be busy.
    #[cold]
    fn begin_calendar(&mut self) {
        let (plan, proposers) = (self.plan, self.plan.proposers.len());
        self.cast.calendar.clear();
        self.cast.start_ties.clear();
        for p in 0..proposers {
            self.cast.seats[p].waiting.clear();
            self.cast.start_ties.push(self.cast.words.current(p, Slot::START_TIE));
            let number = self.agenda.number();
            self.agenda.set_alarm(proposers + p, self.start_of(p), number);
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
            self.begin_storm();
        }
        self.set_calendar_alarm();
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
