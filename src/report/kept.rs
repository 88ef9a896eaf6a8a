//! `totals.bin`: every integer that the cells add up to, so that a report can be rendered again without a simulation.
//!
//! A head, then for each cell the length and the bytes of its totals, in the encoding of the journal. Absent on purpose:
//! whether they belong to the rest of the folder; the manifest's fingerprint tells.

use super::data::SweepReport;
use crate::sweep::Part;
use crate::sweep::journal::{decode, encode};

/// The file's name.
pub const TOTALS: &str = "totals.bin";
/// How it begins.
const MAGIC: &[u8] = b"synod-totals/2\n";

/// The file.
pub fn totals(report: &SweepReport) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for cell in &report.cells {
        let (totals, paired) = (cell.totals.clone(), cell.paired.clone());
        let part = Part { cell: cell.index, totals, paired, ..Part::default() };
        let part = encode(&part);
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    bytes
}

/// What a file's cells add up to, with their pairs, in their order; none if it is no such file of so many cells.
pub fn totals_of(bytes: &[u8], cells: usize) -> Option<Vec<Part>> {
    let (mut rest, mut pieces) = (bytes.strip_prefix(MAGIC)?, Vec::new());
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        pieces.push(after.get(..length)?);
        rest = &after[length..];
    }
    // Counted before any is read: what is read takes more memory than its bytes.
    if pieces.len() != cells {
        return None;
    }
    let one = |(cell, piece): (usize, &&[u8])| {
        decode(piece).filter(|part| part.cell == cell as u64 && part.chunks.is_empty())
    };
    pieces.iter().enumerate().map(one).collect()
}
