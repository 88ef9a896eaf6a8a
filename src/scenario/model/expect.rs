//! What is asserted of a scenario's runs, and the grid of its sweep.
//!
//! Absent on purpose: the checking of one and the walking of the other.

use std::collections::BTreeMap;
use std::fmt;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Baseline;
use super::SweepFigure;
use crate::check::Counter;
use crate::scenario::units::Duration;
use crate::text::Tree;

/// What `synod check` asserts of a scenario's runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Expect {
    /// Seeds 0..seeds are run; absent: 10,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub seeds: Option<u64>,
    /// Exact number of runs with a safety violation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violations: Option<u64>,
    /// Share of the runs that each proposer wins; also `undecided`. The word `exact` stands for the exact probability, which the
    /// share may miss by 5 standard errors.
    pub winner: BTreeMap<String, Wanted>,
    /// Share of the runs that end with each verdict.
    pub verdict: BTreeMap<String, Bounds>,
    /// Share of the runs with each hazard.
    pub hazard: BTreeMap<String, Bounds>,
    /// Share of the runs with each joint client outcome, as `A:failed/2/1 B:own`.
    pub outcome: BTreeMap<String, Bounds>,
    /// Mean of a quantity ([`Expect::means`]).
    #[cfg_attr(feature = "schema", schemars(description = format!("Mean of a quantity: `{}`.", Expect::means().join("`, `"))))]
    pub mean: BTreeMap<String, Bounds>,
    /// Share of the runs in which each client has its answer by `deadline` of [sweep], or by the horizon; a proposer's second
    /// submission is `A.2`.
    pub answered: BTreeMap<String, Bounds>,
    /// Median over all runs of the time of each client's answer, ms.
    #[serde(rename = "answer_p50_ms")]
    pub answer_p50_ms: BTreeMap<String, Bounds>,
    /// 0.99-quantile over all runs of the time of each client's answer, ms.
    #[serde(rename = "answer_p99_ms")]
    pub answer_p99_ms: BTreeMap<String, Bounds>,
}

impl Expect {
    /// Quantities whose mean over the runs can be asserted.
    pub fn means() -> Vec<&'static str> {
        Counter::expected().map(|counter| counter.metric().word).chain(["chosen_at_ms"]).collect()
    }
}

/// What a share is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// The exact probability, as near as chance lets it be.
    Exact,
    /// Within a range.
    Within(Bounds),
}

/// The word for it.
const EXACT: &str = "exact";

impl Serialize for Wanted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Wanted::Exact => serializer.serialize_str(EXACT),
            Wanted::Within(bounds) => bounds.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WantedVisitor)
    }
}

struct WantedVisitor;

impl<'de> Visitor<'de> for WantedVisitor {
    type Value = Wanted;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table with `min`, `max` or both, or the word \"exact\"")
    }
    fn visit_str<E: de::Error>(self, word: &str) -> Result<Wanted, E> {
        if word == EXACT {
            Ok(Wanted::Exact)
        } else {
            Err(E::invalid_value(de::Unexpected::Str(word), &self))
        }
    }
    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Wanted, M::Error> {
        Bounds::deserialize(de::value::MapAccessDeserializer::new(map)).map(Wanted::Within)
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for Wanted {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Wanted".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let range = generator.subschema_for::<Bounds>();
        json_schema!({
            "description": "A range, or the exact probability.",
            "anyOf": [range, { "const": EXACT }],
        })
    }
}

/// An inclusive range; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Smallest allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// The grid of `synod sweep`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Sweep {
    /// Runs per cell, seeds 0..seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub seeds: Option<u64>,
    /// The product of these axes: path → values of that key's type. The last axis varies fastest.
    pub axes: Axes,
    /// Lists in lock-step, as one further axis: path → values, all of one length.
    pub zip: Axes,
    /// What cells are compared with, seed by seed: all with the one of this number; or, of `{ "PATH" = VALUE, … }`, each with
    /// the cell that has these values on these axes and is the same in all others. Absent: 0, the first cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// What is made of the grid.
    #[serde(skip_serializing_if = "SweepKind::is_grid")]
    pub kind: SweepKind,
    /// Of a phase diagram: how often the step between two cells of different kinds is halved, to find the boundary; at
    /// most 20; absent: 6.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 20)))]
    pub halvings: Option<u32>,
    /// Reports say which share of the runs answers each client by then; above 0; absent: by the horizon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Duration>,
    /// How the figures of its report are laid out; absent: the last axis with few values by colour, the others as panels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<SweepFigure>,
}

/// What is made of a sweep's grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SweepKind {
    /// Tables and figures of every cell.
    #[default]
    Grid,
    /// In addition, a phase diagram of two axes of rising times or numbers: where a livelock is proved, where a value is
    /// always chosen, and the boundary between.
    Phase,
}

impl SweepKind {
    fn is_grid(&self) -> bool {
        *self == SweepKind::Grid
    }
}

/// Axes in the order of the file: path → values of that key's type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axes(pub Vec<(String, Vec<Tree>)>);

impl Serialize for Axes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(path, values)| (path, values)))
    }
}

impl<'de> Deserialize<'de> for Axes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AxesVisitor)
    }
}

struct AxesVisitor;

impl<'de> Visitor<'de> for AxesVisitor {
    type Value = Axes;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of paths with lists of values")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Axes, M::Error> {
        let mut axes = Vec::new();
        while let Some(axis) = map.next_entry()? {
            axes.push(axis);
        }
        Ok(Axes(axes))
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for Axes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Axes".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": { "type": "array", "minItems": 1 },
            "description": "Paths into the keys of a scenario, each with the values it takes.",
        })
    }
}
