//! A parameter as an axis: its values to scale where they are numbers or times, else side by side.
//!
//! Absent on purpose: which parameter goes across (`curves`, `trend`).

use super::super::axis::{Axis, Tick};
use super::super::data::SweepReport;
use super::super::names::printable;
use super::super::numbers::time_unit;
use super::super::scene::Point;
use super::super::text::fitted;
use super::super::values::short_value;
use super::frame::TICK;

/// A parameter with a place for each of its values.
pub struct Numeric {
    title: String,
    unit: Option<String>,
    kind: Kind,
    /// As the cells bring them; times in ns, what is no number by its place.
    pub values: Vec<f64>,
}

enum Kind {
    Time,
    Number,
    /// What each value is called.
    Words(Vec<String>),
}

impl Numeric {
    /// Of a parameter's values as scenario files write them; none if one is no number or time, or they do not rise.
    pub fn of(report: &SweepReport, parameter: usize, values: &[&str]) -> Option<Numeric> {
        let numeric = Numeric::in_any_order(report, parameter, values)?;
        let values = &numeric.values;
        let rising = values.windows(2).all(|w| w[0] < w[1]) && values.first().is_some_and(|v| *v >= 0.0);
        rising.then_some(numeric)
    }

    /// Of whatever values: to scale where all are numbers or all are times, else side by side.
    pub fn of_any(report: &SweepReport, parameter: usize, values: &[&str]) -> Numeric {
        Numeric::in_any_order(report, parameter, values).unwrap_or_else(|| {
            let words = values.iter().map(|value| report.value_name(parameter, value)).collect();
            Numeric {
                title: report.parameter_name(parameter),
                unit: None,
                kind: Kind::Words(words),
                values: (0..values.len()).map(|i| i as f64).collect(),
            }
        })
    }

    fn in_any_order(report: &SweepReport, parameter: usize, values: &[&str]) -> Option<Numeric> {
        let texts: Vec<String> = values.iter().map(|value| short_value(value)).collect();
        let of_all = |parse: fn(&str) -> Option<f64>| -> Option<Vec<f64>> {
            texts.iter().map(|text| parse(text)).collect()
        };
        let number = |text: &str| text.parse().ok().filter(|v: &f64| v.is_finite());
        let (kind, values) = match of_all(parse_time) {
            Some(times) => (Kind::Time, times),
            None => (Kind::Number, of_all(number)?),
        };
        let unit = report.layout.unit(parameter).map(str::to_owned);
        Some(Numeric { title: report.parameter_name(parameter), unit, kind, values })
    }

    /// The axis between these ends, so many ticks at most, and its title with the unit.
    pub fn axis(&self, (start, end): Point, most: usize) -> (Axis, Vec<Tick>, String) {
        let from = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let to = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let title = printable(&self.title);
        if let Kind::Words(words) = &self.kind {
            let axis = Axis { from: from - 0.5, to: to + 0.5, logarithmic: false, start, end };
            let room = (end - start) / words.len() as f64 - 7.0;
            let label = |text: &String| fitted(&printable(text), TICK.size, false, room);
            let ticks = words.iter().zip(&self.values);
            return (axis, ticks.map(|(word, &value)| Tick { value, label: label(word) }).collect(), title);
        }
        let to = if from < to { to } else { from + 1.0 };
        let axis = Axis { from, to, logarithmic: from > 0.0 && to / from >= 20.0, start, end };
        let (ticks, unit) = ticks(&axis, matches!(self.kind, Kind::Time), self.unit.as_deref(), most);
        (axis, ticks, format!("{title}{unit}"))
    }
}

/// The ticks of an axis of times or numbers, so many at most, and what its title adds: the unit, given or the fitting one.
pub fn ticks(axis: &Axis, is_time: bool, unit: Option<&str>, most: usize) -> (Vec<Tick>, String) {
    let scale = match unit {
        Some("%") if !is_time => Some(0.01),
        Some(unit) if is_time => time_in(unit),
        Some(_) => Some(1.0),
        None => None,
    };
    match (unit, scale) {
        (Some(unit), Some(scale)) => {
            let scaled = Axis { from: axis.from / scale, to: axis.to / scale, ..*axis };
            let back = |tick: Tick| Tick { value: tick.value * scale, ..tick };
            let log = if axis.logarithmic { ", log scale" } else { "" };
            (scaled.ticks(most).into_iter().map(back).collect(), format!(" ({}{log})", printable(unit)))
        }
        _ if is_time && axis.logarithmic => (axis.time_ticks(most), " (log scale)".to_owned()),
        _ if is_time => (axis.time_ticks(most), format!(" ({})", time_unit(axis.to).0)),
        _ if axis.logarithmic => (axis.ticks(most), " (log scale)".to_owned()),
        _ => (axis.ticks(most), String::new()),
    }
}

/// A duration as scenario files write it, in ns.
fn parse_time(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|c: char| c.is_alphabetic() || c == 'µ')?;
    let scale = time_in(text[split..].trim())?;
    text[..split].trim().parse().ok().filter(|v: &f64| v.is_finite()).map(|v: f64| v * scale)
}

/// A unit of time, in ns.
fn time_in(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1.0,
        "us" | "µs" | "μs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "min" => 60e9,
        "h" => 3600e9,
        _ => return None,
    })
}
