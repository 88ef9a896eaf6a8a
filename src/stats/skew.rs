//! Means of skewed values: an interval that moves and grows where few values carry the mean, and when to distrust even that.
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

/// With more degrees of freedom than this, Student's ratio is as good as normal: its point at 5 % is 0.06 % farther out.
const NORMAL_FROM: f64 = 2000.0;

/// Student's point for a mean of `n` values that is ±`z` for a normal one.
pub fn student_of(z: f64, n: u64) -> f64 {
    if n < 2 { z } else { student_point(z, (n - 1) as f64) }
}

fn student_point(z: f64, freedom: f64) -> f64 {
    if freedom < NORMAL_FROM { student(2.0 * normal_cdf(-z), freedom) } else { z }
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

    /// How many degrees of freedom the deviation has, at least 1: n / g², but no more than n − 1.
    ///
    /// A variance has 2n / (κ + 2) of them for an excess kurtosis κ (Box 1953), and κ ≥ g² − 2 (Pearson 1916), so at most 2n / g². Half of
    /// that, because events that differ in size have about twice the least kurtosis. Of values 0 and 1 it is about the number of ones, where they are few.
    fn freedom(&self) -> f64 {
        let n = self.n as f64;
        (n / (self.skewness * self.skewness)).max(1.0).min(n - 1.0)
    }

    /// The interval mean ± z: from Hall's end, or Student's where that is farther out. Hall's monotone transformation of Student's
    /// ratio takes its skewness away (Hall 1992, section 4), but where few values carry the mean the skewness itself is
    /// uncertain, and the transformation may move an end inward.
    pub fn interval(&self, z: f64) -> Interval {
        let reach = student_point(z, self.freedom());
        let (low, high) = (self.untransformed(reach).max(reach), self.untransformed(-reach).min(-reach));
        Interval { low: self.mean - self.error() * low, high: self.mean - self.error() * high }
    }

    /// The probability, if the true mean were `truth`, of a mean at least as far from it: two-sided, below α exactly where the
    /// interval at 1 − α leaves `truth` out.
    pub fn p(&self, truth: f64) -> f64 {
        let student = (self.mean - truth) / self.error();
        let hall = self.transformed(student);
        // On one side of the mean by Student's ratio and on the other by Hall's: no interval leaves it out.
        let x = if student * hall > 0.0 { fabs(student).min(fabs(hall)) } else { 0.0 };
        let freedom = self.freedom();
        if freedom < NORMAL_FROM { student_beyond(x, freedom) } else { 2.0 * normal_cdf(-x) }
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
    fn without_skewness_it_is_students_interval() {
        let found = of(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        let (interval, error) = (found.interval(Z95), found.error());
        // Student's point with eight degrees of freedom.
        let reach = 2.306_004_135_204 * error;
        assert!(found.skewness.abs() < 1e-12 && found.is_carried_by_few(), "nine values show no skewness");
        assert!((interval.low - (5.0 - reach)).abs() < 1e-9 && (interval.high - (5.0 + reach)).abs() < 1e-9);
    }

    #[test]
    fn with_skewness_it_reaches_towards_the_long_tail() {
        let found = of(&events(997, &[20, 21, 22]));
        let interval = found.interval(Z95);
        assert!(found.is_carried_by_few());
        let point = student_point(Z95, found.freedom());
        assert!(interval.high - found.mean > 2.0 * point * found.error(), "{interval:?}");
        assert!((found.mean - interval.low - point * found.error()).abs() < 1e-12, "{interval:?}");
    }

    fn events(none: usize, some: &[u64]) -> Vec<u64> {
        let mut values = vec![0; none];
        values.extend(some);
        values
    }

    /// By scipy: degrees of freedom, Student's point, both ends, and the p of a mean of 0.
    #[test]
    fn known_intervals_come_out() {
        for (values, known) in [
            (
                events(997, &[20, 21, 22]),
                [
                    3.013_448_130_52,
                    3.174_426_820_02,
                    -0.052_435_418_078_7,
                    0.434_126_112_056,
                    0.181_203_570_405,
                ],
            ),
            (
                events(960, &[1; 40]),
                [
                    45.368_620_037_8,
                    2.013_651_813_73,
                    0.027_515_612_341_4,
                    0.054_182_831_877_5,
                    6.429_297_24e-8,
                ],
            ),
            (
                vec![0, 0, 0, 0, 9, 1, 0, 2],
                [1.916_976_070_72, 4.486_255_208_4, -3.443_612_462_51, 12.142_589_676_5, 0.311_387_015_589],
            ),
        ] {
            let found = of(&values);
            let Interval { low, high } = found.interval(Z95);
            let got = [found.freedom(), student_point(Z95, found.freedom()), low, high, found.p(0.0)];
            for (got, known) in got.iter().zip(known) {
                assert!((got - known).abs() < 1e-9 * known.abs().max(1e-2), "{got} {known}");
            }
        }
    }

    /// Both transformations are monotone, so the test and the interval say the same of any value.
    #[test]
    fn the_test_refutes_exactly_what_the_interval_leaves_out() {
        for values in
            [&[0, 0, 0, 0, 9, 1, 0, 2][..], &[5, 6, 7, 8, 400, 5], &[1, 2, 3], &[7, 7, 7, 7, 7, 7, 0]]
        {
            let found = of(values);
            let interval = found.interval(Z95);
            for end in [interval.low, interval.high] {
                assert!((found.p(end) - 0.05).abs() < 1e-9, "{values:?}: {}", found.p(end));
            }
            assert!(found.p(found.mean) > 0.9 && found.p(interval.high + found.error()) < 0.05);
        }
    }
}
