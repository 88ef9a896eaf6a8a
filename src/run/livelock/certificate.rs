//! What is claimed of a run that goes on for ever, and why a claim is refused.

use serde::{Deserialize, Serialize};

use crate::run::world::World;

use super::canon::Canon;

/// What proves that a run goes on for ever: where its cycle begins, and one period of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Events before the period.
    pub prefix_events: u32,
    /// Virtual time at which the period begins, ns.
    pub prefix_ns: u64,
    /// Events of one period.
    pub period_events: u32,
    /// Virtual time of one period, ns.
    pub period_ns: u64,
    /// Rounds by which all ballots rise in one period.
    pub round_shift: u64,
    /// Attempts that begin in one period.
    pub attempts_per_period: u32,
    /// Pre-emptions in one period.
    pub preemptions_per_period: u32,
    /// Time-outs in one period.
    pub timeouts_per_period: u32,
    /// A fingerprint of the canonical state that recurs and of where it does, 32 hex digits.
    pub state: String,
}

/// Why a stretch of a run proves no cycle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Retries that end or are random, a mutant, delays of which every attempt draws.
    #[error("the scenario has no cycle that could be proved")]
    NoCycle,
    /// The run ends before.
    #[error("the run ends before the period does")]
    Ended,
    /// A fault, a submission or a first read is still to come, or something was due after the horizon.
    #[error("something is pending that is no part of the state")]
    Pending,
    /// With seeded ties a state counts at the end of its instant only.
    #[error("the period begins or ends within an instant")]
    WithinInstant,
    /// A delay or a loss was drawn, and could matter.
    #[error("a random draw had an influence at event {0}")]
    Draw(u32),
    /// Another order within an instant would have led elsewhere.
    #[error("the order within an instant had an influence after event {0}")]
    Tie(u32),
    /// The state is another one after the period.
    #[error("the state does not recur")]
    Differs,
    /// The period is real, but the certificate says other things of it.
    #[error("the certificate says {claimed:?}, and the replay {found:?}")]
    Claims {
        /// What the certificate says.
        claimed: Box<Certificate>,
        /// What is so.
        found: Box<Certificate>,
    },
}

impl Certificate {
    /// Holds what was found against what is claimed.
    ///
    /// # Errors
    /// If they differ.
    pub(super) fn hold_against(self, claimed: &Certificate) -> Result<(), Refusal> {
        if self == *claimed {
            return Ok(());
        }
        Err(Refusal::Claims { claimed: Box::new(claimed.clone()), found: Box::new(self) })
    }
}

/// A state of a run, and what had been counted by then.
pub(super) struct Moment {
    canon: Canon,
    events: u32,
    at_ns: u64,
    attempts: u32,
    preemptions: u32,
    timeouts: u32,
}

impl Moment {
    /// The present one, after so many events.
    pub fn of(world: &World<'_>, events: u32) -> Result<Moment, Refusal> {
        let canon = Canon::of(world).ok_or(Refusal::Ended)?;
        let outcome = world.monitor.outcome();
        let (attempts, preemptions, timeouts) = (outcome.attempts, outcome.preemptions, outcome.timeouts);
        Ok(Moment { canon, events, at_ns: world.now, attempts, preemptions, timeouts })
    }

    /// What is proved, if this is the state of `before` again.
    pub fn certify(&self, before: &Moment, period_events: u32) -> Result<Certificate, Refusal> {
        let attempts_per_period = self.attempts - before.attempts;
        if before.canon.words != self.canon.words || attempts_per_period == 0 {
            return Err(Refusal::Differs);
        }
        Ok(Certificate {
            prefix_events: before.events,
            prefix_ns: before.at_ns,
            period_events,
            period_ns: self.at_ns - before.at_ns,
            round_shift: self.canon.base - before.canon.base,
            attempts_per_period,
            preemptions_per_period: self.preemptions - before.preemptions,
            timeouts_per_period: self.timeouts - before.timeouts,
            state: format!("{:032x}", before.canon.digest(before.events, period_events)),
        })
    }
}
