//! What one run came to, with everything that the engine's own outcome is compared with.
//!
//! Absent on purpose: how it comes about.

use synod::scenario::model::Scenario;

use super::words::{Ballot, Submission};

/// How far a run got; livelock proofs are not this simulator's concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Decided,
    Starved,
    Unfinished,
    Undecided,
    Blocked,
    GaveUp,
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    Chosen,
    Answered,
    Quiescent,
    Horizon,
    MaxEvents,
}

/// What a client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reply {
    /// SUCCEEDED with its own submission.
    Own,
    /// SUCCEEDED with another one.
    Other(Submission),
    /// FAILED in this phase with that many promises or accepts.
    Failed { phase: u8, count: u32 },
    /// Nothing.
    None,
}

/// One submission's side of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    pub proposer: usize,
    pub reply: Reply,
    /// When it was told, ns.
    pub at_ns: Option<u64>,
    /// The node's round counter at that time; 0 if it was told nothing.
    pub counter: u64,
}

/// An acceptor at the end of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinalAcceptor {
    pub promised: Option<Ballot>,
    pub accepted: Option<(Ballot, Submission)>,
}

/// What one run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub verdict: Verdict,
    pub stopped: Stopped,
    /// The proposer whose submission is chosen.
    pub winner: Option<usize>,
    /// The first chosen submission.
    pub chosen: Option<Submission>,
    pub chosen_at_ns: Option<u64>,
    pub ended_at_ns: u64,
    pub preemptions: u32,
    /// Pre-emptions before the first choice.
    pub duel: u32,
    pub timeouts: u32,
    pub attempts: u32,
    pub messages_sent: u32,
    pub messages_lost: u32,
    /// Deliveries, starts, submits, retries, live time-outs, call errors and reads.
    pub events: u32,
    /// In order: each proposer's own submission, then the `[[submit]]`s.
    pub clients: Vec<Client>,
    /// By node, from node 1.
    pub acceptors: Vec<FinalAcceptor>,
    pub unchosen_reads: u32,
    pub stale_reads: u32,
    pub failed_but_chosen: u32,
    /// Values chosen beyond the first.
    pub agreement_violations: u32,
    pub seen: Seen,
}

/// How often the rarer things came about, so that a test that draws scenarios can tell whether it drew any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub events: u32,
    /// Copies that the network made.
    pub copies: u32,
    /// Messages that a fifo link held back.
    pub held_back: u32,
    /// Messages lost to a cut.
    pub cut: u32,
    /// Messages that a node that was down refused.
    pub refused: u32,
    /// Attempts that a crash ended.
    pub aborted: u32,
    /// Of these, such as were the last that their submission had.
    pub spent_by_crash: u32,
    /// Crashes of proposers that had been taught more than their node's counter says.
    pub forgotten: u32,
    /// Restarts after which a client waited.
    pub revived: u32,
    /// Submissions to a node that was down.
    pub in_vain: u32,
    /// Messages, and timers, that waited for a node that stood still.
    pub held_messages: u32,
    pub late_timers: u32,
    /// Messages that waited for a slow node.
    pub served: u32,
    /// Prepares in two steps, and such as set a promise that had been overtaken.
    pub split: u32,
    pub overtaken: u32,
    /// Waits that a wrong clock stretched.
    pub stretched: u32,
}

/// The text of a submission.
pub fn text(scenario: &Scenario, submission: Submission) -> String {
    match scenario.proposer.get(submission) {
        Some(p) => p.value.clone().unwrap_or_else(|| format!("Hello from client{}", p.name)),
        None => scenario.submit[submission - scenario.proposer.len()].value.clone(),
    }
}

/// What the lab's server returns to this client; `None` if it was told nothing.
pub fn reply_text(scenario: &Scenario, outcome: &Outcome, submission: Submission) -> Option<String> {
    let client = &outcome.clients[submission];
    let head = format!("Proposal Num: {}, SubmitValue", client.counter);
    match client.reply {
        Reply::Own => Some(format!("{head} SUCCEEDED. Chosen value = {}", text(scenario, submission))),
        Reply::Other(value) => Some(format!("{head} SUCCEEDED. Chosen value = {}", text(scenario, value))),
        Reply::Failed { phase: 1, count } => {
            Some(format!("{head} FAILED in Phase 1 (only {count} promises)."))
        }
        Reply::Failed { count, .. } => Some(format!("{head} FAILED in Phase 2 (only {count} accepts).")),
        Reply::None => None,
    }
}

/// The joint client outcome as docs/design.md, section 10 writes it, e.g. `A:failed/2/1 B:own`.
pub fn joint_outcome(scenario: &Scenario, outcome: &Outcome) -> String {
    let one = |client: &Client| {
        let name = &scenario.proposer[client.proposer].name;
        match client.reply {
            Reply::Own => format!("{name}:own"),
            Reply::Other(_) => format!("{name}:other"),
            Reply::Failed { phase, count } => format!("{name}:failed/{phase}/{count}"),
            Reply::None => format!("{name}:none"),
        }
    };
    outcome.clients.iter().map(one).collect::<Vec<_>>().join(" ")
}
