//! A manifest held against the one that synod writes for the same data: every key, in words.
//!
//! Absent on purpose: the bytes of the files that it lists; whoever has them compares those.

use std::collections::BTreeMap;

use serde_json::Value;

/// Differences that are told; the others are counted.
const MOST: usize = 20;
/// Longest text of a value, characters.
const LONGEST: usize = 160;

/// Where a manifest is not the one that was made again, each with its key; of the list of files the names alone.
pub fn manifest_differences(found: &Value, made: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let (mut found, mut made) = (found.clone(), made.clone());
    files(&mut found, &mut made, &mut all);
    walk("", &found, &made, &mut all);
    if all.len() > MOST {
        let more = all.len() - MOST;
        all.truncate(MOST);
        all.push(format!("and {more} more differences"));
    }
    all
}

/// Takes the lists of files out of both, and compares which there are.
fn files(found: &mut Value, made: &mut Value, all: &mut Vec<String>) {
    let names = |value: &mut Value| -> Option<BTreeMap<String, usize>> {
        let taken = value.as_object_mut()?.remove("files")?;
        let mut names = BTreeMap::new();
        for file in taken.as_array()? {
            let keys: Vec<&String> = file.as_object()?.keys().collect();
            if keys != ["path", "bytes", "xxh3_128"] {
                return None;
            }
            *names.entry(file["path"].as_str()?.to_owned()).or_default() += 1;
        }
        Some(names)
    };
    let (found, made) = (names(found), names(made).unwrap_or_default());
    let Some(found) = found else { return all.push("files: is no list of files".to_owned()) };
    for (name, times) in &found {
        match made.get(name) {
            None => all.push(format!("files: lists `{name}`, which is no file of this report")),
            Some(_) if *times > 1 => all.push(format!("files: lists `{name}` {times} times")),
            Some(_) => {}
        }
    }
    for name in made.keys().filter(|name| !found.contains_key(*name)) {
        all.push(format!("files: does not list `{name}`"));
    }
}

fn walk(at: &str, found: &Value, made: &Value, all: &mut Vec<String>) {
    let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match (found, made) {
        (Value::Object(found), Value::Object(made)) => {
            for (key, made) in made {
                match found.get(key) {
                    Some(found) => walk(&below(key), found, made, all),
                    None => all.push(format!("{}: is missing", below(key))),
                }
            }
            for key in found.keys().filter(|key| !made.contains_key(*key)) {
                all.push(format!("{}: is no key of a manifest", below(key)));
            }
        }
        (Value::Array(found), Value::Array(made)) if found.len() == made.len() => {
            for (i, (found, made)) in found.iter().zip(made).enumerate() {
                walk(&format!("{at}[{i}]"), found, made, all);
            }
        }
        (found, made) if found != made => {
            all.push(format!("{at}: {} in the report, {} when made again", short(found), short(made)));
        }
        _ => {}
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_change_is_named() {
        let file = |name: &str| json!({ "path": name, "bytes": 1, "xxh3_128": "0" });
        let made = json!({ "a": { "b": [1, 2] }, "c": "x", "files": [file("one"), file("two")] });
        assert_eq!(manifest_differences(&made, &made), [""; 0]);
        let found =
            json!({ "a": { "b": [1, 3], "e": 0 }, "files": [file("one"), file("one"), file("three")] });
        assert_eq!(
            manifest_differences(&found, &made),
            [
                "files: lists `one` 2 times",
                "files: lists `three`, which is no file of this report",
                "files: does not list `two`",
                "a.b[1]: 3 in the report, 2 when made again",
                "a.e: is no key of a manifest",
                "c: is missing",
            ]
        );
        assert_eq!(manifest_differences(&json!([]), &json!({ "c": 1 }))[0], "files: is no list of files");
    }
}
