//! The pairs of a part as bytes, in a fixed order.
//!
//! Absent on purpose: whether they fit the part; the ledger judges that.

use super::part::{In, Out};
use crate::check::Counter;
use crate::stats::{Fourfold, Pairs};
use crate::sweep::{Paired, Parted};

/// Nothing, or all sums and tables.
pub(super) fn encode(out: &mut Out, paired: Option<&Paired>) {
    let Some(p) = paired else { return out.number(0) };
    out.number(1);
    out.number(p.pairs);
    out.number(p.winners.len() as u64);
    p.winners.iter().chain(&p.verdicts).chain([&p.preempted]).for_each(|table| four(out, table));
    out.number(p.answered.len() as u64);
    p.answered.iter().for_each(|table| four(out, table));
    let counters = Counter::COMPARED.iter().map(|&counter| &p.counters[counter]);
    let times = [&p.first_choice, &p.times.alone].into_iter().chain(&p.times.both);
    for pairs in times.chain(counters) {
        out.moments(&pairs.a);
        out.moments(&pairs.b);
        out.wide(pairs.sum_squares);
        pairs.cubes.into_iter().for_each(|cubes| out.wide(cubes));
        out.number(pairs.apart);
    }
    four(out, &p.times.late);
    [p.cut, p.parted].into_iter().chain(p.at_horizon).chain(p.violations).for_each(|n| out.number(n));
    out.number(p.first_parted.len() as u64);
    for parted in &p.first_parted {
        out.number(parted.seed);
        parted.winners.into_iter().for_each(|winner| out.number(winner.map_or(0, |w| u64::from(w) + 1)));
    }
    for first in p.first_violation {
        out.list(first.as_slice());
    }
}

/// Nothing, or all of it; none if these are no pairs.
pub(super) fn decode(from: &mut In) -> Option<Option<Paired>> {
    match from.number()? {
        0 => return Some(None),
        1 => {}
        _ => return None,
    }
    let mut p = Paired { pairs: from.number()?, winners: from.many(table)?, ..Paired::default() };
    for verdict in &mut p.verdicts {
        *verdict = table(from)?;
    }
    p.preempted = table(from)?;
    p.answered = from.many(table)?;
    for times in [&mut p.first_choice, &mut p.times.alone].into_iter().chain(&mut p.times.both) {
        *times = sums(from)?;
    }
    for counter in Counter::COMPARED {
        p.counters[counter] = sums(from)?;
    }
    p.times.late = table(from)?;
    for n in [&mut p.cut, &mut p.parted].into_iter().chain(&mut p.at_horizon).chain(&mut p.violations) {
        *n = from.number()?;
    }
    p.first_parted = from.many(|from| {
        let seed = from.number()?;
        let winners = [winner(from)?, winner(from)?];
        Some(Parted { seed, winners })
    })?;
    for first in &mut p.first_violation {
        *first = match from.many(In::number)?[..] {
            [] => None,
            [seed] => Some(seed),
            _ => return None,
        };
    }
    p.first_parted.is_sorted().then_some(Some(p))
}

fn sums(from: &mut In) -> Option<Pairs> {
    let (a, b, sum_squares) = (from.moments()?, from.moments()?, from.wide()?);
    Some(Pairs { a, b, sum_squares, cubes: [from.wide()?, from.wide()?], apart: from.number()? })
}

fn winner(from: &mut In) -> Option<Option<u8>> {
    match from.number()? {
        0 => Some(None),
        n => Some(Some(u8::try_from(n - 1).ok()?)),
    }
}

fn four(out: &mut Out, table: &Fourfold) {
    [table.n, table.both, table.only_a, table.only_b].into_iter().for_each(|n| out.number(n));
}

fn table(from: &mut In) -> Option<Fourfold> {
    Some(Fourfold { n: from.number()?, both: from.number()?, only_a: from.number()?, only_b: from.number()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_back_from_their_bytes() {
        let mut paired =
            Paired { winners: vec![Fourfold::default(); 3], pairs: 2, parted: 1, ..Paired::default() };
        paired.winners[1].record(true, false);
        paired.verdicts[5].record(false, true);
        paired.answered = vec![Fourfold::default(); 2];
        paired.answered[1].record(true, true);
        paired.first_choice.record(7, u64::MAX);
        paired.first_parted.push(Parted { seed: u64::MAX, winners: [None, Some(254)] });
        paired.first_violation[1] = Some(0);
        paired.at_horizon = [3, 4];
        for one in [None, Some(paired)] {
            let mut out = Out(Vec::new());
            encode(&mut out, one.as_ref());
            let mut from = In(&out.0);
            assert_eq!(decode(&mut from), Some(one));
            assert!(from.0.is_empty());
            for end in 0..out.0.len() {
                assert_eq!(decode(&mut In(&out.0[..end])), None, "cut at {end}");
            }
        }
    }
}
