//! The command line as a user or a program meets it: what goes to stdout, what to stderr, the exit codes, the files.
//!
//! Absent on purpose: what the numbers mean; other tests hold those.

mod checks;
mod compare;
mod explain;
mod fairness;
mod finding;
mod first_aid;
mod handin;
mod lab;
mod lineups;
mod long_runs;
mod replay;
mod rows;
mod run;
mod script;
mod silent;
mod sweep;
mod until;
