//! Fewer and plainer deviations: one in the place of two, times with fewer digits.
//!
//! What is put in the place of others can happen in the scenario too: the draws of the run itself, the loss of a message
//! where the network loses any, and the shortest and the longest that the run has of a kind. Absent on purpose: the first,
//! coarse reduction (`reduce`).

use std::collections::{BTreeMap, BTreeSet};

use crate::run::deviate::{Change, Halt, Subject};
use crate::scenario::{Delay, Probability, Scenario};

use super::items::{Telling, drawn};
use super::reduce::one_minimal;
use super::trials::Trials;
use super::{Item, but};

/// What can be put in the place of other deviations.
pub(super) struct Stock<'s> {
    all: Vec<Item>,
    /// By kind: the shortest and the longest.
    extremes: BTreeMap<(u8, u8, bool), (u64, u64)>,
    may_lose: bool,
    scenario: &'s Scenario,
    telling: Telling,
}

impl<'s> Stock<'s> {
    /// Of a run with these draws.
    pub(super) fn new(scenario: &'s Scenario, all: &[Item], telling: Telling) -> Stock<'s> {
        let mut extremes = BTreeMap::new();
        for &(subject, change) in all {
            if let (Some(kind), Change::Takes(ns)) = (kind(subject), change) {
                let (least, most) = extremes.entry(kind).or_insert((ns, ns));
                (*least, *most) = ((*least).min(ns), (*most).max(ns));
            }
        }
        Stock { all: all.to_vec(), extremes, may_lose: may_lose(scenario), scenario, telling }
    }

    /// All that can take the place of others in a run with these draws.
    pub(super) fn offers(&self, present: &[Item]) -> Vec<Item> {
        let subjects: BTreeSet<Subject> =
            self.all.iter().chain(present).map(|(subject, _)| *subject).collect();
        let mut offers = Vec::new();
        for subject in subjects {
            if self.may_lose && matches!(subject, Subject::Fate(..)) {
                offers.push((subject, Change::Lost));
            }
            if let Some((least, most)) = kind(subject).and_then(|kind| self.extremes.get(&kind)) {
                offers.extend([(subject, Change::Takes(*most)), (subject, Change::Takes(*least))]);
            }
        }
        offers.extend(&self.all);
        offers
    }
}

/// Draws that are alike: waits, and messages of one kind.
fn kind(subject: Subject) -> Option<(u8, u8, bool)> {
    match subject {
        Subject::Wait(..) => Some((0, 0, false)),
        Subject::Fate(id, _) => Some((1, id.phase, id.reply)),
        _ => None,
    }
}

fn may_lose(scenario: &Scenario) -> bool {
    let network = &scenario.network;
    let kinds = network.kind.values().filter_map(|kind| kind.loss);
    let links = network.link.iter().filter_map(|link| link.loss);
    let nodes = network.node.iter().filter_map(|node| node.loss);
    let delays = network.delays().map(Delay::lost);
    kinds.chain(links).chain(nodes).chain(delays).chain([network.loss]).any(|loss| loss != Probability::ZERO)
}

/// Tries one deviation in the place of two; with `detours`, if that does not help, after a change of one for another.
pub(super) fn exchange(
    trials: &mut Trials<'_>,
    mut items: Vec<Item>,
    stock: &Stock<'_>,
    detours: bool,
) -> Result<Vec<Item>, Halt> {
    while items.len() > 2 && !trials.is_tired() {
        let offers = stock.offers(&drawn(stock.scenario, &trials.events(&items)?, stock.telling));
        let better = match two_for_one(trials, &items, &offers)? {
            None if detours && items.len() > 3 => by_a_detour(trials, &items, &offers)?,
            better => better,
        };
        match better {
            Some(fewer) => items = one_minimal(trials, fewer)?,
            None => break,
        }
    }
    Ok(items)
}

fn two_for_one(trials: &mut Trials<'_>, items: &[Item], offers: &[Item]) -> Result<Option<Vec<Item>>, Halt> {
    for i in 1..items.len() {
        for j in 0..i {
            let rest = but(&but(items, i), j);
            if let Some(fewer) = filled(trials, &rest, offers, &mut |_, _| Ok(true))? {
                return Ok(Some(fewer));
            }
        }
    }
    Ok(None)
}

/// Another set of the same size that can be made smaller.
fn by_a_detour(trials: &mut Trials<'_>, items: &[Item], offers: &[Item]) -> Result<Option<Vec<Item>>, Halt> {
    let mut found = None;
    for i in 0..items.len() {
        let mut shrinks = |trials: &mut Trials<'_>, other: &[Item]| {
            let fewer = one_minimal(trials, other.to_vec())?;
            found = if fewer.len() < items.len() { Some(fewer) } else { two_for_one(trials, other, offers)? };
            Ok(found.is_some())
        };
        if filled(trials, &but(items, i), offers, &mut shrinks)?.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// These and one more that keep the target, and are good enough.
fn filled(
    trials: &mut Trials<'_>,
    rest: &[Item],
    offers: &[Item],
    is_good: &mut IsGood<'_>,
) -> Result<Option<Vec<Item>>, Halt> {
    for &offer in offers {
        if trials.is_tired() {
            return Ok(None);
        }
        if rest.iter().any(|(subject, _)| *subject == offer.0) {
            continue;
        }
        let set = [rest, &[offer]].concat();
        if trials.keeps(&set)? && is_good(trials, &set)? {
            return Ok(Some(set));
        }
    }
    Ok(None)
}

/// Writes each time with as few digits as keep the target.
pub(super) fn round(trials: &mut Trials<'_>, mut items: Vec<Item>) -> Result<Vec<Item>, Halt> {
    for i in 0..items.len() {
        let (subject, change) = items[i];
        for plainer in plainer(change) {
            let mut rounder = items.clone();
            rounder[i] = (subject, plainer);
            if trials.keeps(&rounder)? {
                items = rounder;
                break;
            }
        }
    }
    Ok(items)
}

/// What says the same with fewer digits, the plainest first.
fn plainer(change: Change) -> Vec<Change> {
    let digits = 1..=4;
    match change {
        Change::Takes(ns) => digits.map(|digits| Change::Takes(rounded(ns, digits))).collect(),
        Change::LostAfter(ns) => {
            let timed = digits.map(|digits| Change::LostAfter(rounded(ns, digits)));
            std::iter::once(Change::Lost).chain(timed).collect()
        }
        _ => Vec::new(),
    }
}

/// A number to so many significant digits.
fn rounded(ns: u64, digits: u32) -> u64 {
    let length = ns.checked_ilog10().unwrap_or(0) + 1;
    let unit = 10_u64.pow(length.saturating_sub(digits));
    (ns + unit / 2) / unit * unit
}

/// Whether the outcome is kept with these items.
type IsGood<'f> = dyn FnMut(&mut Trials<'_>, &[Item]) -> Result<bool, Halt> + 'f;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_to_significant_digits() {
        assert_eq!([1, 2, 3].map(|digits| rounded(12_651, digits)), [10_000, 13_000, 12_700]);
        assert_eq!([rounded(0, 1), rounded(7, 3), rounded(96, 1)], [0, 7, 100]);
    }
}
