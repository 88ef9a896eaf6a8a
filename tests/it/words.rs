//! Addressed words: known answers, and the same words from another implementation of ChaCha8, block by block.
//!
//! The known answers were made by a third implementation, straight from the definition of the cipher. Absent on
//! purpose: what the words are used for.

mod answers;
mod place;

use std::collections::BTreeMap;

use answers::ANSWERS;
use place::Place;
use synod::sim::{Slot, Words};

/// Seeds at the ends and in between.
const SEEDS: [u64; 6] = [0, 1, 2, 0x005e_ed00_5ab1_e000, u64::MAX - 1, u64::MAX];

#[test]
fn known_answers() {
    for &(nodes, seed, place, answer) in ANSWERS {
        let found = place.by_engine(nodes, seed);
        assert_eq!(found, answer, "{place:?}, {nodes} nodes, seed {seed}: {found:#018x}");
    }
}

/// Every place of every kind, by position in the stream of RustCrypto's `chacha20`.
#[test]
fn another_implementation_gives_the_same_words() {
    let mut compared = 0;
    for nodes in [1, 3, 4, 7, 8, 9, 20, 40, 63] {
        for place in Place::all(nodes) {
            for seed in SEEDS {
                assert_eq!(
                    place.by_engine(nodes, seed),
                    place.by_layout(nodes, seed),
                    "{place:?}, seed {seed}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 10_000, "{compared}");
}

/// No two meanings share a word: among 64-bit words one chance coincidence in a billion runs of this test is due.
#[test]
fn no_two_places_share_a_word() {
    for nodes in [3, 9, 63] {
        let mut words = BTreeMap::new();
        for place in Place::all(nodes) {
            for seed in SEEDS {
                let other = words.insert(place.by_engine(nodes, seed), (place, seed));
                assert_eq!(other, None, "the same word as {place:?}, seed {seed}, {nodes} nodes");
            }
        }
    }
}

/// Words that are kept at hand are those of their address, whatever was looked at in between, and in any order.
#[test]
fn the_words_at_hand_are_those_of_their_address() {
    for (callers, nodes) in [(1, 3), (2, 3), (5, 3), (3, 4), (2, 9), (3, 20), (3, 40), (2, 63)] {
        let mut words = Words::new(callers, nodes);
        for (round, seed) in [7, 0, 7, u64::MAX].into_iter().enumerate() {
            words.begin_run(seed);
            let mut attempts = vec![1; callers];
            for step in 0..40_u32 {
                let caller = (step * 7 + round as u32) as usize % callers;
                attempts[caller] += 1;
                words.begin_attempt(caller, attempts[caller]);
                // A rare draw and a tie of a past attempt move the generator.
                words.announcement(caller as u8, 1, 1);
                words.message_tie(caller as u8, attempts[caller] - 1, Slot::message(1, 1, true));
                for (other, &attempt) in attempts.iter().enumerate() {
                    let slot = Slot::message(1 + (step % 2) as u8, nodes as u8, step % 3 == 0);
                    let place = Place::Attempt { caller: other as u8, attempt, slot };
                    assert_eq!(words.current(other, slot), place.by_layout(nodes, seed), "{place:?}");
                    assert_eq!(words.of_attempt(other as u8, attempt, slot), words.current(other, slot));
                    for (phase, node) in [(1, 1), (2, 1 + step as u8 % nodes as u8), (2, nodes as u8)] {
                        let pair = words.exchange(words.phase_base(other, phase), node);
                        let slots = [false, true].map(|reply| Slot::message(phase, node, reply));
                        let places = slots.map(|slot| Place::Attempt { caller: other as u8, attempt, slot });
                        assert_eq!(
                            [pair.0, pair.1],
                            places.map(|place| place.by_layout(nodes, seed)),
                            "{places:?}"
                        );
                    }
                }
            }
        }
    }
}

/// Each bit of a word is a fair coin, over seeds as over attempts: counts within 4.5 standard errors.
#[test]
fn every_bit_is_fair_along_seeds_and_along_attempts() {
    const WORDS: u64 = 20_000;
    let along_seeds = |i| Place::Attempt { caller: 0, attempt: 1, slot: Slot::START }.by_engine(3, i);
    let along_attempts =
        |i: u64| Place::Attempt { caller: 1, attempt: i as u32 + 2, slot: Slot::BACKOFF }.by_engine(3, 1);
    let unfair = |word: &dyn Fn(u64) -> u64| {
        let mut ones = [0_i64; 64];
        for i in 0..WORDS {
            let word = word(i);
            (0..64).for_each(|bit| ones[bit] += (word >> bit & 1) as i64);
        }
        let error = (WORDS as f64).sqrt() / 2.0;
        ones.iter().any(|&n| (n as f64 - WORDS as f64 / 2.0).abs() > 4.5 * error)
    };
    assert!(!unfair(&along_seeds) && !unfair(&along_attempts));
    assert!(unfair(&|i| along_seeds(i) & along_seeds(i + 1)), "a wrong generator is told apart");
}

/// A client whose node is down at its start has a timer before its first attempt: its tie key is that attempt's, and
/// no key of a run before.
#[test]
fn a_timer_before_the_first_attempt_has_that_attempts_tie_key() {
    for nodes in [3, 7] {
        let mut words = Words::new(4, nodes);
        for seed in [0, 1, u64::MAX] {
            words.begin_run(seed);
            for caller in 0..4 {
                assert_eq!(words.timer_tie(caller), words.current(caller, Slot::TIMER_TIE), "{nodes} {seed}");
            }
            // What a run leaves behind.
            (0..4).for_each(|caller| words.begin_attempt(caller, 5));
        }
    }
}
