//! A node's clock, which may run fast or slow.

use crate::sim::TRUE_RATE;

/// What a node's clock shows: virtual time, or another since its rate changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    since: u64,
    showed: u64,
    ppm: u32,
}

impl Default for Clock {
    fn default() -> Self {
        Clock { since: 0, showed: 0, ppm: TRUE_RATE }
    }
}

impl Clock {
    /// What it shows at a time, ns.
    pub fn shows(&self, now: u64) -> u64 {
        let passed = u128::from(now - self.since) * u128::from(self.ppm) / u128::from(TRUE_RATE);
        self.showed.saturating_add(u64::try_from(passed).unwrap_or(u64::MAX))
    }

    /// From now on it runs at so many millionths of the true rate.
    pub fn set_rate(&mut self, now: u64, ppm: u32) {
        *self = Clock { since: now, showed: self.shows(now), ppm };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_goes_on_from_what_it_showed() {
        let mut clock = Clock::default();
        assert_eq!(clock.shows(7), 7);
        clock.set_rate(10, 2 * TRUE_RATE);
        assert_eq!((clock.shows(10), clock.shows(15)), (10, 20));
        clock.set_rate(15, TRUE_RATE / 2);
        assert_eq!(clock.shows(25), 25);
    }
}
