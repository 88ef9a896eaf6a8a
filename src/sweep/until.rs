//! Cells of a sweep that stop by themselves, each as soon as its interval is narrow enough.
//!
//! It is asked after fixed numbers of chunks, and the answer depends on the runs up to there alone; so threads change
//! nothing. A resumed sweep knows from its journal that a cell went on: it has chunks behind the look. The intervals hold
//! at all looks at once. Absent on purpose: pairs, for cells then have other numbers of runs.

use super::compare::{ALPHA, Until};
use super::pool::{CHUNK, Keeper, PartError, Progress, Running, in_order};
use super::totals::Totals;
use crate::stats::{Histogram, Interval, Moments, share_sequence};

/// The number of chunks after which to ask next: an eighth more.
pub fn next_chunks(chunks: u64) -> u64 {
    chunks + (chunks / 8).max(1)
}

/// Whether a cell is asked after so many runs, of at most so many, or can have no more.
pub fn is_look(runs: u64, most: u64) -> bool {
    let mut looks = std::iter::successors(Some(1), |&chunks| Some(next_chunks(chunks)));
    runs == most
        || looks.find(|chunks| chunks.saturating_mul(CHUNK) >= runs).is_some_and(|c| c * CHUNK == runs)
}

impl Until {
    /// Whether the intervals of a cell are narrow enough, whose runs end at this horizon, ns.
    pub fn is_reached_by(self, totals: &Totals, horizon_ns: u64) -> bool {
        match self {
            Until::Share(width) => winner_sequences(totals).iter().all(|interval| interval.width() <= width),
            Until::Time(width) => {
                first_choice_sequence(totals, horizon_ns).is_some_and(|i| i.width() <= width)
            }
        }
    }
}

/// Intervals of the shares of runs that each proposer wins, and of those without a chosen value: together, and at all
/// numbers of runs at once.
pub fn winner_sequences(totals: &Totals) -> Vec<Interval> {
    let counts = || totals.winners.iter().chain([&totals.undecided]);
    let each = ALPHA / counts().count() as f64;
    counts().map(|&count| share_sequence(count, totals.runs, each)).collect()
}

/// The interval of the mean time until the first choice or the horizon, ns, at all numbers of runs at once. None where
/// some run was cut off by its event budget before the horizon, and of few runs.
pub fn first_choice_sequence(totals: &Totals, horizon_ns: u64) -> Option<Interval> {
    until_choice(totals, horizon_ns)?.mean_sequence(ALPHA)
}

/// Each run's time until the first choice or the horizon, whichever is first; none where a run was cut off before it by its
/// event budget, so that its time is not known.
pub fn until_choice(totals: &Totals, horizon_ns: u64) -> Option<Moments> {
    let mut at_horizon = Histogram::new();
    at_horizon.record(horizon_ns);
    let last = at_horizon.buckets().next()?.low;
    if totals.censored_at_histogram.buckets().any(|bucket| bucket.low < last) {
        return None;
    }
    let (never, horizon) = (u128::from(totals.undecided), u128::from(horizon_ns));
    let at_end = Moments {
        n: totals.undecided,
        sum: never.saturating_mul(horizon),
        sum_squares: never.saturating_mul(horizon.saturating_mul(horizon)),
    };
    let mut all = totals.chosen_at;
    all.merge(&at_end);
    Some(all)
}

/// Runs what is asked for, look by look: of each cell that goes on the chunks up to the next.
pub(super) fn run_looks<P: Progress, K: Keeper>(part: &Running<P, K>, until: Until) -> Result<(), PartError> {
    let chunks = part.chunks();
    let mut cells: Vec<usize> = (0..part.what.jobs.len()).collect();
    let mut done = 0;
    while done < chunks && !cells.is_empty() {
        let look = next_chunks(done).min(chunks);
        let tasks: Vec<(usize, u64)> = cells
            .iter()
            .flat_map(|&cell| (done..look).map(move |chunk| (cell, chunk)))
            .filter(|&(cell, chunk)| part.wants(cell, chunk))
            .collect();
        in_order(0..tasks.len() as u64, |task| {
            let (cell, chunk) = tasks[task as usize];
            part.run(cell, chunk, None).map(drop)
        })?;
        // Nothing of what follows may be kept before this is: that it is there says that the cell went on.
        part.keep_all()?;
        cells.retain(|&cell| {
            let goes_on = part.knows_beyond(cell, look)
                || part.with_totals(cell, |totals| {
                    !until.is_reached_by(totals, part.what.jobs[cell].plan.horizon_ns())
                });
            if !goes_on {
                part.skip(look);
            }
            goes_on
        });
        done = look;
    }
    Ok(())
}
