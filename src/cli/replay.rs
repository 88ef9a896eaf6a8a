//! `synod replay`: a run again, event by event, or held against its token.

use std::io::IsTerminal;
use std::path::Path;

use super::args::{ReplayArgs, Source, View};
use super::excerpt::{picture, picture_of};
use super::exit::{Exit, Failure, bad_run};
use super::load::{Loaded, load};
use super::printer::Printer;
use super::progress::Bar;
use super::recorded;
use super::run::{own_record, verdict};
use super::stream;
use crate::many::BadRun;
use crate::report::{Export, RunView, timeline};
use crate::run::{Deviations, Record, Token};
use crate::scenario::hash;
use crate::sim::EPOCH;

/// Replays a run.
pub fn replay(args: &ReplayArgs, printer: &Printer) -> Result<Exit, Failure> {
    if let Some(trace) = &args.trace {
        return recorded::replay(trace, printer);
    }
    let scenario = args.scenario.clone().unwrap_or_default();
    let loaded = load(&Source { scenario, sets: args.sets.clone() })?;
    if let Some(node) = &args.node {
        return own(args, loaded, node, printer);
    }
    let token = args.token.as_deref().map(str::parse::<Token>).transpose();
    let token = token.map_err(|error| Failure::Usage(error.to_string()))?;
    let seed = token.as_ref().map_or(args.seed.unwrap_or(0), |token| token.seed);
    let deviations = token.as_ref().map(|token| token.deviations.clone()).unwrap_or_default();
    if let Some(Err(why)) = token.as_ref().map(|token| same_maker(token, &loaded)) {
        printer.error(&why);
        return Ok(Exit::Mismatch);
    }
    let running = Bar::of("running", "", 0, printer);
    let record = shown(args, &loaded, seed, &deviations, printer)?;
    drop(running);
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

/// The same of a run of somebody's nodes.
fn own(args: &ReplayArgs, mut loaded: Loaded, node: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let seed = args.seed.unwrap_or(0);
    let record = own_record(&mut loaded, node, seed)?;
    let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
    let export = match args.as_ {
        View::Text => {
            printer.data(timeline(&view, args.window).as_bytes())?;
            None
        }
        View::Jsonl => {
            return Err(Failure::Usage(
                "--as jsonl: a trace is replayed by the built-in, so none is written of own nodes; take --as text, or see \
                 the lines of the wire with `synod node talk`"
                    .to_owned(),
            ));
        }
        other => Some(export_of(other)?),
    };
    if let Some(format) = export {
        let bytes = picture_of(&view, format, args.window, printer)?;
        printer.data(&bytes)?;
    }
    let again = format!("synod replay {} --seed {seed}", loaded.arguments);
    let exit = verdict(&loaded.scenario, &record, &again, printer);
    match BadRun::check(0, seed, &record.outcome, record.trouble.as_ref()) {
        Err(found) if exit == Exit::Ok => Ok(bad_run(&found, &loaded.arguments, printer)),
        _ => Ok(exit),
    }
}

/// Plays the run and prints it in the format that is asked for.
fn shown(
    args: &ReplayArgs,
    loaded: &Loaded,
    seed: u64,
    deviations: &Deviations,
    printer: &Printer,
) -> Result<Record, Failure> {
    let format = match args.as_ {
        View::Jsonl if args.window.is_some() => {
            return Err(Failure::Usage(
                "--window: a trace is replayed whole; leave --window out, or take another --as".to_owned(),
            ));
        }
        View::Jsonl => return stream::jsonl(loaded, seed, deviations, printer),
        View::Text => return stream::text(loaded, seed, deviations, args.window, printer),
        other => export_of(other)?,
    };
    let (record, bytes) = picture(loaded, seed, deviations, format, args.window, printer)?;
    printer.data(&bytes)?;
    Ok(record)
}

/// The format of a view that is an export, and its name.
fn export_of(view: View) -> Result<(Export, &'static str), Failure> {
    Ok(match view {
        View::Text => (Export::Text, "text"),
        View::Svg => (Export::Svg, "svg"),
        View::Png if std::io::stdout().is_terminal() => {
            return Err(Failure::Usage(
                "--as png: a picture is nothing for a terminal; write it into a file: --as png > run.png"
                    .to_owned(),
            ));
        }
        View::Png => (Export::Png, "png"),
        View::Mermaid => (Export::Mermaid, "mermaid"),
        View::Jsonl | View::Shiviz => (Export::Shiviz, "shiviz"),
        View::Perfetto => (Export::Perfetto, "perfetto"),
    })
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
