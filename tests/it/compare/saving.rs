//! How many times fewer runs a paired comparison needs, measured twice: by its own figure, and by runs on other seeds.

use synod::check::Verdict;
use synod::stats::Z95;

use super::*;

/// Pairs.
const PAIRS: u64 = 20_000;

/// How many times fewer runs: as measured on seeds of their own, and as the pairs say themselves. Checks that the two are
/// the same, and that what is compared is a comparison at all.
fn saved(name: &str, sets: &[(&str, &str)], policies: [&str; 2]) -> f64 {
    let two = Two::policies(name, sets, policies);
    let paired = two.pairs(FRESH, PAIRS);
    let preempted = (paired.preempted.both + paired.preempted.only_a) as f64 / PAIRS as f64;
    assert!(preempted >= 0.3, "{preempted} of the runs of {name} are pre-empted");
    assert_eq!(paired.verdicts[Verdict::Decided as usize].both, PAIRS, "no time is cut off");
    let said = paired.first_choice.reduction().expect("times vary");

    // The second policy on seeds of its own: the width of the difference of two independent means.
    let apart = two.pairs(FRESH + PAIRS, PAIRS);
    let errors = [&paired.first_choice.a, &apart.first_choice.b].map(|m| m.standard_error().expect("runs"));
    let independent = 2.0 * Z95 * (errors[0] * errors[0] + errors[1] * errors[1]).sqrt();
    let width = paired.first_choice.interval(Z95).expect("differences vary").width();
    let measured = (independent / width) * (independent / width);
    println!(
        "{name} {sets:?}, {} | {}: {measured:.1} times fewer runs (says {said:.1}); {:.0} % are pre-empted",
        policies[0],
        policies[1],
        100.0 * preempted
    );
    // The ratio of two variances from so many runs, of which the times have excess kurtosis below 20.
    let error = (22.0 / PAIRS as f64).sqrt();
    assert!((measured / said - 1.0).abs() < 4.0 * error, "{name}: {measured}, but says {said}");
    measured
}

/// The policies that `delay-sweep` itself sets beside each other, each with each, on the scenario as it comes along; and
/// those of `w2` that were compared first.
#[test]
fn pairing_needs_a_fourth_of_the_runs_or_less() {
    for (name, policies) in [
        ("delay-sweep", [AT_ONCE, UNIFORM]),
        ("delay-sweep", [AT_ONCE, BACKOFF]),
        ("delay-sweep", [UNIFORM, BACKOFF]),
        ("w2", [AT_ONCE, UNIFORM]),
        ("w2", [AT_ONCE, BACKOFF]),
        ("w2", [UNIFORM, BACKOFF]),
    ] {
        let times = saved(name, &[], policies);
        assert!(times >= 4.0, "{name}, {policies:?}: only {times} times fewer runs");
    }
}

/// The whole grid of `delay-sweep`, and `w2` beside the policy that it comes with: not all of it saves as much.
#[test]
fn what_pairing_saves_elsewhere_is_told() {
    let delays = [
        "{ uniform = { min = \"5ms\", max = \"15ms\" } }",
        "{ lognormal = { median = \"10ms\", sigma = 1.0 } }",
        "{ pareto = { min = \"6.2996ms\", alpha = 1.5 } }",
    ];
    let mut least = f64::INFINITY;
    for delay in delays {
        for policies in [[AT_ONCE, UNIFORM], [AT_ONCE, BACKOFF], [UNIFORM, BACKOFF]] {
            least = least.min(saved("delay-sweep", &[("network.delay", delay)], policies));
        }
    }
    let as_it_comes = "{ uniform = { max = \"100ms\" } }";
    for policy in [AT_ONCE, UNIFORM, BACKOFF] {
        least = least.min(saved("w2", &[], [policy, as_it_comes]));
    }
    assert!((2.0..4.0).contains(&least), "{least}");
}

/// The figure can say no: policies that send a run elsewhere at its first retry share little.
#[test]
fn what_has_little_in_common_saves_little() {
    let saved = Two::policies("w3", &[], [AT_ONCE, BACKOFF]).pairs(0, 4_000).first_choice.reduction();
    assert!(saved.is_some_and(|k| (0.8..1.5).contains(&k)), "{saved:?}");
}
