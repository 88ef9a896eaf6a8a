//! The network's keys: delays and their distributions, losses, overrides per kind and link.
//!
//! Absent on purpose: sampling.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scenario::units::{Duration, Probability};

/// Delays, losses and duplicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Network {
    /// One-way delay of every message without an override.
    pub delay: Delay,
    /// Probability that a message is lost.
    pub loss: Probability,
    /// Probability that a message arrives twice.
    pub duplicate: Probability,
    /// Overrides per message kind.
    pub kind: BTreeMap<Kind, LinkFate>,
    /// Overrides per directed link; the last one that matches a message wins, key by key, over `kind`.
    pub link: Vec<Link>,
}

/// The kind of a protocol message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Phase 1a.
    Prepare,
    /// Phase 1b.
    Promise,
    /// Phase 2a.
    Accept,
    /// Phase 2b.
    Accepted,
    /// The refusal of either phase.
    Reject,
}

/// What may be overridden for a kind of message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LinkFate {
    /// One-way delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// Loss probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Probability>,
    /// Duplication probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Probability>,
}

/// An override for one directed link. Node 0 stands for all proposers that live on no node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Link {
    /// The sender's node, 0..=nodes.
    #[schemars(range(max = 63))]
    pub from: u8,
    /// The receiver's node, 0..=nodes.
    #[schemars(range(max = 63))]
    pub to: u8,
    /// Only for this kind of message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// One-way delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Delay>,
    /// Loss probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Probability>,
    /// Duplication probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Probability>,
    /// Whether messages of this link may not overtake each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fifo: Option<bool>,
    /// In force from this time (inclusive); absent: from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_time: Option<Duration>,
    /// In force until this time (exclusive); absent: to the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_time: Option<Duration>,
}

/// The distribution of a delay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
}

/// A uniform delay on [min, max).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UniformDelay {
    /// Lower end.
    pub min: Duration,
    /// Upper end.
    pub max: Duration,
}

/// An exponential delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExponentialDelay {
    /// The mean.
    pub mean: Duration,
}

/// A lognormal delay: median · exp(sigma · Z).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LognormalDelay {
    /// The median.
    pub median: Duration,
    /// Standard deviation of the logarithm; above 0, at most 10.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 10))]
    pub sigma: f64,
}

/// A Pareto delay: min · U^(−1/alpha).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParetoDelay {
    /// The smallest delay.
    pub min: Duration,
    /// The tail index; at least 0.1.
    #[schemars(range(min = 0.1))]
    pub alpha: f64,
}

impl Kind {
    /// As files write it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Prepare => "prepare",
            Kind::Promise => "promise",
            Kind::Accept => "accept",
            Kind::Accepted => "accepted",
            Kind::Reject => "reject",
        }
    }
}
