//! A parameter whose values are numbers, as an axis.

use super::super::axis::{Axis, Tick};
use super::super::numbers::time_unit;
use super::super::scene::Point;
use super::super::values::short_value;

/// A parameter, if all its values are rising numbers or times.
pub struct Numeric {
    title: String,
    is_time: bool,
    /// As the cells bring them; times in ns.
    pub values: Vec<f64>,
}

impl Numeric {
    /// Of the values as scenario files write them; none if one is no number, or they do not rise.
    pub fn of(title: &str, values: &[&str]) -> Option<Numeric> {
        let texts: Vec<String> = values.iter().map(|value| short_value(value)).collect();
        let (is_time, values) = match texts.iter().map(|t| parse_time(t)).collect::<Option<Vec<f64>>>() {
            Some(times) => (true, times),
            None => (
                false,
                texts
                    .iter()
                    .map(|t| t.parse().ok().filter(|v: &f64| v.is_finite()))
                    .collect::<Option<_>>()?,
            ),
        };
        let rising = values.windows(2).all(|w| w[0] < w[1]) && values.first().is_some_and(|v| *v >= 0.0);
        rising.then(|| Numeric { title: title.to_owned(), is_time, values })
    }

    /// The axis between these ends, so many ticks at most, and its title with the unit.
    pub fn axis(&self, (start, end): Point, most: usize) -> (Axis, Vec<Tick>, String) {
        let (from, to) = (self.values[0], self.values[self.values.len() - 1]);
        let axis = Axis { from, to, logarithmic: from > 0.0 && to / from >= 20.0, start, end };
        let (ticks, unit) = match (self.is_time, axis.logarithmic) {
            (true, true) => (axis.time_ticks(most), " (log scale)".to_string()),
            (true, false) => (axis.time_ticks(most), format!(" ({})", time_unit(to).0)),
            (false, true) => (axis.ticks(most), " (log scale)".to_string()),
            (false, false) => (axis.ticks(most), String::new()),
        };
        (axis, ticks, format!("{}{unit}", self.title))
    }
}

/// A duration as scenario files write it, in ns.
fn parse_time(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|c: char| c.is_alphabetic() || c == 'µ')?;
    let scale = match text[split..].trim() {
        "ns" => 1.0,
        "us" | "µs" | "μs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "min" => 60e9,
        "h" => 3600e9,
        _ => return None,
    };
    text[..split].trim().parse().ok().filter(|v: &f64| v.is_finite()).map(|v: f64| v * scale)
}
