//! Nothing is lost: a sweep that is killed, interrupted, starved of disk or spread over machines writes the bytes of one
//! that ran through, or says why it does not.
//!
//! Absent on purpose: what the bytes mean.

mod damage;
mod disk;
mod moved;
mod replace;
mod resume;
mod shares;
mod verify;

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The SHA-256 of every file of a folder, but for journals.
fn fingerprints(folder: &Path) -> BTreeMap<String, String> {
    let files =
        crate::support::command::files(folder).into_iter().filter(|(name, _)| !name.ends_with(".journal"));
    files.map(|(name, bytes)| (name, format!("{:x}", Sha256::digest(&bytes)))).collect()
}

/// Numbers that look random and are the same in every run of the test.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let other = self.roll(i as u64 + 1) as usize;
            items.swap(i, other);
        }
    }
}
