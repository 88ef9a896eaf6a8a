//! What an exploration makes of each key of a scenario: it honours it, refuses it, or says that it left it out.
//!
//! Every table is taken apart key by key, so that a key that is added to the model does not compile here until it is
//! decided. Absent on purpose: losses and faults (`conditions`), mutants (`mutant`).

use crate::scenario::model::{
    Cluster, Delay, GiveUp, Handlers, Link, Network, OwnMessages, Proposer, Protocol, Retry, Run, Scenario,
    Transport,
};

use super::bounds::{Bounds, ExploreError};
use super::conditions::Conditions;
use super::message::HIGHEST_ROUND;
use super::mutant::refuse_idle;

/// Attempts of each proposer where nobody says otherwise and the scenario allows as many.
const ATTEMPTS: u8 = 2;

/// How the orders that are explored differ from the runs of the scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// What the scenario takes away for certain: nodes that are never there, messages that never arrive.
    pub absent: Vec<String>,
    /// What an exploration does not look at, for it visits every order whatever they are: times, above all.
    pub left_out: Vec<String>,
    /// Whether attempts end by time-outs in what is explored.
    pub timeouts: bool,
    /// What is explored beyond what the scenario does.
    pub wider: Vec<String>,
    /// What the scenario does beyond what is explored.
    pub narrower: Vec<String>,
}

/// Refuses a key, named with dots and places in lists (`network.link.0.fifo`).
pub(super) fn refuse<T>(key: impl Into<String>, why: impl Into<String>) -> Result<T, ExploreError> {
    Err(ExploreError::Outside { key: key.into(), why: why.into() })
}

impl Bounds {
    /// The attempts to explore of each proposer where nobody names a number: as many as the scenario allows, at most 2.
    pub fn usual_attempts(scenario: &Scenario) -> u8 {
        attempts_allowed(&scenario.protocol).map_or(ATTEMPTS, |most| most.min(u32::from(ATTEMPTS)) as u8)
    }
}

/// Goes through every key.
pub(super) fn coverage(scenario: &Scenario, bounds: &Bounds) -> Result<(Coverage, Conditions), ExploreError> {
    let Scenario {
        title: _,
        file: _,
        cluster,
        proposer,
        submit,
        protocol,
        network,
        script,
        fault: _,  // `conditions`
        faults: _, // `conditions`
        read,
        run,
        expect,
        sweep,
    } = scenario;
    if bounds.after_script && script.is_none() {
        return refuse("script", "there is no [script] to begin after; add one, or leave out --after-script");
    }
    if script.is_some() && !bounds.after_script {
        return refuse(
            "script",
            "a script is one order of deliveries, and explore visits all; leave out [script], or begin where it ends \
             (--after-script)",
        );
    }
    if !submit.is_empty() {
        return refuse("submit", "explore knows one submission of each proposer; leave out [[submit]]");
    }
    if !read.is_empty() {
        return refuse(
            "read",
            "explore reads nothing; leave out [[read]], or look at single runs (`synod run`)",
        );
    }
    let mut coverage = Coverage::default();
    covers_run(run, &mut coverage);
    for (given, table) in [(expect.is_some(), "[expect]"), (sweep.is_some(), "the cells of [sweep]")] {
        if given {
            coverage.left_out.push(table.to_owned());
        }
    }
    covers_size(cluster, proposer, bounds)?;
    if proposer.iter().any(|Proposer { start, .. }| *start != Delay::zero()) {
        coverage.left_out.push("starts".to_owned());
    }
    covers_protocol(protocol, bounds, &mut coverage)?;
    refuse_idle(scenario, bounds)?;
    covers_network(network, bounds, &mut coverage)?;
    let conditions = Conditions::new(scenario, bounds, &mut coverage)?;
    if bounds.restarts > 0 {
        let why = "restarts of any node at any moment (the scenario has none)";
        coverage.wider.push(why.to_owned());
    }
    coverage.timeouts = bounds.timeouts && (bounds.attempts > 1 || conditions.gives_up);
    if protocol.own_messages == OwnMessages::Instant && proposer.iter().any(|it| it.node != 0) {
        let why = "messages of a node to itself that are late (`own_messages = \"instant\"`)";
        coverage.wider.push(why.to_owned());
    }
    Ok((coverage, conditions))
}

fn covers_run(run: &Run, coverage: &mut Coverage) {
    // All of it is when a run ends, and which of two events of one instant comes first.
    let Run { horizon: _, stop: _, ties: _, livelock: _, max_events: _ } = run;
    coverage.left_out.extend(["delays", "when a run ends", "ties"].map(String::from));
}

fn covers_size(cluster: &Cluster, proposers: &[Proposer], bounds: &Bounds) -> Result<(), ExploreError> {
    let Cluster { nodes, quorum: _, unsafe_: _ } = cluster;
    let mut highest = 0;
    for (p, proposer) in proposers.iter().enumerate() {
        let Proposer { name: _, node: _, value: _, start: _, initial_round } = proposer;
        if *initial_round > HIGHEST_ROUND / 2 {
            let key = format!("proposer.{p}.initial_round");
            return refuse(key, "explore knows rounds up to 500; lower `initial_round`");
        }
        highest = highest.max(*initial_round);
    }
    if proposers.len() > 8 || *nodes > 9 {
        let key = if *nodes > 9 { "cluster.nodes" } else { "proposer" };
        return refuse(
            key,
            "explore visits every state: more than 8 proposers or 9 nodes would take for ever",
        );
    }
    // Each attempt passes the highest round by one at most.
    if highest + proposers.len() as u32 * u32::from(bounds.attempts) >= HIGHEST_ROUND {
        let why = "explore knows rounds up to 1000, and so many attempts can pass that; lower --attempts";
        return refuse("proposer", why);
    }
    Ok(())
}

/// Attempts of a submission, if there is a limit.
fn attempts_allowed(protocol: &Protocol) -> Option<u32> {
    if protocol.retry == Retry::None { Some(1) } else { protocol.max_attempts }
}

/// Whether a proposer gives up for good where its last attempt takes too long.
pub(super) fn gives_up(protocol: &Protocol, bounds: &Bounds) -> bool {
    let times_out = protocol.phase_timeout.is_some() || protocol.attempt_timeout.is_some();
    let ends = attempts_allowed(protocol).is_some_and(|most| most <= u32::from(bounds.attempts));
    times_out && ends && bounds.timeouts
}

fn covers_protocol(
    protocol: &Protocol,
    bounds: &Bounds,
    coverage: &mut Coverage,
) -> Result<(), ExploreError> {
    let Protocol {
        // Explored as they are.
        transport: Transport::Broadcast | Transport::Sequential,
        ballots: _,
        rejection: _,
        repeated: _,
        give_up: GiveUp::FirstReject | GiveUp::QuorumImpossible | GiveUp::TimeoutOnly | GiveUp::AllReplies,
        advance: _,
        local_preemption: _,
        // How many attempts there are, and the waits between them.
        retry,
        max_attempts: _, // `covers_attempts`
        phase_timeout,
        attempt_timeout,
        rpc_timeout,
        announce,
        own_messages: OwnMessages::Instant | OwnMessages::Network,
        handlers,
        mutant: _, // `mutant`
    } = protocol;
    if *announce {
        let why = "explore announces nothing, so it cannot say what learners learn; leave out `announce`";
        return refuse("protocol.announce", why);
    }
    if *handlers != Handlers::Atomic {
        let why = "explore runs every handler at one go; leave out `handlers`";
        return refuse("protocol.handlers", why);
    }
    if *retry != Retry::None {
        coverage.left_out.push("waits between attempts".to_owned());
    }
    let timeouts = [("phase_timeout", phase_timeout), ("attempt_timeout", attempt_timeout)];
    if let Some((key, _)) = timeouts.iter().find(|(_, timeout)| timeout.is_some() && !bounds.timeouts) {
        let why = format!("--no-timeouts passes over `{key}`; leave out one of the two");
        return refuse(format!("protocol.{key}"), why);
    }
    let times_out = timeouts.iter().any(|(_, timeout)| timeout.is_some());
    if times_out || rpc_timeout.is_some() {
        coverage.left_out.push("how long time-outs are".to_owned());
    }
    if bounds.timeouts && !times_out && bounds.attempts > 1 {
        let why = "time-outs of attempts (the scenario has none; --no-timeouts excludes them)";
        coverage.wider.push(why.to_owned());
    }
    covers_attempts(protocol, u32::from(bounds.attempts), coverage);
    Ok(())
}

fn covers_attempts(protocol: &Protocol, attempts: u32, coverage: &mut Coverage) {
    let set_by = if protocol.retry == Retry::None { "`retry = \"none\"`" } else { "`max_attempts`" };
    match attempts_allowed(protocol) {
        Some(most) if most < attempts => {
            coverage
                .wider
                .push(format!("attempts beyond the {most} that {set_by} allows (--attempts {most})"));
        }
        Some(most) if most == attempts => {}
        _ => coverage.narrower.push(format!("attempts beyond {attempts} (--attempts allows for more)")),
    }
}

fn covers_network(network: &Network, bounds: &Bounds, coverage: &mut Coverage) -> Result<(), ExploreError> {
    // Delays are a matter of time; what the losses come to is found out by `conditions`.
    // Copies: `key_of_copies`.
    let Network { delay: _, loss: _, duplicate: _, kind: _, node: _, link } = network;
    for (i, link) in link.iter().enumerate() {
        let Link { from: _, to: _, kind: _, delay: _, loss: _, duplicate: _, fifo, from_time, until_time } =
            link;
        if *fifo == Some(true) {
            let why = "explore lets every message overtake every other; leave out `fifo`";
            return refuse(format!("network.link.{i}.fifo"), why);
        }
        let window = "from when and until when links are overridden";
        if (from_time.is_some() || until_time.is_some()) && !coverage.left_out.iter().any(|it| it == window) {
            coverage.left_out.push(window.to_owned());
        }
    }
    match (network.key_of_copies(), bounds.duplicates) {
        (Some(key), false) => {
            let why = format!(
                "give --duplicates, which lets every message arrive any number of times, or leave out `{key}`"
            );
            return refuse(key, why);
        }
        (Some(_), true) => coverage.wider.push("copies of any message, in any number".to_owned()),
        (None, true) => coverage.wider.push("copies (the scenario has none)".to_owned()),
        (None, false) => {}
    }
    Ok(())
}
