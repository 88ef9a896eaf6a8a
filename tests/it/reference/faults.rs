//! What faults do to links, to nodes, and to the proposers and clients that live on them.
//!
//! Absent on purpose: drawn faults, and nodes that become unreachable, which concerns their callers alone.

use synod::scenario::model::{Fault, Retry};

use super::Draws;
use super::weather::Held;
use super::words::{Alarm, Event, Submission};
use super::world::World;

impl<'s, D: Draws> World<'s, D> {
    /// Schedules the faults; within an instant they come before all else, in the order of the file.
    pub fn schedule_faults(&mut self) {
        for (index, fault) in self.scenario.fault.iter().enumerate() {
            if fault.unreachable.is_none() {
                self.queue.push(fault.at.ns(), 0, Event::Fault { index });
                self.weather.faults_to_come += 1;
            }
        }
    }

    pub fn strike(&mut self, index: usize) {
        self.weather.faults_to_come -= 1;
        let scenario: &'s _ = self.scenario;
        let fault: &'s Fault = &scenario.fault[index];
        if let Some(partition) = &fault.partition {
            self.weather.partition(partition);
        } else if let Some(cut) = &fault.one_way {
            self.weather.one_way(&cut.from, &cut.to);
        } else if let Some(heal) = &fault.heal {
            self.weather.heal(heal.nodes.as_deref());
        } else if let Some(list) = &fault.crash {
            self.each(&list.nodes, Self::crash);
        } else if let Some(list) = &fault.restart {
            self.each(&list.nodes, Self::restart);
        } else if let Some(list) = &fault.pause {
            self.each(&list.nodes, |world, node| {
                let condition = world.weather.of(node);
                condition.paused |= !condition.down;
            });
        } else if let Some(list) = &fault.resume {
            self.each(&list.nodes, Self::resume);
        } else if let Some(slow) = &fault.slow {
            self.each(&slow.nodes, |world, node| world.weather.of(node).service = Some(&slow.service));
        } else if let Some(clock) = &fault.clock_rate {
            let ppm = libm::round(clock.rate * 1e6) as u64;
            self.each(&clock.nodes, |world, node| world.weather.of(node).clock_ppm = ppm);
        }
    }

    /// Each of these nodes, in ascending order, until the run is over.
    fn each(&mut self, nodes: &[u8], mut what: impl FnMut(&mut Self, u8)) {
        for node in 1..=self.scenario.cluster.nodes {
            if nodes.contains(&node) && self.stopped.is_none() {
                what(self, node);
            }
        }
    }

    fn on_node(&self, node: u8) -> Vec<usize> {
        (0..self.proposers.len()).filter(|&p| self.proposers[p].node == node).collect()
    }

    /// Promise, vote and round counter are on disk; what is in memory is gone (D40).
    fn crash(&mut self, node: u8) {
        let condition = self.weather.of(node);
        if condition.down {
            return;
        }
        (condition.down, condition.paused, condition.busy_until) = (true, false, 0);
        condition.life += 1;
        let mut lost: Vec<_> = std::mem::take(&mut condition.serving).into();
        let mut ended: Vec<_> = std::mem::take(&mut condition.handling).into();
        self.acceptors[usize::from(node) - 1].learned = None;
        for proposer in self.on_node(node) {
            self.abort(proposer);
        }
        let (mine, others) =
            std::mem::take(&mut self.weather.held).into_iter().partition(|(of, _)| *of == node);
        self.weather.held = others;
        let mine: Vec<(u8, Held)> = mine;
        lost.extend(mine.iter().filter_map(|(_, held)| match held {
            Held::Message(message) => Some(*message),
            _ => None,
        }));
        ended.extend(mine.iter().filter_map(|(_, held)| match held {
            Held::Handler(request, is_copy) => Some((*request, *is_copy)),
            _ => None,
        }));
        for message in lost {
            self.refuse(message);
        }
        for (request, is_copy) in ended {
            if !is_copy {
                self.refused(request.address);
            }
        }
        for (_, held) in mine {
            match held {
                Held::Submission(proposer, submission) => self.submit_in_vain(proposer, submission),
                // A read of a node that is down fails, and misleads nobody.
                Held::Read(_) | Held::Message(_) | Held::Handler(..) => {}
                Held::Event(_) | Held::Refused(_) => {}
            }
        }
    }

    /// A proposer's node has crashed (D40).
    fn abort(&mut self, proposer: usize) {
        let retries = self.protocol.retry != Retry::None;
        let limit = self.protocol.max_attempts;
        let p = &mut self.proposers[proposer];
        let was_running = p.attempt.take().is_some();
        self.seen.forgotten += u32::from(p.seen > self.counters[p.counter]);
        (p.backing_off, p.reviving, p.seen) = (None, None, 0);
        p.failures += u32::from(was_running);
        let is_spent = limit.is_some_and(|limit| p.failures >= limit);
        self.seen.aborted += u32::from(was_running);
        self.seen.spent_by_crash += u32::from(retries && was_running && is_spent);
        if !retries || is_spent {
            p.current = None;
        }
        if !retries {
            p.waiting.clear();
        }
    }

    fn restart(&mut self, node: u8) {
        if !std::mem::take(&mut self.weather.of(node).down) {
            return;
        }
        for proposer in self.on_node(node) {
            self.revive(proposer);
        }
    }

    /// A proposer is up again; a client that retries asks again after its policy's delay (D41).
    fn revive(&mut self, proposer: usize) {
        let p = &mut self.proposers[proposer];
        if p.current.is_none() {
            p.current = p.waiting.pop_front();
            p.failures = 0;
        }
        if p.current.is_none() {
            return;
        }
        let nth = self.weather.restarts[proposer];
        self.weather.restarts[proposer] += 1;
        p.reviving = Some(nth);
        let (attempt, failures) = (p.attempts.max(1), p.failures.max(1));
        self.seen.revived += 1;
        let wait = self.draws.restart_ns(proposer, nth, failures);
        self.arm(proposer, attempt, Alarm::Restarted(nth), wait);
    }

    /// A node goes on: first with what has queued up, in the order in which it came (D44).
    fn resume(&mut self, node: u8) {
        if !std::mem::take(&mut self.weather.of(node).paused) {
            return;
        }
        while self.stopped.is_none() && !self.weather.is_paused(node) {
            let held = &mut self.weather.held;
            let Some(next) = held.iter().position(|(of, _)| *of == node) else { return };
            match held.remove(next).1 {
                Held::Message(message) => self.meet(node, message),
                Held::Handler(request, is_copy) => self.set(request, is_copy),
                Held::Event(event) if !self.is_dead(&event) => self.happen(event),
                Held::Event(_) => {}
                Held::Submission(proposer, submission) => self.submit(proposer, submission),
                Held::Read(index) => self.look(index),
                Held::Refused(address) => self.refused(address),
            }
        }
    }

    /// A client turns to its proposer's node, whatever the state of that.
    pub fn client_submits(&mut self, proposer: usize, submission: Submission) {
        let node = self.proposers[proposer].node;
        if self.weather.is_down(node) {
            self.submit_in_vain(proposer, submission);
        } else if self.weather.is_paused(node) {
            self.weather.held.push((node, Held::Submission(proposer, submission)));
        } else {
            self.submit(proposer, submission);
        }
    }

    /// Nobody takes the submission: a client that retries waits for the restart, another one goes home.
    fn submit_in_vain(&mut self, proposer: usize, submission: Submission) {
        self.seen.in_vain += 1;
        if self.protocol.retry != Retry::None {
            self.proposers[proposer].waiting.push_back(submission);
        }
    }

    /// Whether somebody waits for a fault that is to come: what stands still, or a client whose node is down (D45).
    pub fn somebody_waits_for_weather(&self) -> bool {
        let waits = |p: &super::world::Proposer| {
            self.weather.is_down(p.node) && (p.current.is_some() || !p.waiting.is_empty())
        };
        self.weather.faults_to_come > 0 && (!self.weather.held.is_empty() || self.proposers.iter().any(waits))
    }

    /// A timer of a proposer that stands still is late; so is the error of its call. True: it is kept for later.
    pub fn is_late(&mut self, event: &Event) -> bool {
        let proposer = match *event {
            Event::Timer { proposer, .. } => proposer,
            Event::CallError(address) => address.proposer,
            _ => return false,
        };
        let node = self.proposers[proposer].node;
        if !self.weather.is_paused(node) {
            return false;
        }
        self.seen.late_timers += 1;
        self.weather.held.push((node, Held::Event(*event)));
        true
    }
}
