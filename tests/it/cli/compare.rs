//! `synod compare`: text, JSON, and everything that it refuses.

use crate::support::command::Place;
use serde_json::Value;

const RETRY: &str = "protocol.retry={ backoff = { base = \"10ms\", cap = \"640ms\" } }";

#[test]
fn a_comparison_says_what_differs_and_how_to_make_it_again() {
    let place = Place::new();
    let first = place.synod(&["compare", "w2", "--set-b", RETRY, "--seeds", "1000"]).exits(0);
    for part in [
        "differ in  protocol.retry: { uniform = { max = \"0.1s\" } } | { backoff",
        "1,000 pairs of runs, seeds 0 to 999",
        "runs saved",
        "of all pairs, where a run that has not chosen by",
        "Tango's paired score interval",
        "under the first",
    ] {
        assert!(first.out.contains(part), "{part:?} is missing in {}", first.out);
    }
    let line =
        first.out.lines().last().and_then(|l| l.strip_prefix("reproduce  ")).expect("a reproduce line");
    assert_eq!(place.line(line).exits(0).out, first.out);
    let replays = first.out.lines().map(str::trim).filter(|l| l.starts_with("synod replay"));
    let ends: Vec<String> = replays.take(2).map(|l| place.line(l).exits(0).out).collect();
    assert_ne!(ends[0], ends[1], "the two runs of a seed with different winners");
}

#[test]
fn json_has_the_integers_behind_every_figure() {
    let place = Place::new();
    let args = ["compare", "w2", "--set-b", RETRY, "--seeds", "500", "--format", "json"];
    let out: Value = serde_json::from_str(&place.synod(&args).exits(0).out).expect("JSON");
    assert_eq!(out["schema"], "synod-comparison/2");
    let wins = &out["figures"]["winner.A"];
    let cell = |name: &str| wins["pairs"][name].as_u64().expect("a count");
    assert_eq!(cell("both") + cell("only_first") + cell("only_second") + cell("neither"), 500);
    let difference = (cell("only_second") as f64 - cell("only_first") as f64) / 500.0;
    assert_eq!(wins["difference"].as_f64(), Some(difference));
    let times = &out["figures"]["first_choice_ns"];
    let sum = |side: usize| times["sums"][side]["sum"].as_f64().expect("a sum");
    let mean = (sum(1) - sum(0)) / 500.0;
    assert!((times["difference"].as_f64().expect("a number") - mean).abs() < 1e-3);
    assert_eq!(times["interval"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_width_stops_it_and_is_made_again_by_its_line() {
    let place = Place::new();
    for width in ["0.1", "8ms"] {
        let args = [
            "compare",
            "w2",
            "--set-b",
            RETRY,
            "--seeds",
            "100000",
            "--until-width",
            width,
            "--horizon",
            "1s",
        ];
        let one = place.synod(&args).exits(0);
        assert!(one.out.contains("stopped, for the interval"), "{}", one.out);
        assert!(one.out.contains("confidence sequence"), "{}", one.out);
        let line = one.out.lines().last().and_then(|l| l.strip_prefix("reproduce  ")).expect("a line");
        assert_eq!(place.line(&format!("{line} --threads 1")).exits(0).out, one.out);
    }
    let never = place.synod(&["compare", "w2", "--seeds", "500", "--until-width", "1ns"]).exits(0);
    assert!(never.out.contains("all that were allowed"), "{}", never.out);
}

#[test]
fn what_cannot_be_compared_is_refused_with_a_reason() {
    let place = Place::new();
    let solo = place.synod(&["compare", "w2", "solo"]).exits(2);
    assert!(solo.err.contains("A, B in the first, A in the second"), "{}", solo.err);
    for (flag, value) in
        [("--until-width", "0"), ("--until-width", "wide"), ("--until-width", "0ms"), ("--horizon", "0s")]
    {
        place.synod(&["compare", "w2", flag, value]).exits(2);
    }
    place.synod(&["compare", "w2", "--set-b", "protocol.retry"]).exits(2);
    place.synod(&["compare", "no-such-file.toml"]).exits(2);
}

#[test]
fn what_makes_a_comparison_weak_is_noted() {
    let place = Place::new();
    let sets = ["--set-b", "run.horizon=30ms", "--set-b", "run.stop=chosen", "--set-b", "run.ties=fifo"];
    let out = place.synod(&[&["compare", "w2", "--seeds", "200"], &sets[..]].concat()).exits(0).out;
    for note in [
        "the horizons differ (60s and 30ms)",
        "run.stop differs",
        "run.ties differs",
        "by 30 ms counts 30 ms",
    ] {
        assert!(out.contains(note), "{note:?} is missing in {out}");
    }
    let same = place.synod(&["compare", "w2", "--seeds", "200"]).exits(0).out;
    assert!(
        same.contains("differ in  nothing")
            && same.contains("the same in every pair, for both sides run the same: winner.A"),
        "{same}"
    );
    let cut = place.synod(&["compare", "w2", "--seeds", "200", "--set", "run.max_events=20"]).exits(0).out;
    assert!(cut.contains("not compared") && cut.contains("raise run.max_events"), "{cut}");
}

#[test]
fn a_violation_on_either_side_is_a_violation() {
    let place = Place::new();
    let args = [
        "compare",
        "lab2-exponential",
        "--set-b",
        "protocol.mutant=accept-ignores-promise",
        "--seeds",
        "100",
    ];
    let ended = place.synod(&args).exits(1);
    assert!(ended.out.contains("MUTANT accept-ignores-promise"), "{}", ended.out);
    assert!(ended.err.contains("runs of the second scenario"), "{}", ended.err);
    place.line(ended.last_line()).exits(1);
}
