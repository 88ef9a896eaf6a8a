//! JSON text as a tree with positions, for programs that write scenarios.
//!
//! Absent on purpose: strings, numbers and words, which serde_json reads; only the brackets are walked here,
//! because serde_json tells no positions of what it has read, and lets a key be given twice.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::depth::DEEPEST;
use super::error::Problem;
use super::escape::shown;
use super::node::{At, Entry, Node, Value};

/// Reads a whole file.
pub(super) fn document(text: &str) -> Result<Node, Problem> {
    let mut cursor = Cursor { text, at: 0 };
    let node = cursor.value(0)?;
    cursor.skip_space();
    if cursor.at < text.len() {
        return Err(cursor.expected("the end of the file"));
    }
    Ok(node)
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }
    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }
    /// Whether the next character is `mark`, which is then passed.
    fn take(&mut self, mark: char) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(mark);
        self.at += usize::from(found);
        found
    }
    fn expected(&self, what: &str) -> Problem {
        let found = match self.rest().chars().next() {
            Some(c) => shown(c.encode_utf8(&mut [0; 4])),
            None => "the end of the file".into(),
        };
        let end = self.at + self.rest().chars().next().map_or(0, char::len_utf8);
        Problem::new(format!("not valid JSON here: expected {what}, found {found}"))
            .placed(At::File(self.at..end))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        self.skip_space();
        let start = self.at;
        if depth > DEEPEST {
            return Err(Problem::new("nested too deeply for a scenario").placed(At::File(start..start + 1)));
        }
        let value = match self.rest().chars().next() {
            Some('{') => self.table(depth)?,
            Some('[') => self.list(depth)?,
            _ => self.scalar()?,
        };
        Ok(Node { value, at: At::File(start..self.at) })
    }

    fn list(&mut self, depth: usize) -> Result<Value, Problem> {
        self.take('[');
        let mut items = Vec::new();
        if self.take(']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(']') {
                return Ok(Value::List(items));
            }
            if !self.take(',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Value, Problem> {
        self.take('{');
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = BTreeSet::new();
        if self.take('}') {
            return Ok(Value::Table(entries));
        }
        loop {
            let entry = self.entry(depth)?;
            if !seen.insert(entry.key.clone()) {
                let message = format!("{} is given twice; keep one of them", shown(&entry.key));
                return Err(Problem::new(message).placed(entry.at));
            }
            entries.push(entry);
            if self.take('}') {
                return Ok(Value::Table(entries));
            }
            if !self.take(',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn entry(&mut self, depth: usize) -> Result<Entry, Problem> {
        self.skip_space();
        let start = self.at;
        if !self.rest().starts_with('"') {
            return Err(self.expected("a key in double quotes"));
        }
        let Value::Text(key) = self.scalar()? else {
            return Err(self.expected("a key in double quotes"));
        };
        let at = At::File(start..self.at);
        if !self.take(':') {
            return Err(self.expected("`:`"));
        }
        Ok(Entry { key, at, node: self.value(depth + 1)? })
    }

    fn scalar(&mut self) -> Result<Value, Problem> {
        let start = self.at;
        let mut stream = serde_json::Deserializer::from_str(self.rest()).into_iter::<Json>();
        let value = match stream.next() {
            Some(Ok(value)) => value,
            None => return Err(self.expected("a value")),
            Some(Err(error)) => {
                if self.rest().starts_with(|c: char| c.is_ascii_alphabetic()) {
                    return Err(self.expected("a value (text goes in double quotes)"));
                }
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or(&message);
                let end = start + self.rest().find([',', '\n', '}', ']']).unwrap_or(self.rest().len());
                return Err(
                    Problem::new(format!("not valid JSON here: {message}")).placed(At::File(start..end))
                );
            }
        };
        self.at += stream.byte_offset();
        let lexeme = self.text.get(start..self.at).unwrap_or("");
        Ok(match value {
            Json::Null => Value::Null,
            Json::Bool(it) => Value::Bool(it),
            Json::String(text) => Value::Text(text),
            // Parsed again from the text: serde_json's floats may be off in the last bit.
            Json::Number(_) => match lexeme.parse::<i128>() {
                Ok(number) => Value::Integer(number),
                Err(_) => Value::Float(lexeme.parse().unwrap_or(f64::NAN)),
            },
            Json::Array(_) | Json::Object(_) => return Err(self.expected("a value")),
        })
    }
}
