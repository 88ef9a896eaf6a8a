//! Traces that are written while their run is played, so that their length costs no memory.
//!
//! Absent on purpose: pictures, which need a stretch of the run before they can be drawn (`excerpt`).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::excerpt::refuse_outside;
use super::exit::Failure;
use super::load::{Loaded, unplanned};
use super::printer::Printer;
use crate::report::{RunView, Timeline};
use crate::run::{Deviations, Record, Setup, Survey, Window, header};
use crate::trace::{Event, JsonLines, Observer};

/// Bytes that wait before they are written.
const PIECE: usize = 1 << 16;

/// Where the pieces of an output go.
pub type Put<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Failure>;

/// Plays a run and prints its trace as JSON Lines.
pub fn jsonl(loaded: &Loaded, seed: u64, wanted: &Deviations, printer: &Printer) -> Result<Record, Failure> {
    let mut put = |bytes: &[u8]| printer.data(bytes);
    let record = trace(loaded.setup(), seed, wanted, &mut put)?;
    record.map_err(|error| unplanned(&loaded.document, error))
}

/// Plays a run and hands on its trace piece by piece; the error of a plan is not that of an output.
pub fn trace(
    setup: Setup<'_>,
    seed: u64,
    wanted: &Deviations,
    put: Put<'_>,
) -> Result<Result<Record, crate::run::PlanError>, Failure> {
    let unwritten = |error| Failure::Io(format!("failed to write JSON Lines: {error}"));
    let head = header(setup.scenario, seed, wanted, setup.identity()).map_err(unwritten)?;
    let mut lines = Lines { lines: JsonLines { bytes: head, lines: 0 }, put };
    let record = match until_refused(|| Record::watched(setup, seed, wanted, &mut lines))? {
        Ok(record) => record,
        Err(error) => return Ok(Err(error)),
    };
    let Lines { lines, put } = lines;
    put(&lines.bytes)?;
    put(&record.trailer(lines.lines).map_err(unwritten)?)?;
    // They were written, and not kept.
    Ok(Ok(Record { unkept: lines.lines, ..record }))
}

/// Plays a run and prints its timeline, or a stretch of it.
pub fn text(
    loaded: &Loaded,
    seed: u64,
    wanted: &Deviations,
    window: Option<Window>,
    printer: &Printer,
) -> Result<Record, Failure> {
    let scenario = &loaded.scenario;
    let mut put = |bytes: &[u8]| printer.data(bytes);
    let telling =
        Telling { timeline: Timeline::new(scenario, window), waiting: String::new(), put: &mut put };
    let mut observer = (telling, Survey::new(scenario, window, 0));
    let record = until_refused(|| Record::watched(loaded.setup(), seed, wanted, &mut observer))?;
    let record = record.map_err(|error| unplanned(&loaded.document, error))?;
    let (Telling { timeline, waiting, put }, survey) = observer;
    refuse_outside(window, &survey, printer)?;
    put(waiting.as_bytes())?;
    let view = RunView { scenario, arguments: &loaded.arguments, record: &record };
    put(timeline.end(&view).as_bytes())?;
    Ok(record)
}

struct Lines<'a> {
    lines: JsonLines,
    put: Put<'a>,
}

impl Observer for Lines<'_> {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.lines.on(at_ns, event);
        if self.lines.bytes.len() >= PIECE {
            hand_on(self.put, &self.lines.bytes);
            self.lines.bytes.clear();
        }
    }
}

struct Telling<'a> {
    timeline: Timeline<'a>,
    waiting: String,
    put: Put<'a>,
}

impl Observer for Telling<'_> {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.timeline.tell(at_ns, event, &mut self.waiting);
        if self.waiting.len() >= PIECE {
            hand_on(self.put, self.waiting.as_bytes());
            self.waiting.clear();
        }
    }
}

/// An observer cannot end a run, and a run whose output is refused may have a billion events to go: it is unwound.
fn hand_on(put: &mut dyn FnMut(&[u8]) -> Result<(), Failure>, bytes: &[u8]) {
    if let Err(failure) = put(bytes) {
        resume_unwind(Box::new(failure));
    }
}

/// Plays, unless its output is refused.
fn until_refused<T>(play: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(play)).map_err(|thrown: Box<dyn Any + Send>| {
        match thrown.downcast::<Failure>() {
            Ok(failure) => *failure,
            Err(bug) => resume_unwind(bug),
        }
    })
}
