//! How many times fewer runs a paired comparison needs, measured twice: by its own figure, and by runs on other seeds.

use synod::check::Verdict;
use synod::stats::Z95;

use super::*;

/// Pairs.
const PAIRS: u64 = 20_000;

/// On a workload in which two of three runs are pre-empted before their first choice, the policies that people
/// choose between.
#[test]
fn pairing_needs_a_fourth_of_the_runs_or_less() {
    let uniform_network = [("network.delay", "{ uniform = { min = \"5ms\", max = \"15ms\" } }")];
    for (name, sets, policies) in [
        ("w2", &[][..], [UNIFORM, BACKOFF]),
        ("w2", &[][..], [AT_ONCE, UNIFORM]),
        ("w2", &[][..], [AT_ONCE, BACKOFF]),
        ("delay-sweep", &uniform_network[..], [UNIFORM, BACKOFF]),
    ] {
        let two = Two::policies(name, sets, policies);
        let paired = two.pairs(0, PAIRS);
        let preempted = (paired.preempted.both + paired.preempted.only_a) as f64 / PAIRS as f64;
        assert!(preempted >= 0.3, "{preempted} of the runs of {name} are pre-empted");
        assert_eq!(paired.verdicts[Verdict::Decided as usize].both, PAIRS, "no time is cut off");
        let said = paired.first_choice.reduction().expect("times vary");

        // The second policy on seeds of its own: the width of the difference of two independent means.
        let apart = two.pairs(PAIRS, PAIRS);
        let errors =
            [&paired.first_choice.a, &apart.first_choice.b].map(|m| m.standard_error().expect("runs"));
        let independent = 2.0 * Z95 * (errors[0] * errors[0] + errors[1] * errors[1]).sqrt();
        let width = paired.first_choice.interval(Z95).expect("differences vary").width();
        let measured = (independent / width) * (independent / width);
        println!(
            "{name}, {} | {}: {measured:.1} times fewer runs (says {said:.1})",
            policies[0], policies[1]
        );
        assert!(measured >= 4.0, "{name}: only {measured} times fewer runs");
        // The ratio of two variances from so many runs, of which the times have excess kurtosis below 20.
        assert!(
            (measured / said - 1.0).abs() < 4.0 * (22.0 / PAIRS as f64).sqrt(),
            "{measured}, but says {said}"
        );
    }
}

/// The figure can say no: policies that send a run elsewhere at its first retry share little.
#[test]
fn what_has_little_in_common_saves_little() {
    let saved = Two::policies("w3", &[], [AT_ONCE, BACKOFF]).pairs(0, 4_000).first_choice.reduction();
    assert!(saved.is_some_and(|k| (0.8..1.5).contains(&k)), "{saved:?}");
}
