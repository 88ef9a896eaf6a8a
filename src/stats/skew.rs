//! Means of skewed values: Hall's interval, which moves where few values carry the mean, and when to distrust even that.
//!
//! From count, sum, sum of squares and sum of cubes. Absent on purpose: the bootstrap, which needs the values themselves,
//! and any cure for a mean that its heaviest values have not yet been seen of.

use libm::{cbrt, fabs};

use super::{Interval, normal_cdf, student, student_beyond};

/// A mean with what its error is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// How many values.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, above 0.
    pub deviation: f64,
    /// Their skewness: the mean cube of their distances from the mean, in standard deviations.
    pub skewness: f64,
}

/// Below this many values for each unit of squared skewness, a mean's interval is not to be relied on (Cochran 1977, 2.15). For
/// values 0 and 1 it asks for some 25 events. Fewer values than that do not even show what their skewness is.
const COCHRAN: f64 = 25.0;

/// Of more values than this, Student's ratio is as good as normal: its point at 5 % is 0.06 % farther out.
const NORMAL_FROM: u64 = 2000;

/// Student's point for a mean of `n` values that is ±`z` for a normal one.
pub fn student_of(z: f64, n: u64) -> f64 {
    let few = 2..=NORMAL_FROM;
    if few.contains(&n) { student(2.0 * normal_cdf(-z), (n - 1) as f64) } else { z }
}

impl Spread {
    /// The standard error of the mean.
    pub fn error(&self) -> f64 {
        self.deviation / (self.n as f64).sqrt()
    }

    /// Whether so few of the values make the mean what it is that it says little: n < 25 g², or n < 25.
    pub fn is_carried_by_few(&self) -> bool {
        (self.n as f64) < COCHRAN * (self.skewness * self.skewness).max(1.0)
    }

    /// Whether there are too few values for any interval: n < 25.
    pub fn is_of_few(&self) -> bool {
        (self.n as f64) < COCHRAN
    }

    /// The interval mean ± z, or Student's point for few values, by Hall's monotone transformation of Student's ratio, which takes its skewness away (Hall 1992,
    /// section 4). Its far end is on the side of the long tail.
    pub fn hall(&self, z: f64) -> Interval {
        let reach = student_of(z, self.n);
        let end = |x: f64| self.mean - self.error() * self.untransformed(x);
        Interval { low: end(reach), high: end(-reach) }
    }

    /// The probability, if the true mean were `truth`, of a mean at least as far from it: two-sided, by the same
    /// transformation, so that it is below α exactly where the interval at 1 − α leaves `truth` out.
    pub fn p(&self, truth: f64) -> f64 {
        let x = fabs(self.transformed((self.mean - truth) / self.error()));
        if self.n > NORMAL_FROM { 2.0 * normal_cdf(-x) } else { student_beyond(x, (self.n - 1) as f64) }
    }

    /// g(t) = t + a t² + a² t³ / 3 + a / 2 with a = skewness / (3 √n).
    fn transformed(&self, t: f64) -> f64 {
        let a = self.bend();
        t + a * t * t + a * a * t * t * t / 3.0 + a / 2.0
    }

    /// The t of which it is that.
    fn untransformed(&self, x: f64) -> f64 {
        let a = self.bend();
        // Without skewness the cube root would divide nothing by nothing.
        if fabs(a) < 1e-9 { x - a / 2.0 } else { (cbrt(1.0 + 3.0 * a * (x - a / 2.0)) - 1.0) / a }
    }

    fn bend(&self) -> f64 {
        self.skewness / (3.0 * (self.n as f64).sqrt())
    }
}

/// Whole numbers' central moments from their sums, of any sign: the variance's and the skewness's sums, Σ(x − mean)² and
/// Σ(x − mean)³; none where a product leaves its type.
pub(super) fn central(n: u64, sum: i128, squares: i128, cubes: i128) -> Option<(f64, f64)> {
    let wide = i128::from((n > 0).then_some(n)?);
    let (q, r) = (sum.div_euclid(wide), sum.rem_euclid(wide));
    // Around the whole part q of the mean, in integers; what is left, r/n < 1, in floating point.
    let second = squares.checked_sub(q.checked_mul(sum)?)?.checked_sub(q.checked_mul(r)?)?;
    // Σ(x − q)³ = Σx³ − 3q Σx² + 3q² Σx − n q³, with Σx = nq + r.
    let inner = squares.checked_mul(3)?.checked_sub(q.checked_mul(sum)?.checked_mul(2)?)?;
    let third = cubes.checked_sub(q.checked_mul(inner)?)?.checked_add(q.checked_mul(q)?.checked_mul(r)?)?;
    let (first, rest) = (r as f64, r as f64 / n as f64);
    let square = second as f64 - first * rest;
    let cube = third as f64 - 3.0 * rest * second as f64 + 2.0 * rest * rest * first;
    Some((square, cube))
}

/// A spread from those sums; none of fewer than two values, and of equal ones, which tell nothing of their spread.
pub(super) fn spread(n: u64, mean: f64, variance: f64, cube: f64) -> Option<Spread> {
    let deviation = variance.sqrt();
    let population = deviation * ((n.checked_sub(1)?) as f64 / n as f64).sqrt();
    let skewness = cube / (n as f64 * population * population * population);
    (deviation > 0.0 && skewness.is_finite()).then_some(Spread { n, mean, deviation, skewness })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Moments, Z95};

    fn of(values: &[u64]) -> Spread {
        let mut moments = Moments::default();
        values.iter().for_each(|&value| moments.record(value));
        moments.spread().expect("they differ")
    }

    /// By numpy and scipy's skew.
    #[test]
    fn the_skewness_is_that_of_the_values_themselves() {
        let found = of(&[3, 4, 12, 9, 100, 7]);
        assert!((found.skewness - 1.759_163_695_9).abs() < 1e-9, "{found:?}");
        // A large offset costs no digit.
        let far = of(&[3, 4, 12, 9, 100, 7].map(|x| 3_000_000_000 + x));
        assert!((far.skewness - found.skewness).abs() < 1e-9, "{far:?}");
        let mirrored = of(&[103, 102, 94, 97, 6, 99]);
        assert!((mirrored.skewness + found.skewness).abs() < 1e-9);
    }

    #[test]
    fn without_skewness_it_is_the_normal_interval() {
        let found = of(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let (hall, error) = (found.hall(Z95), found.error());
        // Student's point with eight degrees of freedom.
        let reach = 2.306_004_135_204 * error;
        assert!(found.skewness.abs() < 1e-12 && found.is_carried_by_few(), "nine values show no skewness");
        assert!((hall.low - (5.0 - reach)).abs() < 1e-9 && (hall.high - (5.0 + reach)).abs() < 1e-9);
    }

    #[test]
    fn with_skewness_it_reaches_towards_the_long_tail() {
        let mut values = vec![0; 997];
        values.extend([20, 21, 22]);
        let (found, hall) = (of(&values), of(&values).hall(Z95));
        assert!(found.is_carried_by_few());
        assert!(hall.high - found.mean > 2.0 * Z95 * found.error(), "{hall:?}");
        assert!(found.mean - hall.low < Z95 * found.error(), "{hall:?}");
    }

    /// The transformation is monotone, so the test and the interval say the same of any value.
    #[test]
    fn the_test_refutes_exactly_what_the_interval_leaves_out() {
        for values in
            [&[0, 0, 0, 0, 9, 1, 0, 2][..], &[5, 6, 7, 8, 400, 5], &[1, 2, 3], &[7, 7, 7, 7, 7, 7, 0]]
        {
            let found = of(values);
            let hall = found.hall(Z95);
            for end in [hall.low, hall.high] {
                assert!((found.p(end) - 0.05).abs() < 1e-9, "{values:?}: {}", found.p(end));
            }
            assert!(found.p(found.mean) > 0.9 && found.p(hall.high + found.error()) < 0.05);
        }
    }
}
