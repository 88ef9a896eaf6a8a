//! Fractions of whole numbers, and a small chain's ends in them: 5/54, not 0.0926.
//!
//! Exact, or nothing: what does not fit 128 bits is no fraction here. Absent on purpose: guessing a fraction from digits.

use std::fmt;

use super::chain::Chain;

/// A fraction of whole numbers that are not negative, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    over: u128,
    under: u128,
}

fn common(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Fraction {
    /// 0.
    pub const ZERO: Fraction = Fraction { over: 0, under: 1 };

    /// `over`/`under`; none for a division by 0.
    pub fn new(over: u128, under: u128) -> Option<Fraction> {
        let by = common(over, under);
        (under != 0).then(|| Fraction { over: over / by, under: under / by })
    }

    /// The sum; none if it does not fit.
    pub fn plus(self, other: Fraction) -> Option<Fraction> {
        let by = common(self.under, other.under);
        let (left, right) = (other.under / by, self.under / by);
        let over = self.over.checked_mul(left)?.checked_add(other.over.checked_mul(right)?)?;
        Fraction::new(over, self.under.checked_mul(left)?)
    }

    /// The product; none if it does not fit.
    pub fn times(self, other: Fraction) -> Option<Fraction> {
        // Shortened first: so what fits in the end fits on the way.
        let (a, b) = (common(self.over, other.under).max(1), common(other.over, self.under).max(1));
        let over = (self.over / a).checked_mul(other.over / b)?;
        Fraction::new(over, (self.under / b).checked_mul(other.under / a)?)
    }

    /// This divided by the other; none if it does not fit, or for a division by 0.
    pub fn divided_by(self, other: Fraction) -> Option<Fraction> {
        self.times(Fraction::new(other.under, other.over)?)
    }

    /// As a number, to its last bit but one.
    pub fn value(self) -> f64 {
        self.over as f64 / self.under as f64
    }

    /// Whether people read it at a glance: at most so many under the line.
    pub fn is_short(self, most: u128) -> bool {
        self.under <= most
    }
}

/// `5/54`; a whole number as such.
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.under {
            1 => write!(f, "{}", self.over),
            under => write!(f, "{}/{under}", self.over),
        }
    }
}

/// An end of a chain in fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExactEnd {
    /// Its probability.
    pub share: Fraction,
    /// The mean of the time until then, over the runs that end so, times their share; in the unit of which the states' parts
    /// are the rates.
    pub time: Fraction,
}

impl Chain {
    /// The ends in fractions, where every move has a whole number of parts, no state is come back to, and all numbers fit. A
    /// state with parts of n together is left at the rate n.
    pub fn exact_ends(&self) -> Option<Vec<ExactEnd>> {
        let none = ExactEnd { share: Fraction::ZERO, time: Fraction::ZERO };
        let order = self.order(true)?;
        let (mut states, mut ends) = (vec![none; self.states()], vec![none; self.ends()]);
        let add = |to: &mut ExactEnd, mass: ExactEnd, share: Fraction| {
            to.share = to.share.plus(mass.share.times(share)?)?;
            to.time = to.time.plus(mass.time.times(share)?)?;
            Some(())
        };
        let whole: u64 = self.beginnings().iter().map(|it| it.parts).sum();
        for it in self.beginnings() {
            let to = it.to.get().map_or_else(|end| &mut ends[end], |state| &mut states[state]);
            let one = ExactEnd { share: Fraction::new(1, 1)?, ..none };
            add(to, one, part(it.parts, whole)?)?;
        }
        for state in order {
            let moves = self.of(state as usize);
            let whole: u64 = moves.iter().map(|it| it.parts).sum();
            let mut mass = states[state as usize];
            mass.time = mass.time.plus(mass.share.times(Fraction::new(1, u128::from(whole))?)?)?;
            for it in moves {
                let to = it.to.get().map_or_else(|end| &mut ends[end], |state| &mut states[state]);
                add(to, mass, part(it.parts, whole)?)?;
            }
        }
        Some(ends)
    }
}

/// None for a move that is no whole number of parts.
fn part(parts: u64, whole: u64) -> Option<Fraction> {
    if parts == 0 { None } else { Fraction::new(u128::from(parts), u128::from(whole)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Mark, Move, Target};

    fn fraction(over: u128, under: u128) -> Fraction {
        Fraction::new(over, under).expect("not divided by 0")
    }

    #[test]
    fn fractions_are_reckoned_with_in_lowest_terms() {
        let (third, sixth) = (fraction(2, 6), fraction(1, 6));
        assert_eq!(third.plus(sixth), Some(fraction(1, 2)));
        assert_eq!(third.times(sixth), Some(fraction(1, 18)));
        assert_eq!(third.divided_by(sixth), Some(fraction(2, 1)));
        assert_eq!((third.to_string(), fraction(4, 2).to_string()), ("1/3".into(), "2".into()));
        assert_eq!((Fraction::new(1, 0), third.divided_by(Fraction::ZERO)), (None, None));
        assert_eq!(Fraction::ZERO.times(third), Some(Fraction::ZERO));
    }

    #[test]
    fn what_does_not_fit_is_nothing() {
        let tiny = fraction(1, u128::MAX);
        assert_eq!(tiny.times(fraction(1, 2)), None);
        assert_eq!(tiny.plus(fraction(1, 2)), None);
        assert_eq!(tiny.times(fraction(u128::MAX, 3)), Some(fraction(1, 3)));
    }

    #[test]
    fn a_race_of_two_to_one_is_told_in_thirds() {
        let to = |to: Target, parts: u32| Move {
            to,
            share: f64::from(parts) / 3.0,
            parts: parts.into(),
            mark: Mark::default(),
        };
        let mut chain = Chain::new();
        chain.begin(Move { share: 1.0, ..to(Target::state(0), 1_u32) });
        chain.leave(3.0, &[to(Target::end(0), 2), to(Target::end(1), 1)]);
        let ends = chain.exact_ends().expect("all parts are whole");
        assert_eq!((ends[0].share, ends[1].share), (fraction(2, 3), fraction(1, 3)));
        assert_eq!((ends[0].time, ends[1].time), (fraction(2, 9), fraction(1, 9)));
        let mut uneven = chain.clone();
        uneven.leave(1.0, &[to(Target::end(0), 0)]);
        assert_eq!(uneven.exact_ends(), None);
    }
}
