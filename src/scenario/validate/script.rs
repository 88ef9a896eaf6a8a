//! Rules for scripts: the schedule can be read, and nothing else says when things happen.
//!
//! Absent on purpose: whether its steps can happen, which only running them tells.

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::model::{Delay, Faults, Handlers, Mutant, Network, Retry};
use crate::scenario::node::Step;
use crate::scenario::script;

impl Check<'_> {
    pub(super) fn script(&self) -> Result<(), Problem> {
        let scenario = self.scenario;
        let Some(written) = &scenario.script else { return Ok(()) };
        self.no_other_clock()?;
        let names: Vec<&str> = scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect();
        let path = ["script", "schedule"].map(Step::from);
        script::parse(&written.schedule, &names, scenario.cluster.nodes)
            .map(drop)
            .map_err(|error| Problem::new(error.why).placed(self.root.place(&path)).in_part(error.at))
    }

    /// In a scripted run the schedule alone says what happens when.
    fn no_other_clock(&self) -> Result<(), Problem> {
        const TIMEOUT: &str = "write `timeout A` in the schedule";
        let scenario = self.scenario;
        let protocol = &scenario.protocol;
        let given: [(&[Step], bool, &str); 8] = [
            (&["network".into()], scenario.network != Network::default(), "leave out [network]"),
            (
                &["fault".into()],
                !scenario.fault.is_empty() || scenario.faults != Faults::default(),
                "write `crash 2` and `restart 2` in the schedule",
            ),
            (&["read".into()], !scenario.read.is_empty(), "write `read 1` in the schedule"),
            (
                &["protocol".into(), "retry".into()],
                protocol.retry != Retry::None,
                "write `start A` for A's next attempt, and leave out `retry`",
            ),
            (&["protocol".into(), "phase_timeout".into()], protocol.phase_timeout.is_some(), TIMEOUT),
            (&["protocol".into(), "attempt_timeout".into()], protocol.attempt_timeout.is_some(), TIMEOUT),
            (
                &["protocol".into(), "rpc_timeout".into()],
                protocol.rpc_timeout.is_some(),
                "write `A1:P2!` for a call that fails",
            ),
            (
                &["protocol".into()],
                protocol.handlers != Handlers::Atomic
                    || matches!(protocol.mutant, Mutant::PrepareNotAtomic | Mutant::AcceptNotAtomic),
                "a handler in two steps takes time, which a script does not have",
            ),
        ];
        const WHY: &str = "with [script] the schedule alone says what happens when";
        for (path, is_given, instead) in given {
            if is_given {
                return self.broken(path, format!("{WHY}; {instead}"));
            }
        }
        match scenario.proposer.iter().position(|proposer| proposer.start != Delay::zero()) {
            None => Ok(()),
            Some(i) => {
                let path = ["proposer".into(), i.into(), "start".into()];
                self.broken(&path, format!("{WHY}; write `start A` in it, and leave out the delay"))
            }
        }
    }
}
