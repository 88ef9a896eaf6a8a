//! When clients have their answers: counted as the runs themselves say, and said truly where runs end without.

use crate::support::totals::{scenario, shipped_with, totals};
use synod::check::Verdict;
use synod::run::{Plan, Simulator};
use synod::scenario::Scenario;
use synod::stats::When;
use synod::sweep::{answers_of, findings};
use synod::trace::Blind;

const SEEDS: u64 = 300;

/// Of each client the times of its answers, and the ends of runs that left it open; one by one.
fn one_by_one(scenario: &Scenario) -> Vec<(Vec<u64>, Vec<u64>)> {
    let plan = Plan::new(scenario).expect("it can be run");
    let mut simulator = Simulator::new(&plan);
    let mut all = vec![(Vec::new(), Vec::new()); scenario.client_names().len()];
    for seed in 0..SEEDS {
        let outcome = simulator.run(seed, &mut Blind);
        for (client, (at, open)) in outcome.clients.iter().zip(&mut all) {
            let waits_for_ever =
                [Verdict::Starved, Verdict::Blocked, Verdict::LivelockProved].contains(&outcome.verdict);
            match client.answer {
                Some(_) => at.push(client.at_ns),
                None if waits_for_ever => {}
                None => open.push(outcome.ended_at_ns),
            }
        }
    }
    all
}

/// Runs that decide, that stop at the first choice, are cut off, block, go round, and take a proposer's second submission up.
#[test]
fn totals_count_what_runs_say() {
    let second = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\nstart = { exponential = { mean = \"9ms\" } }\n\
                  [[submit]]\nproposer = \"A\"\nvalue = \"again\"\nat = \"1ms\"\n[protocol]\nretry = { uniform = { max = \"20ms\" } }\n\
                  [network]\nloss = 0.2\ndelay = { exponential = { mean = \"5ms\" } }\n";
    let cases = [
        shipped_with("lab2", &[]),
        shipped_with("random-retry", &[("run.stop", "chosen")]),
        shipped_with("random-retry", &[("run.horizon", "60ms")]),
        shipped_with("blocked", &[]),
        shipped_with("lab2-livelock", &[]),
        shipped_with("cut-off", &[]),
        scenario(second),
    ];
    let (mut answered, mut open) = (0, 0);
    for scenario in &cases {
        let totals = totals(scenario, SEEDS);
        for (times, (at, left)) in totals.answers.iter().zip(one_by_one(scenario)) {
            let mut wanted = synod::stats::Histogram::new();
            at.iter().for_each(|ns| wanted.record(*ns));
            assert_eq!(times.at, wanted, "{}", scenario.title);
            let mut wanted = synod::stats::Histogram::new();
            left.iter().for_each(|ns| wanted.record(*ns));
            assert_eq!(times.cut_off, wanted, "{}", scenario.title);
            (answered, open) = (answered + at.len(), open + left.len());
        }
        assert_eq!(totals.answers.len(), scenario.client_names().len());
    }
    assert!(answered > 1000 && open > 100, "{answered} {open}");
}

/// Where runs stop at the first choice, nobody knows when the others would have been answered; where a client waits for ever, it
/// is known that it does.
#[test]
fn what_was_not_seen_is_not_said() {
    let stopped = shipped_with("random-retry", &[("run.stop", "chosen")]);
    let horizon = stopped.run.horizon.ns();
    for censored in answers_of(&totals(&stopped, SEEDS), horizon) {
        assert!(censored.cut_early() > 0);
        assert_eq!(censored.quantile(0.99, 0.05).expect("runs").value, When::Unknown);
        assert_eq!(censored.by(horizon, 0.05).0, None);
    }
    let round = shipped_with("lab2-livelock", &[]);
    let totals = totals(&round, SEEDS);
    let share = totals.verdicts[Verdict::LivelockProved as usize] as f64 / SEEDS as f64;
    assert!(share > 0.0, "some runs go round");
    for censored in answers_of(&totals, round.run.horizon.ns()) {
        assert_eq!(censored.cut_early(), 0, "a proof leaves nothing open");
        assert!(censored.by(round.run.horizon.ns(), 0.05).0.expect("known") <= 1.0 - share + 1e-9);
    }
}

#[test]
fn answers_can_be_expected() {
    let found = |expect: &str| {
        let text = format!(
            "[[proposer]]\nname = \"A\"\nnode = 1\n[network]\ndelay = {{ constant = \"5ms\" }}\n[sweep]\ndeadline = \"30ms\"\n[expect]\n{expect}\n"
        );
        let scenario = scenario(&text);
        let expect = scenario.expect.clone().expect("some");
        findings(&scenario, &expect, &totals(&scenario, 100)).iter().map(|it| it.holds()).collect::<Vec<_>>()
    };
    // Two phases, there and back: 20 ms.
    assert_eq!(
        found("answered.A = { min = 1.0 }\nanswer_p50_ms.A = { min = 19.9, max = 20.1 }"),
        [true, true]
    );
    assert_eq!(found("answered.A = { max = 0.9 }\nanswer_p99_ms.A = { max = 19 }"), [false, false]);
}
