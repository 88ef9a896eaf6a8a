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
use super::table::{self, Table};

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

/// The report's tables, each by its name; all that have rows. Floats if a page holds each: else one would drift past a long one.
pub fn tables(report: &SweepReport, all: &[CellFacts]) -> Vec<(&'static str, String)> {
    let title = escaped(&sentence(&prose::title(report)));
    let results =
        format!("{title} Means and shares with 95\\,\\% intervals. {}", escaped(&prose::columns(report)));
    let theory = format!("{title}: closed forms beside what was simulated. {}", escaped(prose::theory()));
    let found = [
        ("results", table::results(report, all), results),
        ("differences", table::differences(report, all), escaped(&prose::differences(report))),
        ("theory", table::theory(report, all), theory),
        ("answers", table::answers(report, all), escaped(&prose::answers(report))),
        ("preemptions", table::preemptions(report, all), escaped(prose::preemptions())),
        ("tails", table::tails(report, all), escaped(prose::tails())),
    ];
    let found: Vec<_> = found.into_iter().filter(|(_, table, _)| !table.rows.is_empty()).collect();
    let all_fit = found.iter().all(|(_, table, caption)| latex_table::fits_page(table, caption));
    let set = |(name, table, caption): (&'static str, Table, String)| {
        (name, latex_table::table(&table, &caption, &format!("tab:synod-{name}"), all_fit))
    };
    found.into_iter().map(set).collect()
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
