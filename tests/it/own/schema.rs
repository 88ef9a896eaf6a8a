//! The JSON Schema of nodes' files: the committed one is current, takes every file that there is, and refuses what is none.

use std::path::Path;

use serde_json::Value;
use synod::own::file::{NodeFile, schema};

use crate::support::env;

/// Editors read the committed file; `UPDATE_GOLDEN=1` writes it anew.
#[test]
fn the_committed_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/kits/node.schema.json");
    let current = format!("{:#}\n", schema());
    if env::updates_golden() {
        std::fs::write(path, &current).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap_or_default() == current, "{path} is not current");
}

/// Whether a value fits, as far as our schema's words go; others are refused.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(words) = schema.as_object() else { return schema == &Value::Bool(true) };
    let only_says = ["$schema", "$defs", "title", "description", "default", "examples", "format", "pattern"];
    words.iter().filter(|(word, _)| !only_says.contains(&word.as_str())).all(|(word, rule)| {
        match word.as_str() {
            "$ref" => {
                fits(root, root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap(), value)
            }
            "type" => match rule {
                Value::Array(types) => types.iter().any(|rule| is(rule, value)),
                rule => is(rule, value),
            },
            "properties" => value.as_object().is_none_or(|keys| {
                keys.iter().all(|(key, value)| rule.get(key).is_none_or(|rule| fits(root, rule, value)))
            }),
            "additionalProperties" => value.as_object().is_none_or(|keys| {
                let known = |key: &str| words.get("properties").is_some_and(|it| it.get(key).is_some());
                keys.iter().all(|(key, value)| known(key) || fits(root, rule, value))
            }),
            "required" => {
                rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| fits(root, rule, item))),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "anyOf" | "oneOf" => rule.as_array().unwrap().iter().any(|rule| fits(root, rule, value)),
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "minimum" => value.as_i64().is_none_or(|it| it >= rule.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|it| it <= rule.as_i64().unwrap()),
            other => panic!("`{other}` is unknown to this test"),
        }
    })
}

fn is(rule: &Value, value: &Value) -> bool {
    match rule.as_str().unwrap() {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("type {other} is unknown to this test"),
    }
}

/// Every `*.toml` with a `[node]` in these folders.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "toml") {
            found.extend(std::fs::read_to_string(&path).ok().filter(|text| text.contains("[node]\n")));
        }
    }
}

#[test]
fn the_schema_takes_what_the_reader_takes() {
    let mut texts = vec![super::builtin::MAP.to_owned()];
    for folder in ["kits", "tests/own"] {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts);
    }
    assert!(texts.len() > 8, "{}", texts.len());
    let schema = schema();
    for text in &texts {
        let file = NodeFile::parse(text, "mine.toml").expect("a node's file");
        assert!(fits(&schema, &schema, file.config_json()), "{text}");
        // Or it takes anything.
        for (table, key) in [("node", "runs"), ("map", "promises"), ("python", "watches")] {
            let mut other = file.config_json().clone();
            other[table][key] = Value::from(1);
            assert!(!fits(&schema, &schema, &other), "{table}.{key}");
        }
        let mut none = file.config_json().clone();
        none["node"].as_object_mut().expect("a table").remove("files");
        assert!(!fits(&schema, &schema, &none));
    }
}
