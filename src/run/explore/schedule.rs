//! A path through the states as the steps of a script, and the scenario that it belongs to.
//!
//! Absent on purpose: finding it.

use crate::run::script::bare as unclocked;
use crate::scenario::Scenario;
use crate::scenario::model::Script;
use crate::scenario::script::{Act, Part};

use super::act::Action;

/// The scenario without what has no meaning in an exploration: what a script leaves out, and announcements and the count of
/// attempts, which bounds give.
pub(super) fn bare(scenario: &Scenario) -> Scenario {
    let mut bare = unclocked(scenario);
    (bare.protocol.max_attempts, bare.protocol.announce) = (None, false);
    bare
}

/// The scenario with a schedule.
pub(super) fn scripted(bare: Scenario, schedule: &str) -> Scenario {
    Scenario { script: Some(Script { schedule: schedule.to_owned() }), ..bare }
}

/// The steps of a path.
pub(super) fn acts(path: &[Action]) -> Vec<Act> {
    path.iter().flat_map(told).collect()
}

fn told(action: &Action) -> Vec<Act> {
    vec![match *action {
        Action::Start(p) => Act::Start(p as u8),
        Action::GiveUp(p) => Act::Timeout(p as u8),
        Action::Fail(call) => Act::Deliver(call, Part::Failure),
        Action::Restart(node) => return vec![Act::Crash(node), Act::Restart(node)],
        Action::Deliver(message) => {
            let part = if message.is_request() { Part::Request } else { Part::Answer };
            Act::Deliver(message.exchange(), part)
        }
        // Paths are told as single deliveries.
        Action::Hear { .. } => return Vec::new(),
    }]
}
