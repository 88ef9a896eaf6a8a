//! Every key of a scenario file for people to read: how it is written, what it means, what holds if it is left out.
//!
//! Made from the JSON Schema, so that the two cannot differ. Absent on purpose: rules between keys (`validate`).

use std::fmt::{self, Write};

use serde_json::{Map, Value};

/// Words of a description stand in lines no longer than this.
const WIDTH: usize = 100;
/// Longer templates stand on a line of their own.
const BESIDE: usize = 44;
/// Tables that have headers of their own, beside lists of tables.
const HEADERS: [&str; 3] = ["faults.random", "sweep.figure", "sweep.figure.axis"];

/// The reference of all keys, from the schema of `schema()`, as `synod scenario keys` prints it.
pub fn keys(schema: &Value) -> String {
    let mut writer = Keys { schema, out: String::new(), kinds: Vec::new() };
    // Writing to a String cannot fail.
    let _ = writer.all();
    writer.out
}

struct Keys<'a> {
    schema: &'a Value,
    out: String,
    /// Kinds that have forms of their own, in the order in which they are met; told at the end.
    kinds: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    fn all(&mut self) -> fmt::Result {
        self.out += "TIME is a text as \"5ms\" (ns, us, ms, s, min, h); SHARE a number from 0 to 1; WHOLE a whole number; other words in capitals are told at the end.\n";
        let schema = self.schema;
        for (name, key) in entries(&schema["properties"]) {
            match self.table(key) {
                Some(table) => self.section(name, key, table)?,
                None => self.key(name, key, false)?,
            }
        }
        let mut told = 0;
        while let Some(&kind) = self.kinds.get(told) {
            self.forms(kind)?;
            told += 1;
        }
        Ok(())
    }

    /// A header with its keys, then the headers below it.
    fn section(&mut self, path: &str, key: &'a Value, table: &'a Value) -> fmt::Result {
        let is_list = key["type"] == "array";
        let header = if is_list { format!("[[{path}]]") } else { format!("[{path}]") };
        writeln!(self.out, "\n{header}")?;
        let about = text(key).or_else(|| text(table)).unwrap_or_default();
        self.words(about, "  ")?;
        let mut below = Vec::new();
        for (name, key) in entries(&table["properties"]) {
            let inner = format!("{path}.{name}");
            let of_any_name = self.table(&given(key)["additionalProperties"]);
            let has_header = key["type"] == "array" || HEADERS.contains(&inner.as_str());
            match (self.table(key).filter(|_| has_header), of_any_name.filter(|_| has_header)) {
                (Some(table), _) => below.push((inner, key, table)),
                (None, Some(table)) => below.push((inner + ".NAME", key, table)),
                (None, None) => self.key(name, key, is_required(table, name))?,
            }
        }
        below.into_iter().try_for_each(|(path, key, table)| self.section(&path, key, table))
    }

    /// A key: its template, what holds without it, its meaning, and its words if it takes one of a few.
    fn key(&mut self, name: &str, key: &'a Value, required: bool) -> fmt::Result {
        let items = words_of(self.resolved(&given(key)["items"]));
        let is_list = !items.is_empty();
        let words = if is_list { items } else { words_of(self.resolved(key)) };
        let template = match type_of(key) {
            _ if is_list => "[one of the words below, …]".to_owned(),
            _ if !words.is_empty() => "one of the words below".to_owned(),
            _ if is_of_two_types(key) => {
                format!("{} or {{ NAME = {}, … }}", whole(key), self.template(&key["additionalProperties"]))
            }
            "integer" => whole(key),
            _ => self.template(key),
        };
        let without = match &key["default"] {
            _ if required => "; needed".to_owned(),
            Value::Null => String::new(),
            Value::Object(empty) if empty.is_empty() => String::new(),
            Value::Array(empty) if empty.is_empty() => String::new(),
            default => format!("; {} if left out", inline(default)),
        };
        writeln!(self.out, "  {name} = {template}{without}")?;
        self.words(text(key).unwrap_or_default(), "      ")?;
        for (word, about) in words {
            writeln!(self.out, "      \"{word}\"")?;
            self.words(about, "          ")?;
        }
        Ok(())
    }

    /// The forms that a kind can be written in.
    fn forms(&mut self, kind: &'a str) -> fmt::Result {
        let definition = &self.schema["$defs"][kind];
        writeln!(self.out, "\n{}", kind.to_uppercase())?;
        self.words(text(definition).unwrap_or_default(), "  ")?;
        for form in definition["oneOf"].as_array().into_iter().flatten() {
            let template = match form["const"].as_str() {
                Some(word) => format!("\"{word}\""),
                None => self.template(form),
            };
            let about = text(form).unwrap_or_default();
            if template.chars().count() < BESIDE - 1
                && !about.contains('\n')
                && about.chars().count() < WIDTH - BESIDE
            {
                writeln!(self.out, "  {template:<BESIDE$}{about}")?;
            } else {
                writeln!(self.out, "  {template}")?;
                self.words(about, "      ")?;
            }
        }
        Ok(())
    }

    /// How a value is written.
    fn template(&mut self, key: &'a Value) -> String {
        let key = given(key);
        if let Some(kind) = kind_of(key) {
            let definition = &self.schema["$defs"][kind];
            return match kind {
                "Duration" => "TIME".to_owned(),
                "Probability" => "SHARE".to_owned(),
                _ if is_kind(definition) => {
                    if !self.kinds.contains(&kind) {
                        self.kinds.push(kind);
                    }
                    kind.to_uppercase()
                }
                _ => self.template(definition),
            };
        }
        if key["oneOf"].is_array() {
            let words: Vec<String> = words_of(key).iter().map(|(word, _)| format!("\"{word}\"")).collect();
            return words.join(" or ");
        }
        match type_of(key) {
            "string" => "TEXT".to_owned(),
            "boolean" => "true or false".to_owned(),
            "number" => "NUMBER".to_owned(),
            "integer" => "WHOLE".to_owned(),
            "array" => format!("[{}, …]", self.template(&key["items"])),
            "object" if key["properties"].is_object() => self.inline_table(key),
            "object" => format!("{{ NAME = {}, … }}", self.template(&key["additionalProperties"])),
            _ => "VALUE".to_owned(),
        }
    }

    fn inline_table(&mut self, table: &'a Value) -> String {
        let fields: Vec<String> = entries(&table["properties"])
            .map(|(name, key)| format!("{name} = {}", self.template(key)))
            .collect();
        format!("{{ {} }}", fields.join(", "))
    }

    /// What a key refers to, if it is a table with keys of its own.
    fn table(&self, key: &'a Value) -> Option<&'a Value> {
        let inner = if key["type"] == "array" { &key["items"] } else { key };
        Some(self.resolved(inner)).filter(|it| it["properties"].is_object())
    }

    /// What a key takes, by its definition.
    fn resolved(&self, key: &'a Value) -> &'a Value {
        let key = given(key);
        kind_of(key).map_or(key, |kind| &self.schema["$defs"][kind])
    }

    /// A text in lines, each behind this.
    fn words(&mut self, text: &str, before: &str) -> fmt::Result {
        let mut line = String::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && before.len() + line.chars().count() + word.chars().count() >= WIDTH {
                writeln!(self.out, "{before}{line}")?;
                line.clear();
            }
            line += if line.is_empty() { "" } else { " " };
            line += word;
        }
        if line.is_empty() { Ok(()) } else { writeln!(self.out, "{before}{line}") }
    }
}

fn entries(properties: &Value) -> impl Iterator<Item = (&str, &Value)> {
    properties.as_object().into_iter().flat_map(Map::iter).map(|(name, key)| (name.as_str(), key))
}

/// What a key takes where it is given: without the null that stands for one left out.
fn given(key: &Value) -> &Value {
    let choices = key["anyOf"].as_array();
    choices.and_then(|choices| choices.iter().find(|it| it["type"] != "null")).unwrap_or(key)
}

/// The name of the definition that a key refers to.
fn kind_of(key: &Value) -> Option<&str> {
    key["$ref"].as_str()?.rsplit('/').next()
}

fn text(key: &Value) -> Option<&str> {
    key["description"].as_str()
}

fn is_required(table: &Value, name: &str) -> bool {
    table["required"].as_array().into_iter().flatten().any(|it| it == name)
}

/// Whether something can be written in several forms, not only as one of some words.
fn is_kind(definition: &Value) -> bool {
    definition["oneOf"]
        .as_array()
        .is_some_and(|forms| forms.iter().any(|form| form["properties"].is_object()))
}

/// The words of a definition that is one of some words, with their meaning.
fn words_of(definition: &Value) -> Vec<(&str, &str)> {
    let forms = definition["oneOf"].as_array().filter(|_| !is_kind(definition));
    forms
        .into_iter()
        .flatten()
        .filter_map(|form| Some((form["const"].as_str()?, text(form).unwrap_or_default())))
        .collect()
}

fn type_of(key: &Value) -> &str {
    let of_list = || key["type"].as_array()?.iter().filter_map(Value::as_str).find(|it| *it != "null");
    key["type"].as_str().or_else(of_list).unwrap_or_default()
}

/// Whether a key takes a whole number or a table.
fn is_of_two_types(key: &Value) -> bool {
    given(key)["type"]
        .as_array()
        .is_some_and(|types| ["integer", "object"].iter().all(|it| types.contains(&Value::from(*it))))
}

fn whole(key: &Value) -> String {
    match (&key["minimum"], &key["maximum"]) {
        (Value::Number(low), Value::Number(high)) => format!("whole number, {low} to {high}"),
        (Value::Number(low), _) if low.as_u64() != Some(0) => format!("whole number, at least {low}"),
        _ => "whole number".to_owned(),
    }
}

/// A default as a scenario file would write it.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name} = {}", inline(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key and every word of the schema is told, and every kind that a key points to.
    #[test]
    fn nothing_of_the_schema_is_left_out() {
        let schema = super::super::schema();
        let told = keys(&schema);
        let mut names = 0;
        for (kind, definition) in entries(&schema["$defs"]) {
            for (name, _) in entries(&definition["properties"]) {
                let is_header =
                    [format!(".{name}]"), format!(".{name}.NAME]")].iter().any(|it| told.contains(it));
                assert!(is_header || told.contains(&format!("{name} = ")), "{kind}.{name}");
                names += 1;
            }
            for form in definition["oneOf"].as_array().into_iter().flatten() {
                let word = form["const"].as_str().map(|word| format!("\"{word}\""));
                let key = entries(&form["properties"]).next().map(|(name, _)| format!("{{ {name} = "));
                let wanted = word.or(key).expect("a form");
                assert!(told.contains(&wanted), "{kind}: {wanted}");
            }
            if is_kind(definition) {
                assert!(told.contains(&format!("\n{}\n", kind.to_uppercase())), "{kind}");
            }
        }
        assert!(names > 100, "{names}");
        assert!(told.lines().all(|line| line.chars().count() <= 2 * WIDTH), "no line runs away");
    }
}
