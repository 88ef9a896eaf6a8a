//! Plain data whose tables keep their order: what TOML and JSON have in common, without a place.
//!
//! `serde_json::Value` keeps an order only where a feature is set for a whole program, which is not for a library to decide;
//! here the order of axes, and of the keys of what is printed, must not depend on it. Absent on purpose: parsing.

mod exchange;
mod typed;

use std::fmt;

use serde::Serialize;

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Tree {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Whole(i128),
    /// Any other number; finite.
    Float(f64),
    /// A text.
    Text(String),
    /// Values in a row.
    List(Vec<Tree>),
    /// Values by their keys, in the order in which they were written.
    Table(Table),
}

/// The keys of a table with their values, in order.
pub type Table = Vec<(String, Tree)>;

impl Tree {
    /// A typed value as plain data, its fields in the order of its type. What a tree can't hold is [`Tree::Null`]: bytes,
    /// numbers that are not finite, and keys that are no text.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Tree {
        value.serialize(typed::Writer).unwrap_or_default()
    }

    /// The value of a table's key.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.table()?.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Tree> {
        let Tree::Table(keys) = self else { return None };
        keys.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The keys with their values, if it is a table.
    pub fn table(&self) -> Option<&Table> {
        if let Tree::Table(keys) = self { Some(keys) } else { None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Tree::Text(text) = self { Some(text) } else { None }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Tree::Whole(it) => Some(*it as f64),
            Tree::Float(it) => Some(*it),
            _ => None,
        }
    }

    /// Whether it is a table without keys or a list without values.
    pub fn is_empty(&self) -> bool {
        match self {
            Tree::List(items) => items.is_empty(),
            Tree::Table(keys) => keys.is_empty(),
            _ => false,
        }
    }

    /// Puts the keys of every table in the order of their bytes.
    pub fn sort(&mut self) {
        match self {
            Tree::List(items) => items.iter_mut().for_each(Tree::sort),
            Tree::Table(keys) => {
                keys.sort_by(|(a, _), (b, _)| a.cmp(b));
                keys.iter_mut().for_each(|(_, value)| value.sort());
            }
            _ => {}
        }
    }
}

/// As JSON, in one line.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Choice {
        None,
        Of(u8),
        Two(i64, bool),
        Named { z: f64, a: Option<char> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Whole {
        last_first: u64,
        choices: Vec<Choice>,
        empty: (),
        map: BTreeMap<String, i8>,
    }

    #[test]
    fn typed_values_become_trees_in_the_order_of_their_fields_and_come_back() {
        let choices = vec![
            Choice::None,
            Choice::Of(7),
            Choice::Two(i64::MIN, true),
            Choice::Named { z: 0.1 + 0.2, a: None },
            Choice::Named { z: 1.0, a: Some('é') },
        ];
        let map = BTreeMap::from([("b".to_owned(), -1), ("a".to_owned(), 2)]);
        let whole = Whole { last_first: u64::MAX, choices, empty: (), map };
        let text = concat!(
            r#"{"last_first":18446744073709551615,"choices":["none",{"of":7},{"two":[-9223372036854775808,true]},"#,
            r#"{"named":{"z":0.30000000000000004,"a":null}},{"named":{"z":1.0,"a":"é"}}],"empty":null,"map":{"a":2,"b":-1}}"#
        );
        let tree = Tree::of(&whole);
        assert_eq!(tree.to_string(), text);
        assert_eq!(serde_json::to_string(&whole).unwrap(), text, "as serde_json writes it");
        assert_eq!(Tree::of(&tree), tree);
        assert_eq!(serde_json::from_str::<Tree>(text).unwrap(), tree);
        assert_eq!(Tree::of(&f64::NAN), Tree::Null);
        assert_eq!(Tree::of(&BTreeMap::from([(1, 2)])).to_string(), "null", "a key that is no text");
    }

    #[test]
    fn keys_are_found_and_sorted() {
        let text = r#"{"b":{"y":1,"x":[{"d":1,"c":2}]},"a":""}"#;
        let mut tree: Tree = serde_json::from_str(text).unwrap();
        assert_eq!(tree.to_string(), text);
        assert_eq!(tree.get("a").and_then(Tree::text), Some(""));
        assert_eq!((tree.get("c"), tree.get("a").unwrap().is_empty()), (None, false));
        *tree.get_mut("a").unwrap() = Tree::Table(Table::new());
        assert!(tree.get("a").unwrap().is_empty());
        tree.sort();
        assert_eq!(tree.to_string(), r#"{"a":{},"b":{"x":[{"c":2,"d":1}],"y":1}}"#);
    }
}
