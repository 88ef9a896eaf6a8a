//! How many orders there are, and what is so in all of them, without walking over each.
//!
//! Two orders that have executed the same calls and left the nodes and the callers alike go on alike, so each such
//! situation is looked at once: some thousands, where there are millions of orders. Absent on purpose: the orders themselves.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Setting;
use super::explain::Fact;
use super::mix::{Execution, MixError, Situation, State, Walk};

/// Most situations that are looked at: a fraction of a second, and some ten megabytes.
const MOST: usize = 10_000;

/// The number of orders, at most the largest number that there is, and what holds in each.
///
/// # Errors
/// If there are too many situations.
pub(super) fn count(setting: &Setting) -> Result<(u64, BTreeSet<Fact>), MixError> {
    let all = |_: usize, _: usize, _| true;
    let mut look = |_: &_| {};
    let mut counter = Counter { walk: Walk::new(setting, &all, &mut look), known: BTreeMap::new() };
    let (orders, facts) = counter.on(&State::new(setting), &mut Vec::new())?;
    Ok((orders, facts.unwrap_or_default()))
}

/// Orders that go on from somewhere, and what is so in all of them of what is still to come; nothing if there is none.
type Rest = (u64, Option<BTreeSet<Fact>>);

struct Counter<'a> {
    walk: Walk<'a>,
    known: BTreeMap<Situation, Rest>,
}

impl Counter<'_> {
    fn on(&mut self, state: &State, order: &mut Vec<Execution>) -> Result<Rest, MixError> {
        let situation = state.situation(order);
        if let Some(rest) = self.known.get(&situation) {
            return Ok(rest.clone());
        }
        if self.known.len() == MOST {
            return Err(MixError);
        }
        let (mut orders, mut facts, mut over) = (0_u64, None::<BTreeSet<Fact>>, true);
        for client in 0..self.walk.clients() {
            if self.walk.has_all(state, client) {
                continue;
            }
            over = false;
            let (mut next, length) = (state.clone(), order.len());
            if self.walk.step(&mut next, client, order) {
                let (more, later) = self.on(&next, order)?;
                orders = orders.saturating_add(more);
                if let Some(mut here) = later {
                    here.extend(news(order));
                    facts = Some(
                        facts.map_or(here.clone(), |facts| facts.intersection(&here).copied().collect()),
                    );
                }
            }
            order.truncate(length);
        }
        let rest = if over { (1, Some(BTreeSet::new())) } else { (orders, facts) };
        self.known.insert(situation, rest.clone());
        Ok(rest)
    }
}

/// What the last execution makes so.
fn news(order: &[Execution]) -> impl Iterator<Item = Fact> {
    let (then, before) = order.split_last().map_or((None, &[][..]), |(then, before)| (Some(*then), before));
    then.into_iter().flat_map(move |then| {
        let meets = move |first: &&Execution| first.node == then.node && first.client != then.client;
        before.iter().filter(meets).map(move |&first| Fact { first, then })
    })
}

#[cfg(test)]
mod tests {
    use super::super::explain::facts;
    use super::super::{Client, mixes};
    use super::*;

    /// As many orders as the walk finds, and the same in all of them.
    #[test]
    fn counting_is_walking() {
        let client = |name: &str, node, counter, submissions| Client {
            name: name.to_owned(),
            node,
            value: name.to_owned(),
            counter,
            submissions,
        };
        let base = Setting { nodes: 3, ..Setting::default() };
        let two = |a, b, counter| vec![client("A", 1, 0, a), client("B", 3, counter, b)];
        for setting in [
            Setting { clients: two(1, 1, 0), ..base.clone() },
            Setting { clients: two(1, 1, 2), ..base.clone() },
            Setting { clients: two(1, 0, 0), ..base.clone() },
            Setting { clients: two(2, 1, 0), isolated: vec![2], ..base.clone() },
            Setting { clients: two(1, 1, 0), stale: vec![1, 2], ..base.clone() },
            Setting { clients: two(2, 1, 1), ..base.clone() },
        ] {
            let mut in_all = None::<BTreeSet<Fact>>;
            let walked = mixes(&setting, &|_, _, _| true, &mut |mix| {
                let facts = facts(mix);
                in_all = Some(in_all.take().map_or(facts.clone(), |all| &all & &facts));
            });
            let (orders, found) = count(&setting).expect("not too many");
            assert_eq!((Ok(orders), Some(found)), (walked, in_all), "{setting:?}");
        }
    }
}
