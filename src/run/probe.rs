//! When the loop of a run returns for a look at whether its state recurs.
//!
//! It looks at the ends of instants in which attempts failed, and begins late: most runs never get here. What the look is
//! worth stands in `livelock`.

/// Failed attempts before the first look.
const PATIENCE: u32 = 16;
/// Failures of one instant after which it is not waited for its end any more.
const CROWD: u32 = 64;

/// Counts the failures of a run, and says after which the loop returns.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    /// Failed attempts of this run.
    failures: u32,
    /// From so many on it is looked.
    from: u32,
    /// Failures since the last look: more than one if they are of one instant.
    crowd: u32,
    /// Whether an instant was given up since the last look: what was remembered before it comes back no more.
    overran: bool,
}

impl Probe {
    /// At the beginning of a run.
    pub fn new() -> Probe {
        Probe { failures: 0, from: PATIENCE, crowd: 0, overran: false }
    }

    /// One that never asks for a look.
    pub fn off() -> Probe {
        Probe { from: u32::MAX, ..Probe::new() }
    }

    /// Whether the loop is to return.
    pub fn is_due(&self) -> bool {
        self.crowd > 0
    }

    /// The loop returns. Whether an instant was given up since it last did.
    pub fn look(&mut self) -> bool {
        self.crowd = 0;
        std::mem::take(&mut self.overran)
    }

    /// No looks for now: again when there have been as many failures once more.
    pub fn pause(&mut self) {
        self.from = self.failures.saturating_mul(2);
    }

    /// An attempt has failed: where no event may happen any more before the next look. `next` is the next instant, `end` that
    /// after the last.
    #[inline]
    pub fn note_failure(&mut self, next: u64, end: u64) -> Option<u64> {
        self.failures += 1;
        if self.failures < self.from {
            return None;
        }
        self.crowd += 1;
        if self.crowd <= CROWD {
            return Some(next);
        }
        // An instant without an end: nothing that was sent in it arrives, so no state comes back.
        (self.crowd, self.overran) = (0, true);
        self.pause();
        Some(end)
    }
}
