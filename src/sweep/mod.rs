//! Cells × seeds: many runs, in parallel, into integer totals.
//!
//! The same bytes come out for any number of threads: a chunk of seeds is run by one worker, chunks are merged by
//! addition, and digests are folded in seed order. Absent on purpose: rendering, files and terminals.

mod compare;
mod consistent;
mod expect;
mod gallery;
mod gather;
mod hunt;
pub mod journal;
mod ledger;
mod meetings;
mod notable;
mod paired;
mod pairing;
mod phase;
mod pieces;
mod pool;
mod prefix;
mod proof;
mod races;
mod rows;
mod shard;
mod stopped;
mod swarm;
mod theory;
mod totals;
mod until;

pub use compare::{ALPHA, STRETCH, Until, compare, is_cut_short, next_look};
pub use consistent::{Inconsistent, Shape, check_cells};
pub use expect::{Finding, findings};
pub use gallery::{ALARMS, Runs, SwarmError, Toll, alarm_names, run_swarm};
pub use hunt::{Hunt, Hunted};
pub use ledger::{Ledger, Misfit, Part, fold};
pub use meetings::{Cause, Meetings, meetings};
pub use notable::{LONGEST, MOST_NOTABLE, MOST_PLAYED, looked_at, notable};
pub use paired::{Matching, Paired, Parted, Trimmed};
pub use pairing::Pairing;
pub use phase::{Crossing, Drawn, Kind, Phase, PhaseError, phase};
pub use pieces::Pieces;
pub use pool::{
    CHUNK, CellResult, Coverage, Forget, Job, Keeper, PartError, Progress, Request, Silent, sweep,
    sweep_part, sweep_part_with_rows,
};
pub use proof::{Segment, differing, few, segments, spread};
pub use races::{Race, RaceTable, race_table};
pub use rows::{NoRows, RowStream, Rows};
pub use shard::{Shard, array_list};
pub use stopped::{Standstill, Stopped};
pub use swarm::{BLOCK, swarm_scenario};
pub use theory::{livelock_form, livelock_share};
pub use totals::{ClientOutcome, Totals, joint_outcome};
pub use until::{first_choice_sequence, is_look, next_chunks, until_choice, winner_sequences};
