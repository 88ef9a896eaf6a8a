//! Delays from 32 random bits, losses from another 32.
//!
//! One word makes one sample by monotone inversion, for every distribution. Absent on purpose: where the bits come
//! from (`words`) and how files name distributions (`scenario`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::gamma::gamma_quantile;
use super::mathematics;
use super::mixture::Pieces;
use super::normal::{normal_cdf, normal_quantile};
use super::table::QuantileTable;

/// Samples are cut off here, about 36 years: later than any horizon, and safe to add to any time.
pub const MAX_DELAY_NS: u64 = 1 << 60;

/// The distribution of a delay; times in ns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(u64),
    /// Uniform on the integers min ≤ t < max.
    Uniform {
        /// Lower end.
        min: u64,
        /// Upper end.
        max: u64,
    },
    /// Exponential.
    Exponential {
        /// The mean.
        mean: u64,
    },
    /// median · exp(sigma · Z) with Z standard normal.
    Lognormal {
        /// The median.
        median: u64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// min · U^(−1/alpha) (Pareto type I).
    Pareto {
        /// The smallest value.
        min: u64,
        /// The tail index.
        alpha: f64,
    },
    /// min + an exponential part.
    ShiftedExponential {
        /// The smallest value.
        min: u64,
        /// The mean of the exponential part.
        mean: u64,
    },
    /// Normal, given that it is not negative.
    Normal {
        /// The mean before the truncation.
        mean: u64,
        /// The standard deviation before the truncation.
        sd: u64,
    },
    /// Gamma.
    Gamma {
        /// The shape.
        shape: f64,
        /// The scale.
        scale: u64,
    },
    /// scale · (−ln U)^(1/shape).
    Weibull {
        /// The shape.
        shape: f64,
        /// The scale.
        scale: u64,
    },
}

/// Parameters that make no distribution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{distribution:?} is no distribution: {why}")]
pub struct DistributionError {
    /// What was asked for.
    pub distribution: Distribution,
    /// Why it is refused.
    pub why: &'static str,
}

impl Distribution {
    /// The quantile in ns: below it (above it, if `upper`) lies probability `p`, 0 < p ≤ ½.
    ///
    /// Both tails are given by their own probability, so that neither loses digits.
    pub fn quantile_ns(&self, p: f64, upper: bool) -> f64 {
        match *self {
            Distribution::Constant(ns) => ns as f64,
            Distribution::Uniform { min, max } => {
                min as f64 + (max - min) as f64 * if upper { 1.0 - p } else { p }
            }
            Distribution::Exponential { mean } => {
                mean as f64 * if upper { -libm::log(p) } else { -libm::log1p(-p) }
            }
            Distribution::Lognormal { median, sigma } => {
                let z = normal_quantile(p);
                median as f64 * libm::exp(sigma * if upper { -z } else { z })
            }
            Distribution::Pareto { min, alpha } => {
                let log_survival = if upper { libm::log(p) } else { libm::log1p(-p) };
                min as f64 * libm::exp(-log_survival / alpha)
            }
            Distribution::ShiftedExponential { min, mean } => {
                min as f64 + Distribution::Exponential { mean }.quantile_ns(p, upper)
            }
            Distribution::Normal { mean, sd } => {
                let (mean, sd) = (mean as f64, sd as f64);
                // What is left of the upper tail, all of which the truncation keeps.
                let kept = normal_cdf(mean / sd);
                let above = kept * if upper { p } else { 1.0 - p };
                let below = normal_cdf(-mean / sd) + kept * p;
                let z = if !upper && below < 0.5 { normal_quantile(below) } else { -normal_quantile(above) };
                (mean + sd * z).max(0.0)
            }
            Distribution::Gamma { shape, scale } => scale as f64 * gamma_quantile(shape, p, upper),
            Distribution::Weibull { shape, scale } => {
                let log_survival = if upper { libm::log(p) } else { libm::log1p(-p) };
                scale as f64 * libm::pow(-log_survival, 1.0 / shape)
            }
        }
    }

    pub(super) fn check(&self) -> Result<(), DistributionError> {
        let why = match *self {
            Distribution::Uniform { min, max } if min >= max => "min must be below max",
            Distribution::Lognormal { sigma, .. } if !(sigma > 0.0 && sigma <= 10.0) => {
                "sigma must be above 0 and at most 10"
            }
            Distribution::Pareto { alpha, .. } if !(alpha.is_finite() && alpha >= 0.1) => {
                "alpha must be at least 0.1"
            }
            Distribution::Normal { sd: 0, .. } => "sd must be above 0",
            Distribution::Gamma { shape, .. } | Distribution::Weibull { shape, .. }
                if !(0.1..=1000.0).contains(&shape) =>
            {
                "shape must be 0.1 to 1000"
            }
            Distribution::Constant(_) | Distribution::Uniform { .. } => return Ok(()),
            _ if !mathematics::is_known() => {
                "libm has other bits here than in 0.2.16, by which it is defined"
            }
            _ => return Ok(()),
        };
        Err(DistributionError { distribution: *self, why })
    }

    /// Prepares the distribution for drawing.
    ///
    /// # Errors
    /// When the parameters make no distribution.
    pub fn sampler(&self) -> Result<Sampler, DistributionError> {
        self.check()?;
        Ok(match *self {
            Distribution::Constant(ns) => Sampler::Constant(ns.min(MAX_DELAY_NS)),
            Distribution::Uniform { min, max } => {
                let max = max.min(MAX_DELAY_NS);
                Sampler::Uniform { min: min.min(max), width: max.saturating_sub(min) }
            }
            _ => Sampler::Table(self.table()),
        })
    }

    /// Tables are shared: a sweep's cells mostly differ in other things than their distributions.
    fn table(&self) -> QuantileTable {
        static TABLES: Mutex<BTreeMap<[u64; 3], QuantileTable>> = Mutex::new(BTreeMap::new());
        const KEPT: usize = 256;
        let key = self.key();
        let known = TABLES.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let table = QuantileTable::new(|p, upper| clamp(self.quantile_ns(p, upper)));
            let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
            if tables.len() >= KEPT {
                tables.clear();
            }
            tables.insert(key, table.clone());
            table
        })
    }

    pub(super) fn key(&self) -> [u64; 3] {
        match *self {
            Distribution::Constant(ns) => [0, ns, 0],
            Distribution::Uniform { min, max } => [1, min, max],
            Distribution::Exponential { mean } => [2, mean, 0],
            Distribution::Lognormal { median, sigma } => [3, median, sigma.to_bits()],
            Distribution::Pareto { min, alpha } => [4, min, alpha.to_bits()],
            Distribution::ShiftedExponential { min, mean } => [5, min, mean],
            Distribution::Normal { mean, sd } => [6, mean, sd],
            Distribution::Gamma { shape, scale } => [7, scale, shape.to_bits()],
            Distribution::Weibull { shape, scale } => [8, scale, shape.to_bits()],
        }
    }
}

/// To integer ns, rounded down; what exceeds every horizon is cut off.
fn clamp(ns: f64) -> u64 {
    // `as` saturates and takes NaN to 0; neither can come of checked parameters.
    (ns as u64).min(MAX_DELAY_NS)
}

/// A distribution ready to be drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sampler {
    /// Needs no word.
    Constant(u64),
    /// min + ⌊word · width / 2³²⌋, exact in integers.
    Uniform {
        /// Lower end, ns.
        min: u64,
        /// Upper end − lower end, ns.
        width: u64,
    },
    /// By a table of quantiles.
    Table(QuantileTable),
    /// One of these, in ascending order, each as likely: the ⌊word · n / 2³²⌋-th.
    Steps(Arc<[u64]>),
    /// By a quantile function in pieces.
    Pieces(Pieces),
}

impl Sampler {
    /// Whether every word gives the same sample.
    pub fn is_certain(&self) -> bool {
        match self {
            Sampler::Constant(_) => true,
            Sampler::Uniform { width, .. } => *width <= 1,
            Sampler::Steps(steps) => steps.first() == steps.last(),
            Sampler::Table(_) | Sampler::Pieces(_) => false,
        }
    }

    /// The upper end of the range of which it is an even draw, ns; none if it is another.
    pub fn range_ns(&self) -> Option<u64> {
        if let Sampler::Uniform { min: 0, width } = self { Some(*width) } else { None }
    }

    /// The sample of one word, in ns; at most [`MAX_DELAY_NS`]; monotone in the word.
    #[inline(always)]
    pub fn sample(&self, word: u32) -> u64 {
        match self {
            Sampler::Constant(ns) => *ns,
            Sampler::Uniform { min, width } => min + scale(*width, word),
            Sampler::Table(table) => table.sample(word),
            _ => self.sample_rare(word),
        }
    }

    /// Whether a word gives this sample, or words on both sides of it: wide distributions have more values than words.
    pub fn can_be(&self, ns: u64) -> bool {
        match self {
            Sampler::Steps(steps) => steps.binary_search(&ns).is_ok(),
            Sampler::Pieces(pieces) => pieces.can_be(ns),
            _ => (self.sample(0)..=self.sample(u32::MAX)).contains(&ns),
        }
    }

    #[cold]
    #[inline(never)]
    fn sample_rare(&self, word: u32) -> u64 {
        match self {
            Sampler::Steps(steps) => {
                steps.get(scale(steps.len() as u64, word) as usize).copied().unwrap_or(0)
            }
            Sampler::Pieces(pieces) => pieces.sample(word),
            Sampler::Constant(_) | Sampler::Uniform { .. } | Sampler::Table(_) => 0,
        }
    }

    /// Draws one of these samples, in ns.
    pub fn of_samples(samples: impl IntoIterator<Item = u64>) -> Self {
        let mut steps: Vec<u64> = samples.into_iter().map(|ns| ns.min(MAX_DELAY_NS)).collect();
        steps.sort_unstable();
        match steps[..] {
            [only] => Sampler::Constant(only),
            _ => Sampler::Steps(steps.into()),
        }
    }
}

/// ⌊width · word / 2³²⌋.
#[inline(always)]
pub(super) fn scale(width: u64, word: u32) -> u64 {
    ((u128::from(width) * u128::from(word)) >> 32) as u64
}

/// What befalls the messages of one kind on one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// The one-way delay.
    pub delay: Sampler,
    /// How many of 2³² words mean a loss.
    pub loss: u64,
}

impl Fate {
    /// Whether no word makes a difference: a constant delay, and a loss for ever or never.
    pub fn is_certain(&self) -> bool {
        self.delay.is_certain() && (self.loss == 0 || self.loss > u64::from(u32::MAX))
    }

    /// The delay in ns and whether the message is lost.
    #[inline(always)]
    pub fn of(&self, word: u64) -> (u64, bool) {
        (self.delay.sample((word >> 32) as u32), u64::from(word as u32) < self.loss)
    }
}
