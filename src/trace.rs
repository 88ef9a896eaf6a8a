//! The contract between a run and everything that reads it: one closed [`Event`] enum and the [`Observer`] trait.
//!
//! Whatever checks, counts, prints, hashes or draws a run does so from these events, in this order, and never
//! looks at the live world. Absent on purpose: any knowledge of how events come about.
//!
//! ```text
//!   run ──Event──▶ check (safety, outcome) ──▶ sweep ──▶ report
//!            └───▶ digest, JSON Lines, diagrams
//! ```

use serde::{Deserialize, Serialize};

mod beginning;
mod digest;
mod jsonl;
mod nodes;

pub use beginning::Beginning;
pub use digest::{Digest, DigestObserver};
pub use jsonl::{FORMAT, Header, JsonLines, Trailer};
pub use nodes::NodeBits;

/// Index of a proposer in its scenario, from 0.
pub type ProposerId = u8;
/// Number of a node, from 1.
pub type NodeId = u8;
/// Index of a submission (a client's request) in its run, from 0. A value's identity is its submission.
pub type SubmissionId = u16;

/// A ballot as observers see it; ordered by round, then by node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BallotId(pub u64);

impl BallotId {
    /// Below every real ballot.
    pub const NONE: BallotId = BallotId(0);
    /// The round, above which the node breaks ties.
    pub const fn round(self) -> u64 {
        self.0 >> 8
    }
    /// The proposing node's number (above the cluster's for a proposer on no node).
    pub const fn node(self) -> u8 {
        self.0 as u8
    }
}

/// The kind of a message, in Lamport's phases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Kind {
    /// 1a
    #[default]
    Prepare,
    /// 1b
    Promise,
    /// 2a
    Accept,
    /// 2b
    Accepted,
    /// The refusal of a prepare or of an accept.
    Reject,
    /// The value that a proposer has learned, sent to a learner.
    Announce,
    /// A message of a user's own node of which nothing is known but who sent it.
    Other,
}

/// Which message this is: every message of a run has its own name, whatever else happens in the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId {
    /// The proposer on whose behalf it travels.
    pub proposer: ProposerId,
    /// The proposer's attempt, from 1 over its whole life.
    pub attempt: u32,
    /// 1 or 2; 3 for an announcement; 4 for a message that is none of these. Then `proposer` is the node that sent it, and
    /// `attempt` says its type (8 bits) and the how-manieth of it it was on its link (24).
    pub phase: u8,
    /// The node that the request goes to or the reply comes from.
    pub node: NodeId,
    /// Whether it is the reply.
    pub reply: bool,
}

impl MessageId {
    /// The nodes that it goes from and to, where proposers live on these; 0 for none.
    pub fn ends(self, home: impl Fn(ProposerId) -> NodeId) -> (NodeId, NodeId) {
        let asks = if self.phase > 3 { self.proposer } else { home(self.proposer) };
        if self.reply { (self.node, asks) } else { (asks, self.node) }
    }
}

/// A protocol message on the network (own instant messages never are).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its name.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// The ballot it belongs to.
    pub ballot: BallotId,
    /// Promise: the ballot of the reported vote. Reject: the promised ballot. Else none.
    pub about: BallotId,
    /// Accept, announce: the value. Promise: the value of the reported vote.
    pub value: Option<SubmissionId>,
}

/// Why an attempt ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Failure {
    /// Rejected for a higher ballot: a pre-emption.
    Rejected,
    /// The own node's acceptor went on to a higher ballot: a pre-emption.
    LocallyPreempted,
    /// A phase or attempt time-out.
    TimedOut,
    /// Every call came back, none with a rejection for a higher ballot, and too few with a yes.
    Unanswered,
    /// Rejected for its own ballot: the acceptor had promised it already, and refuses a prepare that comes again.
    OwnBallot,
}

impl Failure {
    /// Whether another proposer's higher ballot ended the attempt.
    pub const fn is_preemption(self) -> bool {
        matches!(self, Failure::Rejected | Failure::LocallyPreempted)
    }
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum StopReason {
    /// The first value was chosen and `stop = "chosen"`.
    Chosen,
    /// Every client has its answer and `stop = "answered"`.
    Answered,
    /// Nothing is scheduled any more.
    Quiescent,
    /// The next event is later than the horizon.
    Horizon,
    /// The event budget is spent.
    MaxEvents,
    /// The script is at its end, and messages are still in flight.
    ScriptEnded,
    /// A state recurs with no draw in between: the run goes round for ever.
    Cycle,
    /// The clock stands still: event follows event at one instant, with no end in sight.
    Standstill,
    /// A user's own node ended it: it crashed, hung, or said what no node may say.
    NodeFailed,
}

/// What a client is told at the end of its submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// SUCCEEDED with this chosen value.
    Succeeded {
        /// The value reported as chosen.
        value: SubmissionId,
    },
    /// FAILED in this phase with that many promises or accepts.
    Failed {
        /// 1 or 2.
        phase: u8,
        /// Promises (phase 1) or accepts (phase 2) counted.
        count: u8,
    },
}

/// Why a message that was under way is not handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Loss {
    /// It met a link that was cut meanwhile.
    Cut,
    /// Its node is down, or went down before it could be handled.
    Down,
}

/// Everything that can happen in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A client submits a value.
    Submitted {
        /// To this proposer.
        proposer: ProposerId,
        /// The submission.
        submission: SubmissionId,
    },
    /// A proposer begins an attempt (phase 1a).
    Started {
        /// Who.
        proposer: ProposerId,
        /// Its attempt, from 1.
        attempt: u32,
        /// Its new ballot.
        ballot: BallotId,
    },
    /// A proposer has a quorum of promises and asks for votes (phase 2a).
    Proposed {
        /// Who.
        proposer: ProposerId,
        /// Under this ballot.
        ballot: BallotId,
        /// For this value.
        value: SubmissionId,
    },
    /// A message enters the network.
    Sent {
        /// Which.
        message: Message,
        /// Its one-way delay, ns; it would arrive then.
        delay_ns: u64,
        /// Whether it never arrives.
        lost: bool,
    },
    /// A message arrives and is handled.
    Delivered {
        /// Which.
        message: Message,
    },
    /// A call returned an error to its caller (lost, timed out or refused connection; sequential transport).
    CallFailed {
        /// The caller.
        proposer: ProposerId,
        /// The node that was called.
        node: NodeId,
        /// Of this phase.
        phase: u8,
    },
    /// An acceptor's promise rose (phase 1b, or an accept that raised it).
    Promised {
        /// The acceptor.
        node: NodeId,
        /// Its new promise.
        ballot: BallotId,
    },
    /// An acceptor's vote changed (phase 2b).
    Voted {
        /// The acceptor.
        node: NodeId,
        /// The ballot it voted in.
        ballot: BallotId,
        /// The value it voted for.
        value: SubmissionId,
    },
    /// A proposer has a quorum of accepts: it has learned a value.
    Learned {
        /// Who.
        proposer: ProposerId,
        /// Its ballot.
        ballot: BallotId,
        /// The value.
        value: SubmissionId,
    },
    /// A node's learner was told the value.
    NodeLearned {
        /// The node.
        node: NodeId,
        /// The value.
        value: SubmissionId,
    },
    /// An attempt ended without success.
    Failed {
        /// Whose.
        proposer: ProposerId,
        /// Which, from 1.
        attempt: u32,
        /// Why.
        why: Failure,
        /// In this phase.
        phase: u8,
        /// With that many promises or accepts.
        count: u8,
    },
    /// The next attempt is due after this delay.
    RetryAfter {
        /// Whose.
        proposer: ProposerId,
        /// ns.
        delay_ns: u64,
    },
    /// A client has its answer.
    Answered {
        /// By this proposer.
        proposer: ProposerId,
        /// For this submission.
        submission: SubmissionId,
        /// The answer.
        answer: Answer,
        /// The node's round counter, as the lab prints it.
        counter: u64,
    },
    /// `get_value` was called on a node.
    Read {
        /// The node.
        node: NodeId,
        /// What it returned.
        value: Option<SubmissionId>,
    },
    /// `get_value` was called on a node that nobody can reach.
    ReadFailed {
        /// The node.
        node: NodeId,
    },
    /// The run is over.
    Stopped {
        /// Why.
        reason: StopReason,
    },
    /// A node crashes: what it kept in memory is gone, its promise, its vote and its round counter are not.
    Crashed {
        /// Which.
        node: NodeId,
    },
    /// A crashed node is up again.
    Restarted {
        /// Which.
        node: NodeId,
    },
    /// A node stands still.
    Paused {
        /// Which.
        node: NodeId,
    },
    /// A paused node goes on.
    Resumed {
        /// Which.
        node: NodeId,
    },
    /// A node takes time to handle a message, or takes none any more.
    Slowed {
        /// Which.
        node: NodeId,
        /// Whether it takes time.
        slow: bool,
    },
    /// A node's clock runs at another rate from now on.
    ClockRate {
        /// Whose.
        node: NodeId,
        /// Millionths of the true rate.
        ppm: u32,
    },
    /// What a node can't reach from now on; nothing is cut any more if the set is empty.
    Cut {
        /// The sender.
        from: NodeId,
        /// The receivers.
        to: NodeBits,
    },
    /// A second copy of the message that was just sent is under way.
    Duplicated {
        /// Which.
        message: Message,
        /// The copy's one-way delay, ns.
        delay_ns: u64,
    },
    /// A message that was under way is lost after all.
    Dropped {
        /// Which.
        message: Message,
        /// Why.
        why: Loss,
        /// Whether it is a second copy, made by the network.
        copy: bool,
    },
    /// A message has arrived at a node that stands still or is busy: it will be handled later.
    Queued {
        /// Which.
        message: Message,
    },
    /// The proposer's node crashed, and with it the attempt.
    Aborted {
        /// Whose.
        proposer: ProposerId,
        /// Which, from 1.
        attempt: u32,
    },
    /// A client's submission is lost with its node, or met a node that was down; nobody will answer it.
    Abandoned {
        /// To this proposer.
        proposer: ProposerId,
        /// The submission.
        submission: SubmissionId,
    },
}

/// Reads a run's events, each with its virtual time in ns, in the order in which they happen.
///
/// An observer cannot influence the run. For a closure that takes the same two arguments there is [`Watching`].
pub trait Observer {
    /// Takes one event.
    fn on(&mut self, at_ns: u64, event: &Event);

    /// Whether [`Observer::on`] does nothing, so that a run need not tell it of its events.
    fn is_blind(&self) -> bool {
        false
    }
}

/// Observes nothing, at no cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Observer for Blind {
    #[inline(always)]
    fn on(&mut self, _at_ns: u64, _event: &Event) {}

    fn is_blind(&self) -> bool {
        true
    }
}

/// Observes by a closure.
///
/// ```
/// use synod::trace::{Event, Watching};
/// # let text = synod::scenario::shipped::find("random-retry").unwrap().text;
/// # let scenario = synod::scenario::Scenario::parse(text, "random-retry.toml")?;
///
/// let mut votes = 0;
/// synod::run::simulate(&scenario, 6, &mut Watching(|_at_ns: u64, event: &Event| {
///     votes += u32::from(matches!(event, Event::Voted { .. }));
/// }))?;
/// assert!(votes >= 2, "a majority of three has voted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Watching<F>(pub F);

impl<F: FnMut(u64, &Event)> Observer for Watching<F> {
    fn on(&mut self, at_ns: u64, event: &Event) {
        (self.0)(at_ns, event);
    }
}

/// Keeps every event.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    /// In order, with times in ns.
    pub events: Vec<(u64, Event)>,
}

impl Observer for Recorder {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.events.push((at_ns, *event));
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    #[inline(always)]
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.0.on(at_ns, event);
        self.1.on(at_ns, event);
    }

    fn is_blind(&self) -> bool {
        self.0.is_blind() && self.1.is_blind()
    }
}

impl<A: Observer + ?Sized> Observer for &mut A {
    #[inline(always)]
    fn on(&mut self, at_ns: u64, event: &Event) {
        (**self).on(at_ns, event);
    }

    fn is_blind(&self) -> bool {
        (**self).is_blind()
    }
}
