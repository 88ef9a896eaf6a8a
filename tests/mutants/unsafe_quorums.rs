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
