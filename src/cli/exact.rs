//! `synod exact`: exact probabilities of a scenario.
//!
//! Absent on purpose: finding them (`run`), and writing them (`report`).

use std::path::Path;
use std::sync::atomic::Ordering;

use super::args::{ExactArgs, Format};
use super::coupled::coupled;
use super::exit::{Exit, Failure};
use super::interrupt;
use super::load::{Loaded, failure, load, unplanned};
use super::printer::Printer;
use super::progress::Bar;
use crate::report::{ExactView, exact_files, exact_json, exact_text, pieces_json, pieces_text};
use crate::run::{Exact, Limits, NotExact, Pieces, exact as find, exact_chain, near, pieces};
use crate::scenario::printable;

/// Most states of a chain, unless the user says otherwise.
const MOST_STATES: u64 = 2_000_000;

/// Finds and prints exact figures.
pub fn exact(args: &ExactArgs, printer: &Printer) -> Result<Exit, Failure> {
    args.export.as_deref().map_or(Ok(()), check_free)?;
    let loaded = load(&args.source)?;
    if args.coupled {
        return coupled(args, &loaded, printer);
    }
    let pieces = patiently(printer, |go_on| pieces(&loaded.scenario, go_on));
    if let Some(found) = pieces {
        return over_constants(args, &loaded, found, printer);
    }
    let found = found(args, &loaded, printer)?;
    let view = ExactView { scenario: &loaded.scenario, arguments: &loaded.arguments, exact: &found };
    match args.format {
        Format::Text => printer.data(exact_text(&view).as_bytes())?,
        Format::Json => printer.json(&exact_json(&view))?,
    }
    if interrupt::is_wished() && interrupt::caught() {
        printer.error("interrupted: what was not followed is in the bounds");
        return Ok(Exit::Interrupted);
    }
    if let Some(folder) = &args.export
        && !export(args, &loaded, folder, printer)?
    {
        printer.error("interrupted: nothing was exported");
        return Ok(Exit::Interrupted);
    }
    Ok(Exit::Ok)
}

/// Prints what is known where delays are constant.
fn over_constants(
    args: &ExactArgs,
    loaded: &Loaded,
    found: Result<Pieces, NotExact>,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if !args.by.is_empty() || args.export.is_some() {
        let why = "--by and --export are of chains, and constant delays make none; leave them out";
        return Err(Failure::Usage(why.to_owned()));
    }
    let found = match found {
        Err(NotExact::Stopped) if interrupt::caught() => {
            printer.error("interrupted: only all pieces together say anything");
            return Ok(Exit::Interrupted);
        }
        found => found.map_err(|error| refused(loaded, error))?,
    };
    match args.format {
        Format::Text => printer.data(pieces_text(&loaded.scenario, &found).as_bytes())?,
        Format::Json => printer.json(&pieces_json(&loaded.scenario, &loaded.arguments, &found))?,
    }
    Ok(Exit::Ok)
}

/// Refuses a folder that is there.
fn check_free(folder: &Path) -> Result<(), Failure> {
    if folder.symlink_metadata().is_err() {
        return Ok(());
    }
    let name = printable(&folder.to_string_lossy()).to_string();
    Err(Failure::Usage(format!("--export {name}: is there already; name a folder that is new, or remove it")))
}

/// Writes the chain for other solvers; false if it was interrupted.
fn export(args: &ExactArgs, loaded: &Loaded, folder: &Path, printer: &Printer) -> Result<bool, Failure> {
    let chain = match patiently(printer, |go_on| exact_chain(&loaded.scenario, &limits(args), go_on)) {
        Err(NotExact::Stopped) if interrupt::caught() => return Ok(false),
        chain => chain.map_err(|error| refused(loaded, error))?,
    };
    let name = printable(&folder.to_string_lossy()).to_string();
    let failed = |error: std::io::Error| Failure::io(&format!("write into {name}"), &error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (file, text) in exact_files(&chain) {
        std::fs::write(folder.join(file), text).map_err(failed)?;
    }
    printer.say(&format!("exported   {name}: the chain up to the first choice, for Storm and PRISM"));
    Ok(true)
}

/// Most states, unless the user says otherwise.
pub(super) fn states(args: &ExactArgs, usual: u64) -> usize {
    usize::try_from(args.states.unwrap_or(usual)).unwrap_or(usize::MAX).min(1 << 30)
}

fn limits(args: &ExactArgs) -> Limits {
    Limits {
        states: states(args, MOST_STATES),
        cut: args.cut,
        gap: args.gap,
        by: args.by.iter().map(|time| time.ns()).collect(),
        answers: true,
    }
}

/// Does what takes long, with a bar, as long as nobody wishes that it end.
pub(super) fn patiently<T>(printer: &Printer, act: impl FnOnce(&mut dyn FnMut(u64) -> bool) -> T) -> T {
    let stop = interrupt::flag();
    let bar = Bar::of("reckoning", "states", 0, printer);
    let done = act(&mut |states| {
        bar.at(states);
        !(stop.load(Ordering::Relaxed) && interrupt::caught())
    });
    bar.clear();
    done
}

fn found(args: &ExactArgs, loaded: &Loaded, printer: &Printer) -> Result<Exact, Failure> {
    let found = patiently(printer, |go_on| find(&loaded.scenario, &limits(args), go_on));
    found.map_err(|error| refused(loaded, error))
}

/// Why there are no exact figures, with its place in the file.
pub(super) fn refused(loaded: &Loaded, error: NotExact) -> Failure {
    match error {
        NotExact::Plan(error) => unplanned(&loaded.document, error),
        NotExact::Outside { key, why } => {
            let has_neighbour = near(&loaded.scenario, 1)
                .is_ok_and(|near| near.replaced.iter().any(|replaced| replaced.key == key));
            let or = if has_neighbour { "; or estimate it: --coupled" } else { "" };
            failure(loaded.document.key_error(&key, &format!("{why}{or}")))
        }
        error => Failure::Usage(error.to_string()),
    }
}
