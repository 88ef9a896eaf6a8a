//! Sources of drawn faults during a run: in which cycle each is, and what has happened. Both engines draw by it.

use crate::sim::{NEVER, Spell, Words, later};

use super::faults::{Action, Drawn, PlannedFaults};

/// The sources of one run.
#[derive(Clone, Debug, Default)]
pub(super) struct FaultSources {
    /// By source: the cycle, its fault, and whether that has begun.
    cycles: Vec<(u32, Spell, bool)>,
    /// What was drawn and has happened.
    pub drawn: Vec<Drawn>,
}

impl FaultSources {
    pub fn clear(&mut self) {
        self.cycles.clear();
        self.drawn.clear();
    }

    /// Begins a run; `at` is told when each source strikes first, ns.
    pub fn begin(&mut self, faults: &PlannedFaults, words: &mut Words, mut at: impl FnMut(u64, usize)) {
        self.clear();
        for (i, source) in faults.sources.iter().enumerate() {
            let spell = source.renewal.spell(words, 0, 0);
            self.cycles.push((0, spell.unwrap_or(Spell { from: NEVER, to: NEVER, word: 0 }), false));
            if let Some(spell) = spell {
                at(spell.from, i);
            }
        }
    }

    /// A fault of this source begins or ends now: what it does, and when the source's turn comes next, ns.
    pub fn turn(
        &mut self,
        faults: &PlannedFaults,
        words: &mut Words,
        source: usize,
        now: u64,
    ) -> (Option<Action>, Option<u64>) {
        let (cycle, spell, ends) = self.cycles[source];
        let drawn = Drawn { at: now, source, spell, ends };
        self.drawn.push(drawn);
        let (next, at) = if ends {
            let next = faults.sources[source].renewal.spell(words, cycle + 1, now);
            ((cycle + 1, next.unwrap_or(spell), false), next.map(|next| next.from))
        } else {
            ((cycle, spell, true), Some(spell.to))
        };
        self.cycles[source] = next;
        (faults.drawn_action(&drawn), at.map(|at| later(at, 0)))
    }
}
