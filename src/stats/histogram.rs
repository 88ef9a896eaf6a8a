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

/// Counts of values. A band is allocated when its first value comes, so equal contents are equal histograms.
#[derive(Clone, PartialEq, Eq)]
pub struct Histogram {
    bands: [Option<Box<[u64; BAND]>>; BANDS],
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
        let index = index_of(value);
        let band = self.bands[index >> BAND_BITS].get_or_insert_with(empty_band);
        band[index % BAND] += 1;
    }

    /// Takes a value `count` times.
    pub fn record_n(&mut self, value: u64, count: u64) {
        if count > 0 {
            let index = index_of(value);
            let slot = &mut self.bands[index >> BAND_BITS].get_or_insert_with(empty_band)[index % BAND];
            *slot = slot.saturating_add(count);
        }
    }

    /// Gives the bucket that begins at `low` its count; none if none begins there, if it has one, or if this is none.
    pub fn fill(&mut self, low: u64, count: u64) -> Option<()> {
        let index = index_of(low);
        if count == 0 || bounds_of(index, count).low != low {
            return None;
        }
        let slot = &mut self.bands[index >> BAND_BITS].get_or_insert_with(empty_band)[index % BAND];
        (*slot == 0).then(|| *slot = count)
    }

    /// Adds what another has taken.
    pub fn merge(&mut self, other: &Histogram) {
        for (mine, theirs) in self.bands.iter_mut().zip(&other.bands) {
            let Some(theirs) = theirs else { continue };
            let mine = mine.get_or_insert_with(empty_band);
            for (a, b) in mine.iter_mut().zip(theirs.iter()) {
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
        self.bands.iter().enumerate().flat_map(|(b, band)| {
            let counts = band.iter().flat_map(|band| band.iter().enumerate());
            counts.filter(|(_, count)| **count > 0).map(move |(i, &count)| bounds_of(b * BAND + i, count))
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
fn empty_band() -> Box<[u64; BAND]> {
    Box::new([0; BAND])
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
