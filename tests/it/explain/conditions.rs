//! Conditions: what they mean, and what they say of texts that mean nothing.

use synod::run::{Condition, Record};

use super::{Draw, scenario};

/// Run 5615 of the lab: A is told FAILED in phase 2 with one accept, and A's value is chosen all the same.
fn holds(text: &str) -> bool {
    let scenario = scenario("lab2");
    let outcome = Record::of(&scenario, 5615).expect("plays").outcome;
    Condition::parse(text, &scenario).unwrap_or_else(|error| panic!("{text}: {error}")).holds(&outcome)
}

#[test]
fn every_field_and_comparison_means_what_it_says() {
    for text in [
        "winner = \"A\"",
        "winner == A",
        "winner != 'B'",
        "!(winner = none)",
        "verdict = decided",
        "verdict != gave-up",
        "verdict != \"gave_up\"",
        "duel = 0",
        "preemptions >= 1",
        "preemptions < 2",
        "attempts = 2",
        "timeouts <= 0",
        "messages > 15 && messages_sent = 16",
        "lost = 0",
        "duplicates = 0",
        "events = 18",
        "violations = 0",
        "violation.agreement = 0",
        "hazards = 1",
        "hazard.failed-but-chosen > 0",
        "hazard.stale_read = 0",
        "chosen_at > 439ms",
        "chosen-at < 0.44s",
        "chosen_at != none",
        "ended_at = 440.081388ms",
        "client.A = failed",
        "client.A = failed/2",
        "client.A = \"failed/2/1\"",
        "client.A != failed/1",
        "client.B = other",
        "client.B = succeeded and client.B != own",
        "client.\"A\".at = 439.391506ms",
        "client.A.1 = failed",
        "duel > 5 || winner = \"A\"",
        "duel = 0 || winner = \"B\" && lost > 5",
        "not duel > 5 or lost > 5",
        "events >= 1_8",
    ] {
        assert!(holds(text), "{text}");
        assert!(!holds(&format!("!({text})")), "not {text}");
    }
    assert!(
        !holds("(duel = 0 || winner = \"B\") && lost > 5"),
        "&& binds closer than ||, but not than parentheses"
    );
    assert!(!holds("!duel = 0"), "! binds closest");
}

#[test]
fn a_time_that_there_is_not_compares_with_none_alone() {
    let scenario = scenario("blocked");
    let outcome = Record::of(&scenario, 0).expect("plays").outcome;
    let holds = |text: &str| Condition::parse(text, &scenario).expect(text).holds(&outcome);
    assert!(holds("chosen_at = none") && holds("winner = none"));
    for text in ["chosen_at > 0s", "chosen_at <= 1h", "chosen_at != 1s", "chosen_at != none"] {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn an_error_names_its_column_with_a_caret_and_a_remedy() {
    let scenario = scenario("lab2");
    for (text, column, says) in [
        ("winer = \"B\"", 1, "did you mean `winner`?"),
        ("winner = \"C\"", 10, "proposers: A, B"),
        ("duel >= 3ms", 9, "expected a whole number"),
        ("duel >= \"three\"", 9, "expected a whole number"),
        ("chosen_at > 3", 13, "a time needs its unit: 3ms"),
        ("winner > \"A\"", 8, "no order"),
        ("duel", 5, "expected a comparison"),
        ("duel >=", 8, "a whole number"),
        ("duel = 1 duel", 10, "expected `&&` or `||`"),
        ("(duel = 1", 1, "not closed"),
        ("duel = 1)", 9, "no `(`"),
        ("duel & 1", 6, "write `&&`"),
        ("duel <> 1", 6, "write `!=`"),
        ("3 <= duel", 1, "the field comes first"),
        ("hazard.unchosen = 1", 1, "did you mean `unchosen-read`?"),
        ("hazard = 1", 1, "which hazard?"),
        ("verdict = livelock", 11, "livelock-proved"),
        ("client.C = own", 1, "proposers: A, B"),
        ("client.A.9 = own", 1, "no such submission"),
        ("client.A = failed/3", 12, "failed/2/1"),
        ("winner = \"A", 10, "not closed"),
        ("duel = 99999999999999999999", 8, "too large"),
        ("duel = 1 && ä", 13, "no field"),
        ("duel = 1 && €", 13, "no meaning"),
        ("client. = own", 7, "a word is missing"),
        ("", 1, "expected a field"),
    ] {
        let error = Condition::parse(text, &scenario).expect_err(text).to_string();
        assert!(error.starts_with(&format!("column {column}: ")) && error.contains(says), "{text}: {error}");
        let lines: Vec<&str> = error.lines().rev().collect();
        assert_eq!(lines[0].find('^').expect("a caret"), 4 + column - 1, "{error}");
    }
    let deep = "(".repeat(100_000);
    assert!(
        Condition::parse(&deep, &scenario).is_err() && Condition::parse(&deep[..9000], &scenario).is_err()
    );
    let hidden = Condition::parse("duel = 1 \u{1b}[31m", &scenario).expect_err("escapes").to_string();
    assert!(!hidden.contains('\u{1b}'), "{hidden:?}");
}

#[test]
fn a_hundred_thousand_damaged_conditions_are_read_or_refused() {
    let scenario = scenario("lab2");
    let whole = "winner = \"B\" && (duel >= 3 || !(client.A.at < 1.5ms)) and hazard.stale-read != 0";
    let (mut draw, mut read) = (Draw(1), 0);
    for _ in 0..100_000 {
        let text = draw.mutated(whole, "()!&|<>=\"'. _-/abcdelnrstuvwx0123456789mé\u{0}\u{1b}\u{2028}😀");
        match Condition::parse(&text, &scenario) {
            Ok(_) => read += 1,
            Err(error) => assert!(error.to_string().starts_with("column "), "{text:?}"),
        }
    }
    assert!(read > 1000, "{read}");
}
