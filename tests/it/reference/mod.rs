//! A second simulator of the same protocol, written from docs/design.md alone, to hold the engine against.
//!
//! Absent on purpose: speed tricks, drawn faults, scripts, mutants and livelock proofs (see [`unsupported`]); and any use
//! of the crate but the plain data of a scenario.
//! Where the text leaves room, section 13 there says what was decided; the numbers "D7" in
//! comments are its entries.

mod acceptor;
pub mod anything;
mod broadcast;
mod faults;
mod links;
pub mod measure;
mod outcome;
mod passage;
mod proposer;
mod queue;
mod sampling;
mod sequential;
mod split;
mod supported;
mod weather;
mod words;
mod world;

pub use links::Fate;
pub use outcome::{Outcome, Reply, Seen, Stopped, Verdict, joint_outcome, reply_text};
pub use sampling::Sampler;
pub use supported::unsupported;
pub use words::Ballot;

use synod::scenario::model::{Delay, Scenario};

/// Where all randomness comes from: every draw has an address, so that the engine's own draws can be fed in.
pub trait Draws {
    /// The time of the proposer's own submission, ns.
    fn start_ns(&mut self, proposer: usize) -> u64;
    /// One-way delay in ns, and whether the message is lost, where its kind and link have that fate.
    fn message(&mut self, which: MessageId, fate: &Fate<'_>) -> (u64, bool);
    /// The delay of the second copy that the network makes of this message; none if it makes none.
    fn copy(&mut self, which: MessageId, fate: &Fate<'_>) -> Option<u64>;
    /// How long a slow node takes over this message, ns.
    fn service_ns(&mut self, which: MessageId, service: &Delay) -> u64;
    /// How long a proposer waits before it tries again, when it lives to see the `nth` restart of its node (from 0, those
    /// after which a client waits) and its submission has failed so often.
    fn restart_ns(&mut self, proposer: usize, nth: u32, failures: u32) -> u64;
    /// The delay after `attempt` failed, which was the `failures`-th failure of its submission, ns.
    fn retry_ns(&mut self, proposer: usize, attempt: u32, failures: u32) -> u64;
    /// The key that orders events of one instant when `ties = "seeded"`. Must be a function of its argument.
    fn tie(&mut self, what: TieId) -> u64;
}

/// Which message a draw is for. `attempt` counts from 1 over the proposer's whole life; `phase` is 1, 2, or 3 for an
/// announcement; `node` is the acceptor (or learner).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageId {
    pub proposer: usize,
    pub attempt: u32,
    pub phase: u8,
    pub node: u8,
    /// From the acceptor to the proposer.
    pub reply: bool,
    /// The network's second copy, or the answer to one.
    pub copy: bool,
}

/// Which event a tie key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TieId {
    /// The arrival of a message or of its copy, the end of a slow node's work on it, the second step of its handler, and
    /// the error that stands for a lost one in the sequential transport.
    Message { proposer: usize, attempt: u32, phase: u8, node: u8, reply: bool },
    /// A proposer's own submission.
    Start { proposer: usize },
    /// Any time-out of an attempt, the retry timer armed when it failed, and the wait after a restart: one key.
    Timer { proposer: usize, attempt: u32 },
    /// The `index`-th `[[submit]]`.
    Submit { index: usize },
    /// The `k`-th call (from 0) of the `index`-th `[[read]]`.
    Read { index: usize, k: u32 },
}

/// The readings of docs/design.md that published numbers can tell apart; [`Reading::DECIDED`] is the one taken.
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
    /// What section 13 of docs/design.md settles on.
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
