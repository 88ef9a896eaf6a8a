//! Walks through all packed states level by level: a level has the states that are as many steps from the first.
//!
//! Any number of threads leave the states of a level in any order; what they find together does not depend on it. Absent on
//! purpose: what is looked for (`search`, `retrace`, `outlook`).

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::children::Children;
use super::packing::Packing;
use super::table::Table;
use super::word::{Packed, Word};
use crate::run::Threads;

/// States that a thread takes at a time.
const CHUNK: usize = 1024;
/// Children that are looked up together: so many cache lines are fetched at once.
const BATCH: usize = 256;

/// Looks at states while they are left.
pub(super) trait Visitor<W, const N: usize>: Send {
    /// The walk leaves a state for these, which have these fingerprints.
    fn leave(&mut self, state: &Packed<W, N>, children: &[Packed<W, N>], prints: &[u64]);
    /// A state was not visited before.
    fn find(&mut self, state: &Packed<W, N>);
}

/// When to end, whatever is left.
pub(super) struct Limits<'l> {
    pub most_states: u64,
    pub most_bytes: u64,
    /// Is told the number of states, and says whether to go on.
    pub go_on: Mutex<&'l mut (dyn FnMut(u64) -> bool + Send)>,
}

/// Why threads stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The level is done.
    Done,
    /// There is no room for more, or it was to stop.
    Early,
}

/// The states of a level, in portions.
type Portions<W, const N: usize> = Mutex<Vec<Vec<Packed<W, N>>>>;

/// A walk, at the beginning of a level.
pub(super) struct Walk<'m, W, const N: usize> {
    packing: &'m Packing<'m>,
    pub table: Table,
    level: Portions<W, N>,
    next: Portions<W, N>,
    /// Portions in memory.
    portions: AtomicUsize,
    states: AtomicU64,
    /// Whether the table cannot grow any more.
    is_tight: bool,
}

/// A state, and one that may follow it by a step that may break an invariant.
pub(super) type Suspect<W, const N: usize> = (Packed<W, N>, Packed<W, N>);

/// What a thread has at hand.
struct Hand<W, const N: usize> {
    children: Children<W, N>,
    prints: Vec<u64>,
    /// The states that were left for those children, and where theirs end.
    parents: Vec<(Packed<W, N>, usize)>,
    found: Vec<Packed<W, N>>,
    suspects: Vec<Suspect<W, N>>,
}

const RUNS: u8 = 0;
const CROWDED: u8 = 1;
const EARLY: u8 = 2;

fn open<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'m, W: Word, const N: usize> Walk<'m, W, N> {
    pub fn new(packing: &'m Packing<'m>) -> Self {
        let initial = packing.pack(&packing.model.initial());
        let table = Table::new();
        table.insert(initial.fingerprint());
        Walk {
            packing,
            table,
            level: Mutex::new(vec![vec![initial]]),
            next: Mutex::new(Vec::new()),
            portions: AtomicUsize::new(1),
            states: AtomicU64::new(1),
            is_tight: false,
        }
    }

    /// States so far.
    pub fn states(&self) -> u64 {
        self.states.load(Relaxed)
    }

    /// Leaves every state of this level: what the visitors have seen, and the suspects, whose children count as not visited.
    pub fn leave<V: Visitor<W, N>>(
        &mut self,
        visitor: impl Fn() -> V + Sync,
        limits: &Limits<'_>,
    ) -> (Vec<V>, Vec<Suspect<W, N>>, Ended) {
        let (mut visitors, mut suspects) = (Vec::new(), Vec::new());
        loop {
            let state = AtomicU8::new(RUNS);
            let is_waiting = AtomicBool::new(false);
            let worked = Threads::broadcast(*self.portions.get_mut(), || {
                let mut it = visitor();
                let suspects = self.work(&mut it, limits, &state, &is_waiting);
                (it, suspects)
            });
            for (it, suspect) in worked {
                visitors.push(it);
                suspects.extend(suspect);
            }
            match state.into_inner() {
                RUNS => return (visitors, suspects, Ended::Done),
                CROWDED if self.grow(limits) => {}
                _ => return (visitors, suspects, Ended::Early),
            }
        }
    }

    /// Goes on to the next level, to which these belong as well; whether it has any states.
    pub fn advance(&mut self, also: &[Packed<W, N>], mut found: impl FnMut(&Packed<W, N>)) -> bool {
        let mut next = std::mem::take(&mut *open(&self.next));
        let is_new = |state: &&Packed<W, N>| self.table.insert(state.fingerprint());
        let also: Vec<_> = also.iter().filter(is_new).copied().collect();
        also.iter().for_each(&mut found);
        *self.states.get_mut() += also.len() as u64;
        if !also.is_empty() {
            next.push(also);
        }
        let is_there = !next.is_empty();
        *self.portions.get_mut() = next.len();
        *open(&self.level) = next;
        is_there
    }

    /// Leaves portions until there are none or it is to end; the suspects.
    fn work<V: Visitor<W, N>>(
        &self,
        visitor: &mut V,
        limits: &Limits<'_>,
        state: &AtomicU8,
        is_asking: &AtomicBool,
    ) -> Vec<Suspect<W, N>> {
        let mut hand = Hand {
            children: Children::new(),
            prints: Vec::with_capacity(2 * BATCH),
            parents: Vec::new(),
            found: Vec::new(),
            suspects: Vec::new(),
        };
        while state.load(Relaxed) == RUNS {
            let portion = open(&self.level).pop();
            let Some(mut portion) = portion else { break };
            while let Some(parent) = portion.pop() {
                self.packing.children(&parent, &mut hand.children);
                hand.parents.push((parent, hand.children.states.len()));
                if hand.children.states.len() >= BATCH {
                    self.settle(&mut hand, visitor);
                    self.look(limits, state);
                    if state.load(Relaxed) != RUNS {
                        break;
                    }
                }
            }
            self.settle(&mut hand, visitor);
            self.look(limits, state);
            if portion.is_empty() {
                self.portions.fetch_sub(1, Relaxed);
            } else {
                open(&self.level).push(portion);
            }
            // One of the threads asks, whichever; the others need not wait for the answer.
            if !is_asking.swap(true, Relaxed) {
                if !open(&limits.go_on)(self.states()) {
                    state.fetch_max(EARLY, Relaxed);
                }
                is_asking.store(false, Relaxed);
            }
        }
        self.hand_over(&mut hand.found);
        hand.suspects
    }

    /// Looks up the children at hand.
    fn settle<V: Visitor<W, N>>(&self, hand: &mut Hand<W, N>, visitor: &mut V) {
        let Hand { children, prints, parents, found, suspects } = hand;
        prints.clear();
        prints.extend(children.states.iter().map(Packed::fingerprint));
        let mut from = 0;
        let mut suspected = children.suspects.iter().copied().peekable();
        for (parent, to) in parents.drain(..) {
            visitor.leave(&parent, &children.states[from..to], &prints[from..to]);
            while let Some(at) = suspected.next_if(|&at| at < to) {
                suspects.push((parent, children.states[at]));
                prints[at] = 0;
            }
            from = to;
        }
        // A load that is needed for nothing: by the time it is looked at, all have arrived.
        std::hint::black_box(prints.iter().fold(0, |all, &print| all ^ self.table.touch(print)));
        let mut new = 0;
        for (child, &print) in children.states.iter().zip(&*prints) {
            if print > 0 && self.table.insert(print) {
                new += 1;
                visitor.find(child);
                if found.len() == CHUNK {
                    self.hand_over(found);
                }
                if found.is_empty() {
                    found.reserve_exact(CHUNK);
                    self.portions.fetch_add(1, Relaxed);
                }
                found.push(*child);
            }
        }
        self.states.fetch_add(new, Relaxed);
        children.clear();
    }

    fn hand_over(&self, found: &mut Vec<Packed<W, N>>) {
        if !found.is_empty() {
            open(&self.next).push(std::mem::take(found));
        }
    }

    /// Whether there is room for more.
    fn look(&self, limits: &Limits<'_>, state: &AtomicU8) {
        let states = self.states();
        if states >= limits.most_states || self.bytes() > limits.most_bytes {
            state.fetch_max(EARLY, Relaxed);
        }
        let most = if self.is_tight { self.table.crowded() } else { self.table.comfortable() };
        if states > most {
            state.fetch_max(CROWDED, Relaxed);
        }
    }

    /// Memory, bytes.
    fn bytes(&self) -> u64 {
        let portions = self.portions.load(Relaxed) * CHUNK * size_of::<Packed<W, N>>();
        (self.table.bytes() + portions) as u64
    }

    /// Makes room in the table; false if there is none.
    fn grow(&mut self, limits: &Limits<'_>) -> bool {
        if self.is_tight {
            return false;
        }
        // The old table stays until the new one is filled.
        if self.bytes() + 2 * self.table.bytes() as u64 > limits.most_bytes {
            self.is_tight = true;
        } else {
            let (larger, next) = (self.table.twice(), AtomicUsize::new(0));
            Threads::broadcast(self.table.shares(), || larger.take_from(&self.table, &next));
            self.table = larger;
        }
        true
    }
}
