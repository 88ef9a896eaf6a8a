//! What a run came to, in integers: the winner, the verdict, the clients' answers, the counters.
//!
//! Absent on purpose: how it is gathered (`tally`) and whether it was safe (`safety`).

use serde::{Deserialize, Serialize};

use super::invariant::InvariantSet;
use crate::trace::{Answer, ProposerId, StopReason, SubmissionId};

/// How far a run got (docs/design.md, section 7); the first that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Verdict {
    /// A value is chosen, and the run stopped at that or every client has its answer.
    Decided,
    /// A value is chosen, and some client never gets its answer: nothing is scheduled any more, or the rest is proved to go round.
    Starved,
    /// A value is chosen, and some client had no answer when the horizon, the event budget or a script's end cut the run off:
    /// right-censored.
    Unfinished,
    /// Nothing is chosen, and a state recurs with no draw in between.
    LivelockProved,
    /// Nothing is chosen by the horizon or within the event budget: right-censored. Or time stands still, an error.
    Undecided,
    /// Nothing is chosen, nothing is scheduled any more, and a client waits.
    Blocked,
    /// Nothing is chosen, and every client was told FAILED.
    GaveUp,
}

impl Verdict {
    /// In the order of reports.
    pub const ALL: [Verdict; 7] = [
        Verdict::Decided,
        Verdict::Starved,
        Verdict::Unfinished,
        Verdict::LivelockProved,
        Verdict::Undecided,
        Verdict::Blocked,
        Verdict::GaveUp,
    ];
    /// Whether a client that has no answer at the end of such a run might have had one later: of the others it is known that it
    /// waits for ever. Of decided runs these are those that stop at the first choice.
    pub const fn leaves_clients_open(self) -> bool {
        matches!(self, Verdict::Decided | Verdict::Unfinished | Verdict::Undecided)
    }

    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Decided => "decided",
            Verdict::Starved => "starved",
            Verdict::Unfinished => "unfinished",
            Verdict::LivelockProved => "livelock-proved",
            Verdict::Undecided => "undecided",
            Verdict::Blocked => "blocked",
            Verdict::GaveUp => "gave-up",
        }
    }
}

/// Something that misleads a client but breaks no invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Hazard {
    /// `get_value` returned a value that was not chosen (yet, or ever).
    UnchosenRead,
    /// A client was told FAILED although its own value is chosen by the end of the run.
    FailedButChosen,
    /// `get_value` returned none or another value although a value was chosen before.
    StaleRead,
}

impl Hazard {
    /// In the order of reports.
    pub const ALL: [Hazard; 3] = [Hazard::UnchosenRead, Hazard::FailedButChosen, Hazard::StaleRead];
    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Hazard::UnchosenRead => "unchosen-read",
            Hazard::FailedButChosen => "failed-but-chosen",
            Hazard::StaleRead => "stale-read",
        }
    }
}

/// One client's side of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// The proposer it submitted to.
    pub proposer: ProposerId,
    /// What it submitted.
    pub submission: SubmissionId,
    /// What it was told, if anything.
    pub answer: Option<Answer>,
    /// When, ns.
    pub at_ns: u64,
    /// The node's round counter at that time.
    pub counter: u64,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How far it got.
    pub verdict: Verdict,
    /// Why it stopped.
    pub stopped: StopReason,
    /// Whose submission is chosen.
    pub winner: Option<ProposerId>,
    /// Which submission is chosen (the first, if safety was violated).
    pub chosen: Option<SubmissionId>,
    /// When it was chosen, ns.
    pub chosen_at_ns: Option<u64>,
    /// When the run ended, ns.
    pub ended_at_ns: u64,
    /// Attempts ended by a rejection or a local pre-emption.
    pub preemptions: u32,
    /// Of these, each proposer's.
    pub preempted: Vec<u32>,
    /// Those of them before the first choice.
    pub duel: u32,
    /// Attempts ended by a time-out.
    pub timeouts: u32,
    /// Attempts begun.
    pub attempts: u32,
    /// Messages sent (own instant ones are not messages).
    pub messages_sent: u32,
    /// Of these, lost; a second copy counts neither as sent nor as lost.
    pub messages_lost: u32,
    /// Second copies.
    pub duplicates: u32,
    /// Events handled: deliveries, starts, retries, live time-outs, reads.
    pub events: u32,
    /// Invariants that were violated, of those that were watched ([`super::Checks`]).
    pub violated: InvariantSet,
    /// Hazards, by [`Hazard`] as index.
    pub hazards: [u32; Hazard::ALL.len()],
    /// One per submission, in the order of the scenario: each proposer's own, then `[[submit]]`.
    pub clients: Vec<Client>,
}
