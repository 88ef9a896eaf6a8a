//! Shrunk runs: few deviations, none of which can be spared.

use synod::run::{Condition, Record, ShrinkError, shrink};

use super::scenario;

/// The numbers of deviations to which the first 20 runs of a scenario shrink in which B wins after three pre-emptions.
fn shrunk(name: &str) -> Vec<usize> {
    let scenario = scenario(name);
    let condition = Condition::parse("winner = \"B\" && duel >= 3", &scenario).expect("a condition");
    let hunted = (0_u64..).map(|seed| Record::of(&scenario, seed).expect("plays"));
    let hunted = hunted.filter(|record| condition.holds(&record.outcome)).take(20);
    let mut sizes = Vec::new();
    for record in hunted {
        let shrunk = shrink(&scenario, &record, Some(&condition)).expect("shrinks");
        let token: synod::run::Token = shrunk.record.token.to_string().parse().expect("a token");
        let again = Record::with(&scenario, token.seed, &token.deviations).expect("plays");
        assert_eq!(again.token, token);
        assert!(token.deviations.calm && condition.holds(&again.outcome), "{token}");
        assert_eq!(again.outcome.verdict, record.outcome.verdict);
        // 1-minimal: without any one of them the outcome is another.
        for (subject, _) in token.deviations.iter() {
            let fewer =
                Record::with(&scenario, token.seed, &token.deviations.without(subject)).expect("plays");
            let kept = condition.holds(&fewer.outcome) && fewer.outcome.verdict == record.outcome.verdict;
            assert!(!kept, "{token} can spare {subject:?}");
        }
        assert_eq!(shrunk.without.len(), token.deviations.len());
        sizes.push(token.deviations.len());
    }
    sizes.sort_unstable();
    sizes
}

#[test]
fn hunted_duels_shrink_to_a_handful_of_deviations() {
    for name in ["random-retry", "w2"] {
        let sizes = shrunk(name);
        assert!(sizes.len() == 20 && sizes[9] + sizes[10] <= 10, "{name}: {sizes:?}");
    }
}

#[test]
fn every_run_is_told_by_all_its_deviations() {
    // The calm run and every draw of the run as a deviation give the run again: else this would be refused.
    for name in [
        "duel",
        "w2",
        "weather",
        "duplicates",
        "crash-restart",
        "partition",
        "lab2-exponential",
        "five-proposers",
    ] {
        let scenario = scenario(name);
        for seed in 0..3 {
            let record = Record::of(&scenario, seed).expect("plays");
            let shrunk =
                shrink(&scenario, &record, None).unwrap_or_else(|error| panic!("{name} {seed}: {error}"));
            assert_eq!(shrunk.record.outcome.winner, record.outcome.winner, "{name} {seed}");
        }
    }
}

#[test]
fn what_is_not_so_cannot_be_kept() {
    let scenario = scenario("duel");
    let record = Record::of(&scenario, 0).expect("plays");
    let condition = Condition::parse("duel >= 3", &scenario).expect("a condition");
    let error = shrink(&scenario, &record, Some(&condition)).expect_err("not so");
    assert_eq!(error, ShrinkError::NotKept("duel >= 3".to_owned()));
}
