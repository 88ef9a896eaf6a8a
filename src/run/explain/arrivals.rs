//! In which order requests arrive at each acceptor, up to the choice: what a race table tells runs apart by.
//!
//! A proposer's request to the acceptor on its own node arrives too, by a direct call, when its phase begins. Absent on
//! purpose: times, answers, and in which order things happen at different nodes.

use crate::scenario::{OwnMessages, Scenario};
use crate::trace::{Event, MessageId, Observer, ProposerId};

/// A request that arrives; in four bytes, for a table holds many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival(u32);

impl Arrival {
    fn new(proposer: ProposerId, attempt: u32, phase: u8) -> Self {
        // Attempts beyond are taken for one: no table has room for runs that long.
        const MOST: u32 = (1 << 24) - 1;
        Arrival(attempt.min(MOST) << 8 | u32::from(proposer) << 1 | u32::from(phase == 2))
    }
    /// Whose.
    pub fn proposer(self) -> ProposerId {
        (self.0 >> 1) as u8 & 0x7F
    }
    /// Of this attempt, from 1.
    pub fn attempt(self) -> u32 {
        self.0 >> 8
    }
    /// Whether it is an accept, and not a prepare.
    pub fn is_accept(self) -> bool {
        self.0 & 1 != 0
    }
}

/// The order of arrivals at each node, node 1 first.
pub type Pattern = Vec<Vec<Arrival>>;

/// Notes the arrivals of a run that ends at its choice.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// What has arrived so far.
    pub pattern: Pattern,
    /// By proposer: the node on which it is served by direct calls, or 0.
    own: Vec<u8>,
    /// By proposer: its attempt.
    attempt: Vec<u32>,
}

impl Arrivals {
    /// For runs of this scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let instant = scenario.protocol.own_messages == OwnMessages::Instant;
        let own = |node: u8| if instant { node } else { 0 };
        Arrivals {
            pattern: vec![Vec::new(); usize::from(scenario.cluster.nodes)],
            own: scenario.proposer.iter().map(|proposer| own(proposer.node)).collect(),
            attempt: vec![0; scenario.proposer.len()],
        }
    }

    /// Forgets the run before.
    pub fn clear(&mut self) {
        self.pattern.iter_mut().for_each(Vec::clear);
        self.attempt.fill(0);
    }

    fn arrive(&mut self, node: u8, proposer: ProposerId, attempt: u32, phase: u8) {
        if let Some(order) = usize::from(node).checked_sub(1).and_then(|at| self.pattern.get_mut(at)) {
            order.push(Arrival::new(proposer, attempt, phase));
        }
    }
}

impl Observer for Arrivals {
    fn on(&mut self, _at_ns: u64, event: &Event) {
        match *event {
            Event::Started { proposer, attempt, .. } => {
                self.attempt[usize::from(proposer)] = attempt;
                self.arrive(self.own[usize::from(proposer)], proposer, attempt, 1);
            }
            Event::Proposed { proposer, .. } => {
                let attempt = self.attempt[usize::from(proposer)];
                self.arrive(self.own[usize::from(proposer)], proposer, attempt, 2);
            }
            Event::Delivered { message } => {
                let MessageId { proposer, attempt, phase, node, reply } = message.id;
                if !reply && phase < 3 {
                    self.arrive(node, proposer, attempt, phase);
                }
            }
            _ => {}
        }
    }
}
