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
pub const UNMET: &[(&str, &str)] = &[];

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
