//! The second simulator against what is known of livelocks, of small runs worked out by hand, and of any run.
//!
//! Absent on purpose: the engine. What passes here is what the engine is then compared with, run by run.
//! `SYNOD_RUNS` scales the number of runs.

mod anything;
mod livelock;
mod rules;
mod three;
