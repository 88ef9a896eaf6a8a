//! From how many packed states nothing can be chosen any more.
//!
//! Steps never lead back. Attempts begin and end, phases pass, promises rise, votes are added; while none of these happens,
//! a step takes a message away, or adds an answer, a round that was seen or an acceptor that said no, or it changes nothing.
//! So from every state some way ends in one that nothing follows but itself, and where something is chosen in each of
//! these, something can be chosen from everywhere. Only where that is not so are all states walked through once more, with
//! their steps. Absent on purpose: the pass backwards over the steps (`Outlook`).

use std::sync::Mutex;

use super::super::outlook::Outlook;
use super::judge::judge;
use super::levels::{Limits, Visitor, Walk};
use super::packing::Packing;
use super::roots::Roots;
use super::seen::{Numbers, open};
use super::word::{Packed, Word};

/// Notes the steps from states in which nothing is chosen.
struct Notes<'n, W, const N: usize> {
    packing: &'n Packing<'n>,
    numbers: &'n Numbers<W, N>,
    outlook: &'n Mutex<Outlook>,
}

impl<W: Word, const N: usize> Visitor<W, N> for Notes<'_, W, N> {
    fn leave(&mut self, state: &Packed<W, N>, children: &[Packed<W, N>], prints: &[u64]) {
        let Some(own) = self.numbers.of(state.fingerprint(), state) else { return };
        let is_chosen = self.packing.chosen_slots(state) != 0;
        let steps = prints.iter().zip(children).filter_map(|(&print, child)| self.numbers.of(print, child));
        let to: Vec<u32> = if is_chosen { Vec::new() } else { steps.collect() };
        let mut outlook = open(self.outlook);
        outlook.leave(own, is_chosen);
        to.into_iter().for_each(|to| outlook.step(to));
    }

    fn find(&mut self, _state: &Packed<W, N>) {}
}

/// The states from which nothing can be chosen any more, after a walk that has visited all; none if they are too many to
/// be looked at.
pub(super) fn hopeless<W: Word, const N: usize>(
    packing: &Packing<'_>,
    (roots, walk): (&Roots<W, N>, Walk<'_, W, N>),
    limits: &Limits<'_>,
) -> Option<u64> {
    let (states, numbers) = (walk.states(), walk.seen.numbered());
    let outlook = Mutex::new(Outlook::of(numbers.below(), states)?);
    let mut again = Walk::new(packing, roots);
    loop {
        let notes = || Notes { packing, numbers: &numbers, outlook: &outlook };
        let (_, suspects) = again.leave_all(notes, limits)?;
        if !again.advance(&judge(packing, &suspects).1, |_| {}) {
            break;
        }
    }
    outlook.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).hopeless()
}
