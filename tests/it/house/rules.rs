//! The rules of the house, as functions over a file's name and text.

use super::paths::{Path, module_of, paths};
use super::tokens::{Token, tokens};

/// A file that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub file: String,
    pub line: usize,
    pub rule: &'static str,
    pub what: String,
}

/// The rooms from the ground up. A room's rank is its place; rooms in one row do not see each other.
const RANKS: [&[&str]; 10] = [
    &["paxos", "sim", "stats", "text"],
    &["trace"],
    &["check"],
    &["scenario"],
    &["own"],
    &["run"],
    &["many"],
    &["sweep"],
    &["report", "child"],
    &["cli"],
];

/// What only these files may name: crates and parts of `std`, by the first words of a path.
const KEPT: &[(&[&str], &[&str])] = &[
    (&["clap"], &["src/cli/"]),
    (&["clap_complete"], &["src/cli/"]),
    (&["indicatif"], &["src/cli/"]),
    (&["anyhow"], &["src/cli/"]),
    (&["signal_hook"], &["src/cli/"]),
    (&["std", "env"], &["src/cli/", "src/scenario/schema_tests.rs"]),
    (&["std", "process"], &["src/cli/", "src/main.rs", "src/child/"]),
    (
        &["std", "fs"],
        &["src/cli/", "src/scenario/load.rs", "src/scenario/shipped.rs", "src/scenario/schema_tests.rs"],
    ),
    (&["std", "net"], &[]),
    (
        &["std", "thread"],
        &[
            "src/cli/",
            "src/child/",
            "src/run/threads.rs",
            "src/run/explore/packed/table.rs",
            "src/many/driver.rs",
        ],
    ),
    (&["plotters"], &["src/report/draw"]),
    (&["plotters_backend"], &["src/report/draw"]),
    (&["rand_chacha"], &["src/sim/words.rs"]),
    (&["rand_core"], &["src/sim/words.rs"]),
    (&["rand"], &[]),
    (&["rustix"], &["src/child/"]),
    (&["unicode_properties"], &["src/text/visible.rs"]),
    (&["synod"], &["src/main.rs"]),
];

/// Words that only `cli` may say: they reach a terminal or end the process.
const TALK: &[(&str, &str)] = &[
    ("println", "!"),
    ("eprintln", "!"),
    ("print", "!"),
    ("eprint", "!"),
    ("dbg", "!"),
    ("stdout", "("),
    ("stderr", "("),
    ("stdin", "("),
];

/// Where floating point has no business: time, the queue, the words, the protocol, the record of a run.
const INTEGERS_ONLY: &[&str] = &[
    "src/paxos/",
    "src/trace",
    "src/sim/agenda.rs",
    "src/sim/queue.rs",
    "src/sim/timers.rs",
    "src/sim/words.rs",
];

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 70;
const LONGEST_MAIN: usize = 10;

/// Every breach in a tree of (path, text).
pub fn breaches(tree: &[(String, String)]) -> Vec<Breach> {
    let mut all = Vec::new();
    for (file, text) in tree {
        sizes(file, text, &mut all);
        if !file.starts_with("src/") {
            continue;
        }
        for path in paths(file, text) {
            ranks(file, &path, &mut all);
            kept(file, &path, &mut all);
        }
        talk(file, &tokens(text), &mut all);
        integers(file, &tokens(text), &mut all);
    }
    all
}

fn breach(file: &str, line: usize, rule: &'static str, what: impl Into<String>) -> Breach {
    Breach { file: file.to_owned(), line, rule, what: what.into() }
}

fn rank(room: &str) -> Option<usize> {
    RANKS.iter().position(|rooms| rooms.contains(&room))
}

/// What a scenario chooses of the protocol, by its names.
const CHOICES: &[&str] = &["Advance", "Ballots", "GiveUp", "Mutant", "Repeated", "Role", "Transport"];

/// A file sees its own room and lower ranks; only `run` sees `paxos`, but for the choices among which a scenario's keys are.
fn ranks(file: &str, path: &Path, all: &mut Vec<Breach>) {
    if !path.inside {
        return;
    }
    let own = module_of(file);
    let shown = || format!("crate::{}", path.segments.join("::"));
    let Some(own) = own.first() else { return };
    let Some(target) = path.segments.first().filter(|name| *name != "*") else {
        // The root under another name would hide everything behind it.
        return all.push(breach(file, path.line, "rank", "the crate's root itself"));
    };
    let (Some(mine), Some(theirs)) = (rank(own), rank(target)) else {
        return all.push(breach(file, path.line, "rank", format!("{} is in no known room", shown())));
    };
    if own != target && theirs >= mine {
        all.push(breach(file, path.line, "rank", shown()));
    }
    let is_choice = || path.segments.get(1).is_some_and(|name| CHOICES.contains(&name.as_str()));
    let chooses = file == "src/scenario/model/protocol.rs" && is_choice();
    if target == "paxos" && own != "paxos" && own != "run" && !chooses {
        all.push(breach(file, path.line, "paxos", shown()));
    }
}

fn kept(file: &str, path: &Path, all: &mut Vec<Breach>) {
    for (name, homes) in KEPT {
        let named =
            !path.inside && path.segments.iter().map(String::as_str).zip(name.iter()).all(|(a, b)| a == *b);
        if named && path.segments.len() >= name.len() && !homes.iter().any(|home| file.starts_with(home)) {
            all.push(breach(file, path.line, "kept", path.segments.join("::")));
        }
    }
}

/// Also the second half of `use std::process; process::exit(1)`.
fn talk(file: &str, tokens: &[Token<'_>], all: &mut Vec<Breach>) {
    if file.starts_with("src/cli/") {
        return;
    }
    for (i, (token, next)) in tokens.iter().zip(&tokens[1.min(tokens.len())..]).enumerate() {
        // `command.stdout(…)` names a pipe.
        let is_method = i > 0 && tokens[i - 1].text == ".";
        if TALK.contains(&(token.text, next.text)) && !is_method {
            all.push(breach(file, token.line, "talk", token.text));
        }
    }
    for three in tokens.windows(3) {
        if let [a, b, c] = three
            && (a.text, b.text) == ("process", "::")
            && matches!(c.text, "exit" | "abort")
        {
            all.push(breach(file, a.line, "talk", format!("process::{}", c.text)));
        }
    }
}

fn integers(file: &str, tokens: &[Token<'_>], all: &mut Vec<Breach>) {
    if !INTEGERS_ONLY.iter().any(|home| file.starts_with(home)) {
        return;
    }
    for token in tokens.iter().filter(|token| matches!(token.text, "f64" | "f32")) {
        all.push(breach(file, token.line, "integers", token.text));
    }
}

fn sizes(file: &str, text: &str, all: &mut Vec<Breach>) {
    let lines = text.lines().count();
    let longest = if file == "src/main.rs" { LONGEST_MAIN } else { LONGEST_FILE };
    if lines > longest {
        all.push(breach(file, lines, "file size", format!("{lines} lines")));
    }
    for (name, first, lines) in functions(&tokens(text)) {
        if lines > LONGEST_FUNCTION {
            all.push(breach(file, first, "function size", format!("{name} has {lines} lines")));
        }
    }
}

/// Name, first line and number of lines of every function with a body.
fn functions(tokens: &[Token<'_>]) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        // `fn(u64)` is a type.
        if tokens[at].text != "fn" || !tokens.get(at + 1).is_some_and(Token::is_word) {
            continue;
        }
        let Some(open) = tokens[at..].iter().position(|t| matches!(t.text, "{" | ";")) else { continue };
        let mut depth = 0;
        for token in &tokens[at + open..] {
            depth += i32::from(token.text == "{") - i32::from(token.text == "}");
            if depth == 0 {
                found.push((
                    tokens[at + 1].text.to_owned(),
                    tokens[at].line,
                    token.line - tokens[at].line + 1,
                ));
                break;
            }
        }
    }
    found
}
