//! Why a scenario can't be used: what is wrong, where it stands, what is allowed, what to do.
//!
//! Absent on purpose: colour and exit codes, which are the command line's.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use super::escape::{brief, shown};
use super::node::At;
use super::planned;
use super::ranges;
use super::suggest::did_you_mean;

/// Whether a scenario could not be had or could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The operating system refused to read a file that is there.
    Io,
    /// The file, a flag or an axis is wrong.
    Invalid,
}

/// Why a scenario can't be used. Its `Display` is complete: the place, the reason, and the line of the file with
/// a caret; everything that comes from the file is made printable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    kind: ErrorKind,
    /// `FILE`, or the flag.
    place: String,
    position: Option<(usize, usize)>,
    message: String,
    /// The line of the file and the caret below it.
    excerpt: String,
    /// What else was in force: flags, the cell of a sweep.
    context: Vec<String>,
}

impl ScenarioError {
    /// Whether a scenario could not be had or could not be understood.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
    /// The reason alone: a lowercase fragment without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }
    /// Line and column, both from 1, if the error stands in a file.
    pub fn position(&self) -> Option<(usize, usize)> {
        self.0.position
    }

    pub(super) fn new(place: &str, kind: ErrorKind, message: impl Into<String>) -> Self {
        ScenarioError(Box::new(Details {
            kind,
            place: brief(place),
            position: None,
            message: message.into(),
            excerpt: String::new(),
            context: Vec::new(),
        }))
    }
    pub(super) fn in_text(mut self, position: (usize, usize), excerpt: String) -> Self {
        self.0.position = Some(position);
        self.0.excerpt = excerpt;
        self
    }
    pub(super) fn with_context(mut self, note: String) -> Self {
        self.0.context.push(note);
        self
    }
}

impl Error for ScenarioError {}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let it = &self.0;
        f.write_str(&it.place)?;
        if let Some((line, column)) = it.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}{}", it.message, it.excerpt)?;
        for note in &it.context {
            write!(f, "\n  {note}")?;
        }
        Ok(())
    }
}

/// The words for a kind of file that is read as scenarios are and is none.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// With its article: `a scenario`.
    pub(super) name: &'static str,
    /// What to do if the file is empty.
    #[cfg_attr(not(feature = "own"), expect(dead_code, reason = "such files are of own nodes"))]
    pub(super) beginning: &'static str,
    /// The header that keys belong under, for those that are easily written under another.
    pub(super) homes: &'static [(&'static str, &'static [&'static str])],
    /// What keys of whole numbers take.
    pub(super) ranges: &'static [(&'static str, &'static str)],
}

/// What is wrong, before it is known which file it stands in.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// Which kind of file, if it is no scenario.
    dialect: Option<&'static Dialect>,
    what: What,
    at: Option<At>,
    /// The key whose value is wrong, and the label of the table around it.
    context: Option<Box<(String, String)>>,
    /// The part of a text's value that is to blame, in bytes of it.
    part: Option<Range<usize>>,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// A complete message.
    Plain(String),
    /// The stack is finite, and no file of ours is so deep.
    TooDeep,
    /// A message about the value of `key`, which is put in front.
    Value(String),
    /// `key` takes `expected`, not `found`.
    Type {
        expected: String,
        found: String,
    },
    UnknownKey {
        key: String,
        keys: &'static [&'static str],
    },
    UnknownWord {
        word: String,
        words: &'static [&'static str],
    },
    MissingKey(&'static str),
}

impl Problem {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Problem::from(What::Plain(message.into()))
    }
    pub(super) fn placed(mut self, at: At) -> Self {
        self.at = Some(at);
        self
    }
    /// Blames only these bytes of the text that stands at the problem's place.
    pub(super) fn in_part(mut self, part: Range<usize>) -> Self {
        self.part = Some(part);
        self
    }
    /// Says it of another kind of file.
    #[cfg(feature = "own")]
    pub(super) fn said_of(mut self, dialect: &'static Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }
    pub(super) fn part(&self) -> Option<Range<usize>> {
        self.part.clone()
    }
    /// Fills in what the innermost reader knows; outer readers change nothing.
    pub(super) fn within(
        mut self,
        at: &At,
        key: impl FnOnce() -> String,
        table: impl FnOnce() -> String,
    ) -> Self {
        self.at.get_or_insert_with(|| at.clone());
        self.context.get_or_insert_with(|| Box::new((key(), table())));
        self
    }
    pub(super) fn at(&self) -> At {
        self.at.clone().unwrap_or(At::File(0..0))
    }

    /// The reason, as a lowercase fragment.
    pub(super) fn message(&self) -> String {
        let (key, table) = match self.context.as_deref() {
            Some((key, table)) => (key.as_str(), table.as_str()),
            None => ("value", SCENARIO),
        };
        let table = match self.dialect {
            Some(dialect) if table == SCENARIO => dialect.name,
            _ => table,
        };
        let (name, key) = (key, shown(key));
        match &self.what {
            What::Plain(message) => message.clone(),
            What::TooDeep => format!("nested too deeply for {}", self.dialect.map_or(SCENARIO, |it| it.name)),
            What::Value(message) => format!("{key}: {message}"),
            What::Type { expected, found } if expected.starts_with("a whole number") => {
                let own = |it: &Dialect| it.ranges.iter().find(|it| it.0 == name).map(|it| it.1.to_string());
                let range = self.dialect.map_or_else(|| ranges::whole_numbers(name), own);
                format!("{key} takes {}, not {found}", range.as_ref().unwrap_or(expected))
            }
            What::Type { expected, found } => format!("{key} takes {expected}, not {found}"),
            What::UnknownKey { key, keys } => match self.dialect {
                Some(dialect) => foreign_key(key, keys, table, dialect),
                None => unknown_key(key, keys, table),
            },
            What::UnknownWord { word, words } => unknown_word(word, words, &key),
            What::MissingKey("proposer") => "a scenario needs at least one [[proposer]]".into(),
            What::MissingKey(missing) => format!("{table} needs the key `{missing}`"),
        }
    }
}

impl From<What> for Problem {
    fn from(what: What) -> Self {
        Problem { dialect: None, what, at: None, context: None, part: None }
    }
}

/// What the reader calls the root of a file.
const SCENARIO: &str = "a scenario";

fn foreign_key(key: &str, keys: &[&str], table: &str, dialect: &Dialect) -> String {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    let hint = did_you_mean(key, &keys);
    let hint = if hint.is_empty() { planned::at_home(key, dialect.homes) } else { hint };
    format!("{} is not a key of {table}{hint} (keys: {})", shown(key), keys.join(", "))
}

fn unknown_key(key: &str, keys: &[&str], table: &str) -> String {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    if planned::is_key(table, key) {
        return format!(
            "{} of {table} is planned, but not in this version (keys: {})",
            shown(key),
            keys.join(", ")
        );
    }
    let hint = did_you_mean(key, &keys);
    let hint = if hint.is_empty() { planned::belongs(key, table) } else { hint };
    format!("{} is not a key of {table}{hint} (keys: {})", shown(key), keys.join(", "))
}

/// No longer duration is repeated in a hint, in bytes.
const LONGEST_DURATION: usize = 40;

fn unknown_word(word: &str, words: &[&str], key: &str) -> String {
    let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let hint = match word.parse::<super::units::Duration>() {
        Ok(_) if word.len() > LONGEST_DURATION => String::new(),
        Ok(_) if words.contains(&"constant") => {
            format!(
                "; write {{ constant = \"{word}\" }}, or end the path of an axis or of --set in .constant"
            )
        }
        Ok(_) if words.contains(&"fixed") => {
            format!(
                "; write {{ fixed = {{ delay = \"{word}\" }} }}, or end the path of an axis or of --set in .fixed.delay"
            )
        }
        _ => did_you_mean(word, words),
    };
    format!("{key} takes one of {list}, not {}{hint}", shown(word))
}
