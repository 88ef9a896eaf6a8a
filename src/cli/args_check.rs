//! The arguments of `synod check`.

use clap::Args as Group;

use super::amounts::{count, seed};
use super::args::Format;

/// `synod check`.
#[derive(Debug, Group)]
pub struct CheckArgs {
    /// Scenario files, names of built-in scenarios, or `-` for standard input
    #[arg(required = true)]
    pub scenarios: Vec<String>,
    /// Only validate the files, run nothing
    #[arg(long)]
    pub no_run: bool,
    /// Seeds to run; default: the scenario's `expect.seeds`, else 10000
    #[arg(long, value_parser = count, allow_negative_numbers = true)]
    pub seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Set a key of each scenario, as for `synod run`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// How to print the result
    #[arg(long, default_value = "text")]
    pub format: Format,
}
