//! TOML text as a tree with positions.
//!
//! Absent on purpose: TOML's grammar, which is the `toml` crate's; here its errors only get our words.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::depth::too_deep;
use super::error::{Problem, What};
use super::escape::shown;
use super::node::{At, Entry, Node, Value};
use super::units::Duration;

/// The stack is finite, and the grammar is not.
const TOO_DEEP: &str = "nested too deeply for a scenario";

/// Reads a whole file.
pub(super) fn document(text: &str) -> Result<Node, Problem> {
    if let Some(at) = too_deep(text) {
        return Err(Problem::from(What::TooDeep).placed(At::File(at..at + 1)));
    }
    let table = DeTable::parse(text).map_err(|error| in_our_words(text, &error))?;
    Ok(Node { value: Value::Table(entries(table.get_ref())), at: At::File(0..0) })
}

/// Reads a single value, as a command line or an axis gives it. The error says why it is none.
pub(super) fn value(text: &str) -> Result<Node, String> {
    if too_deep(text).is_some() {
        return Err(TOO_DEEP.to_owned());
    }
    DeValue::parse(text).map(|value| node(&value)).map_err(|error| error.message().to_string())
}

fn node(value: &Spanned<DeValue>) -> Node {
    let it = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Float(f64::INFINITY),
        },
        // Every text that the grammar lets through is a float; NaN would be refused like any other non-number.
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(it) => Value::Bool(*it),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
        DeValue::Table(table) => Value::Table(entries(table)),
    };
    Node { value: it, at: At::File(value.span()) }
}

/// A table's entries in the order of the file; the crate sorts them by name.
fn entries(table: &DeTable) -> Vec<Entry> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
        .into_iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            at: At::File(key.span()),
            node: node(value),
        })
        .collect()
}

fn in_our_words(text: &str, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(text.len()..text.len());
    let quoted = text.get(span.clone()).unwrap_or("");
    let message = match error.message() {
        "duplicate key" => format!("{} is given twice; keep one of them", shown(quoted)),
        message => match bare_word_at(text, span.start) {
            Some(word) if word.parse::<Duration>().is_ok() => {
                format!("`{word}` is not TOML; put it in quotes: \"{word}\"")
            }
            Some("null") => "`null` is not TOML, which has no word for nothing; leave it out".to_owned(),
            _ if message.starts_with("missing escaped value") => format!(
                "not valid TOML here: {message}; in double quotes a backslash is written twice, in single quotes once"
            ),
            Some(word) if is_no_value(message) => format!(
                "{} is not TOML; text stands in quotes, and numbers are written in digits",
                shown(word)
            ),
            _ => format!("not valid TOML here: {message}"),
        },
    };
    Problem::new(message).placed(At::File(span))
}

/// Whether the parser says that a word is no value: it takes any for `true` or `false` that begins as these do.
fn is_no_value(message: &str) -> bool {
    message.starts_with("invalid boolean") || message.starts_with("string values must be quoted")
}

/// The word around a byte: an unquoted duration is the commonest slip.
fn bare_word_at(text: &str, at: usize) -> Option<&str> {
    let stops = |c: char| c.is_whitespace() || "=,#[]{}\"'".contains(c);
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let start = before.rfind(stops).map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let end = after.find(stops).map_or(text.len(), |i| at + i);
    text.get(start..end)
}
