//! Durations and probabilities as scenario files write them, exact and validated at parse time.
//!
//! Absent on purpose: floating-point time. A duration is an integer number of nanoseconds, read from decimal
//! text without rounding; a probability is a threshold on 32 random bits.

#[cfg(feature = "schema")]
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::escape::{short_number, shown};

/// The units of a duration and their nanoseconds. The order is that in which [`Duration`]'s `Display` prefers
/// them among texts of one length: seconds before minutes, because `120s` compares at a glance with `90s`.
const UNITS: [(&str, u64); 6] = [
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];
/// What a message offers as units.
const UNIT_WORDS: &str = "ns, us, ms, s, min, h";

/// A unit of time, as files name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Microseconds.
    Us,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
}

impl Unit {
    /// In nanoseconds.
    pub const fn ns(self) -> u64 {
        match self {
            Unit::Ns => 1,
            Unit::Us => 1_000,
            Unit::Ms => 1_000_000,
            Unit::S => 1_000_000_000,
        }
    }
}

/// A span of virtual time, in nanoseconds, from 0 to [`Duration::MAX`]. Written as a decimal number with a
/// unit and nothing between them: `"0.25ms"`. `µs` is read as `us`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// The longest duration that a file may name: 2^57 ns, about 4.5 years. Eight of them add up in a `u64`.
    pub const MAX: Duration = Duration(1 << 57);
    /// No time at all.
    pub const ZERO: Duration = Duration(0);
    /// From nanoseconds. No scenario is valid that has one above [`Duration::MAX`]; for what never happens leave its key out.
    pub const fn from_ns(ns: u64) -> Self {
        Duration(ns)
    }
    /// From milliseconds; what no `u64` of nanoseconds can hold is the longest that it can.
    pub const fn from_ms(ms: u64) -> Self {
        Duration(ms.saturating_mul(1_000_000))
    }
    /// In nanoseconds.
    pub const fn ns(self) -> u64 {
        self.0
    }
}

/// Of virtual time as of any other; what no `u64` of nanoseconds can hold is the longest that it can.
impl From<std::time::Duration> for Duration {
    fn from(span: std::time::Duration) -> Self {
        Duration(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
    }
}

impl FromStr for Duration {
    type Err = UnitError;

    /// Reads `"44ms"`. Fails on a missing or unknown unit, a sign, a fraction of a nanosecond, or more than
    /// [`Duration::MAX`].
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() && !fraction.contains('.') => (whole, fraction),
            Some(_) => return Err(UnitError::not_a_duration(text)),
            None => (number, ""),
        };
        if whole.is_empty() {
            return Err(UnitError::not_a_duration(text));
        }
        let unit_ns = match unit {
            "" => return Err(UnitError::bare(text)),
            "µs" | "μs" => 1_000,
            _ => match UNITS.iter().find(|(name, _)| *name == unit) {
                Some((_, ns)) => *ns,
                None => return Err(UnitError::unknown_unit(text, unit)),
            },
        };
        exact_ns(whole, fraction, unit_ns)
            .map_err(|why| UnitError(format!("{} {why}", shown(text))))
            .map(Duration)
    }
}

const LONGER: &str = "is longer than a file may name; the longest duration is 2^57 ns, about 4.5 years";

/// `whole.fraction` units, in nanoseconds.
fn exact_ns(whole: &str, fraction: &str, unit_ns: u64) -> Result<u64, String> {
    let too_long = || LONGER.to_string();
    let uneven = || "is no whole number of nanoseconds; drop digits until it is".to_string();
    let fraction = fraction.trim_end_matches('0');
    // No unit has more than 13 factors of ten, so a longer fraction can't come out even.
    if fraction.len() > 13 {
        return Err(uneven());
    }
    let whole_ns = whole.parse::<u128>().ok().and_then(|w| w.checked_mul(u128::from(unit_ns)));
    let scale = 10u128.pow(fraction.len() as u32);
    let scaled = if fraction.is_empty() { 0 } else { fraction.parse::<u128>().map_err(|_| uneven())? };
    let part = scaled * u128::from(unit_ns);
    if part % scale != 0 {
        return Err(uneven());
    }
    let total = whole_ns.and_then(|w| w.checked_add(part / scale)).ok_or_else(too_long)?;
    match u64::try_from(total) {
        Ok(ns) if ns <= Duration::MAX.0 => Ok(ns),
        _ => Err(too_long()),
    }
}

impl fmt::Display for Duration {
    /// The shortest text that reads back as the same duration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let best = UNITS
            .iter()
            .filter_map(|&(unit, ns)| Some(decimal(self.0, ns)? + unit))
            .min_by_key(|text| (text.len(), text.contains('.')));
        f.write_str(best.as_deref().unwrap_or("0s"))
    }
}

/// `ns / unit_ns` as a decimal number, if it is a finite one.
fn decimal(ns: u64, unit_ns: u64) -> Option<String> {
    let (whole, mut rest) = (ns / unit_ns, u128::from(ns % unit_ns));
    let mut text = whole.to_string();
    if rest > 0 {
        text.push('.');
    }
    for _ in 0..13 {
        if rest == 0 {
            break;
        }
        rest *= 10;
        text.push(char::from(b'0' + (rest / u128::from(unit_ns)) as u8));
        rest %= u128::from(unit_ns);
    }
    (rest == 0).then_some(text)
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        match *self {
            it if it > Duration::MAX => Err(S::Error::custom(format_args!("{it} {LONGER}"))),
            it => serializer.serialize_u64(it.0),
        }
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DurationVisitor)
    }
}

struct DurationVisitor;

impl de::Visitor<'_> for DurationVisitor {
    type Value = Duration;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration such as \"44ms\"")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        text.parse().map_err(E::custom)
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Duration, E> {
        Err(E::custom(UnitError::bare(&number.to_string())))
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Duration, E> {
        Err(E::custom(UnitError::bare(&number.to_string())))
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Duration, E> {
        Err(E::custom(UnitError::bare(&short_number(number))))
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^[0-9]+(\.[0-9]+)?(ns|us|µs|μs|ms|s|min|h)$",
            "description": "A span of virtual time: a decimal number with a unit (ns, us, ms, s, min, h); \
                            a whole number of nanoseconds, at most 2^57 of them.",
            "examples": ["44ms", "0.25ms", "2s"],
        })
    }
}

/// A probability in [0, 1], kept as written; compared with random bits through [`Probability::threshold`].
/// Its resolution is 2^-32.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize)]
pub struct Probability(f64);

impl Probability {
    /// 0: it never happens.
    pub const ZERO: Probability = Probability(0.0);
    /// Fails unless `p` is in [0, 1] and 32 random bits can tell it from 0 and from 1.
    pub fn new(p: f64) -> Result<Self, UnitError> {
        if !(0.0..=1.0).contains(&p) {
            return Err(UnitError(format!(
                "`{}` is not a probability; write a number from 0 to 1",
                short_number(p)
            )));
        }
        let it = Probability(p + 0.0); // -0.0 becomes 0.0, so that the scenario hash can't tell them apart
        let never = p > 0.0 && it.threshold() == 0;
        let always = p < 1.0 && it.threshold() == 1 << 32;
        if never || always {
            return Err(UnitError(format!(
                "`{}` can't be told from {} by 32 random bits; write that instead",
                short_number(p),
                if never { 0 } else { 1 }
            )));
        }
        Ok(it)
    }
    /// As written.
    pub const fn get(self) -> f64 {
        self.0
    }
    /// The chance that one of two independent events happens.
    #[must_use]
    pub fn or(self, other: Probability) -> Probability {
        match (self.0, other.0) {
            (0.0, it) | (it, 0.0) => Probability(it),
            (a, b) => Probability(a + (1.0 - a) * b),
        }
    }
    /// The number of 32-bit words, of 2^32, for which the event happens.
    pub fn threshold(self) -> u64 {
        (self.0 * 4_294_967_296.0 + 0.5) as u64
    }
}

impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ProbabilityVisitor)
    }
}

struct ProbabilityVisitor;

impl de::Visitor<'_> for ProbabilityVisitor {
    type Value = Probability;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number from 0 to 1")
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Probability, E> {
        Probability::new(number).map_err(E::custom)
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Probability, E> {
        self.visit_f64(number as f64)
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Probability, E> {
        self.visit_f64(number as f64)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Probability, E> {
        let percent = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
        match percent.filter(|percent| (0.0..=100.0).contains(percent)) {
            Some(percent) => Err(E::custom(format!(
                "{} is no number from 0 to 1; write {}",
                shown(text),
                short_number(percent / 100.0)
            ))),
            None => Err(E::invalid_type(de::Unexpected::Str(text), &self)),
        }
    }
}

#[cfg(feature = "schema")]
impl JsonSchema for Probability {
    fn schema_name() -> Cow<'static, str> {
        "Probability".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "number", "minimum": 0, "maximum": 1,
            "description": "A probability; its resolution is 2^-32.",
        })
    }
}

/// Why a text is no duration, or a number no probability; says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnitError(String);

impl UnitError {
    fn not_a_duration(text: &str) -> Self {
        UnitError(format!("{} is not a duration; write a number and a unit, as \"0.25ms\"", shown(text)))
    }
    fn bare(number: &str) -> Self {
        let number = number.strip_prefix('-').unwrap_or(number);
        UnitError(format!(
            "`{number}` has no unit; write \"{number}ms\" or \"{number}s\" (units: {UNIT_WORDS})"
        ))
    }
    fn unknown_unit(text: &str, unit: &str) -> Self {
        let hint = match unit.trim().to_lowercase().as_str() {
            "sec" | "secs" | "second" | "seconds" => "s",
            "msec" | "millis" | "millisecond" | "milliseconds" => "ms",
            "usec" | "micros" | "microsecond" | "microseconds" => "us",
            "m" | "mins" | "minute" | "minutes" => "min",
            "hr" | "hour" | "hours" => "h",
            known => UNITS.iter().map(|(name, _)| *name).find(|name| *name == known).unwrap_or(""),
        };
        let number = &text[..text.len() - unit.len()];
        let hint = if hint.is_empty() { String::new() } else { format!("; write \"{number}{hint}\"") };
        UnitError(format!("{} has no known unit{hint} (units: {UNIT_WORDS})", shown(text)))
    }
}

#[cfg(test)]
#[path = "units_tests.rs"]
mod tests;
