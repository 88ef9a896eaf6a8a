//! The keys of a node's file, as plain data.
//!
//! Absent on purpose: rules between keys (`rules`).

use std::collections::BTreeMap;
use std::fmt;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::places::{Place, Where};
use super::told::ToldTable;
use crate::own::node::Body;
use crate::scenario::{Duration, Probability};

/// `[node]`: how the program is run.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeTable {
    /// The command, as words; `{dir}` is the file's folder.
    pub run: String,
    /// The program's own files, from the file's folder: they are its identity.
    pub files: Vec<String>,
    /// Whether the code blocks or is made of handlers; without it, blocking where there is a `[python]`.
    pub style: Option<Style>,
    /// How many runs a process hosts side by side, at most.
    #[serde(default = "sixteen")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 256)))]
    pub lanes: u32,
    /// How long a step may take in real time.
    #[serde(default = "five_seconds")]
    pub step_limit: Duration,
    /// Where threads are held up between two lines.
    pub preempt: Option<Preempt>,
    /// With `preempt = "lines"`: how probable a hold-up is at a line; 0.05 without it.
    pub p: Option<Probability>,
    /// The mean time of a hold-up; 15 ms without it.
    pub gap: Option<Duration>,
    /// Whether the kit hands on what the program prints, for people.
    #[serde(default = "yes")]
    pub log: bool,
}

fn yes() -> bool {
    true
}

fn sixteen() -> u32 {
    16
}

fn five_seconds() -> Duration {
    Duration::from_ns(5_000_000_000)
}

/// How the program is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Calls that wait; a kit runs it.
    Blocking,
    /// One message in, what there is to say to it out.
    Handlers,
}

impl Style {
    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Style::Blocking => "blocking",
            Style::Handlers => "handlers",
        }
    }
}

/// Where threads are held up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preempt {
    /// Where a look at the code finds a check and a set with no lock held.
    Races,
    /// At any line, with a probability.
    Lines,
    /// At these lines.
    At(Vec<u32>),
}

impl<'de> Deserialize<'de> for Preempt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> de::Visitor<'de> for Words {
            type Value = Preempt;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"races\", \"lines\" or a list of line numbers")
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<Preempt, E> {
                match word {
                    "races" => Ok(Preempt::Races),
                    "lines" => Ok(Preempt::Lines),
                    _ => Err(E::unknown_variant(word, &["races", "lines"])),
                }
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Preempt, A::Error> {
                let mut lines = Vec::new();
                while let Some(line) = items.next_element()? {
                    lines.push(line);
                }
                Ok(Preempt::At(lines))
            }
        }
        deserializer.deserialize_any(Words)
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for Preempt {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Preempt".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "At races, at any line, or at these lines, from 1.",
            "anyOf": [
                { "enum": ["races", "lines"] },
                { "type": "array", "items": { "type": "integer", "minimum": 1 }, "minItems": 1 },
            ],
        })
    }
}

/// `[python]`: what the Python kit wants to know.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PythonTable {
    /// Constants of the module and what each node has instead.
    pub set: BTreeMap<String, Body>,
    /// Arguments of the program.
    pub argv: Vec<Body>,
    /// Variables of its environment.
    pub env: BTreeMap<String, Body>,
    /// Modules that it may import although nothing stands in for them.
    pub allow: Vec<String>,
    /// What is called in place of `__main__`.
    pub entry: String,
    /// Where each node listens, by its number, as the program writes it.
    pub addresses: BTreeMap<String, Body>,
    /// What is watched.
    pub watch: Option<Watch>,
}

/// Expressions whose values are what a node stores.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// The promise.
    pub promised: Option<String>,
    /// The vote: ballot and value.
    pub accepted: Option<String>,
    /// What the learner knows.
    pub learned: Option<String>,
    /// The round counter.
    pub counter: Option<String>,
}

/// `[map]`: what messages, stored values and answers to clients mean.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MapTable {
    /// The function that a client's submission calls, for kits.
    pub submit: Option<Client>,
    /// The function that a client's read calls, for kits.
    pub read: Option<Client>,
    /// How ballots are written.
    pub ballot: Codec,
    /// What means "nothing yet", beside null.
    #[serde(default)]
    pub none: Vec<Body>,
    /// The request for promises.
    pub prepare: Option<PrepareRow>,
    /// The request for votes.
    pub accept: Option<AcceptRow>,
    /// Which answer is a promise.
    pub promise: Option<PromiseRow>,
    /// Which answer is a vote's.
    pub accepted: Option<AcceptedRow>,
    /// Which answer is a rejection, and where it says what is promised.
    pub reject: Option<RejectRow>,
    /// The announcement of a value.
    pub learn: Option<LearnRow>,
    /// What clients are told.
    pub told: Option<ToldTable>,
    /// Which draws of a submission are the scenario's.
    #[serde(default)]
    pub draws: Vec<DrawName>,
    /// The types of other messages, whose places keep their fates apart.
    #[serde(default)]
    pub other: Vec<String>,
}

impl MapTable {
    /// Says what a client calls, and nothing else.
    pub(super) fn only(submit: Option<Client>) -> MapTable {
        MapTable {
            submit,
            read: None,
            ballot: Codec::Opaque,
            none: Vec::new(),
            prepare: None,
            accept: None,
            promise: None,
            accepted: None,
            reject: None,
            learn: None,
            told: None,
            draws: Vec::new(),
            other: Vec::new(),
        }
    }
}

/// A function that a client calls.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Its name.
    pub call: String,
    /// Its arguments; `{value}` is the value.
    #[serde(default)]
    pub args: Vec<Body>,
}

/// How ballots are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Codec {
    /// Whole numbers from 0.
    Int,
    /// round × 10 + node.
    Lab,
    /// `[round, node]`; a tuple too.
    Pair,
    /// Numbers with a fraction.
    Float,
    /// `"3.2"`: round and node with something between.
    Text(TextForm),
    /// Anything, in JSON's order: null, false, true, numbers, texts, lists, objects.
    Opaque,
}

/// How round and node are written in a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TextForm {
    /// What stands between them.
    pub separator: String,
}

/// Draws that are the scenario's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DrawName {
    /// The wait before a submission's first attempt.
    Start,
}

/// Which message asks for a promise.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PrepareRow {
    /// The function that is called.
    pub call: Option<String>,
    /// The message's type, if it is no call.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Where its ballot stands.
    pub ballot: Place,
}

/// Which message asks for a vote.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptRow {
    /// The function that is called.
    pub call: Option<String>,
    /// The message's type, if it is no call.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Where its ballot stands.
    pub ballot: Place,
    /// Where its value stands.
    pub value: Place,
}

/// Which message announces a value.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LearnRow {
    /// The function that is called.
    pub call: Option<String>,
    /// The message's type, if it is no call.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Where the value stands.
    pub value: Place,
    /// Where the ballot stands in which it was chosen, if it is said.
    pub ballot: Option<Place>,
}

/// Which answer is a promise, and what it reports.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PromiseRow {
    /// The call that it answers.
    pub of: Option<String>,
    /// The message's type, if it is no answer of a call.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What must stand where.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Body>"))]
    pub is: Where,
    /// Where the ballot of the reported vote stands.
    pub about: Option<Place>,
    /// Where the value of the reported vote stands.
    pub value: Option<Place>,
    /// Where the ballot stands that is promised.
    pub ballot: Option<Place>,
}

/// Which answer says that a vote was given.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptedRow {
    /// The call that it answers.
    pub of: Option<String>,
    /// The message's type, if it is no answer of a call.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What must stand where.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Body>"))]
    pub is: Where,
    /// Where the ballot stands that was voted in.
    pub ballot: Option<Place>,
}

/// Which message is a rejection, and what it tells.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RejectRow {
    /// The message's type, if it is no answer of a call: any answer of a call that is no yes is a rejection.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What must stand where.
    #[serde(default, rename = "where")]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Body>"))]
    pub is: Where,
    /// Where the ballot stands that is rejected.
    pub ballot: Option<Place>,
    /// Where the ballot stands that is promised instead.
    pub promised: Option<Place>,
    /// Where it says what is rejected: 1 or 2, or the type of the request.
    pub phase: Option<Place>,
}
