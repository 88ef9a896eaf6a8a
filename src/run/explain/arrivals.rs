//! In which order acceptors grant requests, up to the choice: what a race table tells runs apart by.
//!
//! A request is granted if it changes the acceptor's state: a prepare that it promises, an accept that it votes for. What
//! arrives too late to change anything is left out, for that it does not matter is the rule of the game. A proposer's request
//! to the acceptor on its own node counts as any other. Absent on purpose: times, answers, and in which order things happen
//! at different nodes.

use std::collections::BTreeMap;

use crate::scenario::Scenario;
use crate::trace::{BallotId, Event, Kind, NodeId, Observer, ProposerId};

/// A request that is granted; in four bytes, for a table holds many.
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

/// The order in which requests are granted at each node, node 1 first.
pub type Pattern = Vec<Vec<Arrival>>;

/// Notes what is granted in a run that ends at its choice.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// What has been granted so far.
    pub pattern: Pattern,
    /// Whose each ballot is, and of which attempt.
    owners: BTreeMap<BallotId, (ProposerId, u32)>,
    /// The ballot of the accept that is being handled: it may raise a promise too.
    accept: Option<BallotId>,
}

impl Arrivals {
    /// For runs of this scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let nodes = usize::from(scenario.cluster.nodes);
        Arrivals { pattern: vec![Vec::new(); nodes], owners: BTreeMap::new(), accept: None }
    }

    /// Forgets the run before.
    pub fn clear(&mut self) {
        self.pattern.iter_mut().for_each(Vec::clear);
        self.owners.clear();
        self.accept = None;
    }

    fn grant(&mut self, node: NodeId, ballot: BallotId, phase: u8) {
        let owner = self.owners.get(&ballot);
        let order = usize::from(node).checked_sub(1).and_then(|at| self.pattern.get_mut(at));
        if let (Some(&(proposer, attempt)), Some(order)) = (owner, order) {
            order.push(Arrival::new(proposer, attempt, phase));
        }
    }
}

impl Observer for Arrivals {
    fn on(&mut self, _at_ns: u64, event: &Event) {
        match *event {
            Event::Started { proposer, attempt, ballot } => {
                self.owners.insert(ballot, (proposer, attempt));
                self.accept = None;
            }
            Event::Proposed { ballot, .. } => self.accept = Some(ballot),
            Event::Delivered { message } => {
                self.accept = (message.kind == Kind::Accept).then_some(message.ballot);
            }
            Event::Promised { node, ballot } if self.accept != Some(ballot) => self.grant(node, ballot, 1),
            Event::Voted { node, ballot, .. } => self.grant(node, ballot, 2),
            _ => {}
        }
    }
}
