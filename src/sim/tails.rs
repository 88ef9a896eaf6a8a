//! Both tails of every distribution's CDF, at whole nanoseconds.
//!
//! Absent on purpose: quantiles (`delay`), which every draw rests on; these serve mixtures alone.

use super::delay::Distribution;
use super::gamma::gamma_tails;
use super::normal::normal_cdf;

impl Distribution {
    /// P(X < t + 1 ns) and P(X ≥ t + 1 ns), each without the digits that 1 − the other would lose.
    pub fn tails(&self, t: u64) -> (f64, f64) {
        let x = t as f64 + 1.0;
        match *self {
            Distribution::Constant(at) if at <= t => (1.0, 0.0),
            Distribution::Constant(_) => (0.0, 1.0),
            Distribution::Uniform { min, max } => {
                let below = ((x - min as f64) / (max - min) as f64).clamp(0.0, 1.0);
                (below, 1.0 - below)
            }
            Distribution::Exponential { mean } => {
                let hazard = x / mean as f64;
                (-libm::expm1(-hazard), libm::exp(-hazard))
            }
            Distribution::ShiftedExponential { min, .. } if t < min => (0.0, 1.0),
            Distribution::ShiftedExponential { min, mean } => {
                Distribution::Exponential { mean }.tails(t - min)
            }
            Distribution::Lognormal { median, sigma } => {
                let z = libm::log(x / median as f64) / sigma;
                (normal_cdf(z), normal_cdf(-z))
            }
            Distribution::Pareto { min, .. } if x <= min as f64 => (0.0, 1.0),
            Distribution::Pareto { min, alpha } => {
                let log_survival = alpha * libm::log(min as f64 / x);
                (-libm::expm1(log_survival), libm::exp(log_survival))
            }
            Distribution::Normal { mean, sd } => {
                let (mean, sd) = (mean as f64, sd as f64);
                let z = (x - mean) / sd;
                let above = normal_cdf(-z) / normal_cdf(mean / sd);
                let below = (normal_cdf(z) - normal_cdf(-mean / sd)) / normal_cdf(mean / sd);
                (below.max(0.0), above.min(1.0))
            }
            Distribution::Gamma { shape, scale } => gamma_tails(shape, x / scale as f64),
            Distribution::Weibull { shape, scale } => {
                let hazard = libm::pow(x / scale as f64, shape);
                (-libm::expm1(-hazard), libm::exp(-hazard))
            }
        }
    }

    /// Where it begins and ends, ns, if that is not at 0 and never.
    pub fn support(&self) -> (Option<u64>, Option<u64>) {
        match *self {
            Distribution::Uniform { min, max } => (Some(min), Some(max)),
            Distribution::Pareto { min, .. } | Distribution::ShiftedExponential { min, .. } => {
                (Some(min), None)
            }
            _ => (None, None),
        }
    }
}
