//! Draws from a small generator in plain `f64` arithmetic, for statistics without the engine.
//!
//! Absent on purpose: addressed draws and exact bits; only the distributions are the engine's.

use synod::scenario::model::{Delay, Retry, Scenario};
use synod::scenario::units::Probability;

use super::{Draws, Fate, MessageId, TieId};

/// One run's draws.
pub struct Sampler<'a> {
    scenario: &'a Scenario,
    state: u64,
    key: u64,
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl<'a> Sampler<'a> {
    /// The draws of this run of the scenario.
    pub fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let key = mix(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x53_594e_4f44);
        Sampler { scenario, state: key, key: mix(!key) }
    }

    /// Uniform on (0, 1).
    fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((mix(self.state) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -libm::log(self.unit())
    }

    fn delay(&mut self, delay: &Delay) -> u64 {
        match delay {
            Delay::Constant(d) => d.ns(),
            Delay::Uniform(u) => u.min.ns() + ((u.max.ns() - u.min.ns()) as f64 * self.unit()) as u64,
            Delay::Exponential(e) => (e.mean.ns() as f64 * self.exponential()) as u64,
            Delay::Lognormal(l) => {
                let radius = libm::sqrt(2.0 * self.exponential());
                let normal = radius * libm::cos(std::f64::consts::TAU * self.unit());
                (l.median().ns() as f64 * libm::exp(l.sigma * normal)) as u64
            }
            Delay::Pareto(p) => (p.min().ns() as f64 * libm::pow(self.unit(), -1.0 / p.alpha)) as u64,
            #[allow(unreachable_patterns, reason = "the closed forms need no other distribution")]
            _ => unimplemented!("this delay"),
        }
    }

    fn happens(&mut self, p: Probability) -> bool {
        p.threshold() > 0 && self.unit() * 4_294_967_296.0 < p.threshold() as f64
    }
}

impl Draws for Sampler<'_> {
    fn start_ns(&mut self, proposer: usize) -> u64 {
        let scenario = self.scenario;
        self.delay(&scenario.proposer[proposer].start)
    }

    fn message(&mut self, _which: MessageId, fate: &Fate<'_>) -> (u64, bool) {
        (self.delay(fate.delay), self.happens(fate.loss))
    }

    fn copy(&mut self, _which: MessageId, fate: &Fate<'_>) -> Option<u64> {
        self.happens(fate.duplicate).then(|| self.delay(fate.delay))
    }

    fn service_ns(&mut self, _which: MessageId, service: &Delay) -> u64 {
        self.delay(service)
    }

    fn restart_ns(&mut self, proposer: usize, _nth: u32, failures: u32) -> u64 {
        self.retry_ns(proposer, 0, failures)
    }

    fn retry_ns(&mut self, _proposer: usize, _attempt: u32, failures: u32) -> u64 {
        match self.scenario.protocol.retry {
            Retry::None => unreachable!("nothing is retried"),
            Retry::Fixed(f) => f.delay.ns(),
            Retry::Uniform(u) => (u.max.ns() as f64 * self.unit()) as u64,
            Retry::Exponential(e) => (e.mean.ns() as f64 * self.exponential()) as u64,
            Retry::Backoff(b) => {
                let doubled = u128::from(b.base.ns()) << (failures - 1).min(63);
                let ceiling = doubled.min(u128::from(b.cap.ns()));
                (ceiling as f64 * self.unit()) as u64
            }
        }
    }

    fn tie(&mut self, what: TieId) -> u64 {
        let parts = match what {
            TieId::Message { proposer, attempt, phase, node, reply } => {
                [1, proposer as u64, u64::from(attempt), u64::from(phase), u64::from(node), u64::from(reply)]
            }
            TieId::Start { proposer } => [2, proposer as u64, 0, 0, 0, 0],
            TieId::Timer { proposer, attempt } => [3, proposer as u64, u64::from(attempt), 0, 0, 0],
            TieId::Submit { index } => [4, index as u64, 0, 0, 0, 0],
            TieId::Read { index, k } => [5, index as u64, u64::from(k), 0, 0, 0],
        };
        parts.into_iter().fold(self.key, |hash, part| mix(hash ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }
}
