//! What faults do: to links, to nodes, to the proposers and clients that live on them.
//!
//! A plan without faults never comes here. What becomes of single messages stands in `passage`. Absent on purpose: when
//! faults strike (`faults`), and any decision about the protocol.
//!
//! A crash keeps what is on disk (promise, vote, round counter) and loses what is in memory: a running attempt, the
//! rounds that rejections have taught, what the learner knew. A client whose submission is lost with its node hears
//! nothing more, unless it retries: then it waits for the restart, and from there for its policy's delay.

use crate::paxos::{Learner, Phase, Proposer};
use crate::sim::{Conditions, Cuts, NEVER, Rare, Spell, later};
use crate::trace::{Event, Loss, NodeBits, Observer, SubmissionId};

use super::calendar::Entry;
use super::engine::Engine;
use super::faults::{Action, Drawn};
use super::packet::Packet;
use super::passage::Serving;
use super::plan::Plan;
use super::world::{Alarm, Deadline, World};

/// What waits for a node that stands still to go on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    Message(Packet),
    /// A handler in two steps, before its second.
    Handler(Packet),
    /// The alarm of this proposer, what it was for, and the scheduling number of the deadline that it stands for.
    Alarm(usize, Alarm, u64),
    Submission(usize, SubmissionId),
    Read(usize),
    /// The error that ends the call of which this message was a part.
    CallError(Packet),
}

/// The weather of a run.
#[derive(Clone, Debug)]
pub(super) struct Storm {
    pub cuts: Cuts,
    pub conditions: Conditions,
    /// By node: the service time of each message, if it is slow.
    pub service: Vec<Option<u16>>,
    pub serving: Vec<Serving>,
    /// By node: the handlers that are between their two steps.
    pub handlers: Vec<Serving>,
    /// What is held, with the node that it waits for, in order of arrival.
    pub held: Vec<(u8, Held)>,
    /// By link, between homes: when its last message arrives, where it keeps the order.
    pub last_arrival: Vec<u64>,
    /// What was drawn and has happened.
    pub drawn: Vec<Drawn>,
    /// By source of drawn faults: the cycle, its fault, and whether that has begun.
    sources: Vec<(u32, Spell, bool)>,
    /// By proposer: how many restarts it has lived to see while its client waited.
    restarts: Vec<u32>,
}

impl Storm {
    pub(super) fn new(plan: &Plan) -> Storm {
        let numbers = usize::from(plan.rules.nodes) + 1;
        let homes = usize::from(plan.homes()) + 1;
        let keeps_order = plan.detail.as_ref().is_some_and(|detail| detail.keeps_order);
        Storm {
            cuts: Cuts::default(),
            conditions: Conditions::new(plan.rules.nodes),
            service: vec![None; numbers],
            serving: vec![Serving::default(); numbers],
            handlers: vec![Serving::default(); numbers],
            held: Vec::new(),
            last_arrival: vec![0; if keeps_order { homes * homes } else { 0 }],
            drawn: Vec::new(),
            sources: Vec::new(),
            restarts: vec![0; plan.proposers.len()],
        }
    }

    fn clear(&mut self) {
        self.cuts.clear();
        self.conditions.clear();
        self.service.fill(None);
        self.serving.iter_mut().chain(&mut self.handlers).for_each(Serving::clear);
        self.held.clear();
        self.last_arrival.fill(0);
        self.drawn.clear();
        self.sources.clear();
        self.restarts.fill(0);
    }
}

impl World<'_> {
    /// Clears the sky and schedules the first fault of each source.
    #[cold]
    #[inline(never)]
    pub(super) fn begin_storm(&mut self) {
        self.storm.clear();
        let faults = &self.plan.faults;
        if let Some(&(at, _)) = faults.scheduled.first() {
            self.cast.calendar.add_first(at, Entry::Fault(0));
        }
        for (i, source) in faults.sources.iter().enumerate() {
            let spell = source.renewal.spell(&mut self.cast.words, 0, 0);
            self.storm.sources.push((0, spell.unwrap_or(Spell { from: NEVER, to: NEVER, word: 0 }), false));
            if let Some(spell) = spell {
                self.cast.calendar.add_first(spell.from, Entry::Drawn(i));
            }
        }
    }

    /// Whether nobody waits for a fault: what is left of the schedule meets nothing then.
    pub(super) fn nobody_waits_for_weather(&self) -> bool {
        let storm = &self.storm;
        let served = storm.serving.iter().chain(&storm.handlers).all(Serving::is_empty);
        let waits = |p: usize| {
            let (seat, node) = (&self.cast.seats[p], self.plan.proposers[p].node);
            let has_work = seat.current.is_some() || !seat.waiting.is_empty();
            has_work && storm.conditions.is_down(node)
        };
        storm.held.is_empty() && served && !(0..self.cast.seats.len()).any(waits)
    }
}

impl<O: Observer, const PLAIN: bool> Engine<'_, '_, O, PLAIN> {
    /// A scheduled fault.
    pub(super) fn on_fault(&mut self, index: usize) {
        let plan = self.world.plan;
        if let Some(&(at, _)) = plan.faults.scheduled.get(index + 1) {
            self.world.cast.calendar.add_first(at, Entry::Fault(index + 1));
        }
        self.act(&plan.faults.scheduled[index].1);
    }

    /// A drawn fault begins or ends.
    pub(super) fn on_drawn(&mut self, source: usize) {
        let world = &mut *self.world;
        let (cycle, spell, ends) = world.storm.sources[source];
        let drawn = Drawn { at: world.now, source, spell, ends };
        world.storm.drawn.push(drawn);
        let renewal = &world.plan.faults.sources[source].renewal;
        let (next, at) = if ends {
            let next = renewal.spell(&mut world.cast.words, cycle + 1, world.now);
            ((cycle + 1, next.unwrap_or(spell), false), next.map(|next| next.from))
        } else {
            ((cycle, spell, true), Some(spell.to))
        };
        world.storm.sources[source] = next;
        if let Some(at) = at {
            world.cast.calendar.add_first(later(at, 0), Entry::Drawn(source));
        }
        if let Some(action) = world.plan.faults.drawn_action(&drawn) {
            self.act(&action);
        }
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Partition(groups) => {
                let nodes = ((1u128 << (self.world.plan.rules.nodes + 1)) - 2) as u64;
                self.cut(|cuts| cuts.partition(groups, nodes));
            }
            Action::OneWay { from, to } => self.cut(|cuts| cuts.one_way(*from, *to)),
            Action::Heal(nodes) => self.cut(|cuts| cuts.heal(*nodes)),
            Action::Crash(nodes) => self.each(*nodes, Self::crash),
            Action::Restart(nodes) => self.each(*nodes, Self::restart),
            Action::Pause(nodes) => self.each(*nodes, Self::pause),
            Action::Resume(nodes) => self.each(*nodes, Self::resume),
            Action::Slow(nodes, service) => self.each(*nodes, |engine, node| {
                let of_node = &mut engine.world.storm.service[usize::from(node)];
                let news = of_node.is_some() != service.is_some();
                *of_node = *service;
                if news {
                    engine.emit(Event::Slowed { node, slow: service.is_some() });
                }
            }),
            Action::ClockRate(nodes, ppm) => self.each(*nodes, |engine, node| {
                engine.world.storm.conditions.set_rate(node, *ppm);
                engine.emit(Event::ClockRate { node, ppm: *ppm });
            }),
        }
    }

    /// Does something at each of these nodes, in ascending order, unless it ends the run.
    fn each(&mut self, nodes: u64, mut what: impl FnMut(&mut Self, u8)) {
        for node in NodeBits(nodes).iter() {
            if self.world.stopped.is_none() {
                what(self, node);
            }
        }
    }

    /// Changes the cuts and tells what has changed, sender by sender.
    fn cut(&mut self, change: impl FnOnce(&mut Cuts)) {
        let before = self.world.storm.cuts.clone();
        change(&mut self.world.storm.cuts);
        for from in 0..=self.world.plan.rules.nodes {
            let to = self.world.storm.cuts.from(from);
            if to != before.from(from) {
                self.emit(Event::Cut { from, to: NodeBits(to) });
            }
        }
    }

    fn pause(&mut self, node: u8) {
        if self.world.storm.conditions.pause(node) {
            self.emit(Event::Paused { node });
        }
    }

    /// A node goes on: what has queued up is handled now, in the order in which it came.
    fn resume(&mut self, node: u8) {
        if !self.world.storm.conditions.resume(node) {
            return;
        }
        self.emit(Event::Resumed { node });
        self.catch_up(node);
        for p in 0..self.world.cast.seats.len() {
            if self.world.plan.proposers[p].node == node {
                self.watch_again(p);
            }
        }
    }

    /// Handles what has queued up.
    fn catch_up(&mut self, node: u8) {
        while self.world.stopped.is_none() && !self.world.storm.conditions.is_paused(node) {
            let held = &mut self.world.storm.held;
            let Some(next) = held.iter().position(|(of, _)| *of == node) else { break };
            match held.remove(next).1 {
                Held::Message(packet) => self.meet(node, packet),
                Held::Handler(packet) => self.finish_handler(packet),
                Held::Alarm(p, alarm, number) => self.ring_late(p, alarm, number),
                Held::Submission(p, submission) => self.submit(p, submission),
                Held::Read(read) => self.look(read),
                Held::CallError(packet) => self.break_call(&packet),
            }
        }
    }

    pub(super) fn crash(&mut self, node: u8) {
        if !self.world.storm.conditions.crash(node) {
            return;
        }
        self.emit(Event::Crashed { node });
        self.world.nodes[usize::from(node)].learner = Learner::default();
        for p in 0..self.world.cast.seats.len() {
            if self.world.plan.proposers[p].node == node {
                self.abort(p);
            }
        }
        let serving = &mut self.world.storm.serving[usize::from(node)];
        let mut lost = serving.abandon();
        let mut ended = self.world.storm.handlers[usize::from(node)].abandon();
        self.world.cast.calendar.end_service(node);
        let mut refused = Vec::new();
        self.world.storm.held.retain(|&(of, held)| {
            match held {
                Held::Message(packet) if of == node => lost.push(packet),
                Held::Handler(packet) if of == node => ended.push(packet),
                Held::Read(_) | Held::Submission(..) if of == node => refused.push(held),
                _ => {}
            }
            of != node
        });
        for packet in lost {
            self.drop_packet(packet, Loss::Down);
        }
        for packet in ended {
            self.break_call(&packet);
        }
        for held in refused {
            match held {
                Held::Read(read) => self.look(read),
                Held::Submission(p, submission) => self.submit_in_vain(p, submission),
                _ => {}
            }
        }
    }

    /// A proposer's node has crashed.
    fn abort(&mut self, p: usize) {
        let world = &mut *self.world;
        let never_retries = world.plan.retry.is_none() && !world.script_goes_on(p);
        world.agenda.cancel_alarm(p);
        let seat = &mut world.cast.seats[p];
        let was_running = seat.paxos.phase != Phase::Idle;
        seat.paxos = Proposer { node: seat.paxos.node, ..Proposer::default() };
        (seat.phase_deadline, seat.attempt_deadline) = (Deadline::NONE, Deadline::NONE);
        seat.call_deadline = Deadline::NONE;
        seat.failures += u32::from(was_running);
        let (attempt, is_last) = (seat.attempt, seat.failures >= world.plan.max_attempts);
        let lost = if never_retries || is_last { seat.current.take() } else { None };
        if was_running {
            self.emit(Event::Aborted { proposer: p as u8, attempt });
        }
        if let Some(submission) = lost {
            self.emit(Event::Abandoned { proposer: p as u8, submission });
        }
        while never_retries && let Some(submission) = self.world.cast.seats[p].waiting.pop_front() {
            self.emit(Event::Abandoned { proposer: p as u8, submission });
        }
    }

    pub(super) fn restart(&mut self, node: u8) {
        if !self.world.storm.conditions.restart(node) {
            return;
        }
        self.world.nodes[usize::from(node)].restart(&self.world.plan.rules);
        self.emit(Event::Restarted { node });
        for p in 0..self.world.cast.seats.len() {
            if self.world.plan.proposers[p].node == node {
                self.revive(p);
            }
        }
    }

    /// A proposer is up again; its client, if it has one that retries, will ask again after a while.
    fn revive(&mut self, p: usize) {
        let world = &mut *self.world;
        let seat = &mut world.cast.seats[p];
        if seat.current.is_none() {
            (seat.current, seat.failures) = (seat.waiting.pop_front(), 0);
        }
        if seat.current.is_none() {
            return;
        }
        let nth = world.storm.restarts[p];
        world.storm.restarts[p] += 1;
        let word = world.cast.words.of_rare(Rare::Restarts, p as u8, nth, 0);
        let Some(delay_ns) = world.plan.retry.delay_ns(seat.failures.max(1), word) else { return };
        seat.alarm = Alarm::Retry;
        let delay_ns = world.waits(p, delay_ns);
        let number = world.agenda.number();
        world.agenda.set_alarm(p, later(world.now, delay_ns), number);
        self.emit(Event::RetryAfter { proposer: p as u8, delay_ns });
    }

    /// A client turns to its proposer's node, whatever the state of that.
    pub(super) fn client_submits(&mut self, p: usize, submission: SubmissionId) {
        let node = self.world.plan.proposers[p].node;
        let storm = &mut self.world.storm;
        if storm.conditions.is_down(node) {
            self.submit_in_vain(p, submission);
        } else if storm.conditions.is_paused(node) {
            storm.held.push((node, Held::Submission(p, submission)));
        } else {
            self.submit(p, submission);
        }
    }

    /// Nobody takes the submission: a client that retries waits for the restart, another one goes home.
    fn submit_in_vain(&mut self, p: usize, submission: SubmissionId) {
        self.emit(Event::Submitted { proposer: p as u8, submission });
        if self.world.plan.retry.is_none() {
            self.emit(Event::Abandoned { proposer: p as u8, submission });
        } else {
            self.world.cast.seats[p].waiting.push_back(submission);
        }
    }
}
