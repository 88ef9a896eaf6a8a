//! Axes: where a value goes, and which values are named.
//!
//! Absent on purpose: drawing. An axis is arithmetic, with `libm`'s logarithms, so ticks are the same everywhere.

use libm::{ceil, floor, log10, pow, round};

use super::numbers::time_unit;

/// A value's way to a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The values at its ends; both above 0 when logarithmic.
    pub from: f64,
    /// The larger one.
    pub to: f64,
    /// Whether equal steps are equal factors.
    pub logarithmic: bool,
    /// The places of its ends.
    pub start: f64,
    /// Of the larger value; may be the smaller place (upwards).
    pub end: f64,
}

/// A named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The value.
    pub value: f64,
    /// Its name; empty for a minor one.
    pub label: String,
}

impl Axis {
    /// The place of a value; values beyond an end go to the end.
    pub fn place(&self, value: f64) -> f64 {
        let value = value.clamp(self.from, self.to);
        let share = if self.logarithmic {
            (log10(value) - log10(self.from)) / (log10(self.to) - log10(self.from))
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + share * (self.end - self.start)
    }

    /// Ticks for times in ns: with one unit for all when linear (it belongs into the axis title), each with its
    /// own when logarithmic. At most about `most` are named.
    pub fn time_ticks(&self, most: usize) -> Vec<Tick> {
        if self.logarithmic {
            return self.log_ticks(most, |v| {
                let (unit, scale) = time_unit(v * 1.000001);
                format!("{} {unit}", plain(v / scale))
            });
        }
        let (_, scale) = time_unit(self.to);
        let scaled = Axis { from: self.from / scale, to: self.to / scale, ..*self };
        let ticks = scaled.ticks(most);
        ticks.into_iter().map(|t| Tick { value: t.value * scale, label: t.label }).collect()
    }

    /// Ticks for plain numbers, at 1, 2 or 5 times a power of ten.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        if self.logarithmic {
            return self.log_ticks(most, plain);
        }
        let step = nice_step((self.to - self.from) / most.max(1) as f64);
        let first = ceil(self.from / step - 1e-9) as i64;
        let last = floor(self.to / step + 1e-9) as i64;
        (first..=last).map(|i| i as f64 * step).map(|value| Tick { value, label: plain(value) }).collect()
    }

    fn log_ticks(&self, most: usize, name: impl Fn(f64) -> String) -> Vec<Tick> {
        let (low, high) = (floor(log10(self.from) + 1e-9) as i32, ceil(log10(self.to) - 1e-9) as i32);
        let decades = (high - low).max(1) as usize;
        let inside = |v: f64| v >= self.from * 0.999_999 && v <= self.to * 1.000_001;
        // One decade in so many is named; with few decades, 2 and 5 are named too.
        let every = decades.div_ceil(most.max(1)) as i32;
        let finer = decades * 3 <= most;
        let mut ticks = Vec::new();
        for decade in low..=high {
            for digit in 1..10 {
                let value = f64::from(digit) * pow(10.0, f64::from(decade));
                let named = match digit {
                    1 => decade.rem_euclid(every) == 0,
                    2 | 5 => finer,
                    _ => false,
                };
                if inside(value) && (named || decades <= 12) {
                    ticks.push(Tick { value, label: if named { name(value) } else { String::new() } });
                }
            }
        }
        ticks
    }
}

/// The next of 1, 2, 5 times a power of ten.
pub fn nice_step(at_least: f64) -> f64 {
    if at_least <= 0.0 || !at_least.is_finite() {
        return 1.0;
    }
    let power = pow(10.0, floor(log10(at_least)));
    [1.0, 2.0, 5.0, 10.0]
        .map(|m| m * power)
        .into_iter()
        .find(|s| *s >= at_least * 0.999_999)
        .unwrap_or(10.0 * power)
}

/// Without needless zeros: `0.001`, `5`, `20,000`.
fn plain(value: f64) -> String {
    if value >= 10_000.0 {
        return super::numbers::grouped(round(value) as u64);
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".into() } else { text.replace('-', "−") }
}

/// The range of times that a figure shows, as an axis between two places: from 0, or logarithmic when the longest is
/// more than 30 times an `early` one.
pub fn time_axis(shortest: u64, early: u64, longest: u64, start: f64, end: f64) -> Axis {
    let (low, high) = (shortest.max(1) as f64, longest.max(1) as f64);
    if shortest > 0 && high / (early.max(1) as f64) > 30.0 {
        let from = digit_below(low);
        let to = digit_above(high);
        return Axis { from, to, logarithmic: true, start, end };
    }
    let (_, scale) = time_unit(high);
    let step = nice_step(high / scale / 10.0) * scale;
    Axis { from: 0.0, to: ceil(high / step - 1e-2).max(1.0) * step, logarithmic: false, start, end }
}

/// The largest d·10^k at or below a value.
fn digit_below(value: f64) -> f64 {
    let power = pow(10.0, floor(log10(value) + 1e-12));
    floor(value / power + 1e-9).max(1.0) * power
}

/// The smallest d·10^k at or above a value, to the precision of a histogram's bucket.
fn digit_above(value: f64) -> f64 {
    let power = pow(10.0, floor(log10(value) + 1e-12));
    ceil(value / power - 1e-3) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|t| t.label.as_str()).filter(|l| !l.is_empty()).collect()
    }

    #[test]
    fn linear_axes_step_by_1_2_or_5() {
        let axis = Axis { from: 0.0, to: 100.0, logarithmic: false, start: 0.0, end: 10.0 };
        assert_eq!(labels(&axis.ticks(5)), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(axis.place(50.0), 5.0);
        assert_eq!(axis.place(-3.0), 0.0, "beyond an end goes to the end");
    }

    #[test]
    fn times_that_span_much_are_logarithmic() {
        let axis = time_axis(1_234_567, 20_000_000, 9_876_543_210, 0.0, 100.0);
        assert!(axis.logarithmic && axis.from == 1e6 && axis.to == 1e10, "{axis:?}");
        assert_eq!(labels(&axis.time_ticks(9)), ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
        assert!((axis.place(1e8) - 50.0).abs() < 1e-9);
        let short = time_axis(1_000_000, 20_000_000, 60_000_000, 0.0, 100.0);
        assert!(!short.logarithmic && short.from == 0.0, "{short:?}");
        assert_eq!(labels(&short.time_ticks(6)), ["0", "10", "20", "30", "40", "50", "60"]);
    }

    #[test]
    fn the_bucket_of_a_horizon_does_not_lengthen_the_axis() {
        assert_eq!(time_axis(1_000_000, 9_000_000, 10_003_415_039, 0.0, 1.0).to, 1e10);
    }

    #[test]
    fn degenerate_ranges_still_have_an_axis() {
        for (low, high) in [(0, 0), (0, 1), (5, 5), (1, u64::MAX)] {
            let axis = time_axis(low, low, high, 0.0, 100.0);
            assert!(axis.from < axis.to && axis.place(high as f64).is_finite(), "{low} to {high}: {axis:?}");
            assert!(axis.time_ticks(9).len() < 400);
        }
    }
}
