//! The special functions behind the intervals: the normal distribution, the incomplete beta and gamma functions.
//!
//! Absent on purpose: the platform's mathematics library. Everything rests on `libm`, for equal bits everywhere.

use libm::{exp, fabs, lgamma, log, log1p};

/// Φ(x), the standard normal distribution function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Φ⁻¹(p) for p in (0, 1); ∓∞ at the ends.
///
/// A rational start (Abramowitz and Stegun 26.2.22) is polished by Halley's method on [`normal_cdf`].
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p.is_nan() || p <= 0.0 {
        return if p.is_nan() { p } else { f64::NEG_INFINITY };
    }
    let t = (-2.0 * log(p)).sqrt();
    let mut x = -(t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t)));
    for _ in 0..4 {
        let density = exp(-0.5 * x * x) * 0.398_942_280_401_432_7;
        let step = (normal_cdf(x) - p) / density;
        x -= step / (1.0 + 0.5 * x * step);
    }
    x
}

/// I_x(a, b), the regularized incomplete beta function, for a, b > 0; x is clamped to [0, 1].
///
/// Lentz's evaluation of the continued fraction (DLMF 8.17.22), on the side of the mean where it converges fast.
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    if x < (a + 1.0) / (a + b + 2.0) {
        (front * beta_fraction(a, b, x) / a).min(1.0)
    } else {
        (1.0 - front * beta_fraction(b, a, 1.0 - x) / b).max(0.0)
    }
}

/// The number of terms grows like √max(a, b); this many serve counts far above any sweep's.
const MAX_TERMS: u32 = 1_000_000;

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if fabs(v) < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..=MAX_TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if fabs(change - 1.0) < 1e-16 {
            break;
        }
    }
    fraction
}

/// The x with I_x(a, b) = p, by bisection: slow, monotone, and right.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 4e-16 * high && high > 1e-300 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if incomplete_beta(a, b, middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The two-sided point of Student's distribution: |T| exceeds it with probability `alpha`, T with so many degrees of freedom.
pub fn student(alpha: f64, freedom: f64) -> f64 {
    // T² / (ν + T²) has the beta distribution with parameters ½ and ν/2 (DLMF 8.17.1).
    let rest = beta_quantile(0.5 * freedom, 0.5, alpha);
    (freedom * (1.0 - rest) / rest).sqrt()
}

/// The probability that |T| exceeds t, T with so many degrees of freedom.
pub fn student_beyond(t: f64, freedom: f64) -> f64 {
    incomplete_beta(0.5 * freedom, 0.5, freedom / (freedom + t * t))
}

/// The probability that χ² with so many degrees of freedom exceeds x: Q(ν/2, x/2), by its series or its continued fraction
/// (DLMF 8.11.4, 8.9.2), whichever converges.
pub fn chi_squared_above(x: f64, freedom: f64) -> f64 {
    let (a, x) = (0.5 * freedom, 0.5 * x);
    if x.is_nan() || x <= 0.0 {
        return 1.0;
    }
    let front = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for k in 1..MAX_TERMS {
            term *= x / (a + f64::from(k));
            sum += term;
            if term < 1e-17 * sum {
                break;
            }
        }
        return (1.0 - front * sum).clamp(0.0, 1.0);
    }
    // Lentz's evaluation, from x + 1 − a on.
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for k in 1..MAX_TERMS {
        let k = f64::from(k);
        let numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        fraction *= c * d;
        if fabs(c * d - 1.0) < 1e-16 {
            break;
        }
    }
    (front * fraction).min(1.0)
}

/// P(X ≥ k) for X binomial with n trials of probability p.
pub fn binomial_at_least(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        k if k > n => 0.0,
        k => incomplete_beta(k as f64, (n - k) as f64 + 1.0, p),
    }
}

/// The exact two-sided probability of k of n where each comes with probability p: twice that of the smaller tail, 1 at most.
/// It is 0 or 1 where p is: what is impossible refutes, once it is seen.
pub fn binomial_p(k: u64, n: u64, p: f64) -> f64 {
    let (at_least, at_most) =
        (binomial_at_least(k, n, p), binomial_at_least(n.saturating_sub(k), n, 1.0 - p));
    (2.0 * at_least.min(at_most)).min(1.0)
}
