//! How a sum of 128 bits is written to a file: as a number while it fits 64 bits, else as a decimal string.
//!
//! Absent on purpose: floating point; JSON readers that keep numbers as `f64` round those above 2^53, so whoever
//! needs every digit reads with an integer parser, and none is ever lost by us.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A `u128` with that representation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wide(pub u128);

impl Serialize for Wide {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match u64::try_from(self.0) {
            Ok(small) => serializer.serialize_u64(small),
            Err(_) => serializer.collect_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WideVisitor)
    }
}

struct WideVisitor;

impl de::Visitor<'_> for WideVisitor {
    type Value = Wide;
    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a whole number, or one as a decimal string")
    }
    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Wide, E> {
        Ok(Wide(v.into()))
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Wide, E> {
        v.parse().map(Wide).map_err(|_| E::invalid_value(de::Unexpected::Str(v), &self))
    }
}

/// For `#[serde(with = "wide::field")]` on a `u128`.
pub(super) mod field {
    use super::*;

    pub fn serialize<S: Serializer>(v: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        Wide(*v).serialize(serializer)
    }
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        Wide::deserialize(deserializer).map(|w| w.0)
    }
}
