//! The mean of bounded values by betting against it: intervals that hold at all times at once, exactly, whatever the law.
//!
//! Whoever bets on the values at a fair price for a mean of `m` multiplies his capital by b x/m + (1 − b)(1 − x)/(1 − m) at each
//! value x of [0, 1], b his bet. Were the mean `m`, capital mixed over all b would ever exceed 1/α with probability at most α
//! (Ville), so a mean under which it does is refuted. With b mixed over Beta(½, ½) this is Cover's universal portfolio (Orabona
//! and Jun 2021; Waudby-Smith and Ramdas 2024), and for values 0 and 1 it is [`super::share_sequence`]. It knows what the normal
//! interval does not: that a value which was not seen may still come. Absent on purpose: the values' order, on which nothing
//! depends.

use std::f64::consts::FRAC_PI_2;

use libm::{asin, exp, log, sin};

use super::Interval;

/// Values of [0, 1], known to lie between two ends: a bucket of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Between {
    /// The least that they can be.
    pub low: f64,
    /// The most.
    pub high: f64,
    /// How many.
    pub count: f64,
}

/// The interval of the mean of values in [0, 1], at all numbers of values at once, but with probability `alpha`; values that
/// are known between two ends are taken where they refute least. [0, 1] of none.
pub fn betting(values: &[Between], alpha: f64) -> Interval {
    let n: f64 = values.iter().map(|value| value.count).sum();
    if n == 0.0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let mean = |of: &dyn Fn(&Between) -> f64| values.iter().map(|v| v.count * of(v)).sum::<f64>() / n;
    let (low, high) = (mean(&|v| v.low).clamp(0.0, 1.0), mean(&|v| v.high).clamp(0.0, 1.0));
    let square = mean(&|v| (v.high - low) * (v.high - low));
    // About as far as an end is; the search begins there.
    let guess = 3.0 * (square / n).sqrt() + (2.0 + 0.5 * log(n + 1.0)) / n;
    let end = |from: f64, towards: f64| {
        let place = |step: f64| (from + towards * step).clamp(0.0, 1.0);
        place(first_refuted(|step| excess(values, place(step), alpha), alpha, guess))
    };
    Interval { low: end(low, -1.0), high: end(high, 1.0) }
}

/// Whether a mean of `m` is refuted by these values: whether it lies outside of that interval.
pub fn is_refuted(values: &[Between], m: f64, alpha: f64) -> bool {
    excess(values, m, alpha) >= 0.0
}

/// By how much the ln of the capital against the mean `m` exceeds the least that refutes it; boundless where no mean can be.
fn excess(values: &[Between], m: f64, alpha: f64) -> f64 {
    if m <= 0.0 || m >= 1.0 { f64::INFINITY } else { log_capital(values, m) + log(alpha) }
}

/// The step from which on a mean is refuted, from above and to a part in 2²⁶, by false position (Illinois).
fn first_refuted(excess: impl Fn(f64) -> f64, alpha: f64, guess: f64) -> f64 {
    // Against the mean of the values themselves no bet gains.
    let (mut inside, mut below) = (0.0, log(alpha));
    let (mut outside, mut above) = (guess, excess(guess));
    while above < 0.0 {
        (inside, below) = (outside, above);
        outside *= 2.0;
        above = excess(outside);
    }
    let tolerance = (outside - inside) / f64::from(1 << 26);
    let mut moved_inside = None;
    while outside - inside > tolerance {
        let part = below / (below - above);
        // A height without bound says nothing of where.
        let part = if part > 0.0 { part } else { 0.5 };
        let step =
            (inside + part * (outside - inside)).clamp(inside + 0.5 * tolerance, outside - 0.5 * tolerance);
        let found = excess(step);
        let is_inside = found < 0.0;
        let again = moved_inside.replace(is_inside) == Some(is_inside);
        // An end that stays counts for half, lest it stay for ever.
        let kept = if again { 0.5 } else { 1.0 };
        if is_inside {
            (inside, below, above) = (step, found, kept * above);
        } else {
            (outside, above, below) = (step, found, kept * below);
        }
    }
    outside
}

/// ln of the capital against the mean `m`, mixed over all bets.
fn log_capital(values: &[Between], m: f64) -> f64 {
    let bet = |b: f64| Bet { values, m, b };
    let best = best_bet(bet);
    let (slope, bend) = bet(best).slopes();
    // With b = sin² θ the law of bets is uniform in θ, and the capital a peak there. Two steps to its standard deviation leave
    // the sum over a normal peak wrong by e^(−8π²), next to nothing.
    let curvature = 4.0 * best * (1.0 - best) * bend + 2.0 * libm::fabs(slope * (1.0 - 2.0 * best));
    let steps = (2.0 * FRAC_PI_2 * curvature.min(1e12).sqrt()).max(64.0) as i64;
    let angle = |step: i64| FRAC_PI_2 * step as f64 / steps as f64;
    let at = |step: i64| {
        let b = sin(angle(step));
        bet(b * b).log()
    };
    let top = ((asin(best.sqrt()) / FRAC_PI_2 * steps as f64) as i64).clamp(0, steps);
    let most = at(top);
    // Both ends of the range are mirrors, so the trapezoid rule is as exact as for a periodic function.
    let weight = |step: i64| if step == 0 || step == steps { 0.5 } else { 1.0 };
    let mut sum = weight(top);
    for towards in [-1, 1] {
        let mut step = top + towards;
        while (0..=steps).contains(&step) {
            let term = exp(at(step) - most);
            sum += weight(step) * term;
            if term < 1e-17 {
                break;
            }
            step += towards;
        }
    }
    most + log(sum / steps as f64)
}

/// The bet with the most capital: ln of it is concave in b, so that its slope falls. Newton's steps, or halvings where they
/// lead too far, as the slope may jump.
fn best_bet<'a>(bet: impl Fn(f64) -> Bet<'a>) -> f64 {
    let (mut low, mut high, mut b) = (0.0, 1.0, 0.5);
    for _ in 0..60 {
        let (slope, bend) = bet(b).slopes();
        if slope > 0.0 {
            low = b
        } else {
            high = b
        }
        let newton = b + slope / bend;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if libm::fabs(next - b) < 1e-9 {
            break;
        }
        b = next;
    }
    b
}

/// A bet `b` against the mean `m`.
struct Bet<'a> {
    values: &'a [Between],
    m: f64,
    b: f64,
}

impl Bet<'_> {
    /// What the capital is multiplied by at b = 1 and at b = 0; the value is taken where it brings least.
    fn sides(&self, value: &Between) -> (f64, f64) {
        let x = if self.b > self.m { value.low } else { value.high };
        (x / self.m, (1.0 - x) / (1.0 - self.m))
    }

    /// ln of its capital.
    fn log(&self) -> f64 {
        let each = |value: &Between| {
            let (with, against) = self.sides(value);
            value.count * log(self.b * with + (1.0 - self.b) * against)
        };
        // What did not happen may be impossible under a bet.
        self.values.iter().filter(|value| value.count > 0.0).map(each).sum()
    }

    /// Its first derivative in b, and the size of the second.
    fn slopes(&self) -> (f64, f64) {
        self.values.iter().fold((0.0, 0.0), |(slope, bend), value| {
            let (with, against) = self.sides(value);
            let step = (with - against) / (self.b * with + (1.0 - self.b) * against);
            (slope + value.count * step, bend + value.count * step * step)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::share_sequence;

    fn exactly(x: f64, count: f64) -> Between {
        Between { low: x, high: x, count }
    }

    #[test]
    fn of_yes_and_no_it_is_the_sequence_of_a_share() {
        for (k, n) in
            [(0, 10), (1, 10), (10, 10), (3, 400), (200, 400), (0, 4096), (17, 100_000), (70_000, 100_000)]
        {
            let found = betting(&[exactly(0.0, (n - k) as f64), exactly(1.0, k as f64)], 0.05);
            let share = share_sequence(k, n, 0.05);
            let near = |a: f64, b: f64| (a - b).abs() < 1e-6 * share.width();
            assert!(
                near(found.low, share.low) && near(found.high, share.high),
                "{k} of {n}: {found:?} {share:?}"
            );
        }
        assert_eq!(betting(&[], 0.05), Interval { low: 0.0, high: 1.0 });
    }

    /// By quadrature over 200,001 angles and a root finder (scipy).
    #[test]
    fn its_ends_are_where_the_capital_is_twenty() {
        for (values, low, high) in [
            (
                vec![exactly(0.2, 30.0), exactly(0.4, 50.0), exactly(0.9, 20.0)],
                0.374_499_408_02,
                0.524_651_409_60,
            ),
            (vec![exactly(0.000_4, 4000.0), exactly(0.000_6, 96.0)], 0.000_403_517_276, 0.002_264_694_221),
        ] {
            let found = betting(&values, 0.05);
            assert!((found.low - low).abs() < 1e-6 && (found.high - high).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn what_is_known_between_two_ends_widens_it() {
        let sharp = betting(&[exactly(0.3, 400.0), exactly(0.5, 200.0)], 0.05);
        let blunt = |value: f64, count: f64| Between { low: value - 0.01, high: value + 0.01, count };
        let found = betting(&[blunt(0.3, 400.0), blunt(0.5, 200.0)], 0.05);
        assert!(found.low < sharp.low - 0.009 && found.high > sharp.high + 0.009, "{found:?} {sharp:?}");
        assert!(found.width() < sharp.width() + 0.025);
    }
}
