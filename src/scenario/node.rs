//! A scenario file as a tree that remembers where each part was written.
//!
//! Absent on purpose: the formats it is read from (`read_toml`, `read_json`) and the meaning of keys (`reader`).

use std::ops::Range;
use std::sync::Arc;

use super::escape::{short_number, shown};

/// Where a part of a scenario was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// In the file, at these bytes.
    File(Range<usize>),
    /// On the command line, as this flag.
    Flag(Arc<str>),
}

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub value: Value,
    pub at: At,
}

/// What TOML and JSON have in common. A table keeps the order of the file.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key, where it was written, and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub key: String,
    pub at: At,
    pub node: Node,
}

/// One step of a path through the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Step::Key(key)
    }
}
impl From<usize> for Step<'_> {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

impl Node {
    /// A document without a key.
    pub(super) fn empty() -> Self {
        Node { value: Value::Table(Vec::new()), at: At::File(0..0) }
    }
    /// The entry of a table.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }
    /// The value of a table's key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }
    /// Where the deepest part of `path` that the document has was written.
    pub(super) fn place(&self, path: &[Step]) -> At {
        let mut node = self;
        for step in path {
            let next = match (step, &node.value) {
                (Step::Key(key), Value::Table(_)) => node.get(key),
                (Step::Index(index), Value::List(items)) => items.get(*index),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.at.clone()
    }
    /// The value in a few words: `the text …`, `a list`.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "null".into(),
            Value::Bool(it) => format!("`{it}`"),
            Value::Integer(it) => format!("`{it}`"),
            Value::Float(it) => format!("`{}`", short_number(*it)),
            Value::Text(text) => format!("the text {}", shown(text)),
            Value::Date(text) => format!("the date {}", shown(text)),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
        }
    }
}
