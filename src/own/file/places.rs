//! Where something stands in a message: the index of an argument, or a JSON pointer.
//!
//! Absent on purpose: any other language of expressions.

use std::collections::BTreeMap;
use std::fmt;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::own::node::Body;

/// What must stand where.
pub type Where = BTreeMap<Place, Body>;

/// A place in a message, as the keys or indices on the way to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Vec<String>);

impl Place {
    /// Reads `0` or `/n/0`.
    pub fn parse(text: &str) -> Option<Place> {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Place(vec![text.to_owned()]));
        }
        match text.strip_prefix('/') {
            Some(rest) => Some(Place(rest.split('/').map(unescape).collect())),
            None => text.is_empty().then(|| Place(Vec::new())),
        }
    }

    /// The keys or indices on the way to it.
    pub fn steps(&self) -> &[String] {
        &self.0
    }
}

/// A step of a JSON pointer (RFC 6901).
fn unescape(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(feature = "schema")]
impl JsonSchema for Place {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Place".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A place in a message: an argument's index, or a JSON pointer.",
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^([0-9]+|(/.*)?)$" }],
            "examples": [0, "/n"],
        })
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl de::Visitor<'_> for Words {
            type Value = Place;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an argument's index, as 0, or a JSON pointer, as \"/n\"")
            }
            fn visit_u64<E: de::Error>(self, index: u64) -> Result<Place, E> {
                Ok(Place(vec![index.to_string()]))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Place, E> {
                Place::parse(text).ok_or_else(|| {
                    E::custom(format!(
                        "{} is no place in a message; write an argument's index, as 0, or a JSON pointer, as \
                         \"/n\" (it begins with a slash)",
                        crate::text::shown(text)
                    ))
                })
            }
        }
        deserializer.deserialize_any(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_indices_or_pointers() {
        let steps = |text| Place::parse(text).map(|place| place.0.join(" "));
        assert_eq!(steps("0").as_deref(), Some("0"));
        assert_eq!(steps("").as_deref(), Some(""));
        assert_eq!(steps("/a~1b/0/~0").as_deref(), Some("a/b 0 ~"));
        assert_eq!(steps("/").as_deref(), Some(""));
        assert_eq!(steps("n"), None);
        assert_eq!(steps("-1"), None);
    }
}
