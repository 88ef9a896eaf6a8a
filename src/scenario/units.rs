//! Durations and probabilities as scenario files write them, exact and validated at parse time.
//!
//! A duration is an integer number of nanoseconds; a probability is a threshold on 32 random bits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A span of virtual time, in nanoseconds. Written as a decimal number with a unit: `"0.25ms"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Duration(u64);

impl Duration {
    /// The longest duration that a file may name: 2^57 ns, about 4.5 years.
    pub const MAX: Duration = Duration(1 << 57);
    /// From nanoseconds.
    pub const fn from_ns(ns: u64) -> Self {
        Duration(ns)
    }
    /// In nanoseconds.
    pub const fn ns(self) -> u64 {
        self.0
    }
}

/// A probability in [0, 1], kept as written; compared with random bits through [`Probability::threshold`].
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
pub struct Probability(f64);

impl Probability {
    /// The number of 32-bit words, of 2^32, for which the event happens.
    pub fn threshold(self) -> u64 {
        (self.0 * 4_294_967_296.0 + 0.5) as u64
    }
}
