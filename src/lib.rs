//! A deterministic simulation testbed for contention in single-decree Paxos.
pub mod check;
pub mod cli;
pub mod paxos;
pub mod report;
pub mod run;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod sweep;
pub mod trace;
