//! `synod run`: one seed.

use std::path::Path;
use std::sync::Arc;

use super::args::{Format, RunArgs};
use super::exit::{Exit, Failure, bad_run};
use super::load::{Loaded, load, unplanned};
use super::node::{Program, with_nodes};
use super::printer::Printer;
use super::progress::Bar;
use crate::many::BadRun;
use crate::report::{RunView, grouped, run_json, run_text};
use crate::run::{Deviations, Plan, Record};
use crate::scenario::Scenario;
use crate::trace::Blind;

/// Runs a seed and prints what came of it.
pub fn run(args: &RunArgs, printer: &Printer) -> Result<Exit, Failure> {
    let mut loaded = load(&args.source)?;
    let running = Bar::of("running", "", 0, printer);
    let record = match &args.node {
        None => outcome(&loaded, args.seed, &Deviations::default())?,
        Some(node) => own_record(&mut loaded, node, args.seed)?,
    };
    drop(running);
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
    match args.format {
        Format::Text => printer.data(run_text(&view).as_bytes())?,
        Format::Json => printer.json(&run_json(&view))?,
    }
    let again = format!("synod replay {} --seed {}", loaded.arguments, args.seed);
    let exit = verdict(&loaded.scenario, &record, &again, printer);
    match BadRun::check(0, args.seed, &record.outcome, record.trouble.as_ref()) {
        Err(found) if exit == Exit::Ok => Ok(bad_run(&found, &loaded.arguments, printer)),
        _ => Ok(exit),
    }
}

/// Runs a seed with the nodes of this file and keeps everything; from now on command lines name the file.
pub fn own_record(loaded: &mut Loaded, node: &Path, seed: u64) -> Result<Record, Failure> {
    let program = Arc::new(Program::load(node)?);
    let plan = Plan::new(&loaded.scenario).map_err(|error| unplanned(&loaded.document, error))?;
    let plan = with_nodes(loaded, plan, &program)?;
    loaded.arguments.push_str(&format!(" --node {}", program.named));
    Ok(Record::of_plan(&plan, &loaded.scenario, seed))
}

/// Runs a seed with deviations and keeps what it came to, without its events.
pub fn outcome(loaded: &Loaded, seed: u64, deviations: &Deviations) -> Result<Record, Failure> {
    let record = Record::watched(&loaded.scenario, seed, deviations, &mut Blind);
    record.map_err(|error| unplanned(&loaded.document, error))
}

/// Events of a run that are kept in memory for a command that goes through them again and again.
const KEPT: usize = 4_000_000;

/// Runs a seed with deviations and keeps everything, unless that is too much to work on.
pub fn record(loaded: &Loaded, seed: u64, deviations: &Deviations) -> Result<Record, Failure> {
    let most = (KEPT as u32, KEPT);
    let record = Record::beginning(&loaded.scenario, seed, deviations, most);
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
