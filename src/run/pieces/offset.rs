//! The law of the offset between two starts, each at a time or uniform on a span: in whole numbers.

use crate::stats::Fraction;

/// When a proposer starts, ns: uniform from one time to another, or at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub from: u64,
    pub to: u64,
}

impl Span {
    fn width(self) -> i128 {
        i128::from(self.to) - i128::from(self.from)
    }
}

/// The least and the greatest offset of the second start from the first, ns.
pub(super) fn range([first, second]: [Span; 2]) -> (i64, i64) {
    // Times of a scenario are at most 2^57 ns.
    (second.from as i64 - first.to as i64, second.to as i64 - first.from as i64)
}

/// The probability that the offset lies between two numbers of its range.
pub(super) fn share(spans: [Span; 2], (from, to): (i64, i64)) -> Option<Fraction> {
    let [first, second] = spans;
    let below = |x: i64| area(spans, i128::from(x));
    match (first.width(), second.width()) {
        (0, 0) => Fraction::new(1, 1),
        (0, wide) | (wide, 0) => {
            Fraction::new(u128::try_from(i128::from(to) - i128::from(from)).ok()?, wide as u128)
        }
        (a, b) => Fraction::new(u128::try_from(below(to) - below(from)).ok()?, (2 * a * b) as u128),
    }
}

/// Twice the area of the pairs of starts with an offset of at most x.
fn area([first, second]: [Span; 2], x: i128) -> i128 {
    let [a, b] = [first, second].map(|it| (i128::from(it.from), i128::from(it.to)));
    let corner = |at: i128| at.max(0) * at.max(0);
    corner(x + a.1 - b.0) - corner(x + a.0 - b.0) - corner(x + a.1 - b.1) + corner(x + a.0 - b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_two_uniform_starts_are_triangular() {
        let spans = [Span { from: 0, to: 30 }, Span { from: 0, to: 30 }];
        assert_eq!(range(spans), (-30, 30));
        assert_eq!(share(spans, (-30, 30)), Fraction::new(1, 1));
        assert_eq!(share(spans, (10, 30)), Fraction::new(2, 9));
        assert_eq!(share(spans, (-10, 10)), Fraction::new(5, 9));
        let one = [Span { from: 5, to: 5 }, Span { from: 0, to: 30 }];
        assert_eq!((range(one), share(one, (-5, 10))), ((-5, 25), Fraction::new(1, 2)));
        let unequal = [Span { from: 0, to: 10 }, Span { from: 20, to: 40 }];
        assert_eq!(share(unequal, (10, 30)), Fraction::new(3, 4));
    }
}
