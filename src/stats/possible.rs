//! Whether sums that were read from a file can be those of any whole numbers.
//!
//! Absent on purpose: which numbers. What passes here overflows nothing that is computed from it.

use super::{Moments, Pairs};

impl Moments {
    /// Whether some whole numbers below 2⁶⁴ have this count, this sum and this sum of squares.
    pub fn is_possible(&self) -> bool {
        let most = u128::from(self.n) * u128::from(u64::MAX);
        let squares = self.sum_squares == u128::MAX || self.sum_squares <= self.sum.saturating_mul(self.sum);
        let cubes = cubes_fit(self.sum, false, self.sum_squares, [self.sum_cubes, 0]);
        self.sum <= most && squares && cubes && fits(self.n, self.sum, self.sum_squares)
    }
}

impl Pairs {
    /// Whether some pairs of whole numbers have these sums.
    pub fn is_possible(&self) -> bool {
        let (a, b) = (&self.a, &self.b);
        let most = a.sum_squares.saturating_add(b.sum_squares);
        let apart = a.sum.abs_diff(b.sum);
        a.n == b.n
            && a.is_possible()
            && b.is_possible()
            && self.sum_squares <= most
            && self.apart <= a.n
            && u128::from(self.apart) <= self.sum_squares
            && (self.apart > 0) == (self.sum_squares > 0)
            && cubes_fit(apart, a.sum > b.sum, self.sum_squares, self.cubes)
            && fits(a.n, apart, self.sum_squares)
    }
}

/// Whether `n` whole numbers, of any sign, can have this sum (or its negative) and this sum of squares, which stays at
/// `u128::MAX` once it has come there.
fn fits(n: u64, sum: u128, squares: u128) -> bool {
    let n = u128::from(n);
    if n == 0 {
        return sum == 0 && squares == 0;
    }
    if squares == u128::MAX {
        return true;
    }
    // With s = n·q + r: Σ(x − q)² = Σx² − q·s − q·r, and Σ(x − q)² ≥ Σ(x − q) = r. A square is odd where its root is.
    let (q, r) = (sum / n, sum % n);
    let around = q.checked_mul(sum).and_then(|taken| squares.checked_sub(taken));
    let around = around.and_then(|left| left.checked_sub(q.checked_mul(r)?));
    (sum ^ squares) & 1 == 0 && around.is_some_and(|around| around >= r)
}

/// Whether whole numbers with this sum, which may be the negative of what is given, and these squares can have these sums of
/// cubes, of those above 0 and of those below it; each stays at `u128::MAX` once it has come there.
fn cubes_fit(sum: u128, is_negative: bool, squares: u128, cubes: [u128; 2]) -> bool {
    if cubes.contains(&u128::MAX) || squares == u128::MAX {
        return true;
    }
    // x³ leaves what x leaves when divided by six, and |x|³ ≥ x² ≥ |x|.
    let left = |x: u128, is_negative: bool| if is_negative { (6 - x % 6) % 6 } else { x % 6 };
    let same = (left(cubes[0], false) + left(cubes[1], true)) % 6 == left(sum, is_negative);
    let all = cubes[0].checked_add(cubes[1]);
    // The root of the squares is the most that one number can be.
    let most = squares.isqrt().checked_mul(squares);
    same && all.is_some_and(|all| all >= squares && most.is_none_or(|most| all <= most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[u64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|&value| moments.record(value));
        moments
    }

    #[test]
    fn sums_of_numbers_are_possible() {
        for values in [&[][..], &[0], &[7], &[0, 0, 5], &[u64::MAX], &[u64::MAX; 9], &[1, 2, 3, u64::MAX]] {
            assert!(of(values).is_possible(), "{values:?}");
        }
        let mut pairs = Pairs::default();
        for (a, b) in [(0, 9), (u64::MAX, 0), (5, 5), (3, 1)] {
            pairs.record(a, b);
            assert!(pairs.is_possible(), "{pairs:?}");
        }
    }

    #[test]
    fn and_others_are_not() {
        let right = of(&[3, 4, 12]);
        for wrong in [
            Moments { n: 0, ..right },
            Moments { sum: right.sum + 1, ..right },
            Moments { sum_squares: right.sum_squares + 1, ..right },
            Moments { sum_squares: 9, ..right },
            Moments { sum_squares: 99_999, ..right },
            Moments { sum: u128::MAX, sum_squares: u128::MAX, ..right },
            Moments { n: 1, sum: 1 << 70, sum_squares: u128::MAX, sum_cubes: u128::MAX },
            Moments { sum_cubes: right.sum_cubes + 1, ..right },
            Moments { sum_cubes: right.sum_cubes + 6_000, ..right },
            Moments { sum_cubes: right.sum % 6, ..right },
        ] {
            assert!(!wrong.is_possible(), "{wrong:?}");
        }
        let mut pairs = Pairs::default();
        pairs.record(1, 3);
        pairs.record(9, 2);
        for wrong in [
            Pairs { sum_squares: pairs.sum_squares + 2000, ..pairs },
            Pairs { sum_squares: pairs.sum_squares + 1, ..pairs },
            Pairs { sum_squares: 1, ..pairs },
            Pairs { cubes: [pairs.cubes[1], pairs.cubes[0]], ..pairs },
            Pairs { cubes: [pairs.cubes[0] + 6_000, pairs.cubes[1]], ..pairs },
            Pairs { a: Moments { n: 3, ..pairs.a }, ..pairs },
        ] {
            assert!(!wrong.is_possible(), "{wrong:?}");
        }
    }
}
