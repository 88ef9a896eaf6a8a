//! `synod explain`: why this winner; or the race table of a scenario.
//!
//! Absent on purpose: playing other runs (`run::explain`, `sweep`).

use super::args::{ExplainArgs, Format, Which};
use super::exit::{Exit, Failure, bad_run};
use super::interrupt;
use super::load::{Loaded, unplanned};
use super::node::load_for;
use super::partial::Partial;
use super::printer::Printer;
use super::progress::Bar;
use super::replay::{again, compare_token, same_maker};
use super::run::{end, outcome, record};
use super::size::check_runs;
use super::workers::workers;
use crate::report::{RacesView, RunView, explain_json, explain_text, races_json, races_text};
use crate::run::{Record, Token, explain_unless};
use crate::sweep::{RaceTable, race_table};

/// Explains a run, or a scenario's races.
pub fn explain(args: &ExplainArgs, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = load_for(&args.source, &args.own)?;
    if args.races {
        return races(args, &loaded, printer);
    }
    let record = match named(&args.which, &loaded, printer)? {
        Ok(record) => record,
        Err(exit) => return Ok(exit),
    };
    loaded.say_axes(printer);
    let bar = Bar::of("playing other runs", "runs", 0, printer);
    let explanation = explain_unless(interrupt::flag(), loaded.setup(), &record, &bar);
    bar.clear();
    let interrupted = interrupt::caught();
    let explanation = explanation.map_err(|error| unplanned(&loaded.document, error))?;
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
    match args.format {
        Format::Text => printer.data(explain_text(&view, &explanation).as_bytes())?,
        Format::Json => printer.json(&explain_json(&view, &explanation))?,
    }
    if interrupted && explanation.interrupted {
        printer.error(&format!(
            "interrupted after {} runs with one message late or lost; what is printed is of these alone",
            explanation.played
        ));
        return Ok(Exit::Interrupted);
    }
    Ok(Exit::Ok)
}

/// The run that a seed or a token names; a token that does not reproduce ends the command.
pub fn named(which: &Which, loaded: &Loaded, printer: &Printer) -> Result<Result<Record, Exit>, Failure> {
    let Some(token) = &which.token else {
        let record = record(loaded, which.seed.unwrap_or(0), &Default::default())?;
        return Ok(node_failed(loaded, &record, printer).map_or(Ok(record), Err));
    };
    let token: Token =
        token.parse().map_err(|error: crate::run::TokenError| Failure::Usage(error.to_string()))?;
    if let Err(why) = same_maker(&token, loaded, printer) {
        printer.error(&why);
        return Ok(Err(Exit::Mismatch));
    }
    let record = record(loaded, token.seed, &token.deviations)?;
    if let Err(why) = compare_token(&token, &record) {
        printer.error(&why);
        return Ok(Err(Exit::Mismatch));
    }
    Ok(node_failed(loaded, &record, printer).map_or(Ok(record), Err))
}

/// Says so if a node failed in a run: then there is nothing in it to explain.
fn node_failed(loaded: &Loaded, record: &Record, printer: &Printer) -> Option<Exit> {
    record.trouble.is_some().then(|| end(loaded, record, &again(loaded, record), printer))
}

fn races(args: &ExplainArgs, loaded: &Loaded, printer: &Printer) -> Result<Exit, Failure> {
    check_runs(args.seeds, 1)?;
    let bar = Bar::new(args.seeds, printer);
    let stop = interrupt::flag();
    let (setup, scenario) = (loaded.setup(), &loaded.scenario);
    let table = workers(args.threads)?.on(|| race_table(setup, args.first_seed, args.seeds, &bar, stop));
    bar.clear();
    let table = match table.map_err(|error| unplanned(&loaded.document, error))? {
        Ok(table) => table,
        Err(found) => return Ok(bad_run(&found, &loaded.arguments, printer)),
    };
    let partial = Partial::of(table.learnt + table.fresh, args.seeds, "runs");
    let tokens = tokens(&table, args.patterns, loaded)?;
    let view = RacesView { scenario, first: args.first_seed, table: &table, tokens: &tokens };
    match args.format {
        Format::Text => printer.data((Partial::head(partial) + &races_text(&view)).as_bytes())?,
        Format::Json => printer.json(&Partial::mark(partial, races_json(&view)))?,
    }
    Ok(partial.map_or(Exit::Ok, |partial| partial.say(None, printer)))
}

/// The tokens of the most frequent races.
fn tokens(table: &RaceTable, patterns: u64, loaded: &Loaded) -> Result<Vec<Token>, Failure> {
    let shown = table.races.iter().take(usize::try_from(patterns).unwrap_or(usize::MAX));
    shown.map(|race| Ok(outcome(loaded, race.seed, &Default::default())?.token)).collect()
}
