//! The keys that say what a client's answer means: a regular expression for a text, places for anything else.
//!
//! Absent on purpose: applying them (`map`).

use std::fmt;

use regex_lite::Regex;
#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, de};

use super::places::{Place, Where};

/// `told`: what a client's answer means.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ToldTable {
    /// Which answer says that a value is chosen.
    pub success: Option<Pattern<SucceededTold>>,
    /// Which answer says that the attempt has failed.
    pub failed: Option<Pattern<FailedTold>>,
    /// Which answer says only that the work has begun: what comes of it is known when the client's node has learned a value.
    pub later: Option<Pattern<LaterTold>>,
}

/// How an answer is known.
#[derive(Clone, Debug)]
pub enum Pattern<T> {
    /// By a regular expression, with groups by name.
    Text(Regex),
    /// By what stands where.
    Table(T),
}

/// A success that is no text.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SucceededTold {
    /// What must stand where.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, serde_json::Value>"))]
    pub is: Where,
    /// Where the value stands, if it is said.
    pub value: Option<Place>,
}

/// A receipt that is no text.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LaterTold {
    /// What must stand where.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, serde_json::Value>"))]
    pub is: Where,
}

/// A failure that is no text.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FailedTold {
    /// What must stand where.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, serde_json::Value>"))]
    pub is: Where,
    /// Where the phase stands, if it is said.
    pub phase: Option<Place>,
    /// Where it stands how many said yes, if it is said.
    pub count: Option<Place>,
}

#[cfg(feature = "schema")]
impl<T: JsonSchema> JsonSchema for Pattern<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("PatternOr{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<T>();
        json_schema!({
            "description": "A regular expression for a text, or a table for anything else.",
            "anyOf": [{ "type": "string" }, table],
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pattern<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Forms<T> {
            type Value = Pattern<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a regular expression in quotes, or a table with `where`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Pattern<T>, E> {
                Regex::new(text).map(Pattern::Text).map_err(|why| {
                    E::custom(format!(
                        "{} is no regular expression: {}; in a text in double quotes a backslash is written twice",
                        crate::text::shown(text),
                        crate::text::printable(&why.to_string())
                    ))
                })
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Pattern<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Pattern::Table)
            }
        }
        deserializer.deserialize_any(Forms(std::marker::PhantomData))
    }
}
