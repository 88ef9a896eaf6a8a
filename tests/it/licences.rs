//! Every crate that is built or could be, on any platform, has a licence under which Synod can be passed on.
//!
//! `tests/golden/licences.txt` names the licence of each crate of Cargo.lock, as the crate says it; whatever this machine has at
//! hand is compared with it, and `UPDATE_GOLDEN=1` writes it anew. Absent on purpose: reading licence texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::support::env;
use serde_json::Value;

const GOLDEN: &str = "tests/golden/licences.txt";

/// Licences whose terms are met by passing on their text.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether an expression can be met: one alternative of every part.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let parts = expression.split(" AND ");
    parts
        .map(|part| part.trim().trim_matches(['(', ')']))
        .all(|part| part.split(" OR ").any(|one| ALLOWED.contains(&one.trim().trim_matches(['(', ')']))))
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Name and version of each crate of Cargo.lock but this one.
fn locked() -> BTreeSet<(String, String)> {
    let text = read("Cargo.lock");
    let field = |package: &str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(&format!("{name} = \"")));
        line.and_then(|line| line.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    let packages = text.split("[[package]]").skip(1);
    let all = packages.map(|package| (field(package, "name"), field(package, "version")));
    all.filter(|(name, _)| name != "synod").collect()
}

/// Licences by name and version, as cargo knows them with these arguments; none if it does not.
fn known(arguments: &[&str]) -> Option<BTreeMap<(String, String), String>> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.args(["metadata", "--locked", "--format-version", "1"]).args(arguments).output();
    let output = output.expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let packages = metadata["packages"].as_array()?.iter();
    let all = packages.map(|p| ((text(&p["name"]), text(&p["version"])), text(&p["license"])));
    Some(all.filter(|((name, _), _)| name != "synod").collect())
}

fn golden() -> BTreeMap<(String, String), String> {
    if env::updates_golden() {
        let all = known(&[]).expect("cargo metadata, for which crates of other platforms are fetched");
        let lines = all.iter().map(|((name, version), licence)| format!("{name} {version} {licence}\n"));
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN), lines.collect::<String>())
            .expect("written");
    }
    let text = read(GOLDEN);
    let line = |line: &str| {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        let mut word = || words.next().unwrap_or_default();
        ((word(), word()), word())
    };
    text.lines().map(line).collect()
}

#[test]
fn every_crate_is_listed_with_a_licence_that_is_allowed() {
    let golden = golden();
    let listed: BTreeSet<_> = golden.keys().cloned().collect();
    assert_eq!(listed, locked(), "{GOLDEN} is of another Cargo.lock; UPDATE_GOLDEN=1 writes it");
    let wrong: Vec<_> = golden.iter().filter(|(_, licence)| !is_allowed(licence)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    println!("{} crates, every licence allowed", golden.len());
}

/// What is listed is what the crates say, as far as they are here.
#[test]
fn the_list_says_what_the_crates_say() {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let version = String::from_utf8_lossy(&version).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let here = known(&["--offline", "--filter-platform", host]).expect("what is built is at hand");
    assert!(here.len() > 80, "{}", here.len());
    let golden = golden();
    for (package, licence) in &here {
        assert_eq!(golden.get(package), Some(licence), "{package:?}");
    }
}

/// The tables of ARCHITECTURE.md have a row with a reason for each direct dependency, and its licence.
#[test]
fn every_dependency_has_a_reason() {
    let (manifest, page, golden) = (read("Cargo.toml"), read("ARCHITECTURE.md"), golden());
    // As a table, for cargo writes the manifest of an archive anew.
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let keys = |table: &toml::Value| -> BTreeSet<String> {
        table.as_table().expect("a table").keys().cloned().collect()
    };
    let wanted = &keys(&manifest["dependencies"]) | &keys(&manifest["dev-dependencies"]);
    let rows: BTreeMap<String, (String, String)> = page
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, reason, licence] = cells[..] else { return None };
            let name = name.strip_prefix('`')?.strip_suffix('`')?;
            wanted.contains(name).then(|| (name.to_owned(), (reason.to_owned(), licence.to_owned())))
        })
        .collect();
    let alternatives = |licence: &str| {
        let parts = licence.replace('/', " OR ");
        parts.split(" OR ").map(|one| one.trim().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(rows.keys().cloned().collect::<BTreeSet<_>>(), wanted);
    for (name, (reason, licence)) in &rows {
        assert!(reason.len() > 4, "{name}: {reason:?}");
        let said: Vec<_> = golden.iter().filter(|((other, _), _)| other == name).map(|(_, it)| it).collect();
        let agrees = said.iter().any(|it| alternatives(it) == alternatives(licence));
        assert!(agrees, "{name}: the table says {licence}, the crate {said:?}");
    }
}

/// The check can fail: what must not be there, what is unknown, and what is allowed only in part.
#[test]
fn other_licences_are_refused() {
    for licence in [
        "GPL-3.0-only",
        "none",
        "",
        "MIT AND GPL-2.0",
        "(MIT OR Apache-2.0) AND CC-BY-NC-4.0",
        "SSPL-1.0 / BUSL-1.1",
    ] {
        assert!(!is_allowed(licence), "{licence}");
    }
    for licence in ["MIT/Apache-2.0", "(MIT OR Apache-2.0) AND Unicode-3.0", "LGPL-2.1-or-later OR MIT"] {
        assert!(is_allowed(licence), "{licence}");
    }
}
