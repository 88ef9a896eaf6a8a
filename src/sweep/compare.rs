//! Two scenarios on the same seeds, in parallel, to a fixed number of seeds or until an interval is narrow enough.
//!
//! When to stop is asked after fixed numbers of seeds, so that threads change nothing. Absent on purpose: the grid of a
//! sweep.

use std::sync::atomic::AtomicBool;

use super::job::Job;
use super::paired::{Matching, Paired, Trimmed};
use super::times::may_be_narrow;
use super::until::{ALPHA, Until, next_chunks};
use crate::many::{BadRun, Driver, Runner, STRETCH, Seeds, Stopped};
use crate::run::Progress;
use crate::trace::Blind;

impl Until {
    /// Whether the intervals that hold at all times are narrow enough; times are compared up to this horizon, ns.
    pub fn is_reached(self, paired: &Paired, horizon_ns: u64) -> bool {
        match self {
            Until::Share(width) => {
                let each = ALPHA / paired.winners.len() as f64;
                paired.winners.iter().all(|won| won.sequence(each).width() <= width)
            }
            Until::Time(width) => {
                let error = paired.first_choice.spread().map(|spread| spread.error());
                paired.cut == 0
                    && may_be_narrow(width, 2.0 * horizon_ns as f64, paired.pairs, error)
                    && paired.times.sequence(horizon_ns, ALPHA).is_some_and(|i| i.width() <= width)
            }
        }
    }
}

/// The number of seeds after which to ask next: an eighth more, in whole stretches.
pub fn next_look(seeds: u64) -> u64 {
    next_chunks(seeds / STRETCH) * STRETCH
}

/// Runs seeds `first..first + count` of both jobs on the current threads; fewer if `until` is reached before, and those
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
) -> Result<Paired, BadRun> {
    let (driver, seeds) = (Driver { progress, stop }, Seeds { first, count });
    let mut paired = Paired::new(matching);
    let mut done = 0;
    while done < count {
        let look = if until.is_some() { next_look(done).min(count) } else { count };
        let stretch = |seeds| run_stretch(driver, sides, matching, seeds);
        let take = |found| {
            paired.merge(&found);
            Ok(())
        };
        let is_whole = Stopped::or_partial(driver.fold(seeds.take(look).skip(done), STRETCH, stretch, take))?;
        done = look;
        if !is_whole || until.is_some_and(|until| until.is_reached(&paired, matching.horizon_ns)) {
            break;
        }
    }
    Ok(paired)
}

/// Whether these are fewer pairs than were asked for, `until` its interval is narrow enough: somebody wished so.
pub fn is_cut_short(paired: &Paired, count: u64, (until, horizon_ns): (Option<Until>, u64)) -> bool {
    paired.pairs < count && !until.is_some_and(|until| until.is_reached(paired, horizon_ns))
}

fn run_stretch(
    driver: Driver<'_>,
    sides: [&Job; 2],
    matching: &Matching,
    seeds: Seeds,
) -> Result<Paired, Stopped> {
    let run_side = |cell: usize| -> Result<Vec<Trimmed>, Stopped> {
        let mut runner = Runner::new(driver, &sides[cell].plan, cell);
        seeds.iter().map(|seed| Ok(Trimmed::of(runner.run(seed, &mut Blind)?))).collect()
    };
    Ok(Paired::of_chunk(matching, seeds.first, &run_side(0)?, &run_side(1)?))
}
