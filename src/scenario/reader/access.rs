//! How serde walks lists, tables and enum words of the tree.
//!
//! Absent on purpose: single values (the parent module).

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Reader, Trail};
use crate::scenario::error::{Problem, What};
use crate::scenario::escape::shown;
use crate::scenario::node::{At, Entry, Node};

pub(super) struct ListAccess<'n, 't> {
    items: std::slice::Iter<'n, Node>,
    trail: &'t Trail<'t>,
}

impl<'n, 't> ListAccess<'n, 't> {
    pub(super) fn new(items: &'n [Node], trail: &'t Trail<'t>) -> Self {
        ListAccess { items: items.iter(), trail }
    }
}

impl<'de> SeqAccess<'de> for ListAccess<'_, '_> {
    type Error = Problem;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let trail = Trail { parent: Some(self.trail), step: None };
        seed.deserialize(Reader { node, trail }).map(Some)
    }
}

pub(super) struct TableAccess<'n, 't> {
    entries: std::slice::Iter<'n, Entry>,
    current: Option<&'n Entry>,
    trail: &'t Trail<'t>,
}

impl<'n, 't> TableAccess<'n, 't> {
    pub(super) fn new(entries: &'n [Entry], trail: &'t Trail<'t>) -> Self {
        TableAccess { entries: entries.iter(), current: None, trail }
    }
}

impl<'de> MapAccess<'de> for TableAccess<'_, '_> {
    type Error = Problem;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.current = Some(entry);
        let key = seed.deserialize(Word { text: &entry.key });
        key.map(Some).map_err(|p| p.within(&entry.at, || self.trail.key(), || self.trail.label()))
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let Some(entry) = self.current.take() else {
            return Err(Problem::new("a value was asked for before its key"));
        };
        let trail = Trail { parent: Some(self.trail), step: Some(&entry.key) };
        seed.deserialize(Reader { node: &entry.node, trail })
    }
}

/// A key or an enum's word, also where a key is an enum (`[network.kind.accept]`).
struct Word<'n> {
    text: &'n str,
}

impl<'de> de::Deserializer<'de> for Word<'_> {
    type Error = Problem;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.text)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let word: StrDeserializer<Problem> = self.text.into_deserializer();
        visitor.visit_enum(word)
    }
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// An enum's word, alone (`"none"`) or with its parameters (`{ fixed = { … } }`).
pub(super) struct WordAccess<'n, 't> {
    word: &'n str,
    at: &'n At,
    payload: Option<(&'n Node, &'t Trail<'t>)>,
}

impl<'n, 't> WordAccess<'n, 't> {
    pub(super) fn alone(word: &'n str, at: &'n At) -> Self {
        WordAccess { word, at, payload: None }
    }
    pub(super) fn with(entry: &'n Entry, trail: &'t Trail<'t>) -> Self {
        WordAccess { word: &entry.key, at: &entry.at, payload: Some((&entry.node, trail)) }
    }
    fn needs_parameters<T>(self) -> Result<T, Problem> {
        let word = shown(self.word);
        let plain = self.word;
        let advice = if plain == "constant" { "\"1ms\"".to_string() } else { "{ … }".to_string() };
        Err(Problem::from(What::Value(format!(
            "{word} needs its parameters; write {{ {plain} = {advice} }}"
        )))
        .placed(self.at.clone()))
    }
}

impl<'de> EnumAccess<'de> for WordAccess<'_, '_> {
    type Error = Problem;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        match seed.deserialize(Word { text: self.word }) {
            Ok(variant) => Ok((variant, self)),
            Err(problem) => Err(problem.placed(self.at.clone())),
        }
    }
}

impl<'de> VariantAccess<'de> for WordAccess<'_, '_> {
    type Error = Problem;
    fn unit_variant(self) -> Result<(), Problem> {
        match self.payload {
            None => Ok(()),
            Some(_) => {
                let word = shown(self.word);
                let advice = format!("{word} takes no parameters; write \"{}\"", self.word);
                Err(Problem::from(What::Value(advice)).placed(self.at.clone()))
            }
        }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        match self.payload {
            Some((node, trail)) => {
                let trail = Trail { parent: Some(trail), step: Some(self.word) };
                seed.deserialize(Reader { node, trail })
            }
            None => self.needs_parameters(),
        }
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Problem> {
        self.needs_parameters()
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Problem> {
        self.needs_parameters()
    }
}
