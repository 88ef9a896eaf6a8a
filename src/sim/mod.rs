//! The discrete-event engine: integer time, an ordered agenda, addressed randomness and delay samplers.
//!
//! It knows no Paxos: what is delivered, and to whom, is its caller's business.

mod agenda;
mod conditions;
mod cuts;
mod delay;
mod far;
mod gamma;
mod mathematics;
mod mixture;
mod net;
mod normal;
mod queue;
mod renewal;
mod table;
mod tails;
mod timers;
mod words;

pub use agenda::{Agenda, Due, Next, TieBreak, Tied};
pub use conditions::{Conditions, TRUE_RATE};
pub use cuts::Cuts;
pub use delay::{Distribution, DistributionError, Fate, MAX_DELAY_NS, Sampler};
pub use gamma::{gamma_quantile, gamma_tails};
pub use mixture::{MOST_ATOMS, MixedPart, Pieces, mixture};
pub use net::{Course, Departure, Held, Net, Reach, Way};
pub use normal::{normal_cdf, normal_quantile};
pub use queue::{LATEST, MAX_TIME_NS, NEVER, Queue, Rank, later};
pub use renewal::{Renewal, Spell, split};
pub use table::QuantileTable;
pub use timers::Timers;
pub use words::{Address, EPOCH, OF_COPY, Rare, Region, Slot, Words, place};
