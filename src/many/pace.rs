//! How often long work tells how far it is.

use crate::run::Progress;

/// Tells of runs in bunches: of short ones seldom, for it costs something; of long ones one by one.
pub(super) struct Pace<'p> {
    progress: &'p dyn Progress,
    runs: u64,
    events: u64,
}

impl<'p> Pace<'p> {
    /// Events after which to tell: a few milliseconds of work.
    const BUNCH: u64 = 1 << 17;

    /// Nothing is done yet.
    pub fn new(progress: &'p dyn Progress) -> Self {
        Pace { progress, runs: 0, events: 0 }
    }

    /// A run of so many events is done. What is left over is told of at the end.
    #[inline]
    pub fn ran(&mut self, events: u32) {
        self.runs += 1;
        self.events += u64::from(events);
        if self.events >= Pace::BUNCH {
            self.tell();
        }
    }

    #[cold]
    fn tell(&mut self) {
        self.progress.advance(std::mem::take(&mut self.runs));
        self.events = 0;
    }
}

impl Drop for Pace<'_> {
    fn drop(&mut self) {
        self.tell();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn long_runs_are_told_of_one_by_one_and_short_ones_together() {
        struct Told(Mutex<Vec<u64>>);
        impl Progress for Told {
            fn advance(&self, done: u64) {
                self.0.lock().expect("whole").push(done);
            }
        }
        let told = Told(Mutex::new(Vec::new()));
        let mut pace = Pace::new(&told);
        (0..100).for_each(|_| pace.ran(10));
        (0..2).for_each(|_| pace.ran(1 << 17));
        (0..3).for_each(|_| pace.ran(10));
        drop(pace);
        assert_eq!(told.0.into_inner().expect("whole"), [101, 1, 3]);
    }
}
