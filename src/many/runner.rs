//! Runs the seeds of one plan, one after the other, as part of long work.

use std::sync::atomic::AtomicBool;

use super::driver::Driver;
use super::pace::Pace;
use super::stopped::{BadRun, Stopped};
use crate::check::Outcome;
use crate::run::{Plan, Simulator};
use crate::trace::{DigestObserver, Observer};

/// A simulator whose runs are told of, and end with the work that they are part of.
pub struct Runner<'r> {
    simulator: Simulator<'r>,
    pace: Pace<'r>,
    stop: &'r AtomicBool,
    cell: usize,
}

impl<'r> Runner<'r> {
    /// Runs this plan, on one thread; `cell` is its place among those of the work.
    pub fn new(driver: Driver<'r>, plan: &'r Plan, cell: usize) -> Self {
        let pace = Pace::new(driver.progress);
        Runner { simulator: Simulator::new(plan), pace, stop: driver.stop, cell }
    }

    /// Runs one seed under the eyes of an observer.
    ///
    /// # Errors
    /// [`Stopped`] soon after the stop flag is set, or where time stands still in the run.
    #[inline]
    pub fn run(&mut self, seed: u64, observer: &mut dyn Observer) -> Result<&Outcome, Stopped> {
        let ran = self.simulator.run_unless(self.stop, seed, observer);
        let events = ran.map(|outcome| outcome.events);
        self.ran(seed, events)
    }

    /// The same with the digest of every event.
    ///
    /// # Errors
    /// As [`Runner::run`].
    pub fn digest(&mut self, seed: u64, digest: &mut DigestObserver) -> Result<&Outcome, Stopped> {
        let ran = self.simulator.digest_unless(self.stop, seed, digest);
        let events = ran.map(|outcome| outcome.events);
        self.ran(seed, events)
    }

    /// What a run of so many events came to; none was stopped.
    #[inline]
    fn ran(&mut self, seed: u64, events: Option<u32>) -> Result<&Outcome, Stopped> {
        self.pace.ran(events.ok_or(Stopped::Interrupted)?);
        let outcome = self.simulator.outcome().ok_or(Stopped::Interrupted)?;
        let bad = BadRun::check(self.cell, seed, outcome, None);
        if let Err(bad) = bad {
            let trouble = self.simulator.trouble().cloned().map(Box::new);
            return Err(BadRun { trouble, ..bad }.into());
        }
        self.simulator.outcome().ok_or(Stopped::Interrupted)
    }
}
