//! Fields of bits in words, and a state that is made of words.
//!
//! Absent on purpose: which field means what (`layout`).

use std::fmt::Debug;
use std::ops::BitOr;

/// Some bits of a word, at most 64; none where the mask is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// The lowest bit.
    pub at: u32,
    /// What fits, from bit 0 on.
    pub mask: u64,
}

/// A word of a packed state.
pub(super) trait Word: Copy + Ord + Send + Sync + Default + Debug + BitOr<Output = Self> {
    /// What stands in a field.
    fn get(self, field: Field) -> u64;
    /// Writes into a field what fits there.
    fn set(&mut self, field: Field, value: u64);
    /// Unsets a bit of a field.
    fn remove(&mut self, field: Field, bit: u32);
    /// Mixes all of two words together; each place has a key of its own.
    fn mixed(self, other: Self, key: u64) -> u64;

    /// The same word, in as many bits as the widest has.
    fn to_wide(self) -> u128;
    /// The reverse of [`Word::to_wide`].
    fn from_wide(wide: u128) -> Self;

    /// Whether a bit of a field is set.
    #[inline(always)]
    fn has(self, field: Field, bit: u32) -> bool {
        self.get(field) & one(bit as usize) != 0
    }
}

/// The bit of this number. Shifts are asked all the time, and none is too long: so nobody looks whether one is.
#[inline(always)]
pub(super) fn one(bit: usize) -> u64 {
    1_u64.wrapping_shl(bit as u32)
}

/// The product's halves, one over the other: a multiplication mixes every bit of both into all others.
#[inline(always)]
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

const ODD: u64 = 0x8EBC_6AF0_9C88_C6E3;

impl Word for u64 {
    #[inline(always)]
    fn get(self, field: Field) -> u64 {
        self.wrapping_shr(field.at) & field.mask
    }

    #[inline(always)]
    fn set(&mut self, field: Field, value: u64) {
        *self = *self & !field.mask.wrapping_shl(field.at) | value.wrapping_shl(field.at);
    }

    #[inline(always)]
    fn remove(&mut self, field: Field, bit: u32) {
        *self &= !1_u64.wrapping_shl(field.at + bit);
    }

    #[inline(always)]
    fn mixed(self, other: u64, key: u64) -> u64 {
        mix(self ^ key, other ^ ODD)
    }

    fn to_wide(self) -> u128 {
        u128::from(self)
    }

    fn from_wide(wide: u128) -> Self {
        wide as u64
    }
}

impl Word for u128 {
    #[inline(always)]
    fn get(self, field: Field) -> u64 {
        self.wrapping_shr(field.at) as u64 & field.mask
    }

    #[inline(always)]
    fn set(&mut self, field: Field, value: u64) {
        let (mask, value) = (u128::from(field.mask), u128::from(value));
        *self = *self & !mask.wrapping_shl(field.at) | value.wrapping_shl(field.at);
    }

    #[inline(always)]
    fn remove(&mut self, field: Field, bit: u32) {
        *self &= !1_u128.wrapping_shl(field.at + bit);
    }

    #[inline(always)]
    fn mixed(self, other: u128, key: u64) -> u64 {
        let low = (self as u64).mixed(other as u64, key);
        low ^ ((self >> 64) as u64).mixed((other >> 64) as u64, key.rotate_left(29))
    }

    fn to_wide(self) -> u128 {
        self
    }

    fn from_wide(wide: u128) -> Self {
        wide
    }
}

/// A state: a word for the proposers and one for each acceptor, with all that concerns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Packed<W, const N: usize> {
    /// The proposers, and what is known of their attempts.
    pub head: W,
    /// By acceptor, from 0; those beyond the cluster's stay empty.
    pub columns: [W; N],
}

impl<W: Word, const N: usize> Packed<W, N> {
    /// Before anything has happened.
    pub fn empty() -> Self {
        Packed { head: W::default(), columns: [W::default(); N] }
    }

    /// 64 bits that stand for the state; never 0.
    #[inline(always)]
    pub fn fingerprint(&self) -> u64 {
        const KEY: u64 = 0xA076_1D64_78BD_642F;
        // Two words a multiplication, and none waits for another: the head with the first column, then the others by two.
        let mut hash = self.head.mixed(self.columns[0], KEY);
        for (pair, place) in self.columns[1..].chunks(2).zip(1_u32..) {
            let other = pair.get(1).copied().unwrap_or_default();
            hash ^= pair[0].mixed(other, KEY.rotate_left(13 * place));
        }
        let print = mix(hash ^ 0x5899_65CC_7537_4CC3, 0x1D8E_4E27_C47D_124F);
        (print ^ print >> 29).max(1)
    }

    /// Empties a field of every column.
    #[inline(always)]
    pub fn clear(&mut self, field: Field) {
        for column in &mut self.columns {
            column.set(field, 0);
        }
    }
}
