//! The state of network and nodes where faults happen: what is cut, what is down, still or slow, what waits for that to end.
//!
//! A plan without faults never comes here. What faults do stands in `injector`.

use std::collections::VecDeque;

use crate::sim::{Net, Words};
use crate::trace::SubmissionId;

use super::calendar::{Calendar, Entry};
use super::fault_sources::FaultSources;
use super::packet::Packet;
use super::plan::Plan;
use super::seat::Alarm;

/// Business of a node that stands still, beside the messages that wait for it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Local {
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
    pub net: Net<Packet, Local>,
    /// By node: the handlers that are between their two steps.
    pub handlers: Vec<VecDeque<Packet>>,
    pub sources: FaultSources,
    /// By proposer: how many restarts it has lived to see while its client waited.
    pub restarts: Vec<u32>,
}

impl FaultState {
    pub(super) fn new(plan: &Plan) -> FaultState {
        let numbers = usize::from(plan.rules.nodes) + 1;
        let keeps_order = plan.detail.as_ref().is_some_and(|detail| detail.keeps_order);
        FaultState {
            net: Net::new(plan.rules.nodes, if keeps_order { plan.homes() } else { 0 }),
            handlers: vec![VecDeque::new(); numbers],
            sources: FaultSources::default(),
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
        self.sources.begin(faults, words, |at, source| calendar.add_first(at, Entry::Drawn(source)));
    }

    fn clear(&mut self) {
        self.net.clear();
        self.handlers.iter_mut().for_each(VecDeque::clear);
        self.sources.clear();
        self.restarts.fill(0);
    }
}
