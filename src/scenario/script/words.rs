//! A schedule as words with their places.
//!
//! Absent on purpose: what they mean.

use std::ops::Range;

/// A word of a schedule.
#[derive(Clone, Debug)]
pub(super) struct Word<'t> {
    pub text: &'t str,
    pub at: Range<usize>,
}

/// All words; blanks, `;` and comments are gone, brackets stand alone.
pub(super) fn words(schedule: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(c) = schedule[rest..].chars().next() {
        let length = match c {
            '#' => schedule[rest..].find('\n').unwrap_or(schedule.len() - rest),
            c if c.is_whitespace() || c == ';' => c.len_utf8(),
            '{' | '}' | '[' | ']' => 1,
            _ => word_length(&schedule[rest..]),
        };
        let at = rest..rest + length;
        if c != '#' && c != ';' && !c.is_whitespace() {
            words.push(Word { text: &schedule[at.clone()], at: at.clone() });
        }
        rest = at.end;
    }
    words
}

/// Up to the next separator outside of quotes; a quote left open ends with its line.
fn word_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '\n' => return at,
            c if quoted || !(c.is_whitespace() || ";{}[]#".contains(c)) => {}
            _ => return at,
        }
    }
    text.len()
}

/// The schedule with one blank between words and without comments: what changes no run changes no hash.
pub(in crate::scenario) fn normal(schedule: &str) -> String {
    words(schedule).iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}
