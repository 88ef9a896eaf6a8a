//! `synod writeup`: a report's folder bundled for handing in.
//!
//! Absent on purpose: what is in the bundle beside copies; `report` says that.

use std::path::Path;

use serde_json::{Value, json};

use super::args::WriteupArgs;
use super::claim::{Claim, settle};
use super::exit::{Exit, Failure, quote};
use super::printer::Printer;
use super::report::kept;
use super::sweep::report_failure;
use super::verify::{manifest, read};
use super::write::{Holds, MANIFEST, check_unchanged, is_inside, shown};
use crate::report::{CHUNKS, fingerprint, writeup as bundle};

/// Files that are taken over from the report as they are, besides its figures.
const COPIED: [&str; 5] = ["report.tex", "report.md", "cells.csv", "cells.dictionary.csv", CHUNKS];

/// Writes the bundle.
pub fn writeup(args: &WriteupArgs, printer: &Printer) -> Result<Exit, Failure> {
    let out = args.out.clone().unwrap_or_else(|| args.folder.join("writeup"));
    settle(&args.folder, printer)?;
    let source = manifest(&args.folder)?;
    let mut claim = Claim::of(&out, Holds::Writeup, printer)?;
    check_unchanged(&out)?;
    let (report, _) = kept(&args.folder)?;
    let mut files = bundle(&report, quote).map_err(report_failure)?;
    for name in copied(&source) {
        let bytes = read(&args.folder.join(&name))?;
        files.push((name, bytes));
    }
    if manifest(&args.folder)? != source {
        let why = "another synod replaced the report while it was read; run this again";
        return Err(Failure::Refused(format!("{}: {why}", shown(&args.folder))));
    }
    let listed: Vec<Value> =
        files.iter().map(|(name, bytes)| json!({ "path": name, "xxh3_128": fingerprint(bytes) })).collect();
    let about = json!({ "schema": "synod-writeup/1", "command_line": report.command_line, "files": listed });
    files.push((MANIFEST.to_owned(), format!("{about:#}\n").into_bytes()));
    claim.replace(&files, printer)?;
    printer.say(&format!("document   {} (pdflatex main.tex)", shown(&out.join("main.tex"))));
    printer.say(&format!("tables     {} (LaTeX and Markdown)", shown(&out.join("tables"))));
    printer.say(&format!("figures    {}, captions in captions.md", shown(&out.join("figures"))));
    printer.say(&format!("again      sh {}", quote(&shown(&out.join("reproduce.sh")))));
    Ok(Exit::Ok)
}

/// The names of the files to copy: the fixed ones and all figures.
fn copied(manifest: &Value) -> Vec<String> {
    let listed = manifest["files"].as_array().into_iter().flatten();
    let names = listed.filter_map(|file| file["path"].as_str());
    let wanted =
        |name: &&str| COPIED.contains(name) || (name.starts_with("figures/") && is_inside(Path::new(name)));
    names.filter(wanted).map(str::to_owned).collect()
}
