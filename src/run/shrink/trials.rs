//! Sets of deviations, tried: played, held against what is to be kept and against what the scenario allows.
//!
//! Absent on purpose: which sets (`reduce`, `grow`, `simplify`).

use crate::check::Outcome;
use crate::run::condition::Condition;
use crate::run::deviate::{Halt, Player, Stage};
use crate::run::watch::Progress;
use crate::trace::{Blind, Event, Recorder};

use super::bounds::Bounds;
use super::{Item, deviations};

/// What is to be kept: the winner, the verdict, and a condition if there is one.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub outcome: &'a Outcome,
    pub condition: Option<&'a Condition>,
}

impl Target<'_> {
    pub fn is_met(&self, outcome: &Outcome) -> bool {
        (outcome.winner, outcome.verdict) == (self.outcome.winner, self.outcome.verdict)
            && self.condition.is_none_or(|condition| condition.holds(outcome))
    }
}

/// Plays sets of deviations and says whether they keep the target.
pub(super) struct Trials<'a> {
    stage: Stage<'a>,
    seed: u64,
    target: Target<'a>,
    bounds: Option<&'a Bounds>,
    progress: &'a dyn Progress,
    /// The smallest set so far that keeps the target.
    pub best: Option<Vec<Item>>,
    pub played: u64,
    /// Events that a search for something better may play in all.
    pub budget: u64,
    /// Events that were played, and how many may be before a search for something better ends.
    spent: u64,
    allowed: u64,
}

impl<'a> Trials<'a> {
    pub fn new(
        player: &'a Player<'a>,
        seed: u64,
        target: Target<'a>,
        bounds: &'a Bounds,
        progress: &'a dyn Progress,
        budget: u64,
    ) -> Self {
        let stage = player.stage();
        Trials {
            stage,
            seed,
            target,
            bounds: Some(bounds),
            progress,
            best: None,
            played: 0,
            budget,
            spent: 0,
            allowed: 0,
        }
    }

    /// From now on a search goes on until so many events more were played.
    pub fn allow(&mut self, events: u64) {
        self.allowed = self.spent.saturating_add(events);
    }

    /// From now on runs need not be such as the scenario allows.
    pub fn allow_anything(&mut self) {
        self.bounds = None;
    }

    /// What is to be kept.
    pub fn wanted(&self) -> &'a Outcome {
        self.target.outcome
    }

    pub fn is_tired(&self) -> bool {
        self.spent >= self.allowed
    }

    /// What happens with these deviations.
    pub fn events(&mut self, items: &[Item]) -> Result<Vec<(u64, Event)>, Halt> {
        let mut recorder = Recorder::default();
        self.stage.play(self.seed, deviations(items), &mut recorder)?;
        Ok(recorder.events)
    }

    /// What could be otherwise in the run with these deviations, once in so many cases.
    pub fn offers(&mut self, items: &[Item], odds: u32) -> Result<Vec<Item>, Halt> {
        let events = self.events(items)?;
        Ok(self.bounds.map(|bounds| bounds.typical(&events, odds)).unwrap_or_default())
    }

    /// Whether the target is kept, by a run that the scenario allows.
    pub fn keeps(&mut self, items: &[Item]) -> Result<bool, Halt> {
        Ok(self.see(items, |_| ())?.0)
    }

    /// The same, and something about the outcome.
    pub fn see<T>(&mut self, items: &[Item], about: impl FnOnce(&Outcome) -> T) -> Result<(bool, T), Halt> {
        let outcome = self.stage.play(self.seed, deviations(items), &mut Blind)?;
        self.played += 1;
        self.progress.advance(1);
        // A run costs something even if nothing happens in it.
        self.spent += u64::from(outcome.events) + 50;
        let (is_met, about) = (self.target.is_met(outcome), about(outcome));
        let kept = match self.bounds {
            Some(bounds) if is_met => bounds.allow(items, &self.events(items)?),
            _ => is_met,
        };
        if kept && self.best.as_ref().is_none_or(|best| items.len() < best.len()) {
            self.best = Some(items.to_vec());
        }
        Ok((kept, about))
    }
}
