//! A TOML file of ours that is no scenario, read as one is: typed, and with the place of whatever does not fit.
//!
//! Absent on purpose: the keys of such a file, which belong to whoever reads it (`own`), and reading from disk (`load`).

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::error::{Dialect, Problem, ScenarioError};
use super::node::{Node, Value};
use super::source::Source;
use super::{document, read_toml, reader};

/// A TOML file as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    source: Source,
    root: Node,
    dialect: &'static Dialect,
}

impl Sheet {
    /// Reads TOML; only the grammar is checked. `name` is used in messages alone.
    pub(crate) fn parse(text: &str, name: &str, dialect: &'static Dialect) -> Result<Self, ScenarioError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Source { name: name.to_string(), text: text.to_string() };
        if text.len() > document::LARGEST {
            return Err(source.refuse(&format!("is larger than 1 MiB, which {} never is", dialect.name)));
        }
        if text.trim().is_empty() {
            return Err(source.refuse(&format!("is empty; {}", dialect.beginning)));
        }
        match read_toml::document(text) {
            Ok(root) => Ok(Sheet { source, root, dialect }),
            Err(problem) => Err(source.error(&problem.said_of(dialect))),
        }
    }

    /// The file as a value of this type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ScenarioError> {
        reader::read(&self.root).map_err(|problem| self.source.error(&problem.said_of(self.dialect)))
    }

    /// An error, placed at the deepest part of the path that the file has. In a list a step is a place, from 0.
    pub(crate) fn error(&self, path: &[&str], why: impl Into<String>) -> ScenarioError {
        let mut node = &self.root;
        for step in path {
            let next = match &node.value {
                Value::List(items) => step.parse().ok().and_then(|place: usize| items.get(place)),
                _ => node.get(step),
            };
            let Some(next) = next else { break };
            node = next;
        }
        self.source.error(&Problem::new(why).placed(node.at.clone()))
    }

    /// An error that stands at a key and not at its value.
    pub(crate) fn key_error(&self, path: &[&str], why: impl Into<String>) -> ScenarioError {
        let Some((key, above)) = path.split_last() else { return self.error(path, why) };
        let mut node = &self.root;
        for step in above {
            let Some(next) = node.get(step) else { return self.error(path, why) };
            node = next;
        }
        match node.entry(key) {
            Some(entry) => self.source.error(&Problem::new(why).placed(entry.at.clone())),
            None => self.error(path, why),
        }
    }

    /// The whole file as JSON, its keys in their order; a date is a text.
    pub(crate) fn json(&self) -> Json {
        json(&self.root)
    }
}

impl Dialect {
    /// What a file of this kind is called, what to do about an empty one, where its keys live, which numbers they take.
    pub(crate) const fn new(
        name: &'static str,
        beginning: &'static str,
        homes: &'static [(&'static str, &'static [&'static str])],
        ranges: &'static [(&'static str, &'static str)],
    ) -> Self {
        Dialect { name, beginning, homes, ranges }
    }
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Integer(it) => match (i64::try_from(*it), u64::try_from(*it)) {
            (Ok(it), _) => it.into(),
            (_, Ok(it)) => it.into(),
            _ => Json::Null,
        },
        Value::Float(it) => (*it).into(),
        Value::Text(text) | Value::Date(text) => text.clone().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Table(entries) => {
            Json::Object(entries.iter().map(|it| (it.key.clone(), json(&it.node))).collect::<Map<_, _>>())
        }
    }
}
