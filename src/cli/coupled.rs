//! `synod exact --coupled`: estimates of what has no chain, beside what is exact of the nearest scenario that has one.
//!
//! Absent on purpose: the nearest scenario (`run`), the pairs (`sweep`), and writing (`report`).

use super::args::{ExactArgs, Format};
use super::exact::{patiently, refused, states};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, unplanned};
use super::partial::Partial;
use super::printer::Printer;
use super::progress::Bar;
use super::size::check_runs;
use super::workers::workers;
use crate::report::{CoupledView, coupled_json, coupled_text};
use crate::run::{Limits, NotExact, Plan, near, nearest_exact};
use crate::sweep::{FEWEST, couple};

/// Most states of a chain, unless the user says otherwise: a second or two.
const MOST_STATES: u64 = 100_000;
/// Pairs of runs, unless the user says otherwise.
const PAIRS: u64 = 100_000;

/// Runs the pairs and prints what they came to.
pub fn coupled(args: &ExactArgs, loaded: &Loaded, printer: &Printer) -> Result<Exit, Failure> {
    let (first_seed, seeds) = (args.first_seed.unwrap_or(0), args.seeds.unwrap_or(PAIRS));
    check_runs(seeds, 2)?;
    if seeds < FEWEST {
        let why = format!("--seeds {seeds}: of fewer than {FEWEST} pairs nothing is learnt; take more");
        return Err(Failure::Usage(why));
    }
    if near(&loaded.scenario, 1).is_ok_and(|near| near.replaced.is_empty()) {
        let why =
            "--coupled: every law of this scenario has a chain, so nothing need be estimated; leave it out";
        return Err(Failure::Usage(why.to_owned()));
    }
    let states = states(args, MOST_STATES);
    let limits = Limits { states, cut: args.cut, gap: args.gap, by: Vec::new(), answers: false };
    let (near, exact) = match patiently(printer, |go_on| nearest_exact(&loaded.scenario, &limits, go_on)) {
        Err(NotExact::Stopped) if interrupt::caught() => {
            printer.error("interrupted before any pair was run");
            return Ok(Exit::Interrupted);
        }
        found => found.map_err(|error| refused(loaded, error))?,
    };
    let plan = |scenario| Plan::new(scenario).map_err(|error| unplanned(&loaded.document, error));
    let plans = [plan(&near.scenario)?, plan(&loaded.scenario)?];
    let pool = workers(args.threads)?;
    let bar = Bar::new(seeds.saturating_mul(2), printer);
    let found = pool.on(|| couple(plans.each_ref(), &exact, (first_seed, seeds), &bar, interrupt::flag()));
    bar.clear();
    let coupled = match found {
        Ok(coupled) => coupled,
        Err(found) => return Ok(bad_run(&found, &loaded.arguments, printer)),
    };
    let (scenario, arguments) = (&loaded.scenario, loaded.arguments.as_str());
    let view = CoupledView { scenario, arguments, near: &near, exact: &exact, coupled: &coupled, first_seed };
    let partial = Partial::of(coupled.pairs, seeds, "pairs of runs");
    match args.format {
        Format::Text => printer.data((Partial::head(partial) + &coupled_text(&view)).as_bytes())?,
        Format::Json => printer.json(&Partial::mark(partial, coupled_json(&view)))?,
    }
    Ok(partial.map_or(Exit::Ok, |partial| partial.say(None, printer)))
}
