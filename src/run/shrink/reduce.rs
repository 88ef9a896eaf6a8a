//! From many deviations to few: all sets of one and two, then delta debugging from several sides.
//!
//! Delta debugging after Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (2002). Absent on
//! purpose: deviations that the run did not have.

use crate::run::deviate::{Change, Halt, Subject};

use super::trials::Trials;
use super::{Item, but};

/// Pairs are tried if there are at most so many.
const MOST_PAIRS: usize = 20_000;

/// Small sets that keep the target, the smallest first; none if even all deviations together do not.
pub(super) fn reduce(trials: &mut Trials<'_>, all: &[Item]) -> Result<Vec<Vec<Item>>, Halt> {
    if trials.keeps(&[])? {
        return Ok(vec![Vec::new()]);
    }
    for &item in all {
        if trials.keeps(&[item])? {
            return Ok(vec![vec![item]]);
        }
    }
    if !trials.keeps(all)? {
        return Ok(Vec::new());
    }
    let sets = orders(all).into_iter().map(|order| minimize(trials, order));
    let mut sets: Vec<Vec<Item>> = sets.collect::<Result<_, Halt>>()?;
    sets.sort_by_key(Vec::len);
    sets.dedup();
    if sets[0].len() > 2
        && let Some(pair) = pair(trials, all)?
    {
        return Ok(vec![pair]);
    }
    Ok(sets)
}

fn pair(trials: &mut Trials<'_>, all: &[Item]) -> Result<Option<Vec<Item>>, Halt> {
    if all.len() * all.len() / 2 > MOST_PAIRS {
        return Ok(None);
    }
    for (i, &a) in all.iter().enumerate() {
        for &b in &all[i + 1..] {
            if trials.keeps(&[a, b])? {
                return Ok(Some(vec![a, b]));
            }
        }
    }
    Ok(None)
}

/// The deviations in several orders: what comes first is given up first.
fn orders(all: &[Item]) -> Vec<Vec<Item>> {
    let backwards: Vec<Item> = all.iter().rev().copied().collect();
    let weight = |(subject, change): &Item| match (subject, change) {
        (Subject::Fate(id, _), Change::Takes(_)) if id.reply => 0,
        (Subject::Fate(..), Change::Takes(_)) => 1,
        (Subject::Wait(..) | Subject::Start(_), _) => 2,
        _ => 3,
    };
    let mut by_kind = all.to_vec();
    by_kind.sort_by_key(weight);
    let mut turned = all.to_vec();
    turned.sort_by_key(|item| std::cmp::Reverse(weight(item)));
    vec![all.to_vec(), backwards, by_kind, turned]
}

/// Delta debugging: a 1-minimal subset that keeps the target, as these all together do.
fn minimize(trials: &mut Trials<'_>, mut items: Vec<Item>) -> Result<Vec<Item>, Halt> {
    let mut pieces = 2;
    while items.len() > 1 {
        let size = items.len().div_ceil(pieces);
        let mut smaller = None;
        for start in (0..items.len()).step_by(size) {
            let end = (start + size).min(items.len());
            let rest = [&items[..start], &items[end..]].concat();
            if trials.keeps(&rest)? {
                smaller = Some(rest);
                break;
            }
        }
        match smaller {
            Some(rest) => {
                items = rest;
                pieces = (pieces - 1).max(2);
            }
            None if size == 1 => break,
            None => pieces = (pieces * 2).min(items.len()),
        }
    }
    one_minimal(trials, items)
}

/// Gives up single deviations until none can be spared.
pub(super) fn one_minimal(trials: &mut Trials<'_>, mut items: Vec<Item>) -> Result<Vec<Item>, Halt> {
    let mut i = 0;
    while i < items.len() {
        let rest = but(&items, i);
        if trials.keeps(&rest)? {
            // What could not be spared before may be now.
            (items, i) = (rest, 0);
        } else {
            i += 1;
        }
    }
    Ok(items)
}
