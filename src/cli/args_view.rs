//! The arguments of the commands that show, render and explain: run, replay, report, writeup, lab, man.
//!
//! Absent on purpose: all others (`args`).

use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};

use super::amounts::{count, seed};
use super::args::{Format, Source, threads};
use super::own_arg::OwnArg;
use crate::report::Window;

/// `synod run`.
#[derive(Debug, Group)]
pub struct RunArgs {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub own: OwnArg,
    /// The run's seed, decimal or 0x hexadecimal
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
    /// How to print the run
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `synod replay`.
#[derive(Debug, Group)]
pub struct ReplayArgs {
    /// A scenario file, or the name of a built-in one; a trace carries its own
    #[arg(required_unless_present = "trace")]
    pub scenario: Option<String>,
    /// Set a key, as for `synod run`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Use the values of cell N, as for `synod run`
    #[arg(long, value_name = "N", conflicts_with = "trace")]
    pub cell: Option<usize>,
    #[command(flatten)]
    pub own: OwnArg,
    /// The run's seed, decimal or 0x hexadecimal
    #[arg(long, value_parser = seed, allow_negative_numbers = true, conflicts_with_all = ["token", "trace"])]
    pub seed: Option<u64>,
    /// The run's token, as `synod run` prints it: checks that it is reproduced
    #[arg(long, conflicts_with = "trace")]
    pub token: Option<String>,
    /// A recorded trace (`--as jsonl`): checks that it is reproduced, or names the first difference
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "sets"])]
    pub trace: Option<PathBuf>,
    /// How to show the run; pictures of long runs show the stretch around the choice unless --window says which
    #[arg(long = "as", value_name = "FORMAT", default_value = "text")]
    pub as_: View,
    /// Show only this stretch of virtual time, e.g. 437ms..440ms
    #[arg(long, value_name = "FROM..TO", conflicts_with = "trace")]
    pub window: Option<Window>,
}

/// A view of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum View {
    /// A timeline for people.
    Text,
    /// JSON Lines: a trace that can be replayed.
    Jsonl,
    /// A space–time diagram: lifelines, slanted arrows, losses, promises, votes, the choice.
    Svg,
    /// The same in pixels.
    Png,
    /// A sequence diagram for Markdown pages; below 50,000 characters, says how to go on.
    Mermaid,
    /// A log for ShiViz, with vector clocks.
    Shiviz,
    /// A trace for ui.perfetto.dev and chrome://tracing.
    Perfetto,
}

/// Which run.
#[derive(Debug, Clone, Group)]
pub struct Which {
    /// The run's seed, decimal or 0x hexadecimal; default: 0
    #[arg(long, value_parser = seed, allow_negative_numbers = true, conflicts_with = "token")]
    pub seed: Option<u64>,
    /// The run's token, as `synod run` and `synod hunt` print it
    #[arg(long)]
    pub token: Option<String>,
}

/// `synod report`.
#[derive(Debug, Group)]
pub struct ReportArgs {
    /// A report's folder
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub own: OwnArg,
}

/// `synod writeup`.
#[derive(Debug, Group)]
pub struct WriteupArgs {
    /// A report's folder
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Where to put the bundle; default: `writeup` in the report's folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `synod lab`.
#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  synod lab                                    the lab as shipped
  synod lab lab2-loopback --seeds 20000        with the 44 ms of a call on loopback
  synod lab --read pasted.txt                  which orders of calls could have printed this
  synod lab --read mine.log --wording mine.toml
                                               the same in the words of my own program
  echo 'B: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).' | synod lab --read -

Mark each line with its client: `A:`, `clientA`, `client A` or `node 1`, in front of it or on a line above.")]
pub struct LabArgs {
    /// A scenario with the lab's semantics
    #[arg(default_value = "lab2")]
    pub scenario: String,
    /// Set a key, as for `synod run`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Read the clients' terminal output from a file (`-` for stdin) and explain it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seeds", "first_seed", "threads"])]
    pub read: Option<PathBuf>,
    /// Words other than the lab's: a TOML file of regular expressions, `success` with a group `value`,
    /// `failed_in_phase_1` and `failed_in_phase_2` with a group `count`; each may have `client` and `number`
    #[arg(long, value_name = "FILE", requires = "read")]
    pub wording: Option<PathBuf>,
    /// Runs to measure
    #[arg(long, default_value = "100000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Worker threads; default: one per core. The result does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
}

/// `synod man`.
#[derive(Debug, Group)]
pub struct ManArgs {
    /// The command whose page it is, e.g. `sweep` or `scenario show`; default: the program's
    #[arg(value_name = "COMMAND")]
    pub page: Vec<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "page")]
    pub out: Option<PathBuf>,
}
