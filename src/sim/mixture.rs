//! Mixtures of distributions, drawn by inverting their common CDF: one word, one sample, monotone, as for all others.
//!
//! A mixture's quantile function jumps where a part begins or ends and stands still at its atoms (constants, samples).
//! Between those places it is smooth, and is tabulated there, piece by piece. Absent on purpose: weights in files.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::delay::{Distribution, DistributionError, MAX_DELAY_NS, Sampler};
use super::table::QuantileTable;

/// One part of a mixture.
#[derive(Clone, Debug, PartialEq)]
pub enum MixedPart {
    /// A distribution with a formula.
    Law(Distribution),
    /// Samples in ns, each as likely; at least one.
    Samples(Vec<u64>),
}

/// Most constants and samples of a mixture with other parts: each divides the table once more.
pub const MOST_ATOMS: usize = 64;

/// A piece of the quantile function.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// Its first word, and how many it has.
    first: u32,
    words: u64,
    /// A constant or a table over the piece.
    sampler: Sampler,
}

/// A quantile function in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pieces(Arc<[Piece]>);

impl Pieces {
    /// The sample of one word, in ns.
    pub fn sample(&self, word: u32) -> u64 {
        let at = self.0.partition_point(|piece| piece.first <= word).max(1) - 1;
        let piece = &self.0[at];
        let within = (u64::from(word - piece.first) << 32) / piece.words;
        piece.sampler.sample(within as u32)
    }

    /// Whether some piece can give this sample.
    pub(super) fn can_be(&self, ns: u64) -> bool {
        self.0.iter().any(|piece| piece.sampler.can_be(ns))
    }
}

/// Distributions with weights that add up to 1.
struct Mixture<'a>(Vec<(f64, &'a MixedPart)>);

/// The sampler of a mixture; the weights are relative to each other.
///
/// # Errors
/// When a part is no distribution.
pub fn mixture(parts: &[(f64, MixedPart)]) -> Result<Sampler, DistributionError> {
    for (_, part) in parts {
        if let MixedPart::Law(law) = part {
            law.check()?;
        }
    }
    // Every kind of message asks for the same one.
    static KNOWN: Mutex<BTreeMap<Vec<u64>, Sampler>> = Mutex::new(BTreeMap::new());
    const KEPT: usize = 64;
    let key = key(parts);
    if let Some(known) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(known.clone());
    }
    let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
    let mixture = Mixture(parts.iter().map(|(weight, part)| (weight / total, part)).collect());
    let sampler = mixture.sampler();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(key, sampler.clone());
    Ok(sampler)
}

fn key(parts: &[(f64, MixedPart)]) -> Vec<u64> {
    let mut key = Vec::new();
    for (weight, part) in parts {
        key.push(weight.to_bits());
        match part {
            MixedPart::Law(law) => key.extend(law.key()),
            // No law's key begins with it.
            MixedPart::Samples(samples) => {
                key.extend([u64::MAX, samples.len() as u64]);
                key.extend(samples);
            }
        }
    }
    key
}

impl Mixture<'_> {
    /// P(X < t + 1 ns) and P(X ≥ t + 1 ns): a sample is rounded down to whole ns.
    fn tails(&self, t: u64) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        for (weight, part) in &self.0 {
            let (below, above) = match part {
                MixedPart::Law(law) => law.tails(t),
                MixedPart::Samples(samples) => {
                    let n = samples.len() as f64;
                    let below = samples.iter().filter(|&&sample| sample <= t).count() as f64;
                    (below / n, (n - below) / n)
                }
            };
            sum = (sum.0 + weight * below, sum.1 + weight * above);
        }
        sum
    }

    /// The times right before which and at which the quantile function may jump or stand still.
    fn edges(&self) -> Vec<u64> {
        let mut edges = Vec::new();
        let mut atom = |at: u64| edges.extend([at.checked_sub(1), Some(at)].into_iter().flatten());
        for (_, part) in &self.0 {
            match part {
                MixedPart::Samples(samples) => samples.iter().for_each(|&sample| atom(sample)),
                MixedPart::Law(Distribution::Constant(at)) => atom(*at),
                MixedPart::Law(_) => {}
            }
        }
        for (_, part) in &self.0 {
            if let MixedPart::Law(law) = part {
                let (min, max) = law.support();
                edges.extend([min, max].into_iter().filter_map(|end| end?.checked_sub(1)));
            }
        }
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    fn sampler(&self) -> Sampler {
        // The probability below and above each end of a piece, and the first word beyond it.
        let word = |below: f64| ((below * 4_294_967_296.0 + 0.5) as u64).min(1 << 32);
        let mut ends: Vec<(f64, f64)> = vec![(0.0, 1.0)];
        ends.extend(self.edges().into_iter().map(|edge| self.tails(edge)));
        ends.push((1.0, 0.0));
        let mut pieces = Vec::new();
        for pair in ends.windows(2) {
            let (first, end) = (word(pair[0].0), word(pair[1].0));
            if first < end {
                let sampler = self.piece(pair[0], pair[1]);
                pieces.push(Piece { first: first as u32, words: end - first, sampler });
            }
        }
        Sampler::Pieces(Pieces(pieces.into()))
    }

    /// The quantile function between two probabilities, each given with its complement.
    fn piece(&self, from: (f64, f64), to: (f64, f64)) -> Sampler {
        let width = if from.0 < 0.5 { to.0 - from.0 } else { from.1 - to.1 };
        let middle = self.quantile((from.0 + width / 2.0, to.1 + width / 2.0), 0);
        let tiny = width / 8_589_934_592.0;
        let least = self.quantile((from.0 + tiny, from.1 - tiny), 0);
        let most = self.quantile((to.0 - tiny, to.1 + tiny), least);
        if least >= most {
            return Sampler::Constant(middle);
        }
        // Asked in ascending order, so that each search begins where the one before has ended.
        let last = Cell::new(least);
        Sampler::Table(QuantileTable::new(|p, upper| {
            let part = p * width;
            let at = if upper { (to.0 - part, to.1 + part) } else { (from.0 + part, from.1 - part) };
            last.set(self.quantile(at, last.get()).clamp(least, most));
            last.get()
        }))
    }

    /// The least t ≥ `least` with P(X < t + 1) above a probability, which is given with its complement.
    fn quantile(&self, (below, above): (f64, f64), least: u64) -> u64 {
        let is_beyond = |t: u64| {
            let tails = self.tails(t);
            if below < 0.5 { tails.0 > below } else { tails.1 < above }
        };
        // Doubled until it is beyond, then halved.
        let (mut low, mut step) = (least, 1u64);
        while !is_beyond(low.saturating_add(step)) {
            low = low.saturating_add(step);
            step *= 2;
            if low >= MAX_DELAY_NS {
                return MAX_DELAY_NS;
            }
        }
        if is_beyond(low) {
            return low;
        }
        let mut high = low + step;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if is_beyond(middle) { high = middle } else { low = middle }
        }
        high.min(MAX_DELAY_NS)
    }
}
