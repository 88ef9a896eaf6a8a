//! What the lab measures: how often its clients meet at all, and why a client is told FAILED.
//!
//! Every run is watched: the time from each first attempt to its answer, and of an attempt that fails, which nodes said
//! no to whose higher number, and which calls failed. Absent on purpose: shares and intervals; whoever prints makes them.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use crate::many::{BadRun, Driver, Runner, STRETCH, Seeds, Stopped};
use crate::run::{Meeting, Plan, Progress};
use crate::trace::{Answer, BallotId, Event, Kind, NodeId, Observer, ProposerId};

/// What many runs come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meetings {
    /// Runs.
    pub runs: u64,
    /// Runs in which two submissions were under way at the same time.
    pub met: u64,
    /// By winner (none at the end): runs in which they did not meet, and in which they did.
    pub winners: Vec<[u64; 2]>,
    /// Runs that met in which another won than whoever began first.
    pub overtaken: u64,
    /// Runs in which nothing was chosen.
    pub undecided: u64,
    /// Every kind of failure that a client was told, its runs, and the first seed.
    pub failures: BTreeMap<Cause, (u64, u64)>,
}

/// Why a client was told FAILED.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Whose client.
    pub proposer: ProposerId,
    /// 1 or 2.
    pub phase: u8,
    /// Promises or accepts.
    pub count: u8,
    /// Nodes that had promised a higher number.
    pub refused: Vec<NodeId>,
    /// Whose numbers those were, as far as the answers say.
    pub by: Vec<ProposerId>,
    /// Nodes that the call did not reach, or that did not answer.
    pub unreached: Vec<NodeId>,
}

impl Meetings {
    /// No runs yet, of so many proposers.
    fn of(proposers: usize) -> Meetings {
        Meetings { winners: vec![[0; 2]; proposers + 1], ..Meetings::default() }
    }

    /// Adds a run.
    fn add(&mut self, seed: u64, winner: Option<usize>, watch: Watch) {
        let met = watch.meeting.met();
        self.runs += 1;
        self.met += u64::from(met);
        self.winners[winner.unwrap_or(watch.homes.len())][usize::from(met)] += 1;
        self.undecided += u64::from(winner.is_none());
        self.overtaken +=
            u64::from(met && winner.is_some() && winner != watch.meeting.began_first().map(usize::from));
        for cause in watch.causes {
            self.failures.entry(cause).or_insert((0, seed)).0 += 1;
        }
    }

    /// Adds runs whose seeds come after these.
    fn merge(&mut self, later: Meetings) {
        self.runs += later.runs;
        self.met += later.met;
        self.winners.iter_mut().flatten().zip(later.winners.iter().flatten()).for_each(|(a, b)| *a += b);
        self.undecided += later.undecided;
        self.overtaken += later.overtaken;
        for (cause, (runs, first)) in later.failures {
            self.failures.entry(cause).or_insert((0, first)).0 += runs;
        }
    }
}

/// Runs seeds `first..first + count` on the current threads and watches; those up to the first that was not run if `stop` is
/// set.
///
/// # Errors
/// Where time stands still in a run.
pub fn meetings(
    plan: &Plan,
    (nodes, homes): (u8, &[NodeId]),
    (first, count): (u64, u64),
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Meetings, BadRun> {
    let driver = Driver { progress, stop };
    let stretch = |seeds: Seeds| {
        let (mut runner, mut found) = (Runner::new(driver, plan, 0), Meetings::of(homes.len()));
        for seed in seeds.iter() {
            let mut watch = Watch::new(nodes, homes);
            let winner = runner.run(seed, &mut watch)?.winner;
            found.add(seed, winner.map(usize::from), watch);
        }
        Ok(found)
    };
    let mut all = Meetings::of(homes.len());
    let take = |found| {
        all.merge(found);
        Ok(())
    };
    Stopped::or_partial(driver.fold(Seeds { first, count }, STRETCH, stretch, take))?;
    Ok(all)
}

/// One run under watch.
struct Watch<'a> {
    nodes: u8,
    homes: &'a [NodeId],
    meeting: Meeting,
    /// Of each proposer, what its running phase has met.
    calls: Vec<Calls>,
    ballots: BTreeMap<BallotId, ProposerId>,
    causes: Vec<Cause>,
}

#[derive(Clone, Debug, Default)]
struct Calls {
    ballot: BallotId,
    yes: Vec<NodeId>,
    refused: Vec<NodeId>,
    by: Vec<ProposerId>,
}

impl<'a> Watch<'a> {
    fn new(nodes: u8, homes: &'a [NodeId]) -> Self {
        Watch {
            nodes,
            homes,
            meeting: Meeting::default(),
            calls: vec![Calls::default(); homes.len()],
            ballots: BTreeMap::new(),
            causes: Vec::new(),
        }
    }

    /// Why a proposer's attempt failed, as far as the answers say.
    fn cause(&self, p: ProposerId, phase: u8, count: u8) -> Cause {
        let (it, home) = (&self.calls[usize::from(p)], self.homes[usize::from(p)]);
        let mut cause = Cause {
            proposer: p,
            phase,
            count,
            refused: it.refused.clone(),
            by: it.by.clone(),
            ..Cause::default()
        };
        for node in (1..=self.nodes).filter(|node| !it.yes.contains(node) && !it.refused.contains(node)) {
            // The own node always answers, so it said no.
            if node == home { cause.refused.push(node) } else { cause.unreached.push(node) }
        }
        cause.refused.sort_unstable();
        cause.by.sort_unstable();
        cause.by.dedup();
        cause
    }
}

impl Observer for Watch<'_> {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.meeting.on(at_ns, event);
        match *event {
            Event::Started { proposer, ballot, .. } => {
                self.ballots.insert(ballot, proposer);
                self.calls[usize::from(proposer)] = Calls { ballot, ..Calls::default() };
            }
            Event::Proposed { proposer, ballot, .. } => {
                self.calls[usize::from(proposer)] = Calls { ballot, ..Calls::default() };
            }
            // The own acceptor's answer is no message: its state changes, or does not.
            Event::Promised { node, ballot } | Event::Voted { node, ballot, .. } => {
                for (it, _) in self
                    .calls
                    .iter_mut()
                    .zip(self.homes)
                    .filter(|(it, home)| it.ballot == ballot && **home == node)
                {
                    if !it.yes.contains(&node) {
                        it.yes.push(node);
                    }
                }
            }
            Event::Delivered { message } if message.id.reply => {
                let Some(it) = self.calls.get_mut(usize::from(message.id.proposer)) else { return };
                if it.ballot != message.ballot {
                    return;
                }
                match message.kind {
                    Kind::Promise | Kind::Accepted => it.yes.push(message.id.node),
                    Kind::Reject => {
                        it.refused.push(message.id.node);
                        it.by.extend(self.ballots.get(&message.about));
                    }
                    _ => {}
                }
            }
            Event::Answered { proposer, answer: Answer::Failed { phase, count }, .. } => {
                let cause = self.cause(proposer, phase, count);
                self.causes.push(cause);
            }
            _ => {}
        }
    }
}
