//! One alarm per owner, set, moved and cancelled at will.
//!
//! Timers are set and cancelled far more often than they ring, so they are kept out of the queue and nothing is
//! deleted lazily. What an alarm is for is its owner's business.

use std::hint::select_unpredictable;

use super::queue::NEVER;

/// Alarms of a fixed number of owners.
#[derive(Clone, Debug)]
pub struct Timers {
    at: Vec<u64>,
    /// Scheduling numbers, for ties in order of insertion.
    order: Vec<u64>,
    next_at: u64,
    next: usize,
}

/// No alarm.
const OFF: u64 = NEVER;

impl Timers {
    /// Room for this many owners, none with an alarm.
    pub fn new(owners: usize) -> Self {
        Timers { at: vec![OFF; owners], order: vec![0; owners], next_at: OFF, next: 0 }
    }

    /// Cancels all.
    #[inline]
    pub fn clear(&mut self) {
        self.at.fill(OFF);
        (self.next_at, self.next) = (OFF, 0);
    }

    /// When the first rings; [`NEVER`] if none is set.
    #[inline(always)]
    pub fn next_at(&self) -> u64 {
        self.next_at
    }

    /// Whose is the first to ring; of several at one instant, any one of them.
    #[inline(always)]
    pub fn next(&self) -> usize {
        self.next
    }

    /// When this owner's alarm rings, if set.
    pub fn at(&self, owner: usize) -> Option<u64> {
        (self.at[owner] != OFF).then_some(self.at[owner])
    }

    /// Whether no other owner has an alarm.
    pub fn is_only(&self, owner: usize) -> bool {
        self.at.iter().enumerate().all(|(other, &at)| other == owner || at == OFF)
    }

    /// The scheduling number of this owner's alarm.
    pub fn order(&self, owner: usize) -> u64 {
        self.order[owner]
    }

    /// Owners whose alarm rings first.
    pub fn due(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.at.len()).filter(|&owner| self.at[owner] == self.next_at && self.next_at != OFF)
    }

    /// Sets (or moves) an owner's alarm.
    #[inline(always)]
    pub fn set(&mut self, owner: usize, at: u64, order: u64) {
        // What is later than every horizon is still to come, not off.
        let at = at.min(OFF - 1);
        self.at[owner] = at;
        self.order[owner] = order;
        if at < self.next_at {
            (self.next_at, self.next) = (at, owner);
        } else if owner == self.next {
            self.find_next();
        }
    }

    /// Cancels an owner's alarm.
    #[inline(always)]
    pub fn cancel(&mut self, owner: usize) {
        self.at[owner] = OFF;
        if owner == self.next {
            self.find_next();
        }
    }

    #[inline(always)]
    fn find_next(&mut self) {
        let (mut next_at, mut next) = (OFF, 0);
        for (owner, &at) in self.at.iter().enumerate() {
            // Whose alarm is sooner is anybody's guess, the processor's too.
            let sooner = at < next_at;
            next_at = select_unpredictable(sooner, at, next_at);
            next = select_unpredictable(sooner, owner, next);
        }
        (self.next_at, self.next) = (next_at, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_to_ring_is_known_after_every_change() {
        let mut timers = Timers::new(3);
        assert_eq!(timers.next_at(), NEVER);
        timers.set(1, 50, 0);
        timers.set(2, 40, 1);
        assert_eq!((timers.next_at(), timers.next()), (40, 2));
        timers.set(2, 60, 2);
        assert_eq!((timers.next_at(), timers.next()), (50, 1));
        timers.set(0, 50, 3);
        assert_eq!(timers.due().collect::<Vec<_>>(), [0, 1]);
        timers.cancel(1);
        assert_eq!((timers.next_at(), timers.next(), timers.at(1)), (50, 0, None));
        timers.cancel(0);
        timers.cancel(2);
        assert_eq!(timers.next_at(), NEVER);
    }

    #[test]
    fn the_first_of_many_is_known_after_any_change() {
        let (mut many, mut lcg) = (Timers::new(40), 1_u64);
        let mut plain = [NEVER; 40];
        for order in 0..5000 {
            lcg = lcg.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (owner, at) = ((lcg >> 33) as usize % 40, (lcg >> 40) % 100);
            if at < 30 {
                many.cancel(owner)
            } else {
                many.set(owner, at, order)
            }
            plain[owner] = if at < 30 { NEVER } else { at };
            assert_eq!(Some(&many.next_at()), plain.iter().min());
        }
    }
}
