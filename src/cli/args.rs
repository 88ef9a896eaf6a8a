//! The arguments of every command.
//!
//! Absent on purpose: what the commands do.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};

use super::amounts::{count, seed};
pub use super::args_check::CheckArgs;
pub use super::args_exact::ExactArgs;
pub use super::args_explore::ExploreArgs;
pub use super::args_grade::GradeArgs;
pub use super::args_node::{KitArg, NodeArgs, NodeCommand, NodeCompareArgs, NodeTalkArgs};
pub use super::args_pairs::{Against, CompareArgs, FairnessArgs, PairArgs};
pub use super::args_view::{LabArgs, ManArgs, ReplayArgs, ReportArgs, RunArgs, View, Which, WriteupArgs};
use super::checks_arg::ChecksArg;
pub use super::own_arg::OwnArg;
use super::share_args::{MergeArgs, SlurmArgs, VerifyArgs};
pub use super::threads::threads;
use crate::check::Counter;
use crate::scenario::{Duration, Mutant};
use crate::sweep::{Shard, Until};

/// Replay, sweep and explain contention in single-decree Paxos.
#[derive(Debug, Parser)]
#[command(name = "synod", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Examples:
  synod run scenarios/lab2.toml --seed 7         one race, as its clients saw it
  synod replay scenarios/lab2.toml --seed 7      the same race, message by message
  synod sweep scenarios/lab2.toml --seeds 100000 --out reports/mine
  synod scenario show lab2 > mine.toml           a scenario to start from

Exit codes: 0 ok, 1 a safety violation, 2 usage or scenario error, 3 replay mismatch, 4 I/O error,
5 resume or merge refused, 6 an expectation failed, 7 a node of your own failed, 70 internal error, 130 interrupted.")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub output: Output,
}

/// How to talk.
#[derive(Debug, Clone, Group)]
pub struct Output {
    /// Print only data and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colour in messages; NO_COLOR also switches it off
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Show no progress bar
    #[arg(long, global = true)]
    pub no_progress: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run one seed: the clients' replies, the verdict, the checks, the line that replays it
    Run(RunArgs),
    /// Run one seed again and show it event by event, or compare it with a recorded trace
    Replay(ReplayArgs),
    /// Explain a run's winner: which single message, late or lost, would have changed it; or a scenario's races
    Explain(ExplainArgs),
    /// Find the first seeds whose runs satisfy a condition, as tokens
    Hunt(HuntArgs),
    /// Reduce a run to the fewest deviations from the calm run that still give its outcome
    Shrink(ShrinkArgs),
    /// Run many seeds over a grid and write a report
    Sweep(SweepArgs),
    /// Run two scenarios on the same seeds and compare them pair by pair
    Compare(CompareArgs),
    /// Swap the nodes and the starts of two proposers, and measure what each is worth, seed by seed
    Fairness(FairnessArgs),
    /// Put the shares of a sweep (`synod sweep --shard K/N`) together into its report
    Merge(MergeArgs),
    /// Check a report against what synod writes for its data, and run some or all of its seeds again
    Verify(VerifyArgs),
    /// Run known seeds and samples on this machine and compare them, to the bit
    Selftest,
    /// Print a sweep as a Slurm job array with its merge, or submit it
    Slurm(SlurmArgs),
    /// Visit every order in which the messages of a small scenario can arrive, and check every state
    Explore(ExploreArgs),
    /// Compute exact probabilities, times and duels of a small scenario, without a seed
    Exact(ExactArgs),
    /// Render a report again from its folder, without running the sweep
    Report(ReportArgs),
    /// Bundle a report for handing in: a document, figures, captions, tables, data, reproduce.sh
    Writeup(WriteupArgs),
    /// What the lab measures: sleep against race, the cause of each FAILED; or what pasted lab output means
    Lab(LabArgs),
    /// Validate scenario files and check their expectations
    Check(CheckArgs),
    /// Run the default swarm: scenarios, each with a random subset of knobs and faults, with all checks on
    Swarm(SwarmArgs),
    /// The gallery of deliberate bugs: which check finds each in the default swarm, how soon, how often
    Mutants(MutantsArgs),
    /// List, show, document or create scenarios
    Scenario(ScenarioArgs),
    /// Your own Paxos: start one, check it, see its conversation, compare it with the built-in
    Node(NodeArgs),
    /// Grade your own nodes on ten rungs, and show the smallest run that explains each failed rung
    Grade(GradeArgs),
    /// Print a man page: synod man > synod.1
    Man(ManArgs),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// A scenario and what is changed in it.
#[derive(Debug, Clone, Group)]
pub struct Source {
    /// A scenario file, the name of a built-in one (`synod scenario list`), or the swarm's `swarm:RUN`
    pub scenario: String,
    /// Set a key, e.g. `--set network.loss=0.1` or `--set script.schedule=@mine.txt` (the contents of that
    /// file); may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Use the values of cell N of the scenario's `[sweep.axes]`, numbered as in its reports
    #[arg(long, value_name = "N")]
    pub cell: Option<usize>,
}

impl Source {
    /// A scenario as it stands, with what is set.
    pub fn of(scenario: String, sets: Vec<String>) -> Source {
        Source { scenario, sets, cell: None }
    }
}

/// How to print a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `synod explain`.
#[derive(Debug, Group)]
#[command(after_help = "\
A late message is handled right after the next one at the same node. Tried, one at a time: every delivery late, every \
message lost, every lost message not lost. Each run goes on until the choice. \
With --races: the order in which requests arrive at each acceptor up to the choice, and nothing else, as the pattern \
that predicts the winner; learnt from the first half of the seeds, tested on the second.")]
pub struct ExplainArgs {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub own: OwnArg,
    #[command(flatten)]
    pub which: Which,
    /// Learn the scenario's race table instead
    #[arg(long, conflicts_with_all = ["seed", "token"])]
    pub races: bool,
    /// Seeds for the race table, half to learn from, half to test on
    #[arg(long, default_value = "100_000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// The first seed for the race table
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Patterns of the race table to show at most
    #[arg(long, value_name = "N", default_value = "50", value_parser = count, allow_negative_numbers = true)]
    pub patterns: u64,
    /// Worker threads for the race table; default: one per core. The table does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// How to print the explanation
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `synod hunt`.
#[derive(Debug, Group)]
#[command(after_help = format!("\
Fields: winner, verdict, {}, chosen_at, ended_at, \
violations, violation.NAME, hazards, hazard.NAME, client.NAME (own, other, succeeded, failed, failed/1, failed/2/1, \
none), client.NAME.at. Comparisons: = != < <= > >=. Joined by && || ! and parentheses.
  --until 'winner = \"B\" && duel >= 3'          --until 'chosen_at > 200ms || verdict != decided'
  --until 'client.A = failed/2/1 && hazard.failed-but-chosen > 0'",
    Counter::ALL.map(|counter| counter.metric().word).join(", ")))]
pub struct HuntArgs {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub own: OwnArg,
    /// The condition
    #[arg(long, value_name = "CONDITION")]
    pub until: String,
    /// Stop after this many are found
    #[arg(long, default_value = "10", value_parser = count, allow_negative_numbers = true)]
    pub count: u64,
    /// Seeds to search at most
    #[arg(long, default_value = "1_000_000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Which checks watch the runs; a condition that uses other checks turns them on
    #[arg(long, default_value = "always")]
    pub checks: ChecksArg,
    /// Worker threads; default: one per core. What is found does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// Print tokens, one a line, or JSON
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `synod shrink`.
#[derive(Debug, Group)]
#[command(after_help = "\
The calm run: every delay, start and wait is its median, nothing is lost or duplicated, no fault happens, ties go in \
the order of scheduling. The winner, the verdict and the condition are kept. Every remaining deviation is needed.")]
pub struct ShrinkArgs {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub own: OwnArg,
    #[command(flatten)]
    pub which: Which,
    /// What to keep besides winner and verdict, e.g. the condition of the hunt
    #[arg(long, alias = "until", value_name = "CONDITION")]
    pub keep: Option<String>,
    /// How to print the result
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `synod sweep`.
#[derive(Debug, Group)]
pub struct SweepArgs {
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub own: OwnArg,
    /// Seeds per cell; default: the scenario's, else 10000, or 2000 with --node
    #[arg(long, value_parser = count, allow_negative_numbers = true)]
    pub seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// The folder to write the report into; a former report of synod is replaced, any other folder must be empty
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Worker threads; default: one per core. The report does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// Stop each cell as soon as its interval is this narrow: a share such as 0.01 (every share of winners), or a time such
    /// as 0.5ms (the mean first choice); --seeds is then the maximum. Cells with different numbers of runs are not paired
    #[arg(long, value_name = "WIDTH", value_parser = Until::from_str, conflicts_with_all = ["rows", "shard"])]
    pub until_width: Option<Until>,
    /// Mean times of the first choice count up to here: a run that has not chosen by then counts as this; default: the scenario's
    /// horizon
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub horizon: Option<Duration>,
    /// Write a row for every run into this file, in the order of cells and seeds: `.csv`, or `.jsonl` for JSON Lines. It is
    /// called FILE.tmp until all rows are written; an existing file that does not hold rows is not replaced
    #[arg(long, value_name = "FILE")]
    pub rows: Option<PathBuf>,
    /// Which runs' events are digested
    #[arg(long, default_value = "sample")]
    pub digest: DigestArg,
    /// Which checks watch the runs
    #[arg(long, default_value = "always")]
    pub checks: ChecksArg,
    /// Run only share K of N, for `synod merge`; DIR may be shared by all of them
    #[arg(long, value_name = "K/N", requires = "out")]
    pub shard: Option<Shard>,
    /// Discard what an interrupted sweep left in DIR; without this, the same command resumes it
    #[arg(long, requires = "out")]
    pub fresh: bool,
    /// Print the summary to stdout: as text, or as the JSON of summary.json
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// Which runs' events are digested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DigestArg {
    /// The first 64 of every 4096 seeds.
    Sample,
    /// All of them.
    All,
}

/// Which runs of the swarm.
#[derive(Debug, Clone, Group)]
pub struct SwarmRuns {
    /// The first run; run I is seed I of the scenario `swarm:I`
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Worker threads; default: one per core. The result does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// How to print the result
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `synod swarm`.
#[derive(Debug, Group)]
pub struct SwarmArgs {
    /// Runs of the swarm
    #[arg(long, default_value = "100000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// A deliberate bug, as `synod mutants` names them
    #[arg(long, value_name = "NAME", default_value = "none", value_parser = mutant)]
    pub mutant: Mutant,
    #[command(flatten)]
    pub runs: SwarmRuns,
}

/// `synod mutants`.
#[derive(Debug, Group)]
pub struct MutantsArgs {
    /// Runs of the swarm for each mutant
    #[arg(long, default_value = "20000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// Only this mutant; may be repeated
    #[arg(long, value_name = "NAME", value_parser = mutant)]
    pub mutant: Vec<Mutant>,
    #[command(flatten)]
    pub runs: SwarmRuns,
}

/// `synod scenario`.
#[derive(Debug, Group)]
pub struct ScenarioArgs {
    #[command(subcommand)]
    pub command: ScenarioCommand,
}

/// What to do with scenarios.
#[derive(Debug, Subcommand)]
pub enum ScenarioCommand {
    /// List the built-in scenarios
    List,
    /// Print a built-in scenario, or one of the swarm's (`swarm:RUN`)
    Show {
        /// Its name
        name: String,
    },
    /// Print every key of scenario files: its form, meaning and default
    Keys,
    /// Print the JSON Schema of scenario files
    Schema,
    /// Print a commented scenario to start from
    New,
}

/// A time above 0.
pub fn duration(text: &str) -> Result<Duration, String> {
    match text.parse::<Duration>() {
        Ok(time) if time.ns() > 0 => Ok(time),
        Ok(_) => Err("must be above 0".to_owned()),
        Err(why) => Err(why.to_string()),
    }
}

/// A mutant's name.
fn mutant(text: &str) -> Result<Mutant, String> {
    Mutant::named(text).ok_or_else(|| {
        let names: Vec<_> = Mutant::ALL.iter().map(|mutant| mutant.name()).collect();
        format!("no mutant has this name (there are: {})", names.join(", "))
    })
}
