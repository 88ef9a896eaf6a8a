//! `synod writeup`: a report's folder bundled for handing in.
//!
//! Absent on purpose: what is in the bundle (`report` says that), and copies of the folder's files: all are made again from
//! its data.

use std::path::Path;

use serde_json::{Value, json};

use super::args::WriteupArgs;
use super::claim::{Claim, settle};
use super::exit::{Exit, Failure};
use super::interrupt;
use super::manifest::manifest;
use super::printer::Printer;
use super::progress::Bar;
use super::rebuilt::kept_by;
use super::sweep::report_failure;
use super::write::{Holds, MANIFEST, check_unchanged, former, shown};
use crate::report::{CHUNKS, SCENARIO, fingerprint, render, writeup as bundle};
use crate::text::{printable, quote_path};

/// Files that a report of the same data has, besides its figures.
const TAKEN: [&str; 5] = ["report.tex", "report.md", "cells.csv", "cells.dictionary.csv", CHUNKS];

/// Writes the bundle.
pub fn writeup(args: &WriteupArgs, printer: &Printer) -> Result<Exit, Failure> {
    let out = args.out.clone().unwrap_or_else(|| args.folder.join("writeup"));
    settle(&args.folder, printer)?;
    let source = manifest(&args.folder)?;
    let mut claim = Claim::of(&out, Holds::Writeup, printer)?;
    check_unchanged(&out)?;
    check_same_report(&out, &source)?;
    interrupt::keep("nothing was written", false);
    let rendering = Bar::of("rendering the write-up", "", 0, printer);
    // Its commands are for whoever stands in the bundle, where the scenario's file has this name.
    let report = kept_by(&args.folder, &source, Some(SCENARIO))?.report();
    let rendered = render(&report).map_err(report_failure)?;
    let mut files: Vec<(String, Vec<u8>)> = rendered.into_iter().filter(|(name, _)| is_taken(name)).collect();
    let taken: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    files.extend(bundle(&report, &taken).map_err(report_failure)?);
    if manifest(&args.folder)? != source {
        let why = "another synod replaced the report while it was read; run this again";
        return Err(Failure::Refused(format!("{}: {why}", shown(&args.folder))));
    }
    let listed: Vec<Value> =
        files.iter().map(|(name, bytes)| json!({ "path": name, "xxh3_128": fingerprint(bytes) })).collect();
    let about = json!({
        "schema": "synod-writeup/1",
        "command_line": report.command_line,
        "report": name_of(&source),
        "files": listed,
    });
    files.push((MANIFEST.to_owned(), format!("{about:#}\n").into_bytes()));
    drop(rendering);
    interrupt::keep("this command does it again", true);
    let writing = Bar::of("writing the write-up", "", 0, printer);
    claim.replace(&files, printer)?;
    drop(writing);
    printer.say(&format!("document   {} (pdflatex main.tex)", shown(&out.join("main.tex"))));
    printer.say(&format!("tables     {} (LaTeX and Markdown)", shown(&out.join("tables"))));
    printer.say(&format!("figures    {}, captions in captions.md", shown(&out.join("figures"))));
    printer.say(&format!("again      sh {}", quote_path(out.join("reproduce.sh"))));
    Ok(Exit::Ok)
}

/// Which report it is, whatever folder it stands in and however many seeds it has: the scenario's title and what was set over it.
fn name_of(report: &Value) -> Value {
    json!({ "title": report["scenario"]["title"], "sets": report["verify"]["sets"] })
}

/// Refuses to replace what was bundled of another report: that one is somebody's hand-in too.
fn check_same_report(out: &Path, report: &Value) -> Result<(), Failure> {
    let Some(former) = former(out)? else { return Ok(()) };
    if former["report"] == name_of(report) {
        return Ok(());
    }
    let title = former["report"]["title"].as_str().unwrap_or("another scenario");
    Err(Failure::Usage(format!(
        "--out {}: holds the write-up of another report, of {title:?} with {}; name another folder, or move that one away",
        shown(out),
        sets_of(&former),
        title = printable(title),
    )))
}

/// What was set over the scenario of a write-up, in words.
fn sets_of(writeup: &Value) -> String {
    let sets = writeup["report"]["sets"].as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |set: &Value, at: usize| printable(set[at].as_str().unwrap_or_default());
    let all: Vec<String> = sets.iter().map(|set| format!("{}={}", word(set, 0), word(set, 1))).collect();
    if all.is_empty() { "nothing set".to_owned() } else { all.join(", ") }
}

/// Whether a report's file is taken over: the fixed ones and all figures.
fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name) || name.starts_with("figures/")
}
