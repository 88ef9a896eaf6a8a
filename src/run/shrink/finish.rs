//! The last look at what is left of a run: in full, and after an interruption as far as a fraction of a second goes.
//!
//! Absent on purpose: looking for something better.

use std::sync::atomic::AtomicBool;

use crate::check::Outcome;
use crate::run::deviate::{Deviations, Halt, Player};
use crate::run::error::PlanError;
use crate::run::record::Record;
use crate::run::setup::Setup;
use crate::run::watch::NEVER;
use crate::trace::Blind;

use super::trials::Target;
use super::{Item, ShrinkError, Shrunk, deviations};

/// Events that are played once an interruption is wished for.
const LAST_EVENTS: u32 = 200_000;

/// Plays runs in full until `stop` is set, and from then on short ones.
struct Looks<'a> {
    seed: u64,
    whole: Player<'a>,
    short: Player<'a>,
    left: u32,
}

impl<'a> Looks<'a> {
    fn new(setup: Setup<'a>, seed: u64, stop: &'a AtomicBool) -> Self {
        Looks {
            seed,
            whole: Player::new(setup, false, stop),
            short: Player::new(setup, false, &NEVER).with_most_events(LAST_EVENTS),
            left: LAST_EVENTS,
        }
    }

    /// What a run comes to; none if there is no time for it.
    fn play(&mut self, wanted: &Deviations) -> Result<Option<Outcome>, PlanError> {
        match self.whole.play(self.seed, wanted, &mut Blind) {
            Ok(outcome) => return Ok(Some(outcome)),
            Err(Halt::Plan(error)) => return Err(error),
            Err(Halt::Stopped) if self.left == 0 => return Ok(None),
            Err(Halt::Stopped) => {}
        }
        match self.short.play(self.seed, wanted, &mut Blind) {
            Ok(outcome) => {
                self.left = self.left.saturating_sub(outcome.events + 50);
                Ok((outcome.events < LAST_EVENTS).then_some(outcome))
            }
            Err(Halt::Plan(error)) => Err(error),
            Err(Halt::Stopped) => Ok(None),
        }
    }
}

/// What is told of the set that was kept. Of an interrupted search it is not known yet whether it keeps the target in full.
pub(super) fn finish(
    setup: Setup<'_>,
    record: &Record,
    target: &Target<'_>,
    kept: &[Item],
    (items, played): (usize, u64),
    stop: &AtomicBool,
) -> Result<Shrunk, ShrinkError> {
    let wanted = deviations(kept);
    let mut looks = Looks::new(setup, record.seed, stop);
    let unshown = || ShrinkError::Unshown(wanted.to_string());
    let outcome = looks.play(&wanted)?.filter(|outcome| target.is_met(outcome)).ok_or_else(unshown)?;
    let shown = if outcome.events < LAST_EVENTS {
        Record::with(setup, record.seed, &wanted)?
    } else {
        Record::unless(stop, setup, record.seed, &wanted)?.ok_or_else(unshown)?
    };
    let calm = looks.play(&Deviations::from_calm())?;
    let without = wanted
        .iter()
        .map(|(subject, change)| Ok((subject, change, looks.play(&wanted.without(subject))?)))
        .collect::<Result<Vec<_>, PlanError>>()?;
    let is_spared = |outcome: &Option<Outcome>| outcome.as_ref().is_none_or(|it| target.is_met(it));
    Ok(Shrunk {
        record: shown,
        calm,
        items,
        is_minimal: !without.iter().any(|(_, _, outcome)| is_spared(outcome)),
        without,
        interrupted: false,
        played,
    })
}
