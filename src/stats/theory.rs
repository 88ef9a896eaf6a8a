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

/// The first and the last time at which something uniform happens, ns; the same for something that happens at a time.
pub type Span = (f64, f64);

impl Form {
    /// The probability that nothing is ever chosen, if the two starts (the lower id's first) are independent and uniform
    /// on these spans; the point's offset is looked at where both are times. None where the form does not say.
    pub fn share(&self, point: Point, [low, high]: [Span; 2]) -> Option<f64> {
        if low.0 == low.1 && high.0 == high.1 {
            return self.livelocks(point).map(|always| f64::from(u8::from(always)));
        }
        let within = |bounds: &[Half]| {
            let (from, to) = offsets(bounds, point)?;
            Some((apart(to, low, high) - apart(from, low, high)).max(0.0))
        };
        // All but what rounding loses.
        if within(self.domain)? < 1.0 - 1e-12 {
            return None;
        }
        self.regions.iter().map(|bounds| within(bounds)).sum()
    }
}

/// The offsets that lie within these bounds, whatever the point's own; none if the point is on a bound that holds for all.
fn offsets(bounds: &[Half], point: Point) -> Option<Span> {
    let (mut from, mut to) = (f64::NEG_INFINITY, f64::INFINITY);
    for bound in bounds {
        let rest = bound.at(Point { offset: 0, ..point }) as f64;
        match bound.offset {
            0 if rest == 0.0 => return None,
            // It holds nowhere.
            0 if rest > 0.0 => to = f64::NEG_INFINITY,
            0 => {}
            slope if slope > 0 => to = to.min(-rest / slope as f64),
            slope => from = from.max(-rest / slope as f64),
        }
    }
    Some((from.min(to), to))
}

/// The probability that the higher id starts at most `x` after the lower one.
fn apart(x: f64, low: Span, high: Span) -> f64 {
    if x.is_infinite() {
        return f64::from(u8::from(x > 0.0));
    }
    // Twice integrated: the part of the rectangle of both spans below a diagonal, by inclusion and exclusion of its corners.
    let corner = |h: f64, l: f64| (x - (h - l)).max(0.0);
    let (wide, tall) = (low.1 - low.0, high.1 - high.0);
    match (wide > 0.0, tall > 0.0) {
        (true, true) => {
            let square = |h: f64, l: f64| corner(h, l) * corner(h, l) / 2.0;
            let sum =
                square(high.0, low.1) - square(high.1, low.1) - square(high.0, low.0) + square(high.1, low.0);
            (sum / (wide * tall)).clamp(0.0, 1.0)
        }
        (true, false) => (corner(high.0, low.1) / wide).min(1.0),
        (false, true) => (corner(high.0, low.0) / tall).min(1.0),
        (false, false) => f64::from(u8::from(high.0 - low.0 <= x)),
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
    fn shares_are_areas() {
        let point = |retry: i64, offset: i64, timeout: i64| Point { delay: D, retry, offset, timeout };
        let d = D as f64;
        // Both uniform on (0, T): |x| < 2d with probability 1 − (1 − 2d/T)².
        for t in [2.0, 3.0, 7.5] {
            let share = LOCAL_PREEMPTION.share(point(D / 2, 0, 0), [(0.0, t * d); 2]).unwrap();
            let known = 1.0 - (1.0 - 2.0 / t) * (1.0 - 2.0 / t);
            assert!((share - known).abs() < 1e-12, "{t}: {share}, {known}");
        }
        let near = |found: Option<f64>, known: f64| found.is_some_and(|share| (share - known).abs() < 1e-12);
        let local = |retry, spans| LOCAL_PREEMPTION.share(point(retry, 0, 0), spans);
        assert!(near(local(D / 2, [(0.0, 0.0), (0.0, 2.0 * d)]), 1.0));
        assert!(near(local(D / 2, [(0.0, 0.0), (d, 4.0 * d)]), 1.0 / 3.0));
        assert!(near(local(D / 2, [(d, 4.0 * d), (0.0, 0.0)]), 1.0 / 3.0));
        assert_eq!(local(2 * D, [(0.0, d), (0.0, 2.0 * d)]), Some(0.0), "r > d");
        assert_eq!(local(D, [(0.0, d), (0.0, 2.0 * d)]), None, "r = d");
        assert_eq!(local(D / 2, [(0.0, 0.0), (0.0, 0.0)]), Some(1.0), "both at a time: as at a point");
        // τ + r = 3.5d: x from 1.5d to 2d, or from −2d to −1.5d.
        let silent = |form: &Form, spans| form.share(point(D / 2, 0, 3 * D), spans);
        assert!(near(silent(&SILENT_PAST_HIGHEST, [(0.0, 0.0), (0.0, 2.0 * d)]), 0.25));
        assert!(near(silent(&SILENT_PAST_HIGHEST, [(2.0 * d, 2.0 * d), (0.0, 4.0 * d)]), 0.25));
        assert!(near(silent(&SILENT_LAB, [(0.0, 0.0), (0.0, 2.0 * d)]), 0.25));
        assert_eq!(silent(&SILENT_LAB, [(0.0, 2.0 * d), (0.0, 2.0 * d)]), None, "the higher id may be first");
        assert_eq!(SILENT_LAB.share(point(D, 0, D), [(0.0, 0.0), (0.0, d)]), None, "τ < 2d");
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
