//! The state of one run, its main loop, and the verdict at its end.
//!
//! Absent on purpose: the rules of the roles, which are in `acceptor`, `proposer`, `broadcast`, `sequential`; and the
//! weather (`faults`, `passage`).

use std::collections::{BTreeMap, VecDeque};

use synod::scenario::model::{OwnMessages, Protocol, Quorum, ReadReturns, Scenario, Stop, Ties};

use super::outcome::{Client, FinalAcceptor, Outcome, Reply, Seen, Stopped, Verdict};
use super::queue::{Queue, Scheduled};
use super::weather::{Held, Weather};
use super::words::{Address, Alarm, Ballot, Event, NodeSet, Submission};
use super::{Draws, Reading, TieId};

/// One acceptor, and what its node's learner knows.
#[derive(Clone, Debug, Default)]
pub struct Acceptor {
    pub promised: Option<Ballot>,
    pub accepted: Option<(Ballot, Submission)>,
    pub learned: Option<Submission>,
    /// Calls from this time on fail at once.
    pub unreachable_from_ns: Option<u64>,
}

/// A running attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub number: u32,
    pub ballot: Ballot,
    pub phase: u8,
    /// The value to propose: the own one until a promise reports a vote.
    pub value: Submission,
    /// The highest vote reported by a promise.
    pub highest_vote: Option<Ballot>,
    /// Who said yes in this phase.
    pub yes: NodeSet,
    /// Who said no in this phase.
    pub no: NodeSet,
    /// Sequential: who is still to be called in this phase.
    pub to_call: VecDeque<u8>,
    /// Sequential: whose answer is awaited.
    pub calling: Option<u8>,
}

/// One proposer.
#[derive(Clone, Debug)]
pub struct Proposer {
    /// Its node, or 0.
    pub node: u8,
    /// The id in its ballots.
    pub id: u8,
    /// Which round counter is its own: shared on a node (D2).
    pub counter: usize,
    /// The highest round that a rejection has told it.
    pub seen: u64,
    /// Submissions that wait for an earlier one's answer.
    pub waiting: VecDeque<Submission>,
    /// The submission it works on.
    pub current: Option<Submission>,
    /// Failed attempts of the current submission.
    pub failures: u32,
    /// Attempts begun in its whole life.
    pub attempts: u32,
    /// The running attempt; none while idle or backing off.
    pub attempt: Option<Attempt>,
    /// The number of the attempt that it backs off from.
    pub backing_off: Option<u32>,
    /// The restart of its node after which it waits to try again.
    pub reviving: Option<u32>,
}

/// One run.
pub struct World<'a, D: Draws> {
    pub scenario: &'a Scenario,
    pub protocol: &'a Protocol,
    pub reading: Reading,
    pub draws: &'a mut D,
    pub now: u64,
    pub queue: Queue,
    pub acceptors: Vec<Acceptor>,
    pub proposers: Vec<Proposer>,
    /// Round counters: one per node, then one per proposer on no node.
    pub counters: Vec<u64>,
    /// Per ballot, its value and who voted in it.
    pub votes: BTreeMap<Ballot, (Submission, NodeSet)>,
    /// Every value that a quorum has voted for in one ballot, in order of time.
    pub chosen: Vec<Submission>,
    /// Set once the run is over: nothing happens after that, not even within the same event.
    pub stopped: Option<Stopped>,
    pub weather: Weather<'a>,
    pub outcome: Outcome,
    pub seen: Seen,
}

impl<'a, D: Draws> World<'a, D> {
    pub fn new(scenario: &'a Scenario, reading: Reading, draws: &'a mut D) -> Self {
        let nodes = scenario.cluster.nodes;
        let mut acceptors = vec![Acceptor::default(); nodes as usize];
        for fault in &scenario.fault {
            for &node in fault.unreachable.iter().flat_map(|list| &list.nodes) {
                let from = &mut acceptors[node as usize - 1].unreachable_from_ns;
                *from = Some(from.map_or(fault.at.ns(), |f| f.min(fault.at.ns())));
            }
        }
        let (proposers, counters) = proposers(scenario);
        World {
            scenario,
            protocol: &scenario.protocol,
            reading,
            draws,
            now: 0,
            queue: Queue::default(),
            acceptors,
            proposers,
            counters,
            votes: BTreeMap::new(),
            chosen: Vec::new(),
            stopped: None,
            weather: Weather::new(scenario),
            outcome: nothing_yet(scenario),
            seen: Seen::default(),
        }
    }

    pub fn run(mut self) -> Outcome {
        for proposer in 0..self.proposers.len() {
            let at = self.draws.start_ns(proposer);
            self.schedule(at, TieId::Start { proposer }, Event::Start { proposer });
        }
        for (index, submit) in self.scenario.submit.iter().enumerate() {
            self.schedule(submit.at.ns(), TieId::Submit { index }, Event::Submit { index });
        }
        for (index, read) in self.scenario.read.iter().enumerate() {
            self.schedule(read.at.ns(), TieId::Read { index, k: 0 }, Event::Read { index, k: 0 });
        }
        self.schedule_faults();
        let stopped = loop {
            if let Some(why) = self.stopped {
                break why;
            }
            let Some(next) = self.next_that_matters() else { break Stopped::Quiescent };
            let horizon = self.scenario.run.horizon.ns();
            if next.at_ns > horizon {
                self.now = horizon;
                break Stopped::Horizon;
            }
            if self.outcome.events >= self.scenario.run.max_events {
                break Stopped::MaxEvents;
            }
            self.queue.pop();
            self.now = next.at_ns;
            self.outcome.events += 1;
            if !self.is_late(&next.event) {
                self.happen(next.event);
            }
        };
        self.finish(stopped)
    }

    /// The next event; none when only repetitions of reads are left (D31), and faults that nobody waits for (D45).
    fn next_that_matters(&mut self) -> Option<Scheduled> {
        while let Some(next) = self.queue.peek().copied() {
            if self.is_dead(&next.event) {
                self.queue.pop();
            } else {
                let only_watching = |e: &Event| {
                    matches!(e, Event::Read { k: 1.., .. } | Event::Fault { .. }) || self.is_dead(e)
                };
                let over = only_watching(&next.event)
                    && self.queue.iter().all(|s| only_watching(&s.event))
                    && !self.somebody_waits_for_weather();
                return if over { None } else { Some(next) };
            }
        }
        None
    }

    /// Whether the event is a timer (or a call's error) that nobody waits for any more, or the end of work that a crash
    /// has ended.
    pub fn is_dead(&self, event: &Event) -> bool {
        match *event {
            Event::CallError(address) => !self.awaits(address) || self.has_late_error(address),
            Event::Served { node, life } | Event::Set { node, life } => {
                self.weather.nodes[usize::from(node) - 1].life != life
            }
            Event::Timer { proposer, attempt, alarm } => {
                let p = &self.proposers[proposer];
                let running = p.attempt.as_ref().filter(|a| a.number == attempt);
                match alarm {
                    Alarm::Retry => p.backing_off != Some(attempt),
                    Alarm::Attempt => running.is_none(),
                    Alarm::Phase(phase) => running.is_none_or(|a| a.phase != phase),
                    Alarm::Call { phase, node } => {
                        let address = Address { proposer, attempt, phase, node };
                        !self.awaits(address) || self.has_late_error(address)
                    }
                    Alarm::Restarted(nth) => p.reviving != Some(nth),
                }
            }
            _ => false,
        }
    }

    /// Whether the call's error waits for its caller, who stands still: then no other error of it counts any more (D44).
    fn has_late_error(&self, address: Address) -> bool {
        let Address { proposer, attempt, phase, node } = address;
        let is_error = |event: &Event| match *event {
            Event::CallError(other) => other == address,
            Event::Timer { proposer: p, attempt: a, alarm: Alarm::Call { phase: f, node: n } } => {
                (p, a, f, n) == (proposer, attempt, phase, node)
            }
            _ => false,
        };
        self.weather.held.iter().any(|(_, held)| matches!(held, Held::Event(event) if is_error(event)))
    }

    pub fn happen(&mut self, event: Event) {
        match event {
            Event::Start { proposer } => self.client_submits(proposer, proposer),
            Event::Submit { index } => {
                let name = &self.scenario.submit[index].proposer;
                let proposer = self.scenario.proposer.iter().position(|p| &p.name == name);
                self.client_submits(proposer.expect("validated"), self.proposers.len() + index);
            }
            Event::Read { index, k } => self.read(index, k),
            Event::Arrival(message) => self.arrive(message),
            Event::Served { node, .. } => self.served(node),
            Event::Set { node, .. } => self.gap_is_over(node),
            Event::Fault { index } => self.strike(index),
            Event::CallError(address) => self.call_failed(address),
            Event::Timer { proposer, alarm, .. } => match alarm {
                Alarm::Attempt | Alarm::Phase(_) => self.fail(proposer, super::words::Why::TimedOut),
                Alarm::Call { phase, node } => {
                    let attempt = self.proposers[proposer].attempts;
                    self.call_failed(Address { proposer, attempt, phase, node });
                }
                Alarm::Retry | Alarm::Restarted(_) => self.start_attempt(proposer),
            },
        }
    }

    fn read(&mut self, index: usize, k: u32) {
        let read = &self.scenario.read[index];
        if let Some(every) = read.every {
            let again = TieId::Read { index, k: k + 1 };
            self.schedule(self.now.saturating_add(every.ns()), again, Event::Read { index, k: k + 1 });
        }
        self.look(index);
    }

    /// `get_value` (D30: a node that is unreachable or down answers nothing, which misleads nobody).
    pub fn look(&mut self, index: usize) {
        let read = &self.scenario.read[index];
        if self.weather.is_paused(read.node) {
            return self.weather.held.push((read.node, Held::Read(index)));
        }
        if self.is_unreachable(read.node) || self.weather.is_down(read.node) {
            return;
        }
        let node = &self.acceptors[read.node as usize - 1];
        let value = match read.returns {
            ReadReturns::Accepted => node.accepted.map(|(_, value)| value),
            ReadReturns::Learned => node.learned,
        };
        // Held against the first choice (D36).
        let is_chosen = value.is_some() && value == self.chosen.first().copied();
        if value.is_some() && !is_chosen {
            self.outcome.unchosen_reads += 1;
        }
        if !self.chosen.is_empty() && !is_chosen {
            self.outcome.stale_reads += 1;
        }
    }

    fn finish(mut self, stopped: Stopped) -> Outcome {
        let mut o = self.outcome;
        o.seen = Seen { events: o.events, ..self.seen };
        o.stopped = stopped;
        o.ended_at_ns = self.now;
        o.chosen = self.chosen.first().copied();
        o.winner = o.chosen.map(|submission| o.clients[submission].proposer);
        o.agreement_violations = self.chosen.len().saturating_sub(1) as u32;
        let everyone_answered = o.clients.iter().all(|c| c.reply != Reply::None);
        o.verdict = match (o.chosen, stopped) {
            (Some(_), Stopped::Chosen) => Verdict::Decided,
            (Some(_), _) if everyone_answered => Verdict::Decided,
            (Some(_), Stopped::Horizon | Stopped::MaxEvents) => Verdict::Unfinished,
            (Some(_), _) => Verdict::Starved,
            (None, Stopped::Horizon | Stopped::MaxEvents) => Verdict::Undecided,
            (None, _) if everyone_answered => Verdict::GaveUp,
            (None, _) => Verdict::Blocked,
        };
        let told_failed = |c: &Client| matches!(c.reply, Reply::Failed { .. });
        let misled = o.clients.iter().enumerate().filter(|(s, c)| told_failed(c) && o.chosen == Some(*s));
        o.failed_but_chosen = misled.count() as u32;
        o.acceptors = self
            .acceptors
            .drain(..)
            .map(|a| FinalAcceptor { promised: a.promised, accepted: a.accepted })
            .collect();
        o
    }

    pub fn schedule(&mut self, at_ns: u64, what: TieId, event: Event) {
        let tie = match self.scenario.run.ties {
            Ties::Seeded => self.draws.tie(what),
            Ties::Fifo => 0,
        };
        self.queue.push(at_ns, tie, event);
    }

    pub fn arm(&mut self, proposer: usize, attempt: u32, alarm: Alarm, after_ns: u64) {
        let by_clock = self.weather.by_clock(self.proposers[proposer].node, after_ns);
        self.seen.stretched += u32::from(by_clock != after_ns);
        let at = self.now.saturating_add(by_clock);
        self.schedule(at, TieId::Timer { proposer, attempt }, Event::Timer { proposer, attempt, alarm });
    }

    pub fn is_unreachable(&self, node: u8) -> bool {
        self.acceptors[node as usize - 1].unreachable_from_ns.is_some_and(|from| self.now >= from)
    }

    /// Whether the proposer reaches this acceptor without the network.
    pub fn is_own(&self, proposer: usize, node: u8) -> bool {
        self.protocol.own_messages == OwnMessages::Instant && self.proposers[proposer].node == node
    }

    /// How many acceptors this phase needs.
    pub fn quorum(&self, phase: u8) -> u32 {
        match (self.scenario.cluster.quorum, phase) {
            (Quorum::Majority, _) => u32::from(self.scenario.cluster.nodes / 2 + 1),
            (Quorum::Sizes(sizes), 1) => u32::from(sizes.prepare),
            (Quorum::Sizes(sizes), _) => u32::from(sizes.accept),
        }
    }

    /// Called after every answer to a client: `stop = "answered"` looks at all submissions, also those to come.
    pub fn stop_if_all_answered(&mut self) {
        let all = self.outcome.clients.iter().all(|c| c.reply != Reply::None);
        if all && self.scenario.run.stop == Stop::Answered {
            self.stopped = Some(Stopped::Answered);
        }
    }
}

/// The proposers, and the round counters that those on one node share.
fn proposers(scenario: &Scenario) -> (Vec<Proposer>, Vec<u64>) {
    let nodes = scenario.cluster.nodes;
    let mut counters = vec![0; nodes as usize];
    let mut proposers = Vec::new();
    let mut homeless = 0;
    for p in &scenario.proposer {
        let (id, counter) = if p.node == 0 {
            homeless += 1;
            counters.push(0);
            (nodes + homeless, counters.len() - 1)
        } else {
            (p.node, p.node as usize - 1)
        };
        counters[counter] = counters[counter].max(u64::from(p.initial_round));
        proposers.push(Proposer {
            node: p.node,
            id,
            counter,
            seen: 0,
            waiting: VecDeque::new(),
            current: None,
            failures: 0,
            attempts: 0,
            attempt: None,
            backing_off: None,
            reviving: None,
        });
    }
    (proposers, counters)
}

fn nothing_yet(scenario: &Scenario) -> Outcome {
    let own = 0..scenario.proposer.len();
    let named = |s: &synod::scenario::model::Submit| {
        scenario.proposer.iter().position(|p| p.name == s.proposer).expect("validated")
    };
    let further = scenario.submit.iter().map(named);
    let client = |proposer| Client { proposer, reply: Reply::None, at_ns: None, counter: 0 };
    Outcome {
        verdict: Verdict::Blocked,
        stopped: Stopped::Quiescent,
        winner: None,
        chosen: None,
        chosen_at_ns: None,
        ended_at_ns: 0,
        preemptions: 0,
        duel: 0,
        timeouts: 0,
        attempts: 0,
        messages_sent: 0,
        messages_lost: 0,
        events: 0,
        clients: own.chain(further).map(client).collect(),
        acceptors: Vec::new(),
        unchosen_reads: 0,
        stale_reads: 0,
        failed_but_chosen: 0,
        agreement_violations: 0,
        seen: Seen::default(),
    }
}
