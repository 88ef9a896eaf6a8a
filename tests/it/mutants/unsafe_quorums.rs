//! Quorums that need not intersect: refused, unless the scenario says that it knows; then they are shown to be unsafe.

use synod::run::Record;
use synod::scenario::{Scenario, shipped};

fn text() -> &'static str {
    shipped::find("unsafe-quorums").expect("it comes along").text
}

#[test]
fn they_are_refused_without_a_word_for_it() {
    let silent = text().replace("unsafe = true", "");
    let error = Scenario::parse(&silent, "quorums.toml").expect_err("refused").to_string();
    assert!(error.contains("quorums of 2 and 2 of 4 nodes need not intersect"), "{error}");
    assert!(error.contains("say `unsafe = true`"), "{error}");
}

#[test]
fn they_violate_within_a_thousand_seeds_and_intersecting_ones_do_not() {
    let unsafe_ = Scenario::parse(text(), "quorums.toml").expect("valid");
    assert_eq!(unsafe_.labels(), ["UNSAFE QUORUMS"]);
    let violating = |scenario: &Scenario| {
        let bad = |&seed: &u64| !Record::of(scenario, seed).expect("plans").violations.is_empty();
        (0..1_000).filter(bad).count()
    };
    let count = violating(&unsafe_);
    assert!(count > 0);
    assert_eq!(unsafe_.expect.as_ref().and_then(|e| e.violations), Some(count as u64), "as the file says");
    let mut safe = unsafe_;
    safe.cluster.quorum = synod::scenario::Quorum::Majority;
    assert_eq!(violating(&safe), 0);
}

/// Whoever sees only one output of it must still see that this is not the correct protocol.
#[test]
fn every_output_is_labelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("report");
    let out = out.to_str().expect("UTF-8");
    let unsafe_ = ["scenarios/unsafe-quorums.toml"];
    let mutant = ["scenarios/duel.toml", "--set", "protocol.mutant=ignores-votes"];
    for (scenario, label) in [(&unsafe_[..], "UNSAFE QUORUMS"), (&mutant, "MUTANT ignores-votes")] {
        for command in [
            &["run"][..],
            &["run", "--format", "json"],
            &["replay"],
            &["replay", "--as", "jsonl"],
            &["explore", "--attempts", "1"],
            &["explore", "--attempts", "1", "--format", "json"],
            &["sweep", "--seeds", "50", "--out", out],
        ] {
            let (_, text, err) = super::commands::synod(&[command, scenario].concat());
            assert!(text.contains(label), "{command:?} {scenario:?}: {text}{err}");
        }
        for file in ["summary.json", "cells.csv", "report.html", "report.md", "report.tex", "manifest.json"] {
            let text = std::fs::read_to_string(format!("{out}/{file}")).expect("a file");
            // LaTeX would make ligatures of hyphens.
            assert!(text.replace("{-}", "-").contains(label), "{file}: {scenario:?}");
        }
        for file in std::fs::read_dir(format!("{out}/figures")).expect("figures") {
            let path = file.expect("a figure").path();
            if path.extension().is_some_and(|it| it == "svg") {
                let text = std::fs::read_to_string(&path).expect("a figure");
                assert!(text.contains(label), "{path:?}: {scenario:?}");
            }
        }
    }
    let (_, text, _) = super::commands::synod(&["check", "scenarios/unsafe-quorums.toml"]);
    assert!(text.contains("UNSAFE QUORUMS"), "{text}");
}
