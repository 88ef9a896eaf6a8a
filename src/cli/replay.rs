//! `synod replay`: a run again, event by event, or held against its token.

use std::io::IsTerminal;

use super::args::{ReplayArgs, Source, View};
use super::exit::{Exit, Failure};
use super::load::{Loaded, load};
use super::printer::Printer;
use super::progress::Bar;
use super::recorded;
use super::run::{record, verdict};
use crate::report::{Export, RunView, export};
use crate::run::{Record, Token};
use crate::scenario::{Scenario, hash};
use crate::sim::EPOCH;

/// Replays a run.
pub fn replay(args: &ReplayArgs, printer: &Printer) -> Result<Exit, Failure> {
    if let Some(trace) = &args.trace {
        return recorded::replay(trace, printer);
    }
    let scenario = args.scenario.clone().unwrap_or_default();
    let loaded = load(&Source { scenario, sets: args.sets.clone() })?;
    let token = args.token.as_deref().map(str::parse::<Token>).transpose();
    let token = token.map_err(|error| Failure::Usage(error.to_string()))?;
    let seed = token.as_ref().map_or(args.seed.unwrap_or(0), |token| token.seed);
    let deviations = token.as_ref().map(|token| token.deviations.clone()).unwrap_or_default();
    let running = Bar::of("running", "", 0, printer);
    let record = match token.as_ref().map_or(Ok(()), |token| same_maker(token, &loaded)) {
        Ok(()) => record(&loaded, seed, &deviations)?,
        Err(why) => {
            printer.error(&why);
            return Ok(Exit::Mismatch);
        }
    };
    drop(running);
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
    printer.data(&shown(args, &view)?)?;
    if let Some(token) = token {
        if let Err(why) = compare_token(&token, &record) {
            printer.error(&why);
            return Ok(Exit::Mismatch);
        }
        printer.say("reproduced");
    }
    let again = if deviations.is_empty() {
        format!("synod replay {} --seed {seed}", loaded.arguments)
    } else {
        format!("synod replay {} --token {}", loaded.arguments, record.token)
    };
    Ok(verdict(&loaded.scenario, &record, &again, printer))
}

/// The run in the format that is asked for.
fn shown(args: &ReplayArgs, view: &RunView<'_>) -> Result<Vec<u8>, Failure> {
    let format = match args.as_ {
        View::Jsonl if args.window.is_some() => {
            return Err(Failure::Usage(
                "--window: a trace is replayed whole; leave --window out, or take another --as".to_owned(),
            ));
        }
        View::Jsonl => return trace_bytes(view.record, view.scenario),
        View::Text => Export::Text,
        View::Svg => Export::Svg,
        View::Png if std::io::stdout().is_terminal() => {
            return Err(Failure::Usage(
                "--as png: a picture is nothing for a terminal; write it into a file: --as png > run.png"
                    .to_owned(),
            ));
        }
        View::Png => Export::Png,
        View::Mermaid => Export::Mermaid,
        View::Shiviz => Export::Shiviz,
        View::Perfetto => Export::Perfetto,
    };
    export(view, format, args.window)
        .map_err(|error| Failure::Io(format!("failed to export the run: {error}")))
}

/// The trace of a run, as `--as jsonl` prints it.
pub fn trace_bytes(record: &Record, scenario: &Scenario) -> Result<Vec<u8>, Failure> {
    record.to_jsonl(scenario).map_err(|error| Failure::Io(format!("failed to write JSON Lines: {error}")))
}

/// Whether the token can be about a run of this scenario by this engine.
pub fn same_maker(token: &Token, loaded: &Loaded) -> Result<(), String> {
    let found = hash(&loaded.scenario);
    if token.scenario != found {
        return Err(format!(
            "made by another scenario: its hash is {}, this one's {found}; was it found with --set, which must be repeated here?",
            token.scenario
        ));
    }
    if token.epoch != EPOCH {
        return Err(format!("made by engine epoch {}, this is epoch {EPOCH}", token.epoch));
    }
    Ok(())
}

/// Why the run is not the one that the token names.
fn compare_token(token: &Token, record: &Record) -> Result<(), String> {
    if *token == record.token {
        return Ok(());
    }
    Err(format!("did not reproduce: the outcome differs; this run's token is {}", record.token))
}
