//! Cells × seeds: many runs, in parallel, into integer totals.
//!
//! The same bytes come out for any number of threads: a chunk of seeds is run by one worker, chunks are merged by
//! addition, and digests are folded in seed order. Absent on purpose: rendering, files and terminals.

mod expect;
mod gallery;
mod gather;
mod pool;
mod rows;
mod swarm;
mod totals;

pub use expect::{Finding, findings};
pub use gallery::{ALARMS, Runs, SwarmError, Toll, alarm_names, run_swarm};
pub use pool::{CHUNK, CellResult, Coverage, Job, Progress, Silent, Stopped, sweep, sweep_with_rows};
pub use rows::{NoRows, RowStream, Rows};
pub use swarm::{BLOCK, swarm_scenario};
pub use totals::{ClientOutcome, Totals, joint_outcome};
