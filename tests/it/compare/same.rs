//! The same pairs whoever runs them: threads, parts, and the order of the proposers; and where a comparison stops.

use synod::check::Counter;
use synod::run::Threads;

use super::*;

#[test]
fn until_the_first_retry_both_runs_are_one() {
    let one = Two::policies("w2", &[("protocol.max_attempts", "1")], [UNIFORM, BACKOFF]).pairs(0, 5_000);
    let sums = Counter::COMPARED.map(|counter| one.counters[counter].sum_squares);
    assert_eq!(
        (sums, one.first_choice.sum_squares, one.parted),
        ([0; Counter::COMPARED.len()], 0, 0),
        "no message's fate depends on the policy"
    );
    let paired = Two::policies("w2", &[], [UNIFORM, BACKOFF]).pairs(0, 5_000);
    assert!(paired.parted < 1_000 && paired.parted > 0, "{} pairs have different winners", paired.parted);
}

#[test]
fn threads_and_parts_change_nothing() {
    let two = Two::policies("w2", &[("run.horizon", "1s")], [UNIFORM, BACKOFF]);
    let whole = two.pairs(7, 3_000);
    for threads in [1, 3] {
        let pool = Threads::start(threads, 1 << 20).expect("threads");
        assert_eq!(pool.on(|| two.pairs(7, 3_000)), whole);
        let stopped = pool.on(|| two.until(0, 100_000, Some(Until::Time(6e6))));
        assert_eq!(stopped, two.until(0, 100_000, Some(Until::Time(6e6))));
    }
    let mut parts = two.pairs(1_007, 2_000);
    parts.merge(&two.pairs(7, 1_000));
    assert_eq!(parts, whole);
    assert_eq!(whole.first_parted.len(), 5);
    assert!(whole.first_parted.is_sorted());
}

#[test]
fn a_comparison_stops_at_the_first_look_that_is_narrow_enough() {
    let two = Two::policies("w2", &[("run.horizon", "1s")], [UNIFORM, BACKOFF]);
    let horizon_ns = two.matching.horizon_ns;
    for until in [Until::Time(6e6), Until::Share(0.06)] {
        let stopped = two.until(0, 1_000_000, Some(until));
        assert!(
            until.is_reached(&stopped, horizon_ns) && stopped.pairs < 1_000_000,
            "{until:?}: {}",
            stopped.pairs
        );
        let mut looks = std::iter::successors(Some(0), |&n| Some(synod::sweep::next_look(n)));
        let before = looks.clone().take_while(|&n| n < stopped.pairs).last().expect("0 is before");
        assert!(looks.any(|n| n == stopped.pairs), "{} is no look", stopped.pairs);
        assert!(
            before == 0 || !until.is_reached(&two.until(0, before, None), horizon_ns),
            "{until:?} was reached before"
        );
    }
    let all = two.until(0, 300, Some(Until::Share(1e-9)));
    assert_eq!(all.pairs, 300, "never narrow enough: all that is allowed");
}

#[test]
fn proposers_are_matched_by_name() {
    let two = crate::support::totals::shipped("w2");
    let mut turned = two.clone();
    turned.proposer.reverse();
    let paired = Two::new(&two, &turned).pairs(0, 4_000);
    // B's higher node is what makes it win, in whichever order the file names it.
    let wins = paired.winners.iter().map(|t| [t.both + t.only_a, t.both + t.only_b]).collect::<Vec<_>>();
    assert!(wins[1].iter().all(|&n| n > 2_800), "{wins:?}");
    turned.proposer[0].name = "C".into();
    assert_eq!(Matching::new(&two, &turned), None);
}

/// Runs that never choose last to the horizon; runs that the event budget cut off are not known, and said to be.
#[test]
fn runs_without_a_choice_are_censored_honestly() {
    let horizon = ("run.horizon", "40ms");
    let short = Two::policies("w2", &[horizon], [UNIFORM, BACKOFF]).pairs(0, 1_000);
    assert_eq!((short.first_choice.n(), short.cut), (1_000, 0));
    assert!(short.at_horizon.iter().all(|&n| n > 100));
    let far = Two::policies("w2", &[], [UNIFORM, BACKOFF]);
    let limited = Two { matching: far.matching.clone().until(40_000_000), jobs: far.jobs };
    let same = limited.pairs(0, 1_000);
    assert_eq!((same.first_choice, same.at_horizon), (short.first_choice, short.at_horizon));
    let cut = Two::policies("w2", &[("run.max_events", "20")], [UNIFORM, BACKOFF]).pairs(0, 1_000);
    assert!(cut.cut > 100 && cut.first_choice.n() + cut.cut == 1_000, "{} cut off", cut.cut);
}
