//! The command line as a user or a program meets it: what goes to stdout, what to stderr, the exit codes, the files.
//!
//! Absent on purpose: what the numbers mean; other tests hold those.

#[path = "cli/checks.rs"]
mod checks;
#[path = "cli/common.rs"]
mod common;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/fairness.rs"]
mod fairness;
#[path = "cli/first_aid.rs"]
mod first_aid;
#[path = "cli/handin.rs"]
mod handin;
#[path = "cli/lab.rs"]
mod lab;
#[path = "cli/lineups.rs"]
mod lineups;
#[path = "cli/long_runs.rs"]
mod long_runs;
#[path = "cli/replay.rs"]
mod replay;
#[path = "cli/rows.rs"]
mod rows;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/script.rs"]
mod script;
#[path = "cli/sweep.rs"]
mod sweep;
#[path = "cli/until.rs"]
mod until;
