//! A proposer with its deadlines, and the alarm that rings at the first of them.

use std::collections::VecDeque;

use crate::paxos::Proposer;
use crate::sim::{NEVER, Slot};
use crate::trace::SubmissionId;

use super::packet::Packet;

/// What a proposer's alarm is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Its start: it submits its own value.
    #[default]
    Start,
    /// The next attempt.
    Retry,
    /// The time-out of its phase or attempt.
    Timeout,
    /// The error that ends its call: a time-out, or the loss of the request or the reply.
    Call,
}

/// A proposer with what the runtime keeps beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    pub paxos: Proposer,
    /// Attempts begun so far; the number of the current one.
    pub attempt: u32,
    /// Failures of the current submission.
    pub failures: u32,
    /// The submission that is worked on.
    pub current: Option<SubmissionId>,
    /// Submissions that wait for the current one's answer.
    pub waiting: VecDeque<SubmissionId>,
    pub alarm: Alarm,
    /// When the current phase, attempt and call time out.
    pub phase_deadline: Deadline,
    pub attempt_deadline: Deadline,
    pub call_deadline: Deadline,
}

impl Seat {
    /// Whether it is blocked in the call that this message is a part of.
    pub fn waits_for(&self, packet: &Packet) -> bool {
        let Proposer { calling, phase, ballot, .. } = self.paxos;
        (calling, phase, ballot) == (packet.node(), packet.protocol_phase(), packet.ballot)
            && packet.phase() != 3
    }
}

/// When something ends by itself, and the scheduling number of that; at [`NEVER`] if it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deadline {
    pub at: u64,
    pub number: u64,
    /// The lost message that an error stands for; none for a time-out.
    pub lost: Option<Slot>,
}

impl Deadline {
    pub const NONE: Deadline = Deadline { at: NEVER, number: 0, lost: None };
}

impl Default for Deadline {
    fn default() -> Self {
        Deadline::NONE
    }
}
