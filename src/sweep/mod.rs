//! Cells × seeds: many runs, in parallel, into integer totals.
//!
//! The same bytes come out for any number of threads: a chunk of seeds is run by one worker, chunks are merged by
//! addition, and digests are folded in seed order. Absent on purpose: rendering, files and terminals.
//!
//! ```text
//!   schedule ──picks──▶ turns, waves (pairs) or looks (cells that stop by themselves)
//!                              └──▶ execution: run a chunk ──▶ ledger ──parts──▶ keeper
//! ```

mod answers;
mod chunk;
mod compare;
mod consistent;
mod coupled;
mod execution;
mod expect;
mod gallery;
mod gather;
#[cfg(feature = "own")]
mod grade;
mod hunt;
mod job;
pub mod journal;
mod ledger;
mod likeness;
mod looks;
mod meetings;
mod notable;
mod paired;
mod pairing;
mod part;
mod phase;
mod pieces;
mod proof;
mod races;
mod rows;
mod schedule;
mod shard;
mod swarm;
mod theory;
mod times;
mod totals;
mod until;
mod waves;

pub use crate::run::{Progress, Silent};
pub use answers::answers_of;
pub use compare::{compare, is_cut_short, next_look};
pub use consistent::{Inconsistent, Shape, check_cells};
pub use coupled::{Coupled, Estimate, FEWEST, Known, Sought, couple};
pub use execution::{Forget, Keeper, PartError, Request};
pub use expect::{Finding, findings};
pub use gallery::{ALARMS, Runs, SwarmError, Toll, alarm_names, run_swarm};
#[cfg(feature = "own")]
pub use grade::{Climbed, Course, CourseError, LADDER, Rung, Trial, climb, rung_of};
pub use hunt::{Hunt, Hunted};
pub use job::{CHUNK, Coverage, Job};
pub use ledger::{CellResult, Ledger, Misfit};
pub use likeness::{KNOBS, Knob, Likeness, digests_of, likeness};
pub use meetings::{Cause, Meetings, meetings};
pub use notable::{LONGEST, MOST_NOTABLE, MOST_PLAYED, looked_at, notable};
pub use paired::{Matching, Paired, Parted, Trimmed};
pub use pairing::Pairing;
pub use part::Part;
pub use phase::{Crossing, Drawn, Kind, Phase, PhaseError, phase};
pub use pieces::{Pieces, fold};
pub use proof::{Segment, differing, few, segments, spread};
pub use races::{Race, RaceTable, race_table};
pub use rows::Rows;
pub use schedule::{sweep, sweep_part, sweep_part_with_rows};
pub use shard::{Shard, array_list};
pub use swarm::{BLOCK, swarm_scenario};
pub use theory::{livelock_form, livelock_share};
pub use times::{Times, chosen_spread, first_choice_sequence, until_choice};
pub use totals::{AnswerTimes, Totals};
pub use until::{ALPHA, Until, is_look, next_chunks, winner_sequences};
