//! What a scenario allows: delays, starts and waits that its distributions can give, losses where it loses any.
//!
//! A deviation that no seed can have explains nothing. Excepted are those that the run itself has otherwise: what a fault
//! or an ordered link did to a message, and what the deviations of its own token ask for. Absent on purpose: how likely
//! anything is.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::deviate::{Change, Subject};
use crate::run::plan::{Plan, PlanError};
use crate::scenario::Scenario;
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

    /// The deviations that the scenario cannot have at their place in the run.
    fn strangers(&self, items: &[Item], events: &[(u64, Event)]) -> BTreeSet<Item> {
        let mut walk = Walk {
            plan: &self.plan,
            wanted: items.iter().copied().collect(),
            // Clocks that run fast or slow stretch waits.
            stretched: items.iter().any(|(subject, _)| *subject == Subject::Faults),
            sent: BTreeMap::new(),
            attempts: BTreeMap::new(),
            failures: BTreeMap::new(),
        };
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

impl Walk<'_> {
    fn stranger(&mut self, at: u64, event: &Event) -> Option<Item> {
        match *event {
            Event::Submitted { proposer, submission } if submission == u16::from(proposer) => {
                let start = &self.plan.proposers[usize::from(proposer)].start;
                self.refused(Subject::Start(proposer), |ns| start.can_be(ns))
            }
            Event::Started { proposer, attempt, .. } => {
                self.attempts.insert(proposer, attempt);
                None
            }
            Event::Answered { proposer, .. } | Event::Abandoned { proposer, .. } => {
                self.failures.remove(&proposer);
                None
            }
            Event::RetryAfter { proposer, .. } => {
                let failures = self.failures.entry(proposer).or_insert(0);
                *failures += 1;
                let (retry, failures, stretched) = (&self.plan.retry, *failures, self.stretched);
                let attempt = self.attempts.get(&proposer).copied().unwrap_or(1);
                self.refused(Subject::Wait(proposer, attempt), |ns| stretched || retry.can_be(failures, ns))
            }
            Event::Sent { message, .. } => {
                let nth = self.sent.entry(message.id).or_insert(0);
                *nth += 1;
                let subject = Subject::Fate(message.id, *nth);
                let change = *self.wanted.get(&subject)?;
                let fate = self.course(at, &message).fate;
                let is_possible = match change {
                    Change::Lost => fate.loss > 0,
                    Change::Takes(ns) => fate.delay.can_be(ns),
                    Change::AsDrawn | Change::Kept | Change::Late => true,
                };
                (!is_possible).then_some((subject, change))
            }
            Event::Duplicated { message, .. } => {
                let nth = self.sent.get(&message.id).copied().unwrap_or(1);
                let course = self.course(at, &message);
                self.refused(Subject::Copy(message.id, nth), |ns| {
                    course.duplicate > 0 && course.fate.delay.can_be(ns)
                })
            }
            _ => None,
        }
    }

    fn refused(&self, subject: Subject, can_be: impl Fn(u64) -> bool) -> Option<Item> {
        match self.wanted.get(&subject)? {
            Change::Takes(ns) if !can_be(*ns) => Some((subject, Change::Takes(*ns))),
            _ => None,
        }
    }

    fn course(&self, at: u64, message: &Message) -> crate::run::detail::Course {
        let caller = self.plan.proposers[usize::from(message.id.proposer)].node;
        let (from, to) = if message.id.reply { (message.id.node, caller) } else { (caller, message.id.node) };
        self.plan.course(at, message.kind, from, to)
    }
}
