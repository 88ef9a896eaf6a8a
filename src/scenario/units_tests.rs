//! Durations read back exactly, and what is no duration or probability is refused with advice.
//!
//! Absent on purpose: how an error is placed in a file (`tests/it/scenario_errors.rs`).

use super::*;

fn ns(text: &str) -> u64 {
    text.parse::<Duration>().unwrap().ns()
}
fn why_not(text: &str) -> String {
    text.parse::<Duration>().unwrap_err().to_string()
}

#[test]
fn durations_are_read_exactly() {
    assert_eq!(ns("44ms"), 44_000_000);
    assert_eq!(ns("0.25ms"), 250_000);
    assert_eq!(ns("2s"), 2_000_000_000);
    assert_eq!(ns("1.5µs"), 1_500);
    assert_eq!(ns("1.5μs"), 1_500);
    assert_eq!(ns("0.0000000000025h"), 9);
    assert_eq!(ns("1.000000001000s"), 1_000_000_001);
    assert_eq!(ns("144115188075855872ns"), Duration::MAX.ns());
    assert_eq!(ns("000ns"), 0);
}

#[test]
fn what_is_no_duration_is_refused_with_advice() {
    assert!(why_not("44").contains("write \"44ms\""));
    assert!(why_not("3sec").contains("write \"3s\""));
    assert!(why_not("3 ms").contains("write \"3ms\""));
    assert!(why_not("0.5ns").contains("whole number of nanoseconds"));
    assert!(why_not("0.00000000000001h").contains("whole number of nanoseconds"));
    assert!(why_not("144115188075855873ns").contains("4.5 years"));
    let forty_digits = format!("{}s", "9".repeat(40));
    assert!(why_not(&forty_digits).contains("4.5 years"));
    for bad in ["", "ms", "-1ms", "+1ms", ".5ms", "5.ms", "1.2.3ms", "1e3ms", "inf", "nan", "1_000ms", "1ms "]
    {
        assert!(bad.parse::<Duration>().is_err(), "{bad:?} was read as a duration");
    }
}

#[test]
fn display_is_the_shortest_unit() {
    for text in ["0s", "44ms", "0.25ms", "2s", "60s", "90s", "500us", "1h", "1.5s", "7ns", "44.2ms", "120s"] {
        assert_eq!(Duration::from_ns(ns(text)).to_string(), shortest(text), "{text}");
    }
}

/// `0.25ms` has a shorter spelling; the others are their own.
fn shortest(text: &str) -> &str {
    if text == "0.25ms" { "250us" } else { text }
}

proptest::proptest! {
    #[test]
    fn display_round_trips(ns in 0u64..=1 << 57) {
        let duration = Duration::from_ns(ns);
        proptest::prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
    }
    #[test]
    fn display_round_trips_where_digits_are_few(digits in 0u64..100_000, zeros in 0u32..9) {
        let duration = Duration::from_ns(digits * 10u64.pow(zeros));
        proptest::prop_assert_eq!(duration.to_string().parse::<Duration>(), Ok(duration));
    }
    #[test]
    fn no_text_panics(text in "\\PC{0,20}") {
        let _ = text.parse::<Duration>();
    }
}

#[test]
fn probabilities_end_at_zero_and_one() {
    assert_eq!(Probability::new(0.0).unwrap().threshold(), 0);
    assert_eq!(Probability::new(1.0).unwrap().threshold(), 1 << 32);
    assert_eq!(Probability::new(0.5).unwrap().threshold(), 1 << 31);
    assert!(Probability::new(-0.0).unwrap().get().is_sign_positive());
    for bad in [f64::NAN, f64::INFINITY, -0.1, 1.000001, 1e-12, 1.0 - 1e-12] {
        assert!(Probability::new(bad).is_err(), "{bad} was taken as a probability");
    }
}
