//! What a client was told, as runs are counted by it.

use std::fmt;

use super::outcome::Client;
use crate::trace::Answer;

/// One client's part of a joint outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientOutcome {
    /// Told SUCCEEDED with its own value.
    Own,
    /// Told SUCCEEDED with another value.
    Other,
    /// Told FAILED in that phase with that many promises or accepts.
    Failed {
        /// 1 or 2.
        phase: u8,
        /// Promises or accepts.
        count: u8,
    },
    /// Told nothing.
    None,
}

impl ClientOutcome {
    /// What a client was told.
    pub fn of(client: &Client) -> Self {
        match client.answer {
            Some(Answer::Succeeded { value }) if value == client.submission => ClientOutcome::Own,
            Some(Answer::Succeeded { .. }) => ClientOutcome::Other,
            Some(Answer::Failed { phase, count }) => ClientOutcome::Failed { phase, count },
            None => ClientOutcome::None,
        }
    }
}

/// `own`, `other`, `failed/2/1` (phase, promises or accepts), `none`.
impl fmt::Display for ClientOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientOutcome::Own => f.write_str("own"),
            ClientOutcome::Other => f.write_str("other"),
            ClientOutcome::None => f.write_str("none"),
            ClientOutcome::Failed { phase, count } => write!(f, "failed/{phase}/{count}"),
        }
    }
}

/// A joint outcome as files write it, `A:failed/2/1 B:own`, in the order of the submissions.
pub fn joint_outcome(clients: &[impl AsRef<str>], outcomes: &[ClientOutcome]) -> String {
    let parts: Vec<String> =
        clients.iter().zip(outcomes).map(|(name, outcome)| format!("{}:{outcome}", name.as_ref())).collect();
    parts.join(" ")
}
