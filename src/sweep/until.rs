//! How narrow an interval is to be before runs stop, and when it is looked at.
//!
//! The intervals hold at all looks at once. Absent on purpose: pairs in a sweep, for cells then have other numbers of runs.

use std::fmt;
use std::str::FromStr;

use super::job::CHUNK;
use super::times::{first_choice_sequence, may_be_narrow, until_choice};
use super::totals::Totals;
use crate::scenario::Duration;
use crate::stats::{Interval, share_sequence};

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
    /// Whether the intervals of a cell are narrow enough, whose times count up to this bound, ns.
    pub fn is_reached_by(self, totals: &Totals, until_ns: u64) -> bool {
        match self {
            Until::Share(width) => winner_sequences(totals).iter().all(|interval| interval.width() <= width),
            Until::Time(width) => {
                let error = until_choice(totals, until_ns).map(|known| known.spread());
                may_be_narrow(width, until_ns as f64, totals.runs, error)
                    && first_choice_sequence(totals, until_ns).is_some_and(|i| i.width() <= width)
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
