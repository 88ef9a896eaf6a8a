//! The first seeds whose runs satisfy a condition.
//!
//! Stretches of seeds are searched in parallel and told of in order, so that what is found does not depend on threads.
//! Absent on purpose: reading conditions (`run`), and printing.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use crate::check::Outcome;
use crate::many::{BadRun, Driver, Runner, STRETCH, Seeds, Stopped};
use crate::run::{Plan, Progress};
use crate::trace::Blind;

/// What to hunt for, and how far.
pub struct Hunt<'a> {
    /// The compiled scenario.
    pub plan: &'a Plan,
    /// What a run must be like.
    pub condition: &'a (dyn Fn(&Outcome) -> bool + Sync),
    /// The first seed.
    pub first: u64,
    /// Seeds at most.
    pub seeds: u64,
    /// Ends when so many are found.
    pub count: u64,
}

/// How a hunt went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hunted {
    /// How many were found.
    pub found: u64,
    /// How many seeds were searched up to the last that counts, in order and without a gap.
    pub searched: u64,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// The run at which it ended because time stands still in it: no seed before it was left out.
    pub standstill: Option<BadRun>,
}

impl Hunt<'_> {
    /// Hunts on the current threads; `tell` is given every seed that is found with its outcome, in ascending order
    /// as soon as no lower seed can come any more. It says whether to go on.
    ///
    /// After an interruption what was found behind a gap is told too.
    pub fn go(
        &self,
        progress: &impl Progress,
        stop: &AtomicBool,
        tell: &mut (impl FnMut(u64, &Outcome) -> bool + Send),
    ) -> Hunted {
        let (driver, bag) = (Driver { progress, stop }, Bag::default());
        let search = |seeds: Seeds| {
            let mut runner = Runner::new(driver, self.plan, 0);
            for seed in seeds.iter() {
                let outcome = runner.run(seed, &mut Blind)?;
                if (self.condition)(outcome) {
                    bag.put(self.place(seed), outcome.clone());
                }
            }
            Ok(seeds.count)
        };
        // Tells of what was found before this place; whether to go on.
        let mut tell_before = |place: u64, hunted: &mut Hunted| {
            while let Some((place, outcome)) = bag.take_before(place) {
                let goes_on = tell(self.first.wrapping_add(place), &outcome);
                hunted.found += 1;
                if !goes_on || hunted.found == self.count {
                    hunted.searched = place + 1;
                    return false;
                }
            }
            hunted.searched = place;
            true
        };
        let (mut hunted, mut is_enough) = (Hunted::default(), false);
        let take = |count| {
            is_enough = !tell_before(hunted.searched + count, &mut hunted);
            if is_enough { Err(Stopped::Interrupted) } else { Ok(()) }
        };
        let seeds = Seeds { first: self.first, count: self.seeds };
        match driver.fold(seeds, STRETCH, search, take) {
            Ok(()) => {}
            Err(_) if is_enough => {}
            // A standstill counts once all seeds before it are searched.
            Err(Stopped::BadRun(at)) if self.place(at.seed) - hunted.searched < STRETCH => {
                hunted.standstill = tell_before(self.place(at.seed), &mut hunted).then_some(at);
            }
            Err(_) => {
                let searched = hunted.searched;
                tell_before(u64::MAX, &mut hunted);
                (hunted.searched, hunted.interrupted) = (searched, true);
            }
        }
        hunted
    }

    /// A seed's place in the order of the search.
    fn place(&self, seed: u64) -> u64 {
        seed.wrapping_sub(self.first)
    }
}

/// What is found and not yet told, by its place in the order of the search.
#[derive(Default)]
struct Bag(Mutex<BTreeMap<u64, Outcome>>);

impl Bag {
    fn put(&self, place: u64, outcome: Outcome) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place, outcome);
    }

    /// The first of all, if it comes before this place.
    fn take_before(&self, place: u64) -> Option<(u64, Outcome)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = all.first_entry().filter(|first| *first.key() < place)?;
        Some(first.remove_entry())
    }
}
