//! `synod verify`, `report` and `writeup` believe nothing of a report that can be made again: whatever is changed in one, with
//! every fingerprint made to fit, is found and named.
//!
//! Absent on purpose: changes without fingerprints, which `tests/journal/verify.rs` has.

#[path = "cli/common.rs"]
mod common;
#[path = "trust/forge.rs"]
mod forge;
#[path = "trust/honest.rs"]
mod honest;
#[path = "trust/manifest.rs"]
mod manifest;
#[path = "trust/totals.rs"]
mod totals;
