//! A picture of a run: which stretch is drawn, and how many events a format can hold.
//!
//! Absent on purpose: drawing (`report`), and traces that are written while they are played (`stream`).

use super::exit::Failure;
use super::load::{Loaded, unplanned};
use super::printer::Printer;
use crate::report::{AROUND, Export, RunView, export, export_in_full, grouped};
use crate::run::{Deviations, Record, Survey, Wanted, Window, look};
use crate::scenario::Duration;
use crate::trace::{Event, Kind};

/// Events of a run that is kept whole.
const WHOLE: usize = 400_000;
/// Events of a diagram: taller ones are opened by no viewer, let alone read.
const DRAWN: usize = 5_000;
/// Events that are more than enough for a Mermaid diagram, which ends by itself at 48,000 characters.
const SEQUENCE: usize = 20_000;

/// Events of a stretch in this format at most.
const fn most(format: Export) -> usize {
    match format {
        Export::Svg | Export::Png => DRAWN,
        Export::Mermaid => SEQUENCE,
        Export::Text | Export::Shiviz | Export::Perfetto => WHOLE,
    }
}

/// Plays a run and exports it, or a stretch of it.
pub fn picture(
    loaded: &Loaded,
    seed: u64,
    deviations: &Deviations,
    (format, name): (Export, &str),
    window: Option<Window>,
    printer: &Printer,
) -> Result<(Record, Vec<u8>), Failure> {
    let unplanned = |error| unplanned(&loaded.document, error);
    let wanted = Wanted { window, around: AROUND, whole: WHOLE };
    let looked = look(loaded.setup(), seed, deviations, wanted).map_err(unplanned)?;
    let survey = looked.survey.clone();
    refuse_outside(window, &survey, printer)?;
    let is_diagram = matches!(format, Export::Svg | Export::Png);
    // A diagram that nobody chose a stretch for shows that around the choice; a sequence begins at the beginning.
    let shown = window.or(is_diagram.then(|| survey.default_window()));
    let record = match (format, window) {
        (Export::Mermaid, None) => looked.record,
        (Export::Mermaid, _) => looked.excerpt(loaded.setup(), SEQUENCE).map_err(unplanned)?,
        _ => {
            let asked = if window.is_some() { survey.in_window } else { survey.events };
            if !is_diagram || window.is_some() {
                refuse_long(asked, format, name, &survey)?;
            }
            let record = looked.excerpt(loaded.setup(), most(format) + 1).map_err(unplanned)?;
            let all = shown.unwrap_or(Window::ALL);
            let count = record.events.iter().filter(|(at, _)| all.holds(*at)).count();
            refuse_long(count, format, name, &survey)?;
            record
        }
    };
    refuse_strangers(&record, name)?;
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
    // Whoever asks for a stretch wants all that is in it.
    let bytes = match window {
        Some(window) => export_in_full(&view, format, window),
        None => export(&view, format, shown),
    };
    let bytes =
        bytes.map_err(|error| Failure::Usage(format!("--as {name}: {error}; {}", advice(&survey))))?;
    Ok((record, bytes))
}

/// Refuses a picture of messages that have no place in it.
fn refuse_strangers(record: &Record, name: &str) -> Result<(), Failure> {
    let is_other =
        |event: &Event| matches!(event, Event::Sent { message, .. } if message.kind == Kind::Other);
    if !record.events.iter().any(|(_, event)| is_other(event)) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--as {name}: this run has messages that [map] does not describe, and pictures have no place for them; name them in \
         [map], or take --as text"
    )))
}

fn refuse_long(count: usize, format: Export, name: &str, survey: &Survey) -> Result<(), Failure> {
    let most = most(format);
    if count <= most {
        return Ok(());
    }
    let (count, most) = (grouped(count as u64), grouped(most as u64));
    Err(Failure::Usage(format!(
        "--as {name}: {count} events or more are to be shown, and this format is kept to {most}; {}",
        advice(survey)
    )))
}

/// How to choose a stretch.
fn advice(survey: &Survey) -> String {
    let example = match survey.choice() {
        Some(choice) => {
            format!("its choice is at {}: try --window {}", time(choice.at_ns), survey.default_window())
        }
        None => format!("nothing is chosen: try --window {}", survey.default_window()),
    };
    format!(
        "choose a stretch with --window FROM..TO. The run has {} events, from {} to {}; {example}. \
         --as text and --as jsonl print a run of any length",
        grouped(survey.events as u64),
        time(survey.first_ns),
        time(survey.last_ns)
    )
}

/// Refuses a window in which no instant of the run lies; says so if it has no events.
pub fn refuse_outside(window: Option<Window>, survey: &Survey, printer: &Printer) -> Result<(), Failure> {
    let Some(window) = window.filter(|_| survey.in_window == 0) else { return Ok(()) };
    let (first, last) = (time(survey.first_ns), time(survey.last_ns));
    if window.from_ns > survey.last_ns || window.until_ns < survey.first_ns {
        return Err(Failure::Usage(format!(
            "--window {window}: outside of the run, which goes from {first} to {last}"
        )));
    }
    printer.say(&format!("--window {window}: nothing happens in it; the run goes from {first} to {last}"));
    Ok(())
}

/// A time as `--window` takes it.
fn time(ns: u64) -> String {
    Duration::from_ns(ns).to_string()
}
