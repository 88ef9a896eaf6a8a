//! A paired comparison of two scenarios, as text and as JSON.
//!
//! Absent on purpose: running the pairs, and intervals that a reader could not name: each says its method.
//!
//! ```text
//!   Comparison ──▶ rows (one figure each, with its interval) ──▶ text, json
//! ```

mod fairness;
mod json;
mod rows;
mod text;

pub use fairness::{Fairness, fairness_json, fairness_text};
pub use json::{comparison_json, figures};
pub use rows::{Row, Value, rows};
pub use text::comparison_text;

use crate::check::Checks;
use crate::report::lineup::Lineup;
use crate::scenario::Difference;
use crate::sweep::{Paired, Until};

/// One of the two scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Its title; may be empty.
    pub title: String,
    /// Its name and `--set`s, as a command line takes them.
    pub arguments: String,
    /// Its hash.
    pub hash: String,
    /// What its outputs are labelled with.
    pub labels: Vec<String>,
}

/// A finished comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The first scenario and the second.
    pub sides: [Side; 2],
    /// The keys in which they differ.
    pub differences: Vec<Difference>,
    /// The first's proposers and clients.
    pub lineup: Lineup,
    /// Times are compared up to here, ns.
    pub horizon_ns: u64,
    /// The first seed.
    pub first_seed: u64,
    /// Seeds that were allowed.
    pub seeds: u64,
    /// At which width it was to stop.
    pub until: Option<Until>,
    /// Which invariants watched its runs.
    pub checks: Checks,
    /// What a reader must know to judge it.
    pub notes: Vec<String>,
    /// The command that makes it again.
    pub command_line: String,
    /// What the pairs add up to.
    pub paired: Paired,
}

/// How the intervals were made, by whether the runs were looked at on the way.
pub fn methods(until: Option<Until>) -> &'static str {
    if until.is_some() {
        "The intervals of shares and of first_choice hold at all numbers of runs at once (95 %), so that stopping by their width does \
         not bias them: Dirichlet-mixture confidence sequences (Robbins 1970) for differences of shares, simultaneous over the \
         winners; the mixture betting sequence (Orabona and Jun 2021; Waudby-Smith and Ramdas 2024) for the difference of the mean \
         times, in which what was not seen counts with the whole horizon. All others are made for a number of runs that is fixed \
         beforehand: here read them as approximate."
    } else {
        "Intervals are at 95 %, each row's alone, but for the winners' (shares with a name, and undecided), which hold together \
         (Bonferroni, and so their p). Shares: Tango's paired score interval (1998) and the test that it inverts (McNemar's \
         score test). Means: Hall's interval (1992), which takes the skewness g of the differences away, or Student's where that \
         reaches farther, both with n/g² degrees of freedom (at most n − 1), which holds a mean that few pairs carry \
         more often than Hall's alone; and the test that it inverts. first_choice: \
         the normal interval of the known times and Tango's of the late runs, put together (MOVER, Zou and Donner 2008). \
         “Carried by few”: so few pairs make the mean what it is (n < 25 g², g the skewness, or n < 25) that it says \
         little; no interval is given of fewer than 25, and of a time if the pairs that differ are fewer than 15, or have a heavy tail, too. \
         *: differs from 0 even when all rows are taken together (Holm 1979); of rows that do not differ, at most some one in twenty is off 0 by \
         itself. Runs saved: with a 95 % interval (jackknife of the logarithm)."
    }
}
