//! With which of a sweep's cells the others are compared.
//!
//! Absent on purpose: whether the sweep has such cells, and their numbers (`bases`).

use std::fmt;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::text::Tree;

/// With which of a sweep's cells the others are compared, seed by seed.
#[derive(Clone, Debug, PartialEq)]
pub enum Baseline {
    /// All with the one of this number.
    Cell(u64),
    /// Each with the cell that has these values on these axes, and is the same in all others: paths with values, in the order
    /// in which they were written.
    Along(Vec<(String, Tree)>),
}

impl Default for Baseline {
    fn default() -> Self {
        Baseline::Cell(0)
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Baseline::Cell(number) => write!(f, "{number}"),
            Baseline::Along(values) => {
                let parts: Vec<String> =
                    values.iter().map(|(path, value)| format!("{path} = {value}")).collect();
                f.write_str(&parts.join(", "))
            }
        }
    }
}

impl Serialize for Baseline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Baseline::Cell(number) => serializer.serialize_u64(*number),
            Baseline::Along(values) => {
                serializer.collect_map(values.iter().map(|(path, value)| (path, value)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Baseline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Baseline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number of a cell, or a value of an axis as { \"protocol.retry\" = \"none\" }")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Baseline, E> {
        Ok(Baseline::Cell(number))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Baseline, M::Error> {
        let mut values = Vec::new();
        while let Some(value) = map.next_entry()? {
            values.push(value);
        }
        Ok(Baseline::Along(values))
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for Baseline {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Baseline".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "object"],
            "minimum": 0,
            "minProperties": 1,
            "additionalProperties": true,
        })
    }
}
