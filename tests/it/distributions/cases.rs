//! The distributions under test with what is known of them in closed form, apart from the engine's own formulas.
//!
//! Absent on purpose: sampling.

use synod::sim::Distribution;
use synod::stats::{normal_cdf, normal_quantile};

/// Never the engine's: 20 ms, a start of two seconds, the medians of the shipped sweep.
pub const CASES: [Distribution; 13] = [
    Distribution::Uniform { min: 5_000_000, max: 50_000_000 },
    Distribution::Exponential { mean: 20_000_000 },
    Distribution::Lognormal { median: 10_000_000, sigma: 1.0 },
    Distribution::Lognormal { median: 44_000_000, sigma: 0.35 },
    Distribution::Pareto { min: 6_299_600, alpha: 1.5 },
    Distribution::Pareto { min: 1_000_000, alpha: 3.0 },
    Distribution::ShiftedExponential { min: 5_000_000, mean: 10_000_000 },
    Distribution::Normal { mean: 20_000_000, sd: 5_000_000 },
    Distribution::Normal { mean: 5_000_000, sd: 10_000_000 },
    Distribution::Gamma { shape: 2.0, scale: 10_000_000 },
    Distribution::Gamma { shape: 0.5, scale: 10_000_000 },
    Distribution::Weibull { shape: 0.7, scale: 10_000_000 },
    Distribution::Weibull { shape: 2.0, scale: 30_000_000 },
];

/// Whether [`point`] is found by iteration, which costs.
pub fn is_costly(of: Distribution) -> bool {
    matches!(of, Distribution::Normal { .. } | Distribution::Gamma { .. })
}

/// P(X > x) and P(X ≤ x) of a gamma variate with scale 1, for the shapes that have closed forms: ½ and 2.
fn gamma(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (1.0, 0.0);
    }
    if shape == 0.5 {
        return (libm::erfc(x.sqrt()), libm::erf(x.sqrt()));
    }
    assert_eq!(shape, 2.0, "no closed form");
    // 1 − e^-x (1 + x), by its series where digits would be lost.
    let below = |x: f64| {
        let term = |sum: f64, n: f64, power: f64| sum + power * (n - 1.0) / libm::tgamma(n + 1.0);
        (2..40).fold(0.0, |sum, n| term(sum, f64::from(n), libm::pow(-x, f64::from(n))))
    };
    let above = libm::exp(-x) * (1.0 + x);
    (above, if x < 1.0 { below(x) } else { 1.0 - above })
}

/// Where a function that rises from below to above `target` on (0, ∞) meets it.
fn solve(target: f64, rises: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (1e-30_f64, 1e6_f64);
    for _ in 0..64 {
        let middle = (low * high).sqrt();
        if rises(middle) < target { low = middle } else { high = middle }
    }
    (low * high).sqrt()
}

/// The density at x, and its relative slope.
fn density(of: Distribution, x: f64) -> (f64, f64) {
    match of {
        Distribution::Normal { mean, sd } => {
            let (mean, sd) = (mean as f64, sd as f64);
            let z = (x - mean) / sd;
            let plain = libm::exp(-z * z / 2.0) / libm::sqrt(std::f64::consts::TAU) / sd;
            (plain / normal_cdf(mean / sd), -z / sd)
        }
        Distribution::Gamma { shape, scale } => {
            let (t, scale) = (x / scale as f64, scale as f64);
            let plain = libm::pow(t, shape - 1.0) * libm::exp(-t) / libm::tgamma(shape) / scale;
            (plain, (shape - 1.0) / x - 1.0 / scale)
        }
        Distribution::Weibull { shape, scale } => {
            let (t, scale) = (x / scale as f64, scale as f64);
            let hazard = shape / scale * libm::pow(t, shape - 1.0);
            (hazard * libm::exp(-libm::pow(t, shape)), (shape - 1.0) / x - hazard)
        }
        other => panic!("{other:?} has its curvature in closed form"),
    }
}

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
        Distribution::ShiftedExponential { min, mean } => {
            -libm::expm1(-(x - min as f64).max(0.0) / mean as f64)
        }
        Distribution::Normal { mean, sd } => {
            let z = |x: f64| (x - mean as f64) / sd as f64;
            if x <= 0.0 { 0.0 } else { (normal_cdf(z(x)) - normal_cdf(z(0.0))) / normal_cdf(-z(0.0)) }
        }
        Distribution::Gamma { shape, scale } => gamma(shape, x / scale as f64).1,
        Distribution::Weibull { shape, scale } => -libm::expm1(-libm::pow(x.max(0.0) / scale as f64, shape)),
    }
}

/// P(X > x), without the digits that 1 − cdf would lose.
pub fn survival(of: Distribution, x: f64) -> f64 {
    match of {
        Distribution::Exponential { mean } => libm::exp(-x / mean as f64),
        Distribution::Lognormal { median, sigma } => normal_cdf(-libm::log(x / median as f64) / sigma),
        Distribution::Pareto { min, alpha } if x > min as f64 => libm::pow(min as f64 / x, alpha),
        Distribution::ShiftedExponential { min, mean } => libm::exp(-(x - min as f64).max(0.0) / mean as f64),
        Distribution::Normal { mean, sd } => {
            let z = |x: f64| (x - mean as f64) / sd as f64;
            normal_cdf(-z(x.max(0.0))) / normal_cdf(-z(0.0))
        }
        Distribution::Gamma { shape, scale } => gamma(shape, x / scale as f64).0,
        Distribution::Weibull { shape, scale } => libm::exp(-libm::pow(x.max(0.0) / scale as f64, shape)),
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
        Distribution::ShiftedExponential { min, mean } => min as f64 - log_survival * mean as f64,
        Distribution::Normal { mean, sd } => {
            // By the closed form of both tails, not by a quantile of the normal distribution.
            let sign = if upper { -1.0 } else { 1.0 };
            let tail = |x: f64| if upper { survival(of, x) } else { cdf(of, x) };
            (mean as f64 + 12.0 * sd as f64).min(sd as f64 * solve(sign * p, |t| sign * tail(t * sd as f64)))
        }
        Distribution::Gamma { shape, scale } => {
            let sign = if upper { -1.0 } else { 1.0 };
            let tail = |t: f64| if upper { gamma(shape, t).0 } else { gamma(shape, t).1 };
            scale as f64 * solve(sign * p, |t| sign * tail(t))
        }
        Distribution::Weibull { shape, scale } => scale as f64 * libm::pow(-log_survival, 1.0 / shape),
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
        Distribution::ShiftedExponential { min, mean } => {
            ((min + mean) as f64, Some(mean as f64 * mean as f64))
        }
        Distribution::Normal { mean, sd } => {
            let (mean, sd) = (mean as f64, sd as f64);
            let z = mean / sd;
            let ratio = libm::exp(-z * z / 2.0) / libm::sqrt(std::f64::consts::TAU) / normal_cdf(z);
            (mean + sd * ratio, Some(sd * sd * (1.0 - z * ratio - ratio * ratio)))
        }
        Distribution::Gamma { shape, scale } => {
            (shape * scale as f64, Some(shape * scale as f64 * scale as f64))
        }
        Distribution::Weibull { shape, scale } => {
            let moment = |n: f64| libm::tgamma(1.0 + n / shape);
            let (mean, scale) = (scale as f64 * moment(1.0), scale as f64);
            (mean, Some(scale * scale * moment(2.0) - mean * mean))
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
        Distribution::ShiftedExponential { mean, .. } => mean as f64 / (s * s),
        _ => {
            let (density, slope) = density(of, x);
            slope.abs() / (density * density)
        }
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
        Distribution::ShiftedExponential { min, mean } => [
            Distribution::ShiftedExponential { min, mean: longer(mean) },
            Distribution::ShiftedExponential { min: longer(min), mean },
        ],
        Distribution::Normal { mean, sd } => [
            Distribution::Normal { mean: mean + sd / 50, sd },
            Distribution::Normal { mean, sd: sd + sd / 50 },
        ],
        // Such shapes have no closed form here.
        Distribution::Gamma { shape, scale } => [
            Distribution::Gamma { shape, scale: scale + scale / 50 },
            Distribution::Gamma { shape, scale: scale - scale / 50 },
        ],
        Distribution::Weibull { shape, scale } => [
            Distribution::Weibull { shape, scale: scale + scale / 50 },
            Distribution::Weibull { shape: shape * 1.02, scale },
        ],
    }
}
