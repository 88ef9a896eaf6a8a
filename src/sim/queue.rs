//! What is in flight, in order of arrival.
//!
//! Up to 64 arrivals stand in slots, eight bytes each in groups of eight, the least of each group known: with a dozen
//! messages in flight a scan without branches beats every ordered structure. What does not fit waits in a radix heap
//! (`far`); an instant with several arrivals is taken out whole and put in order. Cancelling is absent on purpose:
//! messages are never called back, and what can be (a timer) is not kept here.
//!
//! ```text
//!   instant (several of one time, by rank)   │  slots [8] [8] … [8]   │  far
//!                            first = the least of all three
//! ```

use std::cmp::Reverse;

use super::far::Far;

/// Times in the queue are below this: 2⁵⁸ − 1 ns, about 9 years.
pub const MAX_TIME_NS: u64 = NEVER;
/// The time of what never comes.
pub const NEVER: u64 = END >> SLOT_BITS;
/// The time of what is later than every horizon and yet not [`NEVER`].
pub const LATEST: u64 = NEVER - 3;

/// When a wait ends that begins `now`: at [`LATEST`], if it is longer than times reach.
#[inline(always)]
pub const fn later(now: u64, wait_ns: u64) -> u64 {
    let at = now.saturating_add(wait_ns);
    if at < LATEST { at } else { LATEST }
}

/// Slots: one bit each in a word.
const SLOTS: usize = 64;
const GROUP: usize = 8;
const GROUPS: usize = SLOTS / GROUP;
const _: () = assert!(GROUPS == GROUP);
const SLOT_BITS: u32 = SLOTS.trailing_zeros();
const SLOT: u64 = SLOTS as u64 - 1;
/// The place of a payload that has no slot; what counting free slots gives when there is none.
const PASSAGE: usize = SLOTS;
/// Later than every key.
const END: u64 = u64::MAX;

/// Where an arrival stands within its instant: compared first by tie key, then by scheduling number.
pub type Rank = (u64, u64);

/// Arrivals of `P`, a small plain value, ordered by time and, within an instant, by rank.
#[derive(Clone, Debug)]
pub struct Queue<P> {
    /// The key of each slot, time · 64 + slot; [`END`] for a free one.
    keys: [[u64; GROUP]; GROUPS],
    /// The least key of each group.
    least: [u64; GROUPS],
    free: u64,
    /// Slots that were ever claimed since the queue was cleared lie below this. Whether more than a group of them was
    /// says better what to search than whether more than a group is in use, which changes back and forth.
    reach: usize,
    /// One more than there are slots: a payload on its way to or from elsewhere stands in the last. Payloads go from
    /// memory to memory in one piece; a copy on the stack, written by parts and read whole, would stall.
    slots: [P; SLOTS + 1],
    /// The scheduling number of each slot's payload.
    numbers: [u64; SLOTS + 1],
    /// The least key of all slots.
    first: u64,
    /// Whether anything stands outside the slots.
    crowded: bool,
    /// What found no slot.
    far: Far<(P, u64)>,
    /// What is left of an instant with several arrivals, the first one last; nothing else is sooner.
    instant: Vec<(Rank, P)>,
    instant_at: u64,
}

impl<P: Copy + Default> Default for Queue<P> {
    fn default() -> Self {
        Queue {
            keys: [[END; GROUP]; GROUPS],
            least: [END; GROUPS],
            free: !0,
            reach: 0,
            slots: [P::default(); SLOTS + 1],
            numbers: [0; SLOTS + 1],
            first: END,
            crowded: false,
            far: Far::default(),
            instant: Vec::new(),
            instant_at: 0,
        }
    }
}

impl<P: Copy> Queue<P> {
    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        for group in 0..self.reach.div_ceil(GROUP) {
            self.keys[group] = [END; GROUP];
            self.least[group] = END;
        }
        (self.free, self.reach, self.first) = (!0, 0, END);
        if self.crowded {
            self.crowded = false;
            self.far.clear();
            self.instant.clear();
        }
    }

    /// How many are in flight.
    pub fn len(&self) -> usize {
        self.free.count_zeros() as usize + self.far.len() + self.instant.len()
    }

    /// Whether nothing is in flight.
    pub fn is_empty(&self) -> bool {
        self.next_at() == NEVER
    }

    /// When the first arrives; [`NEVER`] if nothing is in flight.
    #[inline(always)]
    pub fn next_at(&self) -> u64 {
        if self.crowded { self.next_at_crowded() } else { self.first >> SLOT_BITS }
    }

    #[cold]
    #[inline(never)]
    fn next_at_crowded(&self) -> u64 {
        if !self.instant.is_empty() {
            return self.instant_at;
        }
        self.far.first_at().min(self.first >> SLOT_BITS)
    }

    /// Adds an arrival at `at`, below [`MAX_TIME_NS`] and not before anything already taken, with its scheduling
    /// number. `rank` is asked only where times are equal.
    #[inline(always)]
    pub fn push(&mut self, at: u64, number: u64, payload: P, rank: &mut impl FnMut(&P, u64) -> Rank) {
        debug_assert!(at < MAX_TIME_NS);
        let slot = self.free.trailing_zeros() as usize;
        self.slots[slot] = payload;
        self.numbers[slot] = number;
        if self.crowded || slot == PASSAGE {
            return self.push_crowded(at, slot, rank);
        }
        self.claim(slot, at);
    }

    /// Makes a free slot that holds a payload an arrival.
    #[inline(always)]
    fn claim(&mut self, slot: usize, at: u64) {
        let slot = slot % SLOTS;
        self.free &= self.free.wrapping_sub(1);
        self.reach = self.reach.max(slot + 1);
        let (group, key) = (slot / GROUP, at << SLOT_BITS | slot as u64);
        self.keys[group][slot % GROUP] = key;
        self.least[group] = self.least[group].min(key);
        self.first = self.first.min(key);
    }

    /// While an instant is being served or something waits afar, an arrival must find its place among them.
    #[cold]
    #[inline(never)]
    fn push_crowded(&mut self, at: u64, slot: usize, rank: &mut impl FnMut(&P, u64) -> Rank) {
        let (payload, number) = (self.slots[slot], self.numbers[slot]);
        if !self.instant.is_empty() && at == self.instant_at {
            let mine = rank(&payload, number);
            let place = self.instant.partition_point(|&(other, _)| other > mine);
            self.instant.insert(place, (mine, payload));
        } else if slot != PASSAGE {
            self.claim(slot, at);
        } else {
            self.far.push(at, (payload, number));
        }
        self.note_crowd();
    }

    fn note_crowd(&mut self) {
        self.crowded = !self.far.is_empty() || !self.instant.is_empty();
    }

    /// Takes the first to arrive; meaningful only if something is in flight.
    #[inline(always)]
    pub fn pop(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) -> P {
        let key = self.first;
        let mut slot = (key & SLOT) as usize;
        if self.crowded {
            slot = self.pop_crowded(rank);
        } else {
            self.vacate(key);
            if (key ^ self.first) <= SLOT {
                slot = self.pop_tied(key, rank);
            }
        }
        self.slots[slot]
    }

    /// Frees the slot of the least key and finds the next.
    ///
    /// What was just written at a computed place is not read back: the group's new least is at hand, and with several groups
    /// the others' least is found beside it, for the whole run waits for this.
    #[inline(always)]
    fn vacate(&mut self, key: u64) {
        let slot = (key & SLOT) as usize;
        let group = slot / GROUP;
        self.keys[group][slot % GROUP] = END;
        let least = least_of(&self.keys[group]);
        self.free |= 1 << slot;
        self.first = least;
        // Slots are given out from the lowest: with few in flight the first group is all there is.
        if self.reach > GROUP {
            self.least[group] = END;
            let [a, b, c, d, ..] = self.least;
            let mut others = a.min(b).min(c.min(d));
            if self.reach > 4 * GROUP {
                others = least_of(&self.least);
            }
            self.first = least.min(others);
        }
        self.least[group] = least;
    }

    /// The rank of the first to arrive; meaningful only if something is in flight.
    pub fn first_rank(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) -> Rank {
        self.gather_instant(rank);
        // Something is in flight, so something was gathered.
        self.instant.last().map_or((0, 0), |&(first, _)| first)
    }

    /// Finds the first of several at one instant; `key`'s slot is vacated already, its payload still there.
    #[cold]
    #[inline(never)]
    fn pop_tied(&mut self, key: u64, rank: &mut impl FnMut(&P, u64) -> Rank) -> usize {
        let slot = (key & SLOT) as usize;
        self.begin_instant(key >> SLOT_BITS, self.slots[slot], self.numbers[slot], rank)
    }

    #[cold]
    #[inline(never)]
    fn pop_crowded(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) -> usize {
        if let Some((_, payload)) = self.instant.pop() {
            self.note_crowd();
            return self.pass(payload);
        }
        let (at, payload, number) = self.take_any();
        self.note_crowd();
        if self.next_at() != at {
            return self.pass(payload);
        }
        self.begin_instant(at, payload, number, rank)
    }

    /// Where a payload that stands in no slot is handed over.
    fn pass(&mut self, payload: P) -> usize {
        self.slots[PASSAGE] = payload;
        PASSAGE
    }

    /// Takes one of those that arrive first, from the slots or from afar.
    fn take_any(&mut self) -> (u64, P, u64) {
        if self.far.first_at() < self.first >> SLOT_BITS
            && let Some((at, (payload, number))) = self.far.pop()
        {
            return (at, payload, number);
        }
        let (key, slot) = (self.first, (self.first & SLOT) as usize);
        self.vacate(key);
        (key >> SLOT_BITS, self.slots[slot], self.numbers[slot])
    }

    /// Puts an arrival that has been taken and all others of its instant in order, and takes the first of them.
    fn begin_instant(
        &mut self,
        at: u64,
        payload: P,
        number: u64,
        rank: &mut impl FnMut(&P, u64) -> Rank,
    ) -> usize {
        self.instant.push((rank(&payload, number), payload));
        self.gather_rest(at, rank);
        let first = self.instant.pop().map_or(payload, |(_, first)| first);
        self.note_crowd();
        self.pass(first)
    }

    /// Moves all arrivals of the first instant out of the slots and from afar and puts them in order, unless that is
    /// done.
    fn gather_instant(&mut self, rank: &mut impl FnMut(&P, u64) -> Rank) {
        if self.instant.is_empty() {
            self.gather_rest(self.next_at(), rank);
        }
    }

    fn gather_rest(&mut self, at: u64, rank: &mut impl FnMut(&P, u64) -> Rank) {
        self.instant_at = at;
        while self.first >> SLOT_BITS == at || self.far.first_at() == at {
            let (_, payload, number) = self.take_any();
            self.instant.push((rank(&payload, number), payload));
        }
        self.instant.sort_unstable_by_key(|&(rank, _)| Reverse(rank));
        self.note_crowd();
    }

    /// How many are in flight, and how far off they are from `now`, all added up: cheap, and the same if the same is due.
    pub fn rough(&self, now: u64) -> (usize, u64) {
        let (mut sum, mut left) = (0_u64, !self.free);
        while left != 0 {
            let slot = left.trailing_zeros() as usize % SLOTS;
            left &= left - 1;
            sum = sum.wrapping_add(self.keys[slot / GROUP][slot % GROUP] >> SLOT_BITS);
        }
        if self.crowded {
            let far = self.far.iter().map(|(at, _)| at).chain(self.instant.iter().map(|_| self.instant_at));
            sum = far.fold(sum, u64::wrapping_add);
        }
        let count = self.len();
        (count, sum.wrapping_sub(now.wrapping_mul(count as u64)))
    }

    /// Everything in flight with its arrival time and scheduling number, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64, &P)> {
        // By the bits of the slots in use: most are free.
        let mut left = !self.free;
        let used = std::iter::from_fn(move || {
            let slot = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some((self.keys[slot / GROUP][slot % GROUP] >> SLOT_BITS, self.numbers[slot], &self.slots[slot]))
        });
        // Nothing far is the rule, and its buckets are many.
        let far = (!self.far.is_empty())
            .then(|| self.far.iter())
            .into_iter()
            .flatten()
            .map(|(at, (payload, number))| (at, *number, payload));
        used.chain(far)
            .chain(self.instant.iter().map(|((_, number), payload)| (self.instant_at, *number, payload)))
    }
}

/// The least of a group, by halving: three steps deep, no branches.
#[inline(always)]
fn least_of(keys: &[u64; GROUP]) -> u64 {
    let [a, b, c, d, e, f, g, h] = *keys;
    a.min(b).min(c.min(d)).min(e.min(f).min(g.min(h)))
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
        assert!(queue.is_empty() && queue.next_at() == NEVER);
        assert_eq!(queue.iter().count(), queue.len());
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
