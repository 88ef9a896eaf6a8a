//! The gamma distribution with scale 1: both tails of its CDF, and its quantile.
//!
//! Only IEEE arithmetic and `libm`: the same bits on every platform.

use libm::{exp, lgamma, log};

/// P(X ≤ x) and P(X > x) for a gamma variate of shape `a` and scale 1; each without the digits that 1 − the other would
/// lose.
///
/// The series (DLMF 8.11.4) below a + 1, the continued fraction (DLMF 8.9.2, by Lentz's method) above.
pub fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let front = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 {
        let below = front * series(a, x);
        (below, 1.0 - below)
    } else {
        let above = front * fraction(a, x);
        (1.0 - above, above)
    }
}

const TERMS: u32 = 10_000;

fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for n in 1..TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / away(b);
    let mut value = d;
    for n in 1..TERMS {
        let n = f64::from(n);
        let an = -n * (n - a);
        b += 2.0;
        d = 1.0 / away(an * d + b);
        c = away(b + an / c);
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// The point below which (above which, if `upper`) a gamma variate of shape `a` and scale 1 lies with probability `p`,
/// 0 < p ≤ ½.
///
/// Newton's method on the logarithm of the tail, kept inside a bracket.
pub fn gamma_quantile(a: f64, p: f64, upper: bool) -> f64 {
    let log_p = log(p);
    let (mut low, mut high) = (0.0, f64::INFINITY);
    // Exact in the limit of the lower tail; elsewhere a start is a start.
    let mut x = if upper { a - log_p } else { exp((log_p + lgamma(a + 1.0)) / a) };
    for _ in 0..200 {
        if x < 1e-280 {
            return 0.0;
        }
        let (below, above) = gamma_tails(a, x);
        let tail = if upper { above } else { below };
        // Positive to the right of the point.
        let off = if upper { log_p - log(tail) } else { log(tail) - log_p };
        if off < 0.0 {
            low = x
        } else {
            high = x
        }
        let slope = exp((a - 1.0) * log(x) - x - lgamma(a)) / tail;
        let mut next = x - off / slope;
        if !(next > low && next < high) {
            next = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * x };
        }
        let step = (next - x).abs();
        x = next;
        if step <= 1e-15 * x {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_shapes_are_sums_of_poisson_terms() {
        // P(X > x) = e^-x (1 + x + x²/2) for shape 3.
        for x in [1e-3, 0.1, 1.0, 3.9, 4.1, 10.0, 40.0] {
            let exact = exp(-x) * (1.0 + x + x * x / 2.0);
            let (_, above) = gamma_tails(3.0, x);
            assert!((above / exact - 1.0).abs() < 1e-12, "{x}: {above} is not {exact}");
        }
    }

    #[test]
    fn the_quantile_inverts_both_tails() {
        for a in [0.1, 0.5, 1.0, 2.0, 7.5, 100.0, 1000.0] {
            for p in [1e-10, 1e-6, 0.001, 0.1, 0.5] {
                for upper in [false, true] {
                    let x = gamma_quantile(a, p, upper);
                    let (below, above) = gamma_tails(a, x);
                    let back = if upper { above } else { below };
                    assert!(
                        x == 0.0 || (back / p - 1.0).abs() < 1e-11,
                        "{a}, {p}, {upper}: {x} gives {back}"
                    );
                }
            }
        }
    }
}
