//! The events to come, ordered by (time, faults first, tie key, order of scheduling).
//!
//! Absent on purpose: cancelling. A timer that no longer matters is recognised when it comes up.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::words::Event;

/// An event with its place in the order.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled {
    pub at_ns: u64,
    pub tie: u64,
    pub sequence: u64,
    pub event: Event,
}

impl Scheduled {
    fn key(&self) -> (u64, bool, u64, u64) {
        let is_fault = matches!(self.event, Event::Fault { .. });
        (self.at_ns, !is_fault, self.tie, self.sequence)
    }
}

impl Ord for Scheduled {
    /// Reversed: a `BinaryHeap` hands out its greatest element.
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Scheduled {}

/// The queue.
#[derive(Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Scheduled>,
    scheduled: u64,
}

impl Queue {
    pub fn push(&mut self, at_ns: u64, tie: u64, event: Event) {
        self.heap.push(Scheduled { at_ns, tie, sequence: self.scheduled, event });
        self.scheduled += 1;
    }
    pub fn peek(&self) -> Option<&Scheduled> {
        self.heap.peek()
    }
    pub fn pop(&mut self) -> Option<Scheduled> {
        self.heap.pop()
    }
    pub fn iter(&self) -> impl Iterator<Item = &Scheduled> {
        self.heap.iter()
    }
}
