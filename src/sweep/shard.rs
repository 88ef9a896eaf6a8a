//! One of N equal shares of a sweep, to be run on a machine of its own.
//!
//! A share is a run of consecutive chunks, first of the first cell, then of the next: so a share touches few cells, and
//! what all shares write together grows with cells plus shares, not with cells times shares. Absent on purpose: who runs
//! it where.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Most shares of a sweep.
const MOST: u32 = 1_000_000;

/// Share K of N, from 1; written `K/N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// N.
    pub of: u32,
    /// K, from 1 to N.
    pub number: u32,
}

impl Shard {
    /// The whole as one share.
    pub const WHOLE: Shard = Shard { of: 1, number: 1 };

    /// Its tasks, of so many; together the shares have each task once.
    pub fn tasks(self, all: u64) -> Range<u64> {
        let until = |share: u32| (u128::from(all) * u128::from(share) / u128::from(self.of.max(1))) as u64;
        until(self.number.saturating_sub(1))..until(self.number)
    }

    /// Whether it is a share at all.
    pub fn is_valid(self) -> bool {
        (1..=MOST).contains(&self.of) && (1..=self.of).contains(&self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("write K/N with 1 ≤ K ≤ N ≤ {MOST}, e.g. 3/8");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let shard =
            Shard { of: of.parse().map_err(|_| wrong())?, number: number.parse().map_err(|_| wrong())? };
        if shard.is_valid() { Ok(shard) } else { Err(wrong()) }
    }
}

/// Ascending numbers as Slurm's `--array` takes them: `1-3,5,8-9`.
pub fn array_list(numbers: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = |&(from, to): &(u32, u32)| if from == to { from.to_string() } else { format!("{from}-{to}") };
    runs.iter().map(shown).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_have_every_task_once() {
        for all in [0, 1, 7, 64, 1000, u64::MAX] {
            for of in [1, 2, 7, 64, 100, MOST] {
                let mut next = 0;
                for number in (1..=of).filter(|n| of < 1000 || *n < 3 || *n > of - 3) {
                    let tasks = Shard { of, number }.tasks(all);
                    if of < 1000 {
                        assert_eq!(tasks.start, next);
                        next = tasks.end;
                    }
                    assert!(tasks.end - tasks.start <= (all / u64::from(of)).saturating_add(1));
                }
                assert_eq!(Shard { of, number: of }.tasks(all).end, all);
            }
        }
    }

    #[test]
    fn a_share_comes_back_from_its_text_and_nonsense_does_not() {
        assert_eq!("3/8".parse(), Ok(Shard { of: 8, number: 3 }));
        for bad in ["", "3", "0/8", "9/8", "1/0", "-1/8", "1/1000001", "1/2/3", "a/b", " 1/2"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn numbers_are_listed_as_an_array_takes_them() {
        assert_eq!(array_list(&[1, 2, 3, 5, 8, 9]), "1-3,5,8-9");
        assert_eq!(array_list(&[5]), "5");
        assert_eq!(array_list(&[]), "");
    }
}
