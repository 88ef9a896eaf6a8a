//! The states that were visited: by their fingerprints, or by all that they hold.
//!
//! Absent on purpose: the table of fingerprints (`table`).

use std::collections::BTreeSet;
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::table::Table;
use super::word::{Packed, Word};
use crate::run::Threads;

/// Parts of a set that one thread at a time adds to.
const SHARDS: usize = 1 << 10;

/// A set of states to which many threads add.
pub(super) enum Seen<W, const N: usize> {
    /// Eight bytes each; of two states with the same fingerprint one is taken for the other.
    Prints(Table),
    /// All of each, and how many there are.
    Whole(Vec<Mutex<BTreeSet<Packed<W, N>>>>, AtomicUsize),
}

use Seen::{Prints, Whole};

/// What is behind a lock. No thread that fails goes on, so what it has left behind is never asked for.
pub(super) fn open<T: ?Sized>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<W: Word, const N: usize> Seen<W, N> {
    /// Without any state.
    pub fn new(whole: bool) -> Self {
        if whole {
            Whole((0..SHARDS).map(|_| Mutex::default()).collect(), AtomicUsize::new(0))
        } else {
            Prints(Table::new())
        }
    }

    /// Memory, bytes.
    pub fn bytes(&self) -> usize {
        match self {
            Prints(table) => table.bytes(),
            Whole(_, states) => states.load(std::sync::atomic::Ordering::Relaxed) * Self::whole_bytes(),
        }
    }

    /// What a state takes that is kept as it is: nodes of the sets are two thirds full.
    pub const fn whole_bytes() -> usize {
        size_of::<Packed<W, N>>() * 3 / 2
    }

    /// How many states it holds before it is to grow, where it cannot by itself; and at most.
    pub fn room(&self, is_tight: bool) -> u64 {
        match self {
            Prints(table) if is_tight => table.crowded(),
            Prints(table) => table.comfortable(),
            Whole(..) => u64::MAX,
        }
    }

    /// Brings the place of a state near.
    #[inline(always)]
    pub fn touch(&self, print: u64) -> u64 {
        match self {
            Prints(table) => table.touch(print),
            Whole(..) => 0,
        }
    }

    /// Adds a state with this fingerprint; whether it is new. Of several threads that add the same one, one is told so.
    #[inline(always)]
    pub fn insert(&self, print: u64, state: &Packed<W, N>) -> bool {
        match self {
            Prints(table) => table.insert(print),
            Whole(shards, states) => {
                let is_new = open(&shards[print as usize % SHARDS]).insert(*state);
                if is_new {
                    states.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
                is_new
            }
        }
    }

    /// Twice the room, filled by all threads.
    pub fn grow(&mut self) {
        if let Prints(table) = self {
            let (larger, next) = (table.twice(), AtomicUsize::new(0));
            Threads::broadcast(table.shares(), || larger.take_from(table, &next));
            *table = larger;
        }
    }

    /// A number for each state.
    pub fn numbered(self) -> Numbers<W, N> {
        match self {
            Prints(table) => Numbers::Places(table),
            Whole(shards, _) => {
                let sorted =
                    shards.into_iter().flat_map(|it| it.into_inner().unwrap_or_else(PoisonError::into_inner));
                let mut sorted: Vec<_> = sorted.collect();
                sorted.sort_unstable();
                Numbers::Ranks(sorted)
            }
        }
    }
}

/// Numbers of states.
pub(super) enum Numbers<W, const N: usize> {
    /// The places of their fingerprints.
    Places(Table),
    /// Their ranks.
    Ranks(Vec<Packed<W, N>>),
}

impl<W: Word, const N: usize> Numbers<W, N> {
    /// All are below this.
    pub fn below(&self) -> usize {
        match self {
            Numbers::Places(table) => table.places_in_all(),
            Numbers::Ranks(sorted) => sorted.len(),
        }
    }

    /// The number of a state with this fingerprint.
    pub fn of(&self, print: u64, state: &Packed<W, N>) -> Option<u32> {
        let number = match self {
            Numbers::Places(table) => table.find(print),
            Numbers::Ranks(sorted) => sorted.binary_search(state).ok(),
        };
        number.map(|number| number as u32)
    }
}
