//! The committed reports, reproduced byte for byte by the command that their manifest names.
//!
//! Absent on purpose: what stands in a report; that is tested where it is rendered.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A report's files, by their path below its folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let (path, name) = (entry.path(), format!("{below}{name}"));
            if path.is_dir() {
                walk(&path, &format!("{name}/"), files);
            } else {
                files.insert(name, std::fs::read(path).expect("read"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found);
    found
}

/// What differs between two sets of files, in words; nothing if nothing does.
fn difference(committed: &BTreeMap<String, Vec<u8>>, again: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut found = Vec::new();
    for name in committed.keys().filter(|name| !again.contains_key(*name)) {
        found.push(format!("{name}: committed, but not written any more"));
    }
    for (name, bytes) in again {
        match committed.get(name) {
            None => found.push(format!("{name}: written, but not committed")),
            Some(old) if old != bytes => {
                let at = old.iter().zip(bytes).take_while(|(a, b)| a == b).count();
                let line = old[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
                found.push(format!("{name}: differs from byte {at} on (line {line})"));
            }
            Some(_) => {}
        }
    }
    found
}

/// Runs `synod sweep ARGUMENTS --out …` in the project's folder and compares.
fn is_reproduced(report: &str, arguments: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = files(&root.join("reports").join(report));
    let regenerate = format!("cargo run --release -- sweep {} --out reports/{report}", arguments.join(" "));
    assert!(!committed.is_empty(), "reports/{report} is missing; make it with\n{regenerate}");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join(report);
    let output = Command::new(env!("CARGO_BIN_EXE_synod"))
        .arg("sweep")
        .args(arguments)
        .arg("--out")
        .arg(&out)
        .current_dir(root)
        .output()
        .expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let again = files(&out);
    let difference = difference(&committed, &again);
    assert!(
        difference.is_empty(),
        "reports/{report} is not what this version writes:\n  {}\nIf that is meant, remove the folder and run\n{regenerate}",
        difference.join("\n  ")
    );
    for name in ["summary.json", "cells.csv", "report.html", "report.md", "report.tex", "manifest.json"] {
        assert!(again.contains_key(name), "the report has no {name}");
    }
    for kind in [".svg", ".png"] {
        let drawn = |name: &&String| name.starts_with("figures/") && name.ends_with(kind);
        assert!(again.keys().any(|name| drawn(&name)), "the report has no figure in {kind}");
    }
    // A committed report tells nothing of the machine that made it.
    for (name, bytes) in &again {
        let text = String::from_utf8_lossy(bytes);
        for secret in [root.to_str(), out.to_str()].into_iter().flatten() {
            assert!(!text.contains(secret), "{name} names {secret}");
        }
    }
}

#[test]
fn the_report_on_the_lab() {
    is_reproduced("lab2", &["scenarios/lab2.toml", "--seeds", "100000"]);
}

#[test]
fn the_report_on_delays() {
    is_reproduced("delay-sweep", &["scenarios/delay-sweep.toml"]);
}

#[test]
fn a_changed_a_missing_and_an_extra_file_are_found() {
    let report = BTreeMap::from([("a".to_owned(), b"one\ntwo".to_vec()), ("b".to_owned(), b"same".to_vec())]);
    assert_eq!(difference(&report, &report), [""; 0]);
    let mut changed = report.clone();
    changed.insert("a".into(), b"one\ntow".to_vec());
    changed.remove("b");
    changed.insert("c".into(), Vec::new());
    let expected = [
        "b: committed, but not written any more",
        "a: differs from byte 5 on (line 2)",
        "c: written, but not committed",
    ];
    assert_eq!(difference(&report, &changed), expected);
}
