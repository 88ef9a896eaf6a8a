//! How much memory a search takes, told from what it holds and not from the machine: the same search stops at the same
//! state everywhere.

use super::state::State;

/// What the lists in a state's memory take beside their contents, bytes.
const LISTS: usize = 96;

/// What a state takes as a rule, all told, bytes.
const USUAL: u64 = 250;

/// The memory that states may take.
pub(super) struct Room {
    most: u64,
    /// Places in the list of states that are being left.
    frontier: usize,
    /// How many of them are still there.
    waiting: usize,
    /// What the largest state so far has written down, bytes.
    largest: usize,
}

impl Room {
    pub fn new(most: u64) -> Self {
        Room { most, frontier: 0, waiting: 0, largest: 0 }
    }

    /// How many states fit into so many bytes, about.
    pub fn holds(bytes: u64) -> u64 {
        bytes / USUAL
    }

    /// The next states are to be left, one after the other.
    pub fn turn(&mut self, frontier: &Vec<(u32, State)>) {
        (self.frontier, self.waiting) = (frontier.capacity(), frontier.len());
    }

    /// A state is new, whose contents have so many bytes.
    pub fn come(&mut self, contents: usize) {
        self.largest = self.largest.max(contents);
    }

    /// Whether there is no room for more; asked after each state that was left.
    pub fn is_full(&mut self, visited: usize, next: &Vec<(u32, State)>) -> bool {
        self.waiting = self.waiting.saturating_sub(1);
        // A list that grows is there twice for a moment.
        let grown = if next.len() + 64 > next.capacity() { 3 * next.capacity() } else { next.capacity() };
        let lists = (self.frontier + grown) * size_of::<(u32, State)>();
        let states = (self.waiting + next.len()) * (2 * self.largest + LISTS);
        (visited + lists + states) as u64 >= self.most
    }
}
