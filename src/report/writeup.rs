//! What is handed in: a document that compiles, figures, captions, tables, data, and the script that makes the numbers
//! again.
//!
//! Absent on purpose: anything that is not in the report's folder already; this only arranges it.

use std::fmt::Write as _;

use super::data::SweepReport;
use super::error::ReportError;
use super::facts;
use super::figures::{Figure, of_facts};
use super::names::{printable, sentence};
use super::{latex, markdown, prose};
use crate::text::{quote, quote_path};

/// The scenario's name in the bundle.
pub const SCENARIO: &str = "scenario.toml";
/// The document.
const MAIN: &str = "main.tex";

/// The files of the bundle besides those that are copied from the report: paths, relative and with `/`, and bytes.
///
/// `taken` are the names of those copies.
///
/// # Errors
/// If the cells do not fit the report.
pub fn writeup(report: &SweepReport, taken: &[&str]) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    super::check_shape(report)?;
    let all = facts::of_all(report);
    let mut files = vec![
        (MAIN.to_owned(), main_tex(report)),
        ("captions.md".to_owned(), captions(report, &of_facts(report, &all))),
        (SCENARIO.to_owned(), report.scenario_text.clone().into_bytes()),
    ];
    for (name, table) in latex::tables(report, &all) {
        files.push((format!("tables/{name}.tex"), (latex::CHARACTERS.to_owned() + &table).into_bytes()));
    }
    for (name, table) in markdown::tables(report, &all) {
        files.push((format!("tables/{name}.md"), table.into_bytes()));
    }
    // The document is for somebody to go on with, and the scenario is what is run.
    let made = files.iter().map(|(name, _)| name.as_str()).filter(|name| ![MAIN, SCENARIO].contains(name));
    let compared: Vec<&str> = taken.iter().copied().chain(made).collect();
    let script = reproduce(report, &compared);
    files.push(("reproduce.sh".to_owned(), script));
    Ok(files)
}

/// A document around `report.tex`; it needs nothing but the packages that every TeX Live has.
fn main_tex(report: &SweepReport) -> Vec<u8> {
    let (title, characters) = (latex::escaped(&prose::title(report)), latex::CHARACTERS);
    format!(
        "\\documentclass[11pt]{{article}}\n\\usepackage[T1]{{fontenc}}\n\\usepackage[utf8]{{inputenc}}\n\
         \\IfFileExists{{lmodern.sty}}{{\\usepackage{{lmodern}}}}{{}}\n\\usepackage[margin=25mm]{{geometry}}\n\\usepackage{{booktabs,graphicx,longtable}}\n\
         \\renewcommand{{\\topfraction}}{{0.9}}\n\\renewcommand{{\\textfraction}}{{0.05}}\n\\renewcommand{{\\floatpagefraction}}{{0.7}}\n\
         \\setlength{{\\emergencystretch}}{{3em}}\n{characters}\\title{{{title}}}\n\\author{{}}\n\
         \\date{{}}\n\\begin{{document}}\n\\maketitle\n\\input{{report.tex}}\n\\end{{document}}\n"
    )
    .into_bytes()
}

/// The methods, then each figure's file with its caption.
fn captions(report: &SweepReport, figures: &[Figure]) -> Vec<u8> {
    let mut out = format!("# Captions\n\n{}\n\n{}\n", prose::methods(report), prose::intervals(report));
    for (i, figure) in figures.iter().enumerate() {
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

/// Sweeps again from the scenario beside it, bundles that, and compares these files byte for byte.
fn reproduce(report: &SweepReport, compared: &[&str]) -> Vec<u8> {
    let mut sweep = format!("sweep {SCENARIO}");
    for (path, value) in &report.proof.sets {
        let _ = write!(sweep, " --set {}", quote(&format!("{path}={value}")));
    }
    let mut needs = String::new();
    if let Some(nodes) = &report.proof.nodes {
        let file = quote_path(&nodes.file);
        let _ = write!(sweep, " --node {file}");
        let _ = write!(
            needs,
            "# Needs the own nodes too, which are not in this folder: copy their file here as {file}, and what it names.\n\
             [ -e {file} ] || {{ echo 'copy the own nodes here first, their file as '{file} >&2; exit 2; }}\n"
        );
    }
    let _ = write!(sweep, " --seeds {}", report.seeds);
    if report.first_seed != 0 {
        let _ = write!(sweep, " --first-seed {}", report.first_seed);
    }
    if let Some(until) = report.until {
        let _ = write!(sweep, " --until-width {until}");
    }
    if let Some(bound) = report.bound {
        let _ = write!(sweep, " --horizon {bound}");
    }
    if report.proof.digests_all {
        sweep.push_str(" --digest all");
    }
    if report.proof.checks == crate::check::Checks::All {
        sweep.push_str(" --checks all");
    }
    let files: Vec<String> = compared.iter().map(|name| quote(name)).collect();
    let (files, count) = (files.join(" "), compared.len());
    format!(
        "#!/bin/sh\n# Runs the sweep of this write-up again, bundles it again, and compares every file of data, tables, captions and\n\
         # figures, but not {MAIN}, which is yours to change.\n\
         # Needs synod {} (engine epoch {}); another one is named by SYNOD=path/to/synod.\n\
         set -eu\ncd \"$(dirname \"$0\")\"\n{needs}again=$(mktemp -d)\ntrap 'rm -rf \"$again\"' EXIT\n\
         \"${{SYNOD:-synod}}\" {sweep} --out \"$again/report\" --quiet > /dev/null\n\
         \"${{SYNOD:-synod}}\" writeup \"$again/report\" --out \"$again/writeup\" --quiet\n\
         for file in {files}; do\n  if ! cmp -s \"$file\" \"$again/writeup/$file\"; then\n    \
         echo \"NOT reproduced: $file differs\" >&2\n    exit 3\n  fi\ndone\n\
         echo \"reproduced: {count} files are the same, byte for byte; {MAIN} was not compared\"\n",
        printable(&report.version),
        report.epoch
    )
    .into_bytes()
}
