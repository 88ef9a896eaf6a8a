//! What a scenario takes away for certain: messages that are always lost, nodes that are never there, calls that cannot
//! fail. An exploration knows no time, so these are honoured where they hold from the start to the end, and refused
//! where they begin or end in between.
//!
//! Absent on purpose: losses that may happen. A message that is never delivered is lost, in every exploration.

use crate::paxos::NodeId;
use crate::run::detail::Detail;
use crate::scenario::model::{
    self, Fault, Heal, NodeList, OneWay, OwnMessages, Partition, RandomFaults, Scenario,
};
use crate::sim::Cuts;
use crate::trace::Kind;

use super::bounds::{Bounds, ExploreError};
use super::coverage::{Coverage, gives_up, refuse};

const KINDS: [Kind; 5] = [Kind::Prepare, Kind::Promise, Kind::Accept, Kind::Accepted, Kind::Reject];
/// This many words of 2³² mean a loss: all.
const ALWAYS: u64 = 1 << 32;

/// What holds in every state.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    /// By kind and sender: the receivers that its messages never reach, a bit each.
    lost: [Vec<u64>; KINDS.len()],
    /// The same: those of whom they may be lost, of which a blocking caller learns.
    lossy: [Vec<u64>; KINDS.len()],
    /// Nodes that are never there, a bit each.
    down: u64,
    /// Nodes that nobody can call, a bit each.
    unreachable: u64,
    /// Whether calls end by a time-out.
    calls_time_out: bool,
    /// Whether a node calls its own acceptor directly.
    own_instant: bool,
    /// Whether acceptors say no.
    nack: bool,
    /// Whether a proposer gives up for good where its last attempt takes too long.
    pub gives_up: bool,
}

fn bits(nodes: &[u8]) -> u64 {
    nodes.iter().fold(0, |bits, node| bits | 1 << (node & 63))
}

fn listed(list: &Option<NodeList>) -> u64 {
    list.as_ref().map_or(0, |NodeList { nodes }| bits(nodes))
}

/// Refuses a fault that begins or ends in between, unless that is a matter of time alone.
fn lasts(i: usize, fault: &Fault) -> Result<(), ExploreError> {
    if fault.restart.is_some() {
        let why =
            "explore restarts no node; leave out the `restart` (a node that crashes at 0s is never there)";
        return refuse(format!("fault.{i}.restart"), why);
    }
    let kinds = [
        ("partition", fault.partition.is_some()),
        ("one-way", fault.one_way.is_some()),
        ("heal", fault.heal.is_some()),
        ("crash", fault.crash.is_some()),
        ("unreachable", fault.unreachable.is_some()),
    ];
    match kinds.into_iter().find(|&(_, given)| given && fault.at.ns() != 0) {
        None => Ok(()),
        Some((kind, _)) => {
            let why = format!(
                "explore knows no time, so it cannot tell what a `{kind}` at {} meets; put it at 0s, for good, or \
                 leave it out",
                fault.at
            );
            refuse(format!("fault.{i}.{kind}"), why)
        }
    }
}

impl Conditions {
    pub fn new(
        scenario: &Scenario,
        bounds: &Bounds,
        coverage: &mut Coverage,
    ) -> Result<Conditions, ExploreError> {
        let protocol = &scenario.protocol;
        let none = || vec![0; usize::from(scenario.cluster.nodes) + 1];
        let mut it = Conditions {
            lost: std::array::from_fn(|_| none()),
            lossy: std::array::from_fn(|_| none()),
            calls_time_out: protocol.rpc_timeout.is_some(),
            own_instant: protocol.own_messages == OwnMessages::Instant,
            nack: protocol.rejection == model::Rejection::Nack,
            gives_up: gives_up(protocol, bounds),
            ..Conditions::default()
        };
        covers_drawn(scenario, coverage)?;
        let cuts = it.covers_faults(scenario, coverage)?;
        it.lose(scenario)?;
        it.cut(scenario.cluster.nodes, &cuts);
        coverage.absent = it.absent(scenario.cluster.nodes);
        Ok(it)
    }

    /// Whether a message can never arrive.
    pub fn is_lost(&self, kind: Kind, from: NodeId, to: NodeId) -> bool {
        self.lost[kind as usize][usize::from(from)] >> to & 1 != 0 || self.is_down(to) || self.is_down(from)
    }

    pub fn is_down(&self, node: NodeId) -> bool {
        self.down >> node & 1 != 0
    }

    /// Whether anything is lost for certain.
    pub fn loses(&self) -> bool {
        self.down != 0 || self.lost.iter().flatten().any(|&nodes| nodes != 0)
    }

    /// Whether a call can come back without an answer: it took too long, a message of it was lost, nobody can call the
    /// node; or the own acceptor says nothing, of which a direct call learns at once.
    pub fn can_fail(&self, from: NodeId, to: NodeId) -> bool {
        if self.own_instant && from == to {
            return !self.nack;
        }
        let loses = |kind: Kind, from: NodeId, to: NodeId| {
            self.lossy[kind as usize][usize::from(from)] >> to & 1 != 0
        };
        let there = [Kind::Prepare, Kind::Accept].iter().any(|&kind| loses(kind, from, to));
        let back = [Kind::Promise, Kind::Accepted, Kind::Reject].iter().any(|&kind| loses(kind, to, from));
        self.calls_time_out || there || back || self.unreachable >> to & 1 != 0
    }

    /// Faults at given times: cuts, crashes and unreachable nodes from the start to the end are honoured.
    fn covers_faults(&mut self, scenario: &Scenario, coverage: &mut Coverage) -> Result<Cuts, ExploreError> {
        let nodes = ((1u128 << (scenario.cluster.nodes + 1)) - 2) as u64;
        let (mut cuts, mut paused) = (Cuts::default(), 0);
        let mut order: Vec<_> = scenario.fault.iter().enumerate().collect();
        order.sort_by_key(|(_, fault)| fault.at);
        for (i, fault) in order {
            let Fault {
                at: _, // `lasts`
                partition,
                one_way,
                heal,
                crash,
                restart: _, // `lasts`
                pause,
                resume,
                slow,
                clock_rate,
                unreachable,
            } = fault;
            lasts(i, fault)?;
            if let Some(Partition { groups }) = partition {
                let groups: Vec<u64> = groups.iter().map(|group| bits(group)).collect();
                cuts.partition(&groups, nodes);
            }
            if let Some(OneWay { from, to }) = one_way {
                cuts.one_way(bits(from), bits(to));
            }
            if let Some(Heal { nodes }) = heal {
                cuts.heal(nodes.as_ref().map_or(!0, |nodes| bits(nodes)));
            }
            self.down |= listed(crash);
            self.unreachable |= listed(unreachable);
            paused = (paused | listed(pause)) & !listed(resume);
            let times = [
                (pause.is_some(), "pauses"),
                (slow.is_some(), "slow nodes"),
                (clock_rate.is_some(), "the rates of clocks"),
            ];
            for (_, what) in times.into_iter().filter(|(given, _)| *given) {
                note(coverage, what);
            }
        }
        match scenario.fault.iter().position(|fault| listed(&fault.pause) & paused != 0) {
            None => Ok(cuts),
            Some(i) => refuse(
                format!("fault.{i}.pause"),
                "explore takes a pause for a matter of time, and this one has no end; add a `resume`, or write \
                 `crash` at 0s",
            ),
        }
    }

    /// What the network loses, asked of the code that runs ask, at every time at which a link changes.
    fn lose(&mut self, scenario: &Scenario) -> Result<(), ExploreError> {
        let nodes = scenario.cluster.nodes;
        let detail = Detail::new(&scenario.network.with_links(nodes), nodes)?;
        let horizon = scenario.run.horizon.ns();
        for (from, to) in pairs(nodes) {
            let here = scenario.network.link.iter().filter(|link| (link.from, link.to) == (from, to));
            let changes = here.flat_map(|link| [link.from_time, link.until_time]).flatten().map(|at| at.ns());
            let mut times: Vec<u64> = changes.filter(|&at| at <= horizon).chain([0]).collect();
            times.sort_unstable();
            times.dedup();
            for kind in KINDS {
                let losses: Vec<u64> =
                    times.iter().map(|&at| detail.course(at, kind, from, to).fate.loss).collect();
                let total = losses.iter().filter(|&&loss| loss >= ALWAYS).count();
                if total != 0 && total != losses.len() && !(self.own_instant && from == to) {
                    return refuse(
                        "network.link",
                        format!(
                            "explore knows no time, and what goes from {from} to {to} is all lost for a part of it; leave out \
                             `from_time` and `until_time`, or the loss of 1"
                        ),
                    );
                }
                let bit = |is: bool| u64::from(is) << to;
                self.lost[kind as usize][usize::from(from)] |= bit(total != 0);
                self.lossy[kind as usize][usize::from(from)] |= bit(losses.iter().any(|&loss| loss != 0));
            }
        }
        Ok(())
    }

    /// Adds what is cut or cannot be called, and takes away what no network carries.
    fn cut(&mut self, nodes: u8, cuts: &Cuts) {
        for (from, to) in pairs(nodes) {
            for kind in KINDS {
                let asks = matches!(kind, Kind::Prepare | Kind::Accept);
                let is_refused = asks && self.unreachable >> to & 1 != 0;
                let lost = &mut self.lost[kind as usize][usize::from(from)];
                if self.own_instant && from == to {
                    *lost &= !(1 << to);
                } else if cuts.is_cut(from, to) || is_refused {
                    *lost |= 1 << to;
                }
                if cuts.is_cut(from, to) {
                    // Nobody hears of what is cut.
                    self.lossy[kind as usize][usize::from(from)] &= !(1 << to);
                }
            }
        }
    }

    /// In words.
    fn absent(&self, nodes: u8) -> Vec<String> {
        let mut words: Vec<String> =
            (1..=nodes).filter(|&node| self.is_down(node)).map(|node| format!("node {node}")).collect();
        for (from, to) in pairs(nodes).filter(|&(from, to)| !self.is_down(from) && !self.is_down(to)) {
            let lost: Vec<Kind> = KINDS.into_iter().filter(|&kind| self.is_lost(kind, from, to)).collect();
            match lost[..] {
                [] => {}
                _ if lost.len() == KINDS.len() => words.push(format!("every message from {from} to {to}")),
                _ => {
                    let named = |kind: &Kind| {
                        crate::run::routes::model_kind(*kind as usize).map_or("", |it| it.name())
                    };
                    let names: Vec<&str> = lost.iter().map(named).collect();
                    words.push(format!("{} from {from} to {to}", names.join(" and ")));
                }
            }
        }
        words
    }
}

fn pairs(nodes: u8) -> impl Iterator<Item = (u8, u8)> {
    (0..=nodes).flat_map(move |from| (0..=nodes).map(move |to| (from, to))).filter(|&pair| pair != (0, 0))
}

fn note(coverage: &mut Coverage, what: &str) {
    if !coverage.left_out.iter().any(|it| it == what) {
        coverage.left_out.push(what.to_owned());
    }
}

/// Faults that are drawn.
fn covers_drawn(scenario: &Scenario, coverage: &mut Coverage) -> Result<(), ExploreError> {
    let model::Faults { random } = &scenario.faults;
    let Some(random) = random else { return Ok(()) };
    // How long they last is a matter of time.
    let RandomFaults {
        crash_rate,
        downtime: _,
        partition_rate,
        partition_duration: _,
        one_way_rate,
        one_way_duration: _,
        pause_rate,
        pause_duration: _,
        slow_rate,
        slow_duration: _,
        slow_service: _,
        until: _,
    } = random;
    let strikes = |rate: &Option<f64>| rate.is_some_and(|rate| rate > 0.0);
    let refused =
        [("crash_rate", crash_rate), ("partition_rate", partition_rate), ("one_way_rate", one_way_rate)];
    if let Some((key, _)) = refused.into_iter().find(|(_, rate)| strikes(rate)) {
        let why = format!(
            "explore draws nothing, so no fault strikes; leave out `{key}` (`synod swarm` draws faults)"
        );
        return refuse(format!("faults.random.{key}"), why);
    }
    for (rate, what) in [(pause_rate, "pauses"), (slow_rate, "slow nodes")] {
        if strikes(rate) {
            note(coverage, what);
        }
    }
    Ok(())
}
