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
