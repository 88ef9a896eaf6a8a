//! Synod.
pub mod check;
pub mod paxos;
pub mod run;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod sweep;
pub mod trace;
