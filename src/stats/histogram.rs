//! A log-linear histogram of `u64`: exact below 2048, then 1024 equal buckets to each power of two.
//!
//! A bucket is never wider than 1/1024 of its lower end, so whatever is read off is exact to 0.1 %. Absent on
//! purpose: floating point, bounds to configure, and any trace of the order in which values came.
//!
//! ```text
//!   band     0         1         2            3                 …  54
//!   values   0…1023    …2047     …4095 by 2   …8191 by 4           …2^64−1 by 2^53
//! ```

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// log2 of the number of buckets of a band.
const BAND_BITS: u32 = 10;
/// Buckets of a band.
const BAND: usize = 1 << BAND_BITS;
/// Bands that cover `u64`.
const BANDS: usize = 64 - BAND_BITS as usize + 1;
/// log2 of the number of buckets that are allocated together: a cell of few runs pays for few.
const SHELF_BITS: u32 = 6;
/// Buckets that are allocated together.
const SHELF: usize = 1 << SHELF_BITS;

type Shelf = [u64; SHELF];
type Band = [Option<Box<Shelf>>; BAND / SHELF];

/// A non-empty bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its smallest value.
    pub low: u64,
    /// Its largest value.
    pub high: u64,
    /// How many values it holds.
    pub count: u64,
}

impl Bucket {
    /// The value that stands for it: its middle, rounded down; exact below 2048.
    pub fn middle(&self) -> u64 {
        self.low + (self.high - self.low) / 2
    }
}

/// Counts of values. Buckets are allocated when the first value comes near them, so equal contents are equal histograms.
#[derive(Clone, PartialEq, Eq)]
pub struct Histogram {
    bands: [Option<Box<Band>>; BANDS],
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { bands: [const { None }; BANDS] }
    }
}

impl Histogram {
    /// An empty one; allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one value.
    #[inline]
    pub fn record(&mut self, value: u64) {
        *self.count_at(index_of(value)) += 1;
    }

    /// The count of a bucket.
    #[inline]
    fn count_at(&mut self, index: usize) -> &mut u64 {
        &mut self.shelf_at(index)[index % SHELF]
    }

    /// The shelf of a bucket.
    #[inline]
    fn shelf_at(&mut self, index: usize) -> &mut Shelf {
        let band = self.bands[index >> BAND_BITS].get_or_insert_default();
        band[(index % BAND) >> SHELF_BITS].get_or_insert_with(empty_shelf)
    }

    /// The shelves that there are, each with the index of its first bucket, in ascending order.
    fn shelves(&self) -> impl Iterator<Item = (usize, &Shelf)> {
        let bands = self.bands.iter().enumerate().filter_map(|(b, band)| Some((b * BAND, band.as_deref()?)));
        bands.flat_map(|(first, band)| {
            let shelves = band.iter().enumerate();
            shelves.filter_map(move |(i, shelf)| Some((first + i * SHELF, shelf.as_deref()?)))
        })
    }

    /// Takes a value `count` times.
    pub fn record_n(&mut self, value: u64, count: u64) {
        if count > 0 {
            let slot = self.count_at(index_of(value));
            *slot = slot.saturating_add(count);
        }
    }

    /// Gives the bucket that begins at `low` its count; none if none begins there, if it has one, or if this is none.
    pub fn fill(&mut self, low: u64, count: u64) -> Option<()> {
        let index = index_of(low);
        if count == 0 || bounds_of(index, count).low != low {
            return None;
        }
        let slot = self.count_at(index);
        (*slot == 0).then(|| *slot = count)
    }

    /// Adds what another has taken.
    pub fn merge(&mut self, other: &Histogram) {
        for (first, shelf) in other.shelves() {
            // All of a shelf's buckets stand side by side.
            let mine = self.shelf_at(first);
            for (a, b) in mine.iter_mut().zip(shelf) {
                *a = a.saturating_add(*b);
            }
        }
    }

    /// How many values it has taken.
    pub fn count(&self) -> u64 {
        self.buckets().fold(0, |n, b| n.saturating_add(b.count))
    }

    /// Whether it has taken none.
    pub fn is_empty(&self) -> bool {
        self.bands.iter().all(Option::is_none)
    }

    /// The non-empty buckets, in ascending order.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> {
        self.shelves().flat_map(|(first, shelf)| {
            let counts = shelf.iter().enumerate().filter(|(_, count)| **count > 0);
            counts.map(move |(i, &count)| bounds_of(first + i, count))
        })
    }
}

/// The bucket of a value, in 0..BANDS·BAND: the eleven leading bits, and how far they were shifted.
#[inline]
fn index_of(value: u64) -> usize {
    let shift = (u64::BITS - 1 - BAND_BITS) - (value | BAND as u64).leading_zeros();
    ((shift as usize) << BAND_BITS) + (value >> shift) as usize
}

fn bounds_of(index: usize, count: u64) -> Bucket {
    let shift = (index >> BAND_BITS).saturating_sub(1);
    let low = ((index - (shift << BAND_BITS)) as u64) << shift;
    Bucket { low, high: low + ((1 << shift) - 1), count }
}

#[cold]
fn empty_shelf() -> Box<Shelf> {
    Box::new([0; SHELF])
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_map().entries(self.buckets().map(|b| (b.low, b.count))).finish()
    }
}

/// As a list of pairs [lower end, count].
impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.buckets().map(|b| (b.low, b.count)))
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut histogram = Histogram::new();
        for (low, count) in Vec::<(u64, u64)>::deserialize(deserializer)? {
            if bounds_of(index_of(low), count).low != low {
                return Err(de::Error::custom(format_args!("{low} is not the lower end of a bucket")));
            }
            histogram.record_n(low, count);
        }
        Ok(histogram)
    }
}
