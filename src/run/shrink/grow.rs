//! From nothing to few: sets of deviations built up from the calm run, one more at a time.
//!
//! A beam search. Of the sets of a size those are kept whose runs come nearest to what is wanted, but of each kind of
//! outcome only some: what looks farther away may be the only way there. What is kept of a kind is as good as drawn,
//! so the search is repeated with other draws. Absent on purpose: any promise that the smallest set is found.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Outcome, Verdict};
use crate::run::deviate::{Halt, Subject};

use super::Item;
use super::trials::Trials;

/// Sets that are kept of each size, and how often it is searched.
const WIDTH: usize = 40;
const REPEATS: u64 = 16;

/// What runs of a kind have in common: first how far they are from what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sort {
    distance: u32,
    winner: Option<u8>,
    verdict: Verdict,
    duel: u32,
    attempts: u32,
    timeouts: u32,
}

impl Sort {
    fn of(outcome: &Outcome, wanted: &Outcome) -> Sort {
        let counts = |it: &Outcome| [it.duel, it.preemptions, it.attempts, it.timeouts];
        let apart: u32 = counts(outcome).iter().zip(counts(wanted)).map(|(a, b)| a.abs_diff(b)).sum();
        let other =
            [outcome.winner != wanted.winner, outcome.verdict != wanted.verdict].map(|it| 2 * u32::from(it));
        Sort {
            distance: apart.saturating_add(other.iter().sum()),
            winner: outcome.winner,
            verdict: outcome.verdict,
            duel: outcome.duel,
            attempts: outcome.attempts,
            timeouts: outcome.timeouts,
        }
    }
}

/// A set of fewer than `limit` deviations, of the run's own and of such as the scenario typically has, that keeps the target, if one is found before the search is tired.
pub(super) fn grow(trials: &mut Trials<'_>, all: &[Item], limit: usize) -> Result<Option<Vec<Item>>, Halt> {
    for salt in 0..REPEATS {
        let mut beam = vec![Vec::new()];
        for _ in 1..limit {
            let mut next = Generation::new(salt);
            for set in &beam {
                if let Some(found) = next.add_to(set, trials, all)? {
                    return Ok(Some(found));
                }
            }
            beam = next.best();
        }
        if trials.is_tired() {
            break;
        }
    }
    Ok(None)
}

/// Sets of one size.
struct Generation {
    salt: u64,
    tried: BTreeSet<Vec<Item>>,
    /// By kind of outcome, then by all of it, stirred: of sets whose runs come to the very same one is enough.
    sorts: BTreeMap<Sort, BTreeMap<u64, Vec<Item>>>,
}

impl Generation {
    fn new(salt: u64) -> Self {
        Generation { salt, tried: BTreeSet::new(), sorts: BTreeMap::new() }
    }

    /// Tries a set with each one more; what keeps the target, if any does.
    fn add_to(
        &mut self,
        set: &[Item],
        trials: &mut Trials<'_>,
        all: &[Item],
    ) -> Result<Option<Vec<Item>>, Halt> {
        let wanted = trials.wanted();
        // The rarer every other time.
        let odds = if self.salt.is_multiple_of(2) { 32 } else { 4 };
        let offers = trials.offers(set, odds)?;
        let offers = offers.into_iter().chain(all.iter().copied());
        for offer in offers {
            if trials.is_tired() {
                return Ok(None);
            }
            let taken = |subject: Subject| set.iter().any(|(other, _)| *other == subject);
            let mut more = set.to_vec();
            more.push(offer);
            more.sort_unstable();
            if taken(offer.0) || !self.tried.insert(more.clone()) {
                continue;
            }
            let salt = self.salt;
            let (kept, (sort, whole)) =
                trials.see(&more, |outcome| (Sort::of(outcome, wanted), stirred(outcome, salt)))?;
            if kept {
                return Ok(Some(more));
            }
            self.sorts.entry(sort).or_default().entry(whole).or_insert(more);
        }
        Ok(None)
    }

    /// Those that are kept: a third of what is left from the nearest sort, then from the next.
    fn best(self) -> Vec<Vec<Item>> {
        let mut best = Vec::new();
        for sets in self.sorts.into_values() {
            let share = ((WIDTH - best.len()) / 3).max(1);
            best.extend(sets.into_values().take(share));
            if best.len() >= WIDTH {
                break;
            }
        }
        best
    }
}

/// A word that two outcomes share only if they are the same in times and counts.
fn stirred(outcome: &Outcome, salt: u64) -> u64 {
    let times = [outcome.chosen_at_ns.unwrap_or(u64::MAX), outcome.ended_at_ns];
    let counts = [outcome.events, outcome.messages_sent, outcome.messages_lost].map(u64::from);
    times
        .into_iter()
        .chain(counts)
        .fold(salt, |word, value| (word ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29))
}
