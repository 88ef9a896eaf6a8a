//! The schema takes every shipped scenario and knows every key that the reader takes.
//!
//! Absent on purpose: a complete validator; this one knows the words that our schema uses and fails on others.

use serde_json::{Value, json};

use super::schema;
use crate::scenario::path::{CHOICES, LISTS};
use crate::scenario::{Scenario, shipped};

fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    match schema["$ref"].as_str() {
        Some(path) => resolve(root, root.pointer(path.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

/// The words of the schema that `fits` understands, or that only describe.
const KNOWN: &[&str] = &[
    "$ref",
    "$schema",
    "$defs",
    "title",
    "description",
    "default",
    "examples",
    "format",
    "pattern",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "minItems",
    "oneOf",
    "anyOf",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "minLength",
    "maxLength",
];

fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(keys) = schema.as_object() {
        keys.keys().for_each(|key| assert!(KNOWN.contains(&key.as_str()), "`{key}` is unknown to this test"));
    } else {
        return schema == &json!(true);
    }
    let resolved = resolve(root, schema);
    let all = |key: &str, test: &dyn Fn(&Value) -> bool| resolved.get(key).is_none_or(test);
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("type {other}"),
    };
    let number = value.as_f64();
    all("type", &|names| match names {
        Value::String(name) => is(name),
        names => names.as_array().unwrap().iter().any(|name| is(name.as_str().unwrap())),
    }) && all("const", &|it| it == value)
        && all("enum", &|words| words.as_array().unwrap().contains(value))
        && all("minimum", &|least| number.is_none_or(|number| number >= least.as_f64().unwrap()))
        && all("maximum", &|most| number.is_none_or(|number| number <= most.as_f64().unwrap()))
        && all("exclusiveMinimum", &|least| number.is_none_or(|number| number > least.as_f64().unwrap()))
        && all("oneOf", &|cases| {
            cases.as_array().unwrap().iter().filter(|case| fits(root, case, value)).count() == 1
        })
        && all("anyOf", &|cases| cases.as_array().unwrap().iter().any(|case| fits(root, case, value)))
        && all("items", &|item| {
            value.as_array().is_none_or(|items| items.iter().all(|it| fits(root, item, it)))
        })
        && all("required", &|keys| {
            let keys = keys.as_array().unwrap();
            value.as_object().is_none_or(|it| keys.iter().all(|key| it.contains_key(key.as_str().unwrap())))
        })
        && value.as_object().is_none_or(|it| {
            it.iter().all(|(key, value)| match resolved["properties"].get(key) {
                Some(schema) => fits(root, schema, value),
                None => match resolved.get("additionalProperties") {
                    Some(Value::Bool(allowed)) => *allowed,
                    Some(schema) => fits(root, schema, value),
                    None => true,
                },
            })
        })
}

#[test]
fn every_shipped_scenario_fits() {
    let schema = schema();
    for shipped in shipped::ALL {
        let value: Value = toml::from_str(shipped.text).unwrap();
        assert!(fits(&schema, &schema, &value), "{} as written", shipped.name);
        let value = serde_json::to_value(Scenario::parse(shipped.text, "x.toml").unwrap()).unwrap();
        assert!(fits(&schema, &schema, &value), "{} with every default", shipped.name);
    }
}

#[test]
fn what_the_reader_refuses_does_not_fit() {
    let schema = schema();
    let good = json!({ "proposer": [{ "name": "A", "node": 1 }], "network": { "loss": 0.5 } });
    assert!(fits(&schema, &schema, &good));
    for (place, bad) in [
        ("/network", json!({ "los": 0.5 })),
        ("/network", json!({ "loss": 1.5 })),
        ("/network", json!({ "delay": "1ms" })),
        ("/network", json!({ "delay": { "constant": 1 } })),
        ("/proposer/0", json!({ "name": "A" })),
        ("/proposer/0", json!({ "name": "A", "node": 64 })),
        ("/proposer", json!({})),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(place).unwrap() = bad.clone();
        assert!(!fits(&schema, &schema, &value), "{bad} fits");
        assert!(Scenario::parse(&value.to_string(), "x.json").is_err(), "{bad} was read");
    }
}

/// All (key, schema) pairs under `properties`, with references resolved.
fn properties<'s>(root: &'s Value, schema: &'s Value, found: &mut Vec<(&'s str, &'s Value)>) {
    match schema {
        Value::Object(keys) => {
            for (key, value) in keys {
                if key == "properties" {
                    let properties = value.as_object().unwrap();
                    found.extend(properties.iter().map(|(key, it)| (key.as_str(), resolve(root, it))));
                }
                properties_of(root, value, found);
            }
        }
        other => properties_of(root, other, found),
    }
}

fn properties_of<'s>(root: &'s Value, value: &'s Value, found: &mut Vec<(&'s str, &'s Value)>) {
    match value {
        Value::Object(_) => properties(root, value, found),
        Value::Array(items) => items.iter().for_each(|item| properties_of(root, item, found)),
        _ => {}
    }
}

/// Paths treat some keys in a way of their own; which ones, the schema says.
#[test]
fn choices_and_lists_are_those_of_the_schema() {
    let schema = schema();
    let mut all = Vec::new();
    properties(&schema, &schema, &mut all);
    let is_choice = |it: &Value| {
        let options = it["anyOf"].as_array();
        let it = options.map_or(it, |options| resolve(&schema, &options[0]));
        it["oneOf"].as_array().is_some_and(|cases| cases.iter().any(|case| case["type"] == "object"))
    };
    let is_list = |it: &Value| it["type"] == "array" && resolve(&schema, &it["items"])["type"] == "object";
    let names = |test: &dyn Fn(&Value) -> bool| {
        let mut names: Vec<&str> = all.iter().filter(|(_, it)| test(it)).map(|(key, _)| *key).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let sorted = |list: &[&'static str]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    };
    assert_eq!(names(&is_choice), sorted(CHOICES));
    assert_eq!(names(&is_list), sorted(LISTS));
}

#[test]
fn every_key_is_described() {
    fn walk(value: &Value) {
        if let Some(properties) = value["properties"].as_object() {
            for (key, schema) in properties {
                let is_described = schema.get("description").is_some();
                // The word of a choice is described beside it.
                assert!(is_described || value.get("description").is_some(), "{key} has no description");
            }
        }
        match value {
            Value::Object(keys) => keys.values().for_each(walk),
            Value::Array(items) => items.iter().for_each(walk),
            _ => {}
        }
    }
    walk(&schema());
}
