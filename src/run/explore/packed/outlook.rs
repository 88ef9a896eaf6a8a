//! From how many packed states nothing can be chosen any more.
//!
//! Steps never lead back. Attempts begin and end, phases pass, promises rise, votes are added; while none of these happens,
//! a step takes a message away, or adds an answer, a round that was seen or an acceptor that said no, or it changes nothing.
//! So from every state some way ends in one that nothing follows but itself, and where something is chosen in each of
//! these, something can be chosen from everywhere. Only where that is not so are all states walked through once more, with
//! their steps. Absent on purpose: the pass backwards over the steps (`Outlook`).

use std::sync::Mutex;

use super::super::outlook::Outlook;
use super::levels::{Ended, Limits, Visitor, Walk};
use super::packing::Packing;
use super::search::judge;
use super::table::Table;
use super::word::{Packed, Word};

/// Notes the steps from states in which nothing is chosen. A state's number is its place in the table.
struct Notes<'n> {
    packing: &'n Packing<'n>,
    table: &'n Table,
    outlook: &'n Mutex<Outlook>,
}

impl<W: Word, const N: usize> Visitor<W, N> for Notes<'_> {
    fn leave(&mut self, state: &Packed<W, N>, _children: &[Packed<W, N>], prints: &[u64]) {
        let number = |print: u64| self.table.find(print).map(|place| place as u32);
        let Some(own) = number(state.fingerprint()) else { return };
        let is_chosen = self.packing.chosen_slots(state) != 0;
        let to: Vec<u32> =
            if is_chosen { Vec::new() } else { prints.iter().filter_map(|&print| number(print)).collect() };
        let mut outlook = self.outlook.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        outlook.leave(own, is_chosen);
        to.into_iter().for_each(|to| outlook.step(to));
    }

    fn find(&mut self, _state: &Packed<W, N>) {}
}

/// The states from which nothing can be chosen any more, after a walk that has visited all; none if they are too many to
/// be looked at.
pub(super) fn hopeless<W: Word, const N: usize>(
    packing: &Packing<'_>,
    walk: Walk<'_, W, N>,
    limits: &Limits<'_>,
) -> Option<u64> {
    let (states, table) = (walk.states(), walk.table);
    let outlook = Mutex::new(Outlook::of(table.places_in_all(), states)?);
    let mut again = Walk::<W, N>::new(packing);
    loop {
        let notes = || Notes { packing, table: &table, outlook: &outlook };
        let (_, suspects, ended) = again.leave(notes, limits);
        if ended == Ended::Early {
            return None;
        }
        if !again.advance(&judge(packing, &suspects).1, |_| {}) {
            break;
        }
    }
    outlook.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).hopeless()
}
