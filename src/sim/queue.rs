//! What is in flight, in order of arrival.
//!
//! The soonest arrivals stand in a short sorted array, eight bytes each; whatever does not fit waits in a binary heap;
//! an instant with several arrivals is taken out whole and put in order. With a dozen messages in flight nothing
//! beats the array, with 10⁵ every operation costs log n. Cancelling is absent on purpose: messages are never called
//! back, and what can be (a timer) is not kept here.
//!
//! ```text
//!   instant          near, ≤ 64, sorted by time      far, a heap
//!   t t t t    ≤     t₁ ≤ t₂ ≤ t₃ … ≤ tₖ       ≤     everything later
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Times in the queue are below this: 2⁵⁸ − 1 ns, about 9 years.
pub const MAX_TIME_NS: u64 = NEVER;
/// The time of what never comes.
pub const NEVER: u64 = END >> SLOT_BITS;

/// Entries of the sorted array: one bit each in a word.
const NEAR: usize = 64;
/// The array drifts through twice its length before it is moved back.
const ROOM: usize = 128;
const SLOT_BITS: u32 = NEAR.trailing_zeros();
const SLOT: u64 = NEAR as u64 - 1;
/// Later than every key.
const END: u64 = u64::MAX;

/// Where an arrival stands within its instant: compared first by tie key, then by scheduling number.
pub type Rank = (u64, u64);

/// Arrivals of `P`, a small plain value, ordered by time and, within an instant, by rank.
#[derive(Clone, Debug)]
pub struct Queue<P> {
    /// Sorted keys, time · 64 + slot, in `keys[head..tail]`; `keys[tail]` is [`END`].
    keys: [u64; ROOM],
    head: usize,
    tail: usize,
    free: u64,
    slots: [P; NEAR],
    /// The scheduling number of each slot's payload.
    numbers: [u64; NEAR],
    /// When the first of all arrives.
    first_at: u64,
    /// Whether anything stands outside the array.
    crowded: bool,
    /// Nothing here is sooner than anything in `keys`.
    far: BinaryHeap<Reverse<Timed<(P, u64)>>>,
    /// What is left of an instant with several arrivals, the first one last; nothing in `keys` is sooner.
    instant: Vec<(Rank, P)>,
    instant_at: u64,
}

/// A heap entry, compared by time alone.
#[derive(Clone, Debug)]
struct Timed<P>(u64, P);

impl<P> Ord for Timed<P> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<P> PartialOrd for Timed<P> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<P> PartialEq for Timed<P> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<P> Eq for Timed<P> {}

impl<P: Copy + Default> Default for Queue<P> {
    fn default() -> Self {
        Queue {
            keys: [END; ROOM],
            head: 0,
            tail: 0,
            free: !0,
            slots: [P::default(); NEAR],
            numbers: [0; NEAR],
            first_at: NEVER,
            crowded: false,
            far: BinaryHeap::new(),
            instant: Vec::new(),
            instant_at: 0,
        }
    }
}

impl<P: Copy> Queue<P> {
    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        (self.head, self.tail, self.free) = (0, 0, !0);
        (self.keys[0], self.first_at) = (END, NEVER);
        if self.crowded {
            self.crowded = false;
            self.far.clear();
            self.instant.clear();
        }
    }

    /// How many are in flight.
    pub fn len(&self) -> usize {
        self.tail - self.head + self.far.len() + self.instant.len()
    }

    /// Whether nothing is in flight.
    pub fn is_empty(&self) -> bool {
        self.first_at == NEVER
    }

    /// When the first arrives; [`NEVER`] if nothing is in flight.
    #[inline(always)]
    pub fn next_at(&self) -> u64 {
        self.first_at
    }

    /// Adds an arrival at `at`, below [`MAX_TIME_NS`] and not before anything already taken, with its scheduling
    /// number. `rank` is asked only where times are equal.
    #[inline(always)]
    pub fn push(&mut self, at: u64, number: u64, payload: P, rank: &mut impl FnMut(&P, u64) -> Rank) {
        debug_assert!(at < MAX_TIME_NS);
        if self.crowded || self.free == 0 {
            return self.push_crowded(at, number, payload, rank);
        }
        self.insert(at, number, payload);
    }

    /// Into the sorted array, which has room.
    #[inline(always)]
    fn insert(&mut self, at: u64, number: u64, payload: P) {
        if self.tail == ROOM - 1 {
            self.keys.copy_within(self.head..ROOM, 0);
            (self.head, self.tail) = (0, self.tail - self.head);
        }
        let slot = self.free.trailing_zeros() as usize % NEAR;
        self.free &= self.free.wrapping_sub(1);
        (self.slots[slot], self.numbers[slot]) = (payload, number);
        let key = at << SLOT_BITS | slot as u64;
        let mut i = self.tail;
        self.tail += 1;
        self.keys[self.tail % ROOM] = END;
        // Most arrivals are later than all that is in flight: look from the end.
        while i > self.head && self.keys[(i - 1) % ROOM] > key {
            self.keys[i % ROOM] = self.keys[(i - 1) % ROOM];
            i -= 1;
        }
        self.keys[i % ROOM] = key;
        self.first_at = self.first_at.min(at);
    }

    /// While an instant is being served or something waits in the heap, an arrival must find its place among them.
    #[cold]
    #[inline(never)]
    fn push_crowded(&mut self, at: u64, number: u64, payload: P, rank: &mut impl FnMut(&P, u64) -> Rank) {
        if !self.instant.is_empty() && at == self.instant_at {
            let mine = rank(&payload, number);
            let place = self.instant.partition_point(|&(other, _)| other > mine);
            self.instant.insert(place, (mine, payload));
        } else if self.make_room(at) {
            self.insert(at, number, payload);
        } else {
            self.far.push(Reverse(Timed(at, (payload, number))));
            self.first_at = self.first_at.min(at);
        }
        self.crowded = !self.far.is_empty() || !self.instant.is_empty();
    }

    /// Makes room for an arrival that belongs into the array; false if it belongs into the heap.
    fn make_room(&mut self, at: u64) -> bool {
        if self.head == self.tail {
            return self.far.peek().is_none_or(|Reverse(first)| at <= first.0);
        }
        let last = self.keys[self.tail - 1];
        if last >> SLOT_BITS <= at && (self.free == 0 || !self.far.is_empty()) {
            return false;
        }
        if self.free == 0 {
            self.tail -= 1;
            self.keys[self.tail] = END;
            self.free |= 1 << (last & SLOT);
            let slot = (last & SLOT) as usize;
            self.far.push(Reverse(Timed(last >> SLOT_BITS, (self.slots[slot], self.numbers[slot]))));
        }
        true
    }

    /// Takes the first to arrive; meaningful only if something is in flight.
    #[inline(always)]
    pub fn pop(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) -> P {
        let key = self.keys[self.head % ROOM];
        let next = self.keys[(self.head + 1) % ROOM];
        if self.crowded || (key ^ next) <= SLOT {
            return self.pop_crowded(rank);
        }
        self.head += 1;
        self.first_at = next >> SLOT_BITS;
        self.free |= 1 << (key & SLOT);
        self.slots[(key & SLOT) as usize]
    }

    /// The rank of the first to arrive; meaningful only if something is in flight.
    pub fn first_rank(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) -> Rank {
        self.gather_instant(rank);
        // Something is in flight, so something was gathered.
        self.instant.last().map_or((0, 0), |&(first, _)| first)
    }

    #[cold]
    #[inline(never)]
    fn pop_crowded(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) -> P {
        self.gather_instant(rank);
        let first = self.instant.pop();
        self.note_first();
        // Something is in flight, so something was gathered.
        first.map_or(self.slots[0], |(_, payload)| payload)
    }

    /// Moves all arrivals of the first instant out of the array and the heap and puts them in order, unless that is
    /// done.
    fn gather_instant(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) {
        if !self.instant.is_empty() {
            return;
        }
        self.instant_at = self.first_at;
        self.refill();
        while self.head < self.tail && self.keys[self.head] >> SLOT_BITS == self.instant_at {
            let slot = self.keys[self.head] & SLOT;
            let payload = self.slots[slot as usize];
            self.instant.push((rank(&payload, self.numbers[slot as usize]), payload));
            self.free |= 1 << slot;
            self.head += 1;
            self.refill();
        }
        self.instant.sort_unstable_by_key(|&(rank, _)| Reverse(rank));
        self.note_first();
    }

    /// Brings `first_at` and `crowded` up to date.
    fn note_first(&mut self) {
        self.refill();
        self.crowded = !self.far.is_empty() || !self.instant.is_empty();
        self.first_at =
            if self.instant.is_empty() { self.keys[self.head % ROOM] >> SLOT_BITS } else { self.instant_at };
    }

    /// Half-fills the array, if it is empty, from the heap, in order.
    fn refill(&mut self) {
        if self.head < self.tail {
            return;
        }
        (self.head, self.tail) = (0, 0);
        while self.tail < NEAR / 2 {
            let Some(Reverse(Timed(at, (payload, number)))) = self.far.pop() else { break };
            let slot = u64::from(self.free.trailing_zeros());
            self.free &= self.free.wrapping_sub(1);
            (self.slots[slot as usize], self.numbers[slot as usize]) = (payload, number);
            self.keys[self.tail] = at << SLOT_BITS | slot;
            self.tail += 1;
        }
        self.keys[self.tail] = END;
    }

    /// Everything in flight with its arrival time, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &P)> {
        let near = self.keys[self.head..self.tail]
            .iter()
            .map(|key| (key >> SLOT_BITS, &self.slots[(key & SLOT) as usize]));
        let far = self.far.iter().map(|Reverse(far)| (far.0, &far.1.0));
        near.chain(far).chain(self.instant.iter().map(|(_, payload)| (self.instant_at, payload)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (tie key, sequence number)
    type Item = (u64, u64);

    fn drain_against_a_sorted_list(spread: u64, pushes: u64, hold: usize) {
        let mut queue = Queue::<Item>::default();
        let mut list: Vec<(u64, Item)> = Vec::new();
        let (mut now, mut lcg) = (0, 12_345_u64);
        let mut rank = |p: &Item, number| (p.0, number);
        for order in 0..pushes {
            lcg = lcg.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let item = (now + (lcg >> 33) % spread, ((lcg >> 20) % 3, order));
            queue.push(item.0, order, item.1, &mut rank);
            list.push(item);
            while list.len() > hold {
                list.sort_unstable();
                let expected = list.remove(0);
                assert_eq!((queue.next_at(), queue.pop(&mut rank)), expected);
                now = expected.0;
            }
        }
        list.sort_unstable();
        for expected in list {
            assert_eq!((queue.next_at(), queue.pop(&mut rank)), expected);
        }
        assert!(queue.is_empty() && queue.next_at() == NEVER && queue.len() == 0);
    }

    #[test]
    fn a_few_in_flight_with_many_ties() {
        drain_against_a_sorted_list(5, 20_000, 12);
    }

    #[test]
    fn more_in_flight_than_the_array_holds_with_and_without_ties() {
        drain_against_a_sorted_list(9, 5_000, 200);
        drain_against_a_sorted_list(1_000_000, 5_000, 300);
    }

    #[test]
    fn all_at_one_instant() {
        drain_against_a_sorted_list(1, 2_000, 500);
    }
}
