//! The engine against the reference simulator, run by run: fed with the same draws, they must agree to the last
//! message, on scenarios in which every knob is turned at random.
//!
//! `SYNOD_RUNS` scales the number of runs (100,000 unless it is set).

#[path = "differential/wide.rs"]
mod wide;

mod reference;

use reference::anything::{Points, anything};
use reference::{Draws, Kind, Reply, TieId, measure::runs, simulate};
use synod::check::{Outcome, Verdict};
use synod::paxos::Node;
use synod::run::{Plan, Simulator};
use synod::scenario::Duration;
use synod::scenario::model::*;
use synod::sim::{Address, Distribution, Region, Slot, Words};
use synod::trace::{Answer, Blind};

/// The engine's addressed words, looked up one at a time.
struct Addressed<'s> {
    scenario: &'s Scenario,
    words: Words,
}

impl<'s> Addressed<'s> {
    fn new(scenario: &'s Scenario, seed: u64) -> Self {
        let mut words = Words::new(scenario.proposer.len(), usize::from(scenario.cluster.nodes));
        words.begin_run(seed);
        Addressed { scenario, words }
    }
}

fn sample(delay: &Delay, word: u64) -> u64 {
    let distribution = match delay {
        Delay::Constant(d) => Distribution::Constant(d.ns()),
        Delay::Uniform(d) => Distribution::Uniform { min: d.min.ns(), max: d.max.ns() },
        Delay::Exponential(d) => Distribution::Exponential { mean: d.mean.ns() },
        Delay::Lognormal(d) => Distribution::Lognormal { median: d.median.ns(), sigma: d.sigma },
        Delay::Pareto(d) => Distribution::Pareto { min: d.min.ns(), alpha: d.alpha },
        Delay::ShiftedExponential(d) => {
            Distribution::ShiftedExponential { min: d.min.ns(), mean: d.mean.ns() }
        }
        Delay::Normal(d) => Distribution::Normal { mean: d.mean.ns(), sd: d.sd.ns() },
        Delay::Gamma(d) => Distribution::Gamma { shape: d.shape, scale: d.scale.ns() },
        Delay::Weibull(d) => Distribution::Weibull { shape: d.shape, scale: d.scale.ns() },
        Delay::Empirical(d) => {
            let mut samples: Vec<u64> = d.samples.iter().map(|sample| sample.ns()).collect();
            samples.sort_unstable();
            return samples[((u128::from(word >> 32) * samples.len() as u128) >> 32) as usize];
        }
        Delay::Mixture(_) | Delay::Preset(_) => unimplemented!("not drawn here"),
    };
    distribution.sampler().expect("a distribution").sample((word >> 32) as u32)
}

impl Draws for Addressed<'_> {
    fn start_ns(&mut self, proposer: usize) -> u64 {
        sample(&self.scenario.proposer[proposer].start, self.words.of_attempt(proposer as u8, 1, Slot::START))
    }

    fn message(
        &mut self,
        proposer: usize,
        attempt: u32,
        phase: u8,
        node: u8,
        reply: bool,
        kind: Kind,
        from: u8,
        to: u8,
        now: u64,
    ) -> (u64, bool) {
        let caller = proposer as u8;
        let word = if phase == 3 {
            self.words.announcement(caller, attempt, node)
        } else {
            self.words.of_attempt(caller, attempt, Slot::message(phase, node, reply))
        };
        let (delay, loss) = wide::fate(&self.scenario.network, kind, from, to, now);
        (sample(delay, word), u64::from(word as u32) < loss.threshold())
    }

    fn retry_ns(&mut self, proposer: usize, attempt: u32, failures: u32) -> u64 {
        let word = self.words.of_attempt(proposer as u8, attempt, Slot::BACKOFF);
        match self.scenario.protocol.retry {
            Retry::None => unreachable!("no retry, no delay"),
            Retry::Fixed(fixed) => fixed.delay.ns(),
            Retry::Uniform(uniform) => ((u128::from(uniform.max.ns()) * u128::from(word >> 32)) >> 32) as u64,
            Retry::Exponential(e) => sample(&Delay::Exponential(ExponentialDelay { mean: e.mean }), word),
            Retry::Backoff(b) => {
                let width = (u128::from(b.base.ns()) << (failures - 1).min(64)).min(u128::from(b.cap.ns()));
                ((width * u128::from(word >> 32)) >> 32) as u64
            }
        }
    }

    fn tie(&mut self, what: TieId) -> u64 {
        match what {
            TieId::Message { proposer, attempt, phase: 3, node, .. } => {
                self.words.announcement_tie(proposer as u8, attempt, node)
            }
            TieId::Message { proposer, attempt, phase, node, reply } => {
                self.words.message_tie(proposer as u8, attempt, Slot::message(phase, node, reply))
            }
            TieId::Start { proposer } => self.words.of_attempt(proposer as u8, 1, Slot::START_TIE),
            TieId::Timer { proposer, attempt } => {
                self.words.of_attempt(proposer as u8, attempt, Slot::TIMER_TIE)
            }
            TieId::Submit { index } => {
                self.words.rare(Address { region: Region::Agenda, caller: 0, attempt: index as u32 }, 0)
            }
            TieId::Read { index, k } => self
                .words
                .rare(Address { region: Region::Agenda, caller: 1, attempt: index as u32 }, k as usize),
        }
    }
}

/// What both simulators say of a run, in one form.
fn of_engine(outcome: &Outcome, nodes: &[Node]) -> String {
    let clients: Vec<String> = outcome
        .clients
        .iter()
        .map(|c| match c.answer {
            None => "none".to_owned(),
            Some(Answer::Succeeded { value }) => {
                format!("value {value} at {} counter {}", c.at_ns, c.counter)
            }
            Some(Answer::Failed { phase, count }) => {
                format!("failed {phase}/{count} at {} counter {}", c.at_ns, c.counter)
            }
        })
        .collect();
    let acceptors: Vec<_> = nodes
        .iter()
        .map(|n| {
            let ballot = |b: synod::paxos::Ballot| (b.round(), b.node());
            let vote = n.acceptor.vote;
            (ballot(n.acceptor.promised), ballot(vote.ballot), vote.value().map(|v| usize::from(v.0)))
        })
        .collect();
    format!(
        "{:?} {:?} winner {:?} chosen {:?} at {:?} end {} preemptions {} duel {} timeouts {} attempts {} sent {} lost {} events {} reads {}/{} misled {} clients {clients:?} acceptors {acceptors:?}",
        outcome.verdict,
        outcome.stopped,
        outcome.winner.map(usize::from),
        outcome.chosen.map(usize::from),
        outcome.chosen_at_ns,
        outcome.ended_at_ns,
        outcome.preemptions,
        outcome.duel,
        outcome.timeouts,
        outcome.attempts,
        outcome.messages_sent,
        outcome.messages_lost,
        outcome.events,
        outcome.hazards[0],
        outcome.hazards[2],
        outcome.hazards[1]
    )
}

fn of_reference(o: &reference::Outcome) -> String {
    let clients: Vec<String> = (0..)
        .zip(&o.clients)
        .map(|(i, c)| {
            let at = c.at_ns.unwrap_or(0);
            match c.reply {
                Reply::None => "none".to_owned(),
                Reply::Own => format!("value {i} at {at} counter {}", c.counter),
                Reply::Other(value) => format!("value {value} at {at} counter {}", c.counter),
                Reply::Failed { phase, count } => {
                    format!("failed {phase}/{count} at {at} counter {}", c.counter)
                }
            }
        })
        .collect();
    let acceptors: Vec<_> = o
        .acceptors
        .iter()
        .map(|a| {
            let ballot = |b: Option<reference::Ballot>| b.map_or((0, 0), |b| (b.round, b.id));
            (ballot(a.promised), ballot(a.accepted.map(|(b, _)| b)), a.accepted.map(|(_, v)| v))
        })
        .collect();
    let verdict = match o.verdict {
        reference::Verdict::Decided => Verdict::Decided,
        reference::Verdict::Starved => Verdict::Starved,
        reference::Verdict::Undecided => Verdict::Undecided,
        reference::Verdict::Blocked => Verdict::Blocked,
        reference::Verdict::GaveUp => Verdict::GaveUp,
    };
    format!(
        "{verdict:?} {:?} winner {:?} chosen {:?} at {:?} end {} preemptions {} duel {} timeouts {} attempts {} sent {} lost {} events {} reads {}/{} misled {} clients {clients:?} acceptors {acceptors:?}",
        o.stopped,
        o.winner,
        o.chosen,
        o.chosen_at_ns,
        o.ended_at_ns,
        o.preemptions,
        o.duel,
        o.timeouts,
        o.attempts,
        o.messages_sent,
        o.messages_lost,
        o.events,
        o.unchosen_reads,
        o.stale_reads,
        o.failed_but_chosen
    )
}

/// Runs a seed in both.
#[track_caller]
fn agree(scenario: &Scenario, seed: u64) {
    let plan = Plan::new(scenario).expect("plans");
    let mut simulator = Simulator::new(&plan);
    let outcome = simulator.run(seed, &mut Blind).clone();
    let engine = of_engine(&outcome, simulator.nodes());
    let reference = of_reference(&simulate(scenario, &mut Addressed::new(scenario, seed)));
    let which = || serde_json::to_string(scenario).expect("a scenario");
    assert_eq!(engine, reference, "seed {seed} of {}", which());
    assert!(outcome.violated.is_empty() || scenario.cluster.unsafe_, "seed {seed} of {}", which());
}

#[test]
fn all_knobs_at_random() {
    let mut points = Points(7);
    for seed in 0..runs(1.0) {
        let mut scenario = anything(&mut points);
        scenario.run.livelock = Livelock::Off;
        agree(&scenario, seed);
    }
}

/// The shipped scenarios, many seeds each.
#[test]
fn shipped_scenarios() {
    for shipped in synod::scenario::shipped::ALL {
        let mut scenario = Scenario::parse(shipped.text, shipped.name).expect("valid");
        // The reference knows no scripts.
        if scenario.script.is_some() {
            continue;
        }
        scenario.run.livelock = Livelock::Off;
        if reference::unsupported(&scenario).is_some() {
            continue;
        }
        // A livelock goes on to the horizon: a few such runs are as good as many.
        let many = if scenario.run.horizon.ns() > 1_000_000_000_000 { 2 } else { runs(0.01) };
        scenario.run.horizon = Duration::from_ns(scenario.run.horizon.ns().min(60_000_000_000));
        for seed in 0..many {
            agree(&scenario, seed);
        }
    }
}
