//! Rules for kinds and links.
//!
//! Absent on purpose: delays (sibling), and probabilities, whose type keeps them in range.

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::node::Step;

impl Check<'_> {
    pub(super) fn network(&self) -> Result<(), Problem> {
        let network = &self.scenario.network;
        self.delay(&["network", "delay"].map(Step::from), &network.delay)?;
        for (kind, fate) in &network.kind {
            if let Some(delay) = &fate.delay {
                self.delay(&["network", "kind", kind.name(), "delay"].map(Step::from), delay)?;
            }
        }
        for (i, fate) in network.node.iter().enumerate() {
            let at =
                |key: &'static str| -> [Step; 4] { ["network".into(), "node".into(), i.into(), key.into()] };
            self.node(&at("node"), fate.node, 1)?;
            if let Some(delay) = &fate.delay {
                self.delay(&at("delay"), delay)?;
            }
        }
        for (i, link) in network.link.iter().enumerate() {
            let at =
                |key: &'static str| -> [Step; 4] { ["network".into(), "link".into(), i.into(), key.into()] };
            self.node(&at("from"), link.from, 0)?;
            self.node(&at("to"), link.to, 0)?;
            if let Some(delay) = &link.delay {
                self.delay(&at("delay"), delay)?;
            }
            if let (Some(from), Some(until)) = (link.from_time, link.until_time)
                && from >= until
            {
                let why =
                    format!("the link is in force from {from} until {until}, which is never; swap them");
                return self.broken(&at("until_time"), why);
            }
        }
        Ok(())
    }
}
