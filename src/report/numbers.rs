//! How numbers are written for people: as many digits as the interval supports, and always with their unit.
//!
//! Absent on purpose: locale. A report has the same bytes everywhere, so it writes 1,234.5 everywhere.

use libm::{ceil, fabs, floor, log10};

use crate::stats::{Interval, Saving};

/// With commas between thousands.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// With this many significant digits (at least 1), zeros kept, no exponent.
pub fn significant(x: f64, digits: i32) -> String {
    if x == 0.0 || !x.is_finite() {
        return if x == 0.0 { "0".into() } else { "–".into() };
    }
    let decimals = (digits - 1 - floor(log10(fabs(x))) as i32).clamp(0, 12);
    format!("{x:.*}", decimals as usize).replace('-', "−")
}

/// Decimals for percentages of which the interval is this wide (as a share): its half width shows one digit.
fn percent_decimals(interval: Interval) -> usize {
    let half = 50.0 * interval.width();
    if half > 0.0 { (ceil(-log10(half)) as i32).clamp(1, 5) as usize } else { 1 }
}

/// A share in percent, without the sign, to the digits that its interval supports. A half is rounded to the even digit,
/// so that two shares that make a whole are written as two numbers that do.
pub fn percent(share: f64, interval: Interval) -> String {
    halves_to_even(100.0 * share, percent_decimals(interval))
}

/// A share of whole numbers ends in a half where its binary neighbour ends a little above or below it.
fn halves_to_even(x: f64, decimals: usize) -> String {
    let scale = libm::pow(10.0, decimals as f64);
    let (steps, left) = (floor(x * scale), x * scale - floor(x * scale));
    let is_half = fabs(left - 0.5) < 1e-6;
    let steps = if is_half { steps + steps % 2.0 } else { libm::round(x * scale) };
    format!("{:.decimals$}", steps / scale)
}

/// The ends of a share's interval in percent: `[49.0, 51.0]`.
pub fn percent_interval(interval: Interval) -> String {
    let d = percent_decimals(interval);
    format!("[{:.d$}, {:.d$}]", 100.0 * interval.low, 100.0 * interval.high)
}

/// A mean of counts to the digits that its interval supports; whole or with four digits where there is none.
pub fn mean(mean: f64, interval: Option<Interval>) -> String {
    match interval {
        Some(i) if i.width() > 0.0 => format!("{mean:.*}", mean_decimals(i)),
        _ if mean == floor(mean) && mean < 1e15 => grouped(mean as u64),
        _ => significant(mean, 4),
    }
}

/// The ends of a mean's interval.
pub fn mean_interval(interval: Interval) -> String {
    let d = mean_decimals(interval);
    format!("[{:.d$}, {:.d$}]", interval.low, interval.high)
}

fn mean_decimals(interval: Interval) -> usize {
    (ceil(-log10(interval.width() / 2.0)) as i32 + 1).clamp(0, 9) as usize
}

/// The largest unit of time that leaves at least 1, as (name, ns).
pub fn time_unit(ns: f64) -> (&'static str, f64) {
    match ns {
        ns if ns >= 1e9 => ("s", 1e9),
        ns if ns >= 1e6 => ("ms", 1e6),
        ns if ns >= 1e3 => ("µs", 1e3),
        _ => ("ns", 1.0),
    }
}

/// A time, to four digits.
pub fn time(ns: f64) -> String {
    let (unit, scale) = time_unit(fabs(ns));
    let text = significant(ns / scale, 4);
    // 999.96 ms has four digits only as 1.000 s.
    if unit != "s" && text.starts_with("1000") {
        return time(1e3 * scale);
    }
    format!("{} {unit}", if scale == 1.0 { format!("{ns:.0}") } else { text })
}

/// The ends of an interval of times that may not have been reached: `[13.6, 14.1] ms`.
pub fn time_interval((low, high): (Option<u64>, Option<u64>)) -> String {
    let texts = (time_or(low, NOT_REACHED), time_or(high, NOT_REACHED));
    match (texts.0.split_once(' '), texts.1.split_once(' ')) {
        // The value is not reached either, and says so.
        _ if (low, high) == (None, None) => String::new(),
        (Some((a, unit)), Some((b, same))) if unit == same && low.is_some() => format!("[{a}, {b}] {unit}"),
        _ => format!("[{}, {}]", texts.0, texts.1),
    }
}

/// What stands for a time later than the horizon.
pub const NOT_REACHED: &str = "not reached";

/// A time that may not have been reached.
pub fn time_or(ns: Option<u64>, missing: &str) -> String {
    ns.map_or_else(|| missing.to_string(), |ns| time(ns as f64))
}

/// A time to the digits that its interval supports (two of the half width), and that interval, with one unit behind them:
/// `13.85 [13.61, 14.10] ms`; to four digits where there is none.
pub fn time_with(ns: f64, interval: Option<Interval>) -> String {
    let Some(interval) = interval.filter(|i| i.width() > 0.0) else { return time(ns) };
    let (value, ends, unit) = time_parts(ns, interval);
    format!("{value} {ends} {unit}")
}

/// The same in its parts: the number, the ends, and their unit.
pub fn time_parts(ns: f64, interval: Interval) -> (String, String, &'static str) {
    let (unit, scale) = time_unit(fabs(ns));
    let scaled = Interval { low: interval.low / scale, high: interval.high / scale };
    (format!("{:.*}", mean_decimals(scaled), ns / scale), mean_interval(scaled), unit)
}

/// A probability of a test, to two digits.
pub fn chance(p: f64) -> String {
    match p {
        p if p < 0.0001 => "<0.0001".to_owned(),
        p if p < 0.01 => format!("{p:.4}"),
        p => format!("{p:.2}"),
    }
}

/// How many times as many runs, with its interval, to two digits at most: `7.9 [6.5, 9.6] ×`.
pub fn saved_times(saved: &Saving) -> String {
    let two = |x: f64| match x {
        x if x >= 100.0 => {
            let unit = libm::pow(10.0, floor(log10(x)) - 1.0);
            grouped((libm::round(x / unit) * unit) as u64)
        }
        x => significant(x, 2),
    };
    format!("{} [{}, {}] ×", two(saved.times), two(saved.interval.low), two(saved.interval.high))
}

/// A time as a scenario file would write it: exact, without needless zeros.
pub fn exact_time(ns: u64) -> String {
    let (unit, scale) = time_unit(ns as f64);
    format!("{} {unit}", ns as f64 / scale)
}

/// `1 run`, `2 runs`.
pub fn counted(n: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 999, 1_000, 12_345, 1_234_567, u64::MAX].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "1,234,567", "18,446,744,073,709,551,615"]);
        assert_eq!((counted(1, "run"), counted(2_000, "run")), ("1 run".into(), "2,000 runs".into()));
    }

    #[test]
    fn shares_show_the_digits_that_their_interval_supports() {
        let coarse = Interval { low: 0.45, high: 0.55 };
        let fine = Interval { low: 0.49991, high: 0.50009 };
        let none = Interval { low: 0.0, high: 0.0038 };
        assert_eq!((percent(0.5, coarse), percent_interval(coarse)), ("50.0".into(), "[45.0, 55.0]".into()));
        assert_eq!(
            (percent(0.5, fine), percent_interval(fine)),
            ("50.000".into(), "[49.991, 50.009]".into())
        );
        assert_eq!((percent(0.0, none), percent_interval(none)), ("0.0".into(), "[0.0, 0.4]".into()));
        for first in 0..=2000_u32 {
            let tenths = |runs: u32| {
                percent(f64::from(runs) / 2000.0, coarse).replace('.', "").parse::<u32>().unwrap()
            };
            assert_eq!(tenths(first) + tenths(2000 - first), 1000, "{first} of 2000 runs and the others");
        }
        assert_eq!(
            [479.0, 1521.0, 1493.0].map(|runs| percent(runs / 2000.0, coarse)),
            ["24.0", "76.0", "74.6"]
        );
    }

    #[test]
    fn means_of_equal_values_are_whole() {
        assert_eq!(mean(2.0, None), "2");
        assert_eq!(mean(29.0324, Some(Interval { low: 28.8, high: 29.26 })), "29.03");
    }

    #[test]
    fn times_have_four_digits_and_the_largest_unit() {
        let texts = [0.0, 512.0, 1_500.0, 13_848_575.0, 999_960_000.0, 61e9].map(time);
        assert_eq!(texts, ["0 ns", "512 ns", "1.500 µs", "13.85 ms", "1.000 s", "61.00 s"]);
        assert_eq!(exact_time(1_500_000_000), "1.5 s");
        assert_eq!(exact_time(60_000_000_000), "60 s");
    }

    #[test]
    fn a_time_has_the_digits_and_the_unit_of_its_interval() {
        let interval = Interval { low: 13_600_000.0, high: 14_100_000.0 };
        assert_eq!(time_with(13_848_575.0, Some(interval)), "13.85 [13.60, 14.10] ms");
        assert_eq!(time_with(13_848_575.0, None), "13.85 ms");
        assert_eq!([0.000_01, 0.004_56, 0.25].map(chance), ["<0.0001", "0.0046", "0.25"]);
        let saved = Saving { times: 7.93, interval: Interval { low: 6.47, high: 1234.0 } };
        assert_eq!(saved_times(&saved), "7.9 [6.5, 1,200] ×");
    }

    #[test]
    fn times_that_were_not_reached_say_so() {
        assert_eq!(time_interval((Some(13_600_000), Some(14_100_000))), "[13.60, 14.10] ms");
        assert_eq!(time_interval((Some(900_000), Some(1_100_000))), "[900.0 µs, 1.100 ms]");
        assert_eq!(time_interval((Some(900_000), None)), "[900.0 µs, not reached]");
        assert_eq!(time_interval((None, None)), "", "it would say the same three times");
    }
}
