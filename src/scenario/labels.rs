//! What every output of a scenario must be labelled with.
//!
//! Absent on purpose: how an output shows it.

use super::model::{Handlers, Mutant, Scenario};

impl Scenario {
    /// Its warnings: deliberate bugs, and quorums that need not intersect. None for the correct protocol.
    pub fn labels(&self) -> Vec<String> {
        let mut labels = Vec::new();
        if self.protocol.mutant != Mutant::None {
            labels.push(format!("MUTANT {}", self.protocol.mutant.name()));
        }
        if let Handlers::Split(split) = self.protocol.handlers {
            labels.push(format!("SPLIT HANDLERS {}", split.gap));
        }
        if self.cluster.unsafe_ {
            labels.push("UNSAFE QUORUMS".to_owned());
        }
        labels
    }
}
