//! The arguments of `synod exact`.

use std::path::PathBuf;

use clap::Args as Group;

use super::amounts::count;
use super::args::{Format, Source};
use crate::scenario::Duration;

/// `synod exact`.
#[derive(Debug, Group)]
#[command(after_help = "\
Exact for delays, starts and retries that are exponential or gamma with a whole shape of at most 8, and for none at all; \
whatever else a scenario has is refused by its key. What goes on without end is cut off where it hardly matters: the \
bound behind each figure holds for it, for rounding, and for what the horizon ends.")]
pub struct ExactArgs {
    #[command(flatten)]
    pub source: Source,
    /// Times: how likely it is that nothing is chosen by then, e.g. 10ms,50ms
    #[arg(long, value_name = "TIME", value_delimiter = ',', value_parser = time)]
    pub by: Vec<Duration>,
    /// Most states of a chain; a state takes some 300 bytes
    #[arg(long, value_name = "N", default_value = "2_000_000", value_parser = count, allow_negative_numbers = true)]
    pub states: u64,
    /// Most probability that may be cut off
    #[arg(long, value_name = "SHARE", default_value = "1e-9", value_parser = share)]
    pub cut: f64,
    /// Cut off where rounds lie further apart than this; default: as far as it takes
    #[arg(long, value_name = "ROUNDS", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub gap: Option<u64>,
    /// Write the chain into this folder, which must be new: chain.drn for Storm, chain.tra and chain.lab for PRISM
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
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
