//! One alarm per owner, set, moved and cancelled at will.
//!
//! Timers are set and cancelled far more often than they ring, so they are kept out of the queue and nothing is
//! deleted lazily. What an alarm is for is its owner's business.

use super::queue::NEVER;

/// Alarms of a fixed number of owners.
#[derive(Clone, Debug)]
pub struct Timers {
    at: Vec<u64>,
    /// Scheduling numbers, for ties in order of insertion.
    order: Vec<u64>,
    next_at: u64,
}

/// No alarm.
const OFF: u64 = NEVER;
/// So few are searched anew at every change: cheaper than a branch that goes either way.
const FEW: usize = 8;

impl Timers {
    /// Room for this many owners, none with an alarm.
    pub fn new(owners: usize) -> Self {
        Timers { at: vec![OFF; owners], order: vec![0; owners], next_at: OFF }
    }

    /// Cancels all.
    #[inline]
    pub fn clear(&mut self) {
        self.at.fill(OFF);
        self.next_at = OFF;
    }

    /// When the first rings; [`NEVER`] if none is set.
    #[inline(always)]
    pub fn next_at(&self) -> u64 {
        self.next_at
    }

    /// Whose alarms ring first, in ascending order; nobody's if none is set.
    #[inline(always)]
    pub fn due(&self) -> impl Iterator<Item = usize> + '_ {
        let due = move |&(_, &at): &(usize, &u64)| at == self.next_at && at != OFF;
        self.at.iter().enumerate().filter(due).map(|(owner, _)| owner)
    }

    /// Somebody whose alarm rings first, and how many there are; meaningful only if one is set.
    #[inline(always)]
    pub fn first(&self) -> (usize, usize) {
        let (mut first, mut count) = (0, 0);
        for (owner, &at) in self.at.iter().enumerate() {
            let rings = at == self.next_at;
            first = std::hint::select_unpredictable(rings, owner, first);
            count += usize::from(rings);
        }
        (first, count)
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

    /// Sets (or moves) an owner's alarm.
    #[inline(always)]
    pub fn set(&mut self, owner: usize, at: u64, order: u64) {
        self.order[owner] = order;
        self.change(owner, at);
    }

    /// Cancels an owner's alarm.
    #[inline(always)]
    pub fn cancel(&mut self, owner: usize) {
        self.change(owner, OFF);
    }

    #[inline(always)]
    fn change(&mut self, owner: usize, at: u64) {
        let before = std::mem::replace(&mut self.at[owner], at);
        if self.at.len() > FEW && before > self.next_at {
            self.next_at = self.next_at.min(at);
        } else {
            self.next_at = self.at.iter().fold(OFF, |least, &at| least.min(at));
        }
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
        let first = |timers: &Timers| (timers.next_at(), timers.due().collect::<Vec<_>>());
        assert_eq!((first(&timers), timers.first()), ((40, vec![2]), (2, 1)));
        timers.set(2, 60, 2);
        assert_eq!(first(&timers), (50, vec![1]));
        timers.set(0, 50, 3);
        assert_eq!((first(&timers), timers.first().1), ((50, vec![0, 1]), 2));
        timers.cancel(1);
        assert_eq!((first(&timers), timers.at(1)), ((50, vec![0]), None));
        timers.cancel(0);
        timers.cancel(2);
        assert_eq!(first(&timers), (NEVER, vec![]));
    }

    #[test]
    fn many_owners_are_as_few() {
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
