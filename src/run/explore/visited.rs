//! The states that were visited: a fingerprint and the state it was reached from, twelve bytes each.
//!
//! A hash table of its own: fingerprints are hashes already, and what is iterated must not depend on the process.

/// States by number, in the order of discovery.
pub(super) struct Visited {
    prints: Vec<u64>,
    parents: Vec<u32>,
    /// Number + 1 of the state whose fingerprint belongs here; 0 for none.
    table: Vec<u32>,
}

const SMALLEST: usize = 1 << 12;

impl Visited {
    pub fn new() -> Self {
        Visited { prints: Vec::new(), parents: Vec::new(), table: vec![0; SMALLEST] }
    }

    pub fn len(&self) -> usize {
        self.prints.len()
    }

    /// Memory, bytes; twice that of its lists, which are there twice for a moment when they grow.
    pub fn bytes(&self) -> usize {
        2 * (8 * self.prints.capacity() + 4 * self.parents.capacity()) + 4 * self.table.capacity()
    }

    /// Adds a state that is reached from `parent`; its number, and whether it is new.
    pub fn insert(&mut self, print: u64, parent: u32) -> (u32, bool) {
        if self.prints.len() * 3 >= self.table.len() * 2 {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = print as usize & mask;
        while self.table[at] != 0 {
            let number = self.table[at] - 1;
            if self.prints[number as usize] == print {
                return (number, false);
            }
            at = (at + 1) & mask;
        }
        let number = self.prints.len() as u32;
        self.prints.push(print);
        self.parents.push(parent);
        self.table[at] = number + 1;
        (number, true)
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        self.table.clear();
        self.table.resize(size, 0);
        for (number, print) in self.prints.iter().enumerate() {
            let mut at = *print as usize & (size - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = number as u32 + 1;
        }
    }

    /// The fingerprints on the way from the first state, exclusive, to this one.
    pub fn way(&self, mut number: u32) -> Vec<u64> {
        let mut way = Vec::new();
        while number != 0 {
            way.push(self.prints[number as usize]);
            number = self.parents[number as usize];
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_new_once_and_knows_where_it_came_from() {
        let mut visited = Visited::new();
        let print = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) & !0xFFF;
        for n in 0..20_000_u64 {
            assert_eq!(visited.insert(print(n), n.saturating_sub(1) as u32), (n as u32, true));
        }
        for n in 0..20_000_u64 {
            assert_eq!(visited.insert(print(n), 0), (n as u32, false));
        }
        assert_eq!(visited.way(3), [print(1), print(2), print(3)]);
        assert_eq!((visited.len(), visited.way(0)), (20_000, vec![]));
    }
}
