//! The network's keys: delays, losses, duplicates, overrides per kind and link.
//!
//! Absent on purpose: the distributions of delays (`delay`), and sampling.

use std::collections::BTreeMap;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Delay;
use crate::scenario::units::{Duration, Probability};

/// Delays, losses and duplicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
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
    /// Overrides per node, for the messages that it sends and that are sent to it: a shorthand for its links. Over `kind`,
    /// under `link`; of two that match a message the last one wins, key by key.
    pub node: Vec<NodeFate>,
    /// Overrides per directed link; the last one that matches a message wins, key by key, over `kind` and `node`.
    pub link: Vec<Link>,
}

/// An override for all links of one node. Each message meets its own delay, and none waits for another: for a node that
/// works off its messages one after the other write a fault `slow`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct NodeFate {
    /// The node, 1..=nodes.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 63)))]
    pub node: u8,
    /// Which of its messages.
    #[serde(default, skip_serializing_if = "Direction::is_both")]
    pub direction: Direction,
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
}

/// Which messages of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Those that it sends and those that are sent to it.
    #[default]
    Both,
    /// Those that it sends: its answers, and the requests of proposers that live on it.
    From,
    /// Those that are sent to it: requests, and the answers to its proposers.
    To,
}

impl Direction {
    fn is_both(&self) -> bool {
        *self == Direction::Both
    }
}

impl NodeFate {
    /// How many links it stands for, in a cluster of so many nodes.
    pub fn count(&self, nodes: u8) -> usize {
        let each = usize::from(nodes) + 1;
        if self.direction == Direction::Both { 2 * each - 1 } else { each }
    }

    /// The links that it stands for: with every node, its own included (`own_messages = "network"`), and with the
    /// proposers on none.
    fn links(&self, nodes: u8) -> impl Iterator<Item = Link> + '_ {
        let sent = (0..=nodes).map(|other| (self.node, other)).filter(|_| self.direction != Direction::To);
        let own = move |other: &u8| *other != self.node || self.direction == Direction::To;
        let got = (0..=nodes).filter(own).map(|other| (other, self.node));
        let got = got.filter(|_| self.direction != Direction::From);
        sent.chain(got).map(|(from, to)| Link {
            from,
            to,
            kind: self.kind,
            delay: self.delay.clone(),
            loss: self.loss,
            duplicate: self.duplicate,
            fifo: None,
            from_time: None,
            until_time: None,
        })
    }
}

impl Network {
    /// Every delay that it names.
    pub fn delays(&self) -> impl Iterator<Item = &Delay> {
        let kinds = self.kind.values().filter_map(|fate| fate.delay.as_ref());
        let nodes = self.node.iter().filter_map(|fate| fate.delay.as_ref());
        let links = self.link.iter().filter_map(|link| link.delay.as_ref());
        [&self.delay].into_iter().chain(kinds).chain(nodes).chain(links)
    }

    /// The first key that has messages arrive twice, with dots and places in lists; by exhaustive patterns, so that a key which
    /// is added to networks is seen here.
    pub fn key_of_copies(&self) -> Option<String> {
        let Network { delay: _, loss: _, duplicate, kind, node, link } = self;
        let mut copies = vec![("network.duplicate".to_owned(), Some(*duplicate))];
        for (kind, LinkFate { delay: _, loss: _, duplicate }) in kind {
            copies.push((format!("network.kind.{}.duplicate", kind.name()), *duplicate));
        }
        for (i, fate) in node.iter().enumerate() {
            let NodeFate { node: _, direction: _, kind: _, delay: _, loss: _, duplicate } = fate;
            copies.push((format!("network.node.{i}.duplicate"), *duplicate));
        }
        for (i, link) in link.iter().enumerate() {
            copies.push((format!("network.link.{i}.duplicate"), link.duplicate));
        }
        copies.into_iter().find(|(_, p)| p.is_some_and(|p| p.threshold() > 0)).map(|(key, _)| key)
    }

    /// The same network, with links in the place of what `node` says.
    pub fn with_links(&self, nodes: u8) -> Network {
        let of_nodes = self.node.iter().flat_map(|fate| fate.links(nodes));
        let link = of_nodes.chain(self.link.iter().cloned()).collect();
        Network { node: Vec::new(), link, ..self.clone() }
    }
}

/// The kind of a protocol message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Link {
    /// The sender's node, 0..=nodes.
    #[cfg_attr(feature = "schema", schemars(range(max = 63)))]
    pub from: u8,
    /// The receiver's node, 0..=nodes.
    #[cfg_attr(feature = "schema", schemars(range(max = 63)))]
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
