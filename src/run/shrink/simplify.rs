//! Fewer and plainer deviations: one in the place of two, times with fewer digits.
//!
//! Absent on purpose: the first, coarse reduction (`reduce`).

use crate::run::deviate::{Change, Subject};
use crate::run::plan::PlanError;

use super::reduce::one_minimal;
use super::{Item, Trials, but};

/// Exchanges are tried as long as fewer than this many runs were played.
const MOST_PLAYED: u64 = 60_000;

/// Tries one deviation in the place of two: any that the run has, and the loss of any message.
pub(super) fn exchange(
    trials: &mut Trials<'_>,
    mut items: Vec<Item>,
    all: &[Item],
) -> Result<Vec<Item>, PlanError> {
    let lost = all.iter().filter_map(|&(subject, _)| match subject {
        Subject::Fate(..) => Some((subject, Change::Lost)),
        _ => None,
    });
    let others: Vec<Item> = lost.chain(all.iter().copied()).collect();
    while items.len() > 2
        && trials.played < MOST_PLAYED
        && let Some(fewer) = exchanged(trials, &items, &others)?
    {
        items = one_minimal(trials, fewer)?;
    }
    Ok(items)
}

fn exchanged(
    trials: &mut Trials<'_>,
    items: &[Item],
    others: &[Item],
) -> Result<Option<Vec<Item>>, PlanError> {
    for i in 1..items.len() {
        for j in 0..i {
            let rest = but(&but(items, i), j);
            for &other in others {
                if rest.iter().any(|(subject, _)| *subject == other.0) {
                    continue;
                }
                let mut fewer = rest.clone();
                fewer.push(other);
                if trials.keeps(&fewer)? {
                    return Ok(Some(fewer));
                }
            }
        }
    }
    Ok(None)
}

/// Writes each time with as few digits as keep the target.
pub(super) fn round(trials: &mut Trials<'_>, mut items: Vec<Item>) -> Result<Vec<Item>, PlanError> {
    for i in 0..items.len() {
        let (subject, Change::Takes(ns)) = items[i] else { continue };
        for digits in 1..=4 {
            let mut rounder = items.clone();
            rounder[i] = (subject, Change::Takes(rounded(ns, digits)));
            if trials.keeps(&rounder)? {
                items = rounder;
                break;
            }
        }
    }
    Ok(items)
}

/// A number to so many significant digits.
fn rounded(ns: u64, digits: u32) -> u64 {
    let length = ns.checked_ilog10().unwrap_or(0) + 1;
    let unit = 10_u64.pow(length.saturating_sub(digits));
    (ns + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_to_significant_digits() {
        assert_eq!([1, 2, 3].map(|digits| rounded(12_651, digits)), [10_000, 13_000, 12_700]);
        assert_eq!([rounded(0, 1), rounded(7, 3), rounded(96, 1)], [0, 7, 100]);
    }
}
