//! A part of the results as bytes: whole numbers of seven bits a byte, in a fixed order.
//!
//! Absent on purpose: whether a part fits its sweep; the ledger judges that. What is no part is refused, whatever it is,
//! without a panic and without allocating more than a few times its length.

use std::collections::BTreeMap;

use crate::check::ClientOutcome;
use crate::check::Counter;
use crate::stats::{Histogram, Moments};
use crate::sweep::{AnswerTimes, Part, Totals};
use crate::trace::Digest;

/// The bytes of a part.
pub fn encode(part: &Part) -> Vec<u8> {
    let mut out = Out(Vec::new());
    out.number(part.cell);
    out.number(part.chunks.len() as u64);
    for (chunk, digest) in &part.chunks {
        out.number(*chunk);
        out.0.extend(digest.0.to_le_bytes());
    }
    let t = &part.totals;
    out.number(t.runs);
    out.list(&t.winners);
    out.number(t.undecided);
    out.list(&t.verdicts);
    out.number(t.violations);
    out.list(&t.violated);
    match t.first_violation {
        None => out.number(0),
        Some(seed) => {
            out.number(1);
            out.number(seed);
        }
    }
    out.list(&t.hazards);
    out.number(t.outcomes.len() as u64);
    for (joint, count) in &t.outcomes {
        out.number(joint.len() as u64);
        joint.iter().for_each(|outcome| out.outcome(*outcome));
        out.number(*count);
    }
    [&t.duel_histogram, &t.open_duels].iter().for_each(|lengths| out.lengths(lengths));
    out.histogram(&t.chosen_at_histogram);
    out.histogram(&t.censored_at_histogram);
    [t.chosen_at, t.ended_at].iter().for_each(|times| out.moments(times));
    Counter::SUMMED.iter().for_each(|&counter| out.moments(&t.counters[counter]));
    out.number(t.preempted.len() as u64);
    t.preempted.iter().for_each(|moments| out.moments(moments));
    out.number(t.answers.len() as u64);
    for answers in &t.answers {
        [&answers.at, &answers.cut_off].iter().for_each(|times| out.histogram(times));
    }
    super::pairs::encode(&mut out, part.paired.as_ref());
    out.0
}

/// The part of these bytes; none if they are no part.
pub fn decode(bytes: &[u8]) -> Option<Part> {
    let mut from = In(bytes);
    let cell = from.number()?;
    let chunks = from.many(|from| Some((from.number()?, Digest(from.digest()?))))?;
    let mut t = Totals { runs: from.number()?, winners: from.many(In::number)?, ..Totals::default() };
    t.undecided = from.number()?;
    t.verdicts = from.list()?;
    t.violations = from.number()?;
    t.violated = from.list()?;
    t.first_violation = match from.number()? {
        0 => None,
        1 => Some(from.number()?),
        _ => return None,
    };
    t.hazards = from.list()?;
    t.outcomes = from.map(|from| Some((from.many(In::outcome)?, from.number()?)))?;
    (t.duel_histogram, t.open_duels) = (from.lengths()?, from.lengths()?);
    t.chosen_at_histogram = from.histogram()?;
    t.censored_at_histogram = from.histogram()?;
    (t.chosen_at, t.ended_at) = (from.moments()?, from.moments()?);
    for counter in Counter::SUMMED {
        t.counters[counter] = from.moments()?;
    }
    t.preempted = from.many(In::moments)?;
    let submissions = t.outcomes.keys().next().map_or(0, Vec::len);
    t.answers = from.answers(submissions)?;
    let paired = super::pairs::decode(&mut from)?;
    from.0.is_empty().then_some(Part { cell, chunks, totals: t, paired })
}

pub(super) struct Out(pub(super) Vec<u8>);

impl Out {
    pub(super) fn number(&mut self, value: u64) {
        self.wide(u128::from(value));
    }

    pub(super) fn wide(&mut self, mut value: u128) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn list(&mut self, values: &[u64]) {
        self.number(values.len() as u64);
        values.iter().for_each(|value| self.number(*value));
    }

    fn outcome(&mut self, outcome: ClientOutcome) {
        match outcome {
            ClientOutcome::Own => self.0.push(0),
            ClientOutcome::Other => self.0.push(1),
            ClientOutcome::None => self.0.push(2),
            ClientOutcome::Failed { phase, count } => self.0.extend([3, phase, count]),
        }
    }

    /// Each bucket's distance from the one before, and its count.
    fn histogram(&mut self, histogram: &Histogram) {
        self.number(histogram.buckets().count() as u64);
        let mut before = 0;
        for bucket in histogram.buckets() {
            self.number(bucket.low - before);
            self.number(bucket.count);
            before = bucket.low;
        }
    }

    /// Runs by a duel's length.
    fn lengths(&mut self, runs: &BTreeMap<u32, u64>) {
        self.number(runs.len() as u64);
        for (&length, &count) in runs {
            self.number(length.into());
            self.number(count);
        }
    }

    pub(super) fn moments(&mut self, moments: &Moments) {
        self.number(moments.n);
        self.wide(moments.sum);
        self.wide(moments.sum_squares);
        self.wide(moments.sum_cubes);
    }
}

pub(super) struct In<'a>(pub(super) &'a [u8]);

impl In<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        u64::try_from(self.wide()?).ok()
    }

    /// In its one spelling: no digits that are lost, and none that add nothing.
    pub(super) fn wide(&mut self) -> Option<u128> {
        let mut value = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            let digit = u128::from(byte & 0x7f);
            if digit << shift >> shift != digit {
                return None;
            }
            value |= digit << shift;
            if byte < 0x80 {
                return (byte > 0 || shift == 0).then_some(value);
            }
        }
        None
    }

    fn lengths(&mut self) -> Option<BTreeMap<u32, u64>> {
        self.map(|from| Some((u32::try_from(from.number()?).ok()?, from.number()?)))
    }

    pub(super) fn moments(&mut self) -> Option<Moments> {
        let n = self.number()?;
        Some(Moments { n, sum: self.wide()?, sum_squares: self.wide()?, sum_cubes: self.wide()? })
    }

    fn digest(&mut self) -> Option<u128> {
        let (bytes, rest) = self.0.split_first_chunk::<16>()?;
        self.0 = rest;
        Some(u128::from_le_bytes(*bytes))
    }

    /// A list of things that take a byte at least.
    pub(super) fn many<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        if count > self.0.len() as u64 {
            return None;
        }
        (0..count).map(|_| one(self)).collect()
    }

    /// As many as joint outcomes have clients: an empty one has hardly a byte, and takes much memory.
    fn answers(&mut self, submissions: usize) -> Option<Vec<AnswerTimes>> {
        if self.number()? != submissions as u64 {
            return None;
        }
        let one = |_| Some(AnswerTimes { at: self.histogram()?, cut_off: self.histogram()? });
        (0..submissions).map(one).collect()
    }

    fn map<K: Ord, V>(&mut self, one: impl Fn(&mut Self) -> Option<(K, V)>) -> Option<BTreeMap<K, V>> {
        let entries = self.many(one)?;
        let is_sorted = entries.windows(2).all(|pair| pair[0].0 < pair[1].0);
        is_sorted.then(|| entries.into_iter().collect())
    }

    pub(super) fn list<const N: usize>(&mut self) -> Option<[u64; N]> {
        self.many(In::number)?.try_into().ok()
    }

    fn outcome(&mut self) -> Option<ClientOutcome> {
        match self.byte()? {
            0 => Some(ClientOutcome::Own),
            1 => Some(ClientOutcome::Other),
            2 => Some(ClientOutcome::None),
            3 => Some(ClientOutcome::Failed { phase: self.byte()?, count: self.byte()? }),
            _ => None,
        }
    }

    /// In its one spelling, too.
    fn histogram(&mut self) -> Option<Histogram> {
        let mut histogram = Histogram::new();
        let mut low = 0_u64;
        for (step, count) in self.many(|from| Some((from.number()?, from.number()?)))? {
            low = low.checked_add(step)?;
            histogram.fill(low, count)?;
        }
        Some(histogram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part() -> Part {
        let mut totals = Totals { runs: 5, winners: vec![2, 1], undecided: 2, ..Totals::default() };
        totals.verdicts[0] = 3;
        totals.verdicts[3] = 2;
        totals.first_violation = Some(u64::MAX);
        totals.outcomes.insert(vec![ClientOutcome::Own, ClientOutcome::Failed { phase: 2, count: 1 }], 3);
        totals.outcomes.insert(vec![ClientOutcome::None, ClientOutcome::Other], 2);
        totals.duel_histogram.insert(u32::MAX, 3);
        totals.open_duels.insert(0, 2);
        for value in [0, 1, 2048, 123_456_789, u64::MAX] {
            totals.chosen_at.record(value);
            totals.chosen_at_histogram.record(value);
        }
        totals.counters[Counter::Events].sum = u128::MAX;
        totals.preempted = vec![totals.chosen_at, Default::default()];
        totals.grow_answers(2);
        totals.answers[0].at = totals.chosen_at_histogram.clone();
        totals.answers[1].cut_off.record_n(123_456_789, 2);
        Part { cell: 7, chunks: vec![(0, Digest(u128::MAX)), (u64::MAX, Digest(1))], totals, paired: None }
    }

    #[test]
    fn a_part_comes_back_from_its_bytes() {
        let part = part();
        assert_eq!(decode(&encode(&part)), Some(part));
        assert_eq!(decode(&encode(&Part::default())), Some(Part::default()));
    }

    /// Whatever is read is written again as it was: there is one spelling, and nothing is dropped.
    #[test]
    fn other_bytes_are_another_part_or_none() {
        let bytes = encode(&part());
        for end in 0..bytes.len() {
            assert_eq!(decode(&bytes[..end]), None, "cut at {end}");
        }
        for at in 0..bytes.len() {
            for byte in 0..=u8::MAX {
                let mut other = bytes.clone();
                other[at] = byte;
                if let Some(part) = decode(&other)
                    && part.totals.chosen_at_histogram.count() == 5
                {
                    assert!(at == 0 || encode(&part).len() <= other.len(), "byte {at} is {byte}");
                }
            }
        }
        for flood in
            [vec![0xff; 40], vec![0x7f; 40], [&[0, 0xff, 0xff, 0xff, 0xff, 0x0f][..], &[0; 9]].concat()]
        {
            assert_eq!(decode(&flood), None);
        }
    }
}
