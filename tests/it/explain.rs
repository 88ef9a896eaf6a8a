//! Deviations, and what is made with them: explanations, hunts, shrunk runs, race tables.
//!
//! Absent on purpose: the commands, which `cli` runs.

mod brute_force;
mod conditions;
mod deviations;
mod hunts;
mod losers;
mod losses;
mod races;
mod shrinking;
mod tokens;

use synod::run::{Deviations, Record};
use synod::scenario::{Scenario, shipped};

/// A scenario that comes along.
fn scenario(name: &str) -> Scenario {
    Scenario::parse(shipped::find(name).expect(name).text, name).expect("valid")
}

/// A run with deviations in the notation of tokens.
fn with(scenario: &Scenario, seed: u64, deviations: &str) -> Record {
    Record::with(scenario, seed, &parsed(deviations)).expect("plays")
}

fn parsed(deviations: &str) -> Deviations {
    deviations.parse().expect(deviations)
}

/// Numbers to draw test cases from (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ z >> 31) % n as u64) as usize
    }

    /// A text with a few bytes changed, dropped, doubled or put in.
    fn mutated(&mut self, text: &str, alphabet: &str) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(chars.len() + 1);
            let c = alphabet[self.below(alphabet.len())];
            match self.below(4) {
                0 if at < chars.len() => chars[at] = c,
                1 if at < chars.len() => drop(chars.remove(at)),
                2 if at < chars.len() => {
                    let piece = chars[at..(at + 20).min(chars.len())].to_vec();
                    chars.splice(at..at, piece);
                }
                _ => chars.insert(at, c),
            }
        }
        chars.into_iter().collect()
    }
}
