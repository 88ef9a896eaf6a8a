//! Rules for faults, those at given times and those that are drawn.
//!
//! Absent on purpose: whether a fault meets anything; to crash a node that is down is legal and changes nothing.

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::escape::short_number;
use crate::scenario::model::{Fault, NodeList};
use crate::scenario::node::Step;

/// What a `[[fault]]` may be.
const KINDS: &str = "partition, one-way, heal, crash, restart, pause, resume, slow, clock-rate, unreachable";
/// Highest rate of a drawn fault, per second: one in a microsecond.
const HIGHEST_RATE: f64 = 1e6;

impl Check<'_> {
    pub(super) fn faults(&self) -> Result<(), Problem> {
        for (i, fault) in self.scenario.fault.iter().enumerate() {
            let kinds = fault.kinds();
            let [kind] = kinds[..] else {
                let why = match kinds[..] {
                    [] => format!("this [[fault]] does nothing; give it one of {KINDS}"),
                    [first, second, ..] => {
                        format!(
                            "a [[fault]] is one thing; put `{second}` in one of its own, beside `{first}`"
                        )
                    }
                    _ => continue,
                };
                let path: Vec<Step> = match kinds.get(1) {
                    Some(second) => vec!["fault".into(), i.into(), (*second).into()],
                    None => vec!["fault".into(), i.into()],
                };
                return self.broken(&path, why);
            };
            self.fault(i, kind, fault)?;
        }
        self.random_faults()
    }

    fn fault(&self, i: usize, kind: &'static str, fault: &Fault) -> Result<(), Problem> {
        let path: [Step; 3] = ["fault".into(), i.into(), kind.into()];
        let at = |key: &'static str| [&path[..], &[key.into()]].concat();
        let lists = [&fault.crash, &fault.restart, &fault.pause, &fault.resume, &fault.unreachable];
        for NodeList { nodes } in lists.into_iter().flatten() {
            self.nodes(&at("nodes"), nodes, 1)?;
        }
        if let Some(partition) = &fault.partition {
            if partition.groups.is_empty() {
                return self.broken(&at("groups"), "`groups` is empty; write [[1], [2, 3]]");
            }
            for (k, group) in partition.groups.iter().enumerate() {
                self.nodes(&[&at("groups")[..], &[k.into()]].concat(), group, 0)?;
            }
        }
        if let Some(cut) = &fault.one_way {
            self.nodes(&at("from"), &cut.from, 0)?;
            self.nodes(&at("to"), &cut.to, 0)?;
        }
        if let Some(nodes) = fault.heal.as_ref().and_then(|heal| heal.nodes.as_ref()) {
            self.nodes(&at("nodes"), nodes, 0)?;
        }
        if let Some(slow) = &fault.slow {
            self.nodes(&at("nodes"), &slow.nodes, 1)?;
            self.single_delay(&at("service"), &slow.service)?;
        }
        if let Some(clock) = &fault.clock_rate {
            self.nodes(&at("nodes"), &clock.nodes, 1)?;
            if !(0.001..=1000.0).contains(&clock.rate) {
                let why = format!(
                    "`rate` is {}; allowed: 0.001 to 1000, where 1 is a right clock",
                    short_number(clock.rate)
                );
                return self.broken(&at("rate"), why);
            }
        }
        Ok(())
    }

    /// A list of nodes, each from `least` on.
    fn nodes(&self, path: &[Step], nodes: &[u8], least: u8) -> Result<(), Problem> {
        if nodes.is_empty() {
            return self.broken(path, "the list is empty; name at least one node");
        }
        for (k, node) in nodes.iter().enumerate() {
            self.node(&[path, &[k.into()]].concat(), *node, least)?;
        }
        Ok(())
    }

    fn random_faults(&self) -> Result<(), Problem> {
        let Some(random) = &self.scenario.faults.random else { return Ok(()) };
        let at = |key: &'static str| -> [Step; 3] { ["faults".into(), "random".into(), key.into()] };
        for (key, rate) in random.rates() {
            if let Some(rate) = rate.filter(|rate| !(0.0..=HIGHEST_RATE).contains(rate)) {
                return self.broken(
                    &at(key),
                    format!("`{key}` is {} per second; allowed: 0 to {HIGHEST_RATE}", short_number(rate)),
                );
            }
        }
        for (key, delay) in random.durations() {
            if let Some(delay) = delay {
                self.single_delay(&at(key), delay)?;
            }
        }
        Ok(())
    }
}
