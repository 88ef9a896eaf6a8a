//! `synod replay`: a run again, event by event, or held against its token.

use std::io::IsTerminal;

use super::args::{ReplayArgs, Source, View};
use super::excerpt::picture;
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::node::load_for;
use super::printer::Printer;
use super::progress::Bar;
use super::recorded;
use super::run::end;
use super::stream;
use crate::report::Export;
use crate::run::{Deviations, Record, Token};
use crate::scenario::hash;
use crate::sim::EPOCH;

/// Replays a run.
pub fn replay(args: &ReplayArgs, printer: &Printer) -> Result<Exit, Failure> {
    if let Some(trace) = &args.trace {
        return recorded::replay(trace, &args.own, printer);
    }
    let scenario = args.scenario.clone().unwrap_or_default();
    let loaded = load_for(&Source { scenario, sets: args.sets.clone(), cell: args.cell }, &args.own)?;
    let token = args.token.as_deref().map(str::parse::<Token>).transpose();
    let token = token.map_err(|error| Failure::Usage(error.to_string()))?;
    let seed = token.as_ref().map_or(args.seed.unwrap_or(0), |token| token.seed);
    let deviations = token.as_ref().map(|token| token.deviations.clone()).unwrap_or_default();
    if let Some(Err(why)) = token.as_ref().map(|token| same_maker(token, &loaded, printer)) {
        printer.error(&why);
        return Ok(Exit::Mismatch);
    }
    if token.is_none() {
        loaded.say_axes(printer);
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
    Ok(end(&loaded, &record, &again(&loaded, &record), printer))
}

/// The command that shows a run.
pub fn again(loaded: &Loaded, record: &Record) -> String {
    if record.token.deviations.is_empty() {
        format!("synod replay {} --seed {}", loaded.arguments, record.seed)
    } else {
        format!("synod replay {} --token {}", loaded.arguments, record.token)
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

/// Whether the token can be about a run of this scenario by this engine; if the own nodes have been edited since, it is
/// said.
pub fn same_maker(token: &Token, loaded: &Loaded, printer: &Printer) -> Result<(), String> {
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
    same_nodes(token.nodes, loaded.setup().identity(), printer)
}

/// Whether runs can be by the same nodes, told by their identities: that which is wanted, and that which is there. That own
/// nodes have been edited is said, and no more.
pub fn same_nodes(wanted: Option<u128>, found: Option<u128>, printer: &Printer) -> Result<(), String> {
    match (wanted, found) {
        (Some(_), None) => Err(
            "made by somebody's own nodes, and the built-in plays here; name the file of the nodes with --node".to_owned(),
        ),
        (None, Some(_)) => Err("made by the built-in, and own nodes play here; leave --node out".to_owned()),
        (Some(wanted), Some(found)) if wanted != found => {
            printer.say(&format!(
                "the nodes have changed: `files`, [map], [python] or `preempt` were {wanted:032x} and are {found:032x} now; the \
                 run may differ"
            ));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Why the run is not the one that the token names.
pub fn compare_token(token: &Token, record: &Record) -> Result<(), String> {
    // Whether own nodes have been edited was said before; here their runs count.
    if (Token { nodes: record.token.nodes, ..token.clone() }) == record.token {
        return Ok(());
    }
    Err(format!("did not reproduce: the outcome differs; this run's token is {}", record.token))
}
