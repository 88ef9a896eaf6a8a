//! Seeds in a row, and their division into tasks.

use std::ops::Range;

/// Seeds of a task, where a study should end soon after it has enough.
pub const STRETCH: u64 = 256;

/// So many seeds in a row; the last `u64` is followed by 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    /// The first of them.
    pub first: u64,
    /// How many.
    pub count: u64,
}

impl Seeds {
    /// Goes through them in their order.
    pub fn iter(self) -> impl Iterator<Item = u64> {
        (0..self.count).map(move |i| self.first.wrapping_add(i))
    }

    /// Leaves this many of them out.
    #[must_use]
    pub fn skip(self, count: u64) -> Seeds {
        let count = count.min(self.count);
        Seeds { first: self.first.wrapping_add(count), count: self.count - count }
    }

    /// Keeps at most this many of them.
    #[must_use]
    pub fn take(self, count: u64) -> Seeds {
        Seeds { count: self.count.min(count), ..self }
    }

    /// Numbers the tasks that they make, each of `size` seeds; the last may have fewer.
    pub fn tasks(self, size: u64) -> Range<u64> {
        0..self.count.div_ceil(size)
    }

    /// The seeds of such a task.
    #[must_use]
    pub fn task(self, task: u64, size: u64) -> Seeds {
        self.skip(task * size).take(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_have_every_seed_once_and_in_order() {
        for (first, count, size) in
            [(0, 10, 3), (7, 9, 3), (u64::MAX - 4, 11, 4), (5, 0, 3), (0, u64::MAX, 1 << 62)]
        {
            let seeds = Seeds { first, count };
            let tasks: Vec<Seeds> = seeds.tasks(size).map(|task| seeds.task(task, size)).collect();
            assert_eq!(tasks.iter().map(|task| task.count).sum::<u64>(), count);
            if count < 100 {
                assert!(
                    tasks.iter().flat_map(|task| task.iter()).eq(seeds.iter()),
                    "{first}, {count}, {size}"
                );
            }
        }
    }
}
