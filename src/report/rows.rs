//! One run as one row, as CSV or as a line of JSON: the columns are the same, and so are their names.
//!
//! Written by hand and into the caller's buffer, for a row must cost less than the run that it tells of. Absent on
//! purpose: files, and the order of rows.

use std::collections::BTreeMap;

use super::csv::safe;
use super::lineup::Lineup;
use crate::check::ClientOutcome;
use crate::check::{Counter, Hazard, Outcome, Verdict};
use crate::scenario::Scenario;
use crate::text::visible_json;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// Comma-separated, after a line with the names of the columns; nothing where there is no figure.
    Csv,
    /// An object a line; `null` where there is no figure.
    JsonLines,
}

/// The first columns; then come the counters, the hazards, the violations, and last the joint outcome.
const FIRST: [&str; 6] = ["cell", "seed", "verdict", "winner", "chosen_at_ns", "ended_at_ns"];
const OUTCOME: &str = "outcome";
/// When each client has its answer, as `A:27481000 B:none`.
const ANSWERS: &str = "answered_at_ns";

/// The columns in their order, but for the last two, which tell of each client.
fn columns() -> Vec<String> {
    let counters = Counter::of_row().map(|counter| counter.metric().key.to_owned());
    let hazards = Hazard::ALL.iter().map(|hazard| format!("hazard_{}", hazard.name().replace('-', "_")));
    let first = FIRST.iter().map(|&name| name.to_owned());
    first.chain(counters).chain(hazards).chain(["violations".to_owned()]).collect()
}

/// The line of CSV that comes before all rows.
fn head() -> String {
    format!("{},{OUTCOME},{ANSWERS}\n", columns().join(","))
}

impl RowFormat {
    /// Whether a file that begins like this holds rows of this format, of whatever sweep and also if they were cut short, or
    /// nothing at all.
    pub fn is_rows(self, beginning: &[u8]) -> bool {
        let head = match self {
            RowFormat::Csv => head(),
            RowFormat::JsonLines => format!("{{\"{}\":", FIRST[0]),
        };
        if beginning.len() < head.len() {
            return head.as_bytes().starts_with(beginning);
        }
        let Some(rest) = beginning.strip_prefix(head.as_bytes()) else { return false };
        // An object goes on with a number and the next column.
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (next, rest) = (format!(",\"{}\":", FIRST[1]), &rest[digits..]);
        self == RowFormat::Csv || next.as_bytes().starts_with(&rest[..rest.len().min(next.len())])
    }
}

/// Writes the rows of a sweep's runs.
#[derive(Clone, Debug)]
pub struct RowWriter {
    format: RowFormat,
    /// What stands before each field.
    before: Vec<String>,
    /// The counters, in the order of their columns.
    counters: Vec<Counter>,
    /// Fields as they are written.
    verdicts: Vec<String>,
    /// Of each cell, which of the names are its own.
    lineups: Vec<usize>,
    names: Vec<Names>,
}

/// The names of a line-up as they are written.
#[derive(Clone, Debug)]
struct Names {
    proposers: Vec<String>,
    /// The fields that tell of each client, outcomes and times: what stands before each client's part, and what ends the field.
    clients: [(Vec<String>, &'static str); 2],
}

impl Names {
    fn of(format: RowFormat, lineup: &Lineup) -> Names {
        let clients: Vec<&str> = lineup.clients.iter().map(String::as_str).collect();
        let clients = [OUTCOME, ANSWERS].map(|column| client_pieces(format, column, &clients));
        Names { proposers: lineup.proposers.iter().map(|name| text(format, name)).collect(), clients }
    }
}

/// A field.
#[derive(Clone, Copy)]
enum Field<'a> {
    Number(u64),
    /// Escaped, with its quotes.
    Text(&'a str),
    None,
}

impl RowWriter {
    /// For runs of these scenarios, each a cell: the first is cell 0.
    pub fn new<'s>(format: RowFormat, cells: impl IntoIterator<Item = &'s Scenario>) -> Self {
        let (mut known, mut names) = (BTreeMap::new(), Vec::new());
        let lineup = |scenario: &Scenario| {
            let lineup = Lineup::of(scenario);
            *known.entry(lineup).or_insert_with_key(|lineup| {
                names.push(Names::of(format, lineup));
                names.len() - 1
            })
        };
        let lineups = cells.into_iter().map(lineup).collect();
        let columns = columns();
        let before = columns.iter().enumerate().map(|(i, name)| match (format, i) {
            (RowFormat::Csv, 0) => String::new(),
            (RowFormat::Csv, _) => ",".to_owned(),
            (RowFormat::JsonLines, 0) => format!("{{\"{name}\":"),
            (RowFormat::JsonLines, _) => format!(",\"{name}\":"),
        });
        RowWriter {
            format,
            before: before.collect(),
            counters: Counter::of_row().collect(),
            verdicts: Verdict::ALL.iter().map(|v| text(format, v.name())).collect(),
            lineups,
            names,
        }
    }

    /// What comes before all rows.
    pub fn head(&self) -> String {
        match self.format {
            RowFormat::Csv => head(),
            RowFormat::JsonLines => String::new(),
        }
    }

    /// Appends the row of a run of a cell, with the end of its line.
    pub fn write(&self, out: &mut Vec<u8>, cell: usize, seed: u64, outcome: &Outcome) {
        let names = &self.names[self.lineups[cell]];
        let violated;
        let mut violations = Field::None;
        if !outcome.violated.is_empty() {
            let names: Vec<&str> = outcome.violated.iter().map(|i| i.name()).collect();
            violated = text(self.format, &names.join(" "));
            violations = Field::Text(&violated);
        }
        let count = |n: u32| Field::Number(u64::from(n));
        let first: [Field; FIRST.len()] = [
            Field::Number(cell as u64),
            Field::Number(seed),
            Field::Text(&self.verdicts[outcome.verdict as usize]),
            outcome.winner.map_or(Field::None, |p| Field::Text(&names.proposers[usize::from(p)])),
            outcome.chosen_at_ns.map_or(Field::None, Field::Number),
            Field::Number(outcome.ended_at_ns),
        ];
        let counts = outcome.counts();
        let counters = self.counters.iter().map(|&counter| count(counts[counter]));
        let fields = first.into_iter().chain(counters).chain(outcome.hazards.map(count)).chain([violations]);
        for (before, field) in self.before.iter().zip(fields) {
            out.extend_from_slice(before.as_bytes());
            match field {
                Field::Number(n) => number(out, n),
                Field::Text(text) => out.extend_from_slice(text.as_bytes()),
                Field::None if self.format == RowFormat::JsonLines => out.extend_from_slice(b"null"),
                Field::None => {}
            }
        }
        for ((pieces, end), is_time) in names.clients.iter().zip([false, true]) {
            for (before, client) in pieces.iter().zip(&outcome.clients) {
                out.extend_from_slice(before.as_bytes());
                match (is_time, client.answer) {
                    (false, _) => client_outcome(out, ClientOutcome::of(client)),
                    (true, Some(_)) => number(out, client.at_ns),
                    (true, None) => out.extend_from_slice(b"none"),
                }
            }
            out.extend_from_slice(end.as_bytes());
        }
        out.extend_from_slice(if self.format == RowFormat::JsonLines { b"}\n" } else { b"\n" });
    }
}

/// A text as a field.
fn text(format: RowFormat, text: &str) -> String {
    match format {
        RowFormat::JsonLines => visible_json(&serde_json::Value::from(text).to_string()),
        RowFormat::Csv if is_plain(text) => safe(text),
        RowFormat::Csv => format!("\"{}\"", safe(text).replace('"', "\"\"")),
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains([',', '"', '\n', '\r'])
}

/// Without the quotes around it; one that belongs to the text stays.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// What stands before each client's part of such a field, and what ends the field after the last.
fn client_pieces(format: RowFormat, column: &str, clients: &[&str]) -> (Vec<String>, &'static str) {
    let quote =
        if format == RowFormat::JsonLines || !clients.iter().all(|name| is_plain(name)) { "\"" } else { "" };
    let piece = |(i, name): (usize, &&str)| {
        let name = match (format, i) {
            (RowFormat::JsonLines, _) => unquoted(&text(format, name)).to_owned(),
            // Only at the beginning of a field is there anything to take for a formula.
            (RowFormat::Csv, 0) => safe(name).replace('"', "\"\""),
            (RowFormat::Csv, _) => super::names::printable(name).replace('"', "\"\""),
        };
        match (format, i) {
            (RowFormat::JsonLines, 0) => format!(",\"{column}\":\"{name}:"),
            (RowFormat::Csv, 0) => format!(",{quote}{name}:"),
            _ => format!(" {name}:"),
        }
    };
    (clients.iter().enumerate().map(piece).collect(), quote)
}

/// As [`ClientOutcome`] writes itself, faster.
fn client_outcome(out: &mut Vec<u8>, outcome: ClientOutcome) {
    match outcome {
        ClientOutcome::Own => out.extend_from_slice(b"own"),
        ClientOutcome::Other => out.extend_from_slice(b"other"),
        ClientOutcome::None => out.extend_from_slice(b"none"),
        ClientOutcome::Failed { phase, count } => {
            out.extend_from_slice(b"failed/");
            number(out, u64::from(phase));
            out.push(b'/');
            number(out, u64::from(count));
        }
    }
}

/// A number in decimal: a third of what the standard library's formatting costs.
fn number(out: &mut Vec<u8>, mut n: u64) {
    const DIGITS: usize = 20;
    let (mut digits, mut first) = ([b'0'; DIGITS], DIGITS - 1);
    loop {
        digits[first] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return out.extend_from_slice(&digits[first..]);
        }
        first -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        let mut n = 1_u64;
        for i in 0..200 {
            let mut out = Vec::new();
            number(&mut out, n);
            assert_eq!(out, n.to_string().into_bytes());
            n = if i % 2 == 0 { n.wrapping_mul(10) } else { n.wrapping_sub(1) };
        }
        let mut out = Vec::new();
        number(&mut out, u64::MAX);
        assert_eq!(out, u64::MAX.to_string().into_bytes());
    }

    #[test]
    fn client_outcomes_are_written_as_they_write_themselves() {
        let failed = ClientOutcome::Failed { phase: 2, count: 17 };
        for outcome in [ClientOutcome::Own, ClientOutcome::Other, ClientOutcome::None, failed] {
            let mut out = Vec::new();
            client_outcome(&mut out, outcome);
            assert_eq!(out, outcome.to_string().into_bytes());
        }
    }

    #[test]
    fn names_are_escaped_for_where_they_go() {
        assert_eq!(text(RowFormat::Csv, "=A,\"B\""), "\"'=A,\"\"B\"\"\"");
        assert_eq!(text(RowFormat::JsonLines, "a\"b"), "\"a\\\"b\"");
        assert_eq!(
            client_pieces(RowFormat::Csv, OUTCOME, &["A", "B"]),
            (vec![",A:".into(), " B:".into()], "")
        );
        assert_eq!(client_pieces(RowFormat::Csv, OUTCOME, &["A,x"]), (vec![",\"A,x:".into()], "\""));
        assert_eq!(
            client_pieces(RowFormat::JsonLines, ANSWERS, &["A", "\"B\""]),
            (vec![",\"answered_at_ns\":\"A:".into(), " \\\"B\\\":".into()], "\"")
        );
    }
}
