//! The 95 % interval of a paired difference, repeated on fresh seeds, contains the truth in about 95 % of cases.

use synod::check::Counter;
use synod::stats::{Interval, Z95, normal_quantile};

use super::*;

/// Pairs of a repetition.
const PAIRS: u64 = 500;

/// Of the mean time of the first choice, of the mean number of attempts, and of the share of runs that A wins. The truth is
/// the mean over all repetitions, whose error is a twentieth of that of one, or less.
fn covers(name: &str, policies: [&str; 2], first: u64) {
    let two = Two::policies(name, &[], policies);
    let all: Vec<Paired> = (0..4 * repetitions()).map(|i| two.pairs(first + i * PAIRS, PAIRS)).collect();
    let mut whole = Paired::new(&two.matching);
    all.iter().for_each(|part| whole.merge(part));

    let covered = |truth: f64, interval: &dyn Fn(&Paired) -> Interval| {
        all.iter().filter(|part| interval(part).contains(truth)).count() as f64 / all.len() as f64
    };
    let times = whole.first_choice.mean().expect("pairs");
    let attempts = whole.counters[Counter::Attempts].mean().expect("pairs");
    let wins = whole.winners[0].difference().expect("pairs");
    // Three standard errors: of 1,000 repetitions 0.02, of 400 0.033, and of both an interval at 80 % is four times that away.
    let tolerance = 3.0 * (0.95 * 0.05 / all.len() as f64).sqrt();
    for (what, share) in [
        ("first choice", covered(times, &|p| p.first_choice.interval(Z95).expect("they vary"))),
        ("attempts", covered(attempts, &|p| p.counters[Counter::Attempts].interval(Z95).expect("they vary"))),
        ("A wins", covered(wins, &|p| p.winners[0].interval(Z95))),
    ] {
        let error = (share * (1.0 - share) / all.len() as f64).sqrt();
        println!(
            "{name}, {what}: covered in {:.1} ± {:.1} % of {} repetitions from seed {first}",
            100.0 * share,
            100.0 * error,
            all.len()
        );
        assert!(
            (share - 0.95).abs() <= tolerance,
            "{name}, {what}: covered in {share}, not 0.95 ± {tolerance}"
        );
    }
    // The measure can fail: an interval at 80 % does not pass for one at 95 %.
    let narrow = covered(times, &|p| p.first_choice.interval(normal_quantile(0.9)).expect("they vary"));
    assert!(narrow < 0.95 - 2.0 * tolerance, "an interval at 80 % covers in {narrow}");
}

#[test]
fn intervals_cover_as_often_as_they_say() {
    covers("w2", [UNIFORM, BACKOFF], 2 * FRESH);
    covers("delay-sweep", [AT_ONCE, UNIFORM], 2 * FRESH);
}
