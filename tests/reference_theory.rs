//! The reference simulator against the closed forms of contention and the yardstick's statistics.
//!
//! Absent on purpose: the engine. What passes here is what the engine is then compared with, run by run.
//! `SYNOD_RUNS` scales the number of runs (100,000 unless it is set).

mod reference;

#[path = "reference_theory/anything.rs"]
mod anything;
#[path = "reference_theory/forms.rs"]
mod forms;
#[path = "reference_theory/livelock.rs"]
mod livelock;
#[path = "reference_theory/rules.rs"]
mod rules;
#[path = "reference_theory/three.rs"]
mod three;
#[path = "reference_theory/yardstick.rs"]
mod yardstick;
