//! Typed values as trees, as serde's data model has them in JSON: a variant without data is its name, any other a table of one
//! key.

use std::fmt;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::Tree;

/// Writes one value.
pub struct Writer;

/// What a tree can't hold.
#[derive(Debug)]
pub struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("has no place in plain data")
    }
}

impl std::error::Error for Unfit {}

impl Error for Unfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Unfit
    }
}

/// A list or a table that is being written, and the variant's name under which it goes.
pub struct Open<T> {
    variant: Option<&'static str>,
    held: Vec<T>,
    key: Option<String>,
}

impl<T> Open<T> {
    fn new(variant: Option<&'static str>, len: usize) -> Result<Open<T>, Unfit> {
        // A length is a hint, and no reason to take memory for it.
        Ok(Open { variant, held: Vec::with_capacity(len.min(64)), key: None })
    }

    fn close(self, whole: impl FnOnce(Vec<T>) -> Tree) -> Result<Tree, Unfit> {
        let tree = whole(self.held);
        Ok(match self.variant {
            Some(variant) => named(variant, tree),
            None => tree,
        })
    }
}

fn named(variant: &str, tree: Tree) -> Tree {
    Tree::Table(vec![(variant.to_owned(), tree)])
}

/// The methods for what becomes a whole number.
macro_rules! whole {
    ($($method:ident: $number:ty),*) => {
        $(fn $method(self, it: $number) -> Result<Tree, Unfit> {
            Ok(Tree::Whole(it.into()))
        })*
    };
}

impl Serializer for Writer {
    type Ok = Tree;
    type Error = Unfit;
    type SerializeSeq = Open<Tree>;
    type SerializeTuple = Open<Tree>;
    type SerializeTupleStruct = Open<Tree>;
    type SerializeTupleVariant = Open<Tree>;
    type SerializeMap = Open<(String, Tree)>;
    type SerializeStruct = Open<(String, Tree)>;
    type SerializeStructVariant = Open<(String, Tree)>;

    whole!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128);
    whole!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64);

    fn serialize_bool(self, it: bool) -> Result<Tree, Unfit> {
        Ok(Tree::Bool(it))
    }

    fn serialize_f32(self, it: f32) -> Result<Tree, Unfit> {
        self.serialize_f64(it.into())
    }

    fn serialize_f64(self, it: f64) -> Result<Tree, Unfit> {
        Ok(if it.is_finite() { Tree::Float(it) } else { Tree::Null })
    }

    fn serialize_char(self, it: char) -> Result<Tree, Unfit> {
        Ok(Tree::Text(it.into()))
    }

    fn serialize_str(self, text: &str) -> Result<Tree, Unfit> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Tree, Unfit> {
        Err(Unfit)
    }

    fn serialize_none(self) -> Result<Tree, Unfit> {
        Ok(Tree::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<Tree, Unfit> {
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<Tree, Unfit> {
        Ok(Tree::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Tree, Unfit> {
        Ok(Tree::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Tree, Unfit> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, it: &T) -> Result<Tree, Unfit> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        it: &T,
    ) -> Result<Tree, Unfit> {
        Ok(named(variant, it.serialize(self)?))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Open<Tree>, Unfit> {
        Open::new(None, len.unwrap_or(0))
    }

    fn serialize_tuple(self, len: usize) -> Result<Open<Tree>, Unfit> {
        Open::new(None, len)
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Open<Tree>, Unfit> {
        Open::new(None, len)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Open<Tree>, Unfit> {
        Open::new(Some(variant), len)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Open<(String, Tree)>, Unfit> {
        Open::new(None, len.unwrap_or(0))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Open<(String, Tree)>, Unfit> {
        Open::new(None, len)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Open<(String, Tree)>, Unfit> {
        Open::new(Some(variant), len)
    }
}

/// The traits of lists.
macro_rules! list {
    ($($name:ident: $method:ident),*) => {
        $(impl $name for Open<Tree> {
            type Ok = Tree;
            type Error = Unfit;

            fn $method<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Unfit> {
                self.held.push(it.serialize(Writer)?);
                Ok(())
            }

            fn end(self) -> Result<Tree, Unfit> {
                self.close(Tree::List)
            }
        })*
    };
}

list!(SerializeSeq: serialize_element, SerializeTuple: serialize_element);
list!(SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field);

/// The traits of tables whose keys are a type's fields.
macro_rules! table {
    ($($name:ident),*) => {
        $(impl $name for Open<(String, Tree)> {
            type Ok = Tree;
            type Error = Unfit;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, it: &T) -> Result<(), Unfit> {
                self.held.push((key.to_owned(), it.serialize(Writer)?));
                Ok(())
            }

            fn end(self) -> Result<Tree, Unfit> {
                self.close(Tree::Table)
            }
        })*
    };
}

table!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Open<(String, Tree)> {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        match key.serialize(Writer)? {
            Tree::Text(key) => self.key = Some(key),
            _ => return Err(Unfit),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Unfit> {
        let key = self.key.take().ok_or(Unfit)?;
        self.held.push((key, it.serialize(Writer)?));
        Ok(())
    }

    fn end(self) -> Result<Tree, Unfit> {
        self.close(Tree::Table)
    }
}
