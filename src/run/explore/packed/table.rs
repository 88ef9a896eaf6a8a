//! The states that were visited, by their fingerprints: eight bytes each, and as much again for room.
//!
//! Many threads add to it at once. Absent on purpose: the way that led to a state; what was lost with it is found by walking
//! again (`retrace`).

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Fingerprints in a cache line.
const LINE: usize = 8;
const SMALLEST: usize = 1 << 17;
/// Fingerprints in the smallest page of memory.
const PAGE: usize = 512;
/// Places that a thread fills at a time when a table grows.
const SHARE: usize = 1 << 14;

/// A set of fingerprints.
pub(super) struct Table {
    slots: Vec<AtomicU64>,
}

impl Table {
    pub fn new() -> Self {
        Table::of(SMALLEST)
    }

    fn of(slots: usize) -> Self {
        // The system hands out zeros, each page of them when it is first asked for: by whichever thread that is.
        Table { slots: vec![0; slots].into_iter().map(AtomicU64::new).collect() }
    }

    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u64>()
    }

    /// How many fingerprints it holds before it is to grow.
    pub fn comfortable(&self) -> u64 {
        self.slots.len() as u64 / 4 * 3
    }

    /// How many it holds at most, where it cannot grow.
    pub fn crowded(&self) -> u64 {
        self.slots.len() as u64 / 16 * 15
    }

    /// Brings the place of a fingerprint near, whatever stands there: of many that are asked for one after the other, the
    /// memory fetches several at a time.
    #[inline(always)]
    pub fn touch(&self, print: u64) -> u64 {
        self.slots[print as usize & (self.slots.len() - 1)].load(Relaxed)
    }

    /// Adds a fingerprint, which is not 0; whether it is new. Of several threads that add the same one, one is told so.
    #[inline(always)]
    pub fn insert(&self, print: u64) -> bool {
        if self.touch(print) == print {
            return false;
        }
        for at in self.places(print) {
            let slot = &self.slots[at];
            let mut there = slot.load(Relaxed);
            if there == 0 {
                match slot.compare_exchange(0, print, Relaxed, Relaxed) {
                    Ok(_) => return true,
                    Err(other) => there = other,
                }
            }
            if there == print {
                return false;
            }
        }
        false
    }

    /// The place of a fingerprint that was added.
    pub fn find(&self, print: u64) -> Option<usize> {
        let mut places = self.places(print);
        let at = places.find(|&at| [0, print].contains(&self.slots[at].load(Relaxed)))?;
        (self.slots[at].load(Relaxed) == print).then_some(at)
    }

    /// All of them, in the order of their places.
    pub fn each(&self) -> impl Iterator<Item = u64> {
        self.slots.iter().map(|slot| slot.load(Relaxed)).filter(|&print| print > 0)
    }

    /// How many places there are.
    pub fn places_in_all(&self) -> usize {
        self.slots.len()
    }

    /// Where a fingerprint may stand: first in its own cache line, then in those that follow.
    #[inline(always)]
    fn places(&self, print: u64) -> impl Iterator<Item = usize> {
        let mask = self.slots.len() - 1;
        let home = print as usize & mask;
        (0..self.slots.len()).map(move |step| {
            let line = (home & !(LINE - 1)) + (step & !(LINE - 1));
            (line & mask) | ((home + step) & (LINE - 1))
        })
    }

    /// An empty table of twice the size.
    pub fn twice(&self) -> Table {
        Table::of(self.slots.len() * 2)
    }

    /// Pieces that are moved to a larger table one by one.
    pub fn shares(&self) -> usize {
        self.slots.len().div_ceil(SHARE)
    }

    /// Adds the fingerprints of a smaller table, share by share: `next` is the share that nobody has begun, so that many threads
    /// can do it together.
    pub fn take_from(&self, smaller: &Table, next: &AtomicUsize) {
        loop {
            let from = next.fetch_add(1, Relaxed).saturating_mul(SHARE);
            let Some(rest) = smaller.slots.get(from..).filter(|rest| !rest.is_empty()) else { return };
            // A place of a larger table is that of the smaller one, or as far beyond its end.
            [from, from + smaller.slots.len()].into_iter().for_each(|first| self.write_to(first));
            let prints = rest.iter().take(SHARE).map(|slot| slot.load(Relaxed)).filter(|&print| print > 0);
            prints.for_each(|print| _ = self.insert(print));
        }
    }

    /// Writes to each page of a share without changing it. A page that is read first is a page of zeros that all share, and to take
    /// a page of one's own for it then stops every thread for a moment.
    fn write_to(&self, first: usize) {
        for slot in self.slots[first..].iter().take(SHARE).step_by(PAGE) {
            // An exchange is a write whatever comes of it; adding nothing would be compiled to a read.
            let _ = slot.compare_exchange(0, 0, Relaxed, Relaxed);
        }
    }

    /// How many states fit into so much memory, about: two tables while the last one grows, and an eighth for the states
    /// that are being left.
    pub fn holds(bytes: u64) -> u64 {
        let room = bytes / 8 * 7 / (size_of::<u64>() as u64 * 3 / 2);
        let slots = if room == 0 { 0 } else { 1 << room.ilog2() };
        slots / 16 * 15
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(n: u64) -> u64 {
        // One place in sixteen is wanted.
        n.wrapping_mul(0x9E37_79B9_7F4A_7C15) & !0xF | 1
    }

    #[test]
    fn each_fingerprint_is_new_once_and_stays_when_the_table_grows() {
        let mut table = Table::new();
        for round in 0..3 {
            for n in 0..60_000 {
                assert_eq!(table.insert(print(n)), round == 0, "{n}");
            }
            assert!(table.find(print(60_000)).is_none() && table.find(print(7)).is_some());
            let larger = table.twice();
            let next = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| larger.take_from(&table, &next));
                }
            });
            table = larger;
        }
        assert_eq!(table.bytes(), 8 * 8 * SMALLEST);
    }

    #[test]
    fn of_two_threads_one_is_told_that_a_fingerprint_is_new() {
        let table = Table::new();
        let add = || (0..60_000).filter(|&n| table.insert(print(n))).count();
        let told: usize = std::thread::scope(|scope| {
            let threads = [scope.spawn(add), scope.spawn(add)];
            threads.map(|thread| thread.join().expect("it adds")).iter().sum()
        });
        assert_eq!(told, 60_000);
    }

    #[test]
    fn memory_is_told_in_states() {
        // 2²⁸ places of 8 bytes, and half of them once more while they grow.
        assert_eq!(Table::holds(4 << 30), (1 << 28) / 16 * 15);
        assert_eq!(Table::holds(0), 0);
    }
}
