//! What a scenario allows: delays, starts and waits that its distributions can give, losses where it loses any.
//!
//! A deviation that no seed can have explains nothing. Excepted are those that the run itself has otherwise: what a fault
//! or an ordered link did to a message, and what the deviations of its own token ask for. Absent on purpose: how likely
//! anything is.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::deviate::{Change, Subject};
use crate::run::error::PlanError;
use crate::run::plan::Plan;
use crate::scenario::Scenario;
use crate::sim::{Course, Fate, Sampler};
use crate::trace::{Event, Message, MessageId, ProposerId};

use super::Item;

/// What a scenario allows.
pub(super) struct Bounds {
    plan: Plan,
    excepted: BTreeSet<Item>,
}

impl Bounds {
    /// Of a scenario and a run of it, told by its deviations and its events.
    pub fn new(scenario: &Scenario, all: &[Item], events: &[(u64, Event)]) -> Result<Bounds, PlanError> {
        let bounds = Bounds { plan: Plan::new(scenario)?, excepted: BTreeSet::new() };
        let excepted = bounds.strangers(all, events);
        Ok(Bounds { excepted, ..bounds })
    }

    /// Whether a run with these deviations and events can be.
    pub fn allow(&self, items: &[Item], events: &[(u64, Event)]) -> bool {
        self.strangers(items, events).is_subset(&self.excepted)
    }

    /// What could be otherwise in a run with these events: lost, and short and long as one word in `odds` makes it.
    pub fn typical(&self, events: &[(u64, Event)], odds: u32) -> Vec<Item> {
        let ends = [u32::MAX / odds, u32::MAX - u32::MAX / odds];
        let mut walk = Walk::new(&self.plan, &[]);
        let mut typical = Vec::new();
        for (at, event) in events {
            walk.note(event);
            let Some((subject, source)) = walk.source(*at, event) else { continue };
            let times = ends.map(|word| match &source {
                Source::Start(sampler) => Some(sampler.sample(word)),
                Source::Wait(failures) => self.plan.retry.delay_ns(*failures, u64::from(word) << 32),
                Source::Message(fate) => Some(fate.delay.sample(word)),
            });
            if matches!(&source, Source::Message(fate) if fate.loss > 0) {
                typical.push((subject, Change::Lost));
            }
            typical.extend(times.into_iter().flatten().map(|ns| (subject, Change::Takes(ns))));
        }
        typical
    }

    /// The deviations that the scenario cannot have at their place in the run.
    fn strangers(&self, items: &[Item], events: &[(u64, Event)]) -> BTreeSet<Item> {
        let mut walk = Walk::new(&self.plan, items);
        events.iter().filter_map(|(at, event)| walk.stranger(*at, event)).collect()
    }
}

/// What must be remembered while a run is gone through.
struct Walk<'a> {
    plan: &'a Plan,
    wanted: BTreeMap<Subject, Change>,
    stretched: bool,
    sent: BTreeMap<MessageId, u32>,
    attempts: BTreeMap<ProposerId, u32>,
    /// Of the submission that is worked on.
    failures: BTreeMap<ProposerId, u32>,
}

/// Where a time comes from.
enum Source<'a> {
    Start(&'a Sampler),
    /// After so many failures.
    Wait(u32),
    Message(Fate),
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan, items: &[Item]) -> Self {
        Walk {
            plan,
            wanted: items.iter().copied().collect(),
            // Clocks that run fast or slow stretch waits.
            stretched: items.iter().any(|(subject, _)| *subject == Subject::Faults),
            sent: BTreeMap::new(),
            attempts: BTreeMap::new(),
            failures: BTreeMap::new(),
        }
    }

    /// What is drawn at this event, which has been gone through.
    fn source(&self, at: u64, event: &Event) -> Option<(Subject, Source<'a>)> {
        match *event {
            Event::Submitted { proposer, submission } if submission == u16::from(proposer) => {
                let start = &self.plan.proposers[usize::from(proposer)].start;
                Some((Subject::Start(proposer), Source::Start(start)))
            }
            Event::RetryAfter { proposer, .. } => {
                let attempt = self.attempts.get(&proposer).copied().unwrap_or(1);
                let failures = self.failures.get(&proposer).copied().unwrap_or(1);
                Some((Subject::Wait(proposer, attempt), Source::Wait(failures)))
            }
            Event::Sent { message, .. } => {
                let nth = self.sent.get(&message.id).copied().unwrap_or(1);
                let fate = self.course(at, &message).fate;
                Some((Subject::Fate(message.id, nth), Source::Message(fate)))
            }
            _ => None,
        }
    }

    /// Goes on by an event; the deviation in it that cannot be.
    fn stranger(&mut self, at: u64, event: &Event) -> Option<Item> {
        self.note(event);
        if let Event::Duplicated { message, .. } = *event {
            let nth = self.sent.get(&message.id).copied().unwrap_or(1);
            let (subject, course) = (Subject::Copy(message.id, nth), self.course(at, &message));
            let change = *self.wanted.get(&subject)?;
            let can_be = |ns| course.duplicate > 0 && course.fate.delay.can_be(ns);
            return matches!(change, Change::Takes(ns) if !can_be(ns)).then_some((subject, change));
        }
        let (subject, source) = self.source(at, event)?;
        let change = *self.wanted.get(&subject)?;
        let can_be = match (source, change) {
            (Source::Start(start), Change::Takes(ns)) => start.can_be(ns),
            (Source::Wait(failures), Change::Takes(ns)) => {
                self.stretched || self.plan.retry.can_be(failures, ns)
            }
            (Source::Message(fate), Change::Takes(ns)) => fate.delay.can_be(ns),
            (Source::Message(fate), Change::Lost) => fate.loss > 0,
            (Source::Message(fate), Change::LostAfter(ns)) => fate.loss > 0 && fate.delay.can_be(ns),
            _ => true,
        };
        (!can_be).then_some((subject, change))
    }

    fn note(&mut self, event: &Event) {
        match *event {
            Event::Started { proposer, attempt, .. } => {
                self.attempts.insert(proposer, attempt);
            }
            Event::Answered { proposer, .. } | Event::Abandoned { proposer, .. } => {
                self.failures.remove(&proposer);
            }
            Event::RetryAfter { proposer, .. } => *self.failures.entry(proposer).or_insert(0) += 1,
            Event::Sent { message, .. } => *self.sent.entry(message.id).or_insert(0) += 1,
            _ => {}
        }
    }

    fn course(&self, at: u64, message: &Message) -> Course {
        let (from, to) = message.id.ends(|p| self.plan.node_of(p));
        self.plan.course(at, message.kind, from, to)
    }
}
