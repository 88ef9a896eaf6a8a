//! Whoever looks after every 50 runs and stops at the first interval that excludes the truth finds one in at most 5 % of
//! cases; with intervals that are made for a single look he finds one often.

use synod::stats::{Interval, Z95};

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

/// What is seen at each look.
fn repeated(two: &Two, repetitions: u64) -> Vec<Vec<Paired>> {
    let one = |repetition: u64| {
        let mut seen = Paired::new(&two.matching);
        let look = |i: u64| {
            seen.merge(&two.pairs((repetition * LOOKS + i) * EVERY, EVERY));
            seen.clone()
        };
        (0..LOOKS).map(look).collect()
    };
    (0..repetitions).map(one).collect()
}

#[test]
fn looking_again_and_again_raises_no_false_alarm() {
    let two = Two::policies("w2", &[], [UNIFORM, BACKOFF]);
    let all = repeated(&two, repetitions());
    let mut whole = Paired::new(&two.matching);
    all.iter().filter_map(|looks| looks.last()).for_each(|last| whole.merge(last));
    let times = whole.first_choice.mean().expect("pairs");
    let wins = whole.winners[0].difference().expect("pairs");

    let time = alarms(&all, times, |p| p.first_choice.sequence(0.05));
    let win = alarms(&all, wins, |p| Some(p.winners[0].sequence(0.05)));
    println!("{} repetitions: alarms {time:.3} (first choice), {win:.3} (A wins)", all.len());
    assert!(time <= 0.05 && win <= 0.05, "false alarms: {time}, {win}");

    // The same looks with intervals for a single one.
    let time = alarms(&all, times, |p| p.first_choice.interval(Z95));
    let win = alarms(&all, wins, |p| Some(p.winners[0].interval(Z95)));
    println!("with intervals for a single look: {time:.3}, {win:.3}");
    assert!(time > 0.15 && win > 0.15, "the measure does not notice peeking: {time}, {win}");
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
