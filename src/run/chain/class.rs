//! What exact figures make of each key of a scenario: it is honoured, or refused by name; nothing is passed over.
//!
//! Every table is taken apart key by key, so that a key that is added to the model does not compile here until it is
//! decided. Absent on purpose: the laws of times (`law`).

use crate::scenario::model::{
    Cluster, Fault, Faults, Handlers, Link, Mutant, Network, Proposer, Protocol, Run, Scenario, Submit,
};

use super::error::{NotExact, refuse};

/// Proposers at most, for what is told of each is part of a state.
const MOST_PROPOSERS: usize = 6;
/// Acceptors at most.
const MOST_NODES: u8 = 9;

/// Goes through every key but those of times.
pub(in crate::run) fn admit(scenario: &Scenario) -> Result<(), NotExact> {
    let Scenario {
        title: _,
        file: _,
        cluster,
        proposer,
        submit,
        protocol,
        network,
        script,
        fault,
        faults,
        read,
        run,
        // Neither says anything of a run.
        expect: _,
        sweep: _,
    } = scenario;
    if script.is_some() {
        return refuse("script", "a script has one course, and no probabilities; leave out [script]");
    }
    if let Some(Submit { proposer: _, value: _, at: _ }) = submit.first() {
        return refuse("submit", "exact knows one submission of each proposer; leave out [[submit]]");
    }
    if !read.is_empty() {
        return refuse("read", "exact reads nothing; leave out [[read]]");
    }
    admit_faults(fault, faults)?;
    admit_cluster(cluster, proposer)?;
    admit_protocol(protocol)?;
    admit_network(network)?;
    // Where a run stops decides what clients are told; the limits are held against what lasts longer.
    let Run { horizon: _, stop: _, ties: _, livelock: _, max_events: _ } = run;
    Ok(())
}

fn admit_faults(fault: &[Fault], faults: &Faults) -> Result<(), NotExact> {
    let Faults { random } = faults;
    if !fault.is_empty() {
        return refuse("fault", "a fault at a given time is no step of a chain; leave out [[fault]]");
    }
    if random.is_some() {
        return refuse("faults.random", "exact knows no faults; leave out [faults.random]");
    }
    Ok(())
}

fn admit_cluster(cluster: &Cluster, proposers: &[Proposer]) -> Result<(), NotExact> {
    let Cluster { nodes, quorum: _, unsafe_: _ } = cluster;
    let (prepare, accept) = cluster.quorum_sizes();
    if prepare + accept <= *nodes {
        return refuse(
            "cluster.quorum",
            "quorums that need not meet may choose two values, and exact knows of one; raise the sizes",
        );
    }
    if *nodes > MOST_NODES {
        let why = format!("exact follows every state: at most {MOST_NODES} nodes");
        return refuse("cluster.nodes", why);
    }
    if proposers.len() > MOST_PROPOSERS {
        return refuse("proposer", format!("exact follows every state: at most {MOST_PROPOSERS} proposers"));
    }
    for Proposer { name: _, node: _, value: _, start: _, initial_round: _ } in proposers {}
    Ok(())
}

fn admit_protocol(protocol: &Protocol) -> Result<(), NotExact> {
    let Protocol {
        // Followed as they are.
        transport: _,
        ballots: _,
        rejection: _,
        repeated: _,
        give_up: _,
        advance: _,
        local_preemption: _,
        own_messages: _,
        max_attempts: _,
        // `law`
        retry: _,
        // Learners are told after the choice, and no figure is of them.
        announce: _,
        phase_timeout,
        attempt_timeout,
        rpc_timeout,
        handlers,
        mutant,
    } = protocol;
    let times = [
        ("phase_timeout", phase_timeout),
        ("attempt_timeout", attempt_timeout),
        ("rpc_timeout", rpc_timeout),
    ];
    if let Some((key, _)) = times.iter().find(|(_, time)| time.is_some()) {
        let key = format!("protocol.{key}");
        let why = format!("`{key}` is a constant time: exact needs times without a memory; leave it out");
        return refuse(key, why);
    }
    if *handlers != Handlers::Atomic {
        return refuse("protocol.handlers", "exact runs every handler at one go; leave out `handlers`");
    }
    if *mutant != Mutant::None {
        return refuse("protocol.mutant", "exact follows the correct protocol alone; leave out `mutant`");
    }
    Ok(())
}

fn admit_network(network: &Network) -> Result<(), NotExact> {
    // Delays and losses: `law`.
    // Copies: `key_of_copies`.
    let Network { delay: _, loss: _, duplicate: _, kind: _, node: _, link } = network;
    for (i, link) in link.iter().enumerate() {
        let Link { from: _, to: _, kind: _, delay: _, loss: _, duplicate: _, fifo, from_time, until_time } =
            link;
        if *fifo == Some(true) {
            let why = "exact lets every message overtake every other; leave out `fifo`";
            return refuse(format!("network.link.{i}.fifo"), why);
        }
        let windows = [("from_time", from_time), ("until_time", until_time)];
        if let Some((key, _)) = windows.iter().find(|(_, time)| time.is_some()) {
            let why = format!("a link that changes at a given time is no step of a chain; leave out `{key}`");
            return refuse(format!("network.link.{i}.{key}"), why);
        }
    }
    match network.key_of_copies() {
        None => Ok(()),
        Some(key) => {
            let why = format!("exact knows no second copies of a message; leave out `{key}`");
            refuse(key, why)
        }
    }
}
