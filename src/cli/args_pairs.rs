//! The arguments of commands that run pairs of runs.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as Group, ValueEnum};

use super::amounts::{count, seed};
use super::args::{Format, OwnArg, Source, duration, threads};
use super::checks_arg::ChecksArg;
use crate::scenario::Duration;
use crate::sweep::Until;

/// `synod compare`.
#[derive(Debug, Group)]
#[command(after_help = "\
Both runs of a seed draw the delay and the loss of a message from the same word wherever both send it, so that their \
difference is known from fewer runs than two rates are; the table says how many times fewer.")]
pub struct CompareArgs {
    /// The first scenario: a file, or the name of a built-in one
    pub first: String,
    /// The second one; default: the first
    pub second: Option<String>,
    /// Set a key in both
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Set a key in the first alone
    #[arg(long = "set-a", value_name = "PATH=VALUE")]
    pub sets_a: Vec<String>,
    /// Set a key in the second alone
    #[arg(long = "set-b", value_name = "PATH=VALUE")]
    pub sets_b: Vec<String>,
    /// In both, use the values of cell N of their `[sweep.axes]`, numbered as in reports
    #[arg(long, value_name = "N")]
    pub cell: Option<usize>,
    /// Run your own nodes, which this file describes, instead of the built-in's (see `synod node`); given twice, the first
    /// scenario with the one file and the second with the other
    #[arg(long = "node", value_name = "MINE.TOML")]
    pub nodes: Vec<PathBuf>,
    /// Whose nodes run in the second scenario, if it is not those of the first
    #[arg(long, requires = "nodes")]
    pub against: Option<Against>,
    #[command(flatten)]
    pub pairs: PairArgs,
}

/// Whose nodes run in the second scenario of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// The built-in's.
    BuiltIn,
}

/// `synod fairness`.
#[derive(Debug, Group)]
pub struct FairnessArgs {
    #[command(flatten)]
    pub source: Source,
    /// The two proposers; may be left out where there are only two
    #[arg(long, value_name = "A,B", value_delimiter = ',', num_args = 1)]
    pub of: Vec<String>,
    #[command(flatten)]
    pub own: OwnArg,
    #[command(flatten)]
    pub pairs: PairArgs,
}

/// Which pairs of runs, and how to print what they came to.
#[derive(Debug, Group)]
pub struct PairArgs {
    /// Pairs of runs; with --until-width, the maximum
    #[arg(long, default_value = "10000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Stop as soon as the interval is this narrow: a share such as 0.01 (every difference of shares of winners), or a
    /// time such as 0.5ms (the difference of mean first choices)
    #[arg(long, value_name = "WIDTH", value_parser = Until::from_str)]
    pub until_width: Option<Until>,
    /// Compare times up to here, where a run that has not chosen counts as this; default: the shorter horizon of the two
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub horizon: Option<Duration>,
    /// Which checks watch the runs
    #[arg(long, default_value = "always")]
    pub checks: ChecksArg,
    /// Worker threads; default: one per core. The result does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// Print the result as text or as JSON
    #[arg(long, default_value = "text")]
    pub format: Format,
}
