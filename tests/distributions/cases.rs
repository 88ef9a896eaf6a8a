//! The distributions under test with what is known of them in closed form, apart from the engine's own formulas.
//!
//! Absent on purpose: sampling.

use synod::sim::Distribution;
use synod::stats::{normal_cdf, normal_quantile};

/// Never the engine's: 20 ms, a start of two seconds, the medians of the shipped sweep.
pub const CASES: [Distribution; 6] = [
    Distribution::Uniform { min: 5_000_000, max: 50_000_000 },
    Distribution::Exponential { mean: 20_000_000 },
    Distribution::Lognormal { median: 10_000_000, sigma: 1.0 },
    Distribution::Lognormal { median: 44_000_000, sigma: 0.35 },
    Distribution::Pareto { min: 6_299_600, alpha: 1.5 },
    Distribution::Pareto { min: 1_000_000, alpha: 3.0 },
];

/// P(X ≤ x).
pub fn cdf(of: Distribution, x: f64) -> f64 {
    match of {
        Distribution::Constant(at) => f64::from(u8::from(x >= at as f64)),
        Distribution::Uniform { min, max } => ((x - min as f64) / (max - min) as f64).clamp(0.0, 1.0),
        Distribution::Exponential { mean } => -libm::expm1(-x / mean as f64),
        Distribution::Lognormal { median, sigma } => normal_cdf(libm::log(x / median as f64) / sigma),
        Distribution::Pareto { min, alpha } if x > min as f64 => {
            -libm::expm1(alpha * libm::log(min as f64 / x))
        }
        Distribution::Pareto { .. } => 0.0,
    }
}

/// P(X > x), without the digits that 1 − cdf would lose.
pub fn survival(of: Distribution, x: f64) -> f64 {
    match of {
        Distribution::Exponential { mean } => libm::exp(-x / mean as f64),
        Distribution::Lognormal { median, sigma } => normal_cdf(-libm::log(x / median as f64) / sigma),
        Distribution::Pareto { min, alpha } if x > min as f64 => libm::pow(min as f64 / x, alpha),
        _ => 1.0 - cdf(of, x),
    }
}

/// The point below which (above which, if `upper`) lies p.
pub fn point(of: Distribution, p: f64, upper: bool) -> f64 {
    let log_survival = if upper { libm::log(p) } else { libm::log1p(-p) };
    match of {
        Distribution::Constant(at) => at as f64,
        Distribution::Uniform { min, max } if upper => max as f64 - p * (max - min) as f64,
        Distribution::Uniform { min, max } => min as f64 + p * (max - min) as f64,
        Distribution::Exponential { mean } => -log_survival * mean as f64,
        Distribution::Lognormal { median, sigma } => {
            let z = if upper { -normal_quantile(p) } else { normal_quantile(p) };
            median as f64 * libm::exp(sigma * z)
        }
        Distribution::Pareto { min, alpha } => min as f64 * libm::exp(-log_survival / alpha),
    }
}

/// The mean, and the variance where there is one.
pub fn moments(of: Distribution) -> (f64, Option<f64>) {
    match of {
        Distribution::Constant(at) => (at as f64, Some(0.0)),
        Distribution::Uniform { min, max } => {
            ((min + max) as f64 / 2.0, Some(((max - min) as f64) * ((max - min) as f64) / 12.0))
        }
        Distribution::Exponential { mean } => (mean as f64, Some(mean as f64 * mean as f64)),
        Distribution::Lognormal { median, sigma } => {
            let mean = median as f64 * libm::exp(sigma * sigma / 2.0);
            (mean, Some(mean * mean * libm::expm1(sigma * sigma)))
        }
        Distribution::Pareto { min, alpha } => {
            let mean = min as f64 * alpha / (alpha - 1.0);
            (mean, (alpha > 2.0).then(|| mean * mean / (alpha * (alpha - 2.0))))
        }
    }
}

/// |q''(p)| of the quantile function, for p in a tail of probability `p`.
pub fn curvature(of: Distribution, p: f64, upper: bool) -> f64 {
    let x = point(of, p, upper);
    // How far the other end of the distribution is in the tail's own measure.
    let s = if upper { p } else { 1.0 - p };
    match of {
        Distribution::Constant(_) | Distribution::Uniform { .. } => 0.0,
        Distribution::Exponential { mean } => mean as f64 / (s * s),
        Distribution::Lognormal { sigma, .. } => {
            let z = if upper { -normal_quantile(p) } else { normal_quantile(p) };
            let density = libm::exp(-z * z / 2.0) / libm::sqrt(std::f64::consts::TAU);
            (x * sigma * (sigma + z) / (density * density)).abs()
        }
        Distribution::Pareto { alpha, .. } => x / alpha * (1.0 / alpha + 1.0) / (s * s),
    }
}

/// The same kind of distribution with every time 1 % longer, or where the shape is the only parameter worth testing,
/// with another shape.
pub fn wrong(of: Distribution) -> [Distribution; 2] {
    let longer = |ns: u64| ns + ns / 100;
    match of {
        Distribution::Constant(at) => [Distribution::Constant(at + 1), Distribution::Constant(at - 1)],
        Distribution::Uniform { min, max } => [
            Distribution::Uniform { min, max: longer(max) },
            Distribution::Uniform { min: longer(min), max: longer(max) },
        ],
        Distribution::Exponential { mean } => [
            Distribution::Exponential { mean: longer(mean) },
            Distribution::Exponential { mean: mean - mean / 100 },
        ],
        Distribution::Lognormal { median, sigma } => [
            Distribution::Lognormal { median: longer(median), sigma },
            Distribution::Lognormal { median, sigma: sigma * 1.02 },
        ],
        Distribution::Pareto { min, alpha } => [
            Distribution::Pareto { min: longer(min), alpha },
            Distribution::Pareto { min, alpha: alpha * 1.01 },
        ],
    }
}
