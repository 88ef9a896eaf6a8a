//! What a scenario's faults do to somebody's nodes and to their network.

use crate::run::faults::Action;
use crate::sim::Slot;
use crate::trace::{Event, Loss, NodeBits, NodeId, ProposerId};

use super::agenda::{Ending, Entry};
use super::book::Owner;
use super::engine::{Local, Run, Todo};
use crate::own::What;

impl Run<'_> {
    pub(super) fn schedule_faults(&mut self) {
        let faults = self.plan.faults();
        if let Some(&(at, _)) = faults.scheduled.first() {
            self.agenda.add_first(at, Entry::Fault(0));
        }
        let (draws, agenda) = (&mut self.draws, &mut self.agenda);
        self.sources.begin(faults, draws.words(), |at, source| agenda.add_first(at, Entry::Drawn(source)));
    }

    pub(super) fn on_fault(&mut self, index: usize) -> bool {
        self.count();
        let plan = self.plan;
        if let Some(&(at, _)) = plan.faults().scheduled.get(index + 1) {
            self.agenda.add_first(at, Entry::Fault(index + 1));
        }
        self.act(&plan.faults().scheduled[index].1);
        false
    }

    pub(super) fn on_drawn(&mut self, source: usize) -> bool {
        self.count();
        let (action, at) = self.sources.turn(self.plan.faults(), self.draws.words(), source, self.now);
        if let Some(at) = at {
            self.agenda.add_first(at, Entry::Drawn(source));
        }
        if let Some(action) = action {
            self.act(&action);
        }
        false
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Partition(_) | Action::OneWay { .. } | Action::Heal(_) => {
                for (from, to) in action.on_links(&mut self.net.cuts, self.plan.nodes()) {
                    self.emit(Event::Cut { from, to: NodeBits(to) });
                }
            }
            Action::Crash(nodes) => self.each(*nodes, Self::crash),
            Action::Restart(nodes) => self.each(*nodes, Self::restart),
            Action::Pause(nodes) => self.each(*nodes, |run, node| {
                if run.net.conditions.pause(node) {
                    run.emit(Event::Paused { node });
                }
            }),
            Action::Resume(nodes) => self.each(*nodes, |run, node| {
                if run.net.conditions.resume(node) {
                    run.emit(Event::Resumed { node });
                    run.ready.push_back(Todo::Release(node));
                }
            }),
            Action::Slow(nodes, service) => self.each(*nodes, |run, node| {
                if run.net.slow(node, *service) {
                    run.emit(Event::Slowed { node, slow: service.is_some() });
                }
            }),
            Action::ClockRate(nodes, ppm) => self.each(*nodes, |run, node| {
                run.net.conditions.set_rate(node, *ppm);
                run.clocks[usize::from(node)].set_rate(run.now, *ppm);
                run.emit(Event::ClockRate { node, ppm: *ppm });
            }),
        }
    }

    /// Does something at each of these nodes, in ascending order.
    fn each(&mut self, nodes: u64, mut what: impl FnMut(&mut Self, NodeId)) {
        for node in
            NodeBits(nodes).iter().filter(|&node| (1..=self.plan.nodes()).contains(&node)).collect::<Vec<_>>()
        {
            what(self, node);
        }
    }

    /// A node goes down: its timers and calls are gone, its callers have an error, its clients hear nothing more.
    fn crash(&mut self, node: NodeId) {
        if !self.net.conditions.crash(node) {
            return;
        }
        self.emit(Event::Crashed { node });
        self.lives[usize::from(node)] += 1;
        self.timers.retain(|&(of, _), _| of != node);
        self.calls.retain(|&(of, _), _| of != node);
        let plan = self.plan;
        for event in self.book.abort(|p| plan.node_of(p) == node) {
            self.emit(event);
        }
        self.later.retain(|&(at, _)| at != node);
        self.abandon_clients(node);
        let (messages, locals) = self.net.abandon(node);
        for parcel in messages {
            self.drop_parcel(parcel, Loss::Down);
        }
        self.reset_callers(node);
        self.ready.push_back(Todo::Tell(node, What::Crash));
        for local in locals {
            if let Local::Read(_) = local {
                self.emit(Event::ReadFailed { node });
            }
        }
    }

    /// Where a program's first draw is the scenario's start, and its node is down before that: its client comes then, as the
    /// scenario has it. Whether it is so.
    pub(super) fn comes_later(&mut self, owner: Owner) -> bool {
        let Owner { proposer, submission } = owner;
        let is_own = usize::from(submission) == usize::from(proposer);
        let start = self.start_ns(proposer);
        if !is_own || !self.map.draws_start() || start <= self.now {
            return false;
        }
        self.to_be_submitted[usize::from(proposer)] = None;
        self.book.leave(submission);
        let tie = self.tie_of_attempt(proposer, 1, Slot::START_TIE);
        self.agenda.add(start, tie, Entry::Start(proposer));
        true
    }

    /// When the scenario has a proposer's own client come, ns.
    pub(super) fn start_ns(&mut self, proposer: ProposerId) -> u64 {
        let word = self.draws.of_attempt(proposer, 1, Slot::START);
        self.deviant.start_of(proposer, self.plan.start_of(proposer).sample((word >> 32) as u32))
    }

    /// The clients that wait at a node that goes down.
    fn abandon_clients(&mut self, node: NodeId) {
        let waits = |it: &&crate::check::Client| {
            self.plan.node_of(it.proposer) == node && it.answer.is_none() && self.book.has_come(it.submission)
        };
        let lost: Vec<_> = self.monitor.outcome().clients.iter().filter(waits).cloned().collect();
        for client in lost {
            if self.comes_later(Owner { proposer: client.proposer, submission: client.submission }) {
                continue;
            }
            self.submit_now(client.proposer);
            self.book.leave(client.submission);
            self.emit(Event::Abandoned { proposer: client.proposer, submission: client.submission });
        }
    }

    /// Whoever called a node that goes down, and has no answer under way, has an error now.
    fn reset_callers(&mut self, node: NodeId) {
        let broken: Vec<(NodeId, u64)> = self
            .calls
            .iter()
            .filter(|(_, call)| {
                let request = &self.requests[call.request as usize];
                request.callee == node && request.is_handled && !request.is_answered
            })
            .map(|(&open, _)| open)
            .collect();
        for (caller, call) in broken {
            self.ready.push_back(Todo::EndCall(caller, call, Ending::Reset));
        }
    }

    fn restart(&mut self, node: NodeId) {
        if !self.net.conditions.restart(node) {
            return;
        }
        self.emit(Event::Restarted { node });
        self.ready.push_back(Todo::Tell(node, What::Restart));
    }
}
