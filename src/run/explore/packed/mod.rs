//! The same search over packed states: one word for the proposers and one for each acceptor, in place of lists.
//!
//! What acceptors and proposers do is done by `paxos` all the same: whom a step concerns is unpacked, and packed again
//! (`step`). What a search through states as they are finds is found: as many states, steps and levels, the same violation
//! by the same schedule. It is several times as fast, on any number of threads, with a tenth of the memory (BENCHMARKS.md).
//!
//! Absent on purpose: blocking callers, local pre-emption, proposers that share a node, mutants that listen to more than
//! the correct proposer does, and the order of three and more attempts with ballots that learn. There states are searched
//! as they are.

mod alike;
mod children;
mod codes;
mod convert;
mod glance;
mod judge;
mod kept;
mod layout;
mod levels;
mod look;
mod outlook;
mod packing;
mod retrace;
mod roots;
mod search;
mod seek;
mod seen;
mod settle;
mod step;
mod table;
#[cfg(test)]
mod tests;
mod word;

use super::act::Model;
use super::found::{Exploration, Way};
use super::keeper::Keeper;
use super::state::State;
use packing::Packing;
use search::search;
use std::io::Result;
use table::Table;
use word::Word;

/// How many states fit into so many bytes, about; none where states cannot be packed.
pub(super) fn room_for(model: &Model<'_>, bytes: u64) -> Option<u64> {
    let packing = Packing::new(model).filter(|_| model.bounds.packed)?;
    // At most an eighth of it for the states that are being left.
    let whole = |words: usize| bytes / 8 * 7 / (packing.word_bytes() * words * 3 / 2) as u64;
    Some(if model.bounds.exact { whole(packing.nodes() + 1) } else { Table::holds(bytes) })
}

/// What a search finds, and the way to a broken invariant or to a state that was asked for; none where states cannot be packed.
pub(super) fn search_packed(
    model: &Model<'_>,
    keeper: &mut dyn Keeper,
) -> Option<Result<(Exploration, Option<Way>)>> {
    let packing = Packing::new(model).filter(|_| model.bounds.packed)?;
    Some(match (packing.layout.bits, packing.nodes()) {
        (0..=64, 0..=3) => search::<u64, 3>(&packing, keeper),
        (0..=64, 4..=5) => search::<u64, 5>(&packing, keeper),
        (0..=64, 6..=7) => search::<u64, 7>(&packing, keeper),
        (65..=128, 0..=3) => search::<u128, 3>(&packing, keeper),
        (65..=128, 4..=5) => search::<u128, 5>(&packing, keeper),
        _ => return None,
    })
}

/// The state that stands for one where acceptors are alike: itself where states cannot be packed.
pub(super) fn representative<'m>(model: &'m Model<'m>) -> impl Fn(State) -> State + 'm {
    fn of<W: Word, const N: usize>(packing: &Packing<'_>, state: &State) -> State {
        packing.unpack(&packing.standing_for(packing.pack::<W, N>(state)))
    }
    let packing = Packing::new(model).filter(|packing| !packing.alike.is_empty());
    move |state| match packing.as_ref().map(|packing| (packing, packing.layout.bits, packing.nodes())) {
        Some((packing, 0..=64, 0..=7)) => of::<u64, 7>(packing, &state),
        Some((packing, _, 0..=5)) => of::<u128, 5>(packing, &state),
        _ => state,
    }
}
