//! How an exact figure is written: as many digits as it is known to, its bound, its fraction.
//!
//! Absent on purpose: intervals, for nothing here was sampled.

use libm::{ceil, floor, log10, pow};

use crate::report::numbers::time_unit;
use crate::run::Figure;

/// Digits after the point at most.
const MOST_DECIMALS: i32 = 12;
/// The largest number under a fraction's line that people take in.
const SHORT: u128 = 1_000_000;

/// `0.153009160514 ± 8e-13`: the bound holds for what is printed.
fn bounded(value: f64, bound: f64) -> String {
    let decimals = if bound > 0.0 { ceil(-log10(bound)) as i32 } else { MOST_DECIMALS };
    let decimals = decimals.clamp(1, MOST_DECIMALS);
    let printed = bound + 0.5 * pow(10.0, f64::from(-decimals));
    format!("{value:.*} ± {}", decimals as usize, one_digit_up(printed))
}

/// A bound to one digit, rounded up: `3e-13`.
pub fn one_digit_up(bound: f64) -> String {
    if bound <= 0.0 {
        return "0".to_owned();
    }
    let exponent = floor(log10(bound)) as i32;
    let digit = ceil(bound / pow(10.0, f64::from(exponent)) - 1e-9);
    match digit {
        10.0 => format!("1e{}", exponent + 1),
        digit => format!("{digit}e{exponent}"),
    }
}

/// A probability or a number.
pub fn plain(figure: &Figure) -> String {
    let fraction = figure.fraction.filter(|it| it.is_short(SHORT));
    bounded(figure.value, figure.bound) + &fraction.map_or_else(String::new, |it| format!(" = {it}"))
}

/// A time in ns, in the unit that suits it; its fraction is of `unit_ns`.
pub fn time(figure: &Figure, unit_ns: u64) -> String {
    let (unit, scale) = time_unit(figure.value);
    let text = format!("{} {unit}", bounded(figure.value / scale, figure.bound / scale));
    let fraction = figure.fraction.filter(|it| it.is_short(SHORT));
    match fraction {
        None => text,
        Some(fraction) => {
            let (unit, scale) = time_unit(unit_ns as f64);
            format!("{text} = {fraction} · {} {unit}", unit_ns as f64 / scale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Fraction;

    #[test]
    fn the_bound_holds_for_what_is_printed() {
        let figure = |value, bound| Figure { value, bound, fraction: None };
        assert_eq!(plain(&figure(0.153_009_160_514_32, 3e-13)), "0.153009160514 ± 8e-13");
        assert_eq!(plain(&figure(0.25, 0.0)), "0.250000000000 ± 5e-13");
        assert_eq!(plain(&figure(0.123_456, 0.02)), "0.12 ± 3e-2");
        let known = Figure { fraction: Fraction::new(5, 54), ..figure(5.0 / 54.0, 1e-15) };
        assert_eq!(plain(&known), "0.092592592593 ± 6e-13 = 5/54");
        let mean = Figure { fraction: Fraction::new(7, 4), ..figure(17.5e6, 1e-6) };
        assert_eq!(
            time(&mean, 10_000_000),
            "17.500000000000 ms ± 2e-12".replace(" ms ± 2e-12", " ± 2e-12 ms = 7/4 · 10 ms")
        );
    }

    #[test]
    fn bounds_are_rounded_up() {
        assert_eq!([3.1e-13, 9.5e-4, 1.0, 0.0].map(one_digit_up), ["4e-13", "1e-3", "1e0", "0"]);
    }
}
