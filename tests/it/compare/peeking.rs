//! Whoever looks after every 50 runs and stops at the first interval that excludes the truth finds one in at most 5 % of
//! cases; with intervals that are made for a single look he finds one often.

use synod::stats::{Interval, Z95, is_refuted, share_sequence};

use super::*;

const EVERY: u64 = 50;
/// Looks of a repetition.
const LOOKS: u64 = 40;

/// In how many of the repetitions some look excludes the truth.
fn alarms(all: &[Vec<Paired>], truth: f64, interval: impl Fn(&Paired) -> Option<Interval>) -> f64 {
    let misses = |paired: &Paired| interval(paired).is_some_and(|interval| !interval.contains(truth));
    let alarmed = all.iter().filter(|looks| looks.iter().any(misses)).count();
    alarmed as f64 / all.len() as f64
}

/// What is seen at each look, from a seed on.
fn repeated(two: &Two, first: u64, repetitions: u64) -> Vec<Vec<Paired>> {
    let one = |repetition: u64| {
        let mut seen = Paired::new(&two.matching);
        let look = |i: u64| {
            seen.merge(&two.until(first + (repetition * LOOKS + i) * EVERY, EVERY, None));
            seen.clone()
        };
        (0..LOOKS).map(look).collect()
    };
    (0..repetitions).map(one).collect()
}

/// The rates of false alarms of the mean time and of A's share of wins. The mean difference of times is `truth`, where that
/// is known, and else the mean over all repetitions; so is that of the shares.
fn alarm_rates(what: &str, two: &Two, first: u64, truth: Option<f64>) {
    let all = repeated(two, first, repetitions());
    let mut whole = Paired::new(&two.matching);
    all.iter().filter_map(|looks| looks.last()).for_each(|last| whole.merge(last));
    let times = truth.unwrap_or(whole.first_choice.mean().expect("pairs"));
    let wins = whole.winners[0].difference().expect("pairs");
    if truth.is_some() {
        let within = whole.first_choice.interval(4.0).expect("they vary");
        assert!(within.contains(times), "{what}: the difference is not {times}: {within:?}");
    }
    let error = |rate: f64| 100.0 * (rate * (1.0 - rate) / all.len() as f64).sqrt();

    let range = two.matching.horizon_ns;
    let refuted = |p: &Paired| is_refuted(&p.times.values(range), 0.5 + 0.5 * times / range as f64, 0.05);
    let time = all.iter().filter(|looks| looks.iter().any(refuted)).count() as f64 / all.len() as f64;
    let win = alarms(&all, wins, |p| Some(p.winners[0].sequence(0.05)));
    println!(
        "{what}: {} repetitions of {LOOKS} looks from seed {first}: false alarms {:.1} ± {:.1} % (first choice), {:.1} ± {:.1} % (A wins)",
        all.len(),
        100.0 * time,
        error(time),
        100.0 * win,
        error(win)
    );
    assert!(time <= 0.05 && win <= 0.05, "{what}: false alarms: {time}, {win}");

    // What a cell of a sweep stops by: the first runs of the pairs alone.
    let share = won(&whole) as f64 / whole.pairs as f64;
    let win = alarms(&all, share, |p| Some(share_sequence(won(p), p.pairs, 0.05)));
    println!("{what}, one side alone: {:.1} ± {:.1} % (A wins)", 100.0 * win, error(win));
    assert!(win <= 0.05, "{what}: false alarms of one side: {win}");

    // The same looks with intervals for a single one.
    let time = alarms(&all, times, |p| p.first_choice.interval(Z95));
    let win = alarms(&all, wins, |p| Some(p.winners[0].interval(Z95)));
    println!("{what}: with intervals for a single look: {time:.3}, {win:.3}");
    assert!(time > 0.15 && win > 0.15, "{what}: the measure does not notice peeking: {time}, {win}");
}

/// The first runs that A wins.
fn won(paired: &Paired) -> u64 {
    paired.winners[0].both + paired.winners[0].only_a
}

#[test]
fn looking_again_and_again_raises_no_false_alarm() {
    alarm_rates("w2", &Two::policies("w2", &[], [UNIFORM, BACKOFF]), 3 * FRESH, None);
}

/// Policies that are equal in law: who is called A lives where the other one does. The mean difference of times is 0.
#[test]
fn nor_does_it_between_policies_that_are_equal() {
    let two = crate::support::totals::shipped_with("w2", &[]);
    let mut mirrored = two.clone();
    let nodes = [two.proposer[1].node, two.proposer[0].node];
    mirrored.proposer.iter_mut().zip(nodes).for_each(|(proposer, node)| proposer.node = node);
    alarm_rates("w2 and its mirror image", &Two::new(&two, &mirrored), 4 * FRESH, Some(0.0));
}

/// Differences with a long tail, where retries at once lead to long duels.
#[test]
fn nor_does_it_where_differences_have_a_long_tail() {
    let two = Two::policies("delay-sweep", &[], [AT_ONCE, UNIFORM]);
    alarm_rates("delay-sweep", &two, 5 * FRESH, None);
}

/// Two policies between which there is no difference at all: proposers that never retry, with one back-off or the other
/// written down. All pairs are equal, and no interval claims to know that for sure.
#[test]
fn no_difference_is_not_certainty() {
    let one_attempt = [("protocol.max_attempts", "1")];
    let paired = Two::policies("w2", &one_attempt, [UNIFORM, BACKOFF]).pairs(0, 2_000);
    assert_eq!((paired.parted, paired.first_choice.sum_squares), (0, 0));
    let won = &paired.winners[0];
    assert!(won.interval(Z95).width() > 0.003 && won.sequence(0.05).width() > won.interval(Z95).width());
    assert_eq!(paired.first_choice.interval(Z95), None);
}
