//! `synod replay --trace`: a recorded trace held against the run that it describes, made again.
//!
//! Absent on purpose: reading events. Both traces are bytes, and the first byte that differs is named.

use std::path::Path;

use super::exit::{Exit, Failure};
use super::printer::Printer;
use super::replay::trace_bytes;
use super::run::verdict;
use super::verify::read_file;
use crate::run::{Deviations, Record};
use crate::scenario::{Scenario, hash, printable};
use crate::sim::EPOCH;
use crate::text::quote_path;
use crate::trace::{FORMAT, Header, Trailer};

/// What is shown before and behind the first difference, bytes.
const AROUND: usize = 60;

/// Runs the scenario that a trace carries and compares every byte.
pub fn replay(path: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let name = path.to_string_lossy();
    let bytes = read_file(path, "no such trace file")?;
    let (scenario, record) = match again(&bytes, &name)? {
        Ok(run) => run,
        Err(why) => {
            printer.error(&format!("{}: did not reproduce: {why}", printable(&name)));
            return Ok(Exit::Mismatch);
        }
    };
    printer
        .data(format!("reproduced: {} events, digest {}\n", record.events.len(), record.digest).as_bytes())?;
    let again = format!("synod replay --trace {}", quote_path(path));
    Ok(verdict(&scenario, &record, &again, printer))
}

/// The recorded run, made again; or why it is another one. A file that is no trace at all is a wrong argument.
fn again(bytes: &[u8], name: &str) -> Result<Result<(Scenario, Record), String>, Failure> {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    let header: Header = match serde_json::from_slice(line) {
        Ok(header) => header,
        Err(error) if is_trace(bytes) => {
            let why = printable(&error.to_string()).to_string();
            return Ok(Err(format!("first difference at the header (line 1), which cannot be read: {why}")));
        }
        Err(error) => {
            return Err(Failure::Usage(format!(
                "{}:1: not a trace of synod ({}); make one with `synod replay … --as jsonl`",
                printable(name),
                printable(&error.to_string())
            )));
        }
    };
    Ok(rerun(bytes, &header, name))
}

/// Whether a file whose header is damaged was a trace: it ends as one.
fn is_trace(bytes: &[u8]) -> bool {
    let last = bytes.trim_ascii_end().rsplit(|&b| b == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<Trailer>(last).is_ok()
}

fn rerun(bytes: &[u8], header: &Header, name: &str) -> Result<(Scenario, Record), String> {
    if (header.synod_trace, header.epoch) != (FORMAT, EPOCH) {
        return Err(format!(
            "its header (line 1) says engine epoch {} and trace format {}; this is epoch {EPOCH}, format {FORMAT}",
            header.epoch, header.synod_trace
        ));
    }
    let unusable =
        |why: &str| format!("first difference at the header (line 1), whose scenario is unusable: {why}");
    let scenario = Scenario::parse(&header.source.to_string(), name).map_err(|e| unusable(e.message()))?;
    let found = hash(&scenario).to_string();
    if found != header.scenario_hash {
        return Err(format!(
            "first difference at the header (line 1): its scenario has the hash {found}, and it says {}",
            printable(&header.scenario_hash)
        ));
    }
    let deviations = header.deviations.parse::<Deviations>().map_err(|e| unusable(&e.to_string()))?;
    let record = Record::with(&scenario, header.seed, &deviations).map_err(|e| unusable(&e.to_string()))?;
    let again = trace_bytes(&record, &scenario).map_err(|_| unusable("it cannot be written"))?;
    if again != bytes {
        return Err(first_difference(bytes, &again));
    }
    Ok((scenario, record))
}

/// The line and column where two different traces part, and what each of them has there.
fn first_difference(recorded: &[u8], again: &[u8]) -> String {
    let at = recorded.iter().zip(again).take_while(|(a, b)| a == b).count();
    let before = &recorded[..at];
    let line = before.iter().filter(|&&b| b == b'\n').count();
    let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
    let last = again.iter().filter(|&&b| b == b'\n').count() - 1;
    let what = match line {
        0 => "the header".to_owned(),
        _ if line < last => format!("event {line}"),
        _ if line == last => "the trailer".to_owned(),
        _ => "the end".to_owned(),
    };
    format!(
        "first difference at {what} (line {}, byte {})\n  recorded: {}\n  this run: {}",
        line + 1,
        at - start + 1,
        window(recorded, start, at),
        window(again, start, at)
    )
}

/// The line that begins at `start`, as far as it lies around `at`.
fn window(bytes: &[u8], start: usize, at: usize) -> String {
    let line = bytes[start..].split(|&b| b == b'\n').next().unwrap_or_default();
    if line.is_empty() {
        return "(nothing)".to_owned();
    }
    let (from, to) = ((at - start).saturating_sub(AROUND), (at - start + AROUND).min(line.len()));
    let cut = |is: bool| if is { "…" } else { "" };
    let shown = String::from_utf8_lossy(&line[from.min(to)..to]);
    format!("{}{}{}", cut(from > 0), printable(&shown), cut(to < line.len()))
}
