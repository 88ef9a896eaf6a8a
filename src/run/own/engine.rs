//! A run of somebody's nodes: what happens next, and to whom.
//!
//! It never calls a node: [`Run::next_input`] says what one is to be told, [`Run::obey`] takes what it answers. So whoever drives it
//! may keep many runs going at once. Absent on purpose: what becomes of effects (`obey`), of messages (`mail`), of faults
//! (`injector`).

use std::collections::{BTreeMap, VecDeque};

use crate::check::{Monitor, Outcome};
use crate::run::deviate::{Deviant, Deviations};
use crate::run::fault_sources::FaultSources;
use crate::run::plan::Plan;
use crate::scenario::model::Stop;
use crate::sim::{NEVER, Net, Slot};
use crate::trace::{BallotId, Event, Kind, NodeId, Observer, ProposerId, StopReason, SubmissionId};

use super::address::Draws;
use super::agenda::{Agenda, Ending, Entry};
use super::book::{Book, Owner};
use super::clock::Clock;
use super::fit::Fit;
use super::parcel::{Call, NewTimer, Parcels, Request, Timer};
use crate::own::{Begin, Body, Input, What};
use crate::own::{Map, Note};

/// After so many events at one instant time is taken to stand still.
const STANDSTILL: u32 = 1 << 16;

/// Business of a node that stands still, beside the messages that wait for it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Local {
    Submit(Owner),
    Read(usize),
    CallEnds(u64, Ending),
    Timer(u64),
}

/// What a node is known to store.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub promised: Option<BallotId>,
    pub vote: Option<(BallotId, SubmissionId)>,
    pub learned: Option<SubmissionId>,
    pub counter: Option<u64>,
    /// Whether the node has ever said what it stores.
    pub is_said: bool,
}

/// What is done before anything else of this instant.
#[derive(Clone, Debug)]
pub(super) enum Todo {
    /// A call ends.
    EndCall(NodeId, u64, Ending),
    /// The next thing that waits at a node that goes on.
    Release(NodeId),
    /// The next message that was late at a node, now that another one has been handled there.
    Overtaken(NodeId),
    /// A node is told that it goes down, or comes up.
    Tell(NodeId, What),
}

/// The activation that is going on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Activation {
    pub owner: Option<Owner>,
    /// What it says of why an attempt ends in it.
    pub why: Option<crate::trace::Failure>,
    /// Whether the node boots: what it stores then is no change.
    pub boots: bool,
    /// The phase of the request that it answers.
    pub phase: u8,
    /// Whether timers of it are the scenario's start.
    pub is_start: bool,
    /// Whether its message is a second copy, or the answer to one.
    pub of_copy: bool,
    /// What the message is that the node hears, if it hears one that it is not waiting for.
    pub heard: Option<Kind>,
}

/// One run at a time of a plan with somebody's nodes.
#[derive(Debug)]
pub struct Run<'p> {
    pub(super) plan: &'p Plan,
    pub(super) map: Map,
    pub(super) values: Vec<Body>,
    pub(super) draws: Draws,
    /// In what runs deviate from their seeds.
    pub(super) deviant: Deviant<u32>,
    pub(super) agenda: Agenda,
    pub(super) net: Net<u32, Local>,
    pub(super) parcels: Parcels,
    pub(super) book: Book,
    pub(super) known: Vec<Known>,
    pub(super) clocks: Vec<Clock>,
    /// By node: how often it has gone down.
    pub(super) lives: Vec<u32>,
    pub(super) requests: Vec<Request>,
    pub(super) calls: BTreeMap<(NodeId, u64), Call>,
    pub(super) timers: BTreeMap<(NodeId, u64), Timer>,
    /// By proposer: the submission whose start the node's own code waits for.
    pub(super) to_be_submitted: Vec<Option<SubmissionId>>,
    pub(super) sources: FaultSources,
    pub(super) ready: VecDeque<Todo>,
    /// Timers of this step, not yet scheduled: their tie keys are those of the attempt that the step ends in.
    pub(super) new_timers: Vec<NewTimer>,
    pub(super) input: Input,
    pub(super) activation: Activation,
    pub(super) monitor: Monitor,
    pub(super) now: u64,
    pub(super) stopped: Option<StopReason>,
    is_finished: bool,
    /// How much the nodes have said, in effects.
    pub(super) said: usize,
    pub(super) events: u32,
    /// When time last went on, in events.
    moved_at: u32,
    told: VecDeque<(u64, Event)>,
    pub(super) notes: Vec<Note>,
    /// What is seen of whether the nodes' file fits their program.
    pub(super) fit: Fit,
    /// What clients were told, as it was said.
    pub(super) replies: BTreeMap<SubmissionId, String>,
    /// The clients that were told to wait until their nodes have learned a value.
    pub(super) later: Vec<(NodeId, Owner)>,
    pub(super) reads: Vec<super::setting::ReadAt>,
}

impl<'p> Run<'p> {
    /// Runs of this plan; `map` says what the nodes' messages mean, `values` are the values of its submissions in their order.
    pub fn new(plan: &'p Plan, map: Map, values: Vec<Body>) -> Run<'p> {
        let numbers = usize::from(plan.nodes()) + 1;
        Run {
            plan,
            map,
            values,
            draws: Draws::new(plan.proposers(), plan.nodes()),
            deviant: Deviant::default(),
            agenda: Agenda::default(),
            net: Net::new(plan.nodes(), if plan.keeps_order() { plan.nodes() } else { 0 }),
            parcels: Parcels::default(),
            book: Book::default(),
            known: vec![Known::default(); numbers],
            clocks: vec![Clock::default(); numbers],
            lives: vec![0; numbers],
            requests: Vec::new(),
            calls: BTreeMap::new(),
            timers: BTreeMap::new(),
            to_be_submitted: vec![None; plan.proposers()],
            sources: FaultSources::default(),
            ready: VecDeque::new(),
            new_timers: Vec::new(),
            input: Input { at_ns: 0, node: 0, cause: String::new(), key: 0, what: What::Crash },
            activation: Activation::default(),
            monitor: plan.monitor(),
            now: 0,
            stopped: None,
            is_finished: false,
            said: 0,
            events: 0,
            moved_at: 0,
            told: VecDeque::new(),
            notes: Vec::new(),
            fit: Fit::default(),
            replies: BTreeMap::new(),
            later: Vec::new(),
            reads: plan.reads().collect(),
        }
    }

    /// From now on runs deviate in this.
    pub fn deviate(&mut self, deviations: Deviations) {
        self.deviant.deviate(deviations);
    }

    /// Turns to the run of this seed; what the nodes are told first. What they answer goes to [`Run::obey`].
    pub fn begin(&mut self, seed: u64) -> Begin {
        let plan = self.plan;
        (self.now, self.said, self.events, self.moved_at) = (0, 0, 0, 0);
        (self.stopped, self.is_finished) = (None, false);
        self.draws.begin_run(seed);
        self.deviant.begin_run();
        self.agenda.clear();
        self.net.clear();
        self.parcels.clear();
        self.book.begin_run(plan.proposers());
        self.known.fill(Known::default());
        self.clocks.fill(Clock::default());
        self.lives.fill(0);
        self.requests.clear();
        self.calls.clear();
        self.timers.clear();
        self.to_be_submitted.fill(None);
        self.ready.clear();
        self.new_timers.clear();
        self.told.clear();
        self.notes.clear();
        self.fit = Fit::default();
        self.replies.clear();
        self.later.clear();
        self.monitor.clear();
        self.map.reset();
        self.activation = Activation { boots: true, ..Activation::default() };
        self.schedule_clients();
        self.schedule_faults();
        Begin { nodes: plan.nodes(), words: self.draws.of_run(), ..Begin::default() }
    }

    pub(super) fn tie_of_attempt(&mut self, proposer: ProposerId, attempt: u32, slot: Slot) -> u64 {
        if self.plan.fifo_ties() { 0 } else { self.draws.of_attempt(proposer, attempt, slot) }
    }

    /// What a node is told next; none if the run is over.
    pub fn next_input(&mut self) -> Option<&Input> {
        loop {
            if self.stopped.is_some() {
                self.finish();
                return None;
            }
            let happens = match self.ready.pop_front() {
                Some(todo) => self.at_once(todo),
                None => self.next_entry(),
            };
            if happens {
                return Some(&self.input);
            }
        }
    }

    /// The next scheduled thing happens; whether a node is to be told.
    fn next_entry(&mut self) -> bool {
        let next_at = self.agenda.next_at().unwrap_or(NEVER);
        let is_over = next_at == NEVER || self.is_idle();
        if is_over && self.deliver_late(next_at) {
            return false;
        }
        self.stopped = if is_over {
            Some(StopReason::Quiescent)
        } else if next_at > self.plan.horizon_ns() {
            self.now = self.plan.horizon_ns();
            Some(StopReason::Horizon)
        } else if self.events >= self.plan.max_events() {
            Some(StopReason::MaxEvents)
        } else if self.events - self.moved_at > STANDSTILL && next_at == self.now {
            Some(StopReason::Standstill)
        } else {
            None
        };
        if self.stopped.is_some() {
            return false;
        }
        let Some((at, entry)) = self.agenda.pop() else { return false };
        if at > self.now {
            (self.now, self.moved_at) = (at, self.events);
        }
        self.happen(entry)
    }

    fn happen(&mut self, entry: Entry) -> bool {
        match entry {
            Entry::Start(p) => self.client_comes(Owner { proposer: p, submission: SubmissionId::from(p) }),
            Entry::Submit(submission) => {
                let proposer = self.plan.submissions()[usize::from(submission)];
                self.client_comes(Owner { proposer, submission })
            }
            Entry::Read(read, time) => self.read(read, time),
            Entry::Fault(index) => self.on_fault(index),
            Entry::Drawn(source) => self.on_drawn(source),
            Entry::Arrival(parcel) => self.arrive(parcel),
            Entry::Served(node, life) => self.on_served(node, life),
            Entry::CallEnds(node, call, why) => {
                self.events += u32::from(self.calls.contains_key(&(node, call)));
                self.end_call(node, call, why)
            }
            Entry::Timer(node, timer) => self.ring(node, timer),
        }
    }

    fn at_once(&mut self, todo: Todo) -> bool {
        match todo {
            Todo::EndCall(node, call, why) => self.end_call(node, call, why),
            Todo::Release(node) => self.release(node),
            Todo::Overtaken(node) => self.handle_late(node),
            Todo::Tell(node, what) => {
                let boots = matches!(what, What::Restart);
                let cause =
                    format!("{}.{}", if boots { "restart" } else { "crash" }, self.lives[usize::from(node)]);
                self.tell(node, cause, what, Activation { boots, ..Activation::default() })
            }
        }
    }

    /// One event more; and a node is told something.
    pub(super) fn tell(&mut self, node: NodeId, cause: String, what: What, activation: Activation) -> bool {
        let key = self.draws.of_activation(node, &cause);
        let at_ns = self.clocks[usize::from(node)].shows(self.now);
        self.input = Input { at_ns, node, cause, key, what };
        self.activation = activation;
        self.begin_step();
        true
    }

    /// One event more has happened.
    pub(super) fn count(&mut self) {
        self.events += 1;
    }

    fn ring(&mut self, node: NodeId, id: u64) -> bool {
        if !self.timers.contains_key(&(node, id)) {
            return false;
        }
        self.count();
        if self.net.conditions.is_paused(node) {
            self.net.hold(node, Local::Timer(id));
            return false;
        }
        self.ring_now(node, id)
    }

    pub(super) fn ring_now(&mut self, node: NodeId, id: u64) -> bool {
        let Some(timer) = self.timers.remove(&(node, id)) else { return false };
        if timer.is_start
            && let Some(owner) = timer.owner
        {
            self.submit_now(owner.proposer);
        }
        let why = Some(crate::trace::Failure::TimedOut);
        let activation = Activation { owner: timer.owner, why, ..Activation::default() };
        self.tell(node, format!("timer.{id}"), What::Timer { id }, activation)
    }

    fn is_idle(&self) -> bool {
        let waits = |p: usize| {
            let node = self.plan.node_of(p as ProposerId);
            self.net.conditions.is_down(node)
        };
        self.ready.is_empty()
            && self.calls.is_empty()
            && self.agenda.is_idle()
            && (self.agenda.only_repeats() || self.net.is_quiet() && !(0..self.plan.proposers()).any(waits))
    }

    /// Shows an event to the checks, and to whoever watches.
    pub(super) fn emit(&mut self, event: Event) {
        if self.stopped.is_some() {
            return;
        }
        self.monitor.on(self.now, &event);
        self.tell_observers(event);
    }

    /// Tells of an arrival that no program hears of: what a program does is not held against it.
    pub(super) fn emit_unheard(&mut self, event: Event) {
        if self.stopped.is_none() {
            self.monitor.on_plain(self.now, &event);
            self.tell_observers(event);
        }
    }

    fn tell_observers(&mut self, event: Event) {
        self.told.push_back((self.now, event));
        match event {
            Event::Voted { .. } => {
                let chosen = self.monitor.safety.chosen().is_some();
                self.stop_if(Stop::Chosen, chosen, StopReason::Chosen);
            }
            Event::Answered { .. } => {
                let all = self.monitor.tally.all_answered();
                self.stop_if(Stop::Answered, all, StopReason::Answered);
            }
            _ => {}
        }
    }

    fn stop_if(&mut self, stop: Stop, holds: bool, reason: StopReason) {
        if holds && self.plan.stop() == stop {
            self.stopped = Some(reason);
        }
    }

    fn finish(&mut self) {
        if !std::mem::replace(&mut self.is_finished, true) {
            self.monitor.tally.count_events(self.events);
            let event = Event::Stopped { reason: self.stopped.unwrap_or(StopReason::Quiescent) };
            self.monitor.on(self.now, &event);
            self.told.push_back((self.now, event));
        }
    }

    /// What a node is told, as [`Run::next_input`] said it.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// Ends the run here, for this reason.
    pub(super) fn end(&mut self, reason: StopReason) {
        self.stopped = self.stopped.or(Some(reason));
        self.finish();
    }

    /// Shows what has happened since the last call.
    pub fn show(&mut self, observer: &mut dyn Observer) {
        for (at, event) in self.told.drain(..) {
            observer.on(at, &event);
        }
    }

    /// What the run came to; complete once [`Run::next_input`] says that it is over.
    pub fn outcome(&self) -> &Outcome {
        self.monitor.outcome()
    }

    /// The broken invariants, with evidence.
    pub fn violations(&self) -> &[crate::check::Violation] {
        self.monitor.safety.violations()
    }

    /// How many events have happened.
    pub fn events(&self) -> u32 {
        self.events
    }
}
