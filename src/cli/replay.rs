//! `synod replay`: a run again, event by event, or held against its record.

use std::path::Path;

use super::args::{ReplayArgs, Source, View};
use super::exit::{Exit, Failure};
use super::load::{failure, load};
use super::printer::Printer;
use super::run::{record, verdict};
use crate::report::{RunView, timeline};
use crate::run::{Record, Token};
use crate::scenario::{Scenario, hash, printable};
use crate::sim::EPOCH;
use crate::trace::{FORMAT, Header};

/// Replays a run.
pub fn replay(args: &ReplayArgs, printer: &Printer) -> Result<Exit, Failure> {
    if let Some(trace) = &args.trace {
        return replay_trace(trace, printer);
    }
    let scenario = args.scenario.clone().unwrap_or_default();
    let loaded = load(&Source { scenario, sets: args.sets.clone() })?;
    let token = args.token.as_deref().map(str::parse::<Token>).transpose();
    let token = token.map_err(|error| Failure::Usage(error.to_string()))?;
    let seed = token.as_ref().map_or(args.seed.unwrap_or(0), |token| token.seed);
    let record = record(&loaded.scenario, seed)?;
    match args.as_ {
        View::Text => {
            let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record: &record };
            printer.data(timeline(&view).as_bytes())?;
        }
        View::Jsonl => printer.data(&trace_bytes(&record, &loaded.scenario)?)?,
    }
    if let Some(token) = token {
        return Ok(compare_token(&token, &record, printer));
    }
    Ok(verdict(&loaded, &record, printer))
}

fn trace_bytes(record: &Record, scenario: &Scenario) -> Result<Vec<u8>, Failure> {
    record.to_jsonl(scenario).map_err(|error| Failure::Io(format!("failed to write JSON Lines: {error}")))
}

fn compare_token(token: &Token, record: &Record, printer: &Printer) -> Exit {
    let why = if token.scenario != record.scenario_hash {
        format!(
            "made by another scenario: its hash is {}, this one's {}",
            token.scenario, record.scenario_hash
        )
    } else if token.epoch != EPOCH {
        format!("made by engine epoch {}, this is epoch {EPOCH}", token.epoch)
    } else if *token != record.token {
        format!("did not reproduce: the outcome differs; this run's token is {}", record.token)
    } else {
        printer.say("reproduced");
        return Exit::Ok;
    };
    printer.error(&why);
    Exit::Mismatch
}

/// Runs the scenario that a trace carries and compares every line.
fn replay_trace(path: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let name = printable(&path.to_string_lossy()).to_string();
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::Usage(format!("{name}: no such trace file")),
        _ => Failure::io(&format!("read {name}"), &error),
    })?;
    let (header, scenario) = match read_header(&bytes, &name)? {
        Ok(header) => header,
        Err(why) => {
            printer.error(&format!("{name}: {why}"));
            return Ok(Exit::Mismatch);
        }
    };
    let record = record(&scenario, header.seed)?;
    let again = trace_bytes(&record, &scenario)?;
    if again == bytes {
        printer.data(
            format!("reproduced: {} events, digest {}\n", record.events.len(), record.digest).as_bytes(),
        )?;
        return Ok(Exit::Ok);
    }
    printer.error(&format!("{name}: did not reproduce: {}", first_difference(&bytes, &again)));
    Ok(Exit::Mismatch)
}

/// The trace's header with its scenario; or why this build cannot reproduce it.
fn read_header(bytes: &[u8], name: &str) -> Result<Result<(Header, Scenario), String>, Failure> {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let header: Header = serde_json::from_slice(line).map_err(|error| {
        Failure::Usage(format!(
            "{name}:1: not a trace of synod ({error}); make one with `synod replay … --as jsonl`"
        ))
    })?;
    if (header.synod_trace, header.epoch) != (FORMAT, EPOCH) {
        return Ok(Err(format!(
            "made by engine epoch {} in trace format {}; this is epoch {EPOCH}, format {FORMAT}",
            header.epoch, header.synod_trace
        )));
    }
    let scenario = Scenario::parse(&header.source.to_string(), name).map_err(failure)?;
    let found = hash(&scenario).to_string();
    if found != header.scenario_hash {
        return Ok(Err(format!(
            "first difference in line 1: the scenario's hash is {found}, the header says {}",
            printable(&header.scenario_hash)
        )));
    }
    Ok(Ok((header, scenario)))
}

fn first_difference(recorded: &[u8], again: &[u8]) -> String {
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect() };
    let (recorded, again) = (lines(recorded), lines(again));
    let at = recorded.iter().zip(&again).take_while(|(a, b)| a == b).count();
    let show = |lines: &[Vec<u8>]| match lines.get(at) {
        Some(line) => printable(&String::from_utf8_lossy(line)).to_string(),
        None => "(nothing)".to_owned(),
    };
    let event = if at == 0 { "the header".to_owned() } else { format!("event {at}") };
    format!(
        "first difference at {event} (line {})\n  recorded: {}\n  this run: {}",
        at + 1,
        show(&recorded),
        show(&again)
    )
}
