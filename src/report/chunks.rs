//! `chunks.csv`: the digests of each cell's seeds, piece by piece, which `synod verify` holds against a second run.
//!
//! Absent on purpose: what the runs came to; a digest covers their events, not their totals.

use super::data::SweepReport;
use crate::sweep::CHUNK;

/// The file's name.
pub const CHUNKS: &str = "chunks.csv";

/// The file. It holds numbers alone, and nothing in it needs quotes.
pub fn chunks(report: &SweepReport) -> Vec<u8> {
    let mut text = String::from("cell,first_seed,runs,digest\n");
    for segment in &report.proof.segments {
        let first = report.first_seed.wrapping_add(segment.chunk * CHUNK);
        text.push_str(&format!("{},{first},{},{}\n", segment.cell, segment.runs, segment.digest));
    }
    text.into_bytes()
}
