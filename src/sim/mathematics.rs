//! Whether the elementary functions that delays are made of have the bits that they had when the epoch was fixed.
//!
//! Their crate, `libm`, promises accuracy and not bits, and whoever embeds this library may hold another version of it. A
//! sample that would differ in its last bit is refused instead: a seed must be the same run for everybody.

use std::sync::OnceLock;

/// Arguments at which each function is asked.
const POINTS: u32 = 512;
/// What their bits come to in libm 0.2.16.
const KNOWN: u64 = 0x8183_6085_5df9_49f1;

/// The functions that a quantile is made of.
const FUNCTIONS: [fn(f64) -> f64; 6] = [
    libm::log,
    |x| libm::log1p(-x / (x + 1.0)),
    |x| libm::exp(4.0 - x),
    libm::lgamma,
    |x| libm::erfc(x - 3.0),
    |x| libm::pow(x, 1.0 / (x + 0.3)),
];

/// Whether they are those that delays are defined by; computed once.
pub fn is_known() -> bool {
    static IS_KNOWN: OnceLock<bool> = OnceLock::new();
    *IS_KNOWN.get_or_init(|| fingerprint(&FUNCTIONS) == KNOWN)
}

/// The bits of functions over (0, 12], folded into one word by FNV-1a.
fn fingerprint(functions: &[fn(f64) -> f64]) -> u64 {
    let points = (1..=POINTS).map(|i| f64::from(i) * f64::from(i) / 21_845.0);
    let values = points.flat_map(|x| functions.iter().map(move |function| function(x).to_bits()));
    values.fold(0xcbf2_9ce4_8422_2325, |hash, bits| (hash ^ bits).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_those_of_the_epoch_and_one_bit_is_seen() {
        assert_eq!(fingerprint(&FUNCTIONS), KNOWN, "{:#018x}", fingerprint(&FUNCTIONS));
        let mut others = FUNCTIONS;
        others[0] = |x| f64::from_bits(libm::log(x).to_bits() ^ u64::from(x > 11.9));
        assert_ne!(fingerprint(&others), KNOWN);
    }
}
