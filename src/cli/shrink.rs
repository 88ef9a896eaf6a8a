//! `synod shrink`: the fewest deviations from the calm run that still give an outcome.
//!
//! Absent on purpose: looking for them (`run::shrink`).

use super::args::{Format, ShrinkArgs};
use super::exit::{Exit, Failure};
use super::explain::named;
use super::interrupt;
use super::load::unplanned;
use super::node::load_for;
use super::printer::Printer;
use super::progress::Bar;
use crate::report::{RunView, shrink_json, shrink_text};
use crate::run::{Condition, ShrinkError, shrink as shrink_run};

/// Shrinks a run and tells what is left of it.
pub fn shrink(args: &ShrinkArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_for(&args.source, &args.own)?;
    let condition = args.keep.as_deref().map(|text| Condition::parse(text, &loaded.scenario)).transpose();
    let condition = condition.map_err(|error| Failure::Usage(format!("--keep: {error}")))?;
    let record = match named(&args.which, &loaded, printer)? {
        Ok(record) => record,
        Err(exit) => return Ok(exit),
    };
    loaded.say_axes(printer);
    let bar = Bar::of("trying smaller runs", "runs", 0, printer);
    let shrunk = shrink_run(loaded.setup(), &record, condition.as_ref(), &bar, interrupt::flag());
    bar.clear();
    interrupt::caught();
    let shrunk = match shrunk {
        Ok(shrunk) => shrunk,
        Err(why @ (ShrinkError::Stopped | ShrinkError::Unshown(_))) => {
            printer.error(&why.to_string());
            return Ok(Exit::Interrupted);
        }
        Err(ShrinkError::Plan(error)) => return Err(unplanned(&loaded.document, error)),
        Err(other) => return Err(Failure::Usage(other.to_string())),
    };
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &shrunk.record };
    let condition = condition.as_ref().map(Condition::text);
    match args.format {
        Format::Text => printer.data(shrink_text(&view, &shrunk, condition).as_bytes())?,
        Format::Json => printer.json(&shrink_json(&view, &shrunk, condition))?,
    }
    if shrunk.interrupted {
        printer.error("interrupted; this is the smallest that was found until then");
        return Ok(Exit::Interrupted);
    }
    Ok(Exit::Ok)
}
