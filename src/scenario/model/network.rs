//! The network's keys: delays, losses, duplicates, overrides per kind and link.
//!
//! Absent on purpose: the distributions of delays (`delay`), and sampling.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Delay;
use crate::scenario::units::{Duration, Probability};

/// Delays, losses and duplicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Network {
    /// One-way delay of every message without an override.
    pub delay: Delay,
    /// Probability that a message is lost.
    pub loss: Probability,
    /// Probability that a message that is not lost arrives twice; the copy has a delay of its own.
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
