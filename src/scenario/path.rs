//! Paths into a scenario's keys, as `--set` and sweep axes name them, and writing a value there.
//!
//! Absent on purpose: whether the key exists and the value fits, which reading the changed tree tells.

use super::depth::DEEPEST;
use super::error::Problem;
use super::escape::{first_hidden, is_visible, shown};
use super::node::{At, Entry, Node, Value};
use super::read_toml;
use super::suggest::did_you_mean;
use crate::text::Tree;

/// Keys whose value is a word with parameters. A path into another word replaces the value; a test compares
/// this list with the schema.
pub(super) const CHOICES: &[&str] = &[
    "delay",
    "start",
    "retry",
    "quorum",
    "handlers",
    "service",
    "downtime",
    "partition_duration",
    "one_way_duration",
    "pause_duration",
    "slow_duration",
    "slow_service",
];

/// Keys whose value is a list of tables.
pub(super) const LISTS: &[&str] = &["proposer", "submit", "fault", "read", "node", "link", "mixture"];

/// The steps of a path: keys with dots between, quoted where a name holds a dot (`proposer."a.b".start`). In double quotes
/// `\"` and `\\` stand for a quote and a backslash.
pub(super) fn parse(path: &str) -> Result<Vec<String>, Problem> {
    let mut steps = Vec::new();
    let mut rest = path;
    loop {
        let (step, after) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => match closing(rest, quote) {
                Some(end) if quote == '"' => (unescaped(&rest[1..end]), &rest[end + 1..]),
                Some(end) => (rest[1..end].to_string(), &rest[end + 1..]),
                None => return Err(bad_path(path, "a quote is left open")),
            },
            _ => {
                let (step, after) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
                (step.to_string(), after)
            }
        };
        if step.is_empty() {
            return Err(bad_path(path, "a key between dots is missing"));
        }
        if let Some(hidden) = first_hidden(&step) {
            return Err(bad_path(path, &format!("a key has {hidden}")));
        }
        if steps.len() == DEEPEST {
            return Err(bad_path(path, "it has too many keys"));
        }
        steps.push(step);
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(steps),
            None => return Err(bad_path(path, "a dot is missing after a quote")),
        }
    }
}

/// Where the quote that a text begins with is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == quote && !is_escaped;
        is_escaped = quote == '"' && c == '\\' && !is_escaped;
        ends.then_some(at)
    })
}

/// `\"` and `\\` as what they stand for; any other backslash stands for itself.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = if c == '\\' { chars.next_if(|next| matches!(next, '"' | '\\')) } else { None };
        plain.push(next.unwrap_or(c));
    }
    plain
}

/// A name as a step of a path: quoted where a bare one would be read as another path.
pub(super) fn step(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if is_bare { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// `PATH=VALUE` at the first `=` outside of the path's quotes, without blanks around either.
pub fn split_set(set: &str) -> Option<(&str, &str)> {
    let (mut at, mut begins) = (0, true);
    while let Some(c) = set[at..].chars().next() {
        match c {
            '=' => return Some((set[..at].trim(), set[at + 1..].trim())),
            // A quote that is never closed is a fault of the path, of which its reader tells.
            '"' | '\'' if begins => match closing(&set[at..], c) {
                Some(end) => at += end,
                None => break,
            },
            _ => {}
        }
        begins = c == '.' || begins && c.is_whitespace();
        at += set[at..].chars().next().map_or(1, char::len_utf8);
    }
    set.split_once('=').map(|(path, value)| (path.trim(), value.trim()))
}

fn bad_path(path: &str, why: &str) -> Problem {
    Problem::new(format!("{} is no path: {why}; write keys with dots, as `network.loss`", shown(path)))
}

/// The value that a command line's text stands for: TOML, or the text itself where it is no TOML.
pub(super) fn value(text: &str) -> Result<Value, Problem> {
    match read_toml::value(text) {
        Ok(node) => Ok(node.value),
        // An opening bracket or quote was meant as TOML: a slip in it should not turn it into a text.
        Err(why) if text.trim_start().starts_with(['{', '[', '"', '\'']) => {
            Err(Problem::new(format!("{} is no TOML value: {why}; put durations in quotes", shown(text))))
        }
        Err(_) => Ok(Value::Text(text.to_string())),
    }
}

/// Writes `new` at `steps`, making the tables on the way; `at` is where the path was written.
pub(super) fn set(root: &mut Node, steps: &[String], new: Node, at: &At) -> Result<(), Problem> {
    let Some((step, rest)) = steps.split_first() else {
        *root = new;
        return Ok(());
    };
    match &mut root.value {
        Value::Table(_) => {
            let child = entry(root, step, at)?;
            if rest.is_empty() {
                *child = new;
                return Ok(());
            }
            make_room(child, step, &rest[0], at)?;
            set(child, rest, new, at)
        }
        Value::List(items) => {
            let index = element(items, step).map_err(|problem| problem.placed(at.clone()))?;
            set(&mut items[index], rest, new, at)
        }
        _ => Err(Problem::new(format!("{} is inside {}, which has no keys", shown(step), root.describe()))
            .placed(at.clone())),
    }
}

/// The value of a table's key, made where it is missing.
fn entry<'n>(table: &'n mut Node, key: &str, at: &At) -> Result<&'n mut Node, Problem> {
    let lost = || Problem::new("the table is gone");
    let Value::Table(entries) = &mut table.value else { return Err(lost()) };
    let index = entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
        let node = Node { value: Value::Null, at: at.clone() };
        entries.push(Entry { key: key.to_string(), at: at.clone(), node });
        entries.len() - 1
    });
    entries.get_mut(index).map(|entry| &mut entry.node).ok_or_else(lost)
}

/// Before a step into a key's value: a choice of another word becomes a table for this one, and what is missing
/// is made, except for a list, whose elements only a file can give.
fn make_room(child: &mut Node, key: &str, next: &str, at: &At) -> Result<(), Problem> {
    let is_missing = matches!(child.value, Value::Null);
    if is_missing && LISTS.contains(&key) {
        let why = format!("there is no [[{key}]] that {} could name", shown(next));
        return Err(Problem::new(why).placed(at.clone()));
    }
    let has_word =
        matches!(&child.value, Value::Table(entries) if entries.len() == 1 && entries[0].key == next);
    if is_missing || CHOICES.contains(&key) && !has_word {
        *child = Node { value: Value::Table(Vec::new()), at: at.clone() };
    }
    Ok(())
}

/// The element that a step names: by its `name` where the elements have one, else by its index from 0.
fn element(items: &[Node], step: &str) -> Result<usize, Problem> {
    let names: Vec<&str> = items.iter().filter_map(name).collect();
    if !names.is_empty() {
        return items.iter().position(|item| name(item) == Some(step)).ok_or_else(|| {
            let hint = did_you_mean(step, &names);
            let names = names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
            Problem::new(format!("no element is named {}{hint} (names: {names})", shown(step)))
        });
    }
    match step.parse::<usize>() {
        Ok(index) if index < items.len() => Ok(index),
        _ if items.is_empty() => {
            Err(Problem::new(format!("{} names an element of an empty list", shown(step))))
        }
        _ => Err(Problem::new(format!(
            "{} names no element; write an index from 0 to {}",
            shown(step),
            items.len() - 1
        ))),
    }
}

fn name(item: &Node) -> Option<&str> {
    match item.get("name").map(|node| &node.value) {
        Some(Value::Text(name)) => Some(name),
        _ => None,
    }
}

/// The value as `--set` would take it: a text bare where that reads back as the same text.
pub(super) fn text(node: &Node) -> String {
    match &node.value {
        Value::Text(word) => match value(word) {
            Ok(Value::Text(same)) if same == *word && !word.is_empty() && is_one_line(word) => word.clone(),
            _ => inline(node),
        },
        _ => inline(node),
    }
}

/// A number of more characters is written with an exponent.
const LONGEST_NUMBER: usize = 24;

/// The value as inline TOML.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Null => "{}".into(),
        Value::Bool(it) => it.to_string(),
        Value::Integer(it) => it.to_string(),
        Value::Float(it) => match toml::Value::Float(*it).to_string() {
            long if long.len() > LONGEST_NUMBER => format!("{it:e}"),
            text => text,
        },
        Value::Text(text) => quoted(text),
        Value::Date(date) => date.clone(),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) if entries.is_empty() => "{}".into(),
        Value::Table(entries) => {
            let pairs = entries
                .iter()
                .map(|entry| format!("{} = {}", bare_or_quoted(&entry.key), inline(&entry.node)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Whether a text can stand in one printed line as it is.
fn is_one_line(text: &str) -> bool {
    first_hidden(text).is_none()
}

/// A value as `--set` takes it, of the same meaning and without hidden characters: where it has any, they are spelt by the
/// escapes of TOML. So a printed command can be copied, whatever the value holds.
pub(super) fn spelled(text: &str) -> String {
    if is_one_line(text) {
        return text.to_string();
    }
    let value = value(text).unwrap_or_else(|_| Value::Text(text.to_string()));
    inline(&Node { value, at: At::File(0..0) })
}

/// `PATH=VALUE` with the value [`spelled`] so that it can be printed and copied.
pub fn spelled_set(set: &str) -> String {
    match split_set(set) {
        Some((path, value)) if !is_one_line(set) => format!("{path}={}", spelled(value)),
        _ => set.to_string(),
    }
}

/// Plain data as inline TOML; `null`, which TOML has not, as an empty table.
pub(super) fn inline_tree(value: &Tree) -> String {
    match value {
        Tree::Null => "{}".into(),
        Tree::Bool(_) | Tree::Whole(_) | Tree::Float(_) => value.to_string(),
        Tree::Text(text) => quoted(text),
        Tree::List(items) => format!("[{}]", items.iter().map(inline_tree).collect::<Vec<_>>().join(", ")),
        Tree::Table(keys) if keys.is_empty() => "{}".into(),
        Tree::Table(keys) => {
            let pairs = keys.iter().map(|(key, it)| format!("{} = {}", bare_or_quoted(key), inline_tree(it)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if !is_visible(c) => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

fn bare_or_quoted(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if is_bare { key.to_string() } else { quoted(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_at_dots_outside_quotes() {
        assert_eq!(parse("network.loss").unwrap(), ["network", "loss"]);
        assert_eq!(parse("proposer.\"a.b\".start").unwrap(), ["proposer", "a.b", "start"]);
        for bad in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a.\"\""] {
            assert!(parse(bad).is_err(), "{bad:?} was taken as a path");
        }
    }

    #[test]
    fn any_name_can_be_a_step() {
        for name in
            ["A", "a.b", "it's", "say \"no\"", "\"'", "\\", "a\\\\b", "\\\"", "a=b", "é", "-x", "$(x)"]
        {
            let path = format!("proposer.{}.value", step(name));
            assert_eq!(parse(&path).unwrap(), ["proposer", name, "value"], "{path}");
            let set = format!(" {path} = a=b ");
            assert_eq!(split_set(&set), Some((path.as_str(), "a=b")));
        }
        assert_eq!(parse(r#"proposer."a\b"."c\\d""#).unwrap(), ["proposer", r"a\b", r"c\d"]);
        assert_eq!(split_set("it's=x"), Some(("it's", "x")));
        assert_eq!(split_set("\"open=x"), Some(("\"open", "x")));
        assert_eq!(split_set("x"), None);
    }

    #[test]
    fn values_are_toml_or_text() {
        assert!(matches!(value("0.1").unwrap(), Value::Float(_)));
        assert!(matches!(value("none").unwrap(), Value::Text(_)));
        assert!(matches!(value("5ms").unwrap(), Value::Text(_)));
        assert!(value("{ fixed = { delay = 0ms } }").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_reads_back_from_its_own_spelling(word in "\\PC{0,12}|[\\x00-\\x7f]{0,8}|[0-9.e-]{0,6}|true|nan") {
            let node = Node { value: Value::Text(word.clone()), at: At::File(0..0) };
            let back = value(&text(&node)).unwrap();
            proptest::prop_assert!(matches!(back, Value::Text(same) if same == word));
        }

        #[test]
        fn a_value_that_is_spelled_means_the_same_and_can_be_printed(word in "(?s).{0,12}|[\\x00-\\x7f]{0,8}") {
            let spelled = spelled(&word);
            proptest::prop_assert_eq!(first_hidden(&spelled), None);
            if let Ok(before) = value(&word) {
                proptest::prop_assert_eq!(format!("{before:?}"), format!("{:?}", value(&spelled).unwrap()));
            }
        }
    }
}
