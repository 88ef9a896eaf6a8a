//! `synod replay --trace`: a recorded trace held against the run that it describes, made again.
//!
//! Absent on purpose: reading events. Both traces are bytes, and the first byte that differs is named; neither of them is
//! ever whole in memory.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use super::args::OwnArg;
use super::exit::{Exit, Failure};
use super::node::nodes_for;
use super::printer::Printer;
use super::replay::same_nodes;
use super::run::verdict;
use super::stream::trace;
use super::write::shown;
use crate::run::{Deviations, Record, Setup};
use crate::scenario::{Scenario, hash, printable};
use crate::sim::EPOCH;
use crate::text::quote_path;
use crate::trace::{FORMAT, Header, Trailer};

/// What is shown before and behind the first difference, bytes.
const AROUND: usize = 60;

/// Longest header that is read, bytes; it carries the scenario with its samples.
const HEADER: u64 = 1 << 28;
/// The trailer is shorter.
const TRAILER: u64 = 4096;

/// Runs the scenario that a trace carries and compares every byte, while both are made and read.
pub fn replay(path: &Path, own: &OwnArg, printer: &Printer) -> Result<Exit, Failure> {
    let name = path.to_string_lossy();
    let (scenario, record) = match again(path, own, printer)? {
        Ok(run) => run,
        Err(why) => {
            printer.error(&format!("{}: did not reproduce: {why}", printable(&name)));
            return Ok(Exit::Mismatch);
        }
    };
    printer.data(format!("reproduced: {} events, digest {}\n", record.count(), record.digest).as_bytes())?;
    let again = format!("synod replay --trace {}{}", quote_path(path), own.words());
    Ok(verdict(&scenario, &record, &again, printer))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| match error.kind() {
        ErrorKind::NotFound => Failure::Usage(format!("{}: no such trace file", shown(path))),
        _ => Failure::io(&format!("read {}", shown(path)), &error),
    }
}

/// The recorded run, made again; or why it is another one. A file that is no trace at all is a wrong argument.
fn again(
    path: &Path,
    own: &OwnArg,
    printer: &Printer,
) -> Result<Result<(Scenario, Record), String>, Failure> {
    let failed = failed(path);
    // A pipe would let us wait, and a device has no end.
    if !path.metadata().map_err(&failed)?.is_file() {
        return Err(Failure::Usage(format!("{}: is no regular file", shown(path))));
    }
    let mut file = BufReader::new(File::open(path).map_err(&failed)?);
    let mut line = Vec::new();
    (&mut file).take(HEADER).read_until(b'\n', &mut line).map_err(&failed)?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let header: Header = match serde_json::from_slice(line) {
        Ok(header) => header,
        Err(error) if is_trace(&mut file).map_err(&failed)? => {
            let why = printable(&error.to_string()).to_string();
            return Ok(Err(format!("first difference at the header (line 1), which cannot be read: {why}")));
        }
        Err(error) => {
            return Err(Failure::Usage(format!(
                "{}:1: not a trace of synod ({}); make one with `synod replay … --as jsonl`",
                shown(path),
                printable(&error.to_string())
            )));
        }
    };
    file.rewind().map_err(&failed)?;
    rerun(file, path, &header, own, printer)
}

/// Whether a file whose header is damaged was a trace: it ends as one.
fn is_trace(file: &mut BufReader<File>) -> std::io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TRAILER)))?;
    let mut end = Vec::new();
    file.take(TRAILER).read_to_end(&mut end)?;
    let last = end.trim_ascii_end().rsplit(|&b| b == b'\n').next().unwrap_or_default();
    Ok(serde_json::from_slice::<Trailer>(last).is_ok())
}

fn rerun(
    file: BufReader<File>,
    path: &Path,
    header: &Header,
    own: &OwnArg,
    printer: &Printer,
) -> Result<Result<(Scenario, Record), String>, Failure> {
    let (scenario, deviations) = match maker(header, &path.to_string_lossy()) {
        Ok(maker) => maker,
        Err(why) => return Ok(Err(why)),
    };
    let nodes = nodes_for(own, &scenario)?;
    let setup = Setup { scenario: &scenario, nodes: nodes.as_ref() };
    let made_by = header.nodes.as_deref().map(|nodes| u128::from_str_radix(nodes, 16).unwrap_or(0));
    if let Err(why) = same_nodes(made_by, setup.identity(), printer) {
        return Ok(Err(why));
    }
    let mut held = Held { file, path, line: 0, different: None };
    let played = trace(setup, header.seed, &deviations, &mut |bytes| held.compare(bytes));
    let record = match (held.different.take(), played) {
        (Some(why), _) => return Ok(Err(why)),
        (None, Err(failure)) => return Err(failure),
        (None, Ok(Err(error))) => return Ok(Err(unusable(&error.to_string()))),
        (None, Ok(Ok(record))) => record,
    };
    Ok(match held.more()? {
        Some(why) => Err(why),
        None => Ok((scenario, record)),
    })
}

fn unusable(why: &str) -> String {
    format!("first difference at the header (line 1), whose scenario is unusable: {why}")
}

/// What the run was made from, by the header of its trace.
fn maker(header: &Header, name: &str) -> Result<(Scenario, Deviations), String> {
    if (header.synod_trace, header.epoch) != (FORMAT, EPOCH) {
        return Err(format!(
            "its header (line 1) says engine epoch {} and trace format {}; this is epoch {EPOCH}, format {FORMAT}",
            header.epoch, header.synod_trace
        ));
    }
    let scenario = Scenario::parse(&header.source.to_string(), name).map_err(|e| unusable(e.message()))?;
    let found = hash(&scenario).to_string();
    if found != header.scenario_hash {
        return Err(format!(
            "first difference at the header (line 1): its scenario has the hash {found}, and it says {}",
            printable(&header.scenario_hash)
        ));
    }
    let deviations = header.deviations.parse::<Deviations>().map_err(|e| unusable(&e.to_string()))?;
    Ok((scenario, deviations))
}

/// A recorded trace that is held against the one that is being made.
struct Held<'a> {
    file: BufReader<File>,
    path: &'a Path,
    /// Lines that are equal.
    line: usize,
    /// The line and column where the two part, and what each of them has there.
    different: Option<String>,
}

impl Held<'_> {
    /// Takes the next whole lines; fails at the first difference, which is then kept.
    fn compare(&mut self, again: &[u8]) -> Result<(), Failure> {
        let mut recorded = Vec::with_capacity(again.len());
        self.read(again.len() as u64, &mut recorded)?;
        if recorded == again {
            self.line += again.iter().filter(|&&b| b == b'\n').count();
            return Ok(());
        }
        let at = recorded.iter().zip(again).take_while(|(a, b)| a == b).count();
        let start = again[..at].iter().rposition(|&b| b == b'\n').map_or(0, |newline| newline + 1);
        self.line += again[..at].iter().filter(|&&b| b == b'\n').count();
        self.read(AROUND as u64 + 1, &mut recorded)?;
        let rest = again[start..].split(|&b| b == b'\n').next().unwrap_or_default();
        let what = match self.line {
            0 => "the header".to_owned(),
            _ if serde_json::from_slice::<Trailer>(rest).is_ok() => "the trailer".to_owned(),
            line => format!("event {line}"),
        };
        self.part(&what, at - start, &recorded[start.min(recorded.len())..], &again[start..]);
        Err(Failure::Usage("the traces differ".to_owned()))
    }

    /// What the recorded trace has beyond the end of the other.
    fn more(&mut self) -> Result<Option<String>, Failure> {
        let mut recorded = Vec::new();
        self.read(AROUND as u64 + 1, &mut recorded)?;
        if !recorded.is_empty() {
            self.part("the end", 0, &recorded, b"");
        }
        Ok(self.different.take())
    }

    fn read(&mut self, bytes: u64, into: &mut Vec<u8>) -> Result<(), Failure> {
        (&mut self.file).take(bytes).read_to_end(into).map_err(failed(self.path))?;
        Ok(())
    }

    fn part(&mut self, what: &str, at: usize, recorded: &[u8], again: &[u8]) {
        self.different = Some(format!(
            "first difference at {what} (line {}, byte {})\n  recorded: {}\n  this run: {}",
            self.line + 1,
            at + 1,
            window(recorded, at),
            window(again, at)
        ));
    }
}

/// The line at the beginning of these bytes, as far as it lies around `at`.
fn window(bytes: &[u8], at: usize) -> String {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    if line.is_empty() {
        return "(nothing)".to_owned();
    }
    let (from, to) = (at.saturating_sub(AROUND), (at + AROUND).min(line.len()));
    let cut = |is: bool| if is { "…" } else { "" };
    let shown = String::from_utf8_lossy(&line[from.min(to)..to]);
    format!("{}{}{}", cut(from > 0), printable(&shown), cut(to < line.len()))
}
