//! What waits beyond the slots: a radix heap, for times that never fall.
//!
//! An arrival stands in the bucket of the highest bit in which its time differs from that of the last one taken. When
//! the lowest bucket is due it is dealt out to lower ones, so each arrival moves at most once a bit, always from one
//! list to the end of another: with 10⁵ in flight that is the difference between reading memory in order and
//! searching a heap level by level (Ahuja, Mehlhorn, Orlin and Tarjan 1990, "Faster algorithms for the shortest path
//! problem", section 2). Order within an instant is absent on purpose: the queue sees to that.

use super::queue::NEVER;

/// A bucket for equal times and one for each bit.
const BUCKETS: usize = 65;

/// Payloads by time.
#[derive(Clone, Debug)]
pub(super) struct Far<T> {
    /// The time of the last payload taken; nothing earlier comes in.
    last: u64,
    /// The time of the first payload.
    first: u64,
    len: usize,
    buckets: [Vec<(u64, T)>; BUCKETS],
}

impl<T> Default for Far<T> {
    fn default() -> Self {
        Far { last: 0, first: NEVER, len: 0, buckets: [const { Vec::new() }; BUCKETS] }
    }
}

impl<T: Copy> Far<T> {
    /// Forgets everything but the room that it took.
    pub(super) fn clear(&mut self) {
        self.buckets.iter_mut().for_each(Vec::clear);
        (self.last, self.first, self.len) = (0, NEVER, 0);
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// When the first comes; [`NEVER`] if there is none.
    pub(super) fn first_at(&self) -> u64 {
        self.first
    }

    /// Adds a payload, not before the last one taken.
    pub(super) fn push(&mut self, at: u64, payload: T) {
        debug_assert!(self.last <= at && at < NEVER);
        self.buckets[bucket(at, self.last)].push((at, payload));
        self.first = self.first.min(at);
        self.len += 1;
    }

    /// Takes one of those that come first.
    pub(super) fn pop(&mut self) -> Option<(u64, T)> {
        if self.buckets[0].is_empty() {
            self.deal();
        }
        let taken = self.buckets[0].pop()?;
        self.len -= 1;
        if self.len == 0 {
            // Nothing stands where the last one decided, and the next run's times begin anew.
            self.last = 0;
        }
        if self.buckets[0].is_empty() {
            // Lower buckets hold earlier times.
            let next = self.buckets.iter().find(|bucket| !bucket.is_empty());
            self.first = next.and_then(|b| b.iter().map(|&(at, _)| at).min()).unwrap_or(NEVER);
        }
        Some(taken)
    }

    /// Deals the lowest bucket out: all of it shares more bits with its first than with what was taken last.
    fn deal(&mut self) {
        let Some(lowest) = self.buckets.iter().position(|bucket| !bucket.is_empty()) else { return };
        self.last = self.first;
        let mut dealt = std::mem::take(&mut self.buckets[lowest]);
        for (at, payload) in dealt.drain(..) {
            self.buckets[bucket(at, self.last)].push((at, payload));
        }
        // Its room is kept for the next to come.
        self.buckets[lowest] = dealt;
    }

    /// Everything, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.buckets.iter().flatten().map(|(at, payload)| (*at, payload))
    }
}

/// One more than the highest bit in which two times differ; 0 if they are equal.
fn bucket(at: u64, last: u64) -> usize {
    (u64::BITS - (at ^ last).leading_zeros()) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_never_comes_before_what_was_taken() {
        let (mut far, mut list, mut lcg, mut now) = (Far::default(), Vec::new(), 1_u64, 0);
        for round in 0..20_000_u64 {
            lcg = lcg.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let spread = [1, 7, 1_000, 1 << 40][(lcg >> 20) as usize % 4];
            if lcg >> 62 != 0 {
                let at = now + (lcg >> 8) % spread;
                far.push(at, round);
                list.push((at, round));
            } else if !list.is_empty() {
                let first = list.iter().map(|&(at, _)| at).min().expect("not empty");
                assert_eq!(far.first_at(), first);
                let taken = far.pop().expect("not empty");
                assert_eq!(taken.0, first);
                list.swap_remove(list.iter().position(|&other| other == taken).expect("was put in"));
                now = first;
            }
            assert_eq!(far.len(), list.len());
        }
        let mut rest: Vec<(u64, u64)> = far.iter().map(|(at, &payload)| (at, payload)).collect();
        rest.sort_unstable();
        list.sort_unstable();
        assert_eq!(rest, list);
        far.clear();
        // Emptied by taking, it is as good as cleared: the next run begins at time 0.
        far.push(1 << 40, 0);
        assert_eq!(far.pop(), Some((1 << 40, 0)));
        for at in [3, 1, 2] {
            far.push(at, at);
        }
        assert_eq!([far.pop(), far.pop(), far.pop()], [1, 2, 3].map(|at| Some((at, at))));
        assert!(far.is_empty() && far.pop().is_none() && far.first_at() == NEVER);
    }
}
