//! Exact probabilities of a contention: the continuous-time Markov chain of its runs.
//!
//! Where every delay is exponential, or a sum of a few such stages, what has happened says nothing about how long a message that is
//! under way will yet take. So what can come next depends on the state alone: acceptors, proposers, the messages in flight. There are
//! finitely many once what cannot matter is left out, and between two failed attempts none is come back to. Probability is
//! pushed through them once for each failure: who wins, when, after how many pre-emptions, what clients are told; without a
//! seed, and with a bound on what was not followed.
//!
//! ```text
//!   Scenario ── admit, Laws ──▶ Model ── build ──▶ stats::Chain ── absorb, by_time ──▶ Exact
//!                               (states: step, tidy)
//! ```
//!
//! The steps are those of `paxos`, and its effects are obeyed by `stage`, as in the engine: so whoever simulates and whoever
//! reckons differ only in what is theirs. Absent on purpose: laws with a memory, but for a few stages; faults; time-outs.

mod answering;
mod build;
mod class;
mod error;
mod figures;
mod index;
mod law;
mod near;
mod solve;
mod state;
mod step;
mod tidy;

pub(super) use class::admit;
pub use error::NotExact;
pub(super) use error::refuse;
pub use figures::{Answered, Answers, Duel, Exact, Extent, Figure, FirstChoice, Joint, Tail};
pub(super) use law::has_laws;
pub use near::{Near, Replaced, near, nearest_exact};
pub use solve::{ExactChain, Limits, exact, exact_chain};
