//! The statistics against reference values of statsmodels and lifelines, and against counting by hand.

use serde_json::Value;
use synod::stats::*;

fn golden() -> Value {
    serde_json::from_str(include_str!("../data/golden_stats.json")).unwrap()
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * b.abs().max(1e-6), "{a} is not {b}");
}

fn filled(g: &Value, times: &str, flags: &str) -> (Histogram, Histogram) {
    let (mut events, mut censored) = (Histogram::new(), Histogram::new());
    for (t, e) in g[times].as_array().unwrap().iter().zip(g[flags].as_array().unwrap()) {
        let into = if e == 1 { &mut events } else { &mut censored };
        into.record(t.as_u64().unwrap());
    }
    (events, censored)
}

#[test]
fn wilson_and_clopper_pearson_match_statsmodels() {
    let g = golden();
    for row in g["wilson95"].as_array().unwrap() {
        let i = wilson(row["k"].as_u64().unwrap(), row["n"].as_u64().unwrap(), Z95);
        close(i.low, row["lo"].as_f64().unwrap(), 1e-12);
        close(i.high, row["hi"].as_f64().unwrap(), 1e-12);
    }
    for row in g["clopper95"].as_array().unwrap() {
        let i = clopper_pearson(row["k"].as_u64().unwrap(), row["n"].as_u64().unwrap(), 0.05);
        close(i.low, row["lo"].as_f64().unwrap(), 1e-11);
        close(i.high, row["hi"].as_f64().unwrap(), 1e-11);
    }
}

#[test]
fn kaplan_meier_matches_lifelines() {
    let g = golden();
    let (events, censored) = filled(&g["km"], "T", "E");
    let curve = kaplan_meier(&events, &censored, Z95);
    let column = |key: &str, i: usize| g["km"][key][i].as_f64().unwrap();
    assert_eq!(curve.steps.len(), 6);
    for (i, step) in curve.steps.iter().enumerate() {
        assert_eq!(step.time as f64, column("t", i + 1));
        close(step.survival, column("S", i + 1), 1e-12);
        close(step.interval.low, column("lo", i + 1), 1e-12);
        close(step.interval.high, column("hi", i + 1), 1e-12);
    }
    assert_eq!(curve.steps.iter().map(|s| s.at_risk).collect::<Vec<_>>(), [12, 11, 9, 8, 5, 4]);
    assert_eq!(curve.median(), Some(8));
    assert_eq!(curve.quantile(0.9), None, "not reached");
    close(curve.restricted_mean(10).unwrap().0, g["rmst10"].as_f64().unwrap(), 1e-12);
    assert_eq!(curve.restricted_mean(11), None, "beyond the last observation");
}

#[test]
fn log_rank_matches_lifelines() {
    let g = golden();
    let (e1, c1) = filled(&g["km"], "T", "E");
    let (e2, c2) = filled(&g["logrank"], "T2", "E2");
    let test = log_rank(&kaplan_meier(&e1, &c1, Z95), &kaplan_meier(&e2, &c2, Z95)).unwrap();
    close(test.chi_squared, g["logrank"]["chi2"].as_f64().unwrap(), 1e-12);
    close(test.p, g["logrank"]["p"].as_f64().unwrap(), 1e-10);
}

#[test]
fn no_interval_is_ever_of_width_zero() {
    for n in [1, 7, 200, 1_000_000] {
        for k in [0, 1, n / 2, n] {
            assert!(wilson(k, n, Z95).width() > 0.0);
            assert!(clopper_pearson(k, n, 0.05).width() > 0.0);
        }
    }
    assert_eq!(wilson(0, 0, Z95), Interval { low: 0.0, high: 1.0 });
    let (mut all_at_once, mut cut_off) = (Histogram::new(), Histogram::new());
    all_at_once.record_n(5, 100);
    cut_off.record_n(9, 100);
    for step in kaplan_meier(&all_at_once, &Histogram::new(), Z95).steps {
        assert!(step.survival == 0.0 && step.interval.low == 0.0 && step.interval.high > 0.01);
    }
    for step in kaplan_meier(&Histogram::new(), &cut_off, Z95).steps {
        assert!(step.survival == 1.0 && step.interval.high == 1.0 && step.interval.low < 0.99);
    }
}

#[test]
fn simultaneous_intervals_are_wider_than_single_ones() {
    let table = simultaneous(&[490, 510, 0], 0.05);
    let single = clopper_pearson(490, 1000, 0.05);
    assert!(table[0].low < single.low && table[0].high > single.high);
    assert_eq!(table[0], clopper_pearson(490, 1000, 0.05 / 3.0));
    assert!(table[2].high > 0.0);
}

#[test]
fn normal_quantile_inverts_the_distribution_function() {
    close(normal_quantile(0.975), Z95, 1e-15);
    close(normal_quantile(1e-9), -5.997807015007686, 1e-13);
    for i in 1..1000 {
        close(normal_cdf(normal_quantile(f64::from(i) / 1000.0)), f64::from(i) / 1000.0, 1e-14);
    }
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
}

#[test]
fn incomplete_beta_matches_sums_of_binomials() {
    // I_x(2, 3) = 6x² − 8x³ + 3x⁴.
    for x in [0.001, 0.1, 0.3, 0.5, 0.9, 0.999f64] {
        close(incomplete_beta(2.0, 3.0, x), 6.0 * x * x - 8.0 * x * x * x + 3.0 * x * x * x * x, 1e-13);
    }
    // P(X ≥ 3) for 5 fair coins is 1/2.
    close(binomial_at_least(3, 5, 0.5), 0.5, 1e-14);
    // A million fair coins: the normal limit with continuity correction.
    close(binomial_at_least(500_500, 1_000_000, 0.5), normal_cdf(-0.999), 1e-6);
}

#[test]
fn order_statistics_of_a_median_match_the_tables() {
    // n = 10: ranks 2 and 9 (coverage 97.9 %); n = 5: no such interval.
    let mut ten = Histogram::new();
    (1..=10).for_each(|v| ten.record(v * 100));
    assert_eq!(ten.quantile(0.5), Some(Quantile { value: 500, low: Some(200), high: Some(900) }));
    let mut five = Histogram::new();
    (1..=5).for_each(|v| five.record(v));
    assert_eq!(five.quantile(0.5), Some(Quantile { value: 3, low: None, high: None }));
    assert_eq!(five.quantile(0.99).unwrap().value, 5);
    assert_eq!(Histogram::new().quantile(0.5), None);
    assert_eq!(five.quantile(f64::NAN), None);
}

#[test]
fn missing_figures_are_missing() {
    let mut m = Moments::default();
    assert_eq!((m.mean(), m.variance(), m.standard_error()), (None, None, None));
    m.record(7);
    assert_eq!((m.mean(), m.variance(), m.mean_interval(Z95)), (Some(7.0), None, None));
    m.record(7);
    assert_eq!((m.variance(), m.mean_interval(Z95)), (Some(0.0), None), "equal values bound nothing");
    m.record(10);
    close(m.variance().unwrap(), 3.0, 1e-15);
    close(m.standard_error().unwrap(), 1.0, 1e-15);
}
