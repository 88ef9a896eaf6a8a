//! The engine against the closed forms of the theory: every figure within 4 standard errors, computed from the form.
//!
//! `SYNOD_RUNS=1000000 cargo test --release --test it theory::` is the full form; the default is a tenth of that.

use crate::support::env::runs;
use crate::support::totals::{self, mean_is, scenario, share_is};
use synod::sweep::{ClientOutcome, Totals};
use synod::check::Counter;

fn totals(text: &str) -> Totals {
    let totals = totals::totals(&scenario(text), runs(100_000));
    assert_eq!(totals.violations, 0);
    totals
}

fn joint(totals: &Totals, of: impl Fn(&[ClientOutcome]) -> bool) -> u64 {
    totals.outcomes.iter().filter(|(outcome, _)| of(outcome)).map(|(_, count)| count).sum()
}

fn two(start: &str, rest: &str) -> String {
    format!(
        "[[proposer]]\nname = \"A\"\nnode = 1\nstart = {start}\n[[proposer]]\nname = \"B\"\nnode = 3\nstart = {start}\n{rest}"
    )
}

const LAB: &str = "[protocol]\ntransport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n";

/// Two starts uniform on (0, T) lie within w of each other with probability 1 − (1 − w/T)²: seen through the lab, in
/// which A is chosen or told FAILED in phase 1 with no promise exactly when the starts are further apart.
#[test]
fn form_1_and_2_starts_and_the_lab_with_constant_delays() {
    for (q, r) in [(44_000, 200), (5_000, 5_000), (100_000, 300_000)] {
        let text = two(
            "{ uniform = { min = \"0s\", max = \"2s\" } }",
            &format!(
                "{LAB}[network]\ndelay = {{ constant = \"{q}us\" }}\n[network.kind]\npromise.delay = {{ constant = \"{r}us\" }}\naccepted.delay = {{ constant = \"{r}us\" }}\nreject.delay = {{ constant = \"{r}us\" }}\n"
            ),
        );
        let totals = totals(&text);
        let w = (q + r) as f64 / 2e6;
        let apart_for_sure = (1.0 - w) * (1.0 - w);
        let g = apart_for_sure / 2.0;
        share_is("P(A chosen)", totals.winners[0], totals.runs, g);
        let no_promise = |o: &[ClientOutcome]| o[0] == ClientOutcome::Failed { phase: 1, count: 0 };
        share_is("P(A told FAILED, 0 promises)", joint(&totals, no_promise), totals.runs, g);
        let apart = totals.winners[0] + joint(&totals, no_promise);
        share_is("P(starts within w)", totals.runs - apart, totals.runs, 1.0 - apart_for_sure);
        assert_eq!(
            joint(&totals, |o| !matches!(o[1], ClientOutcome::Own | ClientOutcome::Other)),
            0,
            "B always succeeds"
        );
    }
}

#[test]
fn form_3_the_lab_with_exponential_delays() {
    let totals = totals(&two(
        "{ constant = \"0s\" }",
        &format!("{LAB}[network]\ndelay = {{ exponential = {{ mean = \"10ms\" }} }}\n"),
    ));
    let n = totals.runs;
    share_is("P(A chosen)", totals.winners[0], n, 15.0 / 64.0);
    let told = |outcome| joint(&totals, |o| o[0] == outcome);
    share_is("phase 1, 1 promise", told(ClientOutcome::Failed { phase: 1, count: 1 }), n, 1.0 / 8.0);
    share_is("phase 2, 0 accepts", told(ClientOutcome::Failed { phase: 2, count: 0 }), n, 41.0 / 64.0);
    share_is("phase 2, 1 accept", told(ClientOutcome::Failed { phase: 2, count: 1 }), n, 23.0 / 128.0);
    share_is("SUCCEEDED", told(ClientOutcome::Own), n, 7.0 / 128.0);
    let with_b = joint(&totals, |o| {
        o[0] == ClientOutcome::Failed { phase: 2, count: 1 } && o[1] == ClientOutcome::Other
    });
    assert_eq!(
        with_b,
        told(ClientOutcome::Failed { phase: 2, count: 1 }),
        "A told 1 accept: A's value is chosen"
    );
    assert_eq!(joint(&totals, |o| matches!(o[1], ClientOutcome::Failed { .. } | ClientOutcome::None)), 0);
}

#[test]
fn form_4_broadcast_one_attempt_each() {
    let text = two(
        "{ constant = \"0s\" }",
        "[protocol]\nballots = \"lab\"\ngive_up = \"timeout-only\"\n[network]\ndelay = { exponential = { mean = \"10ms\" } }\n[run]\nstop = \"chosen\"\n",
    );
    let totals = totals(&text);
    share_is("P(A)", totals.winners[0], totals.runs, 5.0 / 54.0);
    share_is("P(B)", totals.winners[1], totals.runs, 49.0 / 54.0);
    mean_is("E[first chosen] / m", &totals.chosen_at, 1e7, 1081.0 / 648.0);
}

#[test]
fn form_5_a_single_proposer() {
    let totals = totals(
        "[[proposer]]\nname = \"A\"\nnode = 2\n[network]\ndelay = { exponential = { mean = \"10ms\" } }\n",
    );
    assert_eq!(totals.winners[0], totals.runs);
    mean_is("E[first chosen] / m", &totals.chosen_at, 1e7, 7.0 / 4.0);
}

/// No livelock, and at most two pre-emptions, for constant delays and any fixed retry.
#[test]
fn form_6_constant_delays_and_fixed_retries_never_livelock() {
    for (i, retry) in ["0ms", "0.3ms", "3.7ms", "10ms", "25ms", "73ms"].iter().enumerate() {
        let text = two(
            "{ uniform = { min = \"0s\", max = \"60ms\" } }",
            &format!(
                "[protocol]\nretry = {{ fixed = {{ delay = \"{retry}\" }} }}\ngive_up = \"{}\"\n[network]\ndelay = {{ constant = \"10ms\" }}\n",
                ["quorum-impossible", "first-reject"][i % 2]
            ),
        );
        let totals = totals(&text);
        assert_eq!(totals.verdicts[0], totals.runs, "retry {retry}: every run decides");
        let most = totals.duel_histogram.keys().max().copied();
        assert!(most <= Some(2), "retry {retry}: {most:?} pre-emptions");
    }
}

#[test]
fn form_10_local_preemption_with_random_retries() {
    let text = |retry: &str| {
        two(
            "{ uniform = { min = \"0s\", max = \"15ms\" } }",
            &format!(
                "[protocol]\nlocal_preemption = true\nretry = {retry}\n[network]\ndelay = {{ constant = \"10ms\" }}\n[run]\nstop = \"chosen\"\n"
            ),
        )
    };
    for b in [15.0, 20.0, 50.0] {
        let totals = totals(&text(&format!("{{ uniform = {{ max = \"{b}ms\" }} }}")));
        mean_is("E[pre-emptions], uniform", &totals.counters[Counter::Duel], 1.0, 1.0 / (1.0 - 10.0 / b));
    }
    for m in [10.0, 30.0] {
        let totals = totals(&text(&format!("{{ exponential = {{ mean = \"{m}ms\" }} }}")));
        mean_is("E[pre-emptions], exponential", &totals.counters[Counter::Duel], 1.0, libm::exp(10.0 / m));
    }
}

#[test]
fn form_12_ties_decide_under_constant_delays() {
    for (ties, p) in [("fifo", 0.25), ("seeded", 0.125)] {
        let text = two(
            "{ uniform = { min = \"0s\", max = \"20ms\" } }",
            &format!(
                "[protocol]\ngive_up = \"timeout-only\"\n[network]\ndelay = {{ constant = \"10ms\" }}\n[run]\nstop = \"chosen\"\nties = \"{ties}\"\n"
            ),
        );
        let totals = totals(&text);
        share_is(&format!("P(A), ties {ties}"), totals.winners[0], totals.runs, p);
    }
}
