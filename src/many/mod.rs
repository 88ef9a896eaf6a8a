//! Many seeds, on all threads: the one driver under whatever runs more than a few of them.
//!
//! ```text
//!   tasks 0, 1, 2 … ──begun in this order──▶ workers: a Runner each ──taken in this order──▶ whoever adds up
//!                                               │
//!                                               └─ looks at the stop flag, tells the progress, ends at a standstill
//! ```
//!
//! What comes out does not depend on the number of threads, and what an interruption leaves is a beginning without a gap.
//! Absent on purpose: what is counted in the runs, which is each study's own.

mod driver;
mod pace;
mod queue;
mod runner;
mod seeds;
mod stopped;

pub use driver::Driver;
pub use runner::Runner;
pub use seeds::{STRETCH, Seeds};
pub use stopped::{BadRun, Interruptible, Stopped};
