//! Two scenarios on the same seeds, in parallel, to a fixed number of seeds or until an interval is narrow enough.
//!
//! When to stop is asked after fixed numbers of seeds, so that threads change nothing. Absent on purpose: the grid of a
//! sweep.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;

use super::paired::{Matching, Paired, Trimmed};
use super::pool::{Job, Progress};
use super::prefix::take_in_order;
use super::stopped::{Standstill, Stopped};
use crate::run::{Pace, Simulator};
use crate::scenario::Duration;
use crate::trace::Blind;

/// Seeds that one worker runs at a stretch, and the first number of seeds after which it is asked whether to stop.
pub const STRETCH: u64 = 256;

/// An interval's width at which to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// Of every share of winners, or difference of such shares.
    Share(f64),
    /// Of the mean time of the first choice, or difference of such times, ns.
    Time(f64),
}

/// As a command line has it.
impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Until::Share(width) => write!(f, "{width}"),
            Until::Time(ns) => write!(f, "{}", Duration::from_ns(*ns as u64)),
        }
    }
}

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(time) = text.parse::<Duration>()
            && time.ns() > 0
        {
            return Ok(Until::Time(time.ns() as f64));
        }
        match text.parse::<f64>() {
            Ok(share) if share > 0.0 && share < 2.0 => Ok(Until::Share(share)),
            _ => Err("a width is a share above 0, such as 0.01, or a time, such as 0.5ms".to_owned()),
        }
    }
}

/// Chance, at most, that a sequence of intervals ever misses the truth.
pub const ALPHA: f64 = 0.05;

impl Until {
    /// Whether the intervals that hold at all times are narrow enough.
    pub fn is_reached(self, paired: &Paired) -> bool {
        match self {
            Until::Share(width) => {
                let each = ALPHA / paired.winners.len() as f64;
                paired.winners.iter().all(|won| won.sequence(each).width() <= width)
            }
            Until::Time(width) => {
                paired.cut == 0 && paired.first_choice.sequence(ALPHA).is_some_and(|i| i.width() <= width)
            }
        }
    }
}

/// The number of seeds after which to ask next: an eighth more, in whole stretches.
pub fn next_look(seeds: u64) -> u64 {
    seeds + (seeds / 8 / STRETCH * STRETCH).max(STRETCH)
}

/// Runs seeds `first..first + count` of both jobs on the current rayon pool; fewer if `until` is reached before, and those
/// up to the first that was not run if `stop` is set ([`is_cut_short`]).
///
/// # Errors
/// Where time stands still in a run (of side 0 or 1).
pub fn compare(
    sides: [&Job; 2],
    matching: &Matching,
    (first, count): (u64, u64),
    until: Option<Until>,
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Paired, Standstill> {
    let mut paired = Paired::new(matching);
    let mut done = 0;
    while done < count {
        let look = if until.is_some() { next_look(done).min(count) } else { count };
        let stretch = |stretch: u64| {
            let from = done + stretch * STRETCH;
            let runs = STRETCH.min(look - from);
            run_stretch(sides, matching, (first.wrapping_add(from), runs), progress, stop)
        };
        let is_own = |why: &Stopped| *why != Stopped::Interrupted;
        let stretches = 0..(look - done).div_ceil(STRETCH);
        match take_in_order(stretches, stretch, |found| paired.merge(&found), is_own) {
            Ok(()) => {}
            Err(Stopped::Interrupted) => break,
            Err(Stopped::Standstill(found)) => return Err(found),
        }
        done = look;
        if until.is_some_and(|until| until.is_reached(&paired)) {
            break;
        }
    }
    Ok(paired)
}

/// Whether these are fewer pairs than were asked for, `until` its interval is narrow enough: somebody wished so.
pub fn is_cut_short(paired: &Paired, count: u64, until: Option<Until>) -> bool {
    paired.pairs < count && !until.is_some_and(|until| until.is_reached(paired))
}

fn run_stretch(
    sides: [&Job; 2],
    matching: &Matching,
    (first, runs): (u64, u64),
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Paired, Stopped> {
    let run_side = |cell: usize| -> Result<Vec<Trimmed>, Stopped> {
        let (mut simulator, mut pace) = (Simulator::new(&sides[cell].plan), Pace::new(progress));
        let one = |seed: u64| {
            let outcome = simulator.run_unless(stop, seed, &mut Blind).ok_or(Stopped::Interrupted)?;
            pace.ran(outcome.events);
            Ok(Standstill::check(cell, seed, outcome).map(|()| Trimmed::of(outcome))?)
        };
        (0..runs).map(|i| first.wrapping_add(i)).map(one).collect()
    };
    Ok(Paired::of_chunk(matching, first, &run_side(0)?, &run_side(1)?))
}
