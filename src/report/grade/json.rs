//! A grading as one JSON object.

use serde_json::{Value, json};

use super::{Climb, Grade, Kind};

/// The object of `synod grade --json`.
pub fn grade_json(grade: &Grade) -> Value {
    let (points, all) = grade.points();
    json!({
        "schema": "synod-grade-1",
        "nodes": grade.label,
        "points": points,
        "of": all,
        "rungs": grade.rungs.iter().map(rung).collect::<Vec<_>>(),
    })
}

fn rung(it: &Climb) -> Value {
    let fault = it.fault.as_ref().map(|fault| {
        json!({
            "kind": match fault.kind {
                Kind::Bad => "bad-run",
                Kind::Violation => "violation",
                Kind::Failed => "node-failed",
                Kind::Differs => "not-deterministic",
            },
            "brief": fault.brief,
            "lines": fault.lines,
            "remedy": fault.remedy,
            "again": fault.again,
        })
    });
    json!({
        "rung": it.rung.number,
        "name": it.rung.name,
        "asks": it.rung.asks,
        "points": it.points(),
        "of": it.rung.points,
        "runs": it.runs,
        "note": it.note,
        "fault": fault,
    })
}
