//! The state of a run and its main loop: take the next thing that happens, hand it to whom it concerns.
//!
//! What follows from it stands in `actions`. Everything is reused from run to run; in the steady state a run
//! allocates nothing.

use crate::check::{Monitor, Outcome, Violation};
use crate::paxos::{Mutant, Node, Proposer, Rules, Transport, Value};
use crate::scenario::model::{Fault, Stop};
use crate::sim::{Agenda, Due, NEVER, Slot, Words};
use crate::trace::{Event, Observer, StopReason, SubmissionId};

use super::calendar::{Calendar, Entry};
use super::packet::Packet;
use super::plan::Plan;
use super::script::{Impossible, Pool};
use super::storm::{PARKED, Storm};

/// Runs a plan's seeds, one after the other.
#[derive(Debug)]
pub struct Simulator<'p> {
    world: World<'p>,
}

impl<'p> Simulator<'p> {
    /// A simulator for this plan.
    pub fn new(plan: &'p Plan) -> Self {
        Simulator { world: World::new(plan) }
    }

    /// Runs one seed under the eyes of an observer.
    pub fn run(&mut self, seed: u64, observer: &mut impl Observer) -> &Outcome {
        self.world.begin(seed);
        if self.world.plan.is_plain {
            Engine::<_, true> { world: &mut self.world, observer }.run();
        } else {
            Engine::<_, false> { world: &mut self.world, observer }.run();
        }
        self.world.monitor.outcome()
    }

    /// The broken invariants of the last run, with evidence.
    pub fn violations(&self) -> &[Violation] {
        self.world.monitor.safety.violations()
    }

    /// The step of its script that could not happen.
    pub(super) fn impossible(&self) -> Option<&Impossible> {
        self.world.pool.impossible.as_ref()
    }

    /// The faults that were drawn in the last run, as far as they have happened: a schedule that gives the same run.
    pub fn drawn_faults(&self) -> Vec<Fault> {
        let faults = &self.world.plan.faults;
        self.world.storm.drawn.iter().filter_map(|drawn| faults.as_written(drawn)).collect()
    }

    /// The nodes as the last run left them, node 1 first.
    pub fn nodes(&self) -> &[Node] {
        &self.world.nodes[1..=usize::from(self.world.plan.rules.nodes)]
    }
}

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
#[derive(Debug)]
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
    /// Why the run is over, once it is.
    pub stopped: Option<StopReason>,
    /// Events at this time or later do not happen: just past the horizon, or 0 once the run is over.
    limit: u64,
    /// How many events may still happen.
    budget: u32,
    /// Whether something was scheduled beyond the horizon and dropped.
    pub beyond: bool,
}

/// Who acts, and the draws that they act by; together they say who comes first within an instant.
#[derive(Debug)]
pub(super) struct Cast<'p> {
    pub plan: &'p Plan,
    pub words: Words,
    pub seats: Vec<Seat>,
    pub calendar: Calendar,
    /// Tie keys of the starts, where starts have alarms of their own.
    pub start_ties: Vec<u64>,
}

impl<'p> World<'p> {
    fn new(plan: &'p Plan) -> Self {
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
            monitor: Monitor::new(plan.rules.nodes, plan.choosing, &plan.submissions),
            pool: Pool::default(),
            storm: Storm::new(plan),
            stopped: None,
            limit: 0,
            budget: 0,
            beyond: false,
        }
    }

    /// Sets everything to the beginning of this seed's run.
    #[inline]
    fn begin(&mut self, seed: u64) {
        let plan = self.plan;
        self.now = 0;
        self.stopped = None;
        self.limit = plan.horizon + 1;
        self.budget = plan.max_events;
        self.beyond = false;
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
        self.plan.proposers[p].start.sample((self.cast.words.current(p, Slot::START) >> 32) as u32)
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
        if plan.is_special {
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

/// A world and who watches it. What a `PLAIN` scenario never asks for ([`Plan`] tells) is left out when this is
/// compiled for one; the logic is the same.
pub(super) struct Engine<'w, 'p, O, const PLAIN: bool> {
    pub world: &'w mut World<'p>,
    pub observer: &'w mut O,
}

impl<O: Observer, const PLAIN: bool> Engine<'_, '_, O, PLAIN> {
    /// What the roles go by.
    #[inline(always)]
    pub fn rules(&self) -> Rules {
        let rules = self.world.plan.rules;
        if PLAIN { Rules { transport: Transport::Broadcast, mutant: Mutant::None, ..rules } } else { rules }
    }

    /// Whether callers wait for one answer at a time.
    #[inline(always)]
    pub fn is_sequential(&self) -> bool {
        self.rules().transport == Transport::Sequential
    }

    /// Shows an event to the checks and to the observer.
    #[inline(always)]
    pub fn emit(&mut self, event: Event) {
        let now = self.world.now;
        self.world.monitor.on(now, &event);
        if O::ACTIVE {
            self.observer.on(now, &event);
        }
    }

    /// From the first event to the last.
    fn run(&mut self) {
        if !PLAIN && self.world.plan.scripted {
            return self.run_script();
        }
        let reason = loop {
            let world = &mut *self.world;
            let next = world.agenda.next();
            if next.at >= world.limit || world.budget == 0 {
                break world.reason_to_end(next.at);
            }
            if next.is_arrival {
                world.turn_to(next.at);
                let packet = world.agenda.take_arrival(&mut world.cast);
                self.on_arrival(packet);
            } else {
                if world.plan.may_idle && world.is_idle() {
                    break StopReason::Quiescent;
                }
                world.turn_to(next.at);
                self.on_due();
            }
        };
        let world = &mut *self.world;
        world.monitor.tally.count_events(world.plan.max_events - world.budget);
        self.emit(Event::Stopped { reason });
    }

    /// An alarm is due, or it and an arrival of the same instant.
    #[inline(never)]
    fn on_due(&mut self) {
        let world = &mut *self.world;
        match world.agenda.take_due(&mut world.cast) {
            Due::Arrival(packet) => self.on_arrival(packet),
            Due::Alarm(owner) => self.on_alarm(owner),
        }
    }

    /// Puts a packet on its way; what would arrive after the horizon never does.
    #[inline(always)]
    pub fn schedule(&mut self, at: u64, packet: Packet) {
        if at > self.world.plan.horizon {
            self.world.beyond = true;
            return;
        }
        let world = &mut *self.world;
        world.agenda.arrive(at, packet, &mut world.cast);
    }

    /// A message arrives.
    #[inline(always)]
    fn on_arrival(&mut self, packet: Packet) {
        if !PLAIN && packet.is_checked() {
            return self.set_promise(packet.unchecked());
        }
        if !PLAIN && self.world.plan.is_special {
            return self.arrive_in_detail(packet);
        }
        self.handle(packet);
    }

    /// A message is handled by whom it was sent to.
    #[inline(always)]
    pub fn handle(&mut self, packet: Packet) {
        if !PLAIN
            && let Some(gap) = self.world.plan.split_gap
            && packet.is_prepare()
        {
            return self.on_split_prepare(packet, gap);
        }
        self.emit(Event::Delivered { message: packet.message() });
        if packet.is_request() {
            self.on_request(packet);
        } else if packet.is_reply() {
            let p = usize::from(packet.proposer());
            let (phase, rules) = (packet.protocol_phase(), self.rules());
            let paxos = &mut self.world.cast.seats[p].paxos;
            // Asked before the reply is looked at, for most replies of a long duel are to attempts that are over.
            if !paxos.awaits(packet.ballot) && rules.mutant == Mutant::None {
                return;
            }
            let effect = paxos.on_reply(packet.node(), phase, packet.ballot, packet.as_reply(), &rules);
            self.apply(p, effect);
        } else {
            self.on_announce(packet);
        }
    }

    fn on_announce(&mut self, packet: Packet) {
        self.learn_at(packet.node(), packet.value());
    }

    /// A node's learner is told the value.
    pub fn learn_at(&mut self, node: u8, value: Value) {
        if self.world.nodes[usize::from(node)].learner.on_announce(value) {
            self.emit(Event::NodeLearned { node, value: value.0 });
        }
    }

    #[inline(always)]
    fn on_alarm(&mut self, owner: usize) {
        let proposers = self.world.cast.seats.len();
        if owner >= proposers {
            return self.on_calendar_alarm(owner - proposers);
        }
        if !PLAIN && self.world.plan.is_special && self.hold_alarm(owner) {
            return;
        }
        self.ring(owner);
    }

    /// A proposer's alarm rings.
    #[inline(always)]
    pub fn ring(&mut self, owner: usize) {
        match self.world.cast.seats[owner].alarm {
            Alarm::Start => self.submit(owner, owner as SubmissionId),
            Alarm::Retry => {
                let effect = self.begin_attempt(owner);
                self.apply(owner, effect);
            }
            Alarm::Timeout => {
                let effect = self.world.cast.seats[owner].paxos.on_timeout();
                self.apply(owner, effect);
            }
            Alarm::Call => self.on_call_failed(owner),
        }
    }

    #[cold]
    fn on_calendar_alarm(&mut self, which: usize) {
        let proposers = self.world.cast.seats.len();
        if which < proposers {
            return self.client_submits(which, which as SubmissionId);
        }
        let entry = self.world.cast.calendar.pop();
        match entry {
            Some(Entry::Submit(submission)) => {
                let p = usize::from(self.world.plan.submissions[usize::from(submission)]);
                self.client_submits(p, submission);
            }
            Some(Entry::Fault(index)) => self.on_fault(index),
            Some(Entry::Drawn(source)) => self.on_drawn(source),
            Some(Entry::Served(node, life)) => self.on_served(node, life),
            Some(Entry::Read(read, time)) => self.read(read, time),
            None => {}
        }
        self.world.set_calendar_alarm();
    }

    /// A call ends with an error.
    pub fn on_call_failed(&mut self, p: usize) {
        self.world.cast.seats[p].call_deadline = Deadline::NONE;
        let effect = self.fail_call(p);
        self.obey(p, effect);
    }
}

impl World<'_> {
    /// One event more happens, at this time.
    #[inline(always)]
    fn turn_to(&mut self, at: u64) {
        self.budget -= 1;
        self.now = at;
    }

    /// Why a run ends although its next event ([`NEVER`] for none) has not happened.
    #[cold]
    fn reason_to_end(&mut self, next_at: u64) -> StopReason {
        if let Some(reason) = self.stopped {
            return reason;
        }
        let is_quiet = matches!(next_at, NEVER | PARKED) && !self.beyond;
        if is_quiet || self.plan.may_idle && self.is_idle() {
            return StopReason::Quiescent;
        }
        if next_at < self.limit {
            return StopReason::MaxEvents;
        }
        self.now = self.plan.horizon;
        StopReason::Horizon
    }

    /// Whether nothing is scheduled but what changes nothing.
    #[cold]
    fn is_idle(&self) -> bool {
        self.agenda.has_only(2 * self.plan.proposers.len())
            && self.cast.calendar.is_idle()
            && self.nobody_waits_for_weather()
            && !self.beyond
    }

    /// Whether the run is over at a choice, an answer.
    #[inline(always)]
    pub fn check_stop(&mut self, stop: Stop, holds: bool, reason: StopReason) {
        if holds && self.plan.stop == stop {
            (self.stopped, self.limit) = (Some(reason), 0);
        }
    }
}
