//! The arguments of `synod exact`.

use std::path::PathBuf;

use clap::Args as Group;

use super::amounts::{count, seed};
use super::args::{Format, Source, threads};
use crate::scenario::Duration;

/// `synod exact`.
#[derive(Debug, Group)]
#[command(after_help = "\
Exact for delays, starts and retries that are exponential or gamma with an integer shape of at most 8, for starts and \
retries of zero, and without retries; everything that it cannot follow is refused by its key. What goes on without end is cut off where it hardly matters: the \
bound behind each figure holds for it, for rounding, and for what the horizon ends. Delays, starts and retries of any \
other law can be estimated beside the nearest laws that are exact: --coupled.")]
pub struct ExactArgs {
    #[command(flatten)]
    pub source: Source,
    /// Times: how likely it is that nothing is chosen by then, e.g. 10ms,50ms
    #[arg(long, value_name = "TIME", value_delimiter = ',', value_parser = time)]
    pub by: Vec<Duration>,
    /// Most states of a chain; a state takes some 300 bytes; default: 2,000,000, with --coupled 100,000
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub states: Option<u64>,
    /// Most probability that may be cut off
    #[arg(long, value_name = "SHARE", default_value = "1e-9", value_parser = share)]
    pub cut: f64,
    /// Cut off where rounds lie further apart than this; default: as far as needed
    #[arg(long, value_name = "ROUNDS", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub gap: Option<u64>,
    /// Write the chain into this folder, which must be new: chain.drn for Storm, chain.tra and chain.lab for PRISM
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
    /// Estimate figures of a scenario without a chain: from pairs of runs, one of them of the nearest scenario that has a
    /// chain, and from that scenario's exact figures
    #[arg(long, conflicts_with_all = ["by", "export"])]
    pub coupled: bool,
    /// Pairs of runs, 1,024 at least; default: 100,000
    #[arg(long, value_name = "N", requires = "coupled", value_parser = count, allow_negative_numbers = true)]
    pub seeds: Option<u64>,
    /// The first seed; default: 0
    #[arg(long, requires = "coupled", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: Option<u64>,
    /// Worker threads for the pairs; default: one per core. The result does not depend on it
    #[arg(long, requires = "coupled", value_parser = threads)]
    pub threads: Option<u64>,
    /// How to print the figures
    #[arg(long, default_value = "text")]
    pub format: Format,
}

fn time(text: &str) -> Result<Duration, String> {
    text.parse::<Duration>().map_err(|why| why.to_string())
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("must be a number above 0 and below 1, as 1e-9".to_owned()),
    }
}
