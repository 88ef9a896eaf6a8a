//! From the tree to the typed model, by way of serde, with the place of whatever does not fit.
//!
//! Absent on purpose: the keys themselves, which `model` derives, and rules between keys (`validate`).

mod access;

use std::fmt;

use serde::de::{self, DeserializeOwned, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use self::access::{ListAccess, TableAccess, WordAccess};
use super::error::{Problem, What};
use super::node::{At, Node, Value};

/// Reads a value of any type of the model.
pub(super) fn read<T: DeserializeOwned>(node: &Node) -> Result<T, Problem> {
    T::deserialize(Reader { node, trail: Trail { parent: None, step: None } })
}

/// The way from the document's root to a node, kept on the stack.
#[derive(Clone, Copy)]
struct Trail<'t> {
    parent: Option<&'t Trail<'t>>,
    /// A key, or none for an element of a list.
    step: Option<&'t str>,
}

impl Trail<'_> {
    /// The innermost key.
    fn key(&self) -> String {
        match (self.step, self.parent) {
            (Some(key), _) => key.to_string(),
            (None, Some(parent)) => parent.key(),
            (None, None) => "scenario".to_string(),
        }
    }
    fn keys(&self) -> Vec<String> {
        let mut keys = self.parent.map(Trail::keys).unwrap_or_default();
        keys.extend(self.step.map(str::to_string));
        keys
    }
    /// The table as TOML would head it: `[network]`, `[[proposer]]`.
    fn label(&self) -> String {
        match (self.parent, self.step) {
            (None, _) => "a scenario".to_string(),
            (_, Some(_)) => format!("[{}]", self.keys().join(".")),
            (_, None) => format!("[[{}]]", self.keys().join(".")),
        }
    }
}

/// A node as a serde deserializer.
#[derive(Clone, Copy)]
struct Reader<'n, 't> {
    node: &'n Node,
    trail: Trail<'t>,
}

impl Reader<'_, '_> {
    /// Tells an error from inside where it was, unless something further inside has told already.
    fn placed<T>(self, result: Result<T, Problem>) -> Result<T, Problem> {
        result.map_err(|problem| problem.within(&self.node.at, || self.trail.key(), || self.trail.label()))
    }
    fn mismatch<T>(self, expected: impl Into<String>) -> Result<T, Problem> {
        self.placed(Err(What::Type { expected: expected.into(), found: self.node.describe() }.into()))
    }
}

impl<'de, 'n, 't> de::Deserializer<'de> for Reader<'n, 't> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let result = match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(it) => visitor.visit_bool(*it),
            Value::Integer(it) => match (u64::try_from(*it), i64::try_from(*it)) {
                (Ok(it), _) => visitor.visit_u64(it),
                (_, Ok(it)) => visitor.visit_i64(it),
                _ => return self.mismatch("a number of at most 64 bits"),
            },
            Value::Float(it) => visitor.visit_f64(*it),
            Value::Text(text) | Value::Date(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(ListAccess::new(items, &self.trail)),
            Value::Table(entries) => visitor.visit_map(TableAccess::new(entries, &self.trail)),
        };
        self.placed(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.node.value {
            Value::Text(_) => self.deserialize_any(visitor),
            _ => self.mismatch("a text in quotes"),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.node.value {
            Value::List(_) => self.deserialize_any(visitor),
            Value::Table(_) => {
                let header = self.trail.keys().join(".");
                self.mismatch(format!("a list of tables, each headed [[{header}]]"))
            }
            _ => self.mismatch("a list"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.node.value {
            Value::Table(_) => self.deserialize_any(visitor),
            _ if fields.len() <= 4 => self.mismatch(format!("a table with {}", key_list(fields))),
            _ => self.mismatch("a table"),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let result = match &self.node.value {
            Value::Text(word) => visitor.visit_enum(WordAccess::alone(word, &self.node.at)),
            Value::Table(entries) => match entries.as_slice() {
                [only] => visitor.visit_enum(WordAccess::with(only, &self.trail)),
                _ => return self.mismatch(format!("exactly one of {}", key_list(words))),
            },
            _ => return self.mismatch(format!("one of {}", key_list(words))),
        };
        self.placed(result)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct map identifier ignored_any
    }
}

fn key_list(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

/// What serde's visitors expect, in the words of a scenario's author.
fn plain_type(expected: &dyn de::Expected) -> String {
    let text = expected.to_string();
    match text.as_str() {
        // Every such key counts or names nodes.
        "u8" => "a whole number up to 63".into(),
        "u32" => "a whole number from 0 to 4294967295".into(),
        "u64" => "a whole number from 0 to 2^64 - 1".into(),
        "f64" | "f32" => "a number".into(),
        "a boolean" => "true or false".into(),
        "a map" => "a table".into(),
        "a sequence" => "a list".into(),
        _ if text.starts_with("struct ") => "a table".into(),
        _ => text,
    }
}

fn plain_value(found: Unexpected) -> String {
    let value = match found {
        Unexpected::Bool(it) => Value::Bool(it),
        Unexpected::Unsigned(it) => Value::Integer(it.into()),
        Unexpected::Signed(it) => Value::Integer(it.into()),
        Unexpected::Float(it) => Value::Float(it),
        Unexpected::Str(text) => Value::Text(text.to_string()),
        Unexpected::Seq => Value::List(Vec::new()),
        Unexpected::Map => Value::Table(Vec::new()),
        Unexpected::Unit => Value::Null,
        other => return other.to_string(),
    };
    Node { value, at: At::File(0..0) }.describe()
}

impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        What::Value(message.to_string()).into()
    }
    fn invalid_type(found: Unexpected, expected: &dyn de::Expected) -> Self {
        What::Type { expected: plain_type(expected), found: plain_value(found) }.into()
    }
    fn invalid_value(found: Unexpected, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }
    fn unknown_field(key: &str, keys: &'static [&'static str]) -> Self {
        What::UnknownKey { key: key.to_string(), keys }.into()
    }
    fn unknown_variant(word: &str, words: &'static [&'static str]) -> Self {
        What::UnknownWord { word: word.to_string(), words }.into()
    }
    fn missing_field(key: &'static str) -> Self {
        What::MissingKey(key).into()
    }
}
