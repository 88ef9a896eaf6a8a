//! Walks through all packed states level by level: a level has the states that are as many steps from the first.
//!
//! Any number of threads leave the states of a level in any order; what they find together does not depend on it. Absent on
//! purpose: what is looked for (`search`, `retrace`, `outlook`).

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::super::keeper::{Course, Keeper};
use super::super::moves::MoveCounts;
use super::children::Children;
use super::packing::Packing;
use super::roots::Roots;
use super::seen::{Seen, open};
use super::word::{Packed, Word};
use crate::run::Threads;

/// States that a thread takes at a time.
pub(super) const CHUNK: usize = 1024;
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
    pub keeper: Mutex<&'l mut dyn Keeper>,
}

/// Why threads stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The level is done.
    Done,
    /// It is to be kept, and goes on.
    Keep,
    /// There is no room for more, or it was to stop.
    Early,
}

/// The states of a level, in portions.
pub(super) type Portions<W, const N: usize> = Mutex<Vec<Vec<Packed<W, N>>>>;

/// A walk, at the beginning of a level.
pub(super) struct Walk<'m, W, const N: usize> {
    packing: &'m Packing<'m>,
    pub seen: Seen<W, N>,
    /// What is left of this level, and what was found of the next.
    pub level: Portions<W, N>,
    pub next: Portions<W, N>,
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

/// What was seen of a level, or of a part of it.
pub(super) struct Left<V, W, const N: usize> {
    pub visitors: Vec<V>,
    /// Their children count as not visited.
    pub suspects: Vec<Suspect<W, N>>,
    pub moves: MoveCounts,
    pub ended: Ended,
}

const RUNS: u8 = 0;
const CROWDED: u8 = 1;
const KEEP: u8 = 2;
const EARLY: u8 = 3;

impl<'m, W: Word, const N: usize> Walk<'m, W, N> {
    /// From these states.
    pub fn new(packing: &'m Packing<'m>, roots: &Roots<W, N>) -> Self {
        let states: Vec<_> = roots.states().copied().collect();
        let mut seen = Seen::new(packing.model.bounds.exact);
        for (count, state) in (1..).zip(&states) {
            if count > seen.room(false) {
                seen.grow();
            }
            seen.insert(state.fingerprint(), state);
        }
        let level = states.chunks(CHUNK).map(<[_]>::to_vec).collect();
        Walk::from(packing, seen, states.len() as u64, [level, Vec::new()])
    }

    /// From where another has got to: what it has seen, how many states that are, and what is left of its level and found of
    /// the next.
    pub fn from(
        packing: &'m Packing<'m>,
        seen: Seen<W, N>,
        states: u64,
        [level, next]: [Vec<Vec<Packed<W, N>>>; 2],
    ) -> Self {
        Walk {
            packing,
            seen,
            portions: AtomicUsize::new(level.len() + next.len()),
            level: Mutex::new(level),
            next: Mutex::new(next),
            states: AtomicU64::new(states),
            is_tight: false,
        }
    }

    /// States so far.
    pub fn states(&self) -> u64 {
        self.states.load(Relaxed)
    }

    /// Leaves every state of this level, or those for which there is time.
    pub fn leave<V: Visitor<W, N>>(
        &mut self,
        visitor: impl Fn() -> V + Sync,
        limits: &Limits<'_>,
    ) -> Left<V, W, N> {
        let (visitors, suspects, moves) = (Vec::new(), Vec::new(), MoveCounts::default());
        let mut left = Left { visitors, suspects, moves, ended: Ended::Done };
        loop {
            let state = AtomicU8::new(RUNS);
            let is_waiting = AtomicBool::new(false);
            let worked = Threads::broadcast(*self.portions.get_mut(), || {
                let mut it = visitor();
                let (suspects, moves) = self.work(&mut it, limits, &state, &is_waiting);
                (it, suspects, moves)
            });
            for (it, suspect, moves) in worked {
                left.visitors.push(it);
                left.suspects.extend(suspect);
                left.moves.add(&moves);
            }
            left.ended = match state.into_inner() {
                RUNS => Ended::Done,
                KEEP => Ended::Keep,
                CROWDED if self.grow(limits) => continue,
                _ => Ended::Early,
            };
            return left;
        }
    }

    /// Leaves every state of this level: what the visitors have seen, and the suspects; none if there was no time for all.
    /// Nothing of it is kept.
    pub fn leave_all<V: Visitor<W, N>>(
        &mut self,
        visitor: impl Fn() -> V + Sync,
        limits: &Limits<'_>,
    ) -> Option<(Vec<V>, Vec<Suspect<W, N>>)> {
        let (mut visitors, mut suspects) = (Vec::new(), Vec::new());
        loop {
            let left = self.leave(&visitor, limits);
            visitors.extend(left.visitors);
            suspects.extend(left.suspects);
            match left.ended {
                Ended::Done => return Some((visitors, suspects)),
                Ended::Keep => {}
                Ended::Early => return None,
            }
        }
    }

    /// Goes on to the next level, to which these belong as well; whether it has any states.
    pub fn advance(&mut self, also: &[Packed<W, N>], mut found: impl FnMut(&Packed<W, N>)) -> bool {
        let mut next = std::mem::take(&mut *open(&self.next));
        let is_new = |state: &&Packed<W, N>| self.seen.insert(state.fingerprint(), state);
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

    /// Leaves portions until there are none or it is to end; the suspects, and what happened in the steps.
    fn work<V: Visitor<W, N>>(
        &self,
        visitor: &mut V,
        limits: &Limits<'_>,
        state: &AtomicU8,
        is_asking: &AtomicBool,
    ) -> (Vec<Suspect<W, N>>, MoveCounts) {
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
                match open(&limits.keeper).go_on(self.states()) {
                    Course::GoOn => {}
                    Course::Keep => _ = state.fetch_max(KEEP, Relaxed),
                    Course::Stop => _ = state.fetch_max(EARLY, Relaxed),
                }
                is_asking.store(false, Relaxed);
            }
        }
        self.hand_over(&mut hand.found);
        (hand.suspects, hand.children.moves)
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
        std::hint::black_box(prints.iter().fold(0, |all, &print| all ^ self.seen.touch(print)));
        let mut new = 0;
        for (child, &print) in children.states.iter().zip(&*prints) {
            if print > 0 && self.seen.insert(print, child) {
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
        if states > self.seen.room(self.is_tight) {
            state.fetch_max(CROWDED, Relaxed);
        }
    }

    /// Memory, bytes.
    fn bytes(&self) -> u64 {
        let portions = self.portions.load(Relaxed) * CHUNK * size_of::<Packed<W, N>>();
        (self.seen.bytes() + portions) as u64
    }

    /// Makes room in the table; false if there is none.
    fn grow(&mut self, limits: &Limits<'_>) -> bool {
        if self.is_tight {
            return false;
        }
        // The old table stays until the new one is filled.
        if self.bytes() + 2 * self.seen.bytes() as u64 > limits.most_bytes {
            self.is_tight = true;
        } else {
            self.seen.grow();
        }
        true
    }
}
