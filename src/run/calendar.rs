//! Further submissions, reads and faults: what is scheduled by the clock and belongs to no attempt.

use crate::sim::{Address, Rank, Region, Words};
use crate::trace::SubmissionId;

use super::plan::Plan;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Submit(SubmissionId),
    /// The read of this index, for the n-th time.
    Read(usize, u32),
    /// The scheduled fault of this index.
    Fault(usize),
    /// The beginning or the end of a fault of this source.
    Drawn(usize),
    /// This node is done with a message.
    Served(u8),
    /// So it is with a handler in two steps.
    Handled(u8),
}

/// The entries to come, the first one last.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar {
    entries: Vec<(u64, Rank, Entry)>,
}

impl Calendar {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// When the next entry is due.
    pub(super) fn next_at(&self) -> Option<u64> {
        self.entries.last().map(|&(at, _, _)| at)
    }

    /// Where the next entry stands within its instant.
    pub(super) fn next_rank(&self) -> Rank {
        self.entries.last().map_or((0, 0), |&(_, rank, _)| rank)
    }

    /// Whether nothing is left but reads that were made before, which look and change nothing, and faults, which change
    /// nothing that happens if nothing does.
    pub(super) fn is_idle(&self) -> bool {
        let idle = |entry: &Entry| match entry {
            Entry::Read(_, time) => *time > 0,
            Entry::Fault(_) | Entry::Drawn(_) => true,
            Entry::Submit(_) | Entry::Served(_) | Entry::Handled(_) => false,
        };
        self.entries.iter().all(|(_, _, entry)| idle(entry))
    }

    /// Whether nothing is left but reads that were made before.
    pub(super) fn only_repeats(&self) -> bool {
        self.entries.iter().all(|(_, _, entry)| matches!(entry, Entry::Read(_, time) if *time > 0))
    }

    /// A crash: what this node was working on is done no more.
    pub(super) fn end_service(&mut self, of: u8) {
        self.entries.retain(|(_, _, entry)| ![Entry::Served(of), Entry::Handled(of)].contains(entry));
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        self.entries.pop().map(|(_, _, entry)| entry)
    }

    /// Adds an entry with scheduling number `order`.
    pub(super) fn add(&mut self, at: u64, entry: Entry, order: u64, plan: &Plan, words: &mut Words) {
        let rank = if plan.fifo_ties { (0, order) } else { (tie(entry, plan, words), order) };
        self.insert(at, rank, entry);
    }

    /// Adds an entry that comes before anything else of its instant, and after those that were added so before it.
    pub(super) fn add_first(&mut self, at: u64, entry: Entry) {
        self.insert(at, (0, 0), entry);
    }

    /// Adds an entry with this place within its instant.
    pub(super) fn insert(&mut self, at: u64, rank: Rank, entry: Entry) {
        let place = self.entries.partition_point(|&(other, other_rank, _)| (other, other_rank) > (at, rank));
        self.entries.insert(place, (at, rank, entry));
    }
}

/// The entry's tie key: entries are few, so it is read at once.
fn tie(entry: Entry, plan: &Plan, words: &mut Words) -> u64 {
    const PARTS: u32 = 256 * 32;
    let (kind, number, time) = match entry {
        Entry::Submit(submission) => (0, u32::from(submission) - plan.proposers.len() as u32, 0),
        Entry::Read(read, time) => (1, read as u32, time % PARTS),
        // These have places of their own.
        Entry::Fault(_) | Entry::Drawn(_) | Entry::Served(_) | Entry::Handled(_) => return 0,
    };
    words.rare(Address { region: Region::Agenda, caller: kind, attempt: number }, time as usize)
}
