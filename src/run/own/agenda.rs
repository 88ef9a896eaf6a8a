//! What is going to happen in a run of somebody's nodes, in the one total order: time, tie key, scheduling number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::trace::{NodeId, ProposerId, SubmissionId};

/// Something that is scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    /// A proposer's own client comes.
    Start(ProposerId),
    /// A client of `[[submit]]` comes.
    Submit(SubmissionId),
    /// The read of this index is made, for the n-th time.
    Read(usize, u32),
    /// The scheduled fault of this index.
    Fault(usize),
    /// The beginning or the end of a fault of this source.
    Drawn(usize),
    /// This parcel reaches the end of its link.
    Arrival(u32),
    /// A slow node is done with the message that it had longest, if it has lived on since this life.
    Served(NodeId, u32),
    /// A call ends with an error, if it is still open.
    CallEnds(NodeId, u64, Ending),
    /// A timer rings, if it is still set.
    Timer(NodeId, u64),
}

/// Why a call ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    Refused,
    Lost,
    Timeout,
    Reset,
}

/// Where an entry stands: time, tie key, scheduling number.
type Place = (u64, u64, u64);

/// All that is scheduled.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BinaryHeap<Reverse<(Place, Entry)>>,
    scheduled: u64,
}

impl Agenda {
    pub fn clear(&mut self) {
        self.entries.clear();
        self.scheduled = 0;
    }

    /// The next scheduling number.
    pub fn number(&mut self) -> u64 {
        self.scheduled += 1;
        self.scheduled
    }

    /// Schedules an entry with this tie key.
    pub fn add(&mut self, at: u64, tie: u64, entry: Entry) {
        let number = self.number();
        self.add_numbered(at, (tie, number), entry);
    }

    /// Schedules an entry with this tie key and scheduling number.
    pub fn add_numbered(&mut self, at: u64, (tie, number): (u64, u64), entry: Entry) {
        self.entries.push(Reverse(((at, tie, number), entry)));
    }

    /// Schedules an entry before anything else of its instant.
    pub fn add_first(&mut self, at: u64, entry: Entry) {
        self.entries.push(Reverse(((at, 0, 0), entry)));
    }

    /// How much is scheduled.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// When the next entry is due.
    pub fn next_at(&self) -> Option<u64> {
        self.entries.peek().map(|Reverse(((at, _, _), _))| *at)
    }

    pub fn pop(&mut self) -> Option<(u64, Entry)> {
        self.entries.pop().map(|Reverse(((at, _, _), entry))| (at, entry))
    }

    /// Whether nothing is left that could change anything: repeated reads and faults alone.
    pub fn is_idle(&self) -> bool {
        self.entries.iter().all(|Reverse((_, entry))| {
            matches!(entry, Entry::Fault(_) | Entry::Drawn(_) | Entry::Read(_, 1..))
        })
    }

    /// Whether nothing is left but reads that were made before.
    pub fn only_repeats(&self) -> bool {
        self.entries.iter().all(|Reverse((_, entry))| matches!(entry, Entry::Read(_, 1..)))
    }
}
