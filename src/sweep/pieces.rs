//! The digests of a cell's seeds, piece by piece, in memory that does not grow with the number of seeds.
//!
//! A piece is one chunk, or in a long sweep some chunks in a row: as many as keep the pieces few. Their digests are
//! folded as soon as all of them are known, in whatever order they come. What grows is one bit a chunk, 4,096 seeds.
//! Absent on purpose: what a digest covers (`chunk`), and what is done with it (`proof`).

use std::collections::BTreeMap;
use std::ops::Range;

use xxhash_rust::xxh3::Xxh3;

use crate::trace::Digest;

/// Most pieces of a cell.
const MOST: u64 = 256;

/// The digests of a cell's seeds, from the first on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Chunks in each piece; the last may have fewer.
    pub chunks: u64,
    /// Of a single chunk its digest, of several the digest over theirs.
    pub digests: Vec<Digest>,
}

/// The same while chunks are still missing.
#[derive(Debug)]
pub(super) struct Gathering {
    /// Chunks of the cell.
    all: u64,
    /// Chunks of a piece, a power of two.
    each: u64,
    /// One bit a chunk: whether it is known.
    known: Vec<u64>,
    /// The highest that is known.
    last: Option<u64>,
    /// The digests of pieces all of whose chunks are known; the others' places are empty.
    whole: Vec<Digest>,
    /// The known chunks of the other pieces.
    begun: BTreeMap<u64, BTreeMap<u64, Digest>>,
}

/// How many chunks make a piece, in a cell of so many.
pub(super) fn chunks_of_piece(chunks: u64) -> u64 {
    chunks.div_ceil(MOST).max(1).next_power_of_two()
}

impl Gathering {
    /// Nothing is known yet of so many chunks.
    pub fn new(chunks: u64) -> Self {
        Gathering {
            all: chunks,
            each: chunks_of_piece(chunks),
            known: vec![0; chunks.div_ceil(64) as usize],
            last: None,
            whole: Vec::new(),
            begun: BTreeMap::new(),
        }
    }

    /// Whether a chunk's digest is known.
    pub fn knows(&self, chunk: u64) -> bool {
        self.known[(chunk / 64) as usize] >> (chunk % 64) & 1 != 0
    }

    /// How many chunks are known of these. Asked of words, for there may be more chunks than anybody will ever run.
    pub fn known(&self, these: Range<u64>) -> u64 {
        if self.last.is_none_or(|last| last < these.start) || these.is_empty() {
            return 0;
        }
        let (first, last) = (these.start / 64, (these.end - 1) / 64);
        let count = |word: u64| {
            let mut bits = self.known[word as usize];
            if word == first {
                bits &= u64::MAX << (these.start % 64);
            }
            if word == last {
                bits &= u64::MAX >> (63 - (these.end - 1) % 64);
            }
            u64::from(bits.count_ones())
        };
        (first..=last).map(count).sum()
    }

    /// The highest chunk that is known.
    pub fn last(&self) -> Option<u64> {
        self.last
    }

    /// Takes the digest of a chunk that was not known.
    pub fn enter(&mut self, chunk: u64, digest: Digest) {
        self.known[(chunk / 64) as usize] |= 1 << (chunk % 64);
        self.last = self.last.max(Some(chunk));
        let piece = chunk / self.each;
        let begun = self.begun.entry(piece).or_default();
        begun.insert(chunk, digest);
        if begun.len() as u64 == self.each.min(self.all - piece * self.each) {
            let digest = over(begun.values().copied());
            self.begun.remove(&piece);
            let place = piece as usize;
            self.whole.resize(self.whole.len().max(place + 1), Digest(0));
            self.whole[place] = digest;
        }
    }

    /// All that is known, in order. A chunk that is not known leaves no trace.
    pub fn close(self) -> Pieces {
        let is_known = |piece: usize| self.knows(piece as u64 * self.each);
        let last = self.begun.keys().next_back().map_or(0, |&piece| piece as usize + 1);
        let digests =
            (0..self.whole.len().max(last)).filter_map(|piece| match self.begun.get(&(piece as u64)) {
                Some(begun) => Some(over(begun.values().copied())),
                None => is_known(piece).then(|| self.whole[piece]),
            });
        Pieces { chunks: self.each, digests: digests.collect() }
    }
}

/// The digest of a piece: of a single chunk its own, of several that over theirs, in their order.
pub(super) fn over(chunks: impl IntoIterator<Item = Digest>) -> Digest {
    let digests: Vec<Digest> = chunks.into_iter().collect();
    if let [single] = digests[..] { single } else { fold(&digests) }
}

/// The digest over digests, in order.
pub fn fold(digests: &[Digest]) -> Digest {
    let mut hasher = Xxh3::new();
    for digest in digests {
        hasher.update(&digest.0.to_le_bytes());
    }
    Digest(hasher.digest128())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(chunk: u64) -> Digest {
        Digest(u128::from(chunk) << 64 | 7)
    }

    /// The pieces of a cell whose chunks come in steps of `step`, which shares no divisor with their number.
    fn gathered(chunks: u64, step: u64) -> Pieces {
        let mut gathering = Gathering::new(chunks);
        for chunk in (0..chunks).map(|i| i * step % chunks) {
            assert!(!gathering.knows(chunk));
            gathering.enter(chunk, digest(chunk));
            assert!(gathering.knows(chunk) && gathering.begun.len() as u64 <= MOST);
        }
        assert!(gathering.begun.is_empty());
        gathering.close()
    }

    #[test]
    fn pieces_are_the_same_in_whatever_order_chunks_come() {
        for (chunks, each) in [(1, 1), (256, 1), (257, 2), (513, 4), (100_003, 512)] {
            let plain: Vec<Digest> = (0..chunks).map(digest).collect();
            let pieces =
                plain.chunks(each as usize).map(|few| if each == 1 { few[0] } else { fold_or_one(few) });
            let expected = Pieces { chunks: each, digests: pieces.collect() };
            assert!(expected.digests.len() <= MOST as usize);
            for step in [1, chunks - 1, 7] {
                if step > 0 && (step == 1 || !chunks.is_multiple_of(step)) {
                    assert_eq!(gathered(chunks, step), expected, "{chunks} chunks in steps of {step}");
                }
            }
        }
    }

    #[test]
    fn known_chunks_are_counted_as_one_by_one() {
        let mut gathering = Gathering::new(300);
        assert_eq!((gathering.known(0..300), gathering.last()), (0, None));
        for chunk in [0, 1, 63, 64, 127, 128, 200, 299] {
            gathering.enter(chunk, digest(chunk));
        }
        assert_eq!(gathering.last(), Some(299));
        for from in 0..300 {
            for to in from..=300 {
                let one_by_one = (from..to).filter(|&chunk| gathering.knows(chunk)).count() as u64;
                assert_eq!(gathering.known(from..to), one_by_one, "{from}..{to}");
            }
        }
    }

    fn fold_or_one(few: &[Digest]) -> Digest {
        if let [single] = few { *single } else { fold(few) }
    }

    #[test]
    fn what_is_missing_leaves_no_trace() {
        let mut gathering = Gathering::new(750);
        for chunk in [0, 1, 2, 3, 9, 749] {
            gathering.enter(chunk, digest(chunk));
        }
        let first: Vec<Digest> = (0..4).map(digest).collect();
        let expected = [fold(&first), digest(9), digest(749)];
        assert_eq!(gathering.close(), Pieces { chunks: 4, digests: expected.to_vec() });
        assert_eq!(Gathering::new(5).close().digests, []);
    }
}
