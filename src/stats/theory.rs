//! Closed forms of livelocks between two proposers: the region of delays, retries and offsets in which nothing is ever
//! chosen.
//!
//! Each form is a union of convex regions with linear bounds, so that it can be asked at a point and drawn exactly in any
//! plane. The forms were derived by hand and confirmed by exhaustive integer scans. Absent on purpose: which scenario a
//! form applies to, and forms of probabilities and means.

/// A point: what two broadcasting proposers with constant delays are like. Times in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// One-way delay.
    pub delay: i64,
    /// From a failure to the next attempt.
    pub retry: i64,
    /// The start of the proposer with the higher id after that of the lower one; negative if it is first.
    pub offset: i64,
    /// The attempt's time-out; 0 if there is none.
    pub timeout: i64,
}

/// A half plane: `delay·d + retry·r + offset·x + timeout·τ < 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Half {
    /// Coefficient of the delay.
    pub delay: i64,
    /// Of the retry.
    pub retry: i64,
    /// Of the offset.
    pub offset: i64,
    /// Of the time-out.
    pub timeout: i64,
}

const fn half(delay: i64, retry: i64, offset: i64, timeout: i64) -> Half {
    Half { delay, retry, offset, timeout }
}

impl Half {
    /// The left side at a point.
    pub fn at(&self, p: Point) -> i128 {
        let terms = [
            (self.delay, p.delay),
            (self.retry, p.retry),
            (self.offset, p.offset),
            (self.timeout, p.timeout),
        ];
        terms.into_iter().map(|(a, b)| i128::from(a) * i128::from(b)).sum()
    }
}

/// A closed form.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is about, and its condition; for people.
    pub label: &'static str,
    /// Where it says anything: all of these hold.
    pub domain: &'static [Half],
    /// Where nothing is ever chosen: all bounds of one of these hold.
    pub regions: &'static [&'static [Half]],
}

impl Form {
    /// Whether nothing is ever chosen at a point; none where the form does not say, on a bound among others.
    pub fn livelocks(&self, point: Point) -> Option<bool> {
        let inside = |bounds: &[Half]| bounds.iter().all(|bound| bound.at(point) < 0);
        let on_bound = self.regions.iter().any(|bounds| bounds.iter().any(|bound| bound.at(point) == 0));
        if !inside(self.domain) || on_bound {
            return None;
        }
        Some(self.regions.iter().any(|bounds| inside(bounds)))
    }
}

/// Local pre-emption with a fixed retry: below the delay it livelocks, if the starts are within two delays. For ballots past
/// the highest seen.
pub static LOCAL_PREEMPTION: Form = Form {
    label: "local pre-emption, retry r < d and |x| < 2d",
    domain: &[],
    regions: &[&[half(-1, 1, 0, 0), half(-2, 0, 1, 0), half(-2, 0, -1, 0)]],
};

/// The same where the higher id does not learn of the lower one's ballots and gives up at the first rejection.
pub static LOCAL_PREEMPTION_FIRST_REJECT: Form = Form {
    label: "local pre-emption, retry r < d and r − 2d < x < 2d",
    domain: &[],
    regions: &[&[half(-1, 1, 0, 0), half(-2, 0, 1, 0), half(-2, 1, -1, 0)]],
};

/// The same where it gives up only when its quorum has become impossible.
pub static LOCAL_PREEMPTION_IMPOSSIBLE: Form = Form {
    label: "local pre-emption, retry r < d and −d < x < 2d",
    domain: &[],
    regions: &[&[half(-1, 1, 0, 0), half(-2, 0, 1, 0), half(-1, 0, -1, 0)]],
};

/// τ > 2d: an undisturbed attempt comes to its end.
const LONG_ENOUGH: Half = half(2, 0, 0, -1);

/// Silent rejections and an attempt time-out, ballots past the highest seen: attempts that keep cutting into each other.
pub static SILENT_PAST_HIGHEST: Form = Form {
    label: "silent rejections, τ + r − 2d < x < min(2d, τ + r − d) or max(d, τ + r − 2d) < −x < 2d",
    domain: &[LONG_ENOUGH],
    regions: &[
        &[half(-2, 1, -1, 1), half(-2, 0, 1, 0), half(1, -1, 1, -1)],
        &[half(1, 0, 1, 0), half(-2, 1, 1, 1), half(-2, 0, -1, 0)],
    ],
};

/// The same with the lab's ballots; only for the lower id first.
pub static SILENT_LAB: Form = Form {
    label: "silent rejections, lab ballots, τ + r − 2d < x < 2d",
    domain: &[LONG_ENOUGH, half(0, 0, -1, 0)],
    regions: &[&[half(-2, 1, -1, 1), half(-2, 0, 1, 0)]],
};

/// A corner of a polygon, in the units of two axes.
pub type Corner = (f64, f64);

/// The part of a convex polygon in which a linear function is at most 0 (Sutherland and Hodgman 1974).
pub fn clipped(polygon: &[Corner], value: impl Fn(Corner) -> f64) -> Vec<Corner> {
    let mut out = Vec::new();
    for (i, &to) in polygon.iter().enumerate() {
        let from = polygon[(i + polygon.len() - 1) % polygon.len()];
        let (before, after) = (value(from), value(to));
        if (before < 0.0) != (after < 0.0) && before != after {
            let share = before / (before - after);
            out.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
        }
        if after <= 0.0 {
            out.push(to);
        }
    }
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const D: i64 = 10_000_000;

    fn at(form: &Form, retry: i64, offset: i64, timeout: i64) -> Option<bool> {
        form.livelocks(Point { delay: D, retry, offset, timeout })
    }

    #[test]
    fn regions_are_those_of_the_forms() {
        let form = &LOCAL_PREEMPTION;
        assert_eq!(at(form, D - 1, 2 * D - 1, 0), Some(true));
        assert_eq!(at(form, D - 1, 1 - 2 * D, 0), Some(true));
        assert_eq!(at(form, D + 1, 0, 0), Some(false));
        assert_eq!(at(form, D - 1, 2 * D + 1, 0), Some(false));
        assert_eq!(at(form, D, 0, 0), None, "on the bound it does not say");
        // τ + r = 35 ms: A first from 15 to 20 ms, B first from 15 to 20 ms.
        for (offset, expected) in
            [(16, true), (-16, true), (14, false), (-14, false), (21, false), (-21, false)]
        {
            assert_eq!(
                at(&SILENT_PAST_HIGHEST, D / 2, offset * 1_000_000, 3 * D),
                Some(expected),
                "{offset}"
            );
        }
        assert_eq!(at(&SILENT_PAST_HIGHEST, D / 2, 0, 2 * D), None, "no attempt comes to its end");
        assert_eq!(at(&SILENT_LAB, D / 2, 16_000_000, 3 * D), Some(true));
        assert_eq!(at(&SILENT_LAB, D / 2, -16_000_000, 3 * D), None);
    }

    #[test]
    fn clipping_keeps_the_inside() {
        let square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)];
        let half = clipped(&square, |(x, _)| x - 1.0);
        assert_eq!(half.len(), 4);
        assert!(half.iter().all(|&(x, _)| x <= 1.0));
        assert_eq!(clipped(&square, |(x, y)| x + y - 9.0), square);
        assert_eq!(clipped(&square, |_| 1.0), []);
        assert_eq!(clipped(&square, |(x, y)| x + y - 2.0).len(), 3);
    }
}
