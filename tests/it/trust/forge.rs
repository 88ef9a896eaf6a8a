//! A small report, and changes to it whose fingerprints are made to fit.

use crate::support::command::{Ended, Place};
use serde_json::{Value, json};
use synod::report::{fingerprint, totals_of};
use synod::sweep::Part;
use synod::sweep::journal::encode;

/// Two cells of runs that differ little, so that a report of them is soon made.
pub const SMALL: &str = "title = \"small\"\n[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
                         start = { uniform = { min = \"0ms\", max = \"3ms\" } }\n[network]\ndelay = { constant = \"1ms\" }\n\
                         [sweep.axes]\n\"network.loss\" = [0.0, 0.2]\n";
/// How many cells it has.
pub const CELLS: usize = 2;

/// A place with a report of it in `out`.
pub fn place() -> Place {
    let place = Place::new();
    place.write("small.toml", SMALL);
    place.synod(&["sweep", "small.toml", "--seeds", "300", "--out", "out", "-q"]).exits(0);
    place
}

/// A file of the report.
pub fn read(place: &Place, name: &str) -> Vec<u8> {
    std::fs::read(place.path("out").join(name)).expect("a file")
}

/// The manifest.
pub fn manifest(place: &Place) -> Value {
    serde_json::from_slice(&read(place, "manifest.json")).expect("JSON")
}

/// Changes the manifest, which has no fingerprint.
pub fn change_manifest(place: &Place, change: impl FnOnce(&mut Value)) {
    let mut manifest = manifest(place);
    change(&mut manifest);
    let mut bytes = serde_json::to_vec_pretty(&manifest).expect("JSON");
    bytes.push(b'\n');
    place.write("out/manifest.json", bytes);
}

/// Replaces a file, and its fingerprint with it.
pub fn forge(place: &Place, name: &str, bytes: &[u8]) {
    place.write(&format!("out/{name}"), bytes);
    change_manifest(place, |manifest| {
        let files = manifest["files"].as_array_mut().expect("files");
        let file = files.iter_mut().find(|file| file["path"] == name).expect("listed");
        file["bytes"] = json!(bytes.len());
        file["xxh3_128"] = json!(fingerprint(bytes));
    });
}

/// The totals of the cells.
pub fn parts(place: &Place) -> Vec<Part> {
    totals_of(&read(place, "totals.bin"), CELLS).expect("totals")
}

/// `totals.bin` of these pieces.
pub fn totals(pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"synod-totals/2\n".to_vec();
    for piece in pieces {
        bytes.extend((piece.len() as u64).to_le_bytes());
        bytes.extend(piece);
    }
    bytes
}

/// Replaces the totals.
pub fn forge_totals(place: &Place, parts: &[Part]) {
    forge(place, "totals.bin", &totals(&parts.iter().map(encode).collect::<Vec<_>>()));
}

/// Holds the report against all its runs.
pub fn verify_all(place: &Place) -> Ended {
    place.synod(&["verify", "out", "--all", "--threads", "1"])
}
