//! The state of network and nodes where faults happen: what is cut, what is down, still or slow, what waits for that to end.
//!
//! A plan without faults never comes here. What faults do stands in `injector`.

use std::collections::VecDeque;

use crate::sim::{Conditions, Cuts, NEVER, Spell, Words};
use crate::trace::SubmissionId;

use super::calendar::{Calendar, Entry};
use super::faults::Drawn;
use super::packet::Packet;
use super::plan::Plan;
use super::seat::Alarm;

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

/// What faults have done to the network and to nodes.
#[derive(Clone, Debug)]
pub(super) struct FaultState {
    pub cuts: Cuts,
    pub conditions: Conditions,
    /// By node: the service time of each message, if it is slow.
    pub service: Vec<Option<u16>>,
    /// By node: the messages that it works through, each for a while.
    pub serving: Vec<VecDeque<Packet>>,
    /// By node: the handlers that are between their two steps.
    pub handlers: Vec<VecDeque<Packet>>,
    /// What is held, with the node that it waits for, in order of arrival.
    pub held: Vec<(u8, Held)>,
    /// By link, between homes: when its last message arrives, where it keeps the order.
    pub last_arrival: Vec<u64>,
    /// What was drawn and has happened.
    pub drawn: Vec<Drawn>,
    /// By source of drawn faults: the cycle, its fault, and whether that has begun.
    pub sources: Vec<(u32, Spell, bool)>,
    /// By proposer: how many restarts it has lived to see while its client waited.
    pub restarts: Vec<u32>,
}

impl FaultState {
    pub(super) fn new(plan: &Plan) -> FaultState {
        let numbers = usize::from(plan.rules.nodes) + 1;
        let homes = usize::from(plan.homes()) + 1;
        let keeps_order = plan.detail.as_ref().is_some_and(|detail| detail.keeps_order);
        FaultState {
            cuts: Cuts::default(),
            conditions: Conditions::new(plan.rules.nodes),
            service: vec![None; numbers],
            serving: vec![VecDeque::new(); numbers],
            handlers: vec![VecDeque::new(); numbers],
            held: Vec::new(),
            last_arrival: vec![0; if keeps_order { homes * homes } else { 0 }],
            drawn: Vec::new(),
            sources: Vec::new(),
            restarts: vec![0; plan.proposers.len()],
        }
    }

    /// Undoes all faults and schedules the first fault of each source.
    #[cold]
    #[inline(never)]
    pub(super) fn begin(&mut self, plan: &Plan, words: &mut Words, calendar: &mut Calendar) {
        self.clear();
        let faults = &plan.faults;
        if let Some(&(at, _)) = faults.scheduled.first() {
            calendar.add_first(at, Entry::Fault(0));
        }
        for (i, source) in faults.sources.iter().enumerate() {
            let spell = source.renewal.spell(words, 0, 0);
            self.sources.push((0, spell.unwrap_or(Spell { from: NEVER, to: NEVER, word: 0 }), false));
            if let Some(spell) = spell {
                calendar.add_first(spell.from, Entry::Drawn(i));
            }
        }
    }

    fn clear(&mut self) {
        self.cuts.clear();
        self.conditions.clear();
        self.service.fill(None);
        self.serving.iter_mut().chain(&mut self.handlers).for_each(VecDeque::clear);
        self.held.clear();
        self.last_arrival.fill(0);
        self.drawn.clear();
        self.sources.clear();
        self.restarts.fill(0);
    }
}
