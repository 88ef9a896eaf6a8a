//! `synod verify`, `report` and `writeup` believe nothing of a report that can be made again: whatever is changed in one, with
//! every fingerprint made to fit, is found and named.
//!
//! Absent on purpose: changes without fingerprints, which `tests/it/journal/verify.rs` has.

mod forge;
mod honest;
mod manifest;
mod totals;
