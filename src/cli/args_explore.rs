//! The arguments of `synod explore`.
//!
//! Absent on purpose: all others (`args`).

use std::path::PathBuf;

use clap::Args as Group;

use super::amounts::memory;
use super::args::{Format, Source, threads};

const REACH_HELP: &str = "\
Look for a shortest schedule to a state in which this holds, e.g. `vote.1 = \"A\" && vote.2 = \"B\"`. A state has these fields: `winner` \
(whose value is chosen), `client.A` (own, other, succeeded or none), `attempts`, and of each acceptor `vote.1` (whose value it voted \
for last), `voted.1` and `promised.1` (a ballot: \"2.1\" is round 2 of node 1; voted.2; none).";

/// `synod explore`.
#[derive(Debug, Group)]
#[command(after_help = "\
A state: every acceptor's promise and vote, every node's round counter, every proposer's attempt, the messages in \
flight as a set, and for the invariants all votes ever cast. A message that is never delivered is a lost one, so \
losses are included. Delays, starts, retries, faults, reads and announcements of the scenario have no meaning here.")]
pub struct ExploreArgs {
    #[command(flatten)]
    pub source: Source,
    /// Most attempts of each proposer; default: as many as the scenario allows, at most 2
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub attempts: Option<u8>,
    /// Let every message arrive any number of times
    #[arg(long)]
    pub duplicates: bool,
    /// Let nodes crash and restart at once, N times in all; this ends their proposers' attempts
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u8).range(0..=9))]
    pub restarts: u8,
    /// Let an attempt end only by a rejection, never by a time-out
    #[arg(long)]
    pub no_timeouts: bool,
    /// Also tell apart states and orders that make no difference
    #[arg(long)]
    pub full: bool,
    /// Tell apart acceptors that are alike, and requests that will be refused without anybody learning from
    /// the refusal
    #[arg(long)]
    pub apart: bool,
    /// Compare whole states instead of fingerprints, so that none is missed: this takes about three times as long, and
    /// twice the memory
    #[arg(long)]
    pub exact: bool,
    /// Check only this invariant, e.g. `agreement`
    #[arg(long, value_name = "INVARIANT")]
    pub until: Option<String>,
    /// Look for a shortest schedule to a state in which this holds, e.g. `vote.1 = "A" && vote.2 = "B"`
    #[arg(long, value_name = "CONDITION", conflicts_with = "never", long_help = REACH_HELP)]
    pub reach: Option<String>,
    /// The same, for a state that must not exist: exit code 6 if there is one
    #[arg(long, value_name = "CONDITION")]
    pub never: Option<String>,
    /// Begin at every reachable state in which this holds, e.g. `voted.1 = "1.1" && vote.2 = "B"`: the lines `chosen` then
    /// say what can still be chosen from there
    #[arg(long, value_name = "CONDITION", conflicts_with_all = ["dot", "resume"])]
    pub from: Option<String>,
    /// Begin where the scenario's [script] ends
    #[arg(long)]
    pub after_script: bool,
    /// Memory for states, e.g. `4GiB`; the search stops before it takes more. Default: 2 GB, or nine tenths
    /// of the available memory if that is less
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub memory: Option<u64>,
    /// Worker threads; default: one per core. The result does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// Save the search in this file when it is stopped (^C, --memory) and every five minutes, and resume from it
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// Write the states and the steps between them into this file, which must be new, for Graphviz (`dot -Tsvg`): 500 states at
    /// most
    #[arg(long, value_name = "FILE")]
    pub dot: Option<PathBuf>,
    /// Write a violation's scenario, with its schedule, into this file, which must be new
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print the result as text or as JSON
    #[arg(long, default_value = "text")]
    pub format: Format,
}
