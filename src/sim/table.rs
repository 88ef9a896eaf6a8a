//! One word makes one sample: inversion of any distribution by a table of its quantiles.
//!
//! A delay costs the same for every distribution, a look-up and an integer interpolation, and is monotone in its
//! word: two runs that differ only in a distribution stay coupled. `libm` is called when the table is built, never
//! when a run draws. Absent on purpose: the distributions themselves.
//!
//! A word x stands for u = (x + ½) / 2³². Both tails are cut into octaves of the tail probability, each octave into
//! [`SEGMENTS`] pieces, down to the smallest u: linear interpolation then has a relative error in the tail
//! probability's curvature alone, the same in every octave. For the exponential it is below (1/128)²/8 < 8e-6 of the
//! mean, far below what any number of runs that can be afforded shows.

use std::sync::Arc;

/// Pieces of an octave.
const SEGMENTS: usize = 128;
const SEGMENT_BITS: u32 = SEGMENTS.trailing_zeros();
/// Bits of the position within a piece.
const FRACTION_BITS: u32 = 31 - SEGMENT_BITS;
/// Knots of one tail: 32 octaves of the odd number 2y + 1 < 2³², and the median.
const SIDE: usize = 32 * SEGMENTS + 1;

/// A distribution's quantiles in nanoseconds, ready to be drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantileTable {
    knots: Arc<[u64]>,
}

impl QuantileTable {
    /// Tabulates a quantile function.
    ///
    /// `quantile(p, upper)` is the value below which (above which, if `upper`) lies probability `p` ≤ ½, in ns. It
    /// must be monotone; what floating point leaves of non-monotonicity is levelled here.
    pub fn new(quantile: impl Fn(f64, bool) -> u64) -> Self {
        let mut knots = vec![0; 2 * SIDE];
        let mut below = 0;
        for (i, knot) in knots[..SIDE].iter_mut().enumerate() {
            below = quantile(tail_probability(i), false).max(below);
            *knot = below;
        }
        for i in (0..SIDE).rev() {
            below = quantile(tail_probability(i), true).max(below);
            knots[SIDE + i] = below;
        }
        QuantileTable { knots: knots.into() }
    }

    /// The sample of one word, in ns.
    #[inline(always)]
    pub fn sample(&self, word: u32) -> u64 {
        let upper = (word as i32) >> 31;
        let odd = (word ^ upper as u32) << 1 | 1;
        let zeros = odd.leading_zeros();
        let mantissa = odd << zeros;
        let segment = (mantissa >> FRACTION_BITS) as usize & (SEGMENTS - 1);
        let fraction = mantissa & ((1 << FRACTION_BITS) - 1);
        let knot = (upper as usize & SIDE) + ((31 - zeros) as usize) * SEGMENTS + segment;
        let pair = &self.knots[knot..knot + 2];
        let rise = i128::from(pair[1] as i64 - pair[0] as i64) * i128::from(fraction);
        (pair[0] as i64 + (rise >> FRACTION_BITS) as i64) as u64
    }
}

/// The tail probability of a side's knot.
fn tail_probability(knot: usize) -> f64 {
    let octave = knot / SEGMENTS;
    let within = (SEGMENTS + knot % SEGMENTS) as f64 / SEGMENTS as f64;
    within * (1u64 << octave) as f64 / (1u64 << 33) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> QuantileTable {
        let scale = (1u64 << 40) as f64;
        QuantileTable::new(|p, upper| (if upper { 1.0 - p } else { p } * scale) as u64)
    }

    #[test]
    fn the_identity_comes_back_to_the_bit_of_the_word() {
        let table = identity();
        for word in [0, 1, 2, 127, 128, 65_537, 0x7FFF_FFFF, 0x8000_0000, 0x9234_5678, u32::MAX - 1, u32::MAX]
        {
            let exact = u64::from(word) * 256 + 128;
            assert!(
                table.sample(word).abs_diff(exact) <= 1,
                "word {word}: {} is not {exact}",
                table.sample(word)
            );
        }
    }

    #[test]
    fn samples_are_monotone_across_pieces_octaves_and_sides() {
        let table = QuantileTable::new(|p, upper| {
            let v = if upper { p } else { 1.0 - p };
            (-libm::log(v) * 20e6) as u64
        });
        let mut last = 0;
        for step in 0..(1u64 << 22) {
            let sample = table.sample((step << 10) as u32);
            assert!(sample >= last, "at step {step}");
            last = sample;
        }
    }
}
