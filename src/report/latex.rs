//! `report.tex`: tables, figures and the methods paragraph, to be `\input` into a paper.
//!
//! Absent on purpose: a preamble, `siunitx` and everything else that small TeX installations lack. It needs
//! `booktabs`, `graphicx` and `longtable`, and a TeX Live from 2020 on.

use std::fmt::Write as _;

use super::data::SweepReport;
use super::facts::CellFacts;
use super::figures::Figure;
use super::latex_table;
use super::names::{printable, sentence};
use super::prose;
use super::table;

/// What every table needs where the text has characters that TeX's own fonts lack.
pub const CHARACTERS: &str = "\\ifdefined\\Umathchar\\providecommand{\\synodchar}[2]{#1}\\else\\providecommand{\\synodchar}[2]{#2}\\fi\n";

/// The file. Writing to a `String` cannot fail, so results of `write!` are dropped.
pub fn report(report: &SweepReport, all: &[CellFacts], figures: &[Figure]) -> Vec<u8> {
    let mut out = String::from(
        "% Input this file; the preamble needs \\usepackage{booktabs,graphicx,longtable}.\n\
         % A table of more than a page is a longtable, which needs a page of one column.\n\
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
    let results = latex_table::table(&table::results(report, all), &caption, "tab:synod-results");
    let mut found = vec![("results", results)];
    let differences = table::differences(report, all);
    if !differences.rows.is_empty() {
        let caption = escaped(&prose::differences(report));
        found.push(("differences", latex_table::table(&differences, &caption, "tab:synod-differences")));
    }
    let theory = table::theory(report, all);
    if !theory.rows.is_empty() {
        let meaning = escaped(prose::theory());
        let caption = format!("{title}: closed forms beside what was simulated. {meaning}");
        found.push(("theory", latex_table::table(&theory, &caption, "tab:synod-theory")));
    }
    let answers = table::answers(report, all);
    if !answers.rows.is_empty() {
        let meaning = escaped(&prose::answers(report));
        found.push(("answers", latex_table::table(&answers, &meaning, "tab:synod-answers")));
    }
    let meaning = escaped(prose::preemptions());
    found.push((
        "preemptions",
        latex_table::table(&table::preemptions(report, all), &meaning, "tab:synod-preemptions"),
    ));
    let tails = table::tails(report, all);
    if !tails.rows.is_empty() {
        found.push(("tails", latex_table::table(&tails, &escaped(prose::tails()), "tab:synod-tails")));
    }
    found
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
