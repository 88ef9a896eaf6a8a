//! `synod fairness`: what a node and a start are worth.

use crate::support::command::Place;
use serde_json::Value;

#[test]
fn swapping_the_nodes_of_two_that_start_alike_swaps_their_wins() {
    let place = Place::new();
    let text = place.synod(&["fairness", "w2", "--seeds", "4000"]).exits(0);
    for part in [
        "A and B swap their nodes",
        "A and B swap their starts: they have the same",
        "by --set proposer.A.node=3",
    ] {
        assert!(text.out.contains(part), "{part:?} is missing in {}", text.out);
    }
    let line = text.out.lines().last().and_then(|l| l.strip_prefix("reproduce  ")).expect("a line");
    assert_eq!(place.line(line).exits(0).out, text.out);

    let out = place.synod(&["fairness", "w2", "--seeds", "4000", "--format", "json"]).exits(0).out;
    let out: Value = serde_json::from_str(&out).expect("JSON");
    let wins = &out["swaps"]["nodes"]["figures"]["winner.A"];
    let (before, after) =
        (wins["first"].as_f64().expect("a share"), wins["second"].as_f64().expect("a share"));
    // Whoever has node 3 wins 0.779 of the runs; each share has a standard error of 0.0066.
    assert!((after - 0.779).abs() < 0.03 && (before + after - 1.0).abs() < 0.04, "{before}, {after}");
    assert_eq!(out["swaps"]["starts"], Value::Null);
}

#[test]
fn two_of_many_are_named() {
    let place = Place::new();
    let which = place.synod(&["fairness", "three-proposers", "--seeds", "10"]).exits(2);
    assert!(which.err.contains("two of the proposers A, B, C with --of A,B"), "{}", which.err);
    place.synod(&["fairness", "three-proposers", "--of", "A,C", "--seeds", "10"]).exits(0);
    place.synod(&["fairness", "three-proposers", "--of", "A,A", "--seeds", "10"]).exits(2);
    place.synod(&["fairness", "three-proposers", "--of", "A", "--seeds", "10"]).exits(2);
    place.synod(&["fairness", "solo"]).exits(2);
    place.synod(&["fairness", "w2", "--until-width", "0.1"]).exits(2);
}
