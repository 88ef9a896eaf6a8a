//! Deviations: what is to be otherwise in a run than its seed has it, message by message.
//!
//! A run is a scenario, a seed and deviations; because every draw has an address, a deviation changes no other draw. Absent
//! on purpose: which deviations are worth a look (`explain`, `shrink`).
//!
//! ```text
//!   calm             the base is the calm run: every delay its median, nothing lost or doubled, no faults, ties in the
//!                    order of scheduling; the seed decides nothing any more, but for what the next two take from it
//!   ties             (with calm) ties are broken by the seed's draws after all
//!   faults           (with calm) the scenario's faults happen after all
//!   1.start=5ms      proposer 1, in the order of the file, starts then
//!   1.2.wait=3ms     it waits so long after its attempt 2
//!   1.2.1a.3=lost    its attempt 2's prepare (1a) to node 3 is lost; likewise 1b promise or rejection from node 3, 2a
//!                    accept, 2b the answer to it, 3a announcement. Somebody's own nodes also send 3b, an answer to an
//!                    announcement, and 3.16777217.4a.2, a message of no known kind from node 3 to node 2, with its
//!                    number; 4b is the answer to one
//!           =lost@4ms  it is lost, and a blocking caller has its error after so long
//!           =kept    it is not lost
//!           =4ms     it is not lost, and takes so long
//!           =copy@4ms  a second copy of it is made, which takes so long
//!           =late    it is handled right after the message that is handled next at the place it goes to (a node, or a
//!                    proposer on none); if there is none, when nothing else is left to happen
//!   1.2.1a.3.2=…     the second sending of that name, or with `late` the second arrival: there are several where the
//!                    network makes copies
//! ```

mod act;
mod calm;
mod player;
mod text;

use std::collections::BTreeMap;

use crate::trace::{MessageId, ProposerId};

use super::error::PlanError;
use super::plan::Plan;
use super::setup::Setup;

pub(super) use act::Deviant;
pub use calm::calm;
pub(super) use player::{Halt, Player, Stage};
pub use text::DeviationError;

/// What is to be otherwise in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deviations {
    /// Whether it is the calm run that is deviated from, and not the seed's.
    pub calm: bool,
    changes: BTreeMap<Subject, Change>,
}

/// What a deviation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The order of what happens at one instant, in the calm run.
    Ties,
    /// The scenario's faults, in the calm run.
    Faults,
    /// The start of a proposer.
    Start(ProposerId),
    /// The wait of a proposer after its attempt of this number.
    Wait(ProposerId, u32),
    /// What becomes of a message when it is sent for the n-th time (from 1).
    Fate(MessageId, u32),
    /// Whether a message that is sent for the n-th time is doubled.
    Copy(MessageId, u32),
    /// When a message that arrives for the n-th time (from 1) is handled.
    Arrival(MessageId, u32),
}

/// What is otherwise about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is as the seed has it, and not calm.
    AsDrawn,
    /// The message is lost; it would have taken as long as without the deviation.
    Lost,
    /// The message is lost, and would have taken so long, ns: that is when a blocking caller has its error.
    LostAfter(u64),
    /// The message is not lost.
    Kept,
    /// The message is handled after the next one at the same place.
    Late,
    /// It takes so long, ns.
    Takes(u64),
}

impl Deviations {
    /// No deviations from the calm run.
    pub fn from_calm() -> Deviations {
        Deviations { calm: true, ..Deviations::default() }
    }

    /// Whether the run is the seed's own.
    pub fn is_empty(&self) -> bool {
        !self.calm && self.changes.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// In their order.
    pub fn iter(&self) -> impl Iterator<Item = (Subject, Change)> {
        self.changes.iter().map(|(&subject, &change)| (subject, change))
    }

    /// These and one more, in the place of one about the same.
    #[must_use]
    pub fn with(&self, subject: Subject, change: Change) -> Deviations {
        let mut more = self.clone();
        more.insert(subject, change);
        more
    }

    /// These without those about this.
    #[must_use]
    pub fn without(&self, subject: Subject) -> Deviations {
        let mut fewer = self.clone();
        fewer.changes.remove(&subject);
        fewer
    }

    /// Adds one, in the place of one about the same.
    pub fn insert(&mut self, subject: Subject, change: Change) {
        self.changes.insert(subject, change);
    }

    /// What is otherwise about this.
    pub fn get(&self, subject: Subject) -> Option<Change> {
        self.changes.get(&subject).copied()
    }

    /// Whether any is about a message, a start or a wait of a proposer or node that the plan does not have; then which.
    pub(super) fn stranger(&self, plan: &Plan) -> Option<String> {
        let (proposers, nodes) = (plan.proposers(), plan.rules.nodes);
        self.changes.keys().find_map(|subject| match *subject {
            Subject::Start(p) | Subject::Wait(p, _) if usize::from(p) >= proposers => {
                Some(format!("a deviation is about proposer {}, and the scenario has {proposers}", p + 1))
            }
            Subject::Fate(id, _) | Subject::Copy(id, _) | Subject::Arrival(id, _) => {
                if (id.phase, id.reply) > (3, false) {
                    let is_of_own = plan.has_own_nodes() && (id.phase == 3 || id.proposer <= nodes);
                    return (!is_of_own).then(|| {
                        "a deviation is about a message that only somebody's own nodes send".to_owned()
                    });
                }
                if usize::from(id.proposer) >= proposers {
                    let number = u32::from(id.proposer) + 1;
                    return Some(format!(
                        "a deviation is about proposer {number}, and the scenario has {proposers}"
                    ));
                }
                (id.node > nodes)
                    .then(|| format!("a deviation is about node {}, and the scenario has {nodes}", id.node))
            }
            _ => None,
        })
    }
}

/// The plan of runs with such deviations.
///
/// # Errors
/// When the scenario asks for what the engine cannot do, or has nothing that they could be about.
pub(super) fn plan_for(setup: Setup<'_>, deviations: &Deviations) -> Result<Plan, PlanError> {
    if deviations.is_empty() {
        return setup.plan();
    }
    let has = |subject| deviations.get(subject).is_some();
    let plan = if deviations.calm {
        setup.plan_of(&calm(setup.scenario, has(Subject::Ties), has(Subject::Faults))?)?
    } else {
        setup.plan()?
    };
    if plan.scripted {
        return Err(PlanError::Scripted);
    }
    match deviations.stranger(&plan) {
        Some(why) => Err(PlanError::Stranger(why)),
        None => Ok(plan.deviable()),
    }
}
