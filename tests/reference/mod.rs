//! A second simulator of the same protocol, written from DESIGN.md and LAB.md alone, to hold the engine against.
//!
//! Absent on purpose: speed tricks, faults other than `unreachable`, scripts, mutants, duplicates, FIFO links and
//! livelock proofs (see [`unsupported`]); and any use of the crate but the plain data of a scenario.
//! Where the text leaves room, `DECISIONS.md` beside this file says what was decided; the numbers "D7" in
//! comments are its entries.
#![allow(dead_code, unused_imports, reason = "each test binary uses its own part")]

mod acceptor;
pub mod anything;
mod broadcast;
pub mod build;
pub mod measure;
mod outcome;
mod proposer;
mod queue;
mod sampling;
mod sequential;
mod supported;
mod words;
mod world;

pub use outcome::{Client, FinalAcceptor, Outcome, Reply, Stopped, Verdict, joint_outcome, reply_text};
pub use sampling::Sampler;
pub use supported::unsupported;
pub use words::{Ballot, Kind, Submission};

use synod::scenario::model::Scenario;

/// Where all randomness comes from: every draw has an address, so that the engine's own draws can be fed in.
pub trait Draws {
    /// The time of the proposer's own submission, ns.
    fn start_ns(&mut self, proposer: usize) -> u64;
    /// One-way delay in ns, and whether the message is lost. `attempt` counts from 1 over the proposer's whole
    /// life; `phase` is 1, 2, or 3 for an announcement; `node` is the acceptor (or learner); `from` and `to` are
    /// nodes, 0 for a proposer that lives on none; `now` is the time of sending, which only link windows ask for.
    #[expect(clippy::too_many_arguments, reason = "an address has that many parts")]
    fn message(
        &mut self,
        proposer: usize,
        attempt: u32,
        phase: u8,
        node: u8,
        reply: bool,
        kind: Kind,
        from: u8,
        to: u8,
        now: u64,
    ) -> (u64, bool);
    /// The delay after `attempt` failed, which was the `failures`-th failure of its submission, ns.
    fn retry_ns(&mut self, proposer: usize, attempt: u32, failures: u32) -> u64;
    /// The key that orders events of one instant when `ties = "seeded"`. Must be a function of its argument.
    fn tie(&mut self, what: TieId) -> u64;
}

/// Which event a tie key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TieId {
    /// The arrival of a message (also the error that stands for a lost one in the sequential transport).
    Message { proposer: usize, attempt: u32, phase: u8, node: u8, reply: bool },
    /// A proposer's own submission.
    Start { proposer: usize },
    /// Any time-out of an attempt, and the retry timer armed when it failed: one key.
    Timer { proposer: usize, attempt: u32 },
    /// The `index`-th `[[submit]]`.
    Submit { index: usize },
    /// The `k`-th call (from 0) of the `index`-th `[[read]]`.
    Read { index: usize, k: u32 },
}

/// The readings of DESIGN.md that published numbers can tell apart; [`Reading::DECIDED`] is the one taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// A rejection of the last ballot still teaches its round while the proposer backs off.
    pub teaches_in_back_off: bool,
    /// A rejection of phase 1 that arrives in phase 2 teaches its round.
    pub late_rejection_teaches: bool,
    /// Under past-seen a rejection by the own node's acceptor teaches like any other.
    pub own_rejection_teaches: bool,
    /// Under first-reject a rejection of phase 1 that arrives in phase 2 ends the attempt.
    pub late_rejection_ends: bool,
    /// Under quorum-impossible a rejection of phase 1 that arrives in phase 2 counts in phase 2.
    pub late_rejection_counts: bool,
}

impl Reading {
    /// What `DECISIONS.md` settles on.
    pub const DECIDED: Reading = Reading {
        teaches_in_back_off: false,
        late_rejection_teaches: true,
        own_rejection_teaches: true,
        late_rejection_ends: true,
        late_rejection_counts: false,
    };
}

/// Runs the scenario once under the decided reading. Panics if [`unsupported`] names a reason.
pub fn simulate<D: Draws>(scenario: &Scenario, draws: &mut D) -> Outcome {
    simulate_as(scenario, Reading::DECIDED, draws)
}

/// Runs the scenario once under any reading.
pub fn simulate_as<D: Draws>(scenario: &Scenario, reading: Reading, draws: &mut D) -> Outcome {
    assert_eq!(unsupported(scenario), None);
    world::World::new(scenario, reading, draws).run()
}
