//! The reference simulator against the closed forms of contention and the yardstick's statistics.
//!
//! Absent on purpose: the engine. What passes here is what the engine is then compared with, run by run.
//! `SYNOD_RUNS` scales the number of runs (100,000 unless it is set).

mod anything;
mod forms;
mod livelock;
mod rules;
mod three;
mod yardstick;
