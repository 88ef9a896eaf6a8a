//! Exact shares where nothing is drawn but the starts: constant delays, and two proposers of whom one starts some time after
//! the other.
//!
//! How a run comes out depends on the offset of the starts alone, and on that only by the order of events. Each event comes a fixed
//! time after one start or the other. So two runs a nanosecond apart tell which start each event goes by, and from there how
//! far the offset can be moved before any two change places: up to there nothing changes. Piece by piece the whole range of
//! offsets is gone through, with the engine as it is, and each piece has its probability. Absent on purpose: time-outs, whose
//! alarms are no events; more than two proposers.

mod class;
mod offset;
mod seen;

pub use seen::{Piece, Pieces, pieces};
