//! The text of a scenario file, and how a position in it is shown to people.
//!
//! Absent on purpose: reading from disk (`load`).

use std::ops::Range;

use super::error::{ErrorKind, Problem, ScenarioError};
use super::escape::printable;
use super::node::At;
use super::script;

/// Most characters of a line that an excerpt shows.
const WIDEST: usize = 100;
/// Of these, how many stand before the caret of a long line.
const BEFORE: usize = 40;

/// A file's name as the user wrote it, and its text.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    /// A problem with its place, its line and a caret.
    pub(super) fn error(&self, problem: &Problem) -> ScenarioError {
        let message = problem.message();
        match (problem.at(), problem.part()) {
            (At::Flag(flag), None) => ScenarioError::new(&flag, ErrorKind::Invalid, message),
            (At::Flag(flag), Some(part)) => {
                let message = format!("{message} (at byte {} of the text)", part.start + 1);
                ScenarioError::new(&flag, ErrorKind::Invalid, message)
            }
            (At::File(span), part) => {
                let span = part.map_or_else(|| span.clone(), |part| self.part_of(&span, &part));
                ScenarioError::new(&self.name, ErrorKind::Invalid, message)
                    .in_text(self.position(span.start), self.excerpt(span.start, span.end))
            }
        }
    }

    /// Where bytes `part` of a string's value stand, if the string is written at `span`.
    fn part_of(&self, span: &Range<usize>, part: &Range<usize>) -> Range<usize> {
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let start = script::place(raw, part.start);
        span.start + start..span.start + script::place(raw, part.end).max(start)
    }

    fn before(&self, at: usize) -> &str {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        &self.text[..at]
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    fn position(&self, at: usize) -> (usize, usize) {
        let before = self.before(at);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The line of a span with carets under the part of the span on that line.
    fn excerpt(&self, start: usize, end: usize) -> String {
        let before = self.before(start);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line = self.text[line_start..].lines().next().unwrap_or("");
        let column = (before.len() - line_start).min(line.len());
        let stop = self.before(end).len().saturating_sub(line_start).clamp(column, line.len());
        let (number, _) = self.position(start);
        let (head, marked) = (&line[..column], &line[column..stop]);
        let is_long = line.chars().count() > WIDEST;
        let (head, cut) = last_chars(head, if is_long { BEFORE } else { WIDEST });
        let room = WIDEST - head.chars().count();
        let (marked, _) = first_chars(marked, room);
        let (tail, more) = first_chars(&line[column + marked.len()..], room - marked.chars().count());
        let head = format!("{}{}", if cut { "…" } else { "" }, flat(head));
        let carets = "^".repeat(flat(marked).chars().count().max(1));
        let shown_line = format!("{head}{}{}{}", flat(marked), flat(tail), if more { "…" } else { "" });
        let gutter = " ".repeat(number.to_string().len());
        let pad = " ".repeat(head.chars().count());
        let numbered = format!("{number} | {shown_line}");
        format!("\n{gutter} |\n{}\n{gutter} | {pad}{carets}", numbered.trim_end())
    }
}

/// Printable, with a blank for a tab, so that carets line up.
fn flat(text: &str) -> String {
    printable(&text.replace('\t', " "))
}

fn first_chars(text: &str, count: usize) -> (&str, bool) {
    match text.char_indices().nth(count) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

fn last_chars(text: &str, count: usize) -> (&str, bool) {
    let length = text.chars().count();
    match text.char_indices().nth(length.saturating_sub(count)) {
        Some((start, _)) if length > count => (&text[start..], true),
        _ => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, span: std::ops::Range<usize>) -> String {
        let source = Source { name: "x.toml".into(), text: text.into() };
        source.error(&Problem::new("no").placed(At::File(span))).to_string()
    }

    #[test]
    fn the_caret_stands_under_the_span() {
        let expected = "x.toml:2:5: no\n  |\n2 | ü = bad # why\n  |     ^^^";
        assert_eq!(error("a = 1\nü = bad # why\r\n", 11..14), expected);
    }

    #[test]
    fn spans_that_leave_the_text_are_survived() {
        let reversed = std::ops::Range { start: 2, end: 1 };
        for span in [0..0, 0..99, 99..120, reversed, 5..6] {
            assert!(error("", span.clone()).starts_with("x.toml:1:1"));
            assert!(error("ab\nüüü", span).starts_with("x.toml:"));
        }
    }

    #[test]
    fn long_lines_and_escape_sequences_are_tamed() {
        let text = format!("{}\u{1b}[31m{}", "x".repeat(1000), "y".repeat(1000));
        let shown = error(&text, 1000..1001);
        assert!(shown.lines().all(|line| line.chars().count() < 130), "{shown}");
        assert!(!shown.contains('\u{1b}') && shown.contains("\\u{1b}"));
    }
}
