//! The first seeds whose runs satisfy a condition.
//!
//! Chunks of seeds are searched in parallel and told of in order, so that what is found does not depend on threads.
//! Absent on purpose: reading conditions (`run`), and printing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::check::Outcome;
use crate::run::{Condition, Pace, Plan, Simulator};
use crate::trace::Blind;

use super::pool::Progress;
use super::stopped::Standstill;

/// Seeds that one worker searches at a stretch: few, so that a hunt for something frequent ends soon.
const STRETCH: u64 = 256;

/// What to hunt for, and how far.
#[derive(Debug)]
pub struct Hunt<'a> {
    /// The compiled scenario.
    pub plan: &'a Plan,
    /// What a run must be like.
    pub condition: &'a Condition,
    /// The first seed.
    pub first: u64,
    /// Seeds at most.
    pub seeds: u64,
    /// Ends when so many are found.
    pub count: u64,
}

/// How a hunt went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hunted {
    /// How many were found.
    pub found: u64,
    /// How many seeds were searched up to the last that counts, in order and without a gap.
    pub searched: u64,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// The run at which it ended because time stands still in it: no seed before it was left out.
    pub standstill: Option<Standstill>,
}

/// What is found in a stretch, until it is told; and the run at which the search of it ended, if time stands still there.
type Catch = (Vec<(u64, Outcome)>, Option<Standstill>);

/// Stretches that are done and not yet told.
#[derive(Default)]
struct Basket {
    waiting: BTreeMap<u64, Catch>,
    /// The next stretch to tell of.
    next: u64,
    found: u64,
    searched: u64,
    standstill: Option<Standstill>,
}

impl Hunt<'_> {
    /// Hunts on the current rayon pool; `tell` is given every seed that is found with its outcome, in ascending order
    /// as soon as no lower seed can come any more. It says whether to go on.
    ///
    /// After an interruption what was found behind a gap is told too.
    pub fn go(
        &self,
        progress: &impl Progress,
        stop: &AtomicBool,
        tell: &mut (impl FnMut(u64, &Outcome) -> bool + Send),
    ) -> Hunted {
        let (basket, enough) = (Mutex::new(Basket::default()), AtomicBool::new(false));
        let (tell, next) = (Mutex::new(tell), AtomicU64::new(0));
        let stretches = self.seeds.div_ceil(STRETCH);
        let workers = rayon::current_num_threads();
        (0..workers).into_par_iter().with_max_len(1).for_each(|_| {
            let mut simulator = Simulator::new(self.plan);
            while !enough.load(Ordering::Relaxed) && !stop.load(Ordering::Relaxed) {
                let stretch = next.fetch_add(1, Ordering::Relaxed);
                if stretch >= stretches {
                    break;
                }
                let (catch, whole) = self.search(stretch, &mut simulator, progress, stop);
                let mut basket = basket.lock().unwrap_or_else(PoisonError::into_inner);
                // Part of a stretch waits for the end: what follows it may not be told before it.
                basket.waiting.insert(stretch, catch);
                if whole {
                    let mut tell = tell.lock().unwrap_or_else(PoisonError::into_inner);
                    self.tell_in_order(&mut basket, stop, &enough, &mut **tell);
                }
            }
        });
        let mut basket = basket.into_inner().unwrap_or_else(PoisonError::into_inner);
        let interrupted = stop.load(Ordering::Relaxed) && !enough.load(Ordering::Relaxed);
        if interrupted {
            let tell = tell.into_inner().unwrap_or_else(PoisonError::into_inner);
            let waiting = std::mem::take(&mut basket.waiting).into_values();
            for (seed, outcome) in waiting.flat_map(|(catch, _)| catch) {
                if basket.found < self.count && tell(seed, &outcome) {
                    basket.found += 1;
                }
            }
        }
        let Basket { found, searched, standstill, .. } = basket;
        Hunted { found, searched, interrupted, standstill }
    }

    /// Runs the seeds of a stretch; what is found, and whether the stretch was searched to its end, or to a standstill.
    fn search<'s>(
        &self,
        stretch: u64,
        simulator: &mut Simulator<'s>,
        progress: &impl Progress,
        stop: &'s AtomicBool,
    ) -> (Catch, bool) {
        let (from, to) = (stretch * STRETCH, ((stretch + 1) * STRETCH).min(self.seeds));
        let (mut catch, mut standstill, mut pace) = (Vec::new(), None, Pace::new(progress));
        for i in from..to {
            let seed = self.first.wrapping_add(i);
            let Some(outcome) = simulator.run_unless(stop, seed, &mut Blind) else {
                return ((catch, None), false);
            };
            pace.ran(outcome.events);
            standstill = Standstill::check(0, seed, outcome).err();
            if standstill.is_some() {
                break;
            }
            if self.condition.holds(outcome) {
                catch.push((seed, outcome.clone()));
            }
        }
        ((catch, standstill), true)
    }

    /// Tells of the stretches that are next, as far as they are done.
    fn tell_in_order(
        &self,
        basket: &mut Basket,
        stop: &AtomicBool,
        enough: &AtomicBool,
        tell: &mut impl FnMut(u64, &Outcome) -> bool,
    ) {
        while !enough.load(Ordering::Relaxed)
            && !stop.load(Ordering::Relaxed)
            && let Some((catch, standstill)) = basket.waiting.remove(&basket.next)
        {
            let end = ((basket.next + 1) * STRETCH).min(self.seeds);
            for (seed, outcome) in catch {
                let goes_on = tell(seed, &outcome);
                basket.found += 1;
                if !goes_on || basket.found == self.count {
                    basket.searched = seed.wrapping_sub(self.first) + 1;
                    enough.store(true, Ordering::Relaxed);
                    return;
                }
            }
            if let Some(found) = standstill {
                (basket.searched, basket.standstill) = (found.seed.wrapping_sub(self.first), standstill);
                enough.store(true, Ordering::Relaxed);
                return;
            }
            basket.searched = end;
            basket.next += 1;
        }
    }
}
