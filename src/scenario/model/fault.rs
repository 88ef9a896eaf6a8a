//! Faults: those at given times, and the rates at which others are drawn.
//!
//! A program that makes up schedules builds them with the functions of [`Fault`]. Absent on purpose: what they do.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Delay;
use crate::scenario::units::Duration;

/// A fault at a given time; exactly one of the keys beside `at`. It takes effect before anything else of its instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fault {
    /// When.
    pub at: Duration,
    /// Cuts the cluster in groups; takes the place of an earlier partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<Partition>,
    /// Cuts single directions: nothing passes from `from` to `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_way: Option<OneWay>,
    /// Mends cut links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heal: Option<Heal>,
    /// Nodes go down. Promise, vote and round counter survive; running attempts and what a learner knew do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crash: Option<NodeList>,
    /// Nodes that are down come up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<NodeList>,
    /// Nodes stand still: what arrives queues up, timers are late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<NodeList>,
    /// Nodes that stand still go on, first with what has queued up, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<NodeList>,
    /// Nodes take time over every message that arrives, one after the other: a queue, in which each waits for those before
    /// it. For a delay that each message has for itself write `[[network.node]]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow: Option<Slow>,
    /// The clocks of nodes run at another rate: time-outs and retries that begin from now on are stretched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_rate: Option<ClockRate>,
    /// Nodes that nobody can call any more (wrong key, stopped server): calls fail at once with an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<NodeList>,
}

/// A set of nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeList {
    /// Node numbers, 1..=nodes.
    pub nodes: Vec<u8>,
}

/// Who still talks to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Partition {
    /// Lists of node numbers. Two nodes talk exactly if some group holds both, so that groups that overlap make a
    /// bridge. Nodes that no group names are one group more. 0, the proposers on no node, is cut off only where
    /// some group names it.
    pub groups: Vec<Vec<u8>>,
}

/// Directed cuts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OneWay {
    /// The senders, 0..=nodes.
    pub from: Vec<u8>,
    /// Those whom they can't reach any more, 0..=nodes.
    pub to: Vec<u8>,
}

/// Which links are mended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Heal {
    /// All links from and to these nodes, 0..=nodes; absent: all links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<u8>>,
}

/// Slow nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Slow {
    /// Node numbers, 1..=nodes.
    pub nodes: Vec<u8>,
    /// How long a message takes to be handled, once those before it are; `{ constant = "0s" }` makes the nodes fast again.
    pub service: Delay,
}

/// Clocks that are wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClockRate {
    /// Node numbers, 1..=nodes.
    pub nodes: Vec<u8>,
    /// How fast they run, 0.001 to 1000: at 2.0 a time-out of 100 ms ends after 50 ms. Rounded to millionths.
    #[cfg_attr(feature = "schema", schemars(range(min = 0.001, max = 1000.0)))]
    pub rate: f64,
}

/// Faults that no time is given for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// Faults that are drawn from rates, anew for each seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random: Option<RandomFaults>,
}

/// The rates of drawn faults. Each kind strikes after exponential times, lasts, ends, and may strike again; a rate that
/// is absent or 0 means that it never strikes. Rates are per second, at most 1000000.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case", default)]
pub struct RandomFaults {
    /// Crashes per second of each node that is up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crash_rate: Option<f64>,
    /// From a crash to the restart; absent: 100 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downtime: Option<Delay>,
    /// Partitions per second; each divides the nodes in two, all divisions equally likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_rate: Option<f64>,
    /// How long a partition lasts; absent: 100 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_duration: Option<Delay>,
    /// One-way cuts per second; each keeps one side of a division from reaching the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_way_rate: Option<f64>,
    /// How long a one-way cut lasts; absent: 100 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_way_duration: Option<Delay>,
    /// Pauses per second of each node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_rate: Option<f64>,
    /// How long a pause lasts; absent: 100 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_duration: Option<Delay>,
    /// Slow spells per second of each node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_rate: Option<f64>,
    /// How long a slow spell lasts; absent: 100 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_duration: Option<Delay>,
    /// How long a slow node takes over a message, one after the other; absent: 10 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_service: Option<Delay>,
    /// No fault begins at this time or later; those that have begun end. Absent: the horizon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Duration>,
}

impl Fault {
    fn new(at: Duration) -> Self {
        Fault { at, ..Fault::default() }
    }
    /// A partition in these groups.
    pub fn partition(at: Duration, groups: Vec<Vec<u8>>) -> Self {
        Fault { partition: Some(Partition { groups }), ..Fault::new(at) }
    }
    /// A cut of single directions.
    pub fn one_way(at: Duration, from: Vec<u8>, to: Vec<u8>) -> Self {
        Fault { one_way: Some(OneWay { from, to }), ..Fault::new(at) }
    }
    /// Mends the links of these nodes, or all.
    pub fn heal(at: Duration, nodes: Option<Vec<u8>>) -> Self {
        Fault { heal: Some(Heal { nodes }), ..Fault::new(at) }
    }
    /// Takes nodes down.
    pub fn crash(at: Duration, nodes: Vec<u8>) -> Self {
        Fault { crash: Some(NodeList { nodes }), ..Fault::new(at) }
    }
    /// Brings nodes up.
    pub fn restart(at: Duration, nodes: Vec<u8>) -> Self {
        Fault { restart: Some(NodeList { nodes }), ..Fault::new(at) }
    }
    /// Makes nodes stand still.
    pub fn pause(at: Duration, nodes: Vec<u8>) -> Self {
        Fault { pause: Some(NodeList { nodes }), ..Fault::new(at) }
    }
    /// Lets nodes go on.
    pub fn resume(at: Duration, nodes: Vec<u8>) -> Self {
        Fault { resume: Some(NodeList { nodes }), ..Fault::new(at) }
    }
    /// Makes nodes slow.
    pub fn slow(at: Duration, nodes: Vec<u8>, service: Delay) -> Self {
        Fault { slow: Some(Slow { nodes, service }), ..Fault::new(at) }
    }
    /// Sets the rate of clocks.
    pub fn clock_rate(at: Duration, nodes: Vec<u8>, rate: f64) -> Self {
        Fault { clock_rate: Some(ClockRate { nodes, rate }), ..Fault::new(at) }
    }
    /// Makes nodes unreachable for good.
    pub fn unreachable(at: Duration, nodes: Vec<u8>) -> Self {
        Fault { unreachable: Some(NodeList { nodes }), ..Fault::new(at) }
    }

    /// The keys beside `at` that are given; a valid fault has one.
    pub fn kinds(&self) -> Vec<&'static str> {
        let given = [
            ("partition", self.partition.is_some()),
            ("one-way", self.one_way.is_some()),
            ("heal", self.heal.is_some()),
            ("crash", self.crash.is_some()),
            ("restart", self.restart.is_some()),
            ("pause", self.pause.is_some()),
            ("resume", self.resume.is_some()),
            ("slow", self.slow.is_some()),
            ("clock-rate", self.clock_rate.is_some()),
            ("unreachable", self.unreachable.is_some()),
        ];
        given.into_iter().filter_map(|(kind, is)| is.then_some(kind)).collect()
    }
}

impl RandomFaults {
    /// Key and value of each rate, per second.
    pub fn rates(&self) -> [(&'static str, Option<f64>); 5] {
        [
            ("crash_rate", self.crash_rate),
            ("partition_rate", self.partition_rate),
            ("one_way_rate", self.one_way_rate),
            ("pause_rate", self.pause_rate),
            ("slow_rate", self.slow_rate),
        ]
    }
    /// Key and value of each duration.
    pub fn durations(&self) -> [(&'static str, Option<&Delay>); 6] {
        [
            ("downtime", self.downtime.as_ref()),
            ("partition_duration", self.partition_duration.as_ref()),
            ("one_way_duration", self.one_way_duration.as_ref()),
            ("pause_duration", self.pause_duration.as_ref()),
            ("slow_duration", self.slow_duration.as_ref()),
            ("slow_service", self.slow_service.as_ref()),
        ]
    }
    /// The same, to be changed.
    pub fn durations_mut(&mut self) -> [(&'static str, &mut Option<Delay>); 6] {
        [
            ("downtime", &mut self.downtime),
            ("partition_duration", &mut self.partition_duration),
            ("one_way_duration", &mut self.one_way_duration),
            ("pause_duration", &mut self.pause_duration),
            ("slow_duration", &mut self.slow_duration),
            ("slow_service", &mut self.slow_service),
        ]
    }
    /// Whether any fault is ever drawn.
    pub fn strike(&self) -> bool {
        self.rates().iter().any(|(_, rate)| rate.is_some_and(|rate| rate > 0.0))
    }
}
