//! `manifest.json`: what the report was made from and which bytes it consists of.
//!
//! Absent on purpose: its own fingerprint, and anything about the machine that made it.

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_128;

use super::data::SweepReport;
use super::error::ReportError;
use super::json::{checks as checks_json, pretty};
use super::prose;
use crate::check::Checks;

/// The version of the file's shape.
pub const SCHEMA: &str = "synod-manifest/1";

/// A file's fingerprint, as manifests have it.
pub fn fingerprint(bytes: &[u8]) -> String {
    format!("{:032x}", xxh3_128(bytes))
}

/// The file, for these files of the report.
pub fn manifest(report: &SweepReport, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ReportError> {
    let cells: Vec<Value> = report
        .cells
        .iter()
        .map(|c| {
            json!({
                "cell": c.index,
                "runs": c.totals.runs,
                "digest": c.digest,
                "digest_covers": c.digest_coverage,
            })
        })
        .collect();
    let files: Vec<Value> = files
        .iter()
        .map(|(path, bytes)| json!({ "path": path, "bytes": bytes.len(), "xxh3_128": fingerprint(bytes) }))
        .collect();
    let mut manifest = json!({
        "schema": SCHEMA,
        "scenario": { "title": report.title, "text": report.scenario_text, "hash": report.scenario_hash },
        "seeds": { "first": report.first_seed, "count": report.seeds },
        "version": report.version,
        "epoch": report.epoch,
        "command_line": report.command_line,
        "labels": report.labels,
        "checks": checks_json(report.proof.checks),
        "verify": {
            "name": report.proof.name,
            "sets": report.proof.sets,
            "samples": report.proof.samples,
            "digests_all": report.proof.digests_all,
            "checks_all": report.proof.checks == Checks::All,
            "until_width": report.until.map_or_else(String::new, |until| until.to_string()),
            "horizon": report.bound.map_or_else(String::new, |bound| bound.to_string()),
            "determinism": prose::determinism(report),
        },
        "cells": cells,
        "files": files,
    });
    if let Some(nodes) = &report.proof.nodes {
        manifest["verify"]["nodes"] = json!(nodes);
    }
    pretty(&manifest)
}
