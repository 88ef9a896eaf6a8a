//! Further submissions and reads: what is scheduled by the clock and belongs to no attempt.

use crate::sim::{Address, Rank, Region, Words};
use crate::trace::SubmissionId;

use super::plan::Plan;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Submit(SubmissionId),
    /// The read of this index, for the n-th time.
    Read(usize, u32),
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

    pub(super) fn pop(&mut self) -> Option<Entry> {
        self.entries.pop().map(|(_, _, entry)| entry)
    }

    /// Adds an entry with scheduling number `order`.
    pub(super) fn add(&mut self, at: u64, entry: Entry, order: u64, plan: &Plan, words: &mut Words) {
        let rank = if plan.fifo_ties { (0, order) } else { (tie(entry, plan, words), order) };
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
    };
    words.rare(Address { region: Region::Agenda, caller: kind, attempt: number }, time as usize)
}
