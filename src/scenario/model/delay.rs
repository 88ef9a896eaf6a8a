//! Distributions of delays, and presets of networks.
//!
//! Absent on purpose: sampling, and the presets' values (`presets`).

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scenario::units::{Duration, Probability, Unit};

/// The distribution of a delay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Delay {
    /// Always the same.
    Constant(Duration),
    /// Uniform on [min, max).
    Uniform(UniformDelay),
    /// Exponential.
    Exponential(ExponentialDelay),
    /// Lognormal.
    Lognormal(LognormalDelay),
    /// Pareto (type I).
    Pareto(ParetoDelay),
    /// A smallest delay and an exponential part.
    ShiftedExponential(ShiftedExponentialDelay),
    /// Normal, given that it is not negative.
    Normal(NormalDelay),
    /// Gamma.
    Gamma(GammaDelay),
    /// Weibull.
    Weibull(WeibullDelay),
    /// One of several, by their weights.
    Mixture(Vec<MixturePart>),
    /// Measured: each sample is as likely.
    Empirical(EmpiricalDelay),
    /// A network that is known by name; its delays may differ by kind of message.
    Preset(Preset),
}

/// A uniform delay on [min, max).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UniformDelay {
    /// Lower end.
    pub min: Duration,
    /// Upper end.
    pub max: Duration,
}

/// An exponential delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExponentialDelay {
    /// The mean.
    pub mean: Duration,
}

/// A lognormal delay: median · exp(sigma · Z). Either `median` or `mean` is given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("minProperties" = 2, "maxProperties" = 2)))]
#[serde(deny_unknown_fields)]
pub struct LognormalDelay {
    /// The median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<Duration>,
    /// The mean, from which the median is reckoned: mean · exp(−sigma² / 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Duration>,
    /// Standard deviation of the logarithm; above 0, at most 10.
    #[cfg_attr(feature = "schema", schemars(extend("exclusiveMinimum" = 0, "maximum" = 10)))]
    pub sigma: f64,
}

impl LognormalDelay {
    /// Of this median.
    pub fn of_median(median: Duration, sigma: f64) -> Self {
        LognormalDelay { median: Some(median), mean: None, sigma }
    }

    /// The median, of a mean to the nearest nanosecond.
    pub fn median(&self) -> Duration {
        let of_mean = |mean| scaled(mean, libm::exp(-self.sigma * self.sigma / 2.0));
        self.median.or(self.mean.map(of_mean)).unwrap_or_default()
    }
}

/// A Pareto delay: min · U^(−1/alpha). Either `min` or `mean` is given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema), schemars(extend("minProperties" = 2, "maxProperties" = 2)))]
#[serde(deny_unknown_fields)]
pub struct ParetoDelay {
    /// The smallest delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Duration>,
    /// The mean, from which the smallest delay is reckoned: mean · (alpha − 1) / alpha; only with an alpha above 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Duration>,
    /// The tail index; at least 0.1. Near 1 much of the mean is in delays that are too rare to be drawn: those beyond one in
    /// 2^32 are not.
    #[cfg_attr(feature = "schema", schemars(range(min = 0.1)))]
    pub alpha: f64,
}

impl ParetoDelay {
    /// Of this smallest delay.
    pub fn of_min(min: Duration, alpha: f64) -> Self {
        ParetoDelay { min: Some(min), mean: None, alpha }
    }

    /// The smallest delay, of a mean to the nearest nanosecond.
    pub fn min(&self) -> Duration {
        let of_mean = |mean| scaled(mean, (self.alpha - 1.0) / self.alpha);
        self.min.or(self.mean.map(of_mean)).unwrap_or_default()
    }
}

/// A duration times a factor up to 1, to the nearest nanosecond; 0 of none below 0.
fn scaled(duration: Duration, factor: f64) -> Duration {
    Duration::from_ns(libm::round(duration.ns() as f64 * factor) as u64)
}

/// min + an exponential delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShiftedExponentialDelay {
    /// The smallest delay.
    pub min: Duration,
    /// The mean of the exponential part alone; above 0.
    pub mean: Duration,
}

/// A normal delay, drawn again while it is negative (truncated at 0, not cut off there).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NormalDelay {
    /// The mean before the truncation.
    pub mean: Duration,
    /// The standard deviation before the truncation; above 0.
    pub sd: Duration,
}

/// A gamma delay; its mean is shape · scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GammaDelay {
    /// The shape k, 0.1 to 1000; 1 is the exponential.
    #[cfg_attr(feature = "schema", schemars(range(min = 0.1, max = 1000.0)))]
    pub shape: f64,
    /// The scale θ; above 0.
    pub scale: Duration,
}

/// A Weibull delay: scale · (−ln U)^(1/shape).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WeibullDelay {
    /// The shape k, 0.1 to 1000; 1 is the exponential, below 1 the tail is heavier.
    #[cfg_attr(feature = "schema", schemars(range(min = 0.1, max = 1000.0)))]
    pub shape: f64,
    /// The scale λ, exceeded with probability 1/e; above 0.
    pub scale: Duration,
}

/// One distribution of a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MixturePart {
    /// How often, in relation to the other parts' weights; above 0.
    #[cfg_attr(feature = "schema", schemars(extend("exclusiveMinimum" = 0)))]
    pub weight: f64,
    /// Its delay; no preset.
    pub delay: Delay,
}

/// Measured delays: either `samples`, or `file`, `column` and `unit`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EmpiricalDelay {
    /// The samples, in any order; 1 to 20000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Duration>,
    /// A CSV file with a header line, its path relative to the folder of the scenario; at most 16 MiB. What is read
    /// takes the place of the name: the samples are part of the scenario's hash and of its traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column, by the name in the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The unit of the column's numbers; they are rounded to whole nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// What a line of the file means that holds no delay: 0, a negative number, nothing, or a word as `timeout`.
    #[serde(skip_serializing_if = "Missing::is_refuse")]
    pub missing: Missing,
    /// Whether the file's numbers are round trips: half of each is the delay one way, as if both ways took the same.
    #[serde(skip_serializing_if = "is_false")]
    pub round_trip: bool,
    /// Share of the messages with this delay that are lost, besides those that the network's `loss` takes; below 1. A file
    /// read with `missing = "lost"` gives it.
    #[serde(skip_serializing_if = "is_never")]
    pub lost: Probability,
}

fn is_false(it: &bool) -> bool {
    !it
}

fn is_never(it: &Probability) -> bool {
    *it == Probability::ZERO
}

/// What a line of a file of samples means that holds no delay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// Nothing that is known: the file is refused, with the lines.
    #[default]
    Refuse,
    /// A lost message: the share of such lines becomes `lost`.
    Lost,
}

impl Missing {
    fn is_refuse(&self) -> bool {
        *self == Missing::Refuse
    }
}

impl Delay {
    /// Share of the messages with this delay that are lost by it.
    pub fn lost(&self) -> Probability {
        match self {
            Delay::Empirical(it) => it.lost,
            _ => Probability::ZERO,
        }
    }
}

/// A network that is known by name. The size of each has a source; where the spread has none, it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// One computer: 0.1 ms each way, half of the lab's call of 0.2 ms without Nagle's algorithm (constant).
    Loopback,
    /// The lab's call on one computer: a request takes 44 ms, for Nagle's algorithm holds its second small write back
    /// until a delayed acknowledgement; a reply takes 0.2 ms (constants, measured in the lab).
    LabLoopback,
    /// One data centre: median 0.25 ms, half of the round trip of 0.5 ms in Dean, "Designs, Lessons and Advice from
    /// Building Large Distributed Systems" (LADIS 2009). Lognormal; sigma 0.25 is our assumption.
    Lan,
    /// Two regions of one continent's cloud: median 50 ms, half of the round trip of some 100 ms that the AMPLab
    /// reports between EC2 regions ("Latencies Gone Wild!", 2011). Lognormal; sigma 0.1 is our assumption.
    CrossRegion,
    /// Two continents: median 75 ms, half of the round trip of 150 ms from California to the Netherlands and back in
    /// Dean (LADIS 2009). Lognormal; sigma 0.05 is our assumption.
    Intercontinental,
    /// One hop over a geostationary satellite: uniform from 239.6 ms (ground station below it) to 279 ms (at the edge
    /// of its view), propagation alone, RFC 2488 section 2. The uniform spread is our assumption.
    Satellite,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the same mean, 10 ms: worked out with 30 digits.
    #[test]
    fn the_mean_gives_the_other_parameter() {
        let mean = Some(Duration::from_ms(10));
        let median = |sigma| LognormalDelay { median: None, mean, sigma }.median().ns();
        assert_eq!([median(0.5), median(1.0), median(2.0)], [8_824_969, 6_065_307, 1_353_353]);
        let min = |alpha| ParetoDelay { min: None, mean, alpha }.min().ns();
        assert_eq!([min(1.25), min(1.5), min(3.0)], [2_000_000, 3_333_333, 6_666_667]);
        assert_eq!([min(1.0), min(0.5), median(10.0)], [0, 0, 0]);
        assert_eq!(LognormalDelay::of_median(Duration::from_ms(7), 1.0).median(), Duration::from_ms(7));
        assert_eq!(ParetoDelay::of_min(Duration::from_ms(7), 1.5).min(), Duration::from_ms(7));
    }
}
