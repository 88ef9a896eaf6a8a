//! Clients of a run of somebody's nodes: when they come, what they submit, what they ask.

use crate::sim::{Slot, later};
use crate::trace::{Event, ProposerId};

use super::agenda::Entry;
use super::book::Owner;
use super::engine::{Activation, Local, Run};
use crate::own::{Draw, What};

impl Run<'_> {
    pub(super) fn schedule_clients(&mut self) {
        for p in 0..self.plan.proposers() as ProposerId {
            let start = self.start_ns(p);
            let tie = self.tie_of_attempt(p, 1, Slot::START_TIE);
            // The node's own code waits for its start: its client is there at once.
            let at = if self.map.draws_start() { 0 } else { start };
            self.agenda.add(at, tie, Entry::Start(p));
        }
        for &(at, submission) in self.plan.submits() {
            let number = u32::from(submission) - self.plan.proposers() as u32;
            let tie = if self.plan.fifo_ties() { 0 } else { self.draws.agenda_tie(0, number, 0) };
            self.agenda.add(at, tie, Entry::Submit(submission));
        }
        for (i, read) in self.reads.clone().iter().enumerate() {
            let tie = self.tie_of_read(i, 0);
            self.agenda.add(read.at_ns, tie, Entry::Read(i, 0));
        }
    }

    fn tie_of_read(&mut self, read: usize, time: u32) -> u64 {
        if self.plan.fifo_ties() { 0 } else { self.draws.agenda_tie(1, read as u32, time) }
    }

    pub(super) fn client_comes(&mut self, owner: Owner) -> bool {
        self.count();
        let node = self.plan.node_of(owner.proposer);
        if self.net.conditions.is_down(node) && !self.comes_later(owner) {
            self.emit(Event::Submitted { proposer: owner.proposer, submission: owner.submission });
            self.emit(Event::Abandoned { proposer: owner.proposer, submission: owner.submission });
            return false;
        }
        if self.net.conditions.is_down(node) {
            return false;
        }
        if self.net.conditions.is_paused(node) {
            self.net.hold(node, Local::Submit(owner));
            return false;
        }
        self.submit(owner)
    }

    /// A client's value reaches its node.
    pub(super) fn submit(&mut self, owner: Owner) -> bool {
        let Owner { proposer, submission } = owner;
        let is_own = usize::from(submission) == usize::from(proposer);
        self.book.come(submission);
        let mut draws = Vec::new();
        if is_own && self.map.draws_start() {
            let ns = self.start_ns(proposer).saturating_sub(self.now);
            draws.push(Draw { ns, of: self.plan.start_of(proposer).range_ns().unwrap_or(0) });
            self.to_be_submitted[usize::from(proposer)] = Some(submission);
        } else {
            self.emit(Event::Submitted { proposer, submission });
        }
        let value = self.values.get(usize::from(submission)).cloned().unwrap_or_default();
        let activation =
            Activation { owner: Some(owner), is_start: !draws.is_empty(), ..Activation::default() };
        let what = What::Submit { id: submission, value, draws };
        self.tell(self.plan.node_of(proposer), format!("submit.{submission}"), what, activation)
    }

    /// What goes before a client's submission is over: to whoever watches, it comes now.
    pub(super) fn submit_now(&mut self, proposer: ProposerId) {
        if let Some(submission) = self.to_be_submitted[usize::from(proposer)].take() {
            self.emit(Event::Submitted { proposer, submission });
        }
    }

    pub(super) fn read(&mut self, read: usize, time: u32) -> bool {
        self.count();
        let planned = self.reads[read];
        if let Some(every) = planned.every_ns {
            let tie = self.tie_of_read(read, time + 1);
            self.agenda.add(later(self.now, every), tie, Entry::Read(read, time + 1));
        }
        if self.net.conditions.is_paused(planned.node) {
            self.net.hold(planned.node, Local::Read(read));
            return false;
        }
        self.look(read)
    }

    /// A node is asked for the value.
    pub(super) fn look(&mut self, read: usize) -> bool {
        let node = self.reads[read].node;
        if self.net.conditions.is_down(node) || self.plan.is_unreachable(node, self.now) {
            self.emit(Event::ReadFailed { node });
            return false;
        }
        let cause = format!("read.{read}.{}", self.events);
        self.tell(node, cause, What::Read { id: read as u64 }, Activation::default())
    }
}
