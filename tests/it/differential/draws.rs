//! The engine's own draws, for the reference simulator.
//!
//! Absent on purpose: what is done with them.

use crate::reference::{Draws, Fate, MessageId, TieId};
use synod::scenario::model::*;
use synod::sim::{Address, Distribution, OF_COPY, Rare, Region, Slot, Words, place};

/// The engine's addressed words, looked up one at a time.
pub struct Addressed<'s> {
    scenario: &'s Scenario,
    words: Words,
}

impl<'s> Addressed<'s> {
    pub fn new(scenario: &'s Scenario, seed: u64) -> Self {
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
        Delay::Lognormal(d) => Distribution::Lognormal { median: d.median().ns(), sigma: d.sigma },
        Delay::Pareto(d) => Distribution::Pareto { min: d.min().ns(), alpha: d.alpha },
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

/// The wait that the policy draws from this word after so many failures.
fn policy(retry: &Retry, failures: u32, word: u64) -> u64 {
    match retry {
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

impl Draws for Addressed<'_> {
    fn start_ns(&mut self, proposer: usize) -> u64 {
        sample(&self.scenario.proposer[proposer].start, self.words.of_attempt(proposer as u8, 1, Slot::START))
    }

    fn message(&mut self, m: MessageId, fate: &Fate<'_>) -> (u64, bool) {
        let caller = m.proposer as u8;
        let word = if m.copy {
            // The only message with a draw of its own that is a copy: the answer to one.
            self.words.of_rare(Rare::Duplicates, caller, m.attempt, OF_COPY + place(m.phase, m.node, false))
        } else if m.phase == 3 {
            self.words.announcement(caller, m.attempt, m.node)
        } else {
            self.words.of_attempt(caller, m.attempt, Slot::message(m.phase, m.node, m.reply))
        };
        (sample(fate.delay, word), u64::from(word as u32) < fate.loss.threshold())
    }

    fn copy(&mut self, m: MessageId, fate: &Fate<'_>) -> Option<u64> {
        let place = place(m.phase, m.node, m.reply);
        let word = self.words.of_rare(Rare::Duplicates, m.proposer as u8, m.attempt, place);
        (u64::from(word as u32) < fate.duplicate.threshold()).then(|| sample(fate.delay, word))
    }

    fn service_ns(&mut self, m: MessageId, service: &Delay) -> u64 {
        let place = if m.copy { OF_COPY } else { 0 } + place(m.phase, m.node, m.reply);
        sample(service, self.words.of_rare(Rare::Service, m.proposer as u8, m.attempt, place))
    }

    fn restart_ns(&mut self, proposer: usize, nth: u32, failures: u32) -> u64 {
        let word = self.words.of_rare(Rare::Restarts, proposer as u8, nth, 0);
        policy(&self.scenario.protocol.retry, failures, word)
    }

    fn retry_ns(&mut self, proposer: usize, attempt: u32, failures: u32) -> u64 {
        let word = self.words.of_attempt(proposer as u8, attempt, Slot::BACKOFF);
        policy(&self.scenario.protocol.retry, failures, word)
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
