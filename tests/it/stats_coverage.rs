//! Each interval, repeated on values of a law whose truth is known, contains that truth as often as it says; and one that is
//! not made for such a law does not, so that the measure can fail.
//!
//! The tolerance is the Monte-Carlo error of the share that is counted, three standard errors of it.

use synod::stats::*;

/// Words that depend on nothing but their number (SplitMix64, Steele and others 2014).
struct Draws(u64);

impl Draws {
    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Above 0 and at most 1.
    fn uniform(&mut self) -> f64 {
        ((self.word() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    fn happens(&mut self, share: f64) -> bool {
        self.uniform() <= share
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.uniform())
    }

    /// Failures before a success.
    fn geometric(&mut self, goes_on: f64) -> u64 {
        libm::floor(libm::log(self.uniform()) / libm::log(goes_on)) as u64
    }
}

const REPETITIONS: u32 = 1_000;

/// In which share of the repetitions something holds; each has draws of its own.
fn share_of(first: u64, mut holds: impl FnMut(&mut Draws) -> bool) -> f64 {
    let held = (0..REPETITIONS).filter(|i| holds(&mut Draws((first << 32) + (u64::from(*i) << 8)))).count();
    held as f64 / f64::from(REPETITIONS)
}

/// Three standard errors of a share that is `expected`.
fn tolerance(expected: f64) -> f64 {
    3.0 * (expected * (1.0 - expected) / f64::from(REPETITIONS)).sqrt()
}

fn at_least(what: &str, share: f64, expected: f64) {
    println!("{what}: {share:.3}");
    assert!(share >= expected - tolerance(expected), "{what}: {share}, expected at least {expected}");
}

fn at_most(what: &str, share: f64, expected: f64) {
    println!("{what}: {share:.3}");
    assert!(share <= expected + tolerance(expected), "{what}: {share}, expected at most {expected}");
}

/// Counts of which three events are expected, each a geometric number with mean 21: a rare long duel.
fn rare(draws: &mut Draws, runs: u64) -> Moments {
    let mut sums = Moments::default();
    (0..runs)
        .for_each(|_| sums.record(if draws.happens(0.01) { 1 + draws.geometric(20.0 / 21.0) } else { 0 }));
    sums
}

#[test]
fn halls_interval_covers_the_mean_of_rare_counts() {
    let truth = 0.01 * 21.0;
    // Ten events are expected; the audit found .974, and the normal interval .865.
    let hall =
        share_of(1, |draws| rare(draws, 1000).spread().is_some_and(|s| s.interval(Z95).contains(truth)));
    at_least("Hall, ten events", hall, 0.95);
    let normal = share_of(1, |draws| rare(draws, 1000).mean_interval(Z95).is_some_and(|i| i.contains(truth)));
    at_most("the normal interval, ten events", normal, 0.90);
    // Where the law is not skewed it is as narrow as the normal one.
    let even = |draws: &mut Draws| {
        let mut sums = Moments::default();
        (0..400).for_each(|_| sums.record(draws.word() >> 44));
        sums.spread().expect("they vary").interval(Z95)
    };
    let truth = 0.5 * ((1_u64 << 20) - 1) as f64;
    let uniform = share_of(2, |draws| even(draws).contains(truth));
    assert!((uniform - 0.95).abs() <= tolerance(0.95), "{uniform}");
}

/// Of 1/n each, one run in 2000 never comes; a mean of 2000 runs of which none was seen says so.
#[test]
fn a_bounded_mean_covers_what_was_not_seen() {
    let (never, until, mean) = (0.000_5, 60_000.0, 25.0);
    let truth = never * until + (1.0 - never) * mean;
    let sample = |draws: &mut Draws| {
        let (mut chosen, mut late) = (Moments::default(), 0);
        for _ in 0..1000 {
            match draws.happens(never) {
                true => late += 1,
                false => chosen.record(libm::round(draws.exponential(mean)) as u64),
            }
        }
        (chosen, late)
    };
    let bounded = share_of(3, |draws| {
        let (chosen, late) = sample(draws);
        let mean = chosen.mean().expect("some choose");
        let error = chosen.standard_error().expect("they vary");
        let mean = Interval { low: mean, high: mean };
        Bounded { runs: 1000, late, mean, error, until }.interval(Z95, 0.05).contains(truth)
    });
    at_least("a bounded mean, half a late run expected", bounded, 0.95);
    let normal = share_of(3, |draws| {
        let (mut all, late) = sample(draws);
        all.record_n(until as u64, late);
        all.mean_interval(Z95).is_some_and(|i| i.contains(truth))
    });
    at_most("one normal interval for all of it", normal, 0.5);
}

#[test]
fn blocks_of_runs_with_a_scenario_in_common_are_covered() {
    // Each block has a rate of its own, 0 or 0.8.
    let truth = 0.3 * 0.8;
    let blocks = |draws: &mut Draws| {
        let mut sums = Blocks::default();
        for _ in 0..150 {
            let rate = if draws.happens(0.3) { 0.8 } else { 0.0 };
            sums.record(32, (0..32).map(|_| u64::from(draws.happens(rate))).sum());
        }
        sums
    };
    at_least("blocks", share_of(4, |draws| blocks(draws).interval(0.05).contains(truth)), 0.95);
    let plain = share_of(4, |draws| {
        let sums = blocks(draws);
        wilson(sums.count, sums.runs, Z95).contains(truth)
    });
    at_most("as if the runs were independent", plain, 0.6);
}

/// Who looks after every quarter more and stops at the first interval that leaves the truth out finds one in 5 % of cases at most.
#[test]
fn betting_holds_at_all_numbers_of_values_at_once() {
    const LOOKS: [usize; 8] = [50, 64, 80, 100, 125, 160, 200, 250];
    let law = |draws: &mut Draws| {
        if draws.happens(0.01) { 1.0 } else { libm::fmin(0.05 * draws.exponential(0.5), 1.0) }
    };
    let truth = 0.01 + 0.99 * 0.025;
    let misses = |draws: &mut Draws, interval: &dyn Fn(&[f64]) -> Option<Interval>| {
        let values: Vec<f64> = (0..LOOKS[7]).map(|_| law(draws)).collect();
        LOOKS.iter().any(|&n| interval(&values[..n]).is_some_and(|i| !i.contains(truth)))
    };
    let exactly = |values: &[f64]| {
        let each: Vec<Between> = values.iter().map(|&x| Between { low: x, high: x, count: 1.0 }).collect();
        Some(betting(&each, 0.05))
    };
    let normal = |values: &[f64]| {
        let mut sums = Moments::default();
        values.iter().for_each(|x| sums.record(libm::round(1e9 * x) as u64));
        sums.mean_interval(Z95).map(|i| Interval { low: i.low / 1e9, high: i.high / 1e9 })
    };
    // A fifth of the repetitions: each of them makes eight intervals.
    let some = |draws: &mut Draws, interval: &dyn Fn(&[f64]) -> Option<Interval>| {
        draws.0 >> 8 & 7 != 0 || misses(draws, interval)
    };
    let kept = f64::from(REPETITIONS / 8);
    let of_kept = |share: f64| 1.0 - (1.0 - share) * f64::from(REPETITIONS) / kept;
    let bets = of_kept(share_of(5, |draws| some(draws, &exactly)));
    let once = of_kept(share_of(5, |draws| some(draws, &normal)));
    println!("some look leaves the truth out: betting {bets:.3}, the normal interval {once:.3}");
    assert!(bets <= 0.05 + 3.0 * (0.05 * 0.95 / kept).sqrt(), "{bets}");
    assert!(once > 0.3, "{once}");
}

/// The variances' ratio of pairs that share a part: known, (2 + 2) / 2 · …, for sums of exponentials.
#[test]
fn runs_saved_are_covered_by_their_interval() {
    // a = x + y, b = x + z, all of one law: var a + var b = 4 v, var (b − a) = 2 v.
    let truth = 2.0;
    let sums = share_of(6, |draws| {
        let mut groups = [Pairs::default(); GROUPS];
        for i in 0..1600_usize {
            let [x, y, z] = [(); 3].map(|()| draws.exponential(1e6));
            groups[i % GROUPS].record((x + y) as u64, (x + z) as u64);
        }
        saved(&groups).is_some_and(|saved| saved.interval.contains(truth))
    });
    at_least("runs saved of a mean", sums, 0.93);
    // Of yes and no: both with ½, equal with ¾, so (¼ + ¼) / ¼.
    let table = share_of(7, |draws| {
        let mut table = Fourfold::default();
        for _ in 0..1000 {
            let a = draws.happens(0.5);
            table.record(a, if draws.happens(0.25) { !a } else { a });
        }
        table.saved().is_some_and(|saved| saved.interval.contains(truth))
    });
    assert!((table - 0.95).abs() <= tolerance(0.95), "runs saved of a share: {table}");
}

#[test]
fn a_geometric_tail_is_called_otherwise_in_one_of_a_hundred_cases() {
    let p = |draws: &mut Draws, goes_on: &dyn Fn(u64) -> f64| {
        let mut lengths = [0_u64; 200];
        for _ in 0..1000 {
            let mut length = 0;
            while length < 199 && draws.happens(goes_on(length)) {
                length += 1;
            }
            lengths[length as usize] += 1;
        }
        let trials = (0..200).map(|i| Trial { at_risk: lengths[i..].iter().sum(), ended: lengths[i] });
        equal_hazards(trials.collect::<Vec<_>>().into_iter())
    };
    let geometric = share_of(8, |draws| p(draws, &|_| 0.6).is_some_and(|p| p < 0.05));
    assert!((geometric - 0.05).abs() <= tolerance(0.05), "{geometric} of geometric tails have p < 0.05");
    let other =
        share_of(9, |draws| p(draws, &|length| 0.75 - 0.1 * length.min(5) as f64).is_some_and(|p| p < 0.01));
    assert!(other > 0.9, "{other} of the others");
}

/// Nine hypotheses that are all true: any is refuted in 5 % of cases at most, and by itself in far more.
#[test]
fn holm_refutes_nothing_true_more_often_than_once_in_twenty() {
    let tests = |draws: &mut Draws| -> Vec<Option<f64>> { (0..9).map(|_| Some(draws.uniform())).collect() };
    at_most("Holm", share_of(10, |draws| holm(&tests(draws), 0.05).contains(&true)), 0.05);
    let alone = share_of(10, |draws| tests(draws).iter().any(|p| p.is_some_and(|p| p < 0.05)));
    assert!(alone > 0.3, "{alone}");
}

/// The median of few values: the interval begins at 0 where they do not bound it.
#[test]
fn the_median_of_few_values_is_covered() {
    let truth = 1000.0 * std::f64::consts::LN_2;
    for n in 1..=8_u64 {
        let covered = share_of(11 + n, |draws| {
            let mut events = Histogram::new();
            (0..n).for_each(|_| events.record(draws.exponential(1000.0) as u64));
            let (low, high) = kaplan_meier(&events, &Histogram::new(), Z95).median_interval();
            low.is_some_and(|low| low as f64 <= truth) && high.is_none_or(|high| truth <= high as f64 + 1.0)
        });
        at_least(&format!("the median of {n}"), covered, 0.93);
    }
}

/// What a share's exact test calls 0.05 or less comes in 5 % of cases at most; what cannot be refutes once it is seen.
#[test]
fn the_exact_test_of_a_share_is_exact() {
    let rare = share_of(21, |draws| {
        let k = (0..100).filter(|_| draws.happens(0.000_5)).count() as u64;
        binomial_p(k, 100, 0.000_5) < 0.05
    });
    at_most("of one in twenty expected", rare, 0.05);
    assert_eq!(
        [binomial_p(0, 9, 0.0), binomial_p(1, 9, 0.0), binomial_p(9, 9, 1.0), binomial_p(8, 9, 1.0)],
        [1.0, 0.0, 1.0, 0.0]
    );
    // By scipy.
    assert!((binomial_p(2, 50, 0.1) - 0.223_457_512_692_7).abs() < 1e-12);
    assert!((binomial_p(12, 50, 0.1) - 0.006_439_842_271_8).abs() < 1e-12);
    assert!((chi_squared_above(3.2, 4.0) - 0.524_930_946_786).abs() < 1e-12);
    assert!((chi_squared_above(30.0, 7.0) - 9.495_972_508e-5).abs() < 1e-13);
    assert!((student(0.05, 15.0) - 2.131_449_545_56).abs() < 1e-9);
    assert!((student(0.05, 624.0) - 1.963_772_960_56).abs() < 1e-9);
}

/// Quantiles and shares of times that runs end without: at the horizon, and, for whatever reason, before it. Here the reason is
/// the worst there is: runs end early just where the event would have been late, or early.
#[test]
fn times_that_runs_end_without_are_covered() {
    const UNTIL: u64 = 60_000;
    /// When a run with the event at this time ends before it, if it does.
    type Early = fn(u64, &mut Draws) -> Option<u64>;
    let ended: [(&str, Early); 4] = [
        ("at the horizon alone", |_, _| None),
        ("by chance", |time, draws| draws.happens(0.3).then_some(time / 2)),
        ("where it would be late", |time, _| (time > 15_000).then_some(9_000)),
        ("where it would be early", |time, _| (time < 8_000).then_some(time / 2)),
    ];
    for (nth, (why, early)) in ended.into_iter().enumerate() {
        for (at, runs) in [20_u32, 300].into_iter().enumerate() {
            let sample = |draws: &mut Draws| {
                let (mut events, mut cut) = (Histogram::new(), Histogram::new());
                for _ in 0..runs {
                    let time = draws.exponential(20_000.0) as u64;
                    match early(time, draws) {
                        Some(end) => cut.record(end),
                        None if time <= UNTIL => events.record(time),
                        None => cut.record(UNTIL),
                    }
                }
                Censored::new(u64::from(runs), &events, &cut, UNTIL)
            };
            let seed = 900 + 20 * nth as u64 + 10 * at as u64;
            for (i, q) in [0.5, 0.9, 0.99].into_iter().enumerate() {
                let truth = -20_000.0 * libm::log(1.0 - q);
                let covered = share_of(seed + i as u64, |draws| {
                    let found = sample(draws).quantile(q, 0.05).expect("runs");
                    let low = found.low.unwrap_or(UNTIL) as f64;
                    let high = found.high.map_or(f64::INFINITY, |high| high as f64 + 1.0);
                    // What lies beyond the horizon is known to lie there and no better.
                    low <= truth.min(UNTIL as f64) && truth <= high
                });
                at_least(&format!("{q}-quantile of {runs}, cut {why}"), covered, 0.95);
            }
            let truth = 1.0 - libm::exp(-0.5);
            let covered = share_of(seed + 5, |draws| sample(draws).by(10_000, 0.05).1.contains(truth));
            at_least(&format!("share of {runs} by 10 ms, cut {why}"), covered, 0.95);
        }
    }
    // The product limit would hold none of this where the reason has to do with the event.
    let fooled = share_of(990, |draws| {
        let (mut events, mut cut) = (Histogram::new(), Histogram::new());
        for _ in 0..300 {
            let time = draws.exponential(20_000.0) as u64;
            if time > 15_000 { cut.record(9_000) } else { events.record(time) }
        }
        let (low, high) = kaplan_meier(&events, &cut, Z95).median_interval();
        let truth = 20_000.0 * core::f64::consts::LN_2;
        low.is_some_and(|low| low as f64 <= truth) && high.is_none_or(|high| truth <= high as f64)
    });
    at_most("the product limit's median, cut where it would be late", fooled, 0.9);
}
