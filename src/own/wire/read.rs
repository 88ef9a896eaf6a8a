//! A node's answer, from a line: in one pass, if all is as it should be.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::explain::{explain, is_vote};
use super::limits::Limits;
use crate::own::{After, Ask, Body, Effect, Effects, Report, Wrong};
use crate::trace::NodeId;

/// Whose the effects of an answer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A run begins: each effect names its node.
    Each,
    /// The node's that was told something.
    Node(NodeId),
    /// The run is over: there are none.
    Nobody,
}

impl Owner {
    /// Whose the effects are that answer this.
    pub fn of(ask: &Ask<'_>) -> Self {
        match ask {
            Ask::Reset(_) => Self::Each,
            Ask::Step(input) => Self::Node(input.node),
            Ask::End => Self::Nobody,
        }
    }

    /// The node of an effect that names this one, or none; nothing if that can't be.
    fn take(self, named: Option<NodeId>) -> Option<NodeId> {
        match self {
            Self::Each => named,
            Self::Node(node) => named.is_none_or(|named| named == node).then_some(node),
            Self::Nobody => None,
        }
    }
}

/// An answer, but for its effects.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The lane in which it was asked.
    pub lane: u16,
    /// What a kit says of itself at the end of a run.
    pub stats: Option<Body>,
}

/// Reads an answer, without the line's end; its effects take the place of what `out` holds.
pub fn read(line: &[u8], owner: Owner, limits: &Limits, out: &mut Effects) -> Result<Answer, Wrong> {
    out.clear();
    if line.len() > limits.line_bytes {
        return Err(Wrong::LineTooLong { limit: limits.line_bytes });
    }
    let mut reader = serde_json::Deserializer::from_slice(line);
    let mut read = Line { owner, most: limits.effects, out }.deserialize(&mut reader);
    if let Err(error) = reader.end() {
        read = read.and(Err(error));
    }
    read.map_err(|error| {
        out.clear();
        explain(line, owner, limits, &error)
    })
}

/// Takes an answer apart.
struct Line<'o> {
    owner: Owner,
    most: usize,
    out: &'o mut Effects,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Lane,
    Effects,
    Stats,
}

impl<'de> DeserializeSeed<'de> for Line<'_> {
    type Value = Answer;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Answer, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Line<'_> {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answer, A::Error> {
        let Self { owner, most, out } = self;
        let (mut lane, mut stats, mut told) = (None, None, false);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Lane if lane.is_none() => lane = Some(map.next_value()?),
                Key::Stats if stats.is_none() => stats = Some(map.next_value()?),
                Key::Effects if !told => {
                    map.next_value_seed(Line { owner, most, out: &mut *out }.effects())?;
                    told = true;
                }
                _ => return Err(A::Error::custom("a key that is there twice")),
            }
        }
        let lane = lane.filter(|_| told).ok_or_else(|| A::Error::custom("a key is missing"))?;
        Ok(Answer { lane, stats })
    }
}

/// Takes the effects of an answer apart.
struct All<'o>(Line<'o>);

impl<'o> Line<'o> {
    fn effects(self) -> All<'o> {
        All(self)
    }
}

impl<'de> DeserializeSeed<'de> for All<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for All<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("effects")
    }

    /// What is beyond the limit is never kept.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Line { owner, most, out } = self.0;
        while out.len() < most {
            let Some(raw) = seq.next_element::<Raw>()? else { return Ok(()) };
            let effect = owner.take(raw.node).and_then(|node| Some((node, raw.effect()?)));
            out.push(effect.ok_or_else(|| A::Error::custom("no effect"))?);
        }
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom("too many effects")),
        }
    }
}

/// All keys that any effect has; of numbers and text, null is as good as nothing.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    node: Option<NodeId>,
    send: Option<NodeId>,
    call: Option<u64>,
    to: Option<NodeId>,
    timeout: Option<u64>,
    #[serde(deserialize_with = "also_null")]
    body: Option<Body>,
    answer: Option<u64>,
    raise: Option<u64>,
    text: Option<String>,
    timer: Option<u64>,
    after: Option<u64>,
    between: Option<(u64, u64)>,
    name: Option<String>,
    cancel: Option<u64>,
    state: Option<RawState>,
    told: Option<u64>,
    raised: Option<String>,
    value: Option<u64>,
    log: Option<String>,
    hazard: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawState {
    #[serde(deserialize_with = "also_null")]
    promised: Option<Body>,
    #[serde(deserialize_with = "also_null")]
    accepted: Option<Body>,
    #[serde(deserialize_with = "also_null")]
    learned: Option<Body>,
    counter: Option<u64>,
}

fn also_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Body>, D::Error> {
    Body::deserialize(deserializer).map(Some)
}

/// A bit for each key of an effect.
mod bit {
    pub const SEND: u32 = 1;
    pub const CALL: u32 = 1 << 1;
    pub const TO: u32 = 1 << 2;
    pub const TIMEOUT: u32 = 1 << 3;
    pub const BODY: u32 = 1 << 4;
    pub const ANSWER: u32 = 1 << 5;
    pub const RAISE: u32 = 1 << 6;
    pub const TEXT: u32 = 1 << 7;
    pub const TIMER: u32 = 1 << 8;
    pub const AFTER: u32 = 1 << 9;
    pub const BETWEEN: u32 = 1 << 10;
    pub const NAME: u32 = 1 << 11;
    pub const CANCEL: u32 = 1 << 12;
    pub const STATE: u32 = 1 << 13;
    pub const TOLD: u32 = 1 << 14;
    pub const RAISED: u32 = 1 << 15;
    pub const VALUE: u32 = 1 << 16;
    pub const LOG: u32 = 1 << 17;
    pub const HAZARD: u32 = 1 << 18;
}

impl Raw {
    /// Which keys are there.
    fn keys(&self) -> u32 {
        let there = [
            self.send.is_some(),
            self.call.is_some(),
            self.to.is_some(),
            self.timeout.is_some(),
            self.body.is_some(),
            self.answer.is_some(),
            self.raise.is_some(),
            self.text.is_some(),
            self.timer.is_some(),
            self.after.is_some(),
            self.between.is_some(),
            self.name.is_some(),
            self.cancel.is_some(),
            self.state.is_some(),
            self.told.is_some(),
            self.raised.is_some(),
            self.value.is_some(),
            self.log.is_some(),
            self.hazard.is_some(),
        ];
        there.iter().enumerate().fold(0, |keys, (i, there)| keys | u32::from(*there) << i)
    }

    /// The effect, if exactly the keys of one are there; `keys` has the same as a table.
    fn effect(self) -> Option<Effect> {
        use bit::*;
        const NAMED: u32 = !NAME;
        let keys = self.keys();
        Some(match keys {
            _ if keys == SEND | BODY => Effect::Send { to: self.send?, body: self.body? },
            _ if keys & !TIMEOUT == CALL | TO | BODY => {
                Effect::Call { id: self.call?, to: self.to?, body: self.body?, timeout_ns: self.timeout }
            }
            _ if keys == ANSWER | BODY => Effect::Answer { request: self.answer?, body: self.body? },
            _ if keys == RAISE | TEXT => Effect::Raise { request: self.raise?, text: self.text? },
            _ if keys & NAMED == TIMER | AFTER => {
                Effect::Timer { id: self.timer?, after: After::Exactly(self.after?), name: self.name }
            }
            _ if keys & NAMED == TIMER | BETWEEN => {
                let (low, high) = self.between.filter(|(low, high)| low <= high)?;
                Effect::Timer { id: self.timer?, after: After::Between(low, high), name: self.name }
            }
            CANCEL => Effect::Cancel { id: self.cancel? },
            STATE => Effect::State(self.state?.report()?),
            _ if keys == TOLD | BODY => Effect::Told { submission: self.told?, answer: Ok(self.body?) },
            _ if keys == TOLD | RAISED => Effect::Told { submission: self.told?, answer: Err(self.raised?) },
            _ if keys == VALUE | BODY => Effect::Value { read: self.value?, body: self.body? },
            LOG => Effect::Log(self.log?),
            _ if keys == HAZARD | TEXT => Effect::Hazard { kind: self.hazard?, text: self.text? },
            _ => return None,
        })
    }
}

impl RawState {
    fn report(self) -> Option<Report> {
        let Self { promised, accepted, learned, counter } = self;
        accepted.as_ref().is_none_or(is_vote).then_some(Report { promised, accepted, learned, counter })
    }
}
