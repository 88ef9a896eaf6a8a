//! `synod run`: one seed.

use super::args::{Format, RunArgs};
use super::exit::{Exit, Failure, bad_run};
use super::load::{Loaded, unplanned};
use super::node::load_for;
use super::printer::Printer;
use super::progress::Bar;
use crate::many::BadRun;
use crate::own::Trouble;
use crate::report::{RunView, grouped, run_json, run_text};
use crate::run::{Deviations, Record};
use crate::scenario::Scenario;
use crate::trace::Blind;

/// Runs a seed and prints what came of it.
pub fn run(args: &RunArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_for(&args.source, &args.own)?;
    loaded.say_axes(printer);
    let running = Bar::of("running", "", 0, printer);
    let record = outcome(&loaded, args.seed, &Deviations::default())?;
    drop(running);
    loaded.close()?;
    let again = format!("synod replay {} --seed {}", loaded.arguments, args.seed);
    // Of a run that was read by a wrong file nothing is so.
    if record.trouble.as_ref().is_some_and(Trouble::is_of_file) {
        return Ok(end(&loaded, &record, &again, printer));
    }
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
    match args.format {
        Format::Text => printer.data(run_text(&view).as_bytes())?,
        Format::Json => printer.json(&run_json(&view))?,
    }
    Ok(end(&loaded, &record, &again, printer))
}

/// How a single run ends: as [`verdict`] has it, and badly as well if its clock stands still or a node failed in it.
pub fn end(loaded: &Loaded, record: &Record, again: &str, printer: &Printer) -> Exit {
    let exit = verdict(&loaded.scenario, record, again, printer);
    match BadRun::check(0, record.seed, &record.outcome, record.trouble.as_ref()) {
        Err(found) if exit == Exit::Ok && record.token.deviations.is_empty() => {
            bad_run(&found, &loaded.arguments, printer)
        }
        Err(found) if exit == Exit::Ok => {
            printer.error(&found.to_string());
            printer.last_line(again);
            found.exit()
        }
        _ => exit,
    }
}

/// Runs a seed with deviations and keeps what it came to, without its events.
pub fn outcome(loaded: &Loaded, seed: u64, deviations: &Deviations) -> Result<Record, Failure> {
    let record = Record::watched(loaded.setup(), seed, deviations, &mut Blind);
    record.map_err(|error| unplanned(&loaded.document, error))
}

/// Events of a run that are kept in memory for a command that goes through them again and again.
const KEPT: usize = 4_000_000;

/// Runs a seed with deviations and keeps everything, unless that is too much to work on.
pub fn record(loaded: &Loaded, seed: u64, deviations: &Deviations) -> Result<Record, Failure> {
    let most = (KEPT as u32, KEPT);
    let record = Record::beginning(loaded.setup(), seed, deviations, most);
    let record = record.map_err(|error| unplanned(&loaded.document, error))?;
    if record.is_cut {
        return Err(Failure::Usage(format!(
            "the run of seed {seed} has more than {} events, too many for this command to keep; --set run.max_events=1000000 \
             ends it sooner, and `synod replay {} --seed {seed}` prints a run of any length",
            grouped(KEPT as u64),
            loaded.arguments
        )));
    }
    Ok(record)
}

/// How a single run ends: badly, if it broke an invariant that its scenario does not expect to be broken; then the
/// last line says how to see it again.
pub fn verdict(scenario: &Scenario, record: &Record, again: &str, printer: &Printer) -> Exit {
    let expected = scenario.expect.as_ref().and_then(|e| e.violations).is_some_and(|n| n > 0);
    if record.outcome.violated.is_empty() || expected {
        return Exit::Ok;
    }
    let names: Vec<_> = record.outcome.violated.iter().map(|i| i.name()).collect();
    printer.error(&format!("safety is violated: {}", names.join(", ")));
    printer.last_line(again);
    Exit::Violation
}
