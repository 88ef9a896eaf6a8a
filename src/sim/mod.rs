//! The discrete-event engine: integer time, an ordered agenda, addressed randomness and delay samplers.
//!
//! It knows no Paxos: what is delivered, and to whom, is its caller's business.

mod agenda;
mod delay;
mod far;
mod normal;
mod queue;
mod table;
mod timers;
mod words;

pub use agenda::{Agenda, Due, TieBreak, Tied};
pub use delay::{Distribution, DistributionError, Fate, MAX_DELAY_NS, Sampler};
pub use normal::{normal_cdf, normal_quantile};
pub use queue::{MAX_TIME_NS, NEVER, Queue, Rank};
pub use table::QuantileTable;
pub use timers::Timers;
pub use words::{Address, EPOCH, Region, Slot, Words};
