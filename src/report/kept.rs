//! `totals.bin`: every integer that the cells add up to, so that a report can be rendered again without a simulation.
//!
//! A head, then for each cell the length and the bytes of its totals, in the encoding of the journal. Absent on purpose:
//! whether they belong to the rest of the folder; the manifest's fingerprint tells.

use super::data::SweepReport;
use crate::sweep::journal::{decode, encode};
use crate::sweep::{Part, Totals};

/// The file's name.
pub const TOTALS: &str = "totals.bin";
/// How it begins.
const MAGIC: &[u8] = b"synod-totals/1\n";

/// The file.
pub fn totals(report: &SweepReport) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for cell in &report.cells {
        let part = Part { cell: cell.index, totals: cell.totals.clone(), ..Part::default() };
        let part = encode(&part);
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    bytes
}

/// The totals of a file's cells, in their order; none if it is no such file.
pub fn totals_of(bytes: &[u8]) -> Option<Vec<Totals>> {
    let (mut rest, mut all) = (bytes.strip_prefix(MAGIC)?, Vec::new());
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let part = decode(after.get(..length)?)?;
        all.push(part.totals);
        rest = &after[length..];
    }
    Some(all)
}
