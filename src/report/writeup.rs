//! What is handed in: a document that compiles, figures, captions, tables, data, and the script that makes the numbers
//! again.
//!
//! Absent on purpose: anything that is not in the report's folder already; this only arranges it.

use std::fmt::Write as _;

use super::data::SweepReport;
use super::error::ReportError;
use super::facts;
use super::figures::figures;
use super::names::{printable, sentence};
use super::{latex, markdown, prose};
use crate::text::quote;

/// The files of the bundle besides those that are copied from the report: paths, relative and with `/`, and bytes.
///
/// # Errors
/// If the cells do not fit the report.
pub fn writeup(report: &SweepReport) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    super::check_shape(report)?;
    let all: Vec<facts::CellFacts> = report.cells.iter().map(|cell| facts::facts(report, cell)).collect();
    let mut files = vec![
        ("main.tex".to_owned(), main_tex(report)),
        ("captions.md".to_owned(), captions(report)),
        ("scenario.toml".to_owned(), report.scenario_text.clone().into_bytes()),
        ("reproduce.sh".to_owned(), reproduce(report)),
    ];
    for (name, table) in latex::tables(report, &all) {
        files.push((format!("tables/{name}.tex"), (latex::CHARACTERS.to_owned() + &table).into_bytes()));
    }
    for (name, table) in markdown::tables(report, &all) {
        files.push((format!("tables/{name}.md"), table.into_bytes()));
    }
    Ok(files)
}

/// A document around `report.tex`; it needs nothing but the packages that every TeX Live has.
fn main_tex(report: &SweepReport) -> Vec<u8> {
    let (title, characters) = (latex::escaped(&prose::title(report)), latex::CHARACTERS);
    format!(
        "\\documentclass[11pt]{{article}}\n\\usepackage[T1]{{fontenc}}\n\\usepackage[utf8]{{inputenc}}\n\
         \\IfFileExists{{lmodern.sty}}{{\\usepackage{{lmodern}}}}{{}}\n\\usepackage[margin=25mm]{{geometry}}\n\\usepackage{{booktabs,graphicx}}\n{characters}\\title{{{title}}}\n\\author{{}}\n\
         \\date{{}}\n\\begin{{document}}\n\\maketitle\n\\input{{report.tex}}\n\\end{{document}}\n"
    )
    .into_bytes()
}

/// The methods, then each figure's file with its caption.
fn captions(report: &SweepReport) -> Vec<u8> {
    let mut out = format!("# Captions\n\n{}\n\n{}\n", prose::methods(report), prose::intervals(report));
    for (i, figure) in figures(report).iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "\n**Figure {}** (`figures/{}`). {} {}\n",
            i + 1,
            figure.name,
            sentence(&printable(&figure.title)),
            printable(&figure.caption)
        );
    }
    out.into_bytes()
}

/// Sweeps again from the scenario beside it, and compares the digests of all seeds.
fn reproduce(report: &SweepReport) -> Vec<u8> {
    let mut sweep = "sweep scenario.toml".to_owned();
    for (path, value) in &report.proof.sets {
        let _ = write!(sweep, " --set {}", quote(&format!("{path}={value}")));
    }
    let _ = write!(sweep, " --seeds {}", report.seeds);
    if report.first_seed != 0 {
        let _ = write!(sweep, " --first-seed {}", report.first_seed);
    }
    if let Some(until) = report.until {
        let _ = write!(sweep, " --until-width {until}");
    }
    if report.proof.digests_all {
        sweep.push_str(" --digest all");
    }
    format!(
        "#!/bin/sh\n# Runs the sweep of this write-up again, and compares the digests of its runs in chunks.csv.\n\
         # Needs synod {} (engine epoch {}); another one is named by SYNOD=path/to/synod.\n\
         set -eu\ncd \"$(dirname \"$0\")\"\nagain=$(mktemp -d)\ntrap 'rm -rf \"$again\"' EXIT\n\
         \"${{SYNOD:-synod}}\" {sweep} --out \"$again/report\" --quiet > /dev/null\n\
         if cmp -s chunks.csv \"$again/report/chunks.csv\"; then\n  echo \"reproduced: every digest in chunks.csv is the same\"\n\
         else\n  echo \"NOT reproduced: the digests of the runs differ\" >&2\n  exit 3\nfi\n",
        printable(&report.version),
        report.epoch
    )
    .into_bytes()
}
