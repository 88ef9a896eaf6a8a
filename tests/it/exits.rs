//! The catalogue of how commands end badly: one golden file for each exit code and each kind of message, in `tests/exits`.
//!
//! A message of the sources that no golden file has, here or in `tests/errors`, must be listed with the reason why no test
//! can meet it; so a new kind of error comes with its golden file. `UPDATE_GOLDEN=1` writes them; read the difference. Absent on
//! purpose: scenario files (`scenario_errors.rs`).

mod cases;
mod exact;
mod explore;
#[allow(dead_code, reason = "the tests of the commands use the rest")]
mod prepared;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::command::Place;
use crate::support::env;
use cases::{CASES, Case};
use exact::EXACT;
use explore::EXPLORE;

/// All cases.
fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().chain(EXACT).chain(EXPLORE)
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/exits")
}

/// What a case says: its command, its code, and all of stderr.
fn transcript(case: &Case) -> String {
    let place = Place::new();
    (case.prepare)(&place);
    let words: Vec<&str> = case.command.split(' ').filter(|word| !word.is_empty()).collect();
    let words: Vec<String> = words.iter().map(|word| word.replace('\u{a0}', " ")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ended = (case.run)(&place, &words);
    assert!(ended.err.chars().all(|c| c == '\n' || !c.is_control()), "{}: {:?}", case.name, ended.err);
    format!(
        "$ synod {}\nexit {}\n{}",
        case.command.replace('\u{a0}', " "),
        ended.code,
        (case.tidy)(&ended.err)
    )
}

#[test]
fn every_message_is_as_committed() {
    let mut wrong = String::new();
    for case in cases() {
        let path = folder().join(format!("{}.txt", case.name));
        let found = transcript(case);
        if !found.contains(&format!("\nexit {}\n", case.code)) {
            wrong += &format!("--- {} should exit with {}:\n{found}\n", case.name, case.code);
            continue;
        }
        if env::updates_golden() {
            std::fs::write(&path, &found).expect("written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if found != expected {
            wrong += &format!("--- {}\nexpected:\n{expected}found:\n{found}\n", case.name);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn goldens() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for folder in [folder(), folder().with_file_name("errors")] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "txt") {
                all.insert(
                    path.to_string_lossy().into_owned(),
                    std::fs::read_to_string(&path).expect("a file"),
                );
            }
        }
    }
    all
}

#[test]
fn every_golden_file_has_its_case() {
    let mut names: Vec<String> = cases().map(|case| format!("{}.txt", case.name)).collect();
    names.push("internal-error.txt".to_owned());
    let here = goldens().into_keys().filter_map(|path| path.split("/exits/").nth(1).map(str::to_owned));
    let orphans: Vec<_> = here.filter(|name| !names.contains(name)).collect();
    assert!(orphans.is_empty(), "{orphans:?}");
    names.sort();
    assert!(names.windows(2).all(|two| two[0] != two[1]), "a name is there twice");
}

/// The codes of the page on exit codes, each with a golden file.
#[test]
fn every_documented_exit_code_has_a_case() {
    let page = std::fs::read_to_string(folder().join("../../docs/exit-codes.md")).expect("a file");
    let table = page.split("|---|---|\n").nth(1).expect("a table");
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let codes = rows.flat_map(|row| row.split('|').nth(1).unwrap_or_default().split(", "));
    let documented: BTreeSet<i32> = codes.map(|code| code.trim().parse().expect("a number")).collect();
    assert!(documented.len() >= 10, "{documented:?}");
    let mut met: BTreeSet<i32> = cases().map(|case| case.code).collect();
    // A bug of ours that a test could meet would be one that we know: its message is compared where it is made.
    assert!(folder().join("internal-error.txt").exists());
    met.insert(70);
    assert_eq!(documented, met);
}

#[test]
fn every_kind_of_message_has_a_golden_file() {
    let goldens = goldens();
    let (mut missing, mut stale) = (Vec::new(), Vec::new());
    let kinds = sources::kinds();
    assert!(kinds.len() > 90, "{}", kinds.len());
    for kind in &kinds {
        let has_golden = goldens.values().any(|text| text.contains(&kind.piece));
        let is_excused = sources::UNMET.iter().any(|(piece, _)| kind.piece.contains(piece));
        match (has_golden, is_excused) {
            (false, false) => missing.push(kind),
            (true, true) => stale.push(kind),
            _ => {}
        }
    }
    let unknown =
        sources::UNMET.iter().filter(|(piece, _)| !kinds.iter().any(|kind| kind.piece.contains(piece)));
    let unknown: Vec<_> = unknown.collect();
    assert!(missing.is_empty(), "no golden file for these: {missing:#?}");
    assert!(stale.is_empty() && unknown.is_empty(), "excused without need: {stale:#?} {unknown:#?}");
}

/// The search for kinds finds a new one.
#[test]
fn a_new_kind_is_noticed() {
    let planted =
        "return Err(Failure::Usage(format!(\n    \"the planted {x} is new, and nobody knows it\"\n)));";
    let found = sources::kinds_of("planted.rs", planted);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].piece, " is new, and nobody knows it");
    assert!(!goldens().values().any(|text| text.contains(&found[0].piece)));
    let planted =
        "#[derive(thiserror::Error)]\n#[error(\"a planted error that no golden file has\")]\nstruct X;";
    assert_eq!(sources::kinds_of("planted.rs", planted).len(), 1);
}
