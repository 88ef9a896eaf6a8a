//! How links and nodes are at the moment.
//!
//! Absent on purpose: what makes them so (`faults`), and what becomes of messages (`passage`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use synod::scenario::model::{Delay, Partition, Scenario};

use super::words::{Address, Event, Message, Request, Submission};

/// What a node that stands still has not looked at yet.
#[derive(Clone, Copy, Debug)]
pub enum Held {
    Message(Message),
    /// A handler before its second step; whether it is that of a copy.
    Handler(Request, bool),
    /// A timer of a proposer, or the error of its call.
    Event(Event),
    Submission(usize, Submission),
    Read(usize),
    /// A call was refused, for the node that was called is down.
    Refused(Address),
}

/// One node's condition.
#[derive(Clone, Debug)]
pub struct Condition<'s> {
    pub down: bool,
    pub paused: bool,
    /// How long it takes over each message, if it is slow.
    pub service: Option<&'s Delay>,
    /// When it is done with what it has.
    pub busy_until: u64,
    /// What it has taken up, in order.
    pub serving: VecDeque<Message>,
    /// Requests whose handlers are between their two steps; whether they are copies.
    pub handling: VecDeque<(Request, bool)>,
    /// Crashes so far.
    pub life: u32,
    /// Millionths of the true rate at which its clock runs.
    pub clock_ppm: u64,
}

/// The weather of a run.
#[derive(Clone, Debug)]
pub struct Weather<'s> {
    /// By node, from node 1.
    pub nodes: Vec<Condition<'s>>,
    /// What waits for nodes that stand still, in order of arrival.
    pub held: Vec<(u8, Held)>,
    /// Pairs of sender and receiver whom the partition keeps apart.
    partition: BTreeSet<(u8, u8)>,
    /// Pairs of sender and receiver between whom a cut of a single direction lies.
    one_way: BTreeSet<(u8, u8)>,
    /// By sender and receiver (nodes, or the ids of proposers on none): when the last message of a fifo link arrives.
    last_arrival: BTreeMap<(u8, u8), u64>,
    /// By proposer: restarts that it has lived to see while a client waited.
    pub restarts: Vec<u32>,
    /// `[[fault]]`s that have not struck yet.
    pub faults_to_come: usize,
}

impl<'s> Weather<'s> {
    pub fn new(scenario: &'s Scenario) -> Self {
        let well = Condition {
            down: false,
            paused: false,
            service: None,
            busy_until: 0,
            serving: VecDeque::new(),
            handling: VecDeque::new(),
            life: 0,
            clock_ppm: 1_000_000,
        };
        Weather {
            nodes: vec![well; usize::from(scenario.cluster.nodes)],
            held: Vec::new(),
            partition: BTreeSet::new(),
            one_way: BTreeSet::new(),
            last_arrival: BTreeMap::new(),
            restarts: vec![0; scenario.proposer.len()],
            faults_to_come: 0,
        }
    }

    pub fn of(&mut self, node: u8) -> &mut Condition<'s> {
        &mut self.nodes[usize::from(node) - 1]
    }
    /// Proposers on no node are always well.
    pub fn is_down(&self, node: u8) -> bool {
        node != 0 && self.nodes[usize::from(node) - 1].down
    }
    pub fn is_paused(&self, node: u8) -> bool {
        node != 0 && self.nodes[usize::from(node) - 1].paused
    }

    /// How long a wait is by the node's clock: a fast one is early.
    pub fn by_clock(&self, node: u8, wait_ns: u64) -> u64 {
        if node == 0 {
            return wait_ns;
        }
        let ppm = u128::from(self.nodes[usize::from(node) - 1].clock_ppm);
        (u128::from(wait_ns) * 1_000_000 / ppm) as u64
    }

    pub fn is_cut(&self, from: u8, to: u8) -> bool {
        self.partition.contains(&(from, to)) || self.one_way.contains(&(from, to))
    }

    /// Two talk exactly if some group holds both; those that no group names are one group more. 0 takes part only where
    /// a group names it.
    pub fn partition(&mut self, partition: &Partition) {
        let nodes = self.nodes.len() as u8;
        let named = |n: u8| partition.groups.iter().any(|group| group.contains(&n));
        let rest: Vec<u8> = (1..=nodes).filter(|&n| !named(n)).collect();
        let groups: Vec<&Vec<u8>> = partition.groups.iter().chain([&rest]).collect();
        let everybody: Vec<u8> = (0..=nodes).filter(|&n| n != 0 || named(0)).collect();
        self.partition.clear();
        for &from in &everybody {
            for &to in &everybody {
                let friends = groups.iter().any(|group| group.contains(&from) && group.contains(&to));
                if from != to && !friends {
                    self.partition.insert((from, to));
                }
            }
        }
    }

    pub fn one_way(&mut self, from: &[u8], to: &[u8]) {
        let pairs = from.iter().flat_map(|&from| to.iter().map(move |&to| (from, to)));
        self.one_way.extend(pairs.filter(|(from, to)| from != to));
    }

    /// Mends all links, or those from and to these nodes.
    pub fn heal(&mut self, nodes: Option<&[u8]>) {
        let stays = |&(from, to): &(u8, u8)| nodes.is_some_and(|n| !n.contains(&from) && !n.contains(&to));
        self.partition.retain(stays);
        self.one_way.retain(stays);
    }

    /// When a message that would arrive then does on a link that keeps the order: after all that were sent before it (D39).
    pub fn in_order(&mut self, from: u8, to: u8, at: u64) -> u64 {
        let last = self.last_arrival.entry((from, to)).or_insert(0);
        *last = at.max(*last + 1);
        *last
    }
}
