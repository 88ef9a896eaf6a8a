//! The states that are known, by their fingerprints: a number for each, in the order of discovery.
//!
//! A hash table of its own, as in `explore`; here a state's fingerprint has 128 bits, for a figure that is called exact must
//! not rest on two states taken for one.

/// States by number.
pub(super) struct Index {
    prints: Vec<u128>,
    /// Number + 1 of the state whose fingerprint belongs here; 0 for none.
    table: Vec<u32>,
}

const SMALLEST: usize = 1 << 10;

impl Index {
    pub fn new() -> Index {
        Index { prints: Vec::new(), table: vec![0; SMALLEST] }
    }

    pub fn len(&self) -> usize {
        self.prints.len()
    }

    /// The number of a state, and whether it is new.
    pub fn insert(&mut self, print: u128) -> (u32, bool) {
        if self.prints.len() * 3 >= self.table.len() * 2 {
            self.grow();
        }
        match self.find(print) {
            Ok(number) => (number, false),
            Err(place) => {
                self.prints.push(print);
                self.table[place] = self.prints.len() as u32;
                (self.prints.len() as u32 - 1, true)
            }
        }
    }

    fn find(&self, print: u128) -> Result<u32, usize> {
        let mask = self.table.len() - 1;
        let mut at = print as usize & mask;
        while self.table[at] != 0 {
            let number = self.table[at] - 1;
            if self.prints[number as usize] == print {
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
        Err(at)
    }

    fn grow(&mut self) {
        self.table = vec![0; self.table.len() * 2];
        let mask = self.table.len() - 1;
        for (number, print) in self.prints.iter().enumerate() {
            let mut at = *print as usize & mask;
            while self.table[at] != 0 {
                at = (at + 1) & mask;
            }
            self.table[at] = number as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_one_number() {
        let mut index = Index::new();
        // Alike in their lower half, by which they are looked for.
        let print = |n: u32| u128::from(n) << 64 | u128::from(n % 7);
        for n in 0..5_000 {
            assert_eq!(index.insert(print(n)), (n, true));
        }
        for n in 0..5_000 {
            assert_eq!(index.insert(print(n)), (n, false));
        }
        assert_eq!(index.len(), 5_000);
    }
}
