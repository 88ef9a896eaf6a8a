//! Rules for the protocol's knobs.
//!
//! Absent on purpose: which combinations are wise; a scenario may well be about an unwise one.

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::model::{Advance, GiveUp, Retry, Transport};
use crate::scenario::node::Step;

impl Check<'_> {
    pub(super) fn protocol(&self) -> Result<(), Problem> {
        let protocol = &self.scenario.protocol;
        let at = |key| ["protocol", key].map(Step::from);
        if protocol.transport == Transport::Broadcast {
            let sequential_only = [
                ("give_up", protocol.give_up == GiveUp::AllReplies, "`give_up = \"all-replies\"`"),
                ("advance", protocol.advance == Advance::AllReplies, "`advance = \"all-replies\"`"),
                ("rpc_timeout", protocol.rpc_timeout.is_some(), "`rpc_timeout`"),
            ];
            for (key, given, what) in sequential_only {
                if given {
                    let why = format!(
                        "{what} goes only with `transport = \"sequential\"`; add that, or leave it out"
                    );
                    return self.broken(&at(key), why);
                }
            }
        }
        if protocol.max_attempts == Some(0) {
            return self.broken(
                &at("max_attempts"),
                "`max_attempts` is 0; write at least 1, or leave it out for no limit",
            );
        }
        let timeouts = [
            ("phase_timeout", protocol.phase_timeout),
            ("attempt_timeout", protocol.attempt_timeout),
            ("rpc_timeout", protocol.rpc_timeout),
        ];
        for (key, timeout) in timeouts {
            if timeout.is_some_and(|timeout| timeout.ns() == 0) {
                let why =
                    format!("`{key}` is 0, so nothing could be answered in time; leave it out for none");
                return self.broken(&at(key), why);
            }
        }
        self.retry()
    }

    fn retry(&self) -> Result<(), Problem> {
        let (word, key, why) = match self.scenario.protocol.retry {
            Retry::Backoff(it) if it.base > it.cap => {
                ("backoff", "cap", format!("`cap` {} is below `base` {}; raise it", it.cap, it.base))
            }
            Retry::Exponential(it) if it.mean.ns() == 0 => {
                ("exponential", "mean", "`mean` is 0; write { fixed = { delay = \"0ms\" } }".to_string())
            }
            _ => return Ok(()),
        };
        self.broken(&["protocol", "retry", word, key].map(Step::from), why)
    }
}
