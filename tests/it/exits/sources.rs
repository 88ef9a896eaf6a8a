//! The messages that the sources can print, found in their text.
//!
//! Absent on purpose: messages about scenario files, which `tests/errors` and the tests of `scenario` have.

use std::path::Path;

/// A message, by the longest piece of it that is always the same.
#[derive(Debug)]
pub struct Kind {
    #[expect(dead_code, reason = "it is shown when there is no golden file")]
    pub file: String,
    pub piece: String,
}

/// Messages that no test can meet, by a piece, with the reason.
pub const UNMET: &[(&str, &str)] = &[
    ("a request and its answer are two steps", "no command steps through a run: tests/it/session.rs"),
    ("the run is over, or has had as many steps", "no command steps through a run: tests/it/session.rs"),
    ("this run has messages that [map] does not describe", "needs a program that says more than its [map]"),
    ("These nodes do not do the same when they", "needs nodes whose twins agree all the same"),
    ("; nothing was written.", "a bug of ours, a fault of memory, or nodes whose twins agree all the same"),
    ("write --junit ", "needs a disk that fails"),
    ("save the search in ", "needs a disk that fails"),
    (
        " before the way to it was found; run it again",
        "needs a moment in the middle of a command: tests/it/explore/from.rs",
    ),
    ("interrupted: nothing was exported", "needs a moment in the middle of a command"),
    ("; a grade is of all rungs that are asked", "needs a moment in the middle of a command"),
    ("--node: the built-in made this", "needs a report: tests/it/own/report.rs"),
    ("own nodes made this, and runs of theirs", "needs Python: tests/it/own/report.rs"),
    (" have changed: this was made by nodes ", "needs Python: tests/it/own/report.rs"),
    ("what it says of own nodes cannot be read", "needs Python: tests/it/own/report.rs"),
    (", asked a second time: ", "a node that fails in its twin alone"),
    ("there is no place for the Python kit", "needs a process without a home"),
    ("failed to put the Python kit into ", "needs a home that cannot be written to"),
    ("find the folder of the node's file", "needs a folder that goes away between two looks"),
    (": is larger than ", "a file of more than 4 GiB"),
    ("the traces differ", "what is said first names the byte: tests/it/cli/replay.rs"),
    ("too many for this command to keep", "a run of four million events"),
    ("this program's own path cannot stand", "needs a copy of synod in a folder of an odd name"),
    ("; take fewer with --threads", "needs a machine without threads"),
    (
        "; what is printed is of these alone",
        "needs a moment in the middle of a command: tests/timed/interrupt.rs",
    ),
    ("this does the rest:", "needs a moment in the middle of a command: tests/timed/interrupt.rs"),
    (
        "; of it nothing is known, and what",
        "needs a moment in the middle of a command: tests/timed/interrupt.rs",
    ),
    ("what came from standard input is not UTF-8", "needs bytes on standard input: tests/it/cli/checks.rs"),
    ("read the scenario from standard input", "needs a standard input that fails"),
    ("interrupted when all was done", "needs a moment at the end of a command"),
    ("interrupted before a run with what was left", "needs a moment in the middle of a command"),
    ("--as png: a picture is nothing", "needs a terminal: a test's output is none"),
    ("interrupted: not every state", "needs a moment in the middle of a command"),
    ("interrupted: what was not followed", "needs a moment in the middle of a command"),
    ("interrupted: only all pieces", "needs a moment in the middle of a command"),
    ("interrupted before any pair was run", "needs a moment in the middle of a command"),
    ("interrupted before anything was known", "needs a moment in the middle of a command"),
    ("; please report this", "a bug of ours, if ever"),
    ("write into ", "needs a disk that fails"),
    (
        "interrupted; nothing was kept",
        "needs a moment in the middle of a command: tests/it/journal/resume.rs",
    ),
    (" found, and printed", "needs a moment in the middle of a hunt"),
    ("the reader of the output has gone", "a closed pipe ends quietly: tests/it/cli/first_aid.rs"),
    ("the schedule does not break the invariant", "a bug of ours, if ever"),
    ("its samples cannot be read", "a journal with a right checksum that nobody wrote"),
    (
        "was moved or removed while the sweep ran",
        "needs a moment in the middle of a command: tests/it/journal/moved.rs",
    ),
    (
        "was moved or removed while rows",
        "needs a moment in the middle of a command: tests/it/journal/moved.rs",
    ),
    ("another synod replaced the report while", "needs a moment in the middle of a command"),
    ("read --rows ", "needs a disk that fails"),
    ("; go on with the sweep by", "what an earlier version leaves behind: tests/it/journal/moved.rs"),
    ("has not all of its report yet", "what an earlier version leaves behind: tests/it/journal/moved.rs"),
    ("; what was kept before is there", "needs a disk that fails: tests/it/journal/disk.rs"),
    ("read what stands on stdin", "needs a terminal that fails"),
    ("write a man page", "memory is written to"),
    ("failed to write JSON", "memory is written to"),
    ("failed to render the report: ", "figures of any data can be drawn: tests/it/report_figures.rs"),
    ("figure `", "figures of any data can be drawn: tests/it/report_figures.rs"),
    ("run sbatch by sh", "needs a machine without a shell"),
    ("its --until-width cannot be read", "a journal with a right checksum that nobody wrote"),
    ("its --horizon cannot be read", "a journal with a right checksum that nobody wrote"),
    (
        "interrupted; this is the smallest that was found until then",
        "needs a moment in the middle of a command",
    ),
    ("interrupted before anything was found", "needs a moment in the middle of a command"),
    ("is larger than a manifest of so many cells can be", "a huge file: tests/it/trust/manifest.rs"),
    ("its boundary is not where halving", "a file that nobody wrote: tests/it/trust/manifest.rs"),
    (" more things", "a report in which more than forty things are wrong"),
    ("interrupted; the totals were not compared", "needs a moment in the middle of a command"),
    ("it is longer than ", "no command line is so long: the tests of run/deviate"),
    ("the scenario has no cycle", "no command verifies a certificate: tests/it/livelock/certificates.rs"),
    (
        "the run ends before the period does",
        "no command verifies a certificate: tests/it/livelock/certificates.rs",
    ),
    (
        "something is pending that is no part",
        "no command verifies a certificate: tests/it/livelock/certificates.rs",
    ),
    (
        "the period begins or ends within",
        "no command verifies a certificate: tests/it/livelock/certificates.rs",
    ),
    (
        "a random draw had an influence",
        "no command verifies a certificate: tests/it/livelock/certificates.rs",
    ),
    (
        "the order within an instant had an influence",
        "no command verifies a certificate: tests/it/livelock/certificates.rs",
    ),
    ("the state does not recur", "no command verifies a certificate: tests/it/livelock/certificates.rs"),
    ("the certificate says ", "no command verifies a certificate: tests/it/livelock/certificates.rs"),
    ("`script.schedule`, byte ", "of the library; commands say it with its place: script-step"),
    (" were not read; load the scenario", "of the library; commands read what a scenario names"),
    ("an empirical delay has no samples", "refused when the scenario is read: tests/errors"),
    (
        "deviations from the calm run cannot make",
        "no known run of a shipped scenario: tests/it/explain/shrinking.rs",
    ),
    (" is no distribution: ", "refused when the scenario is read: tests/errors"),
    ("min must be below max", "refused when the scenario is read: tests/errors"),
];

/// What begins a message.
const BEGINNINGS: &[&str] = &[
    "Failure::Usage(",
    "Failure::Refused(",
    "Failure::Io(",
    "Failure::io(",
    "printer.error(",
    "#[error(",
    "refuse(",
    "refused(",
    "let why =",
];

/// All kinds of `src`, but for scenario files.
pub fn kinds() -> Vec<Kind> {
    let mut all = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all
}

fn walk(folder: &Path, all: &mut Vec<Kind>) {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "scenario") {
                walk(&path, all);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            let is_told = path.components().any(|part| part.as_os_str() == "cli");
            let text = std::fs::read_to_string(&path).expect("a file");
            let name = path.to_string_lossy().into_owned();
            // Outside the commands a message is an error's; what is not is refused by whoever calls.
            let found = kinds_of(&name, &text);
            all.extend(found.into_iter().filter(|_| is_told || text.contains("thiserror")));
        }
    }
}

/// The kinds of one file.
pub fn kinds_of(file: &str, text: &str) -> Vec<Kind> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found: Vec<Kind> = Vec::new();
    for beginning in BEGINNINGS {
        for (at, _) in text.match_indices(beginning) {
            let rest = &text[at + beginning.len()..];
            // Up to the end of the statement, or what is surely beyond it.
            let rest = &rest[..rest.find(";\n").unwrap_or(rest.len())];
            let Some(literal) = first_literal(rest) else { continue };
            let piece = longest_piece(&literal);
            if piece.trim().len() >= 8 && !found.iter().any(|kind| kind.piece == piece) {
                found.push(Kind { file: file.to_owned(), piece });
            }
        }
    }
    found
}

/// The first string literal, as it is printed.
fn first_literal(text: &str) -> Option<String> {
    let begin = text.find('"')? + 1;
    // A literal that is far away belongs to something else.
    if text[..begin].lines().count() > 4 {
        return None;
    }
    let (mut literal, mut chars) = (String::new(), text[begin..].chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(literal),
            '\\' => match chars.next()? {
                'n' => literal.push('\n'),
                '\n' => {
                    let rest = chars.as_str().trim_start();
                    chars = rest.chars();
                }
                other => literal.push(other),
            },
            other => literal.push(other),
        }
    }
    None
}

/// Between placeholders and line ends.
fn longest_piece(literal: &str) -> String {
    let (mut pieces, mut piece, mut depth) = (Vec::new(), String::new(), 0);
    for c in literal.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '\n' => {}
            other if depth == 0 => {
                piece.push(other);
                continue;
            }
            _ => continue,
        }
        pieces.push(std::mem::take(&mut piece));
    }
    pieces.push(piece);
    pieces.into_iter().max_by_key(String::len).unwrap_or_default()
}
