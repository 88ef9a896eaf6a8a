//! A stretch of a run, however long the run is: memory grows with what is shown and not with the run.
//!
//! A run that fits is recorded whole, in one go. Of a longer one a first look tells how long it is and where its choice
//! lies; then it is played again and the stretch is kept, with what a picture of it needs of the rest. Absent on
//! purpose: pictures (`report`), and how many events they can hold.

mod choice;
mod sieve;
mod survey;
mod window;

pub use choice::{Choice, ChoiceFinder};
pub use survey::Survey;
pub use window::Window;

use super::deviate::Deviations;
use super::error::PlanError;
use super::record::Record;
use super::setup::Setup;
use crate::trace::Beginning;
use sieve::Sieve;

/// What of a run is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The stretch; none for that around the choice.
    pub window: Option<Window>,
    /// Events in a stretch that nobody chose.
    pub around: usize,
    /// Runs of at most so many events are kept whole.
    pub whole: usize,
}

/// A run, looked at once.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The run, with the first of its events, so many as may be kept whole.
    pub record: Record,
    /// What was seen of it.
    pub survey: Survey,
}

/// Plays a run with deviations and looks at it.
///
/// # Errors
/// When the scenario asks for what the engine cannot do, or has nothing that such deviations could be about.
pub fn look<'a>(
    setup: impl Into<Setup<'a>>,
    seed: u64,
    deviations: &Deviations,
    wanted: Wanted,
) -> Result<Looked, PlanError> {
    let setup = setup.into();
    let mut observer =
        (Beginning::new(wanted.whole), Survey::new(setup.scenario, wanted.window, wanted.around));
    let mut record = Record::watched(setup, seed, deviations, &mut observer)?;
    let (beginning, mut survey) = observer;
    if let Some(proof) = &record.livelock {
        survey.repeats(proof);
    }
    (record.events, record.unkept) = (beginning.events, beginning.unkept);
    Ok(Looked { record, survey })
}

impl Looked {
    /// The run with the events of its stretch, at most `most` of them; the whole run, if that is kept.
    ///
    /// # Errors
    /// As [`look`].
    pub fn excerpt<'a>(self, setup: impl Into<Setup<'a>>, most: usize) -> Result<Record, PlanError> {
        let Looked { mut record, survey } = self;
        if record.unkept == 0 {
            return Ok(record);
        }
        record.events = Vec::new();
        let mut sieve = Sieve::new(survey.window(), survey.choice(), most);
        Record::watched(setup, record.seed, &record.token.deviations, &mut sieve)?;
        let (events, unkept) = sieve.finish();
        (record.events, record.unkept) = (events, unkept as u64);
        Ok(record)
    }
}
