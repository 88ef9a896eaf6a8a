//! The runs of one trial: how many are so that a condition on bad ones holds, and the first of them.

use std::sync::atomic::AtomicBool;

use crate::check::Outcome;
use crate::many::{BadRun, Driver, Runner, Seeds, Stopped};
use crate::run::{Condition, Plan, Progress};
use crate::trace::Blind;

/// Seeds that a thread takes at a time.
const PIECE: u64 = 64;

/// What the runs came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Climbed {
    /// How many were played.
    pub runs: u64,
    /// How many of them are bad.
    pub bad: u64,
    /// The first of these, and what it came to.
    pub first: Option<(u64, Outcome)>,
    /// The run in which a node failed; those after it were not played.
    pub failed: Option<BadRun>,
}

/// Plays these seeds on the current threads.
///
/// # Errors
/// When `stop` is set.
pub fn climb(
    plan: &Plan,
    never: &Condition,
    seeds: (u64, u64),
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Climbed, Stopped> {
    let driver = Driver { progress, stop };
    let piece = |seeds: Seeds| {
        let (mut runner, mut found) = (Runner::new(driver, plan, 0), Climbed::default());
        for seed in seeds.iter() {
            let outcome = runner.run(seed, &mut Blind)?;
            found.runs += 1;
            if never.holds(outcome) {
                found.bad += 1;
                found.first.get_or_insert_with(|| (seed, outcome.clone()));
            }
        }
        Ok(found)
    };
    let mut all = Climbed::default();
    let take = |found: Climbed| {
        all.runs += found.runs;
        all.bad += found.bad;
        all.first = all.first.take().or(found.first);
        Ok(())
    };
    match driver.fold(Seeds { first: seeds.0, count: seeds.1 }, PIECE, piece, take) {
        Ok(()) => Ok(all),
        Err(Stopped::BadRun(failed)) => Ok(Climbed { failed: Some(failed), ..all }),
        Err(Stopped::Interrupted) => Err(Stopped::Interrupted),
    }
}
