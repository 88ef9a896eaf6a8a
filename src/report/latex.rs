//! `report.tex`: tables, figures and the methods paragraph, to be `\input` into a paper.
//!
//! Absent on purpose: a preamble, `siunitx` and everything else that small TeX installations lack. It needs
//! `booktabs` and `graphicx`, and a TeX Live from 2020 on.

use std::fmt::Write as _;

use super::data::SweepReport;
use super::facts::CellFacts;
use super::figures::Figure;
use super::names::{printable, sentence};
use super::prose;
use super::table::{self, Field, Table};

/// What every table needs where the text has characters that TeX's own fonts lack.
pub const CHARACTERS: &str = "\\ifdefined\\Umathchar\\providecommand{\\synodchar}[2]{#1}\\else\\providecommand{\\synodchar}[2]{#2}\\fi\n";

/// The file. Writing to a `String` cannot fail, so results of `write!` are dropped.
pub fn report(report: &SweepReport, all: &[CellFacts], figures: &[Figure]) -> Vec<u8> {
    let mut out = String::from(
        "% Input this file; the preamble needs \\usepackage{booktabs,graphicx}.\n\
         % If the report's folder is not the current one: \\newcommand{\\synodreport}{path/to/it}.\n\
         \\providecommand{\\synodreport}{.}\n\
         % A character that only XeLaTeX and LuaLaTeX can print, and its number for the others.\n",
    );
    out.push_str(CHARACTERS);
    for label in report.labels.iter().cloned().chain(prose::violations(report)) {
        let _ = write!(out, "\n\\noindent\\textbf{{{}}}\\par\n", escaped(&label));
    }
    let _ = write!(out, "\n{}\n\n{}\n", escaped(&prose::methods(report)), escaped(&prose::intervals(report)));
    tables(report, all).iter().for_each(|(_, table)| out.push_str(table));
    for figure in figures {
        let (name, caption) = (figure.name, escaped(&figure.caption));
        let title = escaped(&sentence(&figure.title));
        let _ = write!(
            out,
            "\n\\begin{{figure}}[htbp]\n\\centering\n\\includegraphics[width=\\linewidth,height=0.8\\textheight,\
             keepaspectratio]{{\\synodreport/figures/{name}.png}}\n\\caption{{{title} {caption}}}\n\
             \\label{{fig:synod-{name}}}\n\\end{{figure}}\n"
        );
    }
    let _ = write!(
        out,
        "\n\\noindent Reproduced by\\\\\n{{\\small\\ttfamily\\raggedright {}\\par}}\n",
        escaped(&report.command_line)
    );
    out.into_bytes()
}

/// The report's tables, each by its name; all that have rows.
pub fn tables(report: &SweepReport, all: &[CellFacts]) -> Vec<(&'static str, String)> {
    let title = escaped(&sentence(&prose::title(report)));
    let caption =
        format!("{title} Means and shares with 95\\,\\% intervals. {}", escaped(&prose::columns(report)));
    let results = tabular(&table::results(report, all), &caption, "tab:synod-results");
    let mut found = vec![("results", results)];
    let differences = table::differences(report, all);
    if !differences.rows.is_empty() {
        let caption = escaped(&prose::differences(report));
        found.push(("differences", tabular(&differences, &caption, "tab:synod-differences")));
    }
    let theory = table::theory(report, all);
    if !theory.rows.is_empty() {
        let meaning = escaped(prose::theory());
        let caption = format!("{title}: closed forms beside what was simulated. {meaning}");
        found.push(("theory", tabular(&theory, &caption, "tab:synod-theory")));
    }
    let answers = table::answers(report, all);
    if !answers.rows.is_empty() {
        let meaning = escaped(&prose::answers(report));
        found.push(("answers", tabular(&answers, &meaning, "tab:synod-answers")));
    }
    let meaning = escaped(prose::preemptions());
    found.push(("preemptions", tabular(&table::preemptions(report, all), &meaning, "tab:synod-preemptions")));
    let tails = table::tails(report, all);
    if !tails.rows.is_empty() {
        found.push(("tails", tabular(&tails, &escaped(prose::tails()), "tab:synod-tails")));
    }
    found
}

/// Rows that a page can hold.
const PAGE: usize = 24;
/// Longer tables are for machines: after so many pages the reader is sent to `cells.csv`.
const MOST_PAGES: usize = 4;

/// A table in pieces that fit a page, each interval below its value, shrunk to the line where it must be.
fn tabular(table: &Table, caption: &str, label: &str) -> String {
    let alignment: String = table.columns.iter().map(|c| if c.numeric { 'r' } else { 'l' }).collect();
    let heads: Vec<String> = table.columns.iter().map(|c| head(&c.head, c.numeric)).collect();
    let heads = heads.join(" & ");
    let left_out = (table.rows.len() + table.left_out).saturating_sub(PAGE * MOST_PAGES);
    let mut out = String::new();
    for (i, piece) in table.rows.chunks(PAGE).take(MOST_PAGES).enumerate() {
        let caption = match i {
            0 if left_out > 0 => {
                format!("\\caption{{{caption} {left_out} further rows are in \\texttt{{cells.csv}}.}}")
            }
            0 => format!("\\caption{{{caption}}}"),
            _ => "\\addtocounter{table}{-1}\\caption{(continued)}".into(),
        };
        let label = if i == 0 { format!("\\label{{{label}}}") } else { String::new() };
        let rows = rows(piece);
        let _ = write!(
            out,
            "\n\\begin{{table}}[htbp]\n\\centering\\small\n{caption}{label}\\vspace{{4pt}}\n\
             \\resizebox{{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}}{{!}}{{%\n\
             \\begin{{tabular}}{{@{{}}{alignment}@{{}}}}\n\\toprule\n{heads}\\\\\n\\midrule\n{rows}\\bottomrule\n\
             \\end{{tabular}}}}\n\\end{{table}}\n"
        );
    }
    out
}

fn rows(rows: &[Vec<Field>]) -> String {
    let mut out = String::new();
    for row in rows {
        let values: Vec<String> = row.iter().map(|f| escaped(&f.text)).collect();
        out.push_str(&values.join(" & "));
        if row.iter().any(|f| !f.interval.is_empty()) {
            let below = row.iter().map(|f| match f.interval.as_str() {
                "" => String::new(),
                interval => format!("{{\\scriptsize {}}}", escaped(interval)),
            });
            let _ = write!(out, "\\\\*\n{}\\\\[2pt]\n", below.collect::<Vec<_>>().join(" & "));
        } else {
            out.push_str("\\\\\n");
        }
    }
    out
}

/// A head of several words, one below the other.
fn head(text: &str, numeric: bool) -> String {
    let lines: Vec<String> = text.split(' ').map(escaped).collect();
    format!(
        "\\begin{{tabular}}[b]{{@{{}}{}@{{}}}}{}\\end{{tabular}}",
        if numeric { 'r' } else { 'l' },
        lines.join("\\\\")
    )
}

/// Without a meaning to TeX; characters that its default fonts lack are replaced by macros.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '#' | '%' | '_' => out.extend(['\\', c]),
            '^' => out.push_str("\\textasciicircum{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '|' => out.push_str("\\textbar{}"),
            '"' => out.push_str("\\char34{}"),
            '\'' => out.push_str("\\textquotesingle{}"),
            '`' => out.push_str("\\textasciigrave{}"),
            // A bracket after a line break would be its argument.
            '[' => out.push_str("{[}"),
            ']' => out.push_str("{]}"),
            '-' => out.push_str("{-}"),
            'µ' | 'μ' => out.push_str("\\textmu{}"),
            '–' => out.push_str("--"),
            '—' => out.push_str("---"),
            '’' => out.push('\''),
            '‘' => out.push('`'),
            '…' => out.push_str("\\ldots{}"),
            '·' => out.push_str("\\textperiodcentered{}"),
            '“' | '”' => out.push_str(if c == '“' { "``" } else { "''" }),
            c => match SIGNS.iter().find(|(sign, _)| *sign == c) {
                Some((_, command)) => _ = write!(out, "\\ensuremath{{{command}}}"),
                None if c > '\u{17F}' => _ = write!(out, "\\synodchar{{{c}}}{{U+{:04X}}}", c as u32),
                None => out.push(c),
            },
        }
    }
    out
}

/// Signs that TeX has in mathematics: those of our own texts, and their neighbours.
const SIGNS: &[(char, &str)] = &[
    ('−', "-"),
    ('±', "\\pm"),
    ('∓', "\\mp"),
    ('×', "\\times"),
    ('≤', "\\leq"),
    ('≥', "\\geq"),
    ('≠', "\\neq"),
    ('≈', "\\approx"),
    ('∞', "\\infty"),
    ('→', "\\to"),
    ('←', "\\gets"),
    ('⇒', "\\Rightarrow"),
    ('√', "\\surd"),
    ('α', "\\alpha"),
    ('β', "\\beta"),
    ('γ', "\\gamma"),
    ('δ', "\\delta"),
    ('ε', "\\varepsilon"),
    ('λ', "\\lambda"),
    ('π', "\\pi"),
    ('ρ', "\\rho"),
    ('σ', "\\sigma"),
    ('τ', "\\tau"),
    ('φ', "\\varphi"),
    ('χ', "\\chi"),
    ('Δ', "\\Delta"),
    ('Σ', "\\Sigma"),
    ('Φ', "\\Phi"),
    ('⁻', "^{-}"),
    ('ⁿ', "^{n}"),
    ('⁴', "^{4}"),
    ('⁵', "^{5}"),
    ('⁶', "^{6}"),
    ('⁷', "^{7}"),
    ('⁸', "^{8}"),
    ('⁹', "^{9}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever reads a PDF of pdfLaTeX finds `U+2019` only where a user's own text has a character that TeX lacks.
    #[test]
    fn our_own_texts_need_no_number_of_a_character() {
        let signs: String = SIGNS.iter().map(|(sign, _)| *sign).collect();
        let all = escaped(&format!("Tango’s ‘interval’ “exactly” – or — not … · µ{signs}"));
        assert!(all.is_ascii() && !all.contains("U+"), "{all}");
        assert!(all.starts_with("Tango's `interval' ``exactly'' --"), "{all}");
        assert_eq!(escaped("漢"), "\\synodchar{漢}{U+6F22}");
    }
}
