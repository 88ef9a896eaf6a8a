//! Whether every duration of a scenario is one that a file may name, wherever it stands.
//!
//! A file can name no other; a program can. The scenario is serialized into nothing, so that no key can be forgotten.
//! Absent on purpose: the ranges of single keys (`validate`).

use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use super::model::Scenario;

/// What is wrong with the first duration that is too long: the key and the duration; none if all are in range.
pub(super) fn too_long(scenario: &Scenario) -> Option<String> {
    let mut walk = Walk { keys: Vec::new() };
    let Err(TooLong(why)) = scenario.serialize(&mut walk) else { return None };
    Some(format!("`{}`: {why}", walk.keys.join(".")))
}

/// Serializes into nothing; where it fails, the keys on the way there are left.
struct Walk {
    keys: Vec<String>,
}

/// What the duration says that is too long.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct TooLong(String);

impl ser::Error for TooLong {
    fn custom<T: Display>(why: T) -> Self {
        TooLong(why.to_string())
    }
}

type Done = Result<(), TooLong>;

impl Walk {
    fn within(&mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Done {
        self.keys.push(key.to_owned());
        value.serialize(&mut *self)?;
        self.keys.pop();
        Ok(())
    }
}

/// Plain values, which are always in range: a duration that is not refuses to be one.
macro_rules! plain {
    ($($name:ident: $kind:ty),*) => { $(fn $name(self, _: $kind) -> Done { Ok(()) })* };
}

impl Serializer for &mut Walk {
    type Ok = ();
    type Error = TooLong;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    plain!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str
    );
    fn is_human_readable(&self) -> bool {
        false
    }
    fn serialize_none(self) -> Done {
        Ok(())
    }
    fn serialize_unit(self) -> Done {
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Done {
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        value: &T,
    ) -> Done {
        self.within(word, value)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self, TooLong> {
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, TooLong> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, TooLong> {
        Ok(self)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, TooLong> {
        Ok(self)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self, TooLong> {
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, TooLong> {
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, TooLong> {
        Ok(self)
    }
}

/// Lists of one kind or another.
macro_rules! list {
    ($($of:ident: $method:ident),*) => { $(impl ser::$of for &mut Walk {
        type Ok = ();
        type Error = TooLong;
        fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
            value.serialize(&mut **self)
        }
        fn end(self) -> Done {
            Ok(())
        }
    })* };
}
list!(SerializeSeq: serialize_element, SerializeTuple: serialize_element);
list!(SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field);

/// Tables with keys that are known.
macro_rules! table {
    ($($of:ident),*) => { $(impl ser::$of for &mut Walk {
        type Ok = ();
        type Error = TooLong;
        fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
            self.within(key, value)
        }
        fn end(self) -> Done {
            Ok(())
        }
    })* };
}
table!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for &mut Walk {
    type Ok = ();
    type Error = TooLong;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }
    fn end(self) -> Done {
        Ok(())
    }
}
