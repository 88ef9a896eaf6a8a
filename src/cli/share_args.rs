//! The arguments of the commands that put shares together, hold a report against itself, and talk to Slurm.
//!
//! Absent on purpose: what the commands do.

use std::path::PathBuf;

use clap::Args as Group;

use super::amounts::{count, seed};
use super::args::{DigestArg, Format, Source, SweepArgs, duration, threads};
use super::checks_arg::ChecksArg;
use super::own_arg::OwnArg;
use crate::scenario::Duration;

/// `synod merge`.
#[derive(Debug, Group)]
pub struct MergeArgs {
    /// Folders with shares
    #[arg(required = true, value_name = "DIR")]
    pub from: Vec<PathBuf>,
    #[command(flatten)]
    pub own: OwnArg,
    /// The folder to write the report into, as for `synod sweep`
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Worker threads for the seeds that are run twice; default: one per core
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// Print the summary to stdout: as text, or as the JSON of summary.json
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `synod verify`.
#[derive(Debug, Group)]
pub struct VerifyArgs {
    /// A report's folder
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub own: OwnArg,
    /// How many chunks of seeds to run again, spread over all
    #[arg(long, value_name = "N", default_value = "64", value_parser = count)]
    pub chunks: u64,
    /// Run every seed again, and compare every total and every byte with what comes out; takes as long as the sweep
    #[arg(long, conflicts_with = "chunks")]
    pub all: bool,
    /// Worker threads; default: one per core
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
}

/// `synod slurm`.
#[derive(Debug, Group)]
pub struct SlurmArgs {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub own: OwnArg,
    /// Shares of the sweep, each a task of the job array; several per node balance the work well
    #[arg(long, value_name = "N")]
    pub shards: u32,
    /// The folder to write the report into, on a file system that all nodes see; the shares go to DIR.shares, job output goes
    /// to DIR.logs
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Seeds per cell; default: the scenario's, else 10000
    #[arg(long, value_parser = count)]
    pub seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed)]
    pub first_seed: u64,
    /// Mean times of the first choice count up to here; default: the scenario's horizon
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub horizon: Option<Duration>,
    /// Which runs' events are digested
    #[arg(long, default_value = "sample")]
    pub digest: DigestArg,
    /// Which checks watch the runs
    #[arg(long, default_value = "always")]
    pub checks: ChecksArg,
    /// Cores of each task
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    pub cpus: u64,
    /// Submit the jobs instead of printing the script
    #[arg(long)]
    pub submit: bool,
}

impl SlurmArgs {
    /// The sweep that is to be run.
    pub fn sweep(&self) -> SweepArgs {
        SweepArgs {
            own: self.own.clone(),
            source: self.source.clone(),
            seeds: self.seeds,
            first_seed: self.first_seed,
            out: None,
            threads: None,
            until_width: None,
            horizon: self.horizon,
            rows: None,
            digest: self.digest,
            checks: self.checks,
            shard: None,
            fresh: false,
            format: Format::Text,
        }
    }
}
