//! The lab: the seeds that its scenario names, the exact words of its replies, and what every shipped scenario expects.

use crate::support::totals::{job, totals_of};
use synod::check::Checks;
use synod::report::reply;
use synod::run::Record;
use synod::scenario::{Bounds, Document, Expect, Scenario, Wanted, shipped};
use synod::sweep::{Finding, Job, findings};

const OWN: &str = "SubmitValue SUCCEEDED. Chosen value = Hello from client";

fn document(name: &str) -> Document {
    let shipped = shipped::find(name).expect("a shipped scenario");
    Document::parse(shipped.text, &format!("scenarios/{name}.toml")).unwrap_or_else(|e| panic!("{e}"))
}

fn scenario(name: &str) -> Scenario {
    document(name).scenario().unwrap_or_else(|e| panic!("{e}"))
}

/// What the clients read, in the order of the proposers; the value that is chosen.
fn replies(scenario: &Scenario, seed: u64) -> (Vec<String>, Option<String>, Record) {
    let record = Record::of(scenario, seed).expect("a scenario that runs");
    let value = |submission: u16| scenario.proposer[usize::from(submission)].text();
    let told = record.outcome.clients.iter().map(|client| reply(client, value).unwrap_or_default()).collect();
    (told, record.outcome.chosen.map(value), record)
}

/// The seeds that a scenario's comment names, with what it says of them.
fn named_seeds(text: &str) -> Vec<(u64, String)> {
    let comments = text.lines().skip_while(|line| !line.starts_with("# Seeds:"));
    let lines = comments.map(|line| line.trim_start_matches("# Seeds:").trim_start_matches('#').trim());
    let parse = |line: &str| {
        let (seed, what) = line.split_once(' ')?;
        Some((seed.parse().ok()?, what.trim().to_owned()))
    };
    lines.map_while(parse).collect()
}

#[test]
fn the_named_seeds_give_the_labs_exact_replies() {
    let succeeded = |who: &str| format!("Proposal Num: 1, {OWN}{who}");
    let failed = |phase: u8, only: &str| {
        format!("Proposal Num: 1, SubmitValue FAILED in Phase {phase} (only {only}).")
    };
    let expected = [
        (0, succeeded("A"), succeeded("A"), "Hello from clientA"),
        (1, failed(1, "0 promises"), succeeded("B"), "Hello from clientB"),
        (567, failed(1, "1 promises"), succeeded("B"), "Hello from clientB"),
        (3230, failed(2, "0 accepts"), succeeded("B"), "Hello from clientB"),
        (5615, failed(2, "1 accepts"), succeeded("A"), "Hello from clientA"),
    ];
    let lab = scenario("lab2");
    let named = named_seeds(shipped::find("lab2").expect("the lab").text);
    assert_eq!(named.iter().map(|n| n.0).collect::<Vec<_>>(), expected.each_ref().map(|e| e.0));
    for ((seed, a, b, chosen), (_, comment)) in expected.iter().zip(&named) {
        let (told, value, record) = replies(&lab, *seed);
        assert_eq!(told, [a.clone(), b.clone()], "seed {seed}");
        assert_eq!(value.as_deref(), Some(*chosen), "seed {seed}");
        assert!(record.violations.is_empty() && record.outcome.violated.is_empty(), "seed {seed}");
        // The comment's words are those of the reply, and it names the winner.
        let quoted = comment
            .split("FAILED")
            .nth(1)
            .map(|rest| format!("FAILED{}", rest.split(')').next().unwrap_or("")));
        assert!(quoted.is_none_or(|quoted| a.contains(&quoted)), "seed {seed}: {comment}");
        assert_eq!(comment.contains("FAILED"), a.contains("FAILED"), "seed {seed}: {comment}");
        let winner = &chosen[chosen.len() - 1..];
        assert!(
            comment.contains(&format!("{winner} wins"))
                || comment.contains(&format!("{winner}'s value is chosen")),
            "seed {seed}: {comment}"
        );
    }
}

#[test]
fn told_failed_but_chosen_is_counted_as_a_hazard_and_every_file_holds_the_value() {
    let (_, _, record) = replies(&scenario("lab2"), 5615);
    assert_eq!(record.outcome.hazards[synod::check::Hazard::FailedButChosen as usize], 1);
    let files: Vec<_> = (1..=3).map(|node| record.votes.of(node).map(|vote| vote.1)).collect();
    assert_eq!(files, [Some(0); 3], "A's value, under B's number");
    let (_, _, record) = replies(&scenario("lab2"), 3230);
    assert_eq!(record.outcome.hazards[synod::check::Hazard::FailedButChosen as usize], 0);
}

#[test]
fn two_of_three_nodes_unreachable_is_the_write_ups_message() {
    let (told, chosen, _) = replies(&scenario("unreachable"), 0);
    assert_eq!(told, ["Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises)."]);
    assert_eq!(chosen, None);
}

#[test]
fn a_stale_counter_lets_b_fail_with_no_promise_at_all() {
    let stale = scenario("lab2-stale-counter");
    let record = Record::of(&stale, 0).expect("a scenario that runs");
    let told: Vec<String> =
        record.outcome.clients.iter().filter_map(|c| reply(c, |value| value.to_string())).collect();
    assert!(told.contains(&"Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).".to_owned()));
    let counters: Vec<u64> = record.outcome.clients.iter().map(|client| client.counter).collect();
    assert_eq!(counters, [1, 1, 2, 3], "A's first, B's, A's second and third");
}

#[test]
fn b_succeeds_whatever_the_seed_and_every_reply_is_one_of_the_labs() {
    let lab = scenario("lab2-exponential");
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..500 {
        let (told, chosen, _) = replies(&lab, seed);
        assert!(
            told[1].starts_with("Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = "),
            "{}",
            told[1]
        );
        assert!(told[1].ends_with(&chosen.expect("a choice")));
        *seen.entry(told[0].clone()).or_insert(0) += 1;
    }
    let a = &lab.proposer[0].text();
    let mut expected = vec![
        "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).".to_owned(),
        "Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 0 accepts).".to_owned(),
        "Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 1 accepts).".to_owned(),
        format!("Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = {a}"),
    ];
    expected.sort();
    assert_eq!(seen.into_keys().collect::<Vec<_>>(), expected);
}

/// Runs a shipped scenario as `synod check` does; the expectations that do not hold.
fn broken(scenario: &Scenario, seeds: u64) -> Vec<Finding> {
    let expect = scenario.expect.clone().expect("every shipped scenario expects something");
    let job = job(scenario);
    let totals = totals_of(Job { plan: job.plan.watched_by(Checks::All), ..job }, seeds);
    findings(scenario, &expect, &totals).into_iter().filter(|finding| !finding.holds()).collect()
}

#[test]
fn every_shipped_scenario_meets_its_expectations() {
    for shipped in shipped::ALL {
        let scenario = scenario(shipped.name);
        let seeds = scenario.expect.as_ref().and_then(|expect| expect.seeds).unwrap_or(10_000);
        let broken = broken(&scenario, seeds);
        let list: Vec<String> = broken.iter().map(ToString::to_string).collect();
        assert!(list.is_empty(), "{}: {}", shipped.name, list.join("; "));
    }
}

#[test]
fn an_expectation_can_fail() {
    let mut document = document("lab2");
    document.set("proposer.B.start.uniform.max", "1s").expect("a path");
    let list: Vec<String> =
        broken(&document.scenario().expect("valid"), 2_000).into_iter().map(|finding| finding.what).collect();
    assert!(list.contains(&"winner.A".to_owned()), "{list:?}");
}

/// The other end of what is expected.
fn opposite(bounds: &mut Bounds) {
    *bounds = match (bounds.min, bounds.max) {
        (Some(min), _) if min > 0.0 => Bounds { min: None, max: Some(min / 2.0) },
        (_, max) => Bounds { min: Some(max.unwrap_or(0.0) + 0.5), max: None },
    };
}

#[test]
fn every_expectation_of_a_textbook_case_can_fail() {
    let mut turned = 0;
    for shipped in shipped::ALL.iter().filter(|shipped| shipped.name.starts_with("textbook/")) {
        let right = scenario(shipped.name);
        assert_eq!(broken(&right, 1), [], "{}", shipped.name);
        let expect = right.expect.clone().expect("expectations");
        let count = findings_of(&expect);
        assert!(count >= 4, "{} expects little", shipped.name);
        for turn in 0..count {
            let mut wrong = right.clone();
            let expect = wrong.expect.as_mut().expect("expectations");
            let (mut i, tables) =
                (1, [&mut expect.verdict, &mut expect.hazard, &mut expect.outcome, &mut expect.mean]);
            let winners = expect.winner.values_mut().map(|wanted| match wanted {
                Wanted::Within(bounds) => bounds,
                Wanted::Exact => panic!("a textbook case has one run"),
            });
            for bounds in winners.chain(tables.into_iter().flat_map(|table| table.values_mut())) {
                if i == turn {
                    opposite(bounds);
                }
                i += 1;
            }
            if turn == 0 {
                expect.violations = Some(1);
            }
            let broken = broken(&wrong, 1);
            assert_eq!(broken.len(), 1, "{}, expectation {turn}: {broken:?}", shipped.name);
            turned += 1;
        }
    }
    assert!(turned > 60, "{turned}");
}

fn findings_of(expect: &Expect) -> usize {
    let tables = [&expect.verdict, &expect.hazard, &expect.outcome, &expect.mean];
    1 + expect.winner.len() + tables.iter().map(|table| table.len()).sum::<usize>()
}

#[test]
fn a_missing_promise_shows_in_the_textbook_too() {
    let mut document = document("textbook/unseen");
    document.set("protocol.mutant", "accept-ignores-promise").expect("a path");
    let record = Record::of(&document.scenario().expect("valid"), 0).expect("a scenario that runs");
    assert!(record.outcome.violated.contains(synod::check::Invariant::Agreement), "{:?}", record.violations);
}

#[test]
fn every_cell_of_every_shipped_scenario_can_run() {
    let mut cells = 0;
    for shipped in shipped::ALL {
        for cell in document(shipped.name).cells().expect("a grid").iter() {
            let cell = cell.unwrap_or_else(|e| panic!("{}: {e}", shipped.name));
            let record = Record::of(&cell.scenario, 7).unwrap_or_else(|e| panic!("{}: {e}", shipped.name));
            let is_labelled = !cell.scenario.labels().is_empty();
            assert!(is_labelled || record.outcome.violated.is_empty(), "{}", shipped.name);
            cells += 1;
        }
    }
    assert!(cells > 40, "{cells}");
}
